"""Commands that give a subnet what its outbound type needs, in the order in which they succeed. Pure, but for look-ups.

What a command would make is looked up first: a PUT of a table that is there already would take its routes away.
"""

import shlex

from netaddr import IPNetwork

from azext_kubenet.addressing.wording import many
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError, is_refusal
from azext_kubenet.azure.bodies import Json, within
from azext_kubenet.azure.models import Route, RouteTable
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.context import CheckContext

#: What stands for the address of a firewall, which only the user knows.
_APPLIANCE = "--next-hop-type VirtualAppliance --next-hop-ip-address FIREWALL_ADDRESS"


def is_default(network: IPNetwork | None) -> bool:
    """Whether a range is all there is."""
    return network is not None and network.prefixlen == 0


def default_route(table: RouteTable) -> Route | None:
    """The route for 0.0.0.0/0, of which a table has one at most [B22]."""
    return next((each for each in table.routes if is_default(each.destination)), None)


def attach_table(context: CheckContext, also: str = "") -> str:
    """Give the subnet, which may not exist yet, a table with a default route to an appliance [H11, H22].

    also: what else is typed when the command is run again
    """
    table_id = _own(context, "routeTables", "routes")
    try:
        found = _look_up(context, table_id, api_versions.TABLE_API)
    except AzureError as error:
        return _not_told(table_id, error)
    make = f"az network route-table create -g {table_id.group} -n {table_id.name} -l {_location(context)}"
    route = lead_to_appliance(context, table_id, RouteTable.parse(found or {}))
    commands = (*_group(context), *([] if found else [make]), route, *_attach(context, f"--route-table {table_id}"))
    return _created(context, *commands) + also


def in_table(context: CheckContext, table_id: ResourceId) -> str:
    """The options that name a table in commands on its routes."""
    place = f"-g {shlex.quote(table_id.group)} --route-table-name {shlex.quote(table_id.name)}"
    return f"{place}{context.elsewhere(table_id)}"


def change_type(context: CheckContext, outbound_type: str) -> str:
    """The command that gives a cluster that runs another outbound type; "" where AKS does not allow that.

    In a network of AKS's none of these types is to be had. [H28] egress-outboundtype
    """
    cluster = context.existing.managed_cluster
    if cluster is None or not cluster.has_own_network:
        return ""
    return f"az aks update {context.place} --outbound-type {outbound_type}"


def lead_to_appliance(context: CheckContext, table_id: ResourceId, table: RouteTable) -> str:
    """The command that has a table's default route lead to an appliance: one that is there is changed [B22]."""
    there = default_route(table)
    place = in_table(context, table_id)
    if there is not None:
        return f"az network route-table route update {place} -n {shlex.quote(there.name)} {_APPLIANCE}"
    taken = {each.name.lower() for each in table.routes}
    name = next(each for each in ("default", *(f"default-{at}" for at in range(1, 1000))) if each not in taken)
    return f"az network route-table route create {place} -n {name} --address-prefix 0.0.0.0/0 {_APPLIANCE}"


def also_serves(table: RouteTable, subnet_id: str) -> str:
    """Whose traffic a change of the table's routes would lead elsewhere too; "" for nobody else's."""
    others = {each for each in table.subnets if each and each != ResourceId(subnet_id)}
    return f" (this also changes {many(len(others), 'other subnet')} with this table)" if others else ""


def attach_gateway(context: CheckContext) -> str:
    """Give the subnet, which may not exist yet, a NAT gateway with a public address [H12, H23]."""
    gateway_id = _own(context, "natGateways", "nat")
    try:
        found = _look_up(context, gateway_id, api_versions.NAT_GATEWAY_API)
    except AzureError as error:
        return _not_told(gateway_id, error)
    group, location, elsewhere = _group(context), _location(context), context.elsewhere(gateway_id)
    attach = _attach(context, f"--nat-gateway {shlex.quote(str(gateway_id))}")
    if found is None:
        make = (
            f"az network nat gateway create {gateway_id.place} -l {location} "
            f"--public-ip-addresses {_address_of(gateway_id)}{elsewhere}"
        )
        return _created(context, *group, _make_address(gateway_id, location, elsewhere), make, *attach)
    address = [] if has_address(found) else [give_address(gateway_id, location, elsewhere)]
    return _created(context, *address, *attach)


def has_address(gateway: Json) -> bool:
    """Whether a NAT gateway has a public address or a public prefix."""
    properties = within(gateway, "properties")
    return bool(properties.get("publicIpAddresses") or properties.get("publicIpPrefixes"))


def give_address(gateway_id: ResourceId, location: str, elsewhere: str = "") -> str:
    """The commands that make a public address and give it to a NAT gateway.

    elsewhere: the option for a subscription that is not the cluster's
    """
    update = (
        f"az network nat gateway update {gateway_id.place} --public-ip-addresses {_address_of(gateway_id)}{elsewhere}"
    )
    return _chain(_make_address(gateway_id, location, elsewhere), update)


def again(context: CheckContext) -> str:
    """How the command is typed after that: what was made is named."""
    if context.subnet is not None:
        return "run the command again"
    names = context.names
    group = "" if names.vnet_group.lower() == names.group.lower() else f"--vnet-resource-group {names.vnet_group} "
    return f"run the command again with {group}--vnet-name {names.vnet} --subnet-name {names.subnet}"


def _address_of(gateway_id: ResourceId) -> str:
    return f"{gateway_id.name}-ip"


def _make_address(gateway_id: ResourceId, location: str, elsewhere: str) -> str:
    return (
        f"az network public-ip create -g {shlex.quote(gateway_id.group)} -n {_address_of(gateway_id)} -l {location} "
        f"--sku Standard --allocation-method Static{elsewhere}"
    )


def _own(context: CheckContext, kind: str, ending: str) -> ResourceId:
    """The id of what is made for this cluster, in the group of its network."""
    group = ResourceId(context.names.vnet_id).group_id
    return ResourceId(f"{group}/providers/Microsoft.Network/{kind}/{context.names.cluster}-{ending}")


def _location(context: CheckContext) -> str:
    """The region of the network, where what is attached to its subnets is too."""
    return plain_region(context.existing.network.location or context.wanted.location)


def _group(context: CheckContext) -> list[str]:
    names = context.names
    if context.existing.group is not None or names.vnet_group.lower() != names.group.lower():
        return []
    return [f"az group create -n {names.group} -l {_location(context)}"]


def _attach(context: CheckContext, what: str) -> list[str]:
    """Attach something to the subnet, or make the subnet with it, and before that its network."""
    names, plan = context.names, context.plan
    if context.subnet is not None:
        return [f"az network vnet subnet update --ids {shlex.quote(names.subnet_id)} {what}"]
    subnet = f"az network vnet subnet create {names.subnet_place} --address-prefixes {plan.subnet} {what}"
    if context.existing.vnet is not None:
        return [subnet]
    prefixes = " ".join(map(str, plan.vnet))
    place = f"{names.vnet_place} -l {_location(context)}"
    return [f"az network vnet create {place} --address-prefixes {prefixes}", subnet]


def _look_up(context: CheckContext, resource_id: ResourceId, api_version: str) -> Json | None:
    """What is there; None also where it is not shown: who may not read a group's resources may not write them.

    Raises AzureError where Azure gives no answer now: that is no absence, and a creation would replace what is there.
    """
    if context.existing.group is None and context.names.vnet_group.lower() == context.names.group.lower():
        return None
    try:
        return context.reader.get(str(resource_id), api_version)
    except AzureError as error:
        if not is_refusal(error):
            raise
        return None


def _created(context: CheckContext, *commands: str) -> str:
    then = "" if context.running else f"; then {again(context)}"
    return f"create and attach one: {_chain(*commands)}{then}"


def _not_told(resource_id: ResourceId, error: AzureError) -> str:
    return f"run the command again: Azure did not say whether {resource_id.name} exists ({error.reason})"


def _chain(*commands: str) -> str:
    return " && ".join(commands)
