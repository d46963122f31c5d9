"""A private cluster: its DNS zone, and the DNS servers of its network."""

from dataclasses import replace

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED
from azext_kubenet.options.private_cluster import PrivateCluster
from tests.unit.checks.wire import NAMES, REFUSED, TABLE, but, network, run, situation, subnet, table

NAME = "privatelink.westeurope.azmk8s.io"
MINE = ("private-dns-zone", "private-cluster-dns")
HUB = "/subscriptions/s2/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"


def zone(name=NAME, subscription="s"):
    return ResourceId(
        f"/subscriptions/{subscription}/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/{name}"
    )


ZONE, NO_ZONE = zone(), ResourceId()
THERE = {str(ZONE): {"name": NAME}}


def links(*networks):
    return {f"{ZONE}/virtualNetworkLinks": [{"properties": {"virtualNetwork": {"id": each}}} for each in networks]}


def private(own=NO_ZONE, servers=(), routed=False, private=None, **wanted):
    """A private cluster, in a network with DNS servers, on a subnet with a route table."""
    vnet = network(subnet(**({"routeTable": {"id": TABLE}} if routed else {})))
    vnet["properties"]["dhcpOptions"] = {"dnsServers": [*servers]}
    return but(situation(vnet), private=private or PrivateCluster(own), **wanted)


def named(name, subscription="s", **wanted):
    """A private cluster with a zone that exists under a name."""
    own = zone(name, subscription)
    return private(own, **wanted), {str(own): {"name": name}}


def error(*words):
    return [("error", words)]


def warning(*words):
    return [("warning", words)]


NONE = PrivateCluster(without_zone=True)
DETACH = f"az network vnet subnet update --ids {NAMES.subnet_id} --route-table null"
# (what is seen, the situation and Azure's answers, findings)
ROWS = (
    ("a public cluster with DNS servers", (but(private(servers=["10.9.0.4"]), private=None), {}), []),
    ("AKS's own zone", (private(), {}), []),
    ("no zone", (private(private=NONE), {}), []),
    ("no name at all", (private(private=NONE._replace(without_public_name=True)), {}),
     error("--private-dns-zone none cannot be combined with --disable-public-fqdn")),
    ("a zone that is there", (private(ZONE), THERE), []),
    ("a zone that is not there", (private(ZONE), {}), error(f"zone {NAME} does not exist in resource group dns")),
    ("a zone that may not be read", (private(ZONE), {str(ZONE): REFUSED}),
     warning(f"private DNS zone {NAME} could not be read", "not checked")),
    ("a zone of a subscription that is not shown",
     (private(ZONE), {str(ZONE): AzureError(404, "SubscriptionNotFound", "it was not found")}),
     warning("could not be read")),
    ("a zone, with an identity that comes later", (private(ZONE, identity_kind=SYSTEM_ASSIGNED), THERE),
     error("only with an identity that exists before", "--identity-type userAssigned")),
    ("a zone, with a service principal", (private(ZONE, identity_kind=SERVICE_PRINCIPAL), THERE), []),
    ("a subzone", named(f"team-1.{NAME}"), []),
    ("capitals", named(NAME.upper()), []),
    ("the region as it is shown", named(NAME, location="West Europe"), []),
    ("the zone of another region", named("privatelink.northeurope.azmk8s.io"),
     error("does not fit a cluster in westeurope", f"zone create -g dns -n {NAME}")),
    ("the short name of the region", named("privatelink.we.azmk8s.io"), error("does not fit")),
    ("two labels before", named(f"a.b.{NAME}"), error("does not fit")),
    ("a label that is too long", named(f"{'a' * 33}.{NAME}"), error("does not fit")),
    ("a dash for the dot", named(f"team-{NAME}"), error("does not fit")),
    ("a name of one's own, in another subscription", named("corp.example", "s2"),
     error(f"zone create --subscription s2 -g dns -n {NAME}")),
    ("another cloud", named("privatelink.chinaeast2.cx.prod.service.azk8s.cn", location="chinaeast2"), []),
    ("without private link", named("private.westeurope.azmk8s.io"), error("does not fit")),
    ("an API server in the network",
     (private(private=PrivateCluster(zone("private.westeurope.azmk8s.io"), in_network=True), servers=["10.9.0.4"]),
      {str(zone("private.westeurope.azmk8s.io")): {}}), []),
    ("own DNS servers", (private(servers=["10.9.0.4"]), {}),
     warning("network v has DNS server 10.9.0.4", "168.63.129.16", "--role-scope vnet", "--private-dns-zone none",
             f"zone create -g g -n {NAME} && az network private-dns link vnet create -g g -z {NAME} -n dns-servers")),
    ("several", (private(servers=["10.9.0.4", "10.9.0.5"]), {}), warning("DNS servers 10.9.0.4 and 10.9.0.5")),
    ("Azure's own as a server", (private(servers=["168.63.129.16"], routed=True), {TABLE: table()}), []),
    ("own DNS servers, and an own table", (private(servers=["10.9.0.4"], routed=True), {TABLE: table()}),
     error("has route table t", "creation fails", "--private-dns-zone none", DETACH)),
    ("the way out without a public name",
     (private(private=PrivateCluster(without_public_name=True), servers=["10.9.0.4"], routed=True), {TABLE: table()}),
     error("--private-dns-zone none without --disable-public-fqdn")),
    ("the first remedy", (private(private=NONE, servers=["10.9.0.4"], routed=True), {TABLE: table()}), []),
    ("the second, a zone that the servers' network is linked to",
     (private(ZONE, servers=["10.9.0.4"], routed=True), {TABLE: table(), **THERE, **links(HUB)}), []),
    ("a zone that is linked to nothing", (private(ZONE, servers=["10.9.0.4"], routed=True), {TABLE: table(), **THERE}),
     error(f"link vnet create -g dns -z {NAME} -n dns-servers")),
    ("or to the nodes' network alone",
     (private(ZONE, servers=["10.9.0.4"], routed=True), {TABLE: table(), **THERE, **links(NAMES.vnet_id.upper())}),
     error("link the zone")),
    ("a zone of which nobody may see the links",
     (private(ZONE, servers=["10.9.0.4"], routed=True),
      {TABLE: table(), **THERE, f"{ZONE}/virtualNetworkLinks": REFUSED}),
     warning(f"the links of private DNS zone {NAME} could not be read")),
    ("links that say nothing", (private(ZONE, servers=["10.9.0.4"]), {**THERE, **links(None)}),
     warning("link the zone to the network of the DNS servers")),
)  # fmt: skip


@pytest.mark.parametrize(("there", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_how_the_api_server_is_found(there, expected):
    wanted, answers = there
    found = [each for each in run(wanted, answers)[0] if each.rule in MINE]
    assert [each.severity.value for each in found] == [severity for severity, _ in expected], found
    for finding, (_, words) in zip(found, expected, strict=True):
        assert not [word for word in words if word not in f"{finding.message} -> {finding.recommendation}"], finding
        assert finding.severity.value == "warning" or finding.acceptable == "--skip-checks"


def test_what_a_hidden_network_may_have_is_said():
    wanted = private()
    hidden = {NAMES.vnet_id: REFUSED}
    found, _ = run(replace(wanted, existing=replace(wanted.existing, hidden=hidden)))
    assert [(each.rule, each.severity.value) for each in found] == [("private-cluster-dns", "warning")]


@pytest.mark.parametrize(
    "shown", [None, {}, [], {"dnsServers": None}, {"dnsServers": [None, "", 7]}, {"dnsServers": ""}]
)
def test_an_empty_answer_has_no_dns_servers(shown):
    wanted = private()
    vnet = network(subnet())
    vnet["properties"]["dhcpOptions"] = shown
    assert run(replace(wanted, existing=replace(wanted.existing, vnet=vnet)))[0] == []
