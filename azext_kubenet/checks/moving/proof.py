"""Whether a cluster has moved: by every sign that Azure shows, none of which is trusted alone. [K32]

What was not looked at is named: a sign that nobody looked at proves nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

from netaddr import IPNetwork

from azext_kubenet.addressing.wording import many
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, items, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.cluster_update import SUCCEEDED, state_of
from azext_kubenet.azure.managed_clusters import AgentPool, Cluster
from azext_kubenet.azure.models import Route, RouteTable, Subnet
from azext_kubenet.azure.move_state import Position, engine, pod_range, position
from azext_kubenet.azure.nodes import OVERLAY_TAG, POOL_TAG, SEPARATOR, cluster_of, node_of_route
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.waiting import Say
from azext_kubenet.checks.running.running_context import subscriptions_of
from azext_kubenet.discovery.inside_cluster import InsideCluster
from azext_kubenet.discovery.inspection import NotInspected
from azext_kubenet.discovery.topology import ranges

T = TypeVar("T")
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

    def note_unseen(self, what: str, error: AzureError) -> None:
        """Note that something could not be looked at, once."""
        line = f"{what} ({error.reason})"
        if line not in self.not_looked_at:
            self.not_looked_at.append(line)


class Before(NamedTuple):
    """What there was before the move, as far as this run has seen it.

    tables: ids of the route tables of the cluster's subnets
    pods: its pod CIDR
    asked: the pod CIDR that it was to have, "" where that is not known
    engine: the network policy engine that it was to have, "" for whichever
    """

    tables: Sequence[ResourceId] = ()
    pods: str = ""
    asked: str = ""
    engine: str = ""


#: Looks inside of the cluster now; None where nobody asked for it.
Look = Callable[[], InsideCluster | NotInspected] | None


def prove(client: ArmClient, body: Json, before: Before, look: Look, say: Say) -> Proof:
    """Look for every sign of the move."""
    cluster = Cluster.parse(body)
    profile = within(body, "properties", "networkProfile")
    proof = Proof(text(profile, "networkPlugin"), text(profile, "networkPluginMode"), engine(body), pod_range(body))
    proof.wrong += _states(body)
    proof.wrong += _pod_range(proof.pods, before.asked)
    if before.engine and proof.engine != before.engine:
        proof.wrong.append(f"its network policy engine is {proof.engine}, and {before.engine} was asked for")
    scale_sets = _scale_sets(client, cluster, proof)
    _pools(cluster, body, scale_sets, proof)
    _Tables(client, cluster, scale_sets, proof).look(before, say)
    _nodes(look, proof)
    seen = (proof.nodes_ready, proof.routes_left, *(each.moved or None for each in proof.pools))
    if all(each is None for each in seen):  # the profile shows a move at once, before anything has moved
        proof.wrong.append("nothing was seen but the cluster itself, which says so from the first moment on")
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


def _pod_range(has: str, asked: str) -> Iterator[str]:
    found, wanted = (next(ranges([each]), None) for each in (has, asked))
    if wanted is not None and found != wanted:
        yield f"its pod CIDR is {has or 'not shown'}, and {asked} was asked for"


def _try(read: Callable[[], T], what: str, proof: Proof) -> T | None:
    try:
        return read()
    except AzureError as error:
        proof.note_unseen(what, error)
        return None


def _scale_sets(client: ArmClient, cluster: Cluster, proof: Proof) -> list[Json]:
    path = f"{cluster.node_group}/providers/Microsoft.Compute/virtualMachineScaleSets"
    found = _try(
        lambda: client.list(path, api_versions.SCALE_SETS_API, whole=True), "the scale sets of its nodes", proof
    )
    return found or []


def _pools(cluster: Cluster, body: Json, scale_sets: Sequence[Json], proof: Proof) -> None:
    marks = dict[str, bool]()
    for name, is_marked in _marks(scale_sets):  # a pool may have several
        marks[name] = is_marked and marks.get(name, True)
    if not cluster.pools:
        proof.wrong.append("no pool of the cluster is shown")
    states = {text(each, "name"): each for each in items(within(body, "properties"), "agentPoolProfiles")}
    for pool in cluster.pools:
        proof.pools.append(_pool(pool, text(states.get(pool.name, {}), "provisioningState"), marks, proof))
    unmarked = [each.name for each in proof.pools if each.moved is False]
    if unmarked and any(each.moved for each in proof.pools):
        proof.wrong.append(f"the scale sets of {', '.join(unmarked)} are not marked as moved, and those of others are")
    elif unmarked:  # whether pools that have moved get it is not documented: it proves nothing where none has it
        proof.not_looked_at.append(f"whether scale sets have moved: none has the tag {OVERLAY_TAG}")


def _marks(scale_sets: Iterable[Json]) -> Iterator[tuple[str, bool]]:
    for each in scale_sets:
        tags = within(each, "tags")
        yield text(tags, POOL_TAG).lower(), text(tags, OVERLAY_TAG).lower() == "true"


def _pool(pool: AgentPool, state: str, marks: dict[str, bool], proof: Proof) -> MovedPool:
    moved = marks.get(pool.name.lower())
    if moved is None and pool.nodes:
        proof.not_looked_at.append(f"whether the machines of pool {pool.name} have moved")
    return MovedPool(pool.name, state, moved, pool.nodes)


class _Tables:  # pylint: disable=too-few-public-methods
    """The route tables of the cluster's pods: those of its subnets, and those that it had or has routes in."""

    def __init__(self, client: ArmClient, cluster: Cluster, scale_sets: Iterable[Json], proof: Proof):
        self._client, self._cluster, self._proof = client, cluster, proof
        names = (ResourceId(text(each, "id")).name or text(each, "name") for each in scale_sets)
        self._numbers = {cluster_of(each) for each in names} - {""}

    def look(self, before: Before, say: Say) -> None:
        """No route of a node is left, and no subnet has a table of AKS's any more. Routes may go a little later."""
        proof, attached = self._proof, [*self._attached()]
        proof.table = str(next(iter(attached), ""))
        managed = [each for each in attached if self._cluster.node_group.contains(each)]
        if managed:
            proof.wrong.append(f"route table {managed[0].name}, which AKS made for kubenet, is still on a subnet")
        pods = [*ranges(filter(None, (before.pods, proof.pods)))]
        wanted, is_known = dict.fromkeys([*before.tables, *attached]), bool(before.tables)
        if not before.tables:  # a later run does not know which tables there were
            found = _try(lambda: self._with_routes(pods), "the route tables of the subscription of its network", proof)
            is_known = found is not None
            wanted.update(dict.fromkeys(found or ()))
        for number in range(_LOOKS):
            left, kept = self._routes_left(wanted, pods)
            proof.routes_left = left if is_known or left else None
            proof.tables_kept = [str(each) for each in kept if each not in attached]
            if not left or number == _LOOKS - 1:
                break
            say(f"  {len(left)} routes of nodes are still there; looking again in {_SECONDS:.0f} s")
            self._client.retry_policy.pause(_SECONDS)
        if proof.routes_left:
            proof.wrong.append(f"{many(len(proof.routes_left), 'route')} of nodes still in a route table")

    def _attached(self) -> Iterator[ResourceId]:
        client, proof, cluster = self._client, self._proof, self._cluster
        for subnet in dict.fromkeys(pool.subnet for pool in cluster.pools if pool.subnet):
            body = _try(partial(client.get, str(subnet), api_versions.SUBNET_API), f"subnet {subnet.name}", proof)
            table = Subnet.parse(body).route_table if body else ResourceId()
            if table:
                yield table
        if not cluster.has_own_network:
            path = f"{cluster.node_group}/providers/Microsoft.Network/routeTables"
            listed = _try(lambda: client.list(path, api_versions.TABLE_API, whole=True), "its route tables", proof)
            tables = map(RouteTable.parse, listed or ())
            yield from (each.id for each in tables if any(each.subnets) or any(map(self._is_of_number, each.routes)))

    def _with_routes(self, pods: Sequence[IPNetwork]) -> list[ResourceId]:
        """Ids of the tables with routes of its nodes, in the subscriptions of its networks. Raises AzureError."""
        cluster, tables = self._cluster, list[RouteTable]()
        for scope in subscriptions_of(cluster):
            path = f"{scope}/providers/Microsoft.Network/routeTables"
            tables += map(RouteTable.parse, self._client.list(path, api_versions.TABLE_API, whole=True))
        return [table.id for table in tables if any(self._is_of_node(each, pods) for each in table.routes)]

    def _is_of_node(self, route: Route, pods: Sequence[IPNetwork]) -> bool:
        """Whether a route leads to pods of one of its nodes: in one table there may be other clusters' as well."""
        at, number = route.destination, cluster_of(node_of_route(route.name))
        if self._numbers and number:  # wherever it leads: the pod CIDR may be another one by now
            return self._is_of_number(route)
        return SEPARATOR in route.name and at is not None and any(at in one for one in pods)

    def _is_of_number(self, route: Route) -> bool:
        """Whether a route is named after a node of one of its scale sets."""
        return SEPARATOR in route.name and cluster_of(node_of_route(route.name)) in self._numbers

    def _routes_left(
        self, wanted: Iterable[ResourceId], pods: Sequence[IPNetwork]
    ) -> tuple[list[str] | None, list[ResourceId]]:
        """Ids of routes of nodes, None where no table was seen or seen to be gone; and the tables that are there."""
        left, there, seen, tables = list[str](), list[ResourceId](), 0, [*wanted]
        for each in tables:
            try:
                body = self._client.get(str(each), api_versions.TABLE_API)
            except AzureError as error:
                self._proof.note_unseen(f"route table {each.name}", error)
                continue
            seen += 1
            if body is not None:
                there.append(each)
                routes = RouteTable.parse(body).routes
                left += [f"{each}/routes/{route.name}" for route in routes if self._is_of_node(route, pods)]
        return (left if seen or not tables else None), there


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
