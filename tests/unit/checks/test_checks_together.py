"""All checks at once: findings come together, and a check can be skipped by its name."""

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.registry import names_of_checks
from azext_kubenet.checks import CHECKS, Phase, unknown
from azext_kubenet.options.choices import SYSTEM_ASSIGNED
from tests.unit.checks.wire import (
    ALL,
    CLUSTERS,
    GATEWAY,
    NAMES,
    PERMISSIONS,
    READER,
    a_cluster,
    but,
    network,
    nic,
    of,
    run,
    situation,
    subnet,
)

SUBNET = NAMES.subnet_id
FULL = {"ipConfigurations": [nic(number) for number in range(24)]}
GATED = {"natGateway": {"id": GATEWAY}}


def into(**properties):
    """A creation into a subnet that exists."""
    return situation(network(subnet(**properties)))


def test_all_findings_come_together():
    wanted = but(into(prefix="192.168.1.0/27", **FULL, **GATED), identity_kind=SYSTEM_ASSIGNED)
    found, _ = run(wanted, {SUBNET + PERMISSIONS: READER, CLUSTERS: [a_cluster("b", SUBNET)]})
    assert of(found) == ["caller-may-write", "subnet-room", "subnet-of-another-cluster", "nat-gateway"]


def test_a_check_that_is_skipped_warns():
    found, _ = run(into(prefix="192.168.1.0/27", **FULL, **GATED), skip=["nat-gateway"])
    assert (of(found), of(found, "warning")) == (["subnet-room"], ["nat-gateway", "join-rights"])


def test_a_check_that_is_not_there_cannot_be_skipped():
    found, _ = run(situation(), skip=["nat-gatewya", "nat-gateway", "nat-gatewya"])
    assert of(found) == ["unknown-check"]
    assert "nat-gatewya" in found[0].message
    offered = [each.name for each in CHECKS if each.name in found[0].recommendation]
    assert offered == [
        each.name for each in CHECKS if Phase.CREATE in each.phases and each.rule.severity is Severity.ERROR
    ]


def test_an_entry_for_all_is_enough():
    assert run(into(), {SUBNET + PERMISSIONS: [*READER, *ALL]})[0] == []


def test_the_help_lists_the_names_that_are_offered_in_place_of_a_wrong_one():
    for phase, of_plan in ((Phase.PLAN, True), (Phase.CREATE, False)):
        (found,) = unknown(["nsg"], phase)
        assert found.recommendation == f"use any of: {', '.join(_in_their_order(names_of_checks(of_plan)))}"


def _in_their_order(names):
    return [each.name for each in CHECKS if each.name in names]
