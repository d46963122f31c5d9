"""Clusters and their node pools as Azure shows them: Resource Manager and Resource Graph show the same. Pure.

Whatever is missing, empty, of another type or not IPv4 is passed over: a stranger's cluster is no reason to fail.
"""

from typing import NamedTuple

from azext_kubenet.azure.bodies import Json, items, number, text, texts, within
from azext_kubenet.azure.properties import ipv4
from azext_kubenet.azure.resource_id import ResourceId


class AgentPool(NamedTuple):
    """A node pool: its nodes, and the ids of the subnets of its nodes and of its pods, empty if not of the user's."""

    name: str
    nodes: int
    subnet: ResourceId
    pod_subnet: ResourceId

    @classmethod
    def parse(cls, body: Json) -> "AgentPool":
        """Parse a node pool."""
        subnet, pod_subnet = text(body, "vnetSubnetID"), text(body, "podSubnetID")
        return cls(text(body, "name"), number(body, "count"), ResourceId(subnet), ResourceId(pod_subnet))


class Cluster(NamedTuple):
    """A cluster.

    pods: its pod CIDRs, if they lie outside of any network
    services: its service CIDRs
    dns_ip: the address of its DNS service, as text
    node_group: id of the resource group of its nodes, where its network is too if no subnet was named
    is_kubenet: whether it runs on kubenet, and so writes routes of its own [B13, B18]
    is_stopped: whether none of its nodes runs
    created: when it was made, as Azure writes times, "" if it is not shown
    identities: ids of the user-assigned identities that it runs as
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

    @classmethod
    def parse(cls, body: Json) -> "Cluster":
        """Parse a cluster. Pods that have addresses of their network have no range of their own, whatever is shown."""
        has, resource_id = within(body, "properties"), ResourceId(text(body, "id"))
        profile = within(has, "networkProfile")
        plugin, mode = text(profile, "networkPlugin").lower(), text(profile, "networkPluginMode").lower()
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
        )

    @property
    def subnets(self) -> tuple[ResourceId, ...]:
        """Ids of the subnets that its pools are in, pods' subnets included, each once."""
        found = dict.fromkeys(each for pool in self.pools for each in (pool.subnet, pool.pod_subnet))
        return tuple(each for each in found if each)

    @property
    def running_nodes(self) -> int:
        """Nodes that run; none while it is stopped."""
        return 0 if self.is_stopped else sum(pool.nodes for pool in self.pools)


def _ranges(profile: Json, key: str) -> tuple[str, ...]:
    """A range of a cluster: older answers have the one, newer ones a list as well."""
    return ipv4([text(profile, key), *texts(profile, f"{key}s")])
