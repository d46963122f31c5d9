"""What came into the ranges of a running cluster since: found by the rules of a plan, with what can be done."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import collisions, look_into
from azext_kubenet.checks.running.running_context import early_reads
from tests.unit.checks.running.world import NETWORK, SUBSCRIPTION, TABLE, Pool, World, route

CLUSTERS = f"{SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters"
HUB = "/subscriptions/h/resourceGroups/h/providers/Microsoft.Network/virtualNetworks/hub"
OTHER_TABLE = f"{SUBSCRIPTION}/resourceGroups/n(eu)/providers/Microsoft.Network/routeTables/other"
REFUSED = AzureError(403, "AuthorizationFailed", "no")
PLAN = "the ranges of a cluster cannot be changed: plan a new one beside it, and move to that: az kubenet plan -g n"


def world(**more: Any) -> World:
    """A healthy cluster in 10.100.0.0/24, with pods in 10.240.0.0/16 and services in 10.0.0.0/16."""
    return World([Pool("a", 3)], **more)


def peered(prefix: str, state: str = "Connected", **more: Any) -> World:
    """The same with a peer."""
    has = {"remoteVirtualNetwork": {"id": HUB}, "peeringState": state, "allowVirtualNetworkAccess": True,
           "remoteAddressSpace": {"addressPrefixes": [prefix]}}  # fmt: skip
    hub = {"id": HUB, "name": "hub", "properties": {"addressSpace": {"addressPrefixes": [prefix]}}}
    made = world(network_changed={"virtualNetworkPeerings": [{"name": "to-hub", "properties": has}]})
    made.changed = {HUB: hub, **more}
    return made


def beside(prefix: str, **has: Any) -> World:
    """The same with another subnet."""
    made = world()
    body = made.network()
    other = {"id": f"{NETWORK}/subnets/other", "name": "other", "properties": {"addressPrefix": prefix, **has}}
    body["properties"]["subnets"].append(other)
    body["properties"]["addressSpace"]["addressPrefixes"].append(prefix)
    made.network = lambda: body  # type: ignore[method-assign]  # a network that the world does not know
    return made


def prefixed(prefix: str) -> World:
    """The same with another prefix of the network, in which nothing is yet."""
    return world(network_changed={"addressSpace": {"addressPrefixes": ["10.100.0.0/14", prefix]}})


def routed(prefix: str, hop: str = "VirtualAppliance") -> World:
    """The same with a route of another subnet's table."""
    made = beside("10.100.9.0/24", routeTable={"id": OTHER_TABLE})
    one = route("to-site", prefix, "10.9.9.9")
    one["properties"]["nextHopType"] = hop
    made.changed[OTHER_TABLE] = {"id": OTHER_TABLE, "properties": {"routes": [one]}}
    return made


def another(pods: str, network: str = NETWORK, group: str = "o") -> dict[str, Any]:
    """Another kubenet cluster."""
    profile = {"networkPlugin": "kubenet", "podCidr": pods, "serviceCidr": "10.1.0.0/16"}
    return {
        "id": f"{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/{group}",
        "properties": {"networkProfile": profile, "nodeResourceGroup": f"MC_{group}",
                       "agentPoolProfiles": [{"name": "a", "vnetSubnetID": f"{network}/subnets/other"}]},
    }  # fmt: skip


def found(made: World) -> list[Finding | Unreadable]:
    """What the check finds."""
    return [each for each in collisions.CHECKS[0].run(made.context()) if isinstance(each, Finding | Unreadable)]


# what came, the cluster, the rules with their severities, words
ROWS: tuple[tuple[str, World, tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    ("nothing", world(), (), ()),
    ("a route of the table itself, for a node", world(custom=2), (), ()),
    ("a peer elsewhere", peered("10.50.0.0/16"), (), ()),
    ("a peer in the pods", peered("10.240.128.0/20"), (("peered-network-overlap", "error"),),
     ("pod CIDR 10.240.0.0/16 overlaps 10.240.128.0/20 (network hub, peered as to-hub)",
      f"az network vnet peering delete --ids {NETWORK}/virtualNetworkPeerings/to-hub", PLAN)),
    ("a peer in the services", peered("10.0.4.0/24"), (("peered-network-overlap", "error"),),
     ("service CIDR 10.0.0.0/16 overlaps 10.0.4.0/24",)),
    ("a subnet in the pods", beside("10.240.3.0/24"), (("existing-subnet-overlap", "error"),),
     ("overlaps 10.240.3.0/24 (subnet other of v)", f"az network vnet subnet delete --ids {NETWORK}/subnets/other")),
    ("a prefix of the network in the pods", prefixed("10.240.0.0/20"), (("pod-vnet-overlap", "error"),),
     ("overlaps virtual network 10.240.0.0/20",
      f"az network vnet update --ids {NETWORK} --address-prefixes 10.100.0.0/14, or")),
    ("a subnet beside", beside("10.100.9.0/24"), (), ()),
    ("a route of another subnet into the pods, which is a way to them", routed("10.240.0.0/20"), (), ()),
    ("a route that holds more than the pods, beside which a cluster works", routed("10.240.0.0/12"),
     (("routed-range-overlap", "info"),), ("route to-site of route table other",)),
    ("a route elsewhere", routed("172.20.0.0/16"), (), ()),
    ("a default route", routed("0.0.0.0/0"), (), ()),
    ("another cluster with other pods in the network", world(changed={CLUSTERS: [another("10.250.0.0/16")]}), (), ()),
    ("another cluster with the same pods in the network", world(changed={CLUSTERS: [another("10.240.0.0/16")]}),
     (("cluster-range-duplicate", "info"),), ("pods of cluster o",)),
    ("another cluster with the same pods in a peer",
     peered("10.50.0.0/16", **{"/subscriptions/h/providers/Microsoft.ContainerService/managedClusters": [
         another("10.240.0.0/16", HUB)]}), (("cluster-range-duplicate", "info"),), ("pods of cluster o",)),
    ("pods of another cluster that are the nodes' own", world(changed={CLUSTERS: [another("10.100.0.0/16")]}),
     (("subnet-in-cluster-range", "warning"),), ("10.100.0.0/16",)),
    ("pods where Azure reserves", world(profile_changed={"podCidr": "172.30.0.0/16"}),
     (("reserved-range-overlap", "warning"),), ("pod CIDR 172.30.0.0/16 overlaps 172.30.0.0/16", PLAN)),
    ("a peering that lost its other side", peered("10.50.0.0/16", "Disconnected"),
     (("peering-disconnected", "warning"),), ("az network vnet peering delete",)),
)  # fmt: skip


@pytest.mark.parametrize(("made", "rules", "texts"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_came_into_the_ranges_is_told_with_what_can_go(
    made: World, rules: tuple[tuple[str, str], ...], texts: tuple[str, ...]
) -> None:
    findings = [each for each in found(made) if isinstance(each, Finding)]
    assert {(each.rule, each.severity.value) for each in findings} == {*rules}
    told = "\n".join(f"{each.message} -> {each.recommendation}" for each in findings)
    for text in texts:
        assert text in told
    assert not [each for each in findings if each.subject or "--exclude-prefixes" in each.recommendation]


def test_without_peerings_and_other_tables_nothing_is_read_beyond_what_is_foreseen() -> None:
    made = world()
    context = made.context()
    made.asked.clear()
    assert not [*collisions.CHECKS[0].run(context)]
    assert {*made.asked} <= {read.path for read in early_reads(context.cluster)}


def test_its_own_table_is_not_read_again_and_connected_groups_are_never_asked_for() -> None:
    made = peered("10.50.0.0/16")
    context = made.context()
    made.asked.clear()
    assert not [*collisions.CHECKS[0].run(context)]
    assert HUB in made.asked
    assert TABLE not in made.asked
    assert not [each for each in made.asked if "NetworkManager" in each]


def test_a_peer_that_may_not_be_read_is_not_looked_at_and_its_space_is_compared_even_so() -> None:
    made = peered("10.240.128.0/20")
    made.hidden = {HUB: REFUSED, "/subscriptions/h/providers/Microsoft.ContainerService/managedClusters": REFUSED}
    findings = [each for each in found(made) if isinstance(each, Finding)]
    assert [each.rule for each in findings] == ["peered-network-overlap", "not-looked-at"]
    assert "compared with what the peering shows" in findings[1].message
    assert "az role assignment create" in findings[1].recommendation
    assert "range-collisions" in look_into(made.context()).not_looked_at


def test_a_network_that_may_not_be_read_is_not_looked_at() -> None:
    made = world(hidden={NETWORK: REFUSED})
    assert [each.what for each in found(made) if isinstance(each, Unreadable)] == ["virtual network v"]


def test_who_skips_the_check_has_its_errors_as_warnings() -> None:
    context = peered("10.240.128.0/20").context()
    rule = "peered-network-overlap"
    for skip, severity in (((), "error"), (("range-collisions",), "warning")):
        assert [each.severity for each in look_into(context, skip).findings if each.rule == rule] == [severity]


def test_many_subnets_in_the_pods_are_one_finding_and_none_is_to_be_deleted() -> None:
    made = beside("10.240.3.0/24")
    made.network()["properties"]["subnets"].extend(
        {"id": f"{NETWORK}/subnets/m{each}", "name": f"m{each}", "properties": {"addressPrefix": f"10.240.{each}.0/24"}}
        for each in range(10, 20)
    )
    findings = [each for each in found(made) if isinstance(each, Finding)]
    assert [each.rule for each in findings] == ["existing-subnet-overlap"]
    assert "and 8 more" in findings[0].message, findings[0].message
    (fix,) = findings[0].fixes
    assert PLAN in str(fix)
