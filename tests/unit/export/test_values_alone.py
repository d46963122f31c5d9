"""Values alone: they fit the Terraform and the Bicep of the same plan, by their readers."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY
from azext_kubenet.export import Target
from azext_kubenet.export import export as export_of
from tests.unit.export.bicep_reader import File, faults, parse
from tests.unit.export.functions import Surroundings
from tests.unit.export.plans import CASES, PLAN, POOLS, export, result_of
from tests.unit.export.test_terraform import NASTY, blocks, read, terraform

__all__ = ["terraform"]

#: The same plans with other values, which a file of values must carry over.
OTHER = Target("other", "shop", "uksouth", node_vm_size="Standard_D4s_v5")
#: Parameters that are no values of the plan.
_OF_DEPLOYMENT = {"deployNetwork"}


def bicep_file(text: str) -> File:
    """Values as the grammar reads them, which knows the templates alone: there a value is a variable."""
    root = parse(re.sub("^param ", "var ", re.sub("^using .*$", "", text, flags=re.MULTILINE), flags=re.MULTILINE))
    assert not faults(root)
    return File(root, Surroundings("g"))


def bicep_values(text: str) -> dict[str, Any]:
    file = bicep_file(text)
    return {name: file.value(node.named_children[-1]) for name, node in file.variables.items()}


@pytest.mark.parametrize("case", CASES)
def test_the_values_are_those_of_the_bicep_file_by_the_same_names(case: str) -> None:
    file = File(parse(export(".bicep", *CASES[case])), Surroundings("g"))
    defaults = {name: file.value(node.named_children[-1]) for name, node in file.parameters.items()}
    given = bicep_values(export(".bicepparam", *CASES[case]))
    assert {name: defaults[name] for name in given} == given
    left = set(defaults) - set(given) - _OF_DEPLOYMENT
    assert left <= {"location", "nodeVmSize"}, "what the plan does not say is left to the template"
    assert left == {"location", "nodeVmSize"} - set(given)


@pytest.mark.parametrize("case", CASES)
def test_the_values_are_the_same_for_both_network_plugins(case: str) -> None:
    kubenet, overlay = (json.loads(export(".tfvars.json", *CASES[case], each)) for each in (KUBENET, OVERLAY))
    assert {**kubenet, "//": None} == {**overlay, "//": None}
    assert bicep_values(export(".bicepparam", *CASES[case], OVERLAY)) == bicep_values(
        export(".bicepparam", *CASES[case], KUBENET)
    )


@pytest.mark.parametrize("stem", ["plan", "prod values", "it's", "${x}"])
def test_it_names_the_bicep_file_beside_it(stem: str) -> None:
    text = export_of(".bicepparam", result_of(PLAN), Target(), stem)
    (using,) = re.findall("^using (.*)$", text, flags=re.MULTILINE)
    file = File(parse(f"var name = {using}\n"), Surroundings("g"))
    assert file.value(file.variables["name"].named_children[-1]) == f"./{stem}.bicep"


@pytest.mark.parametrize("case", CASES)
def test_every_value_is_a_variable_of_the_terraform_file_and_no_variable_without_default_is_left_but_the_region(
    case: str,
) -> None:
    variables = blocks(read(*CASES[case]), "variable")
    values = json.loads(export(".tfvars.json", *CASES[case]))
    assert values.pop("//")
    assert set(values) <= set(variables)
    assert {name for name, each in variables.items() if "default" not in each} - set(values) <= {"location"}


@pytest.mark.parametrize("plan", [PLAN, POOLS, {**PLAN, "maxCount": 60}], ids=["plain", "pools", "scaled"])
def test_terraform_takes_the_values_for_the_file_of_another_plan(
    plan: dict[str, Any], terraform: Any, tmp_path: Path
) -> None:
    """They are read with their types, and win over what stands in the file; the comment is no variable."""
    template = export(".tf", {**PLAN, "podCidr": "10.99.0.0/16"}, Target(location="westeurope"))
    variables = [each for each in template.split("\n\n") if each.startswith("variable ")]
    (tmp_path / "main.tf").write_text("\n".join(variables), encoding="utf-8")
    text = export(".tfvars.json", plan, OTHER)
    (tmp_path / "prod.tfvars.json").write_text(text, encoding="utf-8")
    names = [name for name in json.loads(text) if name != "//"]
    asked = ", ".join(f"{name} = var.{name}" for name in names)
    printed = terraform("console", "-no-color", "-var-file=prod.tfvars.json", stdin=f"jsonencode({{{asked}}})")
    assert "undeclared" not in printed
    found = json.loads(json.loads(printed))
    found["pools"] = [{key: value for key, value in pool.items() if value is not None} for pool in found["pools"]]
    assert found == {name: json.loads(text)[name] for name in names}
    assert (found["location"], found["node_vm_size"], found["cluster_name"]) == ("uksouth", "Standard_D4s_v5", "shop")


@pytest.mark.parametrize("name", [*NASTY, "'", "it's"])
def test_a_nasty_name_is_a_string_and_nothing_more(name: str) -> None:
    assert json.loads(export(".tfvars.json", PLAN, Target(cluster=name)))["cluster_name"] == name
    if not any(sign in name for sign in ("//", "/*", "#")):  # the grammar sees comments inside strings
        assert bicep_values(export(".bicepparam", PLAN, Target(cluster=name)))["clusterName"] == name
