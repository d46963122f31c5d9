"""How the nodes reach the internet: what each outbound type finds on the subnet.

Of a cluster that runs, the outbound type can be changed in a network of the user's own. [H28]
"""

import shlex
from collections.abc import Iterator

from azext_kubenet.azure.models import Route, RouteTable
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks import way_out
from azext_kubenet.checks.check import Check, Phase, Problem
from azext_kubenet.checks.context import NAT_GATEWAY, ROUTE_TABLE, CheckContext
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.options.choices import SYSTEM_ASSIGNED, USER_ASSIGNED

_USER_ROUTES = "userdefinedrouting"
_USER_GATEWAY = "userassignednatgateway"
LOAD_BALANCER = "loadbalancer"
_OPTIONS = ("--outbound-type",)
#: Where a default route may lead: never to Internet. [H11, H22]
_NEXT_HOPS = ("virtualappliance", "virtualnetworkgateway")
#: Where a default route leads whose traffic is dropped.
_NOWHERE = "none"


def outbound_type(context: CheckContext) -> str:
    """The outbound type in lower case; Azure's own without one [H9]."""
    return (context.wanted.outbound_type or LOAD_BALANCER).lower()


def routed_by_user(context: CheckContext) -> bool:
    """Whether traffic leaves by routes of the user's own, so that what becomes of it is not Azure's to show."""
    return outbound_type(context) == _USER_ROUTES


def _outbound_route(context: CheckContext) -> Iterator[Problem]:
    """With userDefinedRouting, the subnet has a default route to an appliance or a gateway."""
    typed, names = context.wanted.outbound_type, context.names
    if not routed_by_user(context):
        return
    table_id = context.id_of(ROUTE_TABLE)
    if not table_id:
        if context.running:  # the check of its route tables says so
            return
        identity = f" and --identity-type {USER_ASSIGNED}" if context.wanted.identity_kind == SYSTEM_ASSIGNED else ""
        yield Problem(
            f"--outbound-type {typed} needs a route table on subnet {names.subnet}, which has none",
            f"{way_out.attach_table(context, identity)}; or leave --outbound-type out",
            _OPTIONS,
        )
        return
    route = way_out.default_route(context.route_table)
    if route is None or route.next_hop.lower() not in _NEXT_HOPS:
        seen = f"leads to {route.next_hop or 'nothing'}" if route else "does not exist"
        yield Problem(
            f"{_called(context)} needs a route 0.0.0.0/0 to a VirtualAppliance or a "
            f"VirtualNetworkGateway in route table {table_id.name}, where it {seen}",
            f"{'change' if route else 'create'} the route{_shared(context)}: "
            f"{way_out.lead_to_appliance(context, table_id, context.route_table)}{_or_by_load_balancer(context)}",
            _options(context),
        )


def _called(context: CheckContext) -> str:
    """The outbound type as the user knows it: as an option, or as a property of the cluster."""
    typed = context.wanted.outbound_type
    return f"outbound type {typed}" if context.running else f"--outbound-type {typed}"


def _options(context: CheckContext) -> tuple[str, ...]:
    return () if context.running else _OPTIONS


def _or_by_load_balancer(context: CheckContext) -> str:
    """The other way: Azure's own outbound type."""
    if not context.running:
        return "; or leave --outbound-type out"
    change = way_out.change_type(context, "loadBalancer")
    return f"; or let traffic leave by the load balancer: {change}" if change else ""


def _use(context: CheckContext, other: str) -> str:
    """How the outbound type becomes another one; "" where Azure does not allow that."""
    if not context.running:
        return f"use --outbound-type {other}"
    change = way_out.change_type(context, other)
    return f"change the outbound type: {change}" if change else ""


def _shared(context: CheckContext) -> str:
    return way_out.also_serves(context.route_table, context.names.subnet_id)


def _nat_gateway(context: CheckContext) -> Iterator[Problem]:
    """A NAT gateway is on the subnet, with a public address, if the outbound type says so, and none if it does not."""
    typed, names, gateway_id = context.wanted.outbound_type, context.names, context.id_of(NAT_GATEWAY)
    if outbound_type(context) == LOAD_BALANCER and gateway_id:
        default = "" if context.running else ", the default"
        refused = "Azure refuses a cluster that is created so" if context.running else "Azure refuses the combination"
        detach = (
            "detach the NAT gateway: az network vnet subnet update "
            f"--ids {shlex.quote(names.subnet_id)} --nat-gateway null"
        )
        ways = [_use(context, "userAssignedNATGateway"), detach]
        yield Problem(
            f"subnet {names.subnet} has NAT gateway {gateway_id.name}, and the outbound type is "
            f"{typed or f'loadBalancer{default}'}: {refused}",
            ", or ".join(each for each in ways if each),
            _options(context),
            azure_refuses=not context.running,
        )
    if outbound_type(context) != _USER_GATEWAY:
        return
    if not gateway_id:
        yield Problem(
            f"{_called(context)} needs a NAT gateway on subnet {names.subnet}, which has none",
            f"{way_out.attach_gateway(context)}{_or_by_load_balancer(context)}",
            _options(context),
            azure_refuses=not context.running,
        )
    else:
        yield from _without_address(context, gateway_id)


def _without_address(context: CheckContext, gateway_id: ResourceId) -> Iterator[Problem]:
    """A NAT gateway needs a public address or prefix [H12]; that Azure refuses one without is not on record."""
    gateway = context.attached(NAT_GATEWAY)
    if gateway is not None and not way_out.has_address(gateway):
        location = str(gateway.get("location") or context.wanted.location)
        yield Problem(
            f"NAT gateway {gateway_id.name} of subnet {context.names.subnet} has no public address and no "
            "public prefix",
            f"add one: {way_out.give_address(gateway_id, location, context.elsewhere(gateway_id))}",
            _options(context),
        )


def _default_route(context: CheckContext) -> Iterator[Problem]:
    """Where traffic leaves by load balancer or NAT gateway, no route of the user's leads all of it elsewhere.

    AKS takes such a table, and some clusters are meant to be so: a warning. [H11 H20 H25]
    """
    if routed_by_user(context):
        return
    try:
        table = context.route_table
    except Unreadable:  # other checks say so
        return
    for route in table.routes:
        hop = route.next_hop.lower()
        if route.destination is not None and route.destination.prefixlen <= 1 and hop in (*_NEXT_HOPS, _NOWHERE):
            yield _misled(context, table, route)


def _misled(context: CheckContext, table: RouteTable, route: Route) -> Problem:
    table_id, typed = context.id_of(ROUTE_TABLE), context.wanted.outbound_type or "loadBalancer"
    where = f"route {route.name} ({route.prefix}) of route table {table_id.name} of subnet {context.names.subnet}"
    of_table = f"{way_out.in_table(context, table_id)} -n {shlex.quote(route.name)}"
    address = " --next-hop-ip-address null" if route.address else ""
    internet = (
        f"lead it to the internet{way_out.also_serves(table, context.names.subnet_id)}: "
        f"az network route-table route update {of_table} --next-hop-type Internet{address}"
    )
    if context.running and route.next_hop.lower() != _NOWHERE:
        internet = ""  # somebody has put a firewall there, and it works
    if route.next_hop.lower() == _NOWHERE:
        effect = "new nodes do not come up, but end" if context.running else "creation would end after many minutes"
        return Problem(
            f"{where} drops all traffic, and nodes must reach the internet: {effect} with exit status 50 of the nodes' "
            "extension",
            internet,
            _options(context),
        )
    ways = [_use(context, "userDefinedRouting"), internet]
    if context.running and table_id.group.lower() == context.wanted.node_group.lower():
        ways = [f"if nobody needs it, delete it: az network route-table route delete {of_table}"]
    return Problem(
        f"{where} leads to {route.next_hop}, so nodes do not reach the internet by {typed}, and answers to connections "
        "through a public load balancer take another way than the connections did",
        ", or ".join(each for each in ways if each),
        _options(context),
    )


_PHASES = (Phase.CREATE, Phase.RUNNING)
CHECKS = (
    Check("outbound-route", _outbound_route, _PHASES),
    Check("nat-gateway", _nat_gateway, _PHASES),
    Check("default-route", _default_route, _PHASES),
)
