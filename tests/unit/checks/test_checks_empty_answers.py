"""No answer of Azure, however empty, ends in a traceback: each key of rich ones dropped or emptied, one at a time."""

import copy
import json
from dataclasses import replace

import pytest

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.model import ClusterSize, RangeRequests
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.azure.caller import UNKNOWN
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.role_assignments import Role, assignments_of, sufficient
from azext_kubenet.changes.drift import cluster_drift
from azext_kubenet.checks import Phase, run_checks
from azext_kubenet.discovery.existing import (
    WITHOUT_PREFIX,
    ExistingResources,
    apply_existing,
    attached_reads,
    reservations,
)
from azext_kubenet.discovery.network_reads import NetworkSource
from azext_kubenet.discovery.surroundings import surroundings
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED
from azext_kubenet.options.create_options import AksOptions
from azext_kubenet.options.identity import Identity
from azext_kubenet.options.private_cluster import PrivateCluster
from tests.unit.checks.wire import (
    ALL,
    CLUSTERS,
    GATEWAY,
    GROUP,
    NAMES,
    NETWORK,
    NSG,
    PERMISSIONS,
    SUB,
    TABLE,
    Wire,
    a_cluster,
    network,
    nic,
    nsg,
    situation,
    subnet,
    table,
)

pytestmark = pytest.mark.usefixtures("one_after_another")

HUB = f"{NETWORK}/virtualNetworks/hub"
VPN = f"{NETWORK}/virtualNetworkGateways/vpn"
SITE = f"{NETWORK}/localNetworkGateways/hq"
DNS = ResourceId(f"{NETWORK}/privateDnsZones/privatelink.westeurope.azmk8s.io")


def rich():
    """Answers that show all that is read, by path."""
    inside = {
        "routeTable": {"id": TABLE},
        "networkSecurityGroup": {"id": NSG},
        "natGateway": {"id": GATEWAY},
        "ipConfigurations": [
            nic(1),
            {
                "id": f"{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/"
                "aks-np-vmss/virtualMachines/0/networkInterfaces/aks-np-vmss"
            },
        ],
        "applicationGatewayIPConfigurations": [{"id": f"{NETWORK}/applicationGateways/a/x/y"}],
        "delegations": [{"name": "d", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}],
        "serviceAssociationLinks": [
            {"name": "l", "properties": {"linkedResourceType": "Microsoft.Web/x", "link": f"{GROUP}/y"}}
        ],
        "resourceNavigationLinks": [{"name": "l", "properties": {"link": f"{GROUP}/y"}}],
        "addressPrefixes": ["192.168.1.0/24", "192.168.9.0/24"],
        "serviceEndpointPolicies": [{"id": f"{NETWORK}/serviceEndpointPolicies/p"}],
    }
    vnet = network(
        subnet(**inside),
        subnet("GatewaySubnet", "192.168.2.0/24", ipConfigurations=[{"id": f"{VPN}/ipConfigurations/default"}]),
    )
    vnet["properties"]["dhcpOptions"] = {"dnsServers": ["10.9.0.4", "168.63.129.16"]}
    vnet["properties"]["virtualNetworkPeerings"] = [
        {
            "name": "to-hub",
            "properties": {
                "remoteVirtualNetwork": {"id": HUB},
                "remoteVirtualNetworkAddressSpace": {"addressPrefixes": ["10.9.0.0/16"]},
                "peeringState": "Connected",
                "allowForwardedTraffic": True,
                "useRemoteGateways": True,
            },
        }
    ]
    hub = {
        "id": HUB,
        "name": "hub",
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.9.0.0/16"]},
            "subnets": [],
            "virtualNetworkPeerings": vnet["properties"]["virtualNetworkPeerings"],
        },
    }
    cluster = a_cluster("other", f"{NETWORK}/virtualNetworks/v/subnets/n")
    cluster["properties"]["networkProfile"].update(podCidr="10.50.0.0/16", serviceCidr="10.51.0.0/16")
    return {
        NAMES.vnet_id: vnet,
        HUB: hub,
        CLUSTERS: [cluster],
        NSG: nsg(("web", 100, "Inbound", "Deny", "*", "*", "Tcp", "22"), ("all", 200, "Inbound", "Deny")),
        TABLE: table(("default", "0.0.0.0/0"), ("in", "10.244.3.0/24"), subnets=[f"{HUB}/subnets/x"]),
        GATEWAY: {"name": "gw", "properties": {"publicIpAddresses": [{"id": "x"}], "publicIpPrefixes": []}},
        VPN: {
            "id": VPN,
            "properties": {
                "ipConfigurations": [{"properties": {"subnet": {"id": f"{NAMES.vnet_id}/subnets/GatewaySubnet"}}}],
                "vpnClientConfiguration": {"vpnClientAddressPool": {"addressPrefixes": ["172.20.0.0/24"]}},
            },
        },
        f"{VPN}/connections": [
            {
                "id": f"{NETWORK}/connections/c",
                "properties": {
                    "connectionType": "IPsec",
                    "enableBgp": True,
                    "virtualNetworkGateway1": {"id": VPN},
                    "localNetworkGateway2": {"id": SITE},
                    "trafficSelectorPolicies": [{"remoteAddressRanges": ["172.21.0.0/24"]}],
                },
            }
        ],
        SITE: {"id": SITE, "properties": {"localNetworkAddressSpace": {"addressPrefixes": ["172.22.0.0/24"]}}},
        f"{SUB}/providers/Microsoft.Network": {"registrationState": "Registered"},
        f"{NAMES.subnet_id}{PERMISSIONS}": copy.deepcopy(ALL),
        str(DNS): {"id": str(DNS), "name": DNS.name, "location": "global", "properties": {}},
        f"{DNS}/virtualNetworkLinks": [{"name": "l", "properties": {"virtualNetwork": {"id": HUB}}}],
    }


def holes(body, path=()):
    """Each place in a body."""
    if path:
        yield path
    if isinstance(body, dict):
        for key in body:
            yield from holes(body[key], (*path, key))
    elif isinstance(body, list):
        for at, each in enumerate(body):
            yield from holes(each, (*path, at))


#: What may stand in a place instead: nothing at all, or something empty.
GONE = object()
INSTEAD = (GONE, None, [], {}, "")


def emptied(body, path, value):
    """The body with something else at a place."""
    found = copy.deepcopy(body)
    holder = found
    for key in path[:-1]:
        holder = holder[key]
    if value is GONE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return found


def variants(body):
    """All bodies with one hole, named."""
    yield "whole", body
    for path in holes(body):
        for value in INSTEAD:
            if not (value is GONE and isinstance(path[-1], int) and len(path) == 1):
                yield (
                    f"{'/'.join(map(str, path))}={'gone' if value is GONE else json.dumps(value)}",
                    emptied(body, path, value),
                )


def look(answers, vnet, outbound=""):
    """All that plan and create make of what is there, before the first write."""
    wire = Wire(answers)
    with Reader(wire) as reader:
        found = ExistingResources({"location": "westeurope"}, vnet, None, None)
        wish, told = apply_existing(RangeRequests(), found, NAMES)
        around = surroundings(NetworkSource(reader), found.network, NAMES.subnet, ResourceId(), UNKNOWN)
        if any(each.rule == WITHOUT_PREFIX for each in told):
            return told
        there = found.network.subnet(NAMES.subnet)
        if there is not None:
            wish = replace(wish, in_use=there.addresses_in_use)
        verdict = plan_ranges(ClusterSize(), wish, [*around.reservations, *reservations(found, NAMES)])
        attached_reads(NAMES, found)
        for kind in (USER_ASSIGNED, SYSTEM_ASSIGNED):
            private = PrivateCluster(DNS) if not outbound else None
            wanted = situation(vnet, identity_kind=kind, plan=verdict.plan, outbound_type=outbound, private=private)
            told = [*told, *verdict.findings, *run_checks(replace(wanted, reader=reader), Phase.CREATE)]
    assert all(isinstance(each, Finding) and each.message for each in told)
    return told


@pytest.mark.sweep
@pytest.mark.parametrize("path", list(rich()), ids=lambda path: path.rsplit("/", 1)[-1])
@pytest.mark.parametrize("outbound", ["", "userDefinedRouting", "userAssignedNATGateway"])
def test_an_answer_with_a_hole_is_no_traceback(path, outbound):
    answers, faults = rich(), {}
    for name, body in variants(answers[path]):
        there = {**answers, path: body}
        if path == NAMES.vnet_id and not isinstance(body, dict):
            continue
        try:
            look(there, there[NAMES.vnet_id], outbound)
        except Exception as error:  # noqa: BLE001 -- every kind of it is the fault that is looked for
            faults[name] = f"{type(error).__name__}: {error}"
    assert faults == {}


def test_a_cluster_with_a_hole_is_no_traceback():
    cluster = a_cluster("c", NAMES.subnet_id)
    cluster["location"] = "westeurope"
    cluster["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {f"{GROUP}/x": {"principalId": "p"}}}
    cluster["properties"]["networkProfile"].update(
        podCidr="10.50.0.0/16", serviceCidr="10.51.0.0/16", dnsServiceIP="10.51.0.10"
    )
    cluster["properties"]["servicePrincipalProfile"] = {"clientId": "one"}
    for _, body in variants(cluster):
        apply_existing(RangeRequests(), ExistingResources(None, None, None, body), NAMES)
        for kind in (USER_ASSIGNED, SYSTEM_ASSIGNED, SERVICE_PRINCIPAL):
            asked = AksOptions(asked={"location": "westeurope", "node_count": 3})
            cluster_drift(body, NAMES, Identity(kind), None, asked)


def test_a_role_assignment_with_a_hole_is_no_traceback():
    found = [{"id": "a", "properties": {"principalId": "p", "roleDefinitionId": "x/r", "scope": GROUP}}]
    path = f"{GROUP}/providers/Microsoft.Authorization/roleAssignments"
    seen = []
    for _, body in variants(found):
        with Reader(Wire({path: body})) as reader:
            seen.append(sufficient(assignments_of(reader, GROUP, "p"), GROUP, Role("r", "x/r")))
    assert [bool(each) for each in seen].count(True) == 1 + 5  # as a whole, and without its own id


#: What has no prefix, what of the network's answer is changed, and the option at fault.
WITHOUT = (
    (
        "a network whose space is being allocated",
        ("properties", "addressSpace"),
        {"ipamPoolPrefixAllocations": [{"pool": {"id": "p"}, "numberOfIpAddresses": "1024"}]},
        "--vnet-name",
    ),
    ("a network of IPv6 alone", ("properties", "addressSpace", "addressPrefixes"), ["fd00::/48"], "--vnet-name"),
    (
        "a subnet whose prefix is being allocated",
        ("properties", "subnets", 0, "properties"),
        {"addressPrefixes": [], "ipamPoolPrefixAllocations": []},
        "--subnet-name",
    ),
)


@pytest.mark.parametrize(("path", "value", "option"), [row[1:] for row in WITHOUT], ids=[row[0] for row in WITHOUT])
def test_what_has_no_prefix_yet_is_a_finding(path, value, option):
    vnet = emptied(network(subnet()), path, value)
    (found,) = [
        each
        for each in apply_existing(RangeRequests(), ExistingResources(None, vnet, None, None), NAMES)[1]
        if each.rule == WITHOUT_PREFIX
    ]
    assert (found.severity.value, found.subject) == ("error", (option,))


IPV6_ALONE = (
    ("a network", ("properties", "addressSpace"), {"addressPrefixes": ["fd00:db8::/48"]}, "fd00:db8::/48"),
    ("a subnet", ("properties", "subnets", 0, "properties"), {"addressPrefix": "fd00:db8::/64"}, "fd00:db8::/64"),
    ("a subnet with a list", ("properties", "subnets", 0, "properties"), {"addressPrefixes": ["fd00::/64"]}, "fd00::"),
)


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("path", "value", "shown"), [row[1:] for row in IPV6_ALONE], ids=[row[0] for row in IPV6_ALONE]
)
def test_what_has_ipv6_alone_is_told_so_and_nobody_waits_for_a_pool(path, value, shown):
    vnet = emptied(network(subnet()), path, value)
    (found,) = [
        each
        for each in apply_existing(RangeRequests(), ExistingResources(None, vnet, None, None), NAMES)[1]
        if each.rule == WITHOUT_PREFIX
    ]
    assert f"has no IPv4 prefix, which kubenet needs: it has {shown}" in found.message
    assert "IPAM" not in found.message
    assert "again" not in found.recommendation
