"""What each outbound type finds on the subnet, and remedies that succeed in the situation in which they are printed."""

import re

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.options.choices import SYSTEM_ASSIGNED
from tests.unit.checks.wire import (
    GATEWAY,
    NAMES,
    NETWORK,
    REFUSED,
    TABLE,
    but,
    network,
    of,
    run,
    situation,
    subnet,
    table,
)

OWN_TABLE, OWN_GATEWAY = f"{NETWORK}/routeTables/c-routes", f"{NETWORK}/natGateways/c-nat"
UPDATE = f"az network vnet subnet update --ids {NAMES.subnet_id}"
NEW_SUBNET = "az network vnet subnet create -g g --vnet-name v -n n --address-prefixes 192.168.1.0/24"
NEW_VNET = "az network vnet create -g g -n v -l westeurope --address-prefixes 192.168.0.0/16"
NEW_TABLE = "az network route-table create -g g -n c-routes -l westeurope"
APPLIANCE = "--next-hop-type VirtualAppliance --next-hop-ip-address FIREWALL_ADDRESS"
ROUTE = "az network route-table route create -g g --route-table-name {} -n {} --address-prefix 0.0.0.0/0 " + APPLIANCE
CHANGE = "az network route-table route update -g g --route-table-name {} -n {} " + APPLIANCE
ADDRESS = "az network public-ip create -g g -n {}-ip -l westeurope --sku Standard --allocation-method Static"
NEW_GATEWAY = "az network nat gateway create -g g -n c-nat -l westeurope --public-ip-addresses c-nat-ip"
ROUTED, GATED = {"routeTable": {"id": TABLE}}, {"natGateway": {"id": GATEWAY}}
THERE, NO_SUBNET, NO_NETWORK, NO_GROUP = (
    situation(network(subnet())),
    situation(network()),
    situation(),
    situation(group=False),
)
BARE = {"name": "gw", "location": "westeurope", "properties": {}}

# (what is seen, the situation, the outbound type, Azure's answers, the commands that are proposed in this order)
REMEDIES = (
    ("no table on the subnet", THERE, "userDefinedRouting", {},
     [NEW_TABLE, ROUTE.format("c-routes", "default"), f"{UPDATE} --route-table {OWN_TABLE}"]),
    ("a subnet that is still to be made", NO_SUBNET, "userDefinedRouting", {},
     [NEW_TABLE, ROUTE.format("c-routes", "default"), f"{NEW_SUBNET} --route-table {OWN_TABLE}"]),
    ("a network that is still to be made", NO_NETWORK, "userDefinedRouting", {},
     [NEW_TABLE, ROUTE.format("c-routes", "default"), NEW_VNET, f"{NEW_SUBNET} --route-table {OWN_TABLE}"]),
    ("a group that is still to be made", NO_GROUP, "userDefinedRouting", {},
     ["az group create -n g -l westeurope", NEW_TABLE, ROUTE.format("c-routes", "default"), NEW_VNET,
      f"{NEW_SUBNET} --route-table {OWN_TABLE}"]),
    ("a table of that name, whose routes a creation would take away", THERE, "userDefinedRouting",
     {OWN_TABLE: table(("a", "10.0.0.0/8"))},
     [ROUTE.format("c-routes", "default"), f"{UPDATE} --route-table {OWN_TABLE}"]),
    ("a table of that name with a default route", THERE, "userDefinedRouting",
     {OWN_TABLE: table(("out", "0.0.0.0/0", "Internet"))},
     [CHANGE.format("c-routes", "out"), f"{UPDATE} --route-table {OWN_TABLE}"]),
    ("a default route under another name", situation(network(subnet(**ROUTED))), "userDefinedRouting",
     {TABLE: table(("to-internet", "0.0.0.0/0", "Internet"))}, [CHANGE.format("t", "to-internet")]),
    ("a default route to nowhere", situation(network(subnet(**ROUTED))), "userDefinedRouting",
     {TABLE: table(("x", "0.0.0.0/0", "None"))}, [CHANGE.format("t", "x")]),
    ("no default route", situation(network(subnet(**ROUTED))), "userDefinedRouting",
     {TABLE: table(("a", "10.0.0.0/8"))}, [ROUTE.format("t", "default")]),
    ("another route that is called default", situation(network(subnet(**ROUTED))), "userDefinedRouting",
     {TABLE: table(("Default", "10.0.0.0/8"))}, [ROUTE.format("t", "default-1")]),
    ("no gateway on the subnet", THERE, "userAssignedNATGateway", {},
     [ADDRESS.format("c-nat"), NEW_GATEWAY, f"{UPDATE} --nat-gateway {OWN_GATEWAY}"]),
    ("no gateway, and no network", NO_NETWORK, "userAssignedNATGateway", {},
     [ADDRESS.format("c-nat"), NEW_GATEWAY, NEW_VNET, f"{NEW_SUBNET} --nat-gateway {OWN_GATEWAY}"]),
    ("a gateway of that name", THERE, "userAssignedNATGateway",
     {OWN_GATEWAY: {"properties": {"publicIpPrefixes": [{"id": "x"}]}}}, [f"{UPDATE} --nat-gateway {OWN_GATEWAY}"]),
    ("a gateway of that name without an address", THERE, "userAssignedNATGateway", {OWN_GATEWAY: BARE},
     [ADDRESS.format("c-nat"), "az network nat gateway update -g g -n c-nat --public-ip-addresses c-nat-ip",
      f"{UPDATE} --nat-gateway {OWN_GATEWAY}"]),
    ("a gateway on the subnet without an address", situation(network(subnet(**GATED))), "userAssignedNATGateway",
     {GATEWAY: BARE},
     [ADDRESS.format("gw"), "az network nat gateway update -g g -n gw --public-ip-addresses gw-ip"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "outbound", "answers", "commands"), [row[1:] for row in REMEDIES], ids=[row[0] for row in REMEDIES]
)
def test_a_remedy_is_what_succeeds_in_this_very_situation(wanted, outbound, answers, commands):
    found, _ = run(but(wanted, outbound_type=outbound), answers)
    (finding,) = [each for each in found if each.severity.value == "error"]
    assert re.split(r"; | && ", finding.recommendation.partition(": ")[2])[: len(commands)] == commands


@pytest.mark.parametrize(
    ("outbound", "path"), [("userDefinedRouting", OWN_TABLE), ("userAssignedNATGateway", OWN_GATEWAY)]
)
def test_nothing_is_to_be_created_where_azure_does_not_say_whether_it_exists(outbound, path):
    found, _ = run(but(THERE, outbound_type=outbound), {path: AzureError(503, "ServiceUnavailable", "busy")})
    (finding,) = [each for each in found if each.severity.value == "error"]
    name = path.rpartition("/")[2]
    assert f"Azure did not say whether {name} exists (ServiceUnavailable)" in finding.recommendation
    assert " create " not in finding.recommendation


def test_what_else_a_shared_table_serves_is_said():
    wanted = but(situation(network(subnet(**ROUTED))), outbound_type="userDefinedRouting")
    shared = table(("x", "0.0.0.0/0", "Internet"), subnets=[NAMES.subnet_id.upper(), f"{NETWORK}/v/subnets/other"])
    found, _ = run(wanted, {TABLE: shared})
    assert ["also changes 1 other subnet with this table" in each.recommendation for each in found] == [True]


def test_an_own_table_wants_another_identity():
    found, _ = run(but(THERE, outbound_type="userDefinedRouting", identity_kind=SYSTEM_ASSIGNED))
    assert ["run the command again and --identity-type userAssigned" in each.recommendation for each in found] == [True]


def test_the_next_run_names_the_network_that_was_made():
    found, _ = run(but(NO_NETWORK, outbound_type="userDefinedRouting"))
    assert ["with --vnet-name v --subnet-name n" in each.recommendation for each in found] == [True]


# (where the default route of the table leads, the outbound type, findings)
DEFAULTS = (
    ("VirtualAppliance", "", ["default-route"]),
    ("virtualNetworkGateway", "loadBalancer", ["default-route"]),
    ("None", "", ["default-route"]),
    ("VirtualAppliance", "userAssignedNATGateway", ["default-route"]),
    ("Internet", "", []),
    ("VnetLocal", "", []),
    ("", "", []),
)


@pytest.mark.parametrize(("hop", "outbound", "expected"), DEFAULTS)
@pytest.mark.parametrize("prefix", ["0.0.0.0/0", "0.0.0.0/1"])
def test_a_default_route_past_the_outbound_type_is_a_warning(hop, outbound, expected, prefix):
    wanted = but(
        situation(network(subnet(**ROUTED, **(GATED if outbound[:4] == "user" else {})))), outbound_type=outbound
    )
    gateway = {GATEWAY: {"properties": {"publicIpAddresses": [{"id": "x"}]}}}
    found, _ = run(wanted, {TABLE: table(("x", prefix, hop)), **gateway})
    assert (of(found), of(found, "warning")) == ([], expected)
    for each in found:
        assert "az network route-table route update -g g --route-table-name t -n x --next-hop-type Internet" in (
            each.recommendation
        )


def test_a_default_route_that_may_not_be_read_is_told_by_a_check_that_needs_it():
    found, _ = run(situation(network(subnet(**ROUTED))), {TABLE: REFUSED})
    assert "default-route" not in of(found, "warning")


def test_only_what_azure_is_known_to_refuse_cannot_be_lowered():
    gated = but(situation(network(subnet(**GATED))), outbound_type="userAssignedNATGateway")
    (without_address,) = [each for each in run(gated, {GATEWAY: BARE})[0] if each.rule == "nat-gateway"]
    (without_gateway,) = run(but(THERE, outbound_type="userAssignedNATGateway"))[0]
    assert (without_address.acceptable, without_gateway.acceptable) == ("--skip-checks", "")
