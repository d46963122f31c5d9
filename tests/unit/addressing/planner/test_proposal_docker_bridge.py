"""The docker bridge, which is never sent, is planned last, refuses nothing, and is told where it has no place."""

import pytest

from azext_kubenet.addressing.findings import Severity
from tests.unit.addressing.asking import ask, names

#: All of private space but a /22 and two /28: a network, services and pods, and nothing beside.
SCARCE = (
    "10.0.0.0/8 172.16.0.0/12 100.64.0.0/10 192.168.0.0/17 192.168.128.0/18 192.168.192.0/19 192.168.224.0/20 "
    "192.168.240.0/21 192.168.252.32/27 192.168.252.64/26 192.168.252.128/25 192.168.253.0/24 192.168.254.0/23"
)
WITHOUT = "docker-bridge-without-place"
ALL = "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16"
GIVEN = "--vnet-address-prefixes 20.0.0.0/16"
FREE = "--subnet-prefix 10.1.2.0/26"


def shown(verdict):
    plan = verdict.plan
    return [str(each) for each in (*plan.vnet, plan.pods, plan.services, plan.docker_bridge)]


@pytest.mark.parametrize(
    ("line", "ranges"),
    [
        (
            f"--exclude-prefixes {SCARCE}",
            ["192.168.252.0/28", "192.168.248.0/22", "192.168.252.16/28", "None"],
        ),
        (
            f"{ALL} {FREE} --service-cidr 100.64.0.0/16",
            ["10.1.2.0/26", "100.65.0.0/16", "100.64.0.0/16", "None"],
        ),
        (
            f"{FREE} --exclude-prefixes 10.0.0.0/8 172.16.0.0/12",
            ["10.1.2.0/26", "100.64.0.0/16", "192.168.0.0/16", "None"],
        ),
    ],
    ids=["with a /22 and two /28 free", "where nothing private is free", "where services take the last private space"],
)
def test_a_plan_without_a_place_for_the_bridge_is_a_plan(line, ranges):
    verdict = ask(line)
    assert not verdict.refused, verdict.findings
    assert verdict.plan.complete
    assert shown(verdict) == ranges
    (finding,) = [each for each in verdict.findings if each.rule == WITHOUT]
    assert finding.severity is Severity.INFO
    assert "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 have no free /28" in finding.message


def test_no_range_is_smaller_for_the_bridge():
    """With a /17 and a /18 of private space, the network given: both go to pods and services, whole."""
    line = f"{GIVEN} --exclude-prefixes 10.0.0.0/8 172.16.0.0/12 100.64.0.0/10 192.168.0.0/18"
    plan = ask(f"{line} --max-count 100").plan
    assert (str(plan.pods), str(plan.services), str(plan.docker_bridge)) == (
        "192.168.128.0/17",
        "192.168.64.0/18",
        "None",
    )


def test_a_bridge_that_was_typed_and_collides_is_refused_and_both_advices_agree():
    verdict = ask(f"{ALL} {FREE} --service-cidr 100.64.0.0/16 --docker-bridge-address 172.17.0.1/16")
    found = {each.rule: each.recommendation for each in verdict.findings if "--docker-bridge-address" in each.subject}
    assert verdict.refused
    assert found == {
        "excluded-range-overlap": "leave --docker-bridge-address out",
        "docker-bridge-not-sent": "leave --docker-bridge-address out",
    }
    assert not ask(f"{ALL} {FREE} --service-cidr 100.64.0.0/16").refused


def test_a_bridge_that_was_typed_and_takes_the_last_space_is_to_be_left_out():
    line = f"--exclude-prefixes {SCARCE}"
    verdict = ask(f"{line} --docker-bridge-address 192.168.248.1/22")
    found = {each.rule: each.recommendation for each in verdict.findings}
    assert found["no-space"] == found["docker-bridge-not-sent"] == "leave --docker-bridge-address out"
    assert not ask(line).refused


def test_where_services_alone_have_no_place_it_is_said_where_that_was_looked_for_and_what_would_do():
    verdict = ask(f"{ALL} {FREE}")
    (finding,) = [each for each in verdict.findings if each.rule == "no-space"]
    assert finding.subject == ("--service-cidr",)
    assert finding.message.endswith("; searched: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16")
    assert "nothing is free" not in finding.message
    assert finding.recommendation.startswith("use --service-cidr 100.64.0.0/16 (nothing without a warning is free: ")
    assert not ask(f"{ALL} {FREE} --service-cidr 100.64.0.0/16").refused


def test_of_ranges_that_were_searched_for_together_each_says_where():
    verdict = ask(f"--exclude-prefixes {SCARCE} 192.168.252.0/28")
    (finding,) = [each for each in verdict.findings if each.rule == "no-space"]
    assert "--docker-bridge-address" not in finding.subject
    assert "100.64.0.0/10 (for the virtual network and the pod CIDR alone)" in finding.message


def test_nothing_is_said_of_a_bridge_without_a_plan():
    assert WITHOUT not in names(ask(f"{ALL} 100.64.0.0/10 {FREE}"))
