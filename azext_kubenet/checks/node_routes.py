"""Proof after creation: that pods on one node can reach pods on another.

Kubenet needs the cluster's route table on each subnet that holds nodes [H1, H2, H4, A13], and in it a route a node
inside the pod CIDR [B13]. What is seen to be missing is a refusal; what may not, or cannot, be looked at is not proven,
which is said, and is no failure: who creates a cluster has no role on its node resource group.
"""

import shlex
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.wording import many
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable, Subnet
from azext_kubenet.azure.moments import moment
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import Say, intervals
from azext_kubenet.checks.node_route_remedies import another_table, list_routes, no_table, too_few
from azext_kubenet.errors import Refused

#: Most seconds between looks: a new node's route is written in batches every 30 seconds [B17].
_LOOK_SECONDS = 10.0
#: Age from which on waiting for routes does not help: those of a new cluster come within some minutes (our margin).
_SETTLED = timedelta(minutes=15)
#: What an administrator runs to look at a subnet's table.
_SHOW_TABLE = "az network vnet subnet show --ids {id} --query routeTable.id -o tsv"


class _Unread(Exception):
    """Something could not be looked at. command: what shows it to who may."""

    def __init__(self, what: str, why: str, command: str):
        super().__init__(f"{what} cannot be read: {why}")
        self.command = command


@dataclass(frozen=True)
class ExpectedRoutes:
    """What must be in the subnet's route table.

    names: of the cluster and of its network
    pods: the pod CIDR
    cluster: the cluster, where it was there before
    nodes: how many of them have a route each
    table_before: the id of the table that was on the subnet before, empty for none
    """

    names: Names
    pods: IPNetwork | None
    cluster: Cluster | None
    nodes: int
    table_before: ResourceId


def verify_node_routes(client: ArmClient, expected: ExpectedRoutes, node_group: str, say: Say) -> list[Finding]:
    """Wait, for as long as the retry policy allows, until every node has its route; warn of what could not be read.

    node_group: the cluster's node resource group, where AKS keeps the table that it makes; nothing if it is not known.
    Raises Refused with the remedy for what is missing.
    """
    names, nodes = expected.names, expected.nodes
    end, said = time.monotonic() + (0 if _is_settled(expected.cluster) else client.retry_policy.seconds), False
    try:
        for seconds in intervals(_LOOK_SECONDS):
            table = _table(client, ResourceId(names.subnet_id))
            own = not table or _is_own(table, expected, node_group)
            found = _node_routes(client, table, expected.pods) if table and own else 0
            if table and own and found >= nodes:
                _others(client, expected, table)
                return []
            if time.monotonic() + seconds > end:
                raise _unproven(client, expected, node_group, table, own=own, found=found)
            if not said:
                have = f"{found} of {many(nodes, 'node')} have their route"
                say(f"  node routes: {have} in the subnet's route table; waiting")
                said = True
            client.retry_policy.pause(seconds)
    except _Unread as unread:
        message = f"not verified: that pods on one node of cluster {names.cluster} reach those on another: {unread}"
        return [
            Finding("not-proven", Severity.WARNING, (), message, advise(f"have an administrator run: {unread.command}"))
        ]
    return []


def _is_settled(cluster: Cluster | None) -> bool:
    """Whether a cluster is so old that its routes do not come any more by waiting."""
    created = moment(cluster.created) if cluster else None
    return created is not None and datetime.now(timezone.utc) - created > _SETTLED


def _is_own(table: ResourceId, expected: ExpectedRoutes, node_group: str) -> bool:
    """Whether a table is the one that AKS made for this cluster, or the one that was on the subnet before."""
    managed = ResourceId.of_group(expected.names.subscription, node_group)
    return not managed or managed.contains(table) or expected.table_before == table


def _others(client: ArmClient, expected: ExpectedRoutes, table: ResourceId) -> None:
    """Look at the subnets of the other pools, each of which needs the same table. Raises Refused."""
    for pool in expected.cluster.pools if expected.cluster else ():
        subnet = pool.subnet
        if not subnet or subnet == ResourceId(expected.names.subnet_id):
            continue
        has = _table(client, subnet)
        if has != table:
            wrong = f"route table {has.name}" if has else "no route table"
            raise Refused(
                f"pool {pool.name} of cluster {expected.names.cluster} is in subnet {subnet.name}, "
                f"which has {wrong}, not the cluster's {table.name}: its pods cannot reach others",
                f"attach the cluster's table: az network vnet subnet update --ids {_quoted(subnet)} "
                f"--route-table {_quoted(table)}",
            )


def _quoted(named: object) -> str:
    return shlex.quote(str(named))


def _read(client: ArmClient, what: str, resource_id: ResourceId, api_version: str, command: str) -> Json:
    try:
        body = client.get(str(resource_id), api_version)
    except AzureError as error:
        raise _Unread(what, str(error), command) from error
    if body is None:  # it is there, for the cluster stands on it: it is only not shown
        raise _Unread(what, "azure does not show it", command)
    return body


def _table(client: ArmClient, subnet_id: ResourceId) -> ResourceId:
    """The id of a subnet's route table; an empty one without one."""
    what, command = f"subnet {subnet_id.name}", _SHOW_TABLE.format(id=_quoted(subnet_id))
    return Subnet.parse(_read(client, what, subnet_id, api_versions.SUBNET_API, command)).route_table


def _node_routes(client: ArmClient, table_id: ResourceId, pods: IPNetwork | None) -> int:
    """Ranges inside the pod CIDR for which the table has a route."""
    what = f"route table {table_id.name}"
    body = _read(client, what, table_id, api_versions.TABLE_API, list_routes(table_id))
    return 0 if pods is None else sum(each in pods for each in RouteTable.parse(body).destinations)


def _unproven(
    client: ArmClient, expected: ExpectedRoutes, node_group: str, table: ResourceId, *, own: bool, found: int
) -> Refused:
    """The refusal of what is seen to be missing. own: whether the table is the cluster's; found: routes in it."""
    names = expected.names
    if not table:
        return no_table(client, names, node_group, expected.pods)
    if not own:
        return another_table(names, table)
    return too_few(client, names, table, found, expected.nodes, settled=_is_settled(expected.cluster))
