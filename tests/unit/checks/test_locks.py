"""Locks on what is written, and on what must be removed later. What a lock stops is our model of it [T4]."""

from dataclasses import replace

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.options.private_cluster import PrivateCluster
from tests.unit.checks.obstacles import AUTHORIZATION, LOCKS, a_lock
from tests.unit.checks.wire import (
    GROUP,
    NAMES,
    NETWORK,
    REFUSED,
    SUB,
    TABLE,
    but,
    network,
    run,
    situation,
    subnet,
)

HUB = f"{SUB}/resourceGroups/hub"
IN_HUB = replace(NAMES, vnet_group="hub")
ZONE = (
    "/subscriptions/z/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"
)
MADE = {"identity": {"name": "i"}}
INTO_HUB = situation(network(subnet()), names=IN_HUB)
BUSY = AzureError(503, "ServerTimeout", "later")

# what is locked, the situation, the locks, what is told: the severity, and words of it
ROWS = (
    ("nothing", situation(), [], []),
    ("what is not written", situation(), [a_lock(f"{NETWORK}/virtualNetworks/other"), a_lock(HUB)], []),
    ("the group", situation(), [a_lock(GROUP)], [("error", ["resource group g is ReadOnly", "cluster c, virtual"])]),
    ("in other capitals", situation(), [a_lock(GROUP.upper(), "readonly")], [("error", ["ReadOnly"])]),
    ("the subscription", situation(group=False), [a_lock(SUB)], [("error", ["lock l on subscription s"])]),
    ("the network's group", INTO_HUB, [a_lock(HUB)], [("error", ["subnet n, which gets the route table of AKS"])]),
    ("the network, where a subnet is new", situation(network()), [a_lock(NAMES.vnet_id)], [("error", ["subnet n"])]),
    (
        "the network, and its subnet has a table",
        situation(network(subnet(routeTable={"id": TABLE})), **MADE),
        [a_lock(NAMES.vnet_id)],
        [],
    ),
    (
        "the network on which the role is to be granted",
        situation(network(subnet(routeTable={"id": TABLE})), grant_scopes=(NAMES.subnet_id,), **MADE),
        [a_lock(NAMES.vnet_id)],
        [("error", ["a role assignment on n"])],
    ),
    (
        "the route table",
        situation(network(subnet(routeTable={"id": TABLE}))),
        [a_lock(TABLE)],
        [("error", ["route table t, which gets a route for each node"])],
    ),
    (
        "deletion in the route table",
        situation(network(subnet(routeTable={"id": TABLE}))),
        [a_lock(TABLE, "CanNotDelete")],
        [("warning", ["cannot delete the routes"])],
    ),
    ("deletion in the group", situation(), [a_lock(GROUP, "CanNotDelete")], []),
    (
        "deletion in the group, and failures are rolled back",
        but(situation(), rollback=True),
        [a_lock(GROUP, "CanNotDelete")],
        [("warning", ["--rollback-on-failure could not remove cluster c, virtual network v and identity c-identity"])],
    ),
    (
        "deletion in the subscription",
        situation(group=False),
        [a_lock(SUB, "CanNotDelete")],
        [("warning", ["cannot remove nodes"])],
    ),
    (
        "the group of a cluster that exists, in which nothing is missing",
        situation(network(subnet()), cluster={"id": NAMES.cluster_id}, **MADE),
        [a_lock(GROUP)],
        [],
    ),
    (
        "the subnet of a cluster that exists, whose role is missing",
        situation(network(subnet()), cluster={"id": NAMES.cluster_id}, grant_scopes=(NAMES.subnet_id,), **MADE),
        [a_lock(NAMES.subnet_id)],
        [("error", ["a role assignment on n"])],
    ),
    ("a lock of which nothing is shown", situation(), [{}, {"id": None, "properties": None}], []),
)


@pytest.mark.parametrize(("wanted", "locks", "told"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_lock_is_told_where_it_matters(wanted, locks, told):
    found = [each for each in run(wanted, {LOCKS: locks})[0] if each.rule == "locks"]
    assert [each.severity.value for each in found] == [severity for severity, _ in told]
    for finding, (_, words) in zip(found, told, strict=True):
        assert not [word for word in words if word not in finding.message], finding
        assert "az lock delete --ids /subscriptions/" in finding.recommendation.replace(
            "SUBSCRIPTIONS", "subscriptions"
        )


def test_a_lock_can_be_passed_over():
    (found,) = run(situation(), {LOCKS: [a_lock(GROUP)]}, ["locks"])[0]
    assert found.severity.value == "warning"


def locks_of(scope):
    return f"{scope}{AUTHORIZATION}/locks"


def test_the_locks_of_another_subscription_are_read_where_something_there_is_written():
    wanted = but(situation(), private=PrivateCluster(ResourceId(ZONE)))
    found, asked = run(wanted, {locks_of("/subscriptions/z"): [a_lock(ZONE)]})
    assert ["private DNS zone" in each.message for each in found if each.rule == "locks"] == [True]
    assert locks_of("/subscriptions/z") in asked


# what may not be read or cannot, the answers, what is told
HIDDEN = (
    ("the subscription, and the groups show their own", {LOCKS: REFUSED, locks_of(HUB): [a_lock(HUB)]}, ["error"]),
    ("one group", {LOCKS: REFUSED, locks_of(HUB): REFUSED}, ["info"]),
    ("nothing", {LOCKS: REFUSED, locks_of(HUB): REFUSED, locks_of(GROUP): REFUSED}, ["info", "info"]),
    ("Azure is busy", {LOCKS: BUSY}, ["warning"]),
    ("not found", {LOCKS: AzureError(404, "InvalidResourceType", "no")}, ["warning"]),
)


@pytest.mark.parametrize(("answers", "told"), [row[1:] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_not_being_able_to_look_refuses_nothing(answers, told):
    found, _ = run(INTO_HUB, answers)
    assert [each.severity.value for each in found if each.rule == "locks"] == told


def test_a_group_that_is_new_is_not_asked_for_its_locks():
    found, asked = run(situation(group=False), {LOCKS: REFUSED})
    assert [each.severity.value for each in found] == ["info"]
    assert locks_of(GROUP) not in asked
