"""What a report says of itself: the command that made it, and the day. No other place looks at the clock for it."""

import os
import re
import shlex
import sys
from collections.abc import Callable
from datetime import date, datetime, timezone
from itertools import pairwise

from azext_kubenet.diagram import About

#: The seconds since 1970 that a build which is to be the same every time states. reproducible-builds.org/specs
_EPOCH = "SOURCE_DATE_EPOCH"
_COMMANDS = {("kubenet", "plan"), ("kubenet", "check")}
#: What stands before the day in an .html and in an .svg.
_DAY = re.compile(r'(?:Made on |<time datetime=")(\d{4}-\d\d-\d\d)')
#: Our own bound, in bytes: a larger file is no report that we would read to look for its day.
_LONGEST = 16 * 1024 * 1024


def about(title: str = "") -> About:
    """The title of the user's own, the command as it was typed, and the day. title: "" for none"""
    return About(title, _command(sys.argv), today())


def today() -> date:
    """The day in UTC, as two machines of one pipeline agree on it; that of SOURCE_DATE_EPOCH where it is set."""
    stated = os.environ.get(_EPOCH, "")
    if re.fullmatch(r"[0-9]{1,11}", stated):
        return datetime.fromtimestamp(int(stated), timezone.utc).date()
    return datetime.now(timezone.utc).date()


def _command(words: list[str]) -> str:
    """What was typed; "" in a process that was started by something else."""
    typed = words[1:]
    return shlex.join(["az", *typed]) if _COMMANDS.intersection(pairwise(typed)) else ""


def dated(path: str, drawn: Callable[[About], str], finished: Callable[[str], str], of: About) -> str:
    """A report that keeps the day of the file that is there, if that is all that the two would differ in.

    drawn: the report; finished: the text as it would stand in the file
    """
    text = drawn(of)
    before = _read(path)
    day = _day_of(before)
    if day is None or day == of.made:
        return text
    as_before = drawn(of._replace(made=day))
    return as_before if finished(as_before) == before else text


def _read(path: str) -> str:
    """The text of a file, "" where there is none that could be a report."""
    if not os.path.isfile(path) or os.path.getsize(path) > _LONGEST:
        return ""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""


def _day_of(text: str) -> date | None:
    found = _DAY.search(text)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        return None
