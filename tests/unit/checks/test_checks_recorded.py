"""Every answer that real Azure gave about networks, tables, groups and clusters goes through the checks."""

from dataclasses import replace

import pytest
from netaddr import IPNetwork

from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.role_actions import permits
from azext_kubenet.checks.other_clusters import nodes_by_group
from azext_kubenet.discovery.existing import ExistingResources, subnet_prefix
from tests.loopback import recordings
from tests.unit.checks.wire import CLUSTERS, NAMES, NSG, SUB, TABLE, but, network, of, plan, run, situation, subnet

SHOWN = ("GET", "PUT")


pytestmark = [
    pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING),
    pytest.mark.usefixtures("one_after_another"),
]


def bodies(kind):
    """Every resource shown, alone or in a list."""
    for line in recordings.lines(kind):
        if line["method"] in SHOWN and line["status"] < 300 and line["response_body"]:
            body = line["response_body"]
            yield from body["value"] if isinstance(body.get("value"), list) else [body]


def networks():
    """Networks with all subnets, and subnets that were shown alone, each as a network of one."""
    for body in bodies("virtualNetworks"):
        if (body.get("properties") or {}).get("addressSpace"):
            yield body
    for body in bodies("subnets"):
        if (body.get("properties") or {}).get("addressPrefix"):
            space = {"addressPrefixes": [body["properties"]["addressPrefix"]]}
            yield {
                "id": body["id"].rsplit("/", 2)[0],
                "name": "v",
                "location": "westeurope",
                "properties": {"addressSpace": space, "subnets": [body]},
            }


#: Subnets that are one service's, by name. [A16]
DEDICATED = (
    "gatewaysubnet",
    "azurefirewallsubnet",
    "azurefirewallmanagementsubnet",
    "azurebastionsubnet",
    "routeserversubnet",
)


def into(vnet, shown):
    """A small cluster into a subnet of a recorded network, in its region and subscription."""
    parts = vnet["id"].split("/")
    names = Names(parts[2], parts[4], "c", parts[-1], shown["name"], parts[4], parts[2])
    prefixes = tuple(IPNetwork(each) for each in vnet["properties"]["addressSpace"]["addressPrefixes"] if "." in each)
    facts = ExistingResources({"location": vnet["location"]}, vnet, None, None)
    wanted = replace(plan(1), vnet=prefixes, subnet=subnet_prefix(Subnet.parse(shown)))
    return but(situation(), names=names, existing=facts, plan=wanted, location=vnet["location"])


def expected(shown, tables):
    """The errors that can be known from what the subnet and its table show, by our own reading of them."""
    has = shown["properties"]
    free = subnet_prefix(Subnet.parse(shown)).size - 5 - Subnet.parse(shown).addresses_in_use
    table = (has.get("routeTable") or {}).get("id", "").lower()
    routes = tables.get(table, {}).get("properties", {}).get("routes", ())
    return {
        name
        for name, found in (
            ("subnet-delegation", has.get("delegations")),
            ("subnet-links", has.get("serviceAssociationLinks")),
            ("subnet-room", free < 2),
            ("subnet-dedicated", shown["name"].lower() in DEDICATED),
            ("nat-gateway", has.get("natGateway")),
            ("route-table-of-another-cluster", "routetables/aks-agentpool-" in table),
            ("routes-in-pod-cidr", any(each["properties"]["addressPrefix"].startswith("10.244.") for each in routes)),
        )
        if found
    }


def test_every_recorded_subnet_gets_the_verdict_that_it_shows():
    tables = {each["id"].lower(): each for each in bodies("routeTables") if "id" in each}
    groups = {each["id"].lower(): each for each in bodies("networkSecurityGroups") if "id" in each}
    looked_at, refused = 0, 0
    for vnet in networks():
        providers = f"/subscriptions/{vnet['id'].split('/')[2]}/providers"
        regions = {f"{providers}/Microsoft.{each}": {} for each in ("ContainerService", "ManagedIdentity")}
        for shown in vnet["properties"].get("subnets") or ():
            wanted = into(vnet, shown)
            found, _ = run(wanted, {**tables, **groups, **regions})
            assert set(of(found)) - {"network-security-group"} == expected(shown, tables), (shown["id"], found)
            looked_at, refused = looked_at + 1, refused + bool(of(found))
    assert looked_at > 500
    assert refused > 150


def test_a_private_endpoint_and_a_private_link_service_take_one_address_each():
    endpoints = [
        each
        for vnet in networks()
        for each in vnet["properties"].get("subnets") or ()
        if each["properties"].get("privateEndpoints")
    ]
    assert endpoints
    for shown in endpoints:
        interfaces = [
            each["id"].lower()
            for each in shown["properties"].get("ipConfigurations", ())
            if "/privatelinkservices/" not in each["id"].lower()
        ]
        assert Subnet.parse(shown).addresses_in_use == len(set(interfaces)) > 0


def test_every_recorded_route_table_is_read():
    inside, leaving = set(), 0
    for shown in bodies("routeTables"):
        if "routes" not in (shown.get("properties") or {}):
            continue
        wanted = situation(network(subnet(routeTable={"id": TABLE})), outbound_type="userDefinedRouting")
        found = of(run(wanted, {TABLE: shown})[0])
        if "routes-in-pod-cidr" in found:
            inside.add(shown["name"])
        leaving += "outbound-route" not in found
        hops = {
            (each["properties"]["addressPrefix"], each["properties"]["nextHopType"])
            for each in shown["properties"]["routes"]
        }
        assert ("outbound-route" in found) == (
            not hops & {("0.0.0.0/0", "VirtualAppliance"), ("0.0.0.0/0", "VirtualNetworkGateway")}
        )
        assert ("routes-in-pod-cidr" in found) == any(prefix.startswith("10.244.") for prefix, _ in hops)
    assert inside, "the table that AKS made for a cluster of 2020"


def test_every_recorded_security_group_is_read():
    seen, denying = 0, 0
    for shown in bodies("networkSecurityGroups"):
        if "securityRules" not in (shown.get("properties") or {}):
            continue
        found, _ = run(situation(network(subnet(networkSecurityGroup={"id": NSG}))), {NSG: shown})
        denies = [
            each["name"] for each in shown["properties"]["securityRules"] if each["properties"]["access"] == "Deny"
        ]
        told = [name for name in denies if any(f"security rule {name} " in each.message for each in found)]
        assert len(of(found)) <= len(told) <= len(denies)
        assert bool(denies) or [each.rule for each in found] == ["join-rights"]
        seen, denying = seen + 1, denying + bool(told)
    assert seen > 20
    assert denying


def test_every_recorded_cluster_in_a_list_keeps_its_subnet_to_itself():
    kubenet = 0
    for cluster in bodies("managedClusters"):
        read = Cluster.parse(cluster)
        found, _ = run(situation(network(subnet())), {CLUSTERS: [cluster]})
        assert found == []
        if not read.subnets:
            continue
        parts = str(read.subnets[0]).split("/")
        names = replace(
            NAMES,
            vnet_group=parts[4],
            vnet=parts[8],
            subnet=parts[10],
            network_subscription=parts[2],
            subscription=parts[2],
        )
        wanted = situation(network(subnet(name=parts[10])), names=names)
        listed = CLUSTERS.replace(SUB, f"/subscriptions/{parts[2]}")
        found = run(wanted, {listed: [cluster]})[0]
        assert [each.rule for each in found] == ["subnet-of-another-cluster"]
        assert cluster["name"] in found[0].message
        assert (found[0].severity.value == "error") == read.is_kubenet
        kubenet += read.is_kubenet
    assert kubenet > 20


def test_recorded_nodes_of_aks_are_known_by_their_names():
    groups = {
        group
        for vnet in networks()
        for each in vnet["properties"].get("subnets") or ()
        for group in nodes_by_group(Subnet.parse(each))
    }
    assert all(group.name.lower().startswith("mc_") for group in groups), groups


def test_recorded_permissions_are_understood():
    answers = [
        line["response_body"]["value"]
        for line in recordings.lines("roleDefinitions")
        if line["path"].split("?")[0].endswith("/permissions") and line["status"] == 200
    ]
    assert answers
    for permissions in answers:
        assert permits(permissions, "Microsoft.Network/virtualNetworks/subnets/join/action")


def test_recorded_providers_are_registered():
    for shown in bodies("providers"):
        assert of(run(situation(), {f"{SUB}/providers/Microsoft.Network": shown})[0]) == []
