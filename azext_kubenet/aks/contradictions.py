"""Options of `az aks create` that contradict kubenet: a table, a finding a row. Pure."""

from collections.abc import Callable
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.options.create_options import AksOptions


class Contradiction(NamedTuple):
    """An option, the values of it that contradict kubenet, why, and what to type instead."""

    rule: str
    option: str
    name: str
    contradicts: Callable[[object], bool]
    why: str
    instead: str


def _is(*values: str) -> Callable[[object], bool]:
    return lambda value: str(value).lower() in values


def _not(value: str) -> Callable[[object], bool]:
    return lambda given: str(given).lower() != value


def _holds(word: str) -> Callable[[object], bool]:
    return lambda value: word in str(value).lower().replace("-", "").replace("_", "").split(",")


_OVERLAY = "use Azure CNI Overlay for that: az aks create --network-plugin azure --network-plugin-mode overlay"
_TABLE = (
    (
        "network-plugin-not-kubenet",
        "--network-plugin",
        _not("kubenet"),
        "this command creates kubenet clusters",
        _OVERLAY,
    ),
    (
        "network-plugin-mode",
        "--network-plugin-mode",
        bool,
        "kubenet has no plugin mode",
        "leave --network-plugin-mode out",
    ),
    (
        "network-policy-azure",
        "--network-policy",
        _is("azure"),
        "Azure's network policy manager does not support kubenet",
        "use --network-policy calico",
    ),
    (
        "network-policy-cilium",
        "--network-policy",
        _is("cilium"),
        "Cilium does not run on kubenet",
        "use --network-policy calico",
    ),
    (
        "network-dataplane-cilium",
        "--network-dataplane",
        _is("cilium"),
        "Cilium does not run on kubenet",
        "leave --network-dataplane out",
    ),
    ("windows-nodes", "--windows-admin-username", bool, "kubenet has no Windows node pools", _OVERLAY),
    ("windows-nodes", "--windows-admin-password", bool, "kubenet has no Windows node pools", _OVERLAY),
    ("windows-nodes", "--enable-ahub", bool, "it is for Windows node pools, which kubenet does not support", _OVERLAY),
    (
        "windows-nodes",
        "--enable-windows-gmsa",
        bool,
        "it is for Windows node pools, which kubenet does not support",
        _OVERLAY,
    ),
    (
        "windows-nodes",
        "--os-sku",
        lambda value: str(value).lower().startswith("windows"),
        "kubenet has no Windows node pools",
        _OVERLAY,
    ),
    (
        "virtual-nodes",
        "--enable-addons",
        _holds("virtualnode"),
        "virtual nodes do not work with kubenet",
        "leave virtual-node out of --enable-addons",
    ),
    (
        "virtual-nodes",
        "--aci-subnet-name",
        bool,
        "it is for virtual nodes, which do not work with kubenet",
        "leave --aci-subnet-name out",
    ),
    (
        "node-auto-provisioning",
        "--node-provisioning-mode",
        _is("auto"),
        "node auto-provisioning does not support kubenet",
        "use --enable-cluster-autoscaler --min-count N --max-count N",
    ),
    ("aks-automatic", "--sku", _is("automatic"), "AKS Automatic does not support kubenet", _OVERLAY),
    (
        "network-isolated",
        "--bootstrap-artifact-source",
        _is("cache"),
        "network isolated clusters do not support kubenet",
        "leave --bootstrap-artifact-source out",
    ),
    (
        "outbound-type",
        "--outbound-type",
        _is("none", "block"),
        "it is for network isolated clusters, which do not support kubenet",
        "use --outbound-type loadBalancer",
    ),
    (
        "outbound-type",
        "--outbound-type",
        _is("managednatgateway", "managednatgatewayv2"),
        "it cannot be combined with a custom subnet, which every kubenet cluster created here has",
        "use --outbound-type userAssignedNATGateway with a NAT gateway on the subnet, or loadBalancer",
    ),
    (
        "pod-subnet",
        "--pod-subnet-id",
        bool,
        "pods of kubenet take their addresses from --pod-cidr",
        "leave --pod-subnet-id out",
    ),
    (
        "pod-subnet",
        "--pod-ip-allocation-mode",
        bool,
        "pods of kubenet take their addresses from --pod-cidr",
        "leave --pod-ip-allocation-mode out",
    ),
    (
        "dual-stack",
        "--ip-families",
        lambda value: "ipv6" in str(value).lower(),
        "this command supports IPv4 only",
        f"{_OVERLAY} --ip-families ipv4,ipv6",
    ),
    ("dual-stack", "--pod-cidrs", bool, "this command supports IPv4 only", "use --pod-cidr"),
    ("dual-stack", "--service-cidrs", bool, "this command supports IPv4 only", "use --service-cidr"),
    (
        "basic-load-balancer",
        "--load-balancer-sku",
        _is("basic"),
        "basic load balancers have been retired",
        "use --load-balancer-sku standard",
    ),
)

#: Every row is an error that Azure, or the cluster's working, leaves no choice about.
CONTRADICTIONS: tuple[Contradiction, ...] = tuple(
    Contradiction(rule, option, option[2:].replace("-", "_"), contradicts, why, instead)
    for rule, option, contradicts, why, instead in _TABLE
)


def contradictions(options: AksOptions) -> list[Finding]:
    """Find the options that were asked for and contradict kubenet."""
    asked = {row: options.asked.get(row.name) for row in CONTRADICTIONS}
    return [
        Finding(row.rule, Severity.ERROR, (row.option,), f"{_shown(row, value)}: {row.why}", advise(row.instead))
        for row, value in asked.items()
        if value not in (None, False, "", []) and row.contradicts(value)
    ]


def _shown(row: Contradiction, value: object) -> str:
    """The option as it was typed, but for a password."""
    if value is True or "password" in row.name:
        return row.option
    return f"{row.option} {' '.join(value) if isinstance(value, list) else value}"
