"""The closing line with everything put right: only where it is known what was meant."""

import sys

import pytest

from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.operations.together import mended_command
from azext_kubenet.options.ranges import read_ranges
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
)  # fmt: skip


@pytest.mark.parametrize(("line", "command"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_line_is_printed_only_where_it_is_known_what_was_meant(monkeypatch, line, command):
    monkeypatch.setattr(sys, "argv", ["az", "kubenet", "plan", *line.split()])
    typed = {}
    for word in line.split():
        if word.startswith("--"):
            values = typed.setdefault(parameter(word), [])
        else:
            values.append(word)
    several = ("vnet_address_prefixes", "subnet_prefix")
    options = read_ranges(Typed({name: each if name in several else each[0] for name, each in typed.items()}))
    result = plan_ranges(options.size, options.requests).after(options.findings)
    assert mended_command("kubenet plan", result) == command


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
