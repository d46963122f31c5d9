"""What is recommended in random refusals, typed: alone, together, and as the one command line."""

import pytest
from hypothesis import settings

from tests.property.refusals import ALL, tallied

#: Of a hundred, those that must succeed.
PROMISE = 99


@pytest.mark.hypothesis  # make explore takes all of them
def test_fixes_typed_alone_and_together_give_a_plan():
    explores = not settings.default.derandomize
    tally = tallied(ALL if explores else ALL // 20)
    print(tally.table())
    for what in ("together", "line", "single"):
        assert tally.share(what) >= PROMISE, (what, tally.left[:5])
    assert tally.counts["no line"] < tally.counts["refused"] / 8, "too often nothing is found"
