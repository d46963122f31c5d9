"""The closing line with everything put right: only where it is known what was meant."""

import sys

import pytest

from azext_kubenet.addressing.findings import RunCommand
from azext_kubenet.addressing.planner.plan_again import plan_again
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.operations.successor import with_whole_commands
from azext_kubenet.operations.together import mended_command
from azext_kubenet.options.plan_options import read_plan_options
from azext_kubenet.options.typed import Typed, parameter
from tests.unit.addressing.asking import question, split

# sentence, options, the line
ROWS = (
    ("a netmask is put right", "--subnet-prefix 10.1.2.0/255.255.255.0",
     "az kubenet plan --subnet-prefix 10.1.2.0/24"),
    ("of several prefixes none is lost", "--vnet-address-prefixes 10.1.0.0/255.255.0.0 10.2.0.0/16",
     "az kubenet plan --vnet-address-prefixes 10.1.0.0/16 10.2.0.0/16"),
    ("an address may have any length", "--subnet-prefix 10.1.2.0", ""),
    ("no length is meant by one that there is not", "--pod-cidr /33", ""),
    ("a word is no address", "--pod-cidr /1 --dns-service-ip kube", ""),
    ("a size is no address", "--docker-bridge-address /16", ""),
    ("a name that cannot be accepted is left out",
     "--accept-risk pod-service-overlap --pod-cidr 10.0.0.0/16 --service-cidr 10.0.0.0/16",
     "az kubenet plan --service-cidr 10.0.0.0/16 --pod-cidr 10.244.0.0/16"),
    ("of names that can be accepted none is lost, also where commas join them",
     "--accept-risk kube,excluded-range-overlap reserved-range-overlap",
     "az kubenet plan --accept-risk excluded-range-overlap reserved-range-overlap"),
    ("of a list every element stays", "--exclude-prefixes 10.0.0.5/16,10.9.0.1/16 172.16.0.0/12",
     "az kubenet plan --exclude-prefixes 10.0.0.0/16,10.9.0.0/16 172.16.0.0/12"),
    ("of blocks every one stays", "--within 10.0.0.5/16 10.244.0.0/16",
     "az kubenet plan --within 10.0.0.0/16 10.244.0.0/16"),
    ("a list in which something else is wrong is the user's to put right",
     "--exclude-prefixes 10.0.0.5/16 kube", ""),
    ("a plugin without its mode gets it", "--network-plugin azure",
     "az kubenet plan --network-plugin azure --network-plugin-mode overlay"),
    ("a number that the pools contradict is left out", "--pool system:3 --max-count 10",
     "az kubenet plan --pool system:3"),
    ("an empty value is left out", "--max-surge= --pod-cidr= --location= --max-count=", "az kubenet plan"),
)  # fmt: skip


_SEVERAL = ("vnet_address_prefixes", "subnet_prefix", "exclude_prefixes", "within", "accept_risk", "pool")
_NUMBERS = ("max_count", "node_count", "extra_ips")


def planned(monkeypatch, line, standard_input=""):
    """What comes of a line, as `plan` reads it."""
    monkeypatch.setattr(sys, "argv", ["az", "kubenet", "plan", *line.split()])
    typed = {}
    for word in line.replace("=", " = ").split():
        if word.startswith("--"):
            values = typed.setdefault(parameter(word), [])
        else:
            values.append({"=": "", "@-": standard_input}.get(word, word))
    found = {name: each if name in _SEVERAL else each[0] for name, each in typed.items()}
    found |= {name: int(found[name]) for name in _NUMBERS if found.get(name)}
    options = read_plan_options(Typed(found))
    ranges = options.ranges
    inputs = ranges.size, ranges.requests, ranges.reservations, options.accept_risk
    return with_whole_commands(plan_again(*inputs, earlier=options.earlier).after(options.findings), options)


@pytest.mark.parametrize(("line", "command"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_line_is_printed_only_where_it_is_known_what_was_meant(monkeypatch, line, command):
    assert mended_command("kubenet plan", planned(monkeypatch, line)).command == command


# sentence, options, what is said beside the line
ASIDES = (
    ("a hole that stays is warned of", "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 --max-count 60",
     "it then warns of hole-in-excluded-range"),
    ("what came through a pipe is needed again", "--exclude-prefixes @- --pod-cidr 10.1.0.0/16",
     "with the same standard input"),
    ("what is warned of in a list as well", "--exclude-prefixes 0.0.0.0/0 10.1.0.0/16 --max-count 900",
     "it then warns of default-route-left-out"),
    ("nothing where there is nothing to say", "--max-count 900", ""),
)  # fmt: skip


@pytest.mark.parametrize(("line", "aside"), [row[1:] for row in ASIDES], ids=[row[0] for row in ASIDES])
def test_the_line_says_what_is_to_be_known_beside_it(monkeypatch, line, aside):
    together = mended_command("kubenet plan", planned(monkeypatch, line, "10.0.0.0/8"))
    assert together.command
    assert "; ".join(together.asides) == aside


# sentence, options, the plan for the successor
OVERLAY = (
    ("all that was typed stays", "--exclude-prefixes 10.0.0.0/8 --max-count 500 --extra-ips 5",
     "az kubenet plan --exclude-prefixes 10.0.0.0/8 --max-count 500 --extra-ips 5 --network-plugin azure "
     "--network-plugin-mode overlay"),
    ("what is refused for the successor as well is put right",
     "--exclude-prefixes 10.0.0.0/8 --max-count 500 --pod-cidr 10.0.0.0/14",
     "az kubenet plan --exclude-prefixes 10.0.0.0/8 --max-count 500 --network-plugin azure "
     "--network-plugin-mode overlay --pod-cidr 172.24.0.0/14"),
    ("it is none where it has no more nodes than kubenet", "--max-count 500 --subnet-prefix 10.1.0.0/26", ""),
)  # fmt: skip


@pytest.mark.parametrize(("line", "command"), [row[1:] for row in OVERLAY], ids=[row[0] for row in OVERLAY])
def test_the_plan_for_the_successor_is_the_whole_command(monkeypatch, line, command):
    findings = planned(monkeypatch, line).findings
    assert {fix.command for each in findings for fix in each.fixes if isinstance(fix, RunCommand)} == {command} - {""}


# sentence, options, what the errors recommend, and whether too many routes may be accepted
NODES = (
    ("above 400 nodes neither a smaller surge nor accepting helps", "--node-count 500", False, False),
    ("below 400 nodes both do", "--node-count 380", True, True),
)


@pytest.mark.parametrize(("line", "surge", "way"), [row[1:] for row in NODES], ids=[row[0] for row in NODES])
def test_too_many_routes_have_advice_that_helps(line, surge, way):
    size, requests, _ = question(split(line))
    (found,) = [each for each in plan_ranges(size, requests).findings if each.rule == "too-many-routes"]
    assert ("smaller --max-surge" in found.recommendation, bool(found.acceptable)) == (surge, way)


def test_of_too_many_nodes_on_overlay_those_are_recommended_that_can_be_upgraded():
    size, requests, _ = question(split("--max-count 5001 --max-pods 30 --network-plugin-mode overlay"))
    result = plan_ranges(size, requests)
    assert result.mended is not None
    assert str(result.mended.whole) == "--max-count 4545"
