"""What the product itself writes, it reads; so does it templates and scripts of others."""

from __future__ import annotations

import json

import pytest
from knack.output import (
    CommandResultItem,
    format_json,
    format_json_color,
    format_table,
    format_tsv,
    format_yaml,
    format_yaml_color,
)

from azext_kubenet._format import plan_table
from azext_kubenet.export import ENDINGS
from azext_kubenet.options.range_lists import read_list
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from tests.unit.export.plans import CASES, export
from tests.unit.options.range_lists.test_range_lists_findings import named
from tests.unit.output.test_plan_json import plan

FORMATS = {
    "json": format_json, "jsonc": format_json_color, "table": format_table, "yaml": format_yaml,
    "yamlc": format_yaml_color,
}  # fmt: skip
GIVEN = plan(vnet_address_prefixes=["10.1.0.0/16", "10.3.0.0/24"], subnet_prefix=["10.1.2.0/24"])
OF_PLAN = ["10.0.0.0/16 plan/services", "10.1.0.0/16 plan/network", "10.1.2.0/24 plan/subnet",
           "10.244.0.0/16 plan/pods", "10.3.0.0/24 plan/network"]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_a_plan_is_read_in_each_format_that_az_prints(form: str) -> None:
    printed = FORMATS[form](CommandResultItem(GIVEN, table_transformer=plan_table))
    reading = read_ranges(Typed({"exclude_prefixes": [printed]}))
    assert sorted(named(reading)) == OF_PLAN
    assert reading.findings == ()


def test_a_plan_as_tsv_says_that_its_network_is_not_in_it() -> None:
    reading = read_ranges(Typed({"exclude_prefixes": [format_tsv(CommandResultItem(GIVEN))]}))
    assert sorted(named(reading)) == [each for each in OF_PLAN if not each.endswith("network")]
    assert [each.rule for each in reading.findings] == ["list-is-a-part"]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("case", CASES)
def test_what_was_exported_is_read(case: str, ending: str) -> None:
    given, place = CASES[case]
    expected = {f"{given['podCidr']} pods", f"{given['serviceCidr']} services"}
    if not place.subnet_exists or ending == ".sh":  # the script compares the subnet that exists
        expected.add(f"{given['subnetPrefix']} subnet")
    if not place.vnet_exists:
        expected.update(f"{each} network" for each in given["vnetAddressPrefixes"])
    reading = read_ranges(Typed({"exclude_prefixes": [export(ending, given, place)]}))
    if ending == ".tfvars.json":  # values alone name no resources
        assert {each.split()[0] for each in named(reading)} == {each.split()[0] for each in expected}
    else:
        assert set(named(reading)) == expected
    assert reading.findings == ()


# what it is, its text, the ranges with their names, what holds others that are told
CODE = (
    ("variables of Terraform", 'vnet_cidr = "10.1.0.0/16"\nsubnets = [\n  "10.2.0.0/24",\n]\n',
     ["10.1.0.0/16 vnet_cidr", "10.2.0.0/24 subnets"], []),
    ("a security rule", 'resource "x" "y" {\n  address_space = ["10.1.0.0/16"]\n  source_prefix = "10.9.0.0/16"\n}\n',
     ["10.1.0.0/16 address_space"], ["key source_prefix"]),
    ("a range in a function", 'locals {\n  a = "10.1.0.0/16"\n  b = "one of 10.9.0.0/16"\n}\n', ["10.1.0.0/16 a"],
     ["key b"]),
    ("commands",
     "#!/bin/sh\naz network vnet create -n hub --address-prefixes 10.1.0.0/16 10.2.0.0/16 # not 10.9.0.0/16\n",
     ["10.1.0.0/16 address-prefixes", "10.2.0.0/16 address-prefixes"], ["key code"]),
    ("settings", "# of the site\nPOD_CIDR=10.1.0.0/16\nDOCKER_BRIDGE_CIDR=172.17.0.1/16\n", ["10.1.0.0/16 pods"], []),
)  # fmt: skip


@pytest.mark.parametrize(("text", "ranges", "told"), [row[1:] for row in CODE], ids=[row[0] for row in CODE])
def test_every_range_of_code_is_taken_or_told(text: str, ranges: list[str], told: list[str]) -> None:
    listing = read_list(text)
    assert named(read_ranges(Typed({"exclude_prefixes": [text]}))) == ranges
    assert listing.faults == []
    assert [each.where for each in listing.lost] == told


def test_a_wrong_range_in_code_is_told_with_its_line() -> None:
    (fault,) = read_list("param a string = 'x'\nparam podCidr string = '10.1.0.0/33'\n").faults
    assert (fault.line, fault.fault.rule) == (2, "malformed-range")


def test_an_expression_of_a_template_without_its_value_is_counted() -> None:
    template = {
        "parameters": {"space": {"type": "string"}, "pods": {"defaultValue": "10.2.0.0/16"}},
        "resources": [{"name": "[parameters('n')]", "addressPrefixes": ["[parameters('space')]", "10.1.0.0/16"]}],
    }
    listing = read_list(json.dumps(template))
    assert "10.1.0.0/16 excluded" in [f"{each.network} {each.reason}" for each in listing.taken]
    assert (listing.faults, listing.without_range) == ([], 1)
