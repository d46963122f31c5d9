"""What teams are handed, in each format: a plain plan, and two pools in a network that is there."""

from dataclasses import replace

import pytest

from azext_kubenet import export as formats
from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.export import ENDINGS, Target
from tests.unit.export.plans import PLAN, POOLS, export, result_of

HANDED = {
    "plain": (PLAN, Target("demo", "kube", "westeurope")),
    "existing": (POOLS, Target("demo", "kube", "westeurope", "hub", "nodes", vnet_exists=True, subnet_exists=True)),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", HANDED)
def test_what_is_handed_over_reads_as_it_did(name, ending, golden):
    golden(f"export-{name}{ending}", export(ending, *HANDED[name]))


@pytest.mark.parametrize("ending", [".json", ".bicep", ".tf", ".sh"])
def test_what_is_handed_over_for_overlay_reads_as_it_did(ending, golden):
    result = result_of(PLAN)
    size = replace(result.plan.size, network_plugin=OVERLAY)
    planned = replace(result, plan=replace(result.plan, size=size))
    golden(f"export-overlay{ending}", formats.export(ending, planned, HANDED["plain"][1]))
