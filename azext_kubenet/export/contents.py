"""What all four formats say, whatever their words: the plan, the pools, and the values that a team may change."""

import re
from dataclasses import dataclass

from azext_kubenet.addressing.model import ClusterSize
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.export.target import Target

#: Network Contributor. [I1] CLI:_consts.py; Azure built-in roles
ROLE = "4d97b98b-1d4f-4787-a291-c67834d212e7"
#: The pool's name where no pools are stated. az aks create
POOL = "nodepool1"


@dataclass(frozen=True)
class Pool:
    """A node pool. max_count: the autoscaler's, None for a pool that is not scaled."""

    name: str
    count: int
    max_count: int | None
    max_surge: str

    @property
    def surges(self) -> bool:
        """Whether upgrades take extra nodes."""
        return self.max_surge.strip("%") != "0"


@dataclass(frozen=True)
class Setting:
    """A value that a team may change: a parameter of a template, a variable of Terraform.

    name: in camel case; kind: string, int or array; value: what the plan says, None for what the place decides.
    """

    name: str
    kind: str
    value: object
    about: str

    @property
    def snake_name(self) -> str:
        """The name in snake case."""
        return re.sub(r"[A-Z]", lambda found: "_" + found[0].lower(), self.name)


@dataclass(frozen=True)
class Contents:  # pylint: disable=too-many-instance-attributes
    """A plan and its place, read."""

    place: Target
    vnet_prefixes: tuple[str, ...]
    subnet_prefix: str
    pod_cidr: str
    service_cidr: str
    dns_service_ip: str
    max_pods: int
    pools: tuple[Pool, ...]

    @property
    def autoscaled(self) -> bool:
        """Whether any pool is scaled by itself."""
        return any(pool.max_count is not None for pool in self.pools)

    @property
    def system_pool_cannot_wait(self) -> bool:
        """Whether the plan has no surge where AKS insists on one: a system pool. [E6]"""
        return not self.pools[0].surges


def contents_of(result: PlanResult, place: Target) -> Contents:
    """The contents of a plan that is not refused."""
    plan = result.plan
    return Contents(
        place=place,
        vnet_prefixes=tuple(map(str, plan.vnet)),
        subnet_prefix=str(plan.subnet),
        pod_cidr=str(plan.pods),
        service_cidr=str(plan.services),
        dns_service_ip=str(plan.dns_ip),
        max_pods=plan.size.max_pods,
        pools=_pools(plan.size),
    )


def _pools(size: ClusterSize) -> tuple[Pool, ...]:
    """The pools that are stated, scaled where their most is above their count; else one of as many nodes as planned."""
    if not size.pools:
        return (Pool(POOL, size.node_count, None, str(size.max_surge)),)
    return tuple(
        Pool(
            name=each.name,
            count=each.count,
            max_count=each.max_count if each.max_count > each.count else None,
            max_surge=str(each.max_surge),
        )
        for each in size.pools
    )


def settings(contents: Contents) -> list[Setting]:
    """The values that every format has, in the order in which they are read."""
    place = contents.place
    return [
        Setting("clusterName", "string", place.cluster, "Name of the cluster."),
        Setting("dnsPrefix", "string", dns_prefix(place.cluster), "How the address of the API server begins."),
        Setting("identityName", "string", place.identity_name, "Name of the cluster's user-assigned identity."),
        *_network_settings(contents),
        Setting("podCidr", "string", contents.pod_cidr, "Pods: every node takes a /24 of it."),
        Setting("serviceCidr", "string", contents.service_cidr, "Services."),
        Setting("dnsServiceIp", "string", contents.dns_service_ip, "DNS service: base + 10 of the services."),
        Setting("maxPods", "int", contents.max_pods, "Pods per node, at most."),
    ]


def _network_settings(contents: Contents) -> list[Setting]:
    """Names, and the ranges of what is to be made."""
    place = contents.place
    found = [Setting("vnetName", "string", place.network_name, "Name of the virtual network.")]
    if place.separate_resource_group:
        found.append(Setting("vnetResourceGroup", "string", place.vnet_group, "Resource group of the virtual network."))
    if place.new_network:
        about = "Address space of the virtual network."
        found.append(Setting("vnetAddressPrefixes", "array", list(contents.vnet_prefixes), about))
    found.append(Setting("subnetName", "string", place.subnet_name, "Name of the subnet of the nodes."))
    if place.new_subnet:
        found.append(Setting("subnetPrefix", "string", contents.subnet_prefix, "The subnet of the nodes."))
    return found


def dns_prefix(cluster: str) -> str:
    """A DNS prefix from a cluster's name: letters, digits and hyphens, a letter first, 54 at most. AKS naming rules"""
    kept = re.sub(r"[^A-Za-z0-9-]", "", cluster)
    return (kept if kept[:1].isalpha() else f"k{kept}")[:54].rstrip("-")


def profiles(contents: Contents) -> list[dict[str, object]]:
    """The pools as AKS calls them, with what is their own alone; what they share is added by the template."""
    return [
        {
            "name": pool.name,
            "mode": "User" if number else "System",
            "count": pool.count,
            **_scaling(pool),
            **_upgrade(pool, system=not number),
        }
        for number, pool in enumerate(contents.pools)
    ]


def _scaling(pool: Pool) -> dict[str, object]:
    if pool.max_count is None:
        return {}
    return {"enableAutoScaling": True, "minCount": pool.count, "maxCount": pool.max_count}


def _upgrade(pool: Pool, system: bool) -> dict[str, object]:
    """Without surge nodes an upgrade takes nodes away first, which AKS allows on user pools alone [E6]."""
    if pool.surges:
        return {"upgradeSettings": {"maxSurge": pool.max_surge}}
    return {} if system else {"upgradeSettings": {"maxSurge": "0", "maxUnavailable": "1"}}
