"""The answer of `plan`: a flat dict whose keys are those of `az aks show` where it has them."""

from dataclasses import asdict
from typing import Any

from azext_kubenet.addressing.model import AddressPlan, Finding
from azext_kubenet.addressing.sizing import capacity
from azext_kubenet.addressing.verdict import Verdict


def answer(verdict: Verdict) -> dict[str, Any]:
    """The plan of a verdict that is not refused, as plain values."""
    plan, demand = verdict.plan, verdict.plan.demand
    carries = capacity(plan)
    stated = {} if demand.max_count is None else {"maxCount": demand.max_count}
    return {
        "vnetAddressPrefixes": [str(prefix) for prefix in plan.vnet],
        "subnetPrefix": str(plan.subnet),
        "podCidr": str(plan.pods),
        "serviceCidr": str(plan.services),
        "dnsServiceIp": str(plan.dns_ip),
        "dockerBridgeAddress": str(plan.docker_bridge),
        "networkPlugin": "kubenet",
        "nodeCount": demand.node_count,
        **stated,
        "maxPods": demand.max_pods,
        "maxSurge": str(demand.max_surge),
        "extraIps": demand.extra_ips,
        "demand": {
            "nodes": demand.nodes,
            "surgeNodes": demand.surge_nodes,
            "extraIps": demand.extra_ips,
            "addresses": demand.addresses,
            "podBlocks": demand.peak_nodes,
            "routes": demand.peak_nodes,
        },
        "capacity": {
            "nodes": carries.nodes,
            "pods": carries.pods,
            "services": carries.services,
            "limitedBy": carries.limited_by,
            "nodesBySubnet": carries.nodes_by_subnet,
            "nodesByPodCidr": carries.nodes_by_pod_cidr,
            "nodesByRoutes": carries.nodes_by_routes,
        },
        "findings": [finding_dict(finding) for finding in verdict.findings],
        "aksArguments": aks_arguments(plan),
    }


def finding_dict(finding: Finding) -> dict[str, Any]:
    """A finding as plain values."""
    return {**asdict(finding), "severity": finding.severity.value, "options": list(finding.options)}


def aks_arguments(plan: AddressPlan) -> str:
    """Options for `az aks create`. Its docker bridge option is deprecated and its value dropped [D4]: left out."""
    options: list[str] = ["--network-plugin kubenet"]
    options += [
        f"--{option} {value}"
        for option, value in (
            ("pod-cidr", plan.pods),
            ("service-cidr", plan.services),
            ("dns-service-ip", plan.dns_ip),
            ("node-count", plan.demand.node_count),
            ("max-pods", plan.demand.max_pods),
        )
    ]
    return " ".join(options)
