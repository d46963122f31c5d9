"""What a report says of itself: the command, the day, and that the same plan gives the same file on another day."""

import sys
from datetime import date, datetime, timedelta, timezone

import pytest

from azext_kubenet.diagram import About
from azext_kubenet.output import provenance

FIRST, LATER = date(2026, 11, 27), date(2027, 1, 15)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        (["az", "kubenet", "plan", "--map", "my plan.svg"], "az kubenet plan --map 'my plan.svg'"),
        (["/opt/az/az.py", "kubenet", "plan", "--growth", "25%"], "az kubenet plan --growth 25%"),
        (["az", "--debug", "kubenet", "plan"], "az --debug kubenet plan"),
        (["pytest", "tests/plan", "kubenet"], ""),
        (["az"], ""),
    ],
)
def test_the_command_is_what_was_typed_and_can_be_typed_again(typed, command, monkeypatch):
    monkeypatch.setattr(sys, "argv", typed)
    assert provenance.about().command == command


@pytest.mark.parametrize(("stated", "day"), [("1800000000", LATER), ("1795737600", FIRST), ("0", date(1970, 1, 1))])
def test_the_day_is_that_of_source_date_epoch_where_it_is_set(stated, day, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
    assert provenance.today() == day


class Clock(datetime):
    """A clock that stands in the last hour of a day, seen from where it is the next day already."""

    @classmethod
    def now(cls, tz=None):
        return datetime(2026, 11, 28, 1, 30, tzinfo=timezone(timedelta(hours=2))).astimezone(tz)


@pytest.mark.parametrize("stated", ["", "soon", "-5", "9" * 30])
def test_otherwise_the_day_is_that_of_the_clock_in_utc(stated, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
    monkeypatch.setattr(provenance, "datetime", Clock)
    assert provenance.today() == FIRST


def page(words="same"):
    return lambda of: f'{words} <time datetime="{of.made.isoformat()}">{of.made.isoformat()}</time>\n'


def finished(text):
    return f"{text}mark of {len(text)}\n"


def test_the_same_report_keeps_its_first_day_so_that_the_file_stays_as_it_is(tmp_path):
    file = tmp_path / "plan.html"
    file.write_text(finished(page()(About(made=FIRST))), encoding="utf-8")
    assert provenance.dated(str(file), page(), finished, About(made=LATER)) == page()(About(made=FIRST))


@pytest.mark.parametrize("before", [None, b"", b"other text", b"\xff\xfe", "old Made on 2026-99-99", "folder"])
def test_another_report_has_the_day_of_today(before, tmp_path):
    file = tmp_path / "plan.html"
    if before == "folder":
        file.mkdir()
    elif before is not None:
        file.write_bytes(before if isinstance(before, bytes) else before.encode())
    assert provenance.dated(str(file), page(), finished, About(made=LATER)) == page()(About(made=LATER))


def test_a_report_that_says_something_new_has_the_day_of_today(tmp_path):
    file = tmp_path / "plan.html"
    file.write_text(finished(page("earlier")(About(made=FIRST))), encoding="utf-8")
    assert provenance.dated(str(file), page("new"), finished, About(made=LATER)) == page("new")(About(made=LATER))
