"""Managed clusters: made in a long-running operation, shown as AKS shows them. Shapes: recorded managedClusters and
aksOther.

Not modelled: upgrades, add-ons beyond being kept, Kubernetes itself (the kubeconfig names a server that is not
there).
"""

from __future__ import annotations

import base64
import copy
import uuid

from ..core import errors, names
from ..core.ids import ResourceId
from ..core.operations import AKS_OPERATION_VERSION, CREATING, Operation
from ..core.resources import Kind, require
from ..core.store import Body
from ..core.wire import Answer, Call
from . import checks, defaults, late, nodes, rights

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
        if old and self.cloud.operations.of(rid.key):
            raise errors.aks(
                "OperationNotAllowed",
                "Operation is not allowed because there is an operation in progress on this managed cluster.",
                status=409,
            )
        body = self.cluster(rid, sent, old)
        checks.check(self.cloud, rid, body, sent, old, call)
        unmade = old is None or old["properties"].get("provisioningState") == "Failed"
        error = late.failure(self.cloud, rid, body, rights.principal_of(self.cloud, sent, old)) if unmade else None
        self.write(rid, body, whole=not error)
        operation = self.begin(rid, call, self._state(old, body))
        operation.error, operation.on_failed = error, lambda: self._fail(rid)
        return Answer(200 if old else 201, self.render(rid.key), self.async_headers(rid, operation, False))

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
        body["eTag"] = str(uuid.uuid4())
        return body

    def _fail(self, rid: ResourceId) -> None:
        if rid.key in self.cloud.store:
            self.cloud.store[rid.key]["properties"]["provisioningState"] = "Failed"

    def write(self, rid: ResourceId, body: Body, whole: bool = True) -> None:
        """Keep it, and make what belongs to it. Azure does the latter during the operation; nobody looks before its
        end. whole: whether anything comes of it, nodes and all.
        """
        if require(body, "identity", "principalId"):
            self.cloud.directory.add_managed_identity(
                body["identity"]["principalId"], str(uuid.uuid4()), rid.name, body["id"]
            )
        client = body["properties"]["servicePrincipalProfile"]["clientId"]
        if client != "msi":
            body["properties"].pop("identityProfile", None)
        self.cloud.store[rid.key] = body
        if whole:
            nodes.reconcile(self.cloud, rid, body)

    @staticmethod
    def _state(old: Body | None, body: Body) -> str:
        if not old:
            return "Creating"
        counts = [
            {pool["name"]: pool["count"] for pool in each["properties"]["agentPoolProfiles"]} for each in (old, body)
        ]
        return "Scaling" if counts[0] != counts[1] else "Updating"

    def begin(self, rid: ResourceId, call: Call, state: str) -> Operation:
        """An api-version of its own, no Retry-After, and texts as a status (BEHAVIOUR.md)."""
        operations, body = self.cloud.operations, self.cloud.store[rid.key]
        nodes = sum(int(pool["count"]) for pool in body["properties"]["agentPoolProfiles"])
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
        if properties["provisioningState"] != "Succeeded":
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
            operation.on_failed = lambda: self._fail(rid)
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
        self.require_parents(rid, "read")
        if rid.key not in self.cloud.store:
            raise self.missing(rid)
        host = self.cloud.store[rid.key]["properties"]["fqdn"]
        text = KUBECONFIG.format(cluster=rid.name, host=host, user=f"{user}_{rid.name}")
        return Answer(200, {"kubeconfigs": [{"name": user, "value": base64.b64encode(text.encode()).decode()}]})

    def with_pools(self, rid: ResourceId, pools: list[Body], call: Call) -> Operation:
        """Write the cluster anew with other pools, checks and all."""
        old = self.cloud.store[rid.key]
        body = copy.deepcopy(old)
        body["properties"]["agentPoolProfiles"] = pools
        checks.check(self.cloud, rid, body, {}, old, call)
        self.write(rid, body)
        return self.begin(rid, call, self._state(old, body))
