"""`az kubenet plan --discover`: a whole estate through Resource Graph, held against everything that was put into it."""

from __future__ import annotations

import json
from ipaddress import ip_network

import pytest

from tests.cli.conftest import enter
from tests.loopback.core.options import SUBSCRIPTION
from tests.loopback.core.wire import Answer
from tests.loopback.seeds.estate import build
from tests.loopback.server.server import LoopbackArm

#: Enough networks that pages follow pages; the figures for 20,000 stand in `make bench`.
NETWORKS, PEERINGS, CLUSTERS = 2_500, 5_000, 250
CHOSEN = ("subnetPrefix", "podCidr", "serviceCidr")


def queries(cloud):
    return [entry for entry in cloud.arm.ledger if entry.path.lower().endswith("microsoft.resourcegraph/resources")]


@pytest.fixture
def estate(cloud):
    return build(cloud.arm, networks=NETWORKS, peerings=PEERINGS, clusters=CLUSTERS, seed=3)


def test_every_chosen_range_is_clear_of_every_network_and_site(cloud, estate):
    ran = cloud("kubenet plan --discover tenant")
    assert ran.code == 0, ran.err
    plan = json.loads(ran.out)
    taken = [ip_network(each) for each in estate.routable()]
    for text in (*plan["vnetAddressPrefixes"], *(plan[key] for key in CHOSEN)):
        assert not [each for each in taken if each.overlaps(ip_network(text))], text


def test_requests_grow_with_the_pages_and_not_with_the_networks(cloud, estate):
    cloud("kubenet plan --discover tenant")
    asked = queries(cloud)
    pages = -(-NETWORKS // 1000) + 2  # networks with their peerings; clusters and sites have a page each
    assert len(asked) == pages
    assert [entry for entry in cloud.arm.ledger if entry.path.startswith("/subscriptions/")] == []


def test_ranges_of_clusters_that_are_not_connected_are_a_note(cloud, estate):
    ran = cloud("kubenet plan --discover tenant --pod-cidr 10.244.0.0/16")
    plan = json.loads(ran.out)
    (note,) = [each for each in plan["findings"] if each["options"] == ["--pod-cidr"]]
    assert (note["rule"], note["severity"]) == ("cluster-range-duplicate", "info")


def test_ranges_of_clusters_that_are_not_connected_are_not_chosen(cloud, estate):
    plan = json.loads(cloud("kubenet plan --discover tenant").out)
    assert [each for each in plan["findings"] if each["rule"] == "cluster-range-duplicate"] == []
    taken = [ip_network(each) for name in ("pods", "services") for each in estate.ranges[name]]
    for key in CHOSEN:
        assert not [each for each in taken if each.overlaps(ip_network(plan[key]))], key


def test_a_subscription_alone_is_asked_for_by_its_id(cloud, estate):
    ran = cloud("kubenet plan --discover subscription --query seen.ranges -o tsv")
    assert ran.code == 0, ran.err
    assert {tuple(entry.body["subscriptions"]) for entry in queries(cloud)} == {(SUBSCRIPTION,)}
    assert 0 < int(ran.out) < NETWORKS


def test_a_given_range_that_another_network_has_is_a_warning(cloud, estate):
    taken = next(each for each in estate.ranges["networks"] if each.startswith("192.168."))
    ran = cloud(f"kubenet plan --discover tenant --vnet-address-prefixes {taken} --subnet-prefix {taken}")
    assert ran.code == 0, ran.err
    assert "[other-network-overlap]" in ran.err


def test_without_a_login_it_is_one_clear_sentence(az):
    ran = az("kubenet plan --discover tenant --only-show-errors")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "ERROR: not logged in; --vnet-name, --vnet-subnet-id and --discover read from Azure",
        "az login",
    ]


def test_a_throttled_estate_is_waited_for(az):
    with LoopbackArm(graph_quota=3) as arm:
        cloud = enter(arm, az)
        build(arm, networks=NETWORKS, peerings=PEERINGS, clusters=CLUSTERS, seed=3)
        ran = cloud("kubenet plan --discover tenant")
        assert ran.code == 0, ran.err
        assert any(entry.status == 429 for entry in queries(cloud))


def test_create_keeps_clear_of_the_estate_as_plan_does(cloud, estate):
    plan = json.loads(cloud("kubenet plan --discover tenant").out)
    ran = cloud("kubenet create -g new -n c --location westeurope --no-ssh-key --discover tenant --dry-run")
    assert ran.code == 0, ran.err
    details = " ".join(step["detail"] for step in json.loads(ran.out))
    assert all(plan[key] in details for key in CHOSEN)


def test_a_plan_of_an_estate_goes_on_and_its_second_run_writes_nothing(cloud, estate):
    create = "kubenet create -g new -n c --location westeurope --no-ssh-key --plan @-"
    plan = cloud("kubenet plan --discover tenant").out
    first = cloud(*create.split(), stdin=plan)
    assert first.code == 0, first.err
    made = len(cloud.writes)
    again = cloud(*create.split(), stdin=plan)
    assert (again.code, again.out, len(cloud.writes)) == (0, first.out, made)


def test_a_busy_resource_graph_is_asked_again(cloud, estate):
    failures = [503, 500]

    def busy(call):
        if failures and call.path.lower().endswith("/resources"):
            return Answer(failures.pop(), {"error": {"code": "ServerBusy", "message": "try again"}})
        return None

    cloud.arm.before.append(busy)
    ran = cloud("kubenet plan --discover tenant")
    assert ran.code == 0, ran.err
    assert failures == []
