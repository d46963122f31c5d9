"""What was typed is never dropped in silence: options given twice add up or contradict each other."""

from __future__ import annotations

import argparse
from typing import Any

import pytest
from azure.cli.core.commands.parameters import get_enum_type
from knack.arguments import CLIArgumentType

from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.actions import Contradiction, keep_every_word
from azext_kubenet.options.typed import Typed


def parser() -> argparse.ArgumentParser:
    """The kinds of options that there are, as _params registers them."""
    made = argparse.ArgumentParser(exit_on_error=False)
    kinds: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
        (("--within",), {"nargs": "+"}),
        (("--vnet-address-prefixes",), {"nargs": "+"}),
        (("--subnet-prefix", "--subnet-prefixes"), {"nargs": "+", "dest": "subnet_prefix"}),
        (("--needs",), {"nargs": "+", "arg_type": get_enum_type(["a", "b"])}),
        (("--discover",), {"arg_type": get_enum_type(["tenant", "subscription"])}),
        (("--pod-cidr",), {}),
        (("--node-count", "-c"), {"type": int, "default": 3}),
        (("--explain",), {"action": "store_true"}),
        (("--pool",), {"nargs": "+", "action": "append"}),
    )
    for options, settings in kinds:
        arg_type: CLIArgumentType | None = settings.pop("arg_type", None)
        merged = {**(arg_type.settings if arg_type else {}), **settings}
        keep_every_word(merged)
        made.add_argument(*options, **merged)
    return made


# what is typed, the options that it sets
HOLDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("nothing", "", {"within": None, "node_count": 3, "explain": False}),
    ("several values at once", "--within a b", {"within": ["a", "b"]}),
    ("values add up", "--within a b --within c", {"within": ["a", "b", "c"]}),
    ("the same twice is once", "--within a b --within b", {"within": ["a", "b"]}),
    ("prefixes of a network add up", "--vnet-address-prefixes a/1 --vnet-address-prefixes b/2",
     {"vnet_address_prefixes": ["a/1", "b/2"]}),
    ("the same size twice", "--vnet-address-prefixes /20 --vnet-address-prefixes /20",
     {"vnet_address_prefixes": ["/20"]}),
    ("one value twice alike", "--pod-cidr x --pod-cidr x", {"pod_cidr": "x"}),
    ("one number twice alike", "--node-count 3 -c 3", {"node_count": 3}),
    ("another number than the default", "--node-count 5", {"node_count": 5}),
    ("choices in any case", "--needs A --needs b --discover TENANT --discover tenant",
     {"needs": ["a", "b"], "discover": "tenant"}),
    ("a switch twice", "--explain --explain", {"explain": True}),
    ("pools", "--pool a:1 --pool b:2", {"pool": [["a:1"], ["b:2"]]}),
    ("one subnet twice alike", "--subnet-prefix /26 --subnet-prefixes /26", {"subnet_prefix": ["/26"]}),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "options"), [row[1:] for row in HOLDS], ids=[row[0] for row in HOLDS])
def test_what_holds_together_is_kept(typed: str, options: dict[str, Any]) -> None:
    read = vars(parser().parse_args(typed.split()))
    assert {name: read[name] for name in options} == options
    Typed(read)


# what is typed, spelling and value of each
CONTRADICTS = (
    ("one range twice", "--pod-cidr a --pod-cidr b", [("--pod-cidr", "a"), ("--pod-cidr", "b")]),
    ("two spellings", "--subnet-prefix /28 --subnet-prefixes /26",
     [("--subnet-prefix", "/28"), ("--subnet-prefixes", "/26")]),
    ("two numbers", "-c 3 --node-count 5", [("-c", "3"), ("--node-count", "5")]),
    ("two choices", "--discover tenant --discover subscription",
     [("--discover", "tenant"), ("--discover", "subscription")]),
    ("two sizes of one network", "--vnet-address-prefixes /20 --vnet-address-prefixes /22",
     [("--vnet-address-prefixes", "/20"), ("--vnet-address-prefixes", "/22")]),
    ("a value and nothing", "--pod-cidr a --pod-cidr=", [("--pod-cidr", "a"), ("--pod-cidr", "''")]),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "values"), [row[1:] for row in CONTRADICTS], ids=[row[0] for row in CONTRADICTS])
def test_what_cannot_both_hold_is_wrong_usage_that_names_both(typed: str, values: list[tuple[str, str]]) -> None:
    read = vars(parser().parse_args(typed.split()))
    assert any(isinstance(value, Contradiction) for value in read.values())
    with pytest.raises(WrongUsage) as raised:
        Typed(read)
    assert raised.value.exit_code == 2
    assert all(f"{option} {value}" in str(raised.value) for option, value in values)


def test_all_contradictions_are_told_together() -> None:
    read = vars(parser().parse_args(["--pod-cidr", "a", "--pod-cidr", "b", "-c", "1", "-c", "2"]))
    with pytest.raises(WrongUsage) as raised:
        Typed(read)
    assert len(str(raised.value).splitlines()) == 2


def test_parsing_twice_starts_anew() -> None:
    made = parser()
    for word in ("a", "b"):
        assert made.parse_args(["--pod-cidr", word]).pod_cidr == word


@pytest.mark.parametrize("nothing", ["", " ", ",", " , ,"])
def test_commas_between_variables_that_are_not_set_are_an_empty_value(nothing: str) -> None:
    for name in ("vnet_address_prefixes", "subnet_prefix"):
        assert [each.rule for each in Typed({name: [nothing]}).empty()] == ["empty-value"]


def test_an_empty_value_is_told_and_counts_as_none() -> None:
    typed = {
        "vnet_name": "",
        "map_file": " ",
        "accept_risk": ["x", ""],
        "pod_cidr": "",
        "subnet_name": None,
        "max_count": 0,
    }
    assert [(each.rule, each.subject) for each in Typed(typed).empty()] == [
        ("empty-value", ("--vnet-name",)), ("empty-value", ("--map",)), ("empty-value", ("--accept-risk",)),
    ]  # fmt: skip
    assert {name: Typed(typed).value(name) for name in typed} == {
        "vnet_name": None, "map_file": None, "accept_risk": None, "pod_cidr": "", "subnet_name": None, "max_count": 0,
    }  # fmt: skip
