"""Bicep, read by a grammar of it; and it says what the ARM template says."""

from typing import Any

import pytest

from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY, NetworkPlugin
from azext_kubenet.export import Target
from tests.unit.export.bicep_reader import File, faults, identifiers, parse, undeclared
from tests.unit.export.functions import Resource, Surroundings
from tests.unit.export.plans import CASES, PLUGINS, export
from tests.unit.export.test_arm_template import deployed as deployed_by_arm


def deployed(plan: dict[str, Any], place: Target, plugin: NetworkPlugin = KUBENET, **given: object) -> list[Resource]:
    root = parse(export(".bicep", plan, place, plugin))
    return list(File(root, Surroundings(place.group), given).deploy())


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("case", CASES)
def test_the_grammar_takes_it_and_every_symbol_is_declared(case: str, plugin: NetworkPlugin) -> None:
    root = parse(export(".bicep", *CASES[case], plugin))
    assert not faults(root)
    assert not undeclared(File(root, Surroundings("g")))


def test_a_fault_is_found() -> None:
    assert faults(parse("resource x 'a@b' = {\n  name 'n'\n}\n"))
    assert undeclared(File(parse("var x = y\n"), Surroundings("g"))) == {"y"}


@pytest.mark.parametrize("case", CASES)
def test_every_parameter_is_used(case: str) -> None:
    file = File(parse(export(".bicep", *CASES[case])), Surroundings("g"))
    assert set(file.parameters) <= {name for each in file.resources.values() for name in identifiers(each)}


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("case", CASES)
def test_it_puts_the_same_resources_as_the_arm_template(case: str, plugin: NetworkPlugin) -> None:
    plan, place = CASES[case]
    ours, theirs = deployed(plan, place, plugin), deployed_by_arm(plan, place, plugin)
    assert [(each.type, each.version, each.name, each.id, each.body) for each in ours] == [
        (each.type, each.version, each.name, each.id, each.body) for each in theirs
    ]


@pytest.mark.parametrize("case", [case for case, (_, place) in CASES.items() if not place.separate_resource_group])
def test_and_leaves_alone_what_that_leaves_alone(case: str) -> None:
    plan, place = CASES[case]
    for ours, theirs in zip(deployed(plan, place), deployed_by_arm(plan, place), strict=True):
        assert ours.once == theirs.once
        assert ours.after >= theirs.after


@pytest.mark.parametrize("case", ["the subnet is made in another group", "the network is made in another group"])
def test_in_another_group_a_parameter_keeps_the_network_from_being_written_again(case: str) -> None:
    plan, place = CASES[case]
    first, again = deployed(plan, place), deployed(plan, place, deployNetwork=False)
    assert [each.type for each in first if each not in again] == [first[1].type]
    assert first[1].id in first[2].after


@pytest.mark.parametrize("case", ["the subnet is made in another group", "the network is made in another group"])
def test_the_parameter_tells_of_the_route_table_where_the_plugin_has_one(case: str) -> None:
    about = "@description('Whether to deploy the network. Only for the first deployment"
    assert f"{about}: later ones would detach the route table.')" in export(".bicep", *CASES[case], KUBENET)
    assert f"{about}.')" in export(".bicep", *CASES[case], OVERLAY)
