"""The cluster itself: what `az aks create`'s own code is given to make it from."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from azext_kubenet.addressing.model import AddressPlan, MaxSurge
from azext_kubenet.addressing.wording import many
from azext_kubenet.aks.borrowed import AksCreate, refuse_a_broken_private_key
from azext_kubenet.aks.cluster_client import ClusterCreateClient, Fresh, Validated, ValidationClient
from azext_kubenet.aks.cluster_progress import settle
from azext_kubenet.aks.first_pool import WithSurge
from azext_kubenet.aks.reads_only import NotSent, reads_only
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import Say
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.errors import Refused
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, USER_ASSIGNED
from azext_kubenet.options.command_line import in_place_of_id
from azext_kubenet.options.create_options import AksOptions
from azext_kubenet.options.identity import Identity

#: An option for which `az aks create`'s code writes while it builds the cluster, and on which no other option depends:
#: without it, the rest can be checked. [I19]
_KUBELET = "assign_kubelet_identity"

#: Where options are only checked, nobody is asked anything.
_CHECKED = {"yes": True}
#: Faults of a program, such as of that code in a cloud that it does not know: they say nothing of the options.
_OF_A_PROGRAM = (NameError, AttributeError, TypeError, LookupError, AssertionError)
#: A service principal that is still to be made, where options are only checked.
_STAND_IN: Json = {"appId": "00000000-0000-0000-0000-000000000000", "secret": "not sent"}


@dataclass(frozen=True)
class ClusterSpec:
    """What `az aks create` is asked for.

    names, location: of the cluster and of what it is attached to
    plan: its ranges and its size
    identity: its own
    aks: the options of `az aks create`, which are passed on unread
    no_wait: whether the cluster is sent and left
    max_surge: of the first pool, None for Azure's default
    """

    names: Names
    location: str
    plan: AddressPlan
    identity: Identity
    aks: AksOptions
    no_wait: bool = False
    max_surge: MaxSurge | None = None

    @property
    def summary(self) -> str:
        """What of it matters to the user, in words."""
        nodes = many(self.plan.size.first_pool_nodes, "node")
        return f"kubenet, {nodes}, pods {self.plan.pods}, services {self.plan.services}"

    def options(self, principal: Json) -> dict[str, object]:
        """What the user typed, and what the plan and the steps decide. The docker bridge is not sent.

        principal: the service principal, for a cluster that runs as one
        """
        plan, size = self.plan, self.plan.size
        most = size.pools[0].max_count if size.pools else size.max_count
        return {
            **self.aks.values,
            "docker_bridge_address": None,
            "resource_group_name": self.names.group,
            "name": self.names.cluster,
            "location": self.location,
            "network_plugin": "kubenet",
            "pod_cidr": str(plan.pods),
            "service_cidr": str(plan.services),
            "dns_service_ip": str(plan.dns_ip),
            "vnet_subnet_id": self.names.subnet_id,
            "node_count": size.first_pool_nodes,
            "max_pods": size.max_pods,
            "max_count": most if self.aks.autoscaler else None,  # without it, --max-count sizes the plan alone
            **({"nodepool_name": size.pools[0].name} if size.pools else {}),
            "skip_subnet_role_assignment": True,
            "no_wait": self.no_wait,
            **self._identity_options(principal),
        }

    def _identity_options(self, principal: Json) -> dict[str, object]:
        if self.identity.kind == SERVICE_PRINCIPAL:
            secret = principal.get("secret") or self.identity.secret
            return {"service_principal": principal["appId"], "client_secret": secret}
        assigned = self.names.new_identity_id if self.identity.kind == USER_ASSIGNED else None
        return {"enable_managed_identity": True, "assign_identity": assigned}


class ClusterMaker:
    """Makes one cluster by `az aks create`'s own code.

    existing: what this run has seen in Azure; shared: whether another cluster in the subnet was accepted
    """

    def __init__(  # pylint: disable=too-many-positional-arguments
        self,
        aks: AksCreate,
        client: ArmClient,
        spec: ClusterSpec,
        existing: ExistingResources,
        say: Say,
        *,
        shared: bool = False,
    ):
        self._aks = aks
        self._client = client
        self._spec = spec
        self._existing = existing
        self._say = say
        self._shared = shared
        self._key: dict[str, object] = {}

    def generate_key(self) -> None:
        """Have the SSH key pair written that is wanted and missing: the first that is written, and nothing in Azure."""
        self._key = self._aks.generated_key(self._spec.aks.values)

    def validate_only(self) -> None:
        """Have the options checked before anything is written, as far as it can be done without writing.

        The code checks them while it builds the cluster, which would be after the network, and writes on the way for
        some of them: there, and where it asks for what is still to be made, it is stopped. Raises its own errors.
        """
        refuse_a_broken_private_key(self._spec.aks.values)
        logging.disable(logging.WARNING)  # what it says, it says again when the cluster is made
        try:
            if not self._is_built() and self._spec.aks.values.get(_KUBELET):
                self._is_built(without=_KUBELET)
        finally:
            logging.disable(logging.NOTSET)

    def _is_built(self, without: str = "") -> bool:
        """Whether the cluster could be built to its end, perhaps without one of its options."""
        options = {**self._spec.options(_STAND_IN), **_CHECKED, **({without: None} if without else {})}
        if self._spec.aks.asked.get("generate_ssh_keys"):
            options["no_ssh_key"] = True  # the key pair is generated after this
        try:
            with reads_only([*self._unmade(), f"{self._aks.graph}/v1.0"]):
                self._aks(ValidationClient(), options)
        except Validated:
            pass
        except (NotSent, *_OF_A_PROGRAM):
            return False
        return True

    def _unmade(self) -> list[str]:
        """Ids of what is still to be made: that it does not exist is no finding."""
        names, existing = self._spec.names, self._existing
        places = (
            (names.group_id, existing.group),
            (names.vnet_id, existing.vnet),
            (names.subnet_id, existing.subnet(names.subnet)),
            (names.new_identity_id, existing.identity),
        )
        return [place for place, found in places if found is None]

    def make(self, principal: Json, accepted: Callable[[], None], *, granted: bool) -> Json:
        """Have the cluster made; what `az aks create` would print, under `cluster`.

        principal: the service principal, for a cluster that runs as one
        accepted: called once Azure has accepted the cluster, from when on a system-assigned identity exists
        granted: whether this run has granted a role, which Azure may not know everywhere yet
        """
        spec = self._spec
        # A kubelet's identity gets its grant from `az aks create`'s code, if not from us.
        granted = granted or bool(spec.aks.values.get(_KUBELET))
        place = self._existing.group is None or self._existing.subnet(spec.names.subnet) is None
        fresh = Fresh(granted, spec.identity.create, place)
        sender = ClusterCreateClient(
            self._aks.clusters(), self._client, spec.names.cluster_id, fresh, accepted, self._say, self._alone
        )
        try:
            sent = self._aks(WithSurge(sender, spec.max_surge), {**spec.options(principal), **self._key})
            return {"cluster": None if spec.no_wait else self._aks.finished(sent)}
        except BaseException as error:  # borrowed code raises anything, sys.exit among it: what counts is what was sent
            error.accepted = sender.may_exist  # type: ignore[attr-defined]
            error.confirmed = sender.confirmed  # type: ignore[attr-defined]
            error.came_up = sender.came_up  # type: ignore[attr-defined]
            sender.leave()
            raise

    def _alone(self) -> None:
        """Look again, right before the cluster is sent, at a network that was there before: one cluster a subnet
        [A9, H4].

        Raises Refused when its subnet has another route table than the one that was seen, or another cluster by now.
        """
        if self._existing.vnet is None:
            return
        names, seen = self._spec.names, self._existing.network.subnet(self._spec.names.subnet)
        for other in () if self._shared else self._others():
            raise Refused(
                f"subnet {names.subnet} is used by cluster {other.name} in resource group {other.group}, which was "
                "created after this run had looked: two kubenet clusters cannot share a subnet, and no cluster was "
                "created",
                f"use another subnet: --vnet-resource-group {names.vnet_group} --vnet-name {names.vnet} "
                f"--subnet-name NAME for a new one{in_place_of_id()}",
            )
        try:
            found = self._client.get(names.subnet_id, api_versions.SUBNET_API)
        except AzureError:  # not being able to look is no reason to stop: Azure decides
            return
        before = seen.route_table if seen else ResourceId()
        now = Subnet.parse(found).route_table if found else before
        if before != now:
            subnet = f"subnet {names.subnet}"
            raise Refused(
                f"{subnet} has {f'route table {now}' if now else 'no route table'} now; when this run looked it had "
                f"{before or 'none'}: another cluster may be using it, and no cluster was created",
                "run the command again: it reads the current state first",
            )

    def _others(self) -> list[ResourceId]:
        """Ids of other kubenet clusters that are in the subnet by now; none where they may not be listed."""
        names, subnet = self._spec.names, ResourceId(self._spec.names.subnet_id)
        path = f"/subscriptions/{names.network_subscription}/providers/Microsoft.ContainerService/managedClusters"
        try:
            clusters = [Cluster.parse(each) for each in self._client.list(path, api_versions.CLUSTER_API)]
        except AzureError:
            return []
        own = ResourceId(names.cluster_id)
        return [each.id for each in clusters if each.is_kubenet and subnet in each.subnets and each.id != own]

    def wait_until_succeeded(self) -> Any:
        """A cluster that exists, as `az aks create` prints it, once nothing is under way on it any more."""
        names, clusters = self._spec.names, self._aks.clusters()

        def show(word: str) -> None:
            self._say(f"  cluster: {word}")

        return settle(lambda: clusters.get(names.group, names.cluster), show, self._client.retry_policy)
