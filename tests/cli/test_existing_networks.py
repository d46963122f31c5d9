"""Plans and creations in a network that exists: reported situations, and our own beside them."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from azext_kubenet.azure.resources import Names
from azext_kubenet.changes.drift import cluster_drift
from azext_kubenet.options.create_options import AksOptions
from azext_kubenet.options.identity import Identity
from tests.cli.conftest import Cloud
from tests.loopback.callers.client import SUB
from tests.loopback.core.wire import Answer

NET = f"{SUB}/resourceGroups/net/providers/Microsoft.Network"
CORP = f"{NET}/virtualNetworks/corp"
NODES = f"{CORP}/subnets/nodes"
IN_CORP = "--vnet-resource-group net --vnet-name corp"
CREATE = "kubenet create -g demo -n kube -l westeurope --no-ssh-key -o none"
DRY = f"{CREATE} --dry-run"


def codes(*wanted: int):
    """What the commands of a situation end with."""
    return lambda ran: [each.code for each in ran] == [*wanted]


def warned(rule: str, code: int = 0):
    """All ended with a code, and a warning of a rule was given."""
    line = re.compile(rf"^WARNING: .*\[{rule}\]", re.MULTILINE)
    return lambda ran: all(each.code == code and line.search(each.err) for each in ran)


def remedy_works(ran) -> bool:
    """What is proposed for a subnet that is too small is one beside it; what was typed instead is refused."""
    return all("--subnet-name NEW --subnet-prefix 10.30.123.128/25" in each.err for each in ran[1:])


#: A sentence, the seed, what must hold of what was typed.
REPORTED = (
    ("a second prefix in a block of AKS's is a warning", "C10", codes(0, 0)),
    ("and says so each time", "C10", warned("reserved-range-overlap")),
    ("an offline plan for a given subnet goes with its network, by id and by name", "C11", codes(0, 0, 0)),
    ("a subnet that is too small is left, and another proposed beside it", "C25", remedy_works),
    ("a group that denies SSH lets a cluster be", "C28a", codes(0)),
    ("and is a warning", "C28a", warned("network-security-group")),
    (
        "a group that keeps nodes from the internet is a warning, and in the loopback they fail as it says",
        "C16",
        warned("outbound-security-rules", 1),
    ),
    ("a group that denies mail lets a cluster be", "C28b", codes(0)),
)


@pytest.mark.needs_shared
@pytest.mark.parametrize(("seed", "holds"), [row[1:] for row in REPORTED], ids=[row[0] for row in REPORTED])
def test_a_reported_situation(play, seed, holds):
    ran = play(seed).typed
    assert holds(ran), [(each.code, each.err) for each in ran]
    assert not any("Traceback" in each.err for each in ran)


# -- our own


def network(cloud: Cloud, *prefixes: str, **subnets: str) -> None:
    """A network corp with subnets, as it may be in Azure."""
    for group in ("net", "demo"):
        cloud.arm.put(f"{SUB}/resourceGroups/{group}", {"location": "westeurope"})
    shown = [{"name": name, "properties": {"addressPrefix": prefix}} for name, prefix in subnets.items()]
    properties = {"addressSpace": {"addressPrefixes": [*prefixes]}, "subnets": shown}
    cloud.arm.put(CORP, {"location": "westeurope", "properties": properties})


def shop(cloud: Cloud, **profile: str) -> None:
    """A cluster that runs in a subnet of the network."""
    group = f"{SUB}/resourceGroups/demo/providers/Microsoft.ContainerService/managedClusters/shop"
    network_profile = {"networkPlugin": "kubenet", "podCidr": "10.244.0.0/16", "serviceCidr": "10.0.0.0/16", **profile}
    pool = {"name": "np", "count": 1, "mode": "System", "vnetSubnetID": NODES}
    properties = {"agentPoolProfiles": [pool], "networkProfile": network_profile, "dnsPrefix": "shop"}
    body = {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": properties}
    cloud.arm.put(group, body)


@pytest.mark.parametrize(
    "profile", [{"serviceCidr": "10.1.1.0/24", "dnsServiceIP": "10.1.1.10"}, {"podCidr": "10.1.1.0/24"}]
)
def test_no_subnet_is_put_into_the_ranges_of_a_cluster_in_the_network(cloud, profile):
    network(cloud, "10.1.0.0/16", nodes="10.1.0.0/24")
    shop(cloud, **profile)
    planned = cloud("kubenet plan -g net --vnet-name corp --subnet-name x")
    assert planned.code == 0, planned.err
    assert planned.json["subnetPrefix"] == "10.1.2.0/24"
    assert "WARNING: virtual network" not in planned.err
    made = cloud(f"{CREATE} {IN_CORP} --subnet-name x")
    assert made.code == 0, made.err
    assert cloud.sent("subnets")["properties"]["addressPrefix"] == "10.1.2.0/24"


def test_a_subnet_that_is_given_there_is_refused_by_name_and_can_be_had(cloud):
    network(cloud, "10.1.0.0/16", nodes="10.1.0.0/24")
    shop(cloud, serviceCidr="10.1.1.0/24", dnsServiceIP="10.1.1.10")
    for command in ("kubenet plan -g net --vnet-name corp", f"{DRY} {IN_CORP}"):
        given = f"{command} --subnet-name x --subnet-prefix 10.1.1.128/25"
        ran = cloud(given)
        assert (ran.code, cloud.writes) == (1, [])
        assert "services of cluster shop" in ran.err
        assert "ServiceCidrOverlapExistingSubnetsCidr" in ran.err
        (way,) = re.findall(r"--accept-risk [a-z-]+", ran.err)
        assert way == "--accept-risk subnet-in-cluster-range"
        assert cloud(f"{given} {way}").code == 0


def test_a_subnet_that_is_there_already_is_warned_of(cloud):
    network(cloud, "10.1.0.0/16", nodes="10.1.0.0/24")
    shop(cloud, serviceCidr="10.1.1.0/24", dnsServiceIP="10.1.1.10")
    cloud.arm.put(f"{CORP}/subnets/late", {"properties": {"addressPrefix": "10.1.1.0/24"}})
    ran = cloud(f"{DRY} {IN_CORP} --subnet-name late")
    assert ran.code == 0, ran.err
    assert "[subnet-in-cluster-range]" in ran.err


def test_two_plans_with_the_same_pods_and_services_are_both_made(cloud):
    network(cloud, "10.1.0.0/16")
    plans = [cloud(f"kubenet plan -g net --vnet-name corp --subnet-name {name} --subnet-prefix {prefix}").out
             for name, prefix in (("one", "10.1.1.0/24"), ("two", "10.1.2.0/24"))]  # fmt: skip
    assert {json.loads(plan)["podCidr"] for plan in plans} == {"10.244.0.0/16"}
    for name, plan in zip(("one", "two"), plans, strict=True):
        ran = cloud(*f"kubenet create -g demo -n {name} -l westeurope --no-ssh-key -o none --plan".split(), "@-",
                    stdin=plan)  # fmt: skip
        assert ran.code == 0, ran.err
    assert "[plan-outdated]" in ran.err
    assert "[cluster-range-duplicate]" in ran.err


def test_a_network_that_has_taken_the_plans_own_since_is_named(cloud):
    cloud.arm.put(f"{SUB}/resourceGroups/demo", {"location": "westeurope"})
    plan = cloud("kubenet plan --discover subscription").out
    assert json.loads(plan)["vnetAddressPrefixes"] == ["192.168.0.0/16"]
    network(cloud, "192.168.0.0/16")
    ran = cloud(*DRY.split(), "--plan", "@-", stdin=plan)
    assert ran.code == 0, ran.err
    assert "since the plan was made, 192.168.0.0/16 (network corp in resource group net) was added" in ran.err
    assert "[plan-outdated]" in ran.err


def test_the_rule_that_is_proposed_lets_nodes_reach_what_they_need(cloud):
    network(cloud, "10.1.0.0/16", nodes="10.1.0.0/24")
    group = f"{NET}/networkSecurityGroups/corp-nsg"
    deny = {"priority": 4000, "direction": "Outbound", "access": "Deny", "protocol": "*", "sourceAddressPrefix": "*",
            "sourcePortRange": "*", "destinationAddressPrefix": "Internet", "destinationPortRange": "*"}  # fmt: skip
    cloud.arm.put(
        group, {"location": "westeurope", "properties": {"securityRules": [{"name": "no", "properties": deny}]}}
    )
    cloud.arm.put(NODES, {"properties": {"addressPrefix": "10.1.0.0/24", "networkSecurityGroup": {"id": group}}})
    command = f"{CREATE} {IN_CORP} --subnet-name nodes"
    ran = cloud(f"{command} --dry-run")
    (line,) = [each for each in ran.err.splitlines() if "[outbound-security-rules]" in each]
    (proposed,) = re.findall(r"az (network nsg rule create .*)$", line)
    typed = cloud(*shlex.split(proposed), "-o", "none")
    assert typed.code == 0, typed.err
    then = cloud(command)
    assert then.code == 0, then.err
    assert "[outbound-security-rules]" not in then.err


@pytest.mark.parametrize("there", [{}, {"GatewaySubnet": "10.1.0.0/24"}], ids=["new", "existing"])
def test_the_subnet_of_another_service_is_refused_by_its_name_and_can_be_had(cloud, there):
    network(cloud, "10.1.0.0/16", **there)
    for command in ("kubenet plan -g net --vnet-name corp", f"{DRY} {IN_CORP}"):
        ran = cloud(f"{command} --subnet-name GatewaySubnet")
        assert (ran.code, cloud.writes) == (1, []), ran.err
        (way,) = re.findall(r"--skip-checks [a-z-]+", ran.err)
        assert cloud(f"{command} --subnet-name gatewaysubnet {way}").code == 0


#: What exists, options of the offline plan, options of create, its exit code, words.
OFFLINE = (
    ("the subnet is there, by id", {"nodes": "10.1.2.0/26"}, "--subnet-prefix 10.1.2.0/26",
     f"--vnet-subnet-id {NODES}", 0, ""),
    ("the subnet is there, by name", {"nodes": "10.1.2.0/26"}, "--subnet-prefix 10.1.2.0/26",
     f"{IN_CORP} --subnet-name nodes", 0, ""),
    ("the subnet is new in it", {"other": "10.1.3.0/24"}, "--subnet-prefix 10.1.2.0/26",
     f"{IN_CORP} --subnet-name nodes", 0, ""),
    ("the subnet is another one", {"nodes": "10.1.2.0/25"}, "--subnet-prefix 10.1.2.0/26",
     f"{IN_CORP} --subnet-name nodes", 1, "[existing-resource-differs]"),
    ("the subnet lies outside of it", {}, "--subnet-prefix 10.9.2.0/26", f"{IN_CORP} --subnet-name nodes", 1,
     "[subnet-outside-vnet]"),
    ("its prefixes were given, and are others", {"nodes": "10.1.2.0/26"},
     "--subnet-prefix 10.1.2.0/26 --vnet-address-prefixes 10.1.2.0/24", f"{IN_CORP} --subnet-name nodes", 1,
     "[existing-resource-differs]"),
    ("its services lie in the network", {"nodes": "10.1.2.0/26"},
     "--subnet-prefix 10.1.2.0/26 --service-cidr 10.1.128.0/20", f"{IN_CORP} --subnet-name nodes", 1,
     "[service-vnet-overlap]"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("subnets", "planned", "created", "code", "words"), [row[1:] for row in OFFLINE], ids=[row[0] for row in OFFLINE]
)
def test_an_offline_plan_meets_a_network(cloud, subnets, planned, created, code, words):
    network(cloud, "10.1.0.0/16", **subnets)
    plan = cloud(f"kubenet plan {planned}").out
    older = json.dumps({key: value for key, value in json.loads(plan).items() if key != "given"})
    for text in (plan, older) if "--vnet-address" not in planned else (plan,):
        ran = cloud(*f"{DRY} {created}".split(), "--plan", "@-", stdin=text)
        assert ran.code == code, ran.err
        assert words in ran.err


#: Prefixes and subnets, options of create, how it ends without a risk accepted, whether the risk then lets it be.
RESERVED = (
    ("nodes beside a prefix that AKS keeps", ("10.80.0.0/16", "172.31.0.0/16"), {"nodes": "10.80.1.0/24"}, "", 0),
    ("nodes in it", ("10.80.0.0/16", "172.31.0.0/16"), {"nodes": "172.31.1.0/24"}, "", 1),
    ("a new subnet where nothing else is", ("172.30.0.0/16",), {}, "", 1),
    ("a given one in a documentation range", ("192.0.2.0/24",), {}, "--subnet-prefix 192.0.2.0/25", 1),
    ("a network around it", ("172.16.0.0/12",), {"nodes": "172.16.1.0/24"}, "", 1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("prefixes", "subnets", "more", "code"), [row[1:] for row in RESERVED], ids=[row[0] for row in RESERVED]
)
def test_a_network_in_a_block_that_aks_keeps(cloud, prefixes, subnets, more, code):
    network(cloud, *prefixes, **subnets)
    for command in ("kubenet plan -g net --vnet-name corp --subnet-name nodes", f"{DRY} {IN_CORP} --subnet-name nodes"):
        ran = cloud(f"{command} {more}")
        assert ran.code == code, ran.err
        assert "--vnet-address-prefixes" not in ran.err
        assert cloud(f"{command} {more} --accept-risk reserved-range-overlap").code == 0
        pods = cloud(f"{command} {more} --accept-risk reserved-range-overlap --pod-cidr 172.30.128.0/20")
        assert (pods.code, "Azure refuses it" in pods.err) == (1, True)


def test_four_hundred_nodes_cost_the_upgrades_and_no_more(cloud):
    asked = f"{DRY} --node-count 400 --pod-cidr /15"
    ran = cloud(asked)
    assert ran.code == 1
    ways = re.findall(r"--accept-risk ([a-z-]+)", ran.err)
    assert "too-many-nodes-to-upgrade" in ways
    again = cloud(f"{asked} --accept-risk {' '.join(ways)}")
    assert again.code == 0, again.err
    assert cloud(f"{DRY} --node-count 401 --accept-risk too-many-nodes").code == 1


#: What a network answers where its prefixes should be, and where those of its subnet should be.
EMPTY = (
    ({"ipamPoolPrefixAllocations": [{"pool": {"id": "p"}, "numberOfIpAddresses": "1024"}]}, {}),
    ({"addressPrefixes": ["10.1.0.0/16"]},
     {"addressPrefixes": [], "ipamPoolPrefixAllocations": [{"pool": {"id": "p"}}]}),
)  # fmt: skip


@pytest.mark.parametrize(("space", "subnet"), EMPTY, ids=["the network", "the subnet"])
def test_what_has_no_prefix_yet_is_told(cloud, space, subnet):
    network(cloud, "10.1.0.0/16", nodes="10.1.2.0/26")
    shown = {**cloud.arm.state[CORP]}
    subnets = [{"id": NODES, "name": "nodes", "properties": subnet}]
    shown["properties"] = {**shown["properties"], "addressSpace": space, "subnets": subnets}

    def answer(call):
        return Answer(200, shown) if (call.method, call.path.lower()) == ("GET", CORP.lower()) else None

    cloud.arm.before.append(answer)
    for command in (f"kubenet plan --vnet-subnet-id {NODES}", f"{DRY} --vnet-subnet-id {NODES}"):
        ran = cloud(command)
        assert (ran.code, "[address-prefix-missing]" in ran.err, "Traceback" in ran.err) == (1, True, False), ran.err


# the second run of a cluster that is in subnet nodes; what is to be typed instead of which options
ELSEWHERE = (
    ("in another subnet of a network without room", f"{IN_CORP} --subnet-name other", "--vnet-name"),
    ("in a network that does not exist", "--vnet-resource-group net --vnet-name other", "--vnet-name"),
    ("in a subnet that does not exist", f"--vnet-subnet-id {CORP}/subnets/other", ""),
    ("in a new network", "", ""),
)


@pytest.mark.parametrize(("options", "instead"), [row[1:] for row in ELSEWHERE], ids=[row[0] for row in ELSEWHERE])
def test_a_cluster_that_is_in_another_subnet_is_the_first_thing_that_is_said(cloud, options, instead):
    network(cloud, "10.1.0.0/24", nodes="10.1.0.0/24")
    made = cloud(f"{CREATE} --vnet-subnet-id {NODES}")
    assert made.code == 0, made.err
    ran = cloud(f"{CREATE} {options} --max-pods 50")
    assert ran.code == 1, ran.err
    assert ran.err.count("[existing-resource-differs]") == 2, ran.err  # the subnet, and the pods of a node
    assert f"--vnet-subnet-id {NODES}{f' instead of {instead}' if instead else ''}" in ran.err
    assert "no-space" not in ran.err
    assert cloud(f"{CREATE} --vnet-subnet-id {NODES}").code == 0


IDENTITY = f"{SUB}/resourceGroups/demo/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kube-identity"
# the same network and identity in other capitals
CAPITALS = (
    f"--vnet-subnet-id {NODES.upper()}",
    f"--vnet-subnet-id {NODES.upper()}/",
    "--vnet-resource-group NET --vnet-name Corp --subnet-name NODES",
    f"--vnet-subnet-id {NODES} --assign-identity {IDENTITY.upper()}",
)


def test_the_same_in_other_capitals_is_the_same(cloud):
    network(cloud, "10.1.0.0/16", nodes="10.1.0.0/24")
    made = cloud(f"{CREATE} --vnet-subnet-id {NODES}")
    assert made.code == 0, made.err
    written = len(cloud.writes)
    for options in CAPITALS:
        ran = cloud(f"{CREATE.replace('-g demo -n kube', '-g DEMO -n Kube')} {options}")
        assert (ran.code, len(cloud.writes)) == (0, written), ran.err


def test_a_service_principal_in_other_capitals_is_the_same():
    cluster = {"properties": {"servicePrincipalProfile": {"clientId": "abcdef00-0000-4000-8000-00000000000a"}}}
    names = Names("s", "demo", "kube", "corp", "nodes", "net", "s")
    same = Identity("servicePrincipal", app_id="ABCDEF00-0000-4000-8000-00000000000A")
    lines = cluster_drift(cluster, names, same, None, AksOptions())
    assert not [each for each in lines if each.startswith("servicePrincipalProfile")]
