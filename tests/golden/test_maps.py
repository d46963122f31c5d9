"""The map that a terminal shows, for networks that are empty, crowded or full."""

import pytest

from azext_kubenet import diagram
from tests.unit.diagram.verdicts import CASES


@pytest.mark.parametrize("width", [80, 48])
@pytest.mark.parametrize("name", CASES)
def test_maps_read_as_they_did(name, width, golden):
    golden(f"maps/{name}-{width}.txt", diagram.text(CASES[name](), width))
