"""Whether a cluster can move from kubenet to Azure CNI Overlay, as far as Azure shows it without looking inside. Pure.

https://learn.microsoft.com/azure/aks/update-azure-cni
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.addressing.str_enum import StrEnum
from azext_kubenet.azure.managed_clusters import VIRTUAL_MACHINES, AgentPool, Cluster, minor_of
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.pod_blocks import blocks_of

#: The first minor version of Kubernetes that can move. [K3] update-azure-cni.md
FIRST_MINOR = 27
#: Longest name that Azure CNI Overlay takes: it becomes a label. [J18] concepts-network-azure-cni-overlay.md
LONGEST_NAME = 63
#: Machines that Azure CNI Overlay does not take: the DCsv2 series. [K10] concepts-network-azure-cni-overlay.md
_REFUSED_MACHINES = re.compile(r"standard_dc\d+s?_v2", re.IGNORECASE)
#: Add-on of the Application Gateway Ingress Controller, as profiles name it. [K23]
_APP_GATEWAY = "ingressapplicationgateway"
_SUCCEEDED = "succeeded"


class Blocker(StrEnum):
    """What is in the way of the move, by name."""

    CLUSTER_STATE = "cluster-state"
    POOL_STATE = "pool-state"
    POWER = "power"
    KUBERNETES_VERSION = "kubernetes-version"
    NETWORK_POLICY = "network-policy"
    IDENTITY = "identity"
    ROUTE_TABLE_MISSING = "route-table-missing"
    ROUTE_TABLE_ELSEWHERE = "route-table-elsewhere"
    ROUTE_TABLE_SHARED = "route-table-shared"
    POD_CIDR_ROOM = "pod-cidr-room"
    SURGE_ROOM = "surge-room"
    AVAILABILITY_SET = "availability-set"
    NAMES_FOR_OVERLAY = "names-for-overlay"
    DCSV2 = "dcsv2"
    WINDOWS = "windows"
    POD_SUBNET = "pod-subnet"


#: Blockers that no step and no command for the cluster mends: it takes a new cluster, or whoever owns another one.
BEYOND_US = frozenset(
    [Blocker.ROUTE_TABLE_SHARED, Blocker.NAMES_FOR_OVERLAY, Blocker.DCSV2, Blocker.WINDOWS, Blocker.POD_SUBNET]
)


class Warned(StrEnum):
    """What the move may break and is not in its way, by name."""

    DUAL_STACK = "dual-stack"
    APP_GATEWAY = "app-gateway"
    IDENTITY = "identity"
    VIRTUAL_MACHINES = "virtual-machines"
    HALF_MOVED = "half-moved"


class State(StrEnum):
    """How ready a cluster is.

    STEPS: all that is in the way goes by a step of the move, or a command
    BLOCKED: something does not
    UNKNOWN: Azure did not show enough
    """

    READY = "ready"
    STEPS = "steps"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class TableFacts(NamedTuple):
    """The route table of a cluster's nodes.

    is_own: whether it is the user's, not one that AKS made; None where no table is shown
    is_on_all: whether every subnet of the cluster has it; None where that is not shown
    elsewhere: ids of the subnets that have it, and are none of the cluster's
    is_shared: whether another kubenet cluster has nodes in a subnet with it
    """

    is_own: bool | None = None
    is_on_all: bool | None = None
    elsewhere: tuple[ResourceId, ...] = ()
    is_shared: bool = False


class Readiness(NamedTuple):
    """Whether it can move.

    blockers, warnings: by name, in the order of their lists
    not_shown: what Azure did not show of that which decides, in words
    """

    state: State
    blockers: tuple[Blocker, ...]
    warnings: tuple[Warned, ...] = ()
    not_shown: tuple[str, ...] = ()


def judge(cluster: Cluster, table: TableFacts, can_upgrade: bool | None, *, has_overlay: bool = False) -> Readiness:
    """Judge it.

    can_upgrade: whether all pools can surge at once, as the move has them
    has_overlay: whether a scale set is marked as one on Azure CNI Overlay by now
    """
    found = {*_of_states(cluster), *_of_cluster(cluster), *_of_pools(cluster), *_of_table(table)}
    if can_upgrade is False:
        found.add(Blocker.SURGE_ROOM)
    if _identity_is_refused(cluster, table):
        found.add(Blocker.IDENTITY)
    not_shown = (*_not_shown(cluster, table, can_upgrade),)
    state = State.READY if not found else State.STEPS
    if found & BEYOND_US:
        state = State.BLOCKED
    elif not_shown:
        state = State.UNKNOWN
    warnings = {*_warnings(cluster, has_overlay)}
    if Blocker.IDENTITY not in found and cluster.identity_type.lower() == "systemassigned":
        warnings.add(Warned.IDENTITY)
    return Readiness(
        state,
        tuple(each for each in Blocker if each in found),
        tuple(each for each in Warned if each in warnings),
        not_shown,
    )


def _of_states(cluster: Cluster) -> Iterator[Blocker]:
    if cluster.state and cluster.state.lower() != _SUCCEEDED:
        yield Blocker.CLUSTER_STATE
    if any(pool.state and pool.state.lower() != _SUCCEEDED for pool in cluster.pools):
        yield Blocker.POOL_STATE
    if cluster.is_stopped or any(pool.is_stopped for pool in cluster.pools):
        yield Blocker.POWER


def _of_cluster(cluster: Cluster) -> Iterator[Blocker]:
    if cluster.version and minor_of(cluster.version) < FIRST_MINOR:
        yield Blocker.KUBERNETES_VERSION
    if cluster.policy:
        yield Blocker.NETWORK_POLICY
    if _lacks_blocks(cluster):
        yield Blocker.POD_CIDR_ROOM
    places = (each for subnet in cluster.subnets for each in (subnet.name, subnet.parent.name, subnet.group))
    if any(len(name) > LONGEST_NAME for name in (*places, cluster.node_group.name)):
        yield Blocker.NAMES_FOR_OVERLAY


def _lacks_blocks(cluster: Cluster) -> bool:
    """Whether its pod CIDR has too few blocks for all nodes at their most, and the surge: Overlay counts those. [K6]"""
    blocks = blocks_of(cluster.pods)
    return blocks is not None and blocks < sum(pool.most + pool.surge_at_most for pool in cluster.pools)


def _of_pools(cluster: Cluster) -> Iterator[Blocker]:
    for pool in cluster.pools:
        if pool.kind == "availabilityset":
            yield Blocker.AVAILABILITY_SET
        if pool.os.lower() == "windows":
            yield Blocker.WINDOWS
        if pool.pod_subnet:
            yield Blocker.POD_SUBNET
        if _is_refused(pool):
            yield Blocker.DCSV2


def _is_refused(pool: AgentPool) -> bool:
    return any(is_refused_size(each.size) for each in pool.machines)


def is_refused_size(size: str) -> bool:
    """Whether Azure CNI Overlay does not take machines of a size."""
    return _REFUSED_MACHINES.fullmatch(size) is not None


def _of_table(table: TableFacts) -> Iterator[Blocker]:
    if table.is_on_all is False:
        yield Blocker.ROUTE_TABLE_MISSING
    if table.is_shared:
        yield Blocker.ROUTE_TABLE_SHARED
    elif table.elsewhere:
        yield Blocker.ROUTE_TABLE_ELSEWHERE


def _identity_is_refused(cluster: Cluster, table: TableFacts) -> bool:
    """Whether its identity may not take the table off a subnet of the user's, or one of the user's off. [K18]"""
    kind = cluster.identity_type.lower()
    if kind == "serviceprincipal":
        return True
    return kind == "systemassigned" and (cluster.has_own_network or table.is_own is True)


def _not_shown(cluster: Cluster, table: TableFacts, can_upgrade: bool | None) -> Iterator[str]:
    if not cluster.state:
        yield "its state"
    if not cluster.version:
        yield "its version"
    if not cluster.identity_type:
        yield "its identity"
    if not cluster.pools:
        yield "its node pools"
    if table.is_on_all is None:
        yield "its route table"
    if can_upgrade is None and not cluster.is_stopped:
        yield "what is left for the surge"


def _warnings(cluster: Cluster, has_overlay: bool) -> Sequence[Warned]:
    found = {
        Warned.DUAL_STACK: cluster.is_dual_stack,
        Warned.APP_GATEWAY: _APP_GATEWAY in cluster.addons,
        Warned.VIRTUAL_MACHINES: any(pool.kind == VIRTUAL_MACHINES for pool in cluster.pools),
        Warned.HALF_MOVED: has_overlay,
    }
    return [name for name, holds in found.items() if holds]
