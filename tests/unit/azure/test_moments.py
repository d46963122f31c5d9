"""Times as Azure writes them, in any of its ways and on every Python."""

from datetime import datetime, timezone

import pytest

from azext_kubenet.azure.moments import moment

NOON = datetime(2026, 11, 2, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("what", "written", "read"),
    [
        ("with Z", "2026-11-02T12:00:00Z", NOON),
        ("with an offset of nothing", "2026-11-02T12:00:00+00:00", NOON),
        ("with another zone", "2026-11-02T13:00:00+01:00", NOON),
        ("with six digits of a second", "2026-11-02T12:00:00.000250Z", NOON.replace(microsecond=250)),
        (
            "with seven digits, as role assignments have",
            "2026-11-02T12:00:00.1234567Z",
            NOON.replace(microsecond=123456),
        ),
        ("without a zone: nobody knows when that was", "2026-11-02T12:00:00", None),
        ("a day alone", "2026-11-02", None),
        ("nothing", "", None),
        ("words", "yesterday", None),
        ("a month that is none", "2026-13-02T12:00:00Z", None),
    ],
    ids=lambda each: each if isinstance(each, str) and " " in each else "",
)
def test_a_time_is_read(what, written, read):
    assert moment(written) == read, what
