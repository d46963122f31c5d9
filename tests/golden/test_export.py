"""What teams are handed, in each format: a plain plan, and two pools in a network that is there."""

import pytest

from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.export import ENDINGS, Target
from tests.unit.export.plans import PLAN, POOLS, export

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
    golden(f"export-overlay{ending}", export(ending, *HANDED["plain"], OVERLAY))
