"""The answer of `plan`: a flat dict whose keys are those of `az aks show` where it has them."""

import shlex

from azext_kubenet.addressing import sizing
from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.growth import Limit, NextSize, ServiceLimit
from azext_kubenet.addressing.model import ClusterSize, RangeKind, Snapshot
from azext_kubenet.addressing.planner.held_to import held_to
from azext_kubenet.addressing.planner.plan_result import PlanResult, TargetNetwork
from azext_kubenet.addressing.sizing import Capacity
from azext_kubenet.azure.bodies import Json
from azext_kubenet.options.choices import PLAN_VERSION


def answer(result: PlanResult) -> Json:
    """A plan that is not refused, as plain values."""
    plan, size = result.plan, result.plan.size
    stated = {} if size.max_count is None else {"maxCount": size.max_count}
    return {
        RangeKind.VNET.key: [str(prefix) for prefix in plan.vnet],
        RangeKind.SUBNET.key: str(plan.subnet),
        RangeKind.PODS.key: str(plan.pods),
        RangeKind.SERVICES.key: str(plan.services),
        RangeKind.DNS_IP.key: str(plan.dns_ip),
        RangeKind.DOCKER_BRIDGE.key: None if plan.docker_bridge is None else str(plan.docker_bridge),
        "networkPlugin": size.network_plugin.name,
        **({"networkPluginMode": size.network_plugin.mode} if size.network_plugin.mode else {}),
        "planVersion": PLAN_VERSION,
        "given": _given(result),
        "heldTo": _held_to(result),
        "nodeCount": size.node_count,
        **stated,
        **_pools(size),
        "maxPods": size.max_pods,
        "maxSurge": str(size.max_surge),
        "extraIps": size.extra_ips,
        "demand": _takes(size),
        "sizes": _sizes(size),
        **({} if result.capacity is None else {"capacity": _capacity(result.capacity)}),
        "reasons": dict(result.reasons),
        "growth": [_limit(limit) for limit in result.limits],
        "nextSizes": [_next_size(size) for size in result.next_sizes],
        **_compared(result),
        **({} if result.snapshot is None else {"seen": _seen(result.snapshot)}),
        **({} if result.target is None else _network(result.target, plan.in_use)),
        "findings": [finding_dict(finding) for finding in result.findings],
        "aksArguments": _aks_arguments(result),
        **_lacking(result),
    }


def compared_only(result: PlanResult) -> Json:
    """The comparison for a cluster that is too large for a plan, with the findings that say why."""
    size, findings = result.plan.size, [finding_dict(finding) for finding in result.findings]
    stated = {} if size.max_count is None else {"maxCount": size.max_count}
    return {"nodeCount": size.node_count, **stated, "maxPods": size.max_pods, **_compared(result), "findings": findings}


def _seen(snapshot: Snapshot) -> Json:
    """What the plan remembers of Azure."""
    return {
        "discover": snapshot.discover or None,
        "ranges": snapshot.ranges,
        "rangesElsewhere": snapshot.elsewhere,
        "fingerprint": snapshot.fingerprint,
        "shared": sorted(snapshot.shared),
    }


def _network(target: TargetNetwork, in_use: int) -> Json:
    """The network in Azure that the plan is for, and what create needs to know it again."""
    network = {
        "vnetId": target.vnet_id,
        "subnetName": target.subnet or None,
        "subnetExists": target.subnet_exists,
        "addressesInUse": in_use,
    }
    return {"network": network, **({"vnetSubnetId": target.subnet_id} if target.subnet_exists else {})}


def _given(result: PlanResult) -> list[str]:
    """The keys of the ranges that were given, or exist, rather than chosen: what exists is held to these alone."""
    return [kind.key for kind in RangeKind if result.requests[kind].is_fixed and kind not in result.kept]


def _held_to(result: PlanResult) -> Json:
    """What the chosen ranges were held to, so that a plan made again without it says so."""
    held = held_to(result.requests, result.reservations).or_earlier(result.earlier_held_to)
    return {"excludedRanges": held.excluded, "within": [str(block) for block in held.within]}


def _sizes(size: ClusterSize) -> Json:
    """The smallest ranges that hold the demand."""
    smallest = sizing.smallest(size)
    return {"subnet": f"/{smallest.subnet}", "podCidr": f"/{smallest.pods}", "serviceCidr": f"/{smallest.services}"}


def _takes(size: ClusterSize) -> Json:
    """What the cluster takes of each range at its peak."""
    return {
        "nodes": size.nodes,
        "surgeNodes": size.surge_nodes,
        "extraIps": size.extra_ips,
        "addresses": size.addresses,
        "podBlocks": size.nodes_with_surge,
        "routes": 0 if size.network_plugin.max_routes is None else size.nodes_with_surge,
    }


def _capacity(capacity: Capacity) -> Json:
    """How large a cluster the ranges support, and what limits it first."""
    return {
        "nodes": capacity.nodes,
        "pods": capacity.pods,
        "services": capacity.services,
        "limitedBy": capacity.limited_by,
        "nodesBySubnet": capacity.nodes_by_subnet,
        "nodesByPodCidr": capacity.nodes_by_pod_cidr,
        **{_BOUNDS[name]: nodes for name, nodes in capacity.bounds.items() if name in _BOUNDS},
    }


#: Keys of the limits of AKS itself: Azure CNI Overlay needs no routes, and has one of nodes.
_BOUNDS = {"routes": "nodesByRoutes", "nodes": "nodesByAks"}


def _limit(limit: Limit | ServiceLimit) -> Json:
    """Where a limit binds, and what can be done then."""
    if isinstance(limit, ServiceLimit):
        holds: Json = {"addresses": limit.addresses, "staticBand": limit.static}
    else:
        years = {} if limit.years is None else {"years": limit.years}
        years |= {"afterRetirement": True} if limit.after_retirement else {}
        holds = {"nodes": limit.nodes, "nodesLeft": limit.left, **years}
    return {"limit": limit.limit, **holds, "then": [limit.then]}


def _next_size(size: NextSize) -> Json:
    """What larger ranges would support."""
    return {
        "step": size.step,
        "subnetPrefix": f"/{size.subnet}",
        "podCidr": f"/{size.pods}",
        "nodes": size.nodes,
        "pods": size.pods_carried,
        "limitedBy": size.limited_by,
        "moreNodes": size.more,
    }


def _compared(result: PlanResult) -> Json:
    """The comparison of the network models, if there is one."""
    if result.comparison is None:
        return {}
    from azext_kubenet.output.compared import comparison_json  # a plan without it need not wait for it

    return {"comparison": comparison_json(result.comparison)}


def _pools(size: ClusterSize) -> Json:
    """The node pools, if they are stated one by one."""
    most = size.max_count is not None
    pools = [
        {
            "name": pool.name,
            "count": pool.count,
            **({"maxCount": pool.max_count} if most else {}),
            "maxSurge": str(pool.max_surge),
        }
        for pool in size.pools
    ]
    return {"pools": pools} if pools else {}


def finding_dict(finding: Finding) -> Json:
    """A finding as plain values; `accepted` is of an error alone that --accept-risk or --skip-checks has lowered."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        **({"accepted": True} if finding.accepted else {}),
        "options": list(finding.subject),
        "message": finding.message,
        "recommendation": finding.recommendation,
    }


def _aks_arguments(result: PlanResult) -> str:
    """Options for `az aks create`. Its docker bridge option is deprecated and its value dropped [D4]: left out."""
    plan, pools, target = result.plan, result.plan.size.pools, result.target
    values = (
        ("pod-cidr", plan.pods),
        ("service-cidr", plan.services),
        ("dns-service-ip", plan.dns_ip),
        ("vnet-subnet-id", target.subnet_id if target is not None and target.subnet_exists else None),
        ("nodepool-name", pools[0].name if pools else None),
        ("node-count", plan.size.first_pool_nodes),
        ("max-pods", plan.size.max_pods),
    )
    stated = (f"--{option} {value}" for option, value in values if value is not None)
    return " ".join([plan.size.network_plugin.arguments, *stated, *_autoscaler(plan.size)])


def _autoscaler(size: ClusterSize) -> list[str]:
    """The options that scale the first pool to what the plan was made for, if that is more than it begins with."""
    first, most = size.first_pool_nodes, size.pools[0].max_count if size.pools else size.nodes
    return [f"--enable-cluster-autoscaler --min-count {first} --max-count {most}"] if most > first else []


def _lacking(result: PlanResult) -> Json:
    """What `az aks create` needs beside aksArguments, and how to get it: without a subnet AKS makes its own network."""
    if result.target is not None and result.target.subnet_exists:
        return {}
    target = result.target
    place = "-g GROUP --vnet-name VNET -n SUBNET"
    if target is not None:
        words = ("-g", target.resource_group, "--vnet-name", target.name, "-n", target.subnet or "SUBNET")
        place = f"{shlex.join(words)} --subscription {target.subscription}"
    command = f"az network vnet subnet show {place} --query id -o tsv"
    return {"aksArgumentsLack": {"--vnet-subnet-id": command}}
