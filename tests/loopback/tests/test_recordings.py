"""Answers that are recorded later: told, and no test's business until they are taken up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .. import recordings

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a file of recordings of our own, beside a list of what is known of our own."""
    (tmp_path / "recorded").mkdir()
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)
    monkeypatch.setattr(recordings, "KNOWN", tmp_path / "known.txt")
    monkeypatch.setattr(recordings, "TAKE_UP", False)

    def write_(kind: str, *numbers: int) -> None:
        folder = tmp_path if kind == recordings.REPORTED else tmp_path / "recorded"
        text = "".join(json.dumps({"number": each}) + "\n" for each in numbers)
        (folder / f"{kind}.jsonl").write_text(text, encoding="utf-8")
        recordings.lines.cache_clear()

    write_(recordings.REPORTED, 1)
    write_("networks", 1, 2)
    recordings.take_up()
    yield write_
    recordings.lines.cache_clear()
    recordings.known.cache_clear()


def numbers() -> list[int]:
    return [line["number"] for line in (*recordings.all_lines(), *recordings.reported())]


def test_what_was_taken_up_is_read_and_no_news(write: Write) -> None:
    assert numbers() == [1, 2, 1]
    assert recordings.news() == []


def test_later_lines_are_told_and_not_read_wherever_they_stand(write: Write) -> None:
    write("networks", 7, 1, 8, 2)
    write(recordings.REPORTED, 9, 1)
    assert numbers() == [1, 2, 1]
    assert recordings.news() == ["networks: 2 lines", "reported_errors: 1 line"]


def test_a_later_file_is_told_and_not_read(write: Write) -> None:
    write("locks", 5)
    assert numbers() == [1, 2, 1]
    assert recordings.news() == ["locks: 1 line, a new file"]


def test_what_is_taken_up_is_read_from_then_on(write: Write) -> None:
    write("locks", 5)
    recordings.take_up()
    recordings.lines.cache_clear()
    assert numbers() == [5, 1, 2, 1]
    assert recordings.news() == []
