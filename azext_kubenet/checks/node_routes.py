"""Proof after creation: that pods on one node can reach pods on another.

Kubenet needs the cluster's route table on each subnet that holds nodes [H1, H2, H4, A13], and in it a route a node
inside the pod CIDR [B13]. What is seen to be missing is a refusal; what may not, or cannot, be looked at is not proven,
which is said, and is no failure: who creates a cluster has no role on its node resource group.
"""

import shlex
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from netaddr import AddrFormatError, IPNetwork

from azext_kubenet.addressing.model import AddressPlan, Finding, Severity, advise
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resources import Names, contains_id, same_id
from azext_kubenet.azure.waiting import Say, intervals
from azext_kubenet.changes.create_steps import CreateInputs
from azext_kubenet.errors import Refused

#: Most seconds between looks: a new node's route is written in batches every 30 seconds [B17].
_LOOK_SECONDS = 10.0
#: Age from which on waiting for routes does not help: those of a new cluster come within some minutes (our margin).
_SETTLED = timedelta(minutes=15)
_EVERYTHING = IPNetwork("0.0.0.0/0")
#: What an administrator runs to look: at a subnet's table, and at a table's routes.
_SHOW_TABLE = "az network vnet subnet show --ids {id} --query routeTable.id -o tsv"
_LIST_ROUTES = (
    "az network route-table route list --subscription {subscription} -g {group} --route-table-name {name} -o table"
)


class _Unread(Exception):
    """Something could not be looked at. command: what shows it to who may."""

    def __init__(self, what: str, why: str, command: str):
        super().__init__(f"{what} cannot be read: {why}")
        self.command = command


def running_nodes(cluster: Json) -> int:
    """Nodes of an existing cluster; none while it is stopped."""
    properties = cluster["properties"]
    if (properties.get("powerState") or {}).get("code") == "Stopped":
        return 0
    return sum(int(pool.get("count") or 0) for pool in properties.get("agentPoolProfiles") or ())


def verify_node_routes(client: ArmClient, inputs: CreateInputs, node_group: str, say: Say) -> list[Finding]:
    """Wait, as long as patience lasts, until every node has its route; a warning for what could not be looked at.

    node_group: the cluster's node resource group, where AKS keeps the table that it makes; nothing if it is not known.
    Raises Refused with the remedy for what is missing.
    """
    names, existing = inputs.names, inputs.existing.cluster
    nodes = running_nodes(existing) if existing else inputs.plan.size.first_pool_nodes
    end, said = time.monotonic() + (0 if _is_settled(existing) else client.patience.seconds), False
    try:
        for seconds in intervals(_LOOK_SECONDS):
            table = _table(client, names.subnet_id)
            own = not table or _is_own(table, inputs, node_group)
            found = _node_routes(client, table, inputs.plan) if table and own else 0
            if table and own and found >= nodes:
                _others(client, inputs, table)
                return []
            if time.monotonic() + seconds > end:
                raise _unproven(names, table, own, found, nodes)
            if not said:
                say(f"  proof: {found} of {nodes} nodes have their route in the subnet's route table, waiting")
                said = True
            time.sleep(seconds)
    except _Unread as unread:
        message = f"not proven: that pods on one node of cluster {names.cluster} reach those on another: {unread}"
        return [
            Finding("not-proven", Severity.WARNING, (), message, advise(f"let an administrator run: {unread.command}"))
        ]
    return []


def _is_settled(cluster: Json | None) -> bool:
    """Whether a cluster is so old that its routes do not come any more by waiting."""
    created = ((cluster or {}).get("systemData") or {}).get("createdAt")
    try:
        return bool(created) and datetime.now(UTC) - datetime.fromisoformat(str(created)) > _SETTLED
    except (ValueError, TypeError):  # no time, or one without a zone
        return False


def _is_own(table: str, inputs: CreateInputs, node_group: str) -> bool:
    """Whether a table is the one that AKS made for this cluster, or the one that was on the subnet before."""
    seen = _id(inputs.existing.subnet(inputs.names.subnet) or {}, "routeTable")
    managed = f"/subscriptions/{inputs.names.subscription}/resourceGroups/{node_group}"
    return not node_group or contains_id(managed, table) or bool(seen and same_id(seen, table))


def _others(client: ArmClient, inputs: CreateInputs, table: str) -> None:
    """Look at the subnets of the other pools, each of which needs the same table. Raises Refused."""
    for pool in (inputs.existing.cluster or {}).get("properties", {}).get("agentPoolProfiles") or ():
        subnet = str(pool.get("vnetSubnetID") or "")
        if not subnet or same_id(subnet, inputs.names.subnet_id):
            continue
        has = _table(client, subnet)
        if not same_id(has, table):
            carries = f"route table {has.rsplit('/', 1)[-1]}" if has else "no route table"
            raise Refused(
                f"pool {pool.get('name')} of cluster {inputs.names.cluster} is in subnet {subnet.rsplit('/', 1)[-1]}, "
                f"which carries {carries}, not the cluster's {table.rsplit('/', 1)[-1]}: its pods cannot reach others",
                f"attach the cluster's table: az network vnet subnet update --ids {_quoted(subnet)} "
                f"--route-table {_quoted(table)}",
            )


def _quoted(text: str) -> str:
    return shlex.quote(text)


def _id(body: Json, key: str) -> str:
    return str(((body.get("properties") or {}).get(key) or {}).get("id") or "")


def _read(client: ArmClient, what: str, resource_id: str, api_version: str, command: str) -> Json:
    try:
        body = client.get(resource_id, api_version)
    except AzureError as error:
        raise _Unread(what, str(error), command) from error
    if body is None:  # it is there, for the cluster stands on it: it is only not shown
        raise _Unread(what, "azure does not show it", command)
    return body


def _table(client: ArmClient, subnet_id: str) -> str:
    """The id of a subnet's route table; nothing without one."""
    what, command = f"subnet {subnet_id.rsplit('/', 1)[-1]}", _SHOW_TABLE.format(id=_quoted(subnet_id))
    return _id(_read(client, what, subnet_id, api_versions.SUBNET_API, command), "routeTable")


def _list_routes(table_id: str) -> str:
    """The command that lists a table's routes."""
    parts = table_id.strip("/").split("/")
    return _LIST_ROUTES.format(subscription=_quoted(parts[1]), group=_quoted(parts[3]), name=_quoted(parts[-1]))


def _node_routes(client: ArmClient, table_id: str, plan: AddressPlan) -> int:
    """Ranges inside the pod CIDR for which the table has a route."""
    what = f"route table {table_id.rsplit('/', 1)[-1]}"
    table, pods = _read(client, what, table_id, api_versions.TABLE_API, _list_routes(table_id)), plan.pods
    routes: Sequence[Json] = table.get("properties", {}).get("routes") or ()
    return len({destination for route in routes if pods is not None and (destination := _destination(route)) in pods})


def _destination(route: Json) -> IPNetwork:
    """The range that a route is for; all addresses for a service tag, such as AzureCloud.westeurope."""
    try:
        return IPNetwork(route["properties"].get("addressPrefix") or "")
    except AddrFormatError:
        return _EVERYTHING


def _unproven(names: Names, table: str, own: bool, found: int, nodes: int) -> Refused:
    subnet = f"-g {names.vnet_group} --vnet-name {names.vnet} -n {names.subnet}"
    attach = (
        f"attach the cluster's table: az network vnet subnet update {subnet} --route-table "
        f"$(az network route-table list -g $(az aks show -g {names.group} -n {names.cluster} --query nodeResourceGroup "
        "-o tsv) --query [0].id -o tsv)"
    )
    if not table:
        return Refused(
            f"cluster {names.cluster} exists, but subnet {names.subnet} carries no route table: its pods cannot reach "
            "each other from node to node",
            attach,
        )
    if not own:
        return Refused(
            f"cluster {names.cluster} exists, but subnet {names.subnet} carries route table {table}, which is not this "
            "cluster's: another one may have been created in the subnet at the same time, and two share no table",
            f"look at the table, and remove the one of the two clusters that is to go: {_list_routes(table)}",
        )
    return Refused(
        f"cluster {names.cluster} exists, but its route table {table.rsplit('/', 1)[-1]} has {found} node routes for "
        f"{nodes} nodes: pods on the others cannot be reached",
        f"look at the table: {_list_routes(table)}; nodes that have just started get their route within a minute: run "
        "the same command again; a policy or a lock may keep routes from being written",
    )
