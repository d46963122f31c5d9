"""What to do about routes of nodes that are missing on a cluster that exists: which table, which node, whose routes.

What is looked at here only makes the advice better: what may not be read is passed over.
"""

import shlex
from collections.abc import Iterable, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.models import RouteTable, Subnet
from azext_kubenet.azure.nodes import node_of_instance, node_of_route
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.errors import Refused

_LIST_ROUTES = (
    "az network route-table route list --subscription {subscription} -g {group} --route-table-name {name} -o table"
)
#: Parts of a message that are named one by one.
_NAMED = 5
#: Infrastructure code that names no table takes it off. terraform-provider-azurerm#3749; ansible-collections/azure#890
_CODE = "then correct the code that detached it, which would do so again"


def list_routes(table: ResourceId) -> str:
    """The command that lists a table's routes."""
    subscription, group, name = (shlex.quote(each) for each in (table.subscription, table.group, table.name))
    return _LIST_ROUTES.format(subscription=subscription, group=group, name=name)


def list_tables(subnet: ResourceId) -> str:
    """The command that lists all tables that a subnet can have: az network route-table list wants a resource group."""
    kind = "Microsoft.Network/routeTables"
    return f"az resource list --subscription {subnet.subscription} --resource-type {kind} --query [].id -o tsv"


def without_route(subnet: Subnet, table: RouteTable) -> list[str]:
    """The nodes in a subnet that the table has no route for, by name."""
    routed = {node_of_route(route.name) for route in table.routes}
    nodes = {node_of_instance(str(each)) for each in subnet.configurations}
    return sorted(nodes - routed - {""})


def no_table(client: ArmClient, names: Names, node_group: str, pods: IPNetwork | None) -> Refused:
    """The subnet has no table at all."""
    command = f"az network vnet subnet update --ids {shlex.quote(names.subnet_id)} --route-table"
    found = _tables_of(client, names, node_group, pods)
    if len(found) == 1:
        advice = [f"attach the table that it was created with: {command} {shlex.quote(str(found[0]))}", _CODE]
    elif found:
        tables = listed([str(each) for each in found[:_NAMED]])
        advice = [f"attach the table that it was created with, one of {tables}: {command} TABLE_ID", _CODE]
    else:
        show = list_tables(ResourceId(names.subnet_id))
        advice = [f"attach the table that it was created with: {command} TABLE_ID", f"list the tables: {show}", _CODE]
    return Refused(
        f"cluster {names.cluster} exists, but subnet {names.subnet} has no route table: its pods cannot reach "
        "each other from node to node",
        advice,
    )


def another_table(names: Names, table: ResourceId) -> Refused:
    """The subnet has a table that is not this cluster's."""
    return Refused(
        f"cluster {names.cluster} exists, but subnet {names.subnet} has route table {table}, which is not this "
        "cluster's: another one may have been created in the subnet at the same time, and two clusters cannot "
        "share a table",
        [
            f"check whose nodes have routes in it: {list_routes(table)}",
            "then create one of the two clusters anew, in a subnet of its own",
        ],
    )


def too_few(client: ArmClient, names: Names, table_id: ResourceId, found: int, nodes: int, *, settled: bool) -> Refused:
    """The table has fewer routes than there are nodes. settled: whether the cluster is too old for them to come yet."""
    missing = _missing(client, names, table_id)
    which = f" ({listed(missing)})" if missing else ""
    again = [] if settled else ["run the command again: nodes that have just started get their route within a minute"]
    return Refused(
        f"cluster {names.cluster} exists, but its route table {table_id.name} has {many(found, 'node route')} for "
        f"{many(nodes, 'node')}: pods on the others{which} cannot be reached",
        [
            f"check the table: {list_routes(table_id)}",
            *again,
            "look for a policy or a lock that keeps routes from being written, and for infrastructure code that lists "
            "the table's routes and deletes all others",
        ],
    )


def _missing(client: ArmClient, names: Names, table_id: ResourceId) -> list[str]:
    try:
        subnet = Subnet.parse(client.get(names.subnet_id, api_versions.SUBNET_API) or {})
        table = RouteTable.parse(client.get(str(table_id), api_versions.TABLE_API) or {})
    except AzureError:
        return []
    found = without_route(subnet, table)
    return found if len(found) <= _NAMED else [*found[:_NAMED], f"{len(found) - _NAMED} more"]


def _tables_of(client: ArmClient, names: Names, node_group: str, pods: IPNetwork | None) -> list[ResourceId]:
    """The tables that may be the cluster's: those that AKS made for it, else those with routes in its pod CIDR."""
    managed = ResourceId.of_group(names.subscription, node_group)
    own = _ids(client, f"{managed}/providers/Microsoft.Network/routeTables") if managed else []
    if own:
        return [table.id for table in own]
    every = _ids(client, f"/subscriptions/{names.network_subscription}/providers/Microsoft.Network/routeTables")
    return [table.id for table in every if pods is not None and _inside(table.destinations, pods)]


def _inside(destinations: Iterable[IPNetwork], pods: IPNetwork) -> bool:
    return any(each in pods for each in destinations)


def _ids(client: ArmClient, path: str) -> Sequence[RouteTable]:
    try:
        return [RouteTable.parse(each) for each in client.list(path, api_versions.TABLE_API)]
    except AzureError:
        return []
