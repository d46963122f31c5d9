"""Whether a cluster has moved: by every sign that Azure shows, none of which is trusted alone. [K32]

What was not looked at is named: a sign that nobody looked at proves nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

from netaddr import IPNetwork

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, items, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.cluster_update import SUCCEEDED, state_of
from azext_kubenet.azure.managed_clusters import AgentPool, Cluster
from azext_kubenet.azure.models import RouteTable, Subnet
from azext_kubenet.azure.move_state import Position, engine, pod_range, position
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.waiting import Say
from azext_kubenet.discovery.inside_cluster import InsideCluster
from azext_kubenet.discovery.inspection import NotInspected
from azext_kubenet.discovery.topology import ranges

T = TypeVar("T")
#: The tags of a scale set of an overlay pool, and of every pool. [R7]
_OVERLAY_TAG = "aks-managed-azure-cni-overlay"
_POOL_TAG = "aks-managed-poolName"
#: What stands in the name of a node's route. [R9]
_OF_NODE = "____"
#: Seconds between looks at routes that are still there, and how often they are looked at.
_SECONDS, _LOOKS = 10.0, 6


class MovedPool(NamedTuple):
    """A pool after the move.

    moved: whether its scale set is marked as one of an overlay pool; None where that is not shown
    """

    name: str
    state: str
    moved: bool | None
    nodes: int


@dataclass
class Proof:  # pylint: disable=too-many-instance-attributes
    """What was seen after a move.

    plugin, mode: of the cluster; engine: its network policy engine
    pods: its pod CIDR
    pools: all of them
    routes_left: ids of routes inside the pod CIDR that are still there; None where no table was seen
    table: id of the table that the subnets have now, "" for none; tables_kept: of the user's own, off the subnets now
    nodes_ready: whether all nodes are, None where nobody looked inside
    wrong: what is not as it should be, in words
    not_looked_at: what was not looked at, in words
    """

    plugin: str
    mode: str
    engine: str
    pods: str
    pools: list[MovedPool] = field(default_factory=list)
    routes_left: list[str] | None = None
    table: str = ""
    tables_kept: list[str] = field(default_factory=list)
    nodes_ready: bool | None = None
    wrong: list[str] = field(default_factory=list)
    not_looked_at: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing that was looked at is wrong."""
        return not self.wrong


class Before(NamedTuple):
    """What there was before the move, as far as this run has seen it.

    tables: ids of the route tables of the cluster's subnets
    pods: its pod CIDR
    """

    tables: Sequence[ResourceId] = ()
    pods: str = ""


#: Looks inside of the cluster now; None where nobody asked for it.
Look = Callable[[], InsideCluster | NotInspected] | None


def prove(client: ArmClient, body: Json, before: Before, look: Look, say: Say) -> Proof:
    """Look for every sign of the move."""
    cluster = Cluster.parse(body)
    profile = within(body, "properties", "networkProfile")
    proof = Proof(text(profile, "networkPlugin"), text(profile, "networkPluginMode"), engine(body), pod_range(body))
    proof.wrong += _states(body)
    _pools(client, cluster, body, proof)
    _tables(client, cluster, before, proof, say)
    _nodes(look, proof)
    if look is None or proof.nodes_ready is None:
        proof.not_looked_at.append("nodes, pods and what is left of a policy engine inside the cluster")
    return proof


def _states(body: Json) -> Iterator[str]:
    if position(body) is not Position.MOVED:
        stands, state = position(body).name.lower().replace("_", " "), state_of(body) or "not shown"
        yield f"the cluster is {stands}: its state is {state}"
    for each in items(within(body, "properties"), "agentPoolProfiles"):
        if text(each, "provisioningState") not in (SUCCEEDED, ""):
            yield f"pool {text(each, 'name')} is {text(each, 'provisioningState')}"


def _try(read: Callable[[], T], what: str, proof: Proof) -> T | None:
    try:
        return read()
    except AzureError as error:
        proof.not_looked_at.append(f"{what} ({error.reason})")
        return None


def _pools(client: ArmClient, cluster: Cluster, body: Json, proof: Proof) -> None:
    path = f"{cluster.node_group}/providers/Microsoft.Compute/virtualMachineScaleSets"
    listed = _try(
        lambda: client.list(path, api_versions.SCALE_SETS_API, whole=True), "the scale sets of its nodes", proof
    )
    marks = dict(_marks(listed or ()))
    states = {text(each, "name"): each for each in items(within(body, "properties"), "agentPoolProfiles")}
    for pool in cluster.pools:
        proof.pools.append(_pool(pool, text(states.get(pool.name, {}), "provisioningState"), marks, proof))
    unmarked = [each.name for each in proof.pools if each.moved is False]
    if unmarked and len(unmarked) < len(proof.pools):
        proof.wrong.append(f"the scale sets of {', '.join(unmarked)} are not marked as moved, and those of others are")
    elif unmarked:  # whether pools that have moved get it is not documented: it proves nothing where none has it
        proof.not_looked_at.append(f"whether scale sets have moved: none has the tag {_OVERLAY_TAG}")


def _marks(scale_sets: Iterable[Json]) -> Iterator[tuple[str, bool]]:
    for each in scale_sets:
        tags = within(each, "tags")
        yield text(tags, _POOL_TAG).lower(), text(tags, _OVERLAY_TAG).lower() == "true"


def _pool(pool: AgentPool, state: str, marks: dict[str, bool], proof: Proof) -> MovedPool:
    moved = marks.get(pool.name.lower())
    if moved is None and pool.nodes:
        proof.not_looked_at.append(f"whether the machines of pool {pool.name} have moved")
    return MovedPool(pool.name, state, moved, pool.nodes)


def _tables(client: ArmClient, cluster: Cluster, before: Before, proof: Proof, say: Say) -> None:
    """No route of a node is left, and no subnet has a table of AKS's any more. Routes may go a little later."""
    attached = [*_attached(client, cluster, proof)]
    proof.table = str(next(iter(attached), ""))
    managed = [each for each in attached if cluster.node_group.contains(each)]
    if managed:
        proof.wrong.append(f"route table {managed[0].name}, which AKS made for kubenet, is still on a subnet")
    wanted = dict.fromkeys([*before.tables, *attached])
    pods = [*ranges(filter(None, (before.pods, proof.pods)))]
    for number in range(_LOOKS):
        left, kept = _routes_left(client, wanted, pods, proof)
        proof.routes_left, proof.tables_kept = left, [str(each) for each in kept if each not in attached]
        if not left or number == _LOOKS - 1:
            break
        say(f"  {len(left)} routes of nodes are still there; looking again in {_SECONDS:.0f} s")
        client.retry_policy.pause(_SECONDS)
    if proof.routes_left:
        proof.wrong.append(f"{len(proof.routes_left)} routes of nodes are still in a route table")
    if not wanted:
        proof.not_looked_at.append("routes: no route table of the cluster is known to this run")


def _attached(client: ArmClient, cluster: Cluster, proof: Proof) -> Iterator[ResourceId]:
    for subnet in dict.fromkeys(pool.subnet for pool in cluster.pools if pool.subnet):
        body = _try(partial(client.get, str(subnet), api_versions.SUBNET_API), f"subnet {subnet.name}", proof)
        table = Subnet.parse(body).route_table if body else ResourceId()
        if table:
            yield table
    if not cluster.has_own_network:
        path = f"{cluster.node_group}/providers/Microsoft.Network/routeTables"
        for each in (
            _try(lambda: client.list(path, api_versions.TABLE_API, whole=True), "its route tables", proof) or ()
        ):
            yield ResourceId(text(each, "id"))


def _routes_left(
    client: ArmClient, wanted: Iterable[ResourceId], pods: Sequence[IPNetwork], proof: Proof
) -> tuple[list[str], list[ResourceId]]:
    """Ids of routes inside the pod CIDR, and the tables that are there."""
    left, there = [], []
    for each in wanted:
        body = _try(partial(client.get, str(each), api_versions.TABLE_API), f"route table {each.name}", proof)
        if body is None:
            continue
        there.append(each)
        for route in RouteTable.parse(body).routes:
            at = route.destination
            if _OF_NODE in route.name and at is not None and any(at in one for one in pods):
                left.append(f"{each}/routes/{route.name}")
    return left, there


def _nodes(look: Look, proof: Proof) -> None:
    if look is None:
        return
    inside = look()
    if isinstance(inside, NotInspected):
        proof.not_looked_at.append(f"the inside of the cluster ({inside.why})")
        return
    waiting = [each.name for each in inside.nodes if each.not_ready]
    if inside.unread or inside.cut:
        proof.not_looked_at += [
            f"{part} of the cluster ({why})" for part, why in {**inside.unread, **inside.cut}.items()
        ]
    if not inside.nodes:
        return
    proof.nodes_ready = not waiting
    if waiting:
        proof.wrong.append(f"nodes are not Ready: {', '.join(waiting)}")
