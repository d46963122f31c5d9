"""`az kubenet plan` inside a network of a loopback Azure: what it sees, in how many requests, and what it says."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from netaddr import IPNetwork

from tests.cli.conftest import Cloud
from tests.loopback.seeds import scene as scenes
from tests.loopback.seeds.scene import OTHER_SUBSCRIPTION, OTHER_TENANT, Scene, scene

INSIDE = ("kubenet", "plan", "-g", "net", "--vnet-name", "app")
KEPT_CLEAR = ("podCidr", "serviceCidr", "subnetPrefix")


@pytest.fixture(scope="module")
def around(shared_cloud: Cloud) -> tuple[Cloud, Scene]:
    """A network of two prefixes and five subnets, its peers, its gateway and its clusters."""
    return shared_cloud, scene(shared_cloud.arm, foreign=True)


def reads(cloud: Cloud, begun: int) -> list[str]:
    """What was asked of the subscriptions since then, by the kinds in each path; one list is asked for by POST."""
    entries = [entry for entry in list(cloud.arm.ledger)[begun:] if "/providers/" in entry.path]
    posted = [entry.path.rpartition("/")[2] for entry in entries if entry.method != "GET"]
    assert posted == ["listNetworkManagerEffectiveConnectivityConfigurations"]
    return sorted(entry.path.partition("/providers/")[2] for entry in entries)


def taken(made: Scene) -> list[IPNetwork]:
    """All ranges that a plan in the network can know of, without the network's own two."""
    own = made.ranges["network app"]
    return [IPNetwork(text) for text in made.reachable() if text not in own]


def test_each_range_lies_outside_of_all_that_is_around(around: tuple[Cloud, Scene]) -> None:
    cloud, made = around
    ran = cloud(*INSIDE, "--subnet-name", "kube", "--subnet-prefix", "/26")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    subnets = ["10.1.0.0/24", "10.1.1.0/24", "10.1.255.0/27", "172.20.0.0/24", "172.20.1.0/25"]
    for key in KEPT_CLEAR:
        chosen = IPNetwork(found[key])
        others = [*taken(made), *map(IPNetwork, subnets)]
        assert [str(each) for each in others if each.first <= chosen.last and chosen.first <= each.last] == []
    assert sorted(found["vnetAddressPrefixes"]) == sorted(made.ranges["network app"])
    assert any(IPNetwork(found["subnetPrefix"]) in IPNetwork(each) for each in found["vnetAddressPrefixes"])


def test_the_network_may_stand_in_a_list_of_all_networks(around: tuple[Cloud, Scene]) -> None:
    cloud, made = around
    listed = cloud("network", "vnet", "list")
    assert listed.code == 0, listed.err
    (cloud.az.home / "vnets.json").write_text(listed.out, encoding="utf-8")
    ran = cloud(*INSIDE, "--subnet-name", "kube", "--exclude-prefixes", "@vnets.json")
    assert ran.code == 0, ran.err
    found = [each for each in json.loads(ran.out)["findings"] if "--exclude-prefixes" in each["options"]]
    own = sorted(made.ranges["network app"])
    assert [(each["rule"], each["severity"]) for each in found] == [("excluded-range-itself", "info")] * len(own)
    told = sorted(each["message"].split(" is itself")[0] for each in found)
    assert told == [f"virtual network {each}" for each in own]
    again = cloud(*INSIDE, "--subnet-name", "apps", "--exclude-prefixes", "@vnets.json", "10.0.0.0/8")
    assert again.code == 0, again.err


def test_it_takes_three_rounds_of_reads_and_asks_for_nothing_twice(around: tuple[Cloud, Scene]) -> None:
    """The network; peers, tables, clusters and the gateway; the site behind it. A refused token is tried twice."""
    cloud, _ = around
    begun = len(cloud.arm.ledger)
    assert cloud(*INSIDE, "--subnet-name", "kube").code == 0
    network, containers = "Microsoft.Network", "Microsoft.ContainerService/managedClusters"
    asked = reads(cloud, begun)
    assert [each for each in asked if "aks-agentpool" not in each] == sorted(
        [
            f"{network}/virtualNetworks/app",
            f"{network}/virtualNetworks/app/listNetworkManagerEffectiveConnectivityConfigurations",
            f"{network}/virtualNetworks/hub",
            *[f"{network}/virtualNetworks/partner"] * 2,
            f"{network}/routeTables/to-firewall",
            f"{network}/virtualNetworkGateways/vpn",
            f"{network}/virtualNetworkGateways/vpn/connections",
            f"{network}/localNetworkGateways/office",
            *[containers] * 3,
        ]
    )
    assert len(asked) == 13, "and the table that AKS made for the cluster in the network"


@pytest.mark.parametrize(
    ("what", "option", "value", "reason"),
    [
        ("a peer", "--pod-cidr", "10.100.0.0/16", "network hub, peered as to-hub"),
        ("what the peer passes traffic on to", "--pod-cidr", "10.110.0.0/16", "network far, behind peer hub"),
        ("a peer that cannot be read", "--pod-cidr", "10.120.0.0/16", "network partner, peered as to-partner"),
        ("on-premises", "--service-cidr", "10.200.0.0/16",
         "on-premises behind connection to-office (local network gateway office)"),
        ("a route", "--pod-cidr", "10.60.0.0/16", "route branches of route table to-firewall"),
        ("another subnet", "--subnet-prefix", "172.20.0.0/26", "subnet apps of app"),
        ("its other prefix", "--subnet-prefix", "10.1.0.0/26", "subnet nodes of app"),
    ],
)  # fmt: skip
def test_a_range_over_what_is_around_is_refused_by_name(
    around: tuple[Cloud, Scene], what: str, option: str, value: str, reason: str
) -> None:
    cloud, _ = around
    ran = cloud(*INSIDE, "--subnet-name", "kube", option, value)
    assert (ran.code, ran.out) == (1, ""), what
    assert [line for line in ran.err.splitlines() if f" {value} overlaps " in line and reason in line], ran.err


def test_the_pods_of_a_cluster_nearby_are_named_and_those_of_one_elsewhere_are_information(
    around: tuple[Cloud, Scene],
) -> None:
    cloud, _ = around
    ran = cloud(*INSIDE, "--subnet-name", "kube", "--pod-cidr", scenes.PODS["tools"], "--service-cidr", "10.77.0.0/16")
    assert ran.code == 0, ran.err
    told = {each["rule"]: each for each in json.loads(ran.out)["findings"]}
    assert told["cluster-range-duplicate"]["severity"] == "info"
    assert told["cluster-range-duplicate"]["message"] in ran.err
    assert "pods of cluster tools" in told["cluster-range-duplicate"]["message"]


def test_a_peer_in_another_tenant_is_a_warning_that_names_it(around: tuple[Cloud, Scene]) -> None:
    cloud, _ = around
    ran = cloud(*INSIDE, "--subnet-name", "kube")
    assert ran.code == 0, ran.err
    for words in (
        "network partner (peered as to-partner)",
        "InvalidAuthenticationTokenTenant",
        OTHER_TENANT,
        OTHER_SUBSCRIPTION,
        "10.120.0.0/16",
        "[surroundings-unreadable]",
        "--exclude-prefixes",
    ):
        assert words in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(("subnet", "prefix", "in_use"), [("vms", "172.20.1.0/25", 3), ("apps", "172.20.0.0/24", 0)])
def test_an_existing_subnet_is_measured(around: tuple[Cloud, Scene], subnet: str, prefix: str, in_use: int) -> None:
    cloud, made = around
    ran = cloud("kubenet", "plan", "--vnet-subnet-id", made.subnet(subnet))
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    assert found["subnetPrefix"] == prefix
    assert found["network"]["subnetExists"] is True
    assert found["network"]["addressesInUse"] == in_use
    assert found["capacity"]["nodesBySubnet"] < IPNetwork(prefix).size - 5 - in_use


def test_nothing_is_written(around: tuple[Cloud, Scene]) -> None:
    cloud, _ = around
    assert cloud(*INSIDE).code == 0
    assert cloud.writes == []


def test_a_subnet_that_is_too_small_is_told_with_what_is_in_use_and_where_else_to_go(
    around: tuple[Cloud, Scene],
) -> None:
    cloud, _ = around
    ran = cloud(*INSIDE, "--subnet-name", "vms", "--max-count", "200", "--only-show-errors")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "ERROR: 172.20.1.0/25 has 123 usable addresses, of which 3 are in use: 200 nodes and 20 surge nodes "
        "(--max-surge 10%) need 220 [subnet-too-small-for-peak]",
        "  -> use -g net --vnet-name app --subnet-name NEW --subnet-prefix 10.1.254.0/24, or --max-count 109, or to "
        "continue anyway: --accept-risk subnet-too-small-for-peak",
    ]


def test_the_reasons_name_what_keeps_each_range_from_its_usual_place(cloud: Cloud) -> None:
    """A network of two prefixes and five subnets, where peer, office and firewall have the conventional ranges."""
    made = scene(cloud.arm)
    wide = {"addressSpace": {"addressPrefixes": ["10.100.0.0/16", "10.244.0.0/14"]}}
    cloud.arm.state[made.hub]["properties"].update(wide)
    office = cloud.arm.state[made.local_gateway]["properties"]
    office["localNetworkAddressSpace"]["addressPrefixes"].append("10.0.0.0/16")
    route = {"addressPrefix": "172.17.0.0/16", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.100.0.4"}
    cloud.arm.put(f"{made.table}/routes/bridges", {"properties": route})
    ran = cloud(*INSIDE, "--subnet-name", "kube", "--query", "reasons")
    assert ran.code == 0, ran.err
    reasons = json.loads(ran.out)
    assert "10.244.0.0/14 (network hub, peered as to-hub)" in reasons["podCidr"]
    assert (
        "10.0.0.0/16 (on-premises behind connection to-office (local network gateway office)" in reasons["serviceCidr"]
    )
    assert "172.17.0.0/16 (route bridges of route table to-firewall)" in reasons["dockerBridgeAddress"]
    assert reasons["vnetAddressPrefixes"] == "the address space of virtual network app"


def test_a_plan_that_is_refused_for_what_was_typed_is_drawn_too(around: tuple[Cloud, Scene]) -> None:
    cloud, _ = around
    begun = len(cloud.arm.ledger)
    ran = cloud(*INSIDE, "--pod-cidr", "10.8.0.0/16", "--service-cidr", "10.8.0.0/20", "--map", "refused.svg")
    assert (ran.code, ran.out) == (1, "")
    assert "[pod-service-overlap]" in ran.err
    assert not [entry.path for entry in list(cloud.arm.ledger)[begun:] if "/providers/" in entry.path]
    drawn = (cloud.az.home / "refused.svg").read_text()
    assert "<svg" in drawn
    assert "10.8.0.0/16" in drawn
    assert "192.168.0.0/16 " not in drawn, "nothing is chosen where nobody has looked"


def test_the_key_of_a_connection_is_shown_nowhere(cloud: Cloud) -> None:
    made, key = scene(cloud.arm), "k3y-that-both-ends-share"
    cloud.arm.state[made.connection]["properties"]["sharedKey"] = key
    ran = cloud(*INSIDE, "--subnet-name", "kube", "--explain", "--map", "plan.html", "--export", "plan.json", "--debug")
    assert ran.code == 0, ran.err
    assert "to-office" in ran.err
    written = [path.read_text(errors="replace") for path in cloud.az.home.rglob("*") if path.is_file()]
    assert not [text for text in (ran.out, ran.err, *written) if key in text]


# what is named and is not there, the options
MISSING = (
    ("a subnet by its id", "--vnet-subnet-id {network}/subnets/none"),
    ("a network by its name", "-g net --vnet-name none"),
    ("a network in a group that is not there", "-g none --vnet-name app"),
)


@pytest.mark.parametrize("options", [row[1] for row in MISSING], ids=[row[0] for row in MISSING])
def test_what_does_not_exist_is_exit_code_3(around: tuple[Cloud, Scene], options: str) -> None:
    cloud, made = around
    ran = cloud(*f"kubenet plan {options.format(network=made.network)}".split())
    assert (ran.code, ran.out) == (3, "")
    assert "does not exist" in ran.err
    assert "az network vnet" in ran.err


def test_a_group_that_is_not_there_is_named_and_no_list_of_what_is_in_it_is_advised(
    around: tuple[Cloud, Scene],
) -> None:
    cloud, _ = around
    ran = cloud(*["kubenet", "plan", "-g", "none", "--vnet-name", "app"])
    assert "resource group none does not exist" in ran.err
    assert "az network vnet list -g none" not in ran.err
    commands = ran.err.split("list networks of that name: az ", 1)[1].splitlines()[0].split(", or groups: az ")
    assert [cloud(*shlex.split(each)).code for each in commands] == [0, 0]


# the subnet, the check that finds something, what it says
UNFIT = (
    ("data", "subnet-delegation", "Microsoft.DBforPostgreSQL/flexibleServers"),
    ("nodes", "subnet-of-another-cluster", "cluster shop"),
    ("nodes", "route-table-of-another-cluster", "cluster shop"),
)


@pytest.mark.parametrize(("subnet", "check", "said"), UNFIT, ids=[row[1] for row in UNFIT])
def test_an_existing_subnet_is_looked_at_as_create_would(
    around: tuple[Cloud, Scene], subnet: str, check: str, said: str
) -> None:
    cloud, _ = around
    ran = cloud(*INSIDE, "--subnet-name", subnet)
    assert (ran.code, ran.out) == (1, "")
    line = next(line for line in ran.err.splitlines() if f"[{check}]" in line)
    assert said in line
    assert "in place of --vnet-subnet-id" not in ran.err  # the subnet was named, and not by an id
    assert "--route-table null" not in ran.err  # the nodes in it would lose their pods' routes


def test_a_check_of_an_existing_subnet_can_be_lowered(around: tuple[Cloud, Scene]) -> None:
    cloud, _ = around
    ran = cloud(*INSIDE, "--subnet-name", "data", "--skip-checks", "subnet-delegation", "--query", "findings")
    assert ran.code == 0, ran.err
    assert ("subnet-delegation", "warning") in {(each["rule"], each["severity"]) for each in json.loads(ran.out)}


@pytest.mark.parametrize("ending", [".json", ".bicep", ".tf", ".sh"])
def test_an_export_grants_on_the_route_table_that_plan_has_read_and_is_for_the_region_of_the_network(
    around: tuple[Cloud, Scene], ending: str
) -> None:
    cloud, _ = around
    export = ("--export", f"apps{ending}", "--name", "shop", "--accept-risk", "routed-range-overlap")
    ran = cloud(*INSIDE, "--subnet-name", "apps", *export)
    assert ran.code == 0, ran.err
    text = (cloud.az.home / f"apps{ending}").read_text(encoding="utf-8")
    assert ("to-firewall" in text) == (ending != ".sh"), "the script looks for it itself"
    assert "a route table of your own" not in text or ending == ".sh"
    assert all(each in text for each in ("shop", "westeurope"))


def test_a_region_other_than_that_of_the_network_is_refused(around: tuple[Cloud, Scene]) -> None:
    cloud, _ = around
    ran = cloud(*INSIDE, "--subnet-name", "kube", "--export", "far.tf", "--location", "eastus")
    assert (ran.code, ran.out) == (1, "")
    assert "[network-location]" in ran.err
    assert "use --location westeurope" in ran.err
    assert cloud(*INSIDE, "--subnet-name", "kube", "--export", "near.tf", "-l", "West Europe").code == 0
