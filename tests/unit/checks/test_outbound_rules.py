"""What the outbound rules of the subnet's security group leave of what nodes must reach."""

import pytest

from azext_kubenet.options.private_cluster import PrivateCluster
from tests.unit.checks.wire import NSG, REFUSED, TABLE, but, network, nsg, of, run, situation, subnet, table

NODES = "192.168.1.0/24"
RULE = "outbound-security-rules"
EVERYWHERE = ("no", 4000, "Outbound", "Deny", "*", "Internet")
WITHIN = ("yes", 200, "Outbound", "Allow", "*", "VirtualNetwork")


def guarded(servers=(), **wanted):
    vnet = network(subnet(networkSecurityGroup={"id": NSG}))
    vnet["properties"]["dhcpOptions"] = {"dnsServers": [*servers]}
    return but(situation(vnet), **wanted)


def https(name, priority, access, target, source="*"):
    return (name, priority, "Outbound", access, source, target, "Tcp", "443")


# (what the group says, its rules, the situation, words of each warning)
ROWS = (
    ("nothing", [], guarded(), []),
    ("the internet is denied, after the network is allowed", [WITHIN, EVERYWHERE], guarded(),
     [("rule no (priority 4000, outbound)", "denies tcp port 443 from nodes (192.168.1.0/24)",
       "the API server, MicrosoftContainerRegistry, AzureResourceManager and AzureActiveDirectory", "exit status 50",
       "--priority 3998 --direction Outbound --access Allow --protocol Tcp",
       "--destination-address-prefixes AzureCloud")]),
    ("everything is denied by address", [("no", 4000, "Outbound", "Deny", "*", "0.0.0.0/0")], guarded(),
     [("tcp port 443",)]),
    ("the other direction is denied", [("no", 4000, "Inbound", "Deny", "Internet", "*")], guarded(), []),
    ("Azure is allowed before", [https("yes", 100, "Allow", "AzureCloud"), EVERYWHERE], guarded(), []),
    ("the proposed rule is there", [("a", 3998, "Outbound", "Allow", NODES, "AzureCloud", "Tcp", "443"), EVERYWHERE],
     guarded(), []),
    ("Azure is allowed too late", [https("yes", 4001, "Allow", "AzureCloud"), EVERYWHERE], guarded(), [("rule no",)]),
    ("Azure is allowed on another port",
     [("yes", 100, "Outbound", "Allow", "*", "AzureCloud", "Tcp", "80"), EVERYWHERE],
     guarded(), [("rule no",)]),
    ("Azure is allowed to others alone", [https("yes", 100, "Allow", "AzureCloud", "192.168.2.0/24"), EVERYWHERE],
     guarded(), [("rule no",)]),
    ("the region is allowed alone", [https("yes", 100, "Allow", "AzureCloud.WestEurope"), EVERYWHERE], guarded(),
     [("to MicrosoftContainerRegistry, AzureResourceManager and AzureActiveDirectory:",)]),
    ("another region is allowed", [https("yes", 100, "Allow", "AzureCloud.eastus"), EVERYWHERE], guarded(),
     [("the API server",)]),
    ("each place is allowed by its tag",
     [https(f"yes{at}", 100 + at, "Allow", tag) for at, tag in enumerate(
         ("AzureCloud.westeurope", "MicrosoftContainerRegistry", "AzureResourceManager", "AzureActiveDirectory"))]
     + [EVERYWHERE], guarded(), []),
    ("Azure itself is denied", [https("no", 100, "Deny", "AzureCloud")], guarded(), [("rule no", "the API server")]),
    ("the registry is denied", [https("no", 100, "Deny", "MicrosoftContainerRegistry")], guarded(),
     [("to MicrosoftContainerRegistry:",)]),
    ("another service is denied", [https("no", 100, "Deny", "Storage")], guarded(), []),
    ("single addresses are denied",
     [("no", 100, "Outbound", "Deny", "*", ["8.8.8.0/24", "203.0.113.7"])], guarded(), []),
    ("mail is denied", [("no", 100, "Outbound", "Deny", "*", "Internet", "Tcp", "25")], guarded(), []),
    ("ports around HTTPS are denied", [("no", 100, "Outbound", "Deny", "*", "Internet", "*", "400-500")], guarded(),
     [("tcp port 443",)]),
    ("by the tag of the network as a source",
     [("no", 100, "Outbound", "Deny", "VirtualNetwork", "Internet")], guarded(),
     [("tcp port 443",)]),
    ("an API server in the network", [https("no", 100, "Deny", "AzureCloud.westeurope")],
     guarded(private=PrivateCluster()), []),
    ("the rest is needed by private clusters too", [EVERYWHERE], guarded(private=PrivateCluster()),
     [("to MicrosoftContainerRegistry",)]),
    ("a NAT gateway", [EVERYWHERE], guarded(outbound_type="userAssignedNATGateway"), [("rule no",)]),
    ("a proxy", [EVERYWHERE], guarded(has_proxy=True), []),
    ("a DNS server of the network is denied", [("no", 300, "Outbound", "Deny", "*", "10.9.0.0/16")],
     guarded(["10.9.0.4"]), [("udp port 53 and tcp port 53", "to DNS server 10.9.0.4", "--destination-port-ranges 53",
                              "--protocol '*'")]),
    ("a DNS server elsewhere, by the tag of the network", [WITHIN, ("no", 300, "Outbound", "Deny", "*", "10.0.0.0/8")],
     guarded(["10.9.0.4"]), []),
    ("a public DNS server is denied with the internet", [EVERYWHERE, https("yes", 100, "Allow", "AzureCloud")],
     guarded(["9.9.9.9"]), [("to DNS server 9.9.9.9",)]),
    ("both are denied: the rules that are proposed have priorities of their own",
     [("no", 300, "Outbound", "Deny", "*", "*", "*", ["53", "443"])], guarded(["10.9.0.4"]),
     [("AzureCloud", "--priority 298"), ("10.9.0.4", "--priority 297")]),
    ("Azure's own DNS is denied by its tag", [("no", 300, "Outbound", "Deny", "*", "AzurePlatformDNS")], guarded(),
     [("to AzurePlatformDNS", "--destination-address-prefixes AzurePlatformDNS")]),
    ("where other servers answer, that does not matter", [("no", 300, "Outbound", "Deny", "*", "AzurePlatformDNS")],
     guarded(["10.9.0.4"]), []),
    ("its metadata is denied by its tag", [("no", 300, "Outbound", "Deny", "*", "AzurePlatformIMDS")], guarded(),
     [("tcp port 80", "AzurePlatformIMDS")]),
    ("rules for everywhere do not touch what Azure's hosts answer",
     [https("yes", 100, "Allow", "AzureCloud"), ("no", 300, "Outbound", "Deny", "*", "Internet")], guarded(), []),
)  # fmt: skip


@pytest.mark.parametrize(("rules", "wanted", "warned"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_nodes_must_reach(rules, wanted, warned):
    found, _ = run(wanted, {NSG: nsg(*rules)})
    mine = [each for each in found if each.rule == RULE]
    assert [each.severity.value for each in mine] == ["warning"] * len(warned), mine
    for finding, words in zip(mine, warned, strict=True):
        assert not [word for word in words if word not in f"{finding.message} -> {finding.recommendation}"], finding


def test_behind_a_firewall_of_the_users_nothing_is_known():
    vnet = network(subnet(networkSecurityGroup={"id": NSG}, routeTable={"id": TABLE}))
    wanted = but(situation(vnet), outbound_type="userDefinedRouting")
    found, _ = run(wanted, {NSG: nsg(EVERYWHERE), TABLE: table(("d", "0.0.0.0/0"))})
    assert found == []


def test_a_group_that_may_not_be_read_is_not_looked_at():
    found, _ = run(guarded(), {NSG: REFUSED})
    assert of(found, "warning") == ["network-security-group", "join-rights"], "that it was not read is said once"
    assert of(found) == []
