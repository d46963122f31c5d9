"""Managed clusters: made in a long-running operation, shown as AKS shows them. Shapes: recorded managedClusters and
aksOther.

Not modelled: what an upgrade does to nodes, add-ons beyond being kept, Kubernetes itself (the kubeconfig names a server
that is not there).
"""

from __future__ import annotations

import base64
import copy
import uuid
from typing import TYPE_CHECKING

from ..core import errors, names
from ..core.ids import ResourceId
from ..core.operations import AKS_OPERATION_VERSION, CREATING, Operation
from ..core.resources import Kind, require
from ..core.store import Body
from ..core.wire import Answer, Call
from . import checks, counts, defaults, late, moves, nodes, rights, run_commands
from .instances import Node

if TYPE_CHECKING:
    from ..server.cloud import Cloud

Leaving = list[Node] | None

KUBECONFIG = """apiVersion: v1
kind: Config
clusters:
- name: {cluster}
  cluster:
    server: https://{host}:443
contexts:
- name: {cluster}
  context:
    cluster: {cluster}
    user: {user}
current-context: {cluster}
users:
- name: {user}
  user:
    token: none
"""


class ManagedClusters(Kind):
    type = "Microsoft.ContainerService/ManagedClusters"
    first_state = "Creating"
    creates_once = True

    def __init__(self, cloud: Cloud) -> None:
        """run_command: what a command prints in a cluster; a test puts its own here (see run_commands)."""
        super().__init__(cloud)
        self.run_command: run_commands.Run = run_commands.silence

    def canonical(self, rid: ResourceId) -> str:
        """``resourcegroups`` in lower case, ``managedClusters`` in the id but ``ManagedClusters`` in the type
        (BEHAVIOUR.md "Ids").
        """
        return ResourceId(
            rid.subscription, rid.group, "Microsoft.ContainerService", ("managedClusters",), rid.names
        ).text("resourcegroups")

    def missing(self, rid: ResourceId) -> Exception:
        return errors.resource_not_found(f"Microsoft.ContainerService/managedClusters/{rid.name}", rid.group)

    def finish(self, rid: ResourceId, body: Body, sent: Body, old: Body | None) -> Body:
        return body

    def put(self, rid: ResourceId, call: Call) -> Answer:
        """Everything that can be refused is refused here; Azure refuses some of it only in the operation (our
        model).
        """
        self.require_parents(rid, "write")
        names.require(self.type, rid)
        sent = call.body if isinstance(call.body, dict) else {}
        old = self.cloud.store.get(rid.key)
        self.preconditions(rid, call, old)
        if old:
            self.require_quiet(rid, old)
        body = self.cluster(rid, sent, old)
        checks.check(self.cloud, rid, body, sent, old, call)
        unmade = old is None or old["properties"].get("provisioningState") in ("Failed", "Canceled")
        error = late.failure(self.cloud, rid, body, rights.principal_of(self.cloud, sent, old)) if unmade else None
        rolling = moves.prepare(self.cloud, rid, old, body)
        self.write(rid, body, whole=not error)
        operation = self.begin(rid, call, "Updating" if rolling else self._state(old, body))
        operation.error, operation.on_failed = error, lambda: self._fail(rid, operation.outcome, unmade=unmade)
        if rolling and not error:
            moves.begin(self.cloud, rid, body, operation)
        return Answer(200 if old else 201, self.render(rid.key), self.async_headers(rid, operation, False))

    def require_quiet(self, rid: ResourceId, body: Body, running: bool = True) -> None:
        """One operation at a time, and none while the cluster is stopped (code and words of the latter are ours)."""
        text = "there is an operation in progress on this managed cluster"
        stopped = running and counts.is_stopped(body)
        if self.cloud.operations.of(rid.key) or stopped:
            why = "the managed cluster is stopped" if stopped else text
            raise errors.aks("OperationNotAllowed", f"Operation is not allowed because {why}.", status=409)

    def cluster(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        """The cluster as it would be kept."""
        body = self.frame(rid, sent, old)
        if not require(sent, "properties", "agentPoolProfiles") and not old:
            raise errors.aks(
                "InvalidParameter", "Required parameter agentPoolProfiles is missing (null).", "agentPoolProfiles"
            )
        body["properties"] = defaults.properties(
            rid, sent.get("properties") or {}, old, body["location"], self.cloud.options.kubernetes_version
        )
        if old and old["properties"].get("identityProfile"):
            body["properties"].setdefault("identityProfile", old["properties"]["identityProfile"])
        found = {
            key.lower(): self.cloud.store.get(key, {}).get("properties", {"principalId": "", "clientId": ""})
            for key in require(sent, "identity", "userAssignedIdentities") or {}
        }
        principal = require(old or {}, "identity", "principalId") or str(uuid.uuid4())
        identity = defaults.identity(sent.get("identity"), old, principal, found)
        if identity:
            body["identity"] = identity
        body["kind"] = sent.get("kind") or "Base"
        body["sku"] = {"name": "Base", "tier": "Free", **(sent.get("sku") or {})}
        return body

    def _fail(self, rid: ResourceId, state: str, *, unmade: bool) -> None:
        """Leave it Failed, or Canceled; pools that never came up are, too."""
        if rid.key in self.cloud.store:
            properties = self.cloud.store[rid.key]["properties"]
            for each in (properties, *(properties["agentPoolProfiles"] if unmade else ())):
                each["provisioningState"] = state

    def write(self, rid: ResourceId, body: Body, whole: bool = True, leaving: Leaving = None) -> None:
        """Keep it, and make what belongs to it. Azure does the latter during the operation; nobody looks before its
        end. whole: whether anything comes of it, nodes and all. leaving: for a change of pools alone, the nodes that
        were named to go.
        """
        if require(body, "identity", "principalId"):
            self.cloud.directory.add_managed_identity(
                body["identity"]["principalId"], str(uuid.uuid4()), rid.name, body["id"]
            )
        client = body["properties"]["servicePrincipalProfile"]["clientId"]
        if client != "msi":
            body["properties"].pop("identityProfile", None)
        self.cloud.store[rid.key] = body
        self.touch(rid.key)
        if whole:
            nodes.reconcile(self.cloud, rid, body, leaving)

    def touch(self, key: str) -> None:
        """Every write is seen in the eTag."""
        self.cloud.store[key]["eTag"] = str(uuid.uuid4())
        super().touch(key)

    @staticmethod
    def _state(old: Body | None, body: Body) -> str:
        if not old:
            return "Creating"
        sizes, versions = (
            [[inner(pool) for pool in each["properties"]["agentPoolProfiles"]] for each in (old, body)]
            for inner in (counts.wanted, lambda pool: pool.get("currentOrchestratorVersion"))
        )
        before, after = (each["properties"].get("currentKubernetesVersion") for each in (old, body))
        if before != after or (len(set(map(len, versions))) == 1 and versions[0] != versions[1]):
            return "Upgrading"
        return "Scaling" if sizes[0] != sizes[1] else "Updating"

    def begin(self, rid: ResourceId, call: Call, state: str) -> Operation:
        """An api-version of its own, no Retry-After, and texts as a status (BEHAVIOUR.md)."""
        operations, body = self.cloud.operations, self.cloud.store[rid.key]
        nodes = sum(counts.count(pool) for pool in body["properties"]["agentPoolProfiles"])
        steps = (
            tuple(step % nodes if "%d" in step else step for step in CREATING)
            if state == "Creating"
            else ("InProgress",)
        )
        return operations.start(
            Operation(
                "Microsoft.ContainerService",
                body["location"],
                rid.key,
                state,
                AKS_OPERATION_VERSION,
                operations.polls,
                operations.pace,
                steps,
            )
        )

    def row(self, key: str) -> Body:
        body = super().row(key)
        properties = body["properties"]
        if properties["provisioningState"] not in ("Succeeded", "Failed", "Canceled"):
            state = {"provisioningState": properties["provisioningState"]}
            properties["agentPoolProfiles"] = [{**pool, **state} for pool in properties["agentPoolProfiles"]]
        return body

    def remove(self, rid: ResourceId) -> None:
        body = self.cloud.store[rid.key]
        nodes.remove(self.cloud, rid, body)
        if require(body, "identity", "principalId"):
            self.cloud.directory.forget(body["identity"]["principalId"])
        super().remove(rid)

    def delete(self, rid: ResourceId, call: Call) -> Answer:
        """Taken at once; a lock in the node resource group is found later."""
        answer = super().delete(rid, call)
        operation = self.cloud.operations.of(rid.key)
        if answer.status == 202 and operation:
            operation.error = late.locked_nodes(self.cloud, self.cloud.store[rid.key])
            operation.on_failed = lambda: self._fail(rid, operation.outcome, unmade=False)
        return answer

    def patch(self, rid: ResourceId, call: Call) -> Answer:
        """Tags, long-running like all writes of a cluster."""
        answer = super().patch(rid, call)
        answer.headers = self.async_headers(rid, self.begin(rid, call, "Updating"), False)
        answer.body = self.render(rid.key)
        return answer

    def action_listclusterusercredential(self, rid: ResourceId, call: Call) -> Answer:
        """A kubeconfig, in base64 (recorded: aksOther)."""
        return self._kubeconfig(rid, "clusterUser")

    def action_listclusteradmincredential(self, rid: ResourceId, call: Call) -> Answer:
        return self._kubeconfig(rid, "clusterAdmin")

    def _kubeconfig(self, rid: ResourceId, user: str) -> Answer:
        host = self.one(rid)["properties"]["fqdn"]
        text = KUBECONFIG.format(cluster=rid.name, host=host, user=f"{user}_{rid.name}")
        return Answer(200, {"kubeconfigs": [{"name": user, "value": base64.b64encode(text.encode()).decode()}]})

    def action_stop(self, rid: ResourceId, call: Call) -> Answer:
        return self._power(rid, call, "Stopped", "Stopping")

    def action_start(self, rid: ResourceId, call: Call) -> Answer:
        return self._power(rid, call, "Running", "Starting")

    def _power(self, rid: ResourceId, call: Call, code: str, state: str) -> Answer:
        """202 with both headers and no body (recorded for stop: aksMore). That pools show the same power is our
        model.
        """
        body = self.one(rid)
        self.require_quiet(rid, body, running=False)
        self.set_power(rid, code)
        return Answer(202, None, self.async_headers(rid, self.begin(rid, call, state), True))

    def set_power(self, rid: ResourceId, code: str) -> None:
        """Stop the cluster, or have it run."""
        body = self.one(rid)
        for each in (body["properties"], *body["properties"]["agentPoolProfiles"]):
            each["powerState"] = {"code": code}
        self.write(rid, body)

    def action_abort(self, rid: ResourceId, call: Call) -> Answer:
        """What runs stops where it is, and nothing is undone; 409 where it has ended (existing-clusters K41). Of 202
        and 204, which are both documented, ours is the first; its operation is our model.
        """
        self.one(rid)
        running = self.cloud.operations.of(rid.key)
        if running is None or running.state in ("Deleting", "Canceling"):
            raise errors.aks("OperationNotAllowed", "There is no operation that could be aborted.", status=409)
        running.cancel()
        self._fail(rid, "Canceled", unmade=False)
        return Answer(202, None, self.async_headers(rid, self.begin(rid, call, "Canceling"), True))

    def action_runcommand(self, rid: ResourceId, call: Call) -> Answer:
        results = self.cloud.kinds[run_commands.CommandResults.type.lower()]
        assert isinstance(results, run_commands.CommandResults)
        return results.begin_command(rid, self.one(rid), call, self.run_command)

    def one(self, rid: ResourceId) -> Body:
        """The cluster as it is kept; the refusal of a cluster that is not there."""
        self.require_parents(rid, "read")
        if rid.key not in self.cloud.store:
            raise self.missing(rid)
        return self.cloud.store[rid.key]

    def with_pools(self, rid: ResourceId, pools: list[Body], call: Call, leaving: list[Node]) -> Operation:
        """Write the cluster anew with other pools, checks and all. leaving: nodes that were named to go."""
        old = self.cloud.store[rid.key]
        body = copy.deepcopy(old)
        body["properties"]["agentPoolProfiles"] = pools
        checks.check(self.cloud, rid, body, {}, old, call)
        self.write(rid, body, leaving=leaving)
        return self.begin(rid, call, self._state(old, body))
