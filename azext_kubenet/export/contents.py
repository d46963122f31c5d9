"""What all formats contain: the plan, the values that a team may change, and the remarks.

No remark holds a name that a user chose, because nothing could quote it in a comment.
"""

import re
from dataclasses import dataclass

from azext_kubenet.addressing.model import ClusterSize
from azext_kubenet.addressing.network_plugins import NetworkPlugin
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.export.comments import Comments, comments_on
from azext_kubenet.export.target import Target

#: Network Contributor. [I1] CLI:_consts.py; Azure built-in roles
ROLE = "4d97b98b-1d4f-4787-a291-c67834d212e7"
#: The name of the node pool where the plan states none: that of az aks create.
_POOL = "nodepool1"
#: [I3, I4] aks-service-permissions.md
_OWN_TABLE = (
    "If the subnet has a route table of your own, the identity needs Network Contributor on that route table too, "
    "before the cluster is created."
)
#: [E6] upgrade-aks-node-pools-rolling.md
_NO_SURGE = (
    "The plan has no surge nodes for the first node pool, but AKS upgrades no system pool without them: it uses its "
    "default of 10%, for which the ranges may be too small."
)


@dataclass(frozen=True)
class Pool:
    """A node pool.

    system: whether it is the system pool
    count: nodes at creation
    max_count: the autoscaler's maximum, None for a pool that is not scaled
    max_surge: extra nodes of an upgrade, None for the default of AKS
    max_unavailable: nodes that an upgrade removes first, None for none
    """

    name: str
    system: bool
    count: int
    max_count: int | None
    max_surge: str | None
    max_unavailable: str | None


@dataclass(frozen=True)
class Setting:
    """A value that a team may change: a parameter of a template, a variable of Terraform.

    name: in camel case
    kind: string, int or array
    value: what the plan says, None for what the target decides
    about: a sentence for whoever changes it
    """

    name: str
    kind: str
    value: object
    about: str

    @property
    def snake_name(self) -> str:
        """Return the name in snake case."""
        return re.sub(r"[A-Z]", lambda found: "_" + found[0].lower(), self.name)


@dataclass(frozen=True)
class Contents:  # pylint: disable=too-many-instance-attributes
    """A plan and its target, as text.

    target: names, and what exists
    plugin: the cluster's network plugin
    comments: what the file says of that plugin
    vnet_prefixes, subnet_prefix, pod_cidr, service_cidr: CIDRs
    pools: the system pool first
    stem: the name of the file without its ending: a file of values names the one that it is for
    """

    target: Target
    plugin: NetworkPlugin
    comments: Comments
    vnet_prefixes: tuple[str, ...]
    subnet_prefix: str
    pod_cidr: str
    service_cidr: str
    dns_service_ip: str
    max_pods: int
    pools: tuple[Pool, ...]
    stem: str = "main"

    @property
    def autoscaled(self) -> bool:
        """Return whether the autoscaler scales any node pool."""
        return any(pool.max_count is not None for pool in self.pools)

    @property
    def default_surge(self) -> bool:
        """Return whether the plan has no surge for the system pool, so that AKS uses its default. [E6]"""
        return self.pools[0].max_surge is None


def contents_of(result: PlanResult, target: Target, stem: str = "main") -> Contents:
    """Return the contents of a plan that is not refused."""
    plan = result.plan
    return Contents(
        target=target,
        plugin=plan.size.network_plugin,
        comments=comments_on(plan.size.network_plugin),
        vnet_prefixes=tuple(map(str, plan.vnet)),
        subnet_prefix=str(plan.subnet),
        pod_cidr=str(plan.pods),
        service_cidr=str(plan.services),
        dns_service_ip=str(plan.dns_ip),
        max_pods=plan.size.max_pods,
        pools=_pools(plan.size),
        stem=stem,
    )


def _pools(size: ClusterSize) -> tuple[Pool, ...]:
    """Return the stated node pools, scaled where their maximum is above their count; otherwise one with all nodes.

    The one pool is scaled to the plan's own maximum: that is what the ranges were made for.
    """
    if not size.pools:
        most = size.nodes if size.nodes > size.node_count else None
        return (_pool(_POOL, True, size.node_count, most, str(size.max_surge)),)
    return tuple(
        _pool(each.name, not at, each.count, each.max_count if each.max_count > each.count else None,
              str(each.max_surge))
        for at, each in enumerate(size.pools)
    )  # fmt: skip


def _pool(name: str, system: bool, count: int, max_count: int | None, surge: str) -> Pool:
    """Return a node pool. Without surge an upgrade removes nodes first, which AKS allows on user pools alone. [E6]"""
    if surge.strip("%") != "0":
        return Pool(name, system, count, max_count, surge, None)
    return Pool(name, system, count, max_count, *((None, None) if system else ("0", "1")))


def settings(contents: Contents) -> list[Setting]:
    """Return the values that every format has, in the order in which they are read."""
    target = contents.target
    return [
        Setting("clusterName", "string", target.cluster, "Name of the cluster."),
        Setting("dnsPrefix", "string", dns_prefix(target.cluster), "Prefix of the DNS name of the API server."),
        Setting("identityName", "string", target.identity_name, "Name of the cluster's user-assigned identity."),
        *_network_settings(contents),
        Setting("podCidr", "string", contents.pod_cidr, "Range for pods, of which each node takes a /24."),
        Setting("serviceCidr", "string", contents.service_cidr, "Range for services."),
        Setting("dnsServiceIp", "string", contents.dns_service_ip, "IP address of the DNS service."),
        Setting("maxPods", "int", contents.max_pods, "Maximum number of pods per node."),
        Setting("nodeVmSize", "string", target.node_vm_size, "VM size of the nodes. Default: AKS chooses one."),
    ]


def _network_settings(contents: Contents) -> list[Setting]:
    """Return the names of network and subnet, and the ranges of what is to be created."""
    target = contents.target
    found = [Setting("vnetName", "string", target.network_name, "Name of the virtual network.")]
    if target.separate_resource_group:
        about = "Resource group of the virtual network."
        found.append(Setting("vnetResourceGroup", "string", target.vnet_group, about))
    if target.new_network:
        about = "Address prefixes of the virtual network."
        found.append(Setting("vnetAddressPrefixes", "array", list(contents.vnet_prefixes), about))
    found.append(Setting("subnetName", "string", target.subnet_name, "Name of the subnet of the nodes."))
    if target.new_subnet:
        about = "Address prefix of the subnet of the nodes."
        found.append(Setting("subnetPrefix", "string", contents.subnet_prefix, about))
    if target.route_table:
        about = "Name of the route table of the subnet."
        found.append(Setting("routeTableName", "string", target.route_table_name, about))
        about = "Resource group of the route table of the subnet."
        found.append(Setting("routeTableResourceGroup", "string", target.route_table_group, about))
    return found


def dns_prefix(cluster: str) -> str:
    """Return a DNS prefix from a cluster's name: letters, digits and hyphens, a letter first, at most 54.

    These are the AKS naming rules.
    """
    kept = re.sub(r"[^A-Za-z0-9-]", "", cluster)
    return (kept if kept[:1].isalpha() else f"k{kept}")[:54].rstrip("-")


def agent_pools(contents: Contents) -> Setting:
    """Return the node pools as AKS names their properties, without what they share: that is added by the template."""
    pools = [_agent_pool(pool) for pool in contents.pools]
    return Setting("pools", "array", pools, "Node pools with the property names of AKS, the system pool first.")


def _agent_pool(pool: Pool) -> dict[str, object]:
    scaling = {"enableAutoScaling": True, "minCount": pool.count, "maxCount": pool.max_count}
    upgrade = {"maxSurge": pool.max_surge, "maxUnavailable": pool.max_unavailable}
    upgrade = {key: value for key, value in upgrade.items() if value is not None}
    return {
        "name": pool.name,
        "mode": "System" if pool.system else "User",
        "count": pool.count,
        **({} if pool.max_count is None else scaling),
        **({"upgradeSettings": upgrade} if upgrade else {}),
    }


def cluster_remarks(contents: Contents, key: str, size: str) -> list[str]:
    """Return what must be known about the cluster. key, size: the names of the SSH key and of the VM size."""
    found = [f"AKS requires neither {key} (the nodes then have no SSH key of yours) nor {size} (AKS then chooses one)."]
    if not (contents.target.new_subnet or contents.target.route_table):
        found.append(_OWN_TABLE)
    if contents.default_surge:
        found.append(_NO_SURGE)
    return found
