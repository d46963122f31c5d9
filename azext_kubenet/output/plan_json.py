"""The answer of `plan`: a flat dict whose keys are those of `az aks show` where it has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from netaddr import IPNetwork

from azext_kubenet.addressing.explanation import reasons
from azext_kubenet.addressing.growth import growth, next_sizes
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, Finding, RangeRequests, Snapshot
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.addressing.sizing import capacity

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def answer(verdict: PlanResult, about: Mapping[str, Any] = _NOTHING, yearly: int | None = None) -> dict[str, Any]:
    """The plan of a verdict that is not refused, as plain values.

    about: what more to say, by key: of the network in Azure, of other network models; yearly: growth in percent.
    """
    plan, demand = verdict.plan, verdict.plan.demand
    stated = {} if demand.max_count is None else {"maxCount": demand.max_count}
    return {
        "vnetAddressPrefixes": [str(prefix) for prefix in plan.vnet],
        "subnetPrefix": str(plan.subnet),
        "podCidr": str(plan.pods),
        "serviceCidr": str(plan.services),
        "dnsServiceIp": str(plan.dns_ip),
        "dockerBridgeAddress": None if plan.docker_bridge is None else str(plan.docker_bridge),
        "networkPlugin": "kubenet",
        "given": _given(verdict.wish),
        "nodeCount": demand.node_count,
        **stated,
        **_pools(demand),
        "maxPods": demand.max_pods,
        "maxSurge": str(demand.max_surge),
        "extraIps": demand.extra_ips,
        "demand": _takes(demand),
        "capacity": _carries(plan),
        "reasons": reasons(verdict),
        "growth": [limit.as_dict() for limit in growth(plan, yearly)],
        "nextSizes": [size.as_dict() for size in next_sizes(plan)],
        **about,
        "findings": [finding_dict(finding) for finding in verdict.findings],
        "aksArguments": aks_arguments(plan, about),
    }


def _given(wish: RangeRequests) -> list[str]:
    """The keys of the ranges that were given, or exist, rather than chosen: what exists is held to these alone."""
    ranges = {
        "vnetAddressPrefixes": isinstance(wish.vnet, tuple),
        "subnetPrefix": isinstance(wish.subnet, IPNetwork),
        "podCidr": isinstance(wish.pods, IPNetwork),
        "serviceCidr": isinstance(wish.services, IPNetwork),
        "dnsServiceIp": wish.dns_ip is not None,
        "dockerBridgeAddress": wish.docker_bridge is not None,
    }
    return [key for key, given in ranges.items() if given]


def _takes(demand: ClusterSize) -> dict[str, Any]:
    """What the demand takes of each range at its peak."""
    return {
        "nodes": demand.nodes,
        "surgeNodes": demand.surge_nodes,
        "extraIps": demand.extra_ips,
        "addresses": demand.addresses,
        "podBlocks": demand.nodes_with_surge,
        "routes": demand.nodes_with_surge,
    }


def _carries(plan: AddressPlan) -> dict[str, Any]:
    """How large a cluster the ranges carry, and what binds first."""
    carries = capacity(plan)
    return {
        "nodes": carries.nodes,
        "pods": carries.pods,
        "services": carries.services,
        "limitedBy": carries.limited_by,
        "nodesBySubnet": carries.nodes_by_subnet,
        "nodesByPodCidr": carries.nodes_by_pod_cidr,
        "nodesByRoutes": carries.nodes_by_routes,
    }


def _pools(demand: ClusterSize) -> dict[str, Any]:
    """The node pools, if they are stated one by one."""
    most = demand.max_count is not None
    pools = [
        {
            "name": pool.name,
            "count": pool.count,
            **({"maxCount": pool.max_count} if most else {}),
            "maxSurge": str(pool.max_surge),
        }
        for pool in demand.pools
    ]
    return {"pools": pools} if pools else {}


def finding_dict(finding: Finding) -> dict[str, Any]:
    """A finding as plain values."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "options": list(finding.subject),
        "message": finding.message,
        "recommendation": finding.recommendation,
    }


def snapshot_dict(seen: Snapshot) -> dict[str, Any]:
    """What the plan saw in Azure, as plain values."""
    return {
        "discover": seen.discover or None,
        "ranges": seen.ranges,
        "rangesElsewhere": seen.elsewhere,
        "fingerprint": seen.fingerprint,
        "shared": sorted(seen.shared),
    }


def aks_arguments(plan: AddressPlan, about: Mapping[str, Any]) -> str:
    """Options for `az aks create`. Its docker bridge option is deprecated and its value dropped [D4]: left out."""
    pools, subnet = plan.demand.pools, about.get("vnetSubnetId")
    options: list[str] = ["--network-plugin kubenet"]
    options += [
        f"--{option} {value}"
        for option, value in (
            ("pod-cidr", plan.pods),
            ("service-cidr", plan.services),
            ("dns-service-ip", plan.dns_ip),
            ("vnet-subnet-id", subnet),
            ("nodepool-name", pools[0].name if pools else None),
            ("node-count", plan.demand.first_pool_nodes),
            ("max-pods", plan.demand.max_pods),
        )
        if value is not None
    ]
    return " ".join(options)
