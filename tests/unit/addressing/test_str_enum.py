"""A word of a closed set is its text, on every Python."""

import json

import pytest

from azext_kubenet.addressing.str_enum import StrEnum


class Side(StrEnum):
    """Two words."""

    LEFT = "left"
    RIGHT = "right"


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("str() of a member is its value", str(Side.LEFT)),
        ("so is format()", format(Side.LEFT)),
        ("so is an f-string", f"{Side.LEFT}"),
        ("so is a width in an f-string, but for the blanks", f"{Side.LEFT:>6}".strip()),
        ("so is % of a log", "%s" % Side.LEFT),  # noqa: UP031
        ("so is what JSON has", json.loads(json.dumps(Side.LEFT))),
        ("so is a member that is joined", ", ".join([Side.LEFT])),
    ],
    ids=lambda each: each if " " in each else "",
)
def test_a_member_is_its_text(how, text):
    assert text == "left", how


def test_a_member_is_found_by_its_text_and_nothing_else_is():
    assert Side("right") is Side.RIGHT
    assert {"left": 1}[Side.LEFT] == 1
    with pytest.raises(ValueError, match="up"):
        Side("up")
