"""Clusters and their node pools as Azure shows them: Resource Manager and Resource Graph show the same. Pure.

Whatever is missing, empty, of another type or not IPv4 is passed over: a stranger's cluster is no reason to fail.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from azext_kubenet.addressing.model import MaxSurge
from azext_kubenet.azure.bodies import Json, count, items, number, text, texts, within
from azext_kubenet.azure.properties import ipv4
from azext_kubenet.azure.resource_id import ResourceId

#: The type of a pool that has no scale set, and may have machines of several sizes. [R3]
VIRTUAL_MACHINES = "virtualmachines"
#: The minor version of Kubernetes from which on a pool that sets no surge gets 10 %: earlier ones get one node. [E1]
#: BEHAVIOUR.md "Surge"
_TEN_PERCENT_SINCE = 28
_SURGE = re.compile(r"([0-9]{1,9})(%?)")


class SizeOfMachines(NamedTuple):
    """A VM size: how many nodes of it a pool has, and the most that it may have."""

    size: str
    nodes: int
    most: int


class AgentPool(NamedTuple):
    """A node pool: its nodes, and the ids of the subnets of its nodes and of its pods, empty if not of the user's.

    most: the most nodes that its autoscaler may make; without one, its nodes
    least: the fewest nodes that its autoscaler may leave; without one, its nodes
    autoscaled: whether an autoscaler sets the number of its nodes
    is_spot: whether its machines are spot machines, which have a quota of their own
    max_surge: extra nodes while it is upgraded
    max_unavailable: nodes that an upgrade may take away without a surge, as Azure shows it, "" for none
    machines: its machines by size; one entry for a scale set
    kind: its type in lower case, such as virtualmachinescalesets
    mode: System or User; os: Linux or Windows, as Azure shows them
    version: of Kubernetes, which it runs
    state: its provisioningState
    is_stopped: whether none of its nodes runs
    error: why it is in a failed state, "" if Azure shows nothing
    is_counted: whether Azure shows how many nodes it has; else its numbers are 0, which may be wrong
    most_is_known: whether Azure shows the most nodes of its autoscaler; else most is what it has now
    """

    name: str
    nodes: int
    subnet: ResourceId
    pod_subnet: ResourceId
    most: int = 0
    least: int = 0
    autoscaled: bool = False
    is_spot: bool = False
    max_surge: MaxSurge = MaxSurge(1, False)
    max_unavailable: str = ""
    machines: tuple[SizeOfMachines, ...] = ()
    kind: str = ""
    mode: str = ""
    os: str = ""
    version: str = ""
    state: str = ""
    is_stopped: bool = False
    error: str = ""
    is_counted: bool = True
    most_is_known: bool = True

    @classmethod
    def parse(cls, body: Json) -> "AgentPool":
        """Parse a node pool."""
        subnet, pod_subnet = text(body, "vnetSubnetID"), text(body, "podSubnetID")
        machines, upgrade = _machines(body), within(body, "upgradeSettings")
        version = text(body, "currentOrchestratorVersion") or text(body, "orchestratorVersion")
        return cls(
            name=text(body, "name"),
            nodes=sum(each.nodes for each in machines),
            subnet=ResourceId(subnet),
            pod_subnet=ResourceId(pod_subnet),
            most=sum(each.most for each in machines),
            least=number(body, "minCount") if _is_autoscaled(body) else sum(each.nodes for each in machines),
            is_spot=text(body, "scaleSetPriority").lower() == "spot",
            autoscaled=_is_autoscaled(body),
            max_surge=_surge(text(upgrade, "maxSurge"), version),
            max_unavailable=text(upgrade, "maxUnavailable"),
            machines=machines,
            kind=text(body, "type").lower(),
            mode=text(body, "mode"),
            os=text(body, "osType"),
            version=version,
            state=text(body, "provisioningState"),
            is_stopped=text(within(body, "powerState"), "code") == "Stopped",
            error=_error(body),
            is_counted=_is_counted(body),
            most_is_known=_most_is_known(body),
        )

    def with_nodes(self, nodes: int) -> "AgentPool":
        """The same with as many nodes as it is seen to have."""
        machines = self.machines
        if len(machines) == 1:  # of several sizes it is not seen which they are
            machines = (machines[0]._replace(nodes=nodes, most=max(machines[0].most, nodes)),)
        # a NamedTuple has it
        return self._replace(nodes=nodes, most=max(self.most, nodes), machines=machines, is_counted=True)  # pylint: disable=no-member

    @property
    def known_most(self) -> int | None:
        """The most nodes that it may have, None where that is not known."""
        return self.most if self.most_is_known else None

    @property
    def surge(self) -> int:
        """Extra nodes while it is upgraded as it is."""
        return self.max_surge.nodes_for(self.nodes)

    @property
    def surge_at_most(self) -> int:
        """Extra nodes while it is upgraded at its most."""
        return self.max_surge.nodes_for(self.most)


def _is_autoscaled(body: Json) -> bool:
    scale = within(body, "virtualMachinesProfile", "scale")
    return body.get("enableAutoScaling") is True or any(True for _ in _autoscaled(scale))


def _is_counted(body: Json) -> bool:
    if text(body, "type").lower() != VIRTUAL_MACHINES:
        return count(body, "count") is not None
    scale = within(body, "virtualMachinesProfile", "scale")
    shown = [*items(scale, "manual"), *items(body, "virtualMachineNodesStatus")]
    return bool(shown) and all(count(each, "count") is not None for each in shown)


def _most_is_known(body: Json) -> bool:
    """Whether an autoscaler that is on shows the most nodes that it may make."""
    if text(body, "type").lower() != VIRTUAL_MACHINES:
        return body.get("enableAutoScaling") is not True or count(body, "maxCount") is not None
    scale = within(body, "virtualMachinesProfile", "scale")
    return all(count(each, "maxCount") is not None for each in _autoscaled(scale))


def _machines(body: Json) -> tuple[SizeOfMachines, ...]:
    """The machines of a pool, by size: of a scale set, or one by one. [R3] Recorded managedClusters:1122."""
    if text(body, "type").lower() != VIRTUAL_MACHINES:
        nodes = number(body, "count")
        most = max(nodes, number(body, "maxCount")) if body.get("enableAutoScaling") is True else nodes
        return (SizeOfMachines(text(body, "vmSize"), nodes, most),)
    scale = within(body, "virtualMachinesProfile", "scale")
    wanted = {text(each, "size"): number(each, "count") for each in items(scale, "manual")}
    seen = {text(each, "size"): number(each, "count") for each in items(body, "virtualMachineNodesStatus")}
    scaled = {text(each, "size"): number(each, "maxCount") for each in _autoscaled(scale)}
    counts = {**wanted, **seen}
    sizes = dict.fromkeys([*counts, *scaled])
    return tuple(
        SizeOfMachines(size, counts.get(size, 0), max(counts.get(size, 0), scaled.get(size, 0))) for size in sizes
    )


def _autoscaled(scale: Json) -> Iterable[Json]:
    """The entries of machines that are scaled automatically: a list by the REST reference, one object in the SDK."""
    one = within(scale, "autoscale")
    return [one] if one else items(scale, "autoscale")


def _surge(shown: str, version: str) -> MaxSurge:
    """The surge of a pool; of one that sets none, Azure's default, which is that of its version."""
    found = _SURGE.fullmatch(shown.strip())
    if found:
        return MaxSurge(int(found[1]), bool(found[2]))
    return MaxSurge(10, True) if minor_of(version) >= _TEN_PERCENT_SINCE else MaxSurge(1, False)


def minor_of(version: str) -> int:
    """The minor version of Kubernetes 1.x; 0 for what is none."""
    parts = version.split(".")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else 0


def _error(body: Json) -> str:
    """Why it failed, as Azure says it beside its state. [R2]"""
    found = within(body, "status", "provisioningError")
    return ": ".join(each for each in (text(found, "code"), text(found, "message")) if each)


class LoadBalancer(NamedTuple):
    """How nodes reach the internet through the cluster's load balancer.

    ports: SNAT ports that each node has, 0 where Azure shares them out
    addresses: how many outbound addresses there are, those of IPv6 among them
    managed: how many of IPv4 AKS was asked to manage, None where that is not shown
    """

    ports: int = 0
    addresses: int = 0
    managed: int | None = None

    @classmethod
    def parse(cls, body: Json) -> "LoadBalancer":
        """Parse a loadBalancerProfile. [R31 R32]"""
        addresses = sum(1 for _ in items(body, "effectiveOutboundIPs"))
        managed = count(within(body, "managedOutboundIPs"), "count")
        return cls(number(body, "allocatedOutboundPorts"), addresses, managed)


class Cluster(NamedTuple):  # pylint: disable=too-many-instance-attributes
    """A cluster.

    pods: its pod CIDRs, if they lie outside of any network
    services: its service CIDRs
    dns_ip: the address of its DNS service, as text
    node_group: id of the resource group of its nodes, where its network is too if no subnet was named
    is_kubenet: whether it runs on kubenet, and so writes routes of its own [B13, B18]
    is_stopped: whether none of its nodes runs
    created: when it was made, as Azure writes times, "" if it is not shown
    identities: ids of the user-assigned identities that it runs as
    location: its region
    plugin, mode: its network plugin and that plugin's mode, in lower case
    policy: its network policy engine in lower case, "" for none
    outbound_type: how its nodes reach the internet, as Azure shows it
    load_balancer: its outbound load balancer
    identity_type: SystemAssigned, UserAssigned, ServicePrincipal, "" if it is not shown
    principals: object ids of its identity's principals
    application: id of its service principal's application, "" without one
    version: of Kubernetes, which it runs
    state: its provisioningState
    error: why it is in a failed state, "" if Azure shows nothing
    tier, support_plan: what it is paid and supported as
    upgrade_channel: of AKS's own upgrades, "" for none
    run_command_disabled: whether no command may be run in it through Azure
    has_entra: whether its API server takes tokens of Microsoft Entra ID [R24]
    is_dual_stack: whether it has IPv6 addresses beside those of IPv4
    addons: names of the add-ons that are on, in lower case
    tags: its own
    """

    id: ResourceId
    pools: tuple[AgentPool, ...] = ()
    pods: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    dns_ip: str = ""
    node_group: ResourceId = ResourceId()
    is_kubenet: bool = False
    is_stopped: bool = False
    created: str = ""
    identities: tuple[ResourceId, ...] = ()
    location: str = ""
    plugin: str = ""
    mode: str = ""
    policy: str = ""
    outbound_type: str = ""
    load_balancer: LoadBalancer = LoadBalancer()
    identity_type: str = ""
    principals: tuple[str, ...] = ()
    application: str = ""
    version: str = ""
    state: str = ""
    error: str = ""
    tier: str = ""
    support_plan: str = ""
    upgrade_channel: str = ""
    run_command_disabled: bool = False
    has_entra: bool = False
    is_dual_stack: bool = False
    addons: tuple[str, ...] = ()

    @classmethod
    def parse(cls, body: Json) -> "Cluster":
        """Parse a cluster. Pods that have addresses of their network have no range of their own, whatever is shown."""
        has, resource_id = within(body, "properties"), ResourceId(text(body, "id"))
        profile = within(has, "networkProfile")
        plugin, mode = text(profile, "networkPlugin").lower(), text(profile, "networkPluginMode").lower()
        policy = text(profile, "networkPolicy").lower()
        application = text(within(has, "servicePrincipalProfile"), "clientId")
        application = "" if application.lower() == "msi" or text(within(body, "identity"), "type") else application
        channel = text(within(has, "autoUpgradeProfile"), "upgradeChannel")
        return cls(
            id=resource_id,
            pools=tuple(map(AgentPool.parse, items(has, "agentPoolProfiles"))),
            pods=_ranges(profile, "podCidr") if plugin != "azure" or mode == "overlay" else (),
            services=_ranges(profile, "serviceCidr"),
            dns_ip=text(profile, "dnsServiceIP"),
            node_group=ResourceId.of_group(resource_id.subscription, text(has, "nodeResourceGroup")),
            is_kubenet=plugin == "kubenet",
            is_stopped=text(within(has, "powerState"), "code") == "Stopped",
            created=text(within(body, "systemData"), "createdAt"),
            identities=tuple(map(ResourceId, within(body, "identity", "userAssignedIdentities"))),
            location=text(body, "location"),
            plugin=plugin,
            mode=mode,
            policy="" if policy == "none" else policy,
            outbound_type=text(profile, "outboundType"),
            load_balancer=LoadBalancer.parse(within(profile, "loadBalancerProfile")),
            identity_type="ServicePrincipal" if application else text(within(body, "identity"), "type"),
            principals=_principals(within(body, "identity")),
            application=application,
            version=text(has, "currentKubernetesVersion") or text(has, "kubernetesVersion"),
            state=text(has, "provisioningState"),
            error=_error(has),
            tier=text(within(body, "sku"), "tier"),
            support_plan=text(has, "supportPlan"),
            upgrade_channel="" if channel.lower() == "none" else channel,
            run_command_disabled=within(has, "apiServerAccessProfile").get("disableRunCommand") is True,
            has_entra=within(has, "aadProfile").get("managed") is True,
            is_dual_stack=_is_dual_stack(profile),
            addons=_addons(within(has, "addonProfiles")),
        )

    @property
    def subnets(self) -> tuple[ResourceId, ...]:
        """Ids of the subnets that its pools are in, pods' subnets included, each once."""
        found = dict.fromkeys(each for pool in self.pools for each in (pool.subnet, pool.pod_subnet))
        return tuple(each for each in found if each)

    @property
    def running_nodes(self) -> int:
        """Nodes that run; none while it is stopped."""
        return 0 if self.is_stopped else sum(pool.nodes for pool in self.pools if not pool.is_stopped)

    @property
    def most_nodes(self) -> int | None:
        """The most nodes that its pools may have together; None where that of one is not known."""
        known = [pool.most for pool in self.pools if pool.most_is_known]
        return sum(known) if len(known) == len(self.pools) else None

    @property
    def routes_of_a_node(self) -> int:
        """How many routes each of its nodes takes: one for each family of addresses. [B13 E3]"""
        return 2 if self.is_dual_stack else 1

    @property
    def has_own_network(self) -> bool:
        """Whether its user chose its subnets; else AKS made its network, in the node resource group. [R8]"""
        return any(pool.subnet for pool in self.pools)


def _ranges(profile: Json, key: str) -> tuple[str, ...]:
    """A range of a cluster: older answers have the one, newer ones a list as well."""
    return ipv4([text(profile, key), *texts(profile, f"{key}s")])


def _is_dual_stack(profile: Json) -> bool:
    """Whether it has IPv6 beside IPv4, by its families or by the ranges of its pods. [J14]"""
    families = [each.lower() for each in texts(profile, "ipFamilies")]
    return "ipv6" in families or any(":" in each for each in texts(profile, "podCidrs"))


def _principals(identity: Json) -> tuple[str, ...]:
    """The object ids of what it runs as: the system's own, or those of each identity that was assigned."""
    assigned: Mapping[str, object] = within(identity, "userAssignedIdentities")
    found = [text(identity, "principalId"), *(text(each, "principalId") for each in assigned.values())]
    return tuple(dict.fromkeys(each for each in found if each))


def _addons(profiles: Json) -> tuple[str, ...]:
    return tuple(name.lower() for name, each in profiles.items() if isinstance(each, dict) and each.get("enabled"))
