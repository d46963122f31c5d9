"""Exports of a plan for Azure CNI Overlay: its network plugin, and nothing that is true of kubenet alone."""

from dataclasses import replace

import pytest

from azext_kubenet import export as formats
from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.export import ENDINGS
from azext_kubenet.export.overlay import in_other_words
from tests.unit.export.plans import CASES, result_of

#: The network plugin and its mode, in each format.
PLUGIN = {
    ".json": ('"networkPlugin": "azure"', '"networkPluginMode": "overlay"'),
    ".bicep": ("networkPlugin: 'azure'", "networkPluginMode: 'overlay'"),
    ".tf": ('network_plugin      = "azure"', 'network_plugin_mode = "overlay"'),
    ".sh": ("--network-plugin azure", "--network-plugin-mode overlay"),
}


def exported(ending, case):
    plan, target = CASES[case]
    result = result_of(plan)
    size = replace(result.plan.size, network_plugin=OVERLAY)
    return formats.export(ending, replace(result, plan=replace(result.plan, size=size)), target)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("ending", PLUGIN)
def test_an_export_for_overlay_has_its_plugin_and_no_word_of_what_only_kubenet_has(ending, case):
    text = exported(ending, case)
    assert all(part in text for part in PLUGIN[ending])
    told = " ".join(text.replace("# ", "").replace("// ", "").split())
    assert "A cluster on Azure CNI Overlay with its network" in told
    for kubenet in ("retires", "AKS attaches a route table", "networkPlugin: 'kubenet'", "plugin kubenet", '"kubenet"'):
        assert kubenet not in told


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("ending", PLUGIN)
def test_all_else_of_an_export_is_the_same_for_both_plugins(ending, case):
    ours = [line.split() for line in exported(ending, case).splitlines()]
    plan, target = CASES[case]
    theirs = formats.export(ending, result_of(plan), target).splitlines()
    left = [
        line
        for line in theirs
        if line.split() not in ours and not line.lstrip().startswith(("#", "//")) and "description" not in line
    ]
    assert len(left) <= 3, left
    assert all("kubenet" in line or "retirement" in line for line in left)


def test_a_format_of_values_alone_is_the_same_for_both():
    assert in_other_words(".values", "pod_cidr = 1") == "pod_cidr = 1"


@pytest.mark.parametrize("ending", PLUGIN)
def test_a_file_in_which_a_line_that_must_differ_is_missing_is_no_export(ending):
    with pytest.raises(ValueError, match=r"not found|no network profile"):
        in_other_words(ending, "something else\n")


def test_every_format_with_a_network_plugin_is_looked_at():
    plan, target = next(iter(CASES.values()))
    assert {each for each in ENDINGS if "kubenet" in formats.export(each, result_of(plan), target)} >= {*PLUGIN}
