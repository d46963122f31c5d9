"""How the nodes reach the internet: what each outbound type finds on the subnet."""

from collections.abc import Iterator

from azext_kubenet.azure.bodies import within
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Check, Problem
from azext_kubenet.checks.context import NAT_GATEWAY, ROUTE_TABLE, CheckContext

_USER_ROUTES = "userdefinedrouting"
_USER_GATEWAY = "userassignednatgateway"
_LOAD_BALANCER = "loadbalancer"
_OPTIONS = ("--outbound-type",)
#: Where a default route may lead: never to Internet. [H11]
_NEXT_HOPS = ("virtualappliance", "virtualnetworkgateway")


def _outbound_type(context: CheckContext) -> str:
    """The outbound type in lower case; Azure's own without one [H9]."""
    return (context.wanted.outbound_type or _LOAD_BALANCER).lower()


def _outbound_route(context: CheckContext) -> Iterator[Problem]:
    """With userDefinedRouting, the subnet has a default route to an appliance or a gateway."""
    typed = context.wanted.outbound_type
    if _outbound_type(context) != _USER_ROUTES:
        return
    names, table_id = context.names, context.id_of(ROUTE_TABLE)
    if not table_id:
        yield Problem(
            f"--outbound-type {typed} needs a route table on subnet {names.subnet}, which has none",
            f"{_make_route(names.vnet_group, f'{names.cluster}-routes')}, attach the table to the subnet: "
            f"az network vnet subnet update --ids {names.subnet_id} --route-table {names.cluster}-routes, and use "
            "--identity-type userAssigned; or leave --outbound-type out",
            _OPTIONS,
        )
        return
    hops = [each.next_hop for each in context.route_table.routes if str(each.destination) == "0.0.0.0/0"]
    if not any(hop.lower() in _NEXT_HOPS for hop in hops):
        seen = f"leads to {hops[0]}" if hops else "does not exist"
        yield Problem(
            f"--outbound-type {typed} needs a route 0.0.0.0/0 to a VirtualAppliance or a "
            f"VirtualNetworkGateway in route table {table_id.name}, where it {seen}",
            f"{_make_route(table_id.group, table_id.name)}, or leave --outbound-type out",
            _OPTIONS,
        )


def _make_route(group: str, table: str) -> str:
    return (
        f"create the route: az network route-table route create -g {group} --route-table-name {table} -n default "
        "--address-prefix 0.0.0.0/0 --next-hop-type VirtualAppliance --next-hop-ip-address FIREWALL_ADDRESS"
    )


def _nat_gateway(context: CheckContext) -> Iterator[Problem]:
    """A NAT gateway is on the subnet, with a public address, if the outbound type says so, and none if it does not."""
    typed, names, gateway_id = context.wanted.outbound_type, context.names, context.id_of(NAT_GATEWAY)
    if _outbound_type(context) == _LOAD_BALANCER and gateway_id:
        yield Problem(
            f"subnet {names.subnet} has NAT gateway {gateway_id.name}, and the outbound type is "
            f"{typed or 'loadBalancer, the default'}: Azure refuses the combination",
            "use --outbound-type userAssignedNATGateway, or detach the NAT gateway: az network vnet subnet update "
            f"--ids {names.subnet_id} --nat-gateway null",
            _OPTIONS,
        )
    if _outbound_type(context) != _USER_GATEWAY:
        return
    if not gateway_id:
        yield Problem(
            f"--outbound-type {typed} needs a NAT gateway on subnet {names.subnet}, which has none",
            f"attach one: az network vnet subnet update --ids {names.subnet_id} --nat-gateway GATEWAY, or leave "
            "--outbound-type out",
            _OPTIONS,
        )
    else:
        yield from _without_address(context, gateway_id)


def _without_address(context: CheckContext, gateway_id: ResourceId) -> Iterator[Problem]:
    """A NAT gateway needs a public address or prefix [H12]."""
    gateway = context.attached(NAT_GATEWAY)
    properties = within(gateway, "properties")
    if gateway is not None and not (properties.get("publicIpAddresses") or properties.get("publicIpPrefixes")):
        yield Problem(
            f"NAT gateway {gateway_id.name} of subnet {context.names.subnet} has no public address and no "
            "public prefix",
            f"add one: az network nat gateway update -g {gateway_id.group} -n {gateway_id.name} "
            "--public-ip-addresses PUBLIC_IP",
            _OPTIONS,
        )


CHECKS = (
    Check("outbound-route", _outbound_route),
    Check("nat-gateway", _nat_gateway),
)
