"""Checks of a creation on a cluster that runs: what they say of it, and that what they print can be typed."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.checks.running import look_into
from tests.unit.checks.running.world import NETWORK, Pool, World, route
from tests.unit.checks.wire import nsg

NETWORKING = "/subscriptions/s/resourceGroups/n(eu)/providers/Microsoft.Network"
GROUP, GATEWAY = f"{NETWORKING}/networkSecurityGroups/sg", f"{NETWORKING}/natGateways/gw"
GUARDED, GATED = {"networkSecurityGroup": {"id": GROUP}}, {"natGateway": {"id": GATEWAY}}
UPDATE = f"az network vnet subnet update --ids {NETWORK}/subnets/n0"
BY_USER, BY_GATEWAY = {"outboundType": "userDefinedRouting"}, {"outboundType": "userAssignedNATGateway"}
WITH_ADDRESS = {"id": GATEWAY, "properties": {"publicIpAddresses": [{"id": "x"}]}}
#: Words of a creation, and of what is typed for one.
_OF_A_CREATION = ("creation", "--outbound-type userDefinedRouting, or", "leave --", "run the command again", "use --")


def world(**more: Any) -> World:
    """A healthy cluster of one pool, with something else."""
    return World([Pool("a", 3)], **more)


def default(hop: str) -> list[dict[str, Any]]:
    """A table with a default route."""
    one = route("out", "0.0.0.0/0", "")
    one["properties"]["nextHopType"] = hop
    return [one]


def guarded(*rules: tuple[Any, ...]) -> World:
    """A cluster with a security group on its subnet."""
    return world(subnets_changed=GUARDED, changed={GROUP: {"id": GROUP, **nsg(*rules)}})


# what it is, the cluster, the rule that is broken, its severity, words of what is said
ROWS: tuple[tuple[str, World, str, str, tuple[str, ...]], ...] = (
    ("a healthy cluster", world(), "", "", ()),
    ("a security group without rules", guarded(), "", "", ()),
    ("all traffic inside of the network is allowed, by the tag that holds pods", guarded(
        ("yes", 200, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"), ("no", 300, "Inbound", "Deny"),
        ("yes-too", 200, "Outbound", "Allow", "VirtualNetwork", "*")), "", "", ()),
    ("traffic to pods is denied", guarded(("no", 300, "Inbound", "Deny", "*", "10.240.0.0/16")),
     "network-security-group", "error",
     ("denies traffic from nodes (10.100.0.0/24) to pods (10.240.0.0/16)",
      "az network nsg rule create -g 'n(eu)' --nsg-name sg -n allow-kubenet-inbound --priority 299")),
    ("single ports are denied", guarded(("no", 300, "Inbound", "Deny", "*", "*", "Tcp", "22")),
     "network-security-group", "warning", ("tcp port 22",)),
    ("the internet is denied", guarded(("no", 300, "Outbound", "Deny", "*", "Internet")),
     "outbound-security-rules", "warning",
     ("new nodes do not come up, but end with exit status 50", "--destination-address-prefixes AzureCloud")),
    ("it is denied where a firewall answers", World([Pool("a", 3)], subnets_changed=GUARDED,
     profile_changed=BY_USER, routes_changed=default("VirtualAppliance"),
     changed={GROUP: {"id": GROUP, **nsg(("no", 300, "Outbound", "Deny", "*", "Internet"))}}), "", "", ()),
    ("it is denied where a proxy answers", World([Pool("a", 3)], subnets_changed=GUARDED,
     cluster_changed={"httpProxyConfig": {"httpsProxy": "http://p:1"}},
     changed={GROUP: {"id": GROUP, **nsg(("no", 300, "Outbound", "Deny", "*", "Internet"))}}), "", "", ()),
    ("the API server is denied, which is in the network", World([Pool("a", 3)], subnets_changed=GUARDED,
     cluster_changed={"apiServerAccessProfile": {"enablePrivateCluster": True}},
     changed={GROUP: nsg(("no", 300, "Outbound", "Deny", "*", "AzureCloud.westeurope", "Tcp", "443"))}), "", "", ()),
    ("a NAT gateway that nobody asked for", world(subnets_changed=GATED), "nat-gateway", "error",
     ("subnet n0 has NAT gateway gw, and the outbound type is loadBalancer: Azure refuses",
      "az aks update -g g -n c --outbound-type userAssignedNATGateway, or detach", f"{UPDATE} --nat-gateway null")),
    ("no NAT gateway", world(profile_changed=BY_GATEWAY), "nat-gateway", "error",
     ("outbound type userAssignedNATGateway needs a NAT gateway on subnet n0, which has none",
      "az network nat gateway create -g n -n c-nat -l westeurope --public-ip-addresses c-nat-ip && ",
      "; or let traffic leave by the load balancer: az aks update -g g -n c --outbound-type loadBalancer")),
    ("a NAT gateway without an address",
     world(profile_changed=BY_GATEWAY, subnets_changed=GATED, changed={GATEWAY: {"id": GATEWAY, "properties": {}}}),
     "nat-gateway", "error",
     ("no public address", "az network nat gateway update -g 'n(eu)' -n gw --public-ip-addresses gw-ip")),
    ("a NAT gateway as it should be", world(profile_changed=BY_GATEWAY, subnets_changed=GATED,
     changed={GATEWAY: WITH_ADDRESS}), "", "", ()),
    ("the route to the firewall is gone", world(profile_changed=BY_USER), "outbound-route", "error",
     ("outbound type userDefinedRouting needs a route 0.0.0.0/0", "where it does not exist",
      "az network route-table route create -g MC_g_c_r --route-table-name aks-agentpool-12345678-routetable -n default",
      "; or let traffic leave by the load balancer: az aks update -g g -n c --outbound-type loadBalancer")),
    ("the route to the firewall leads to the internet", world(profile_changed=BY_USER,
     routes_changed=default("Internet")), "outbound-route", "error",
     ("leads to Internet", "az network route-table route update")),
    ("a default route that came since", world(routes_changed=default("VirtualAppliance")), "default-route", "warning",
     ("leads to VirtualAppliance", "if nobody needs it, delete it: az network route-table route delete")),
    ("a default route to nowhere", world(routes_changed=default("None")), "default-route", "warning",
     ("drops all traffic", "new nodes do not come up", "-n out --next-hop-type Internet")),
    ("a delegation that came since", world(subnets_changed={"delegations": [
        {"name": "d", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}]}), "subnet-delegation", "error",
     ("new nodes cannot join", f"remove the delegation: {UPDATE} --delegations null")),
    ("a link that came since", world(subnets_changed={"serviceAssociationLinks": [
        {"name": "l", "properties": {"linkedResourceType": "Microsoft.Web/serverFarms"}}]}), "subnet-links", "error",
     ("is in use by Microsoft.Web/serverFarms, and new nodes cannot join it",
      f"az aks nodepool add -g g --cluster-name c -n POOL --vnet-subnet-id {NETWORK}/subnets/SUBNET")),
)  # fmt: skip
OF_BOTH = {"network-security-group", "outbound-security-rules", "nat-gateway", "outbound-route", "default-route",
           "subnet-delegation", "subnet-links"}  # fmt: skip


def found(cluster: World) -> list[Finding]:
    """What the checks that are those of a creation find."""
    return [each for each in look_into(cluster.context()).findings if each.rule in OF_BOTH]


@pytest.mark.parametrize(
    ("cluster", "rule", "severity", "texts"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_came_since_a_creation_is_found_with_what_mends_it(
    cluster: World, rule: str, severity: str, texts: tuple[str, ...]
) -> None:
    findings = found(cluster)
    assert {(each.rule, each.severity.value) for each in findings} == ({(rule, severity)} if rule else set())
    told = "\n".join(f"{each.message} -> {each.recommendation}" for each in findings)
    for text in texts:
        assert text in told


@pytest.mark.parametrize("cluster", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_nothing_is_said_of_a_creation_or_of_its_options(cluster: World) -> None:
    for each in found(cluster):
        assert not each.subject
        assert not [word for word in _OF_A_CREATION if word in f"{each.message} {each.recommendation}".replace(
            "creation is", "").replace("that is created so", "")] or each.rule == "default-route"  # fmt: skip


def test_a_healthy_cluster_is_told_of_nothing_by_any_check() -> None:
    outcome = look_into(World([Pool("a", 3, most=5), Pool("b", 2, subnet=1)], [24, 24], [0, 0]).context())
    assert outcome == ((), (), None)


def test_in_a_network_of_aks_no_other_outbound_type_is_offered() -> None:
    cluster = world(subnets_changed=GATED, routes_changed=default("VirtualAppliance"))
    body, network = cluster.cluster(), cluster.network()
    assert "az aks update" in "".join(each.recommendation for each in found(cluster))
    for pool in body["properties"]["agentPoolProfiles"]:
        del pool["vnetSubnetID"]
    networks = "/subscriptions/s/resourceGroups/MC_g_c_r/providers/Microsoft.Network/virtualNetworks"
    network["id"], network["properties"]["subnets"][0]["id"] = f"{networks}/v", f"{networks}/v/subnets/n0"
    cluster.cluster = lambda: body  # type: ignore[method-assign]  # a cluster that the world does not know
    cluster.changed = {networks: [network]}
    told = found(cluster)
    assert {each.rule for each in told} == {"nat-gateway", "default-route"}
    assert "az aks update" not in "".join(each.recommendation for each in told)
