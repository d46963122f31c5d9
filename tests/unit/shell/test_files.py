"""Files that plan writes: never over someone else's, and whole or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from azext_kubenet import _files

ENDINGS = (".svg", ".html")
OURS, THEIRS = '<!-- az kubenet plan -->\n<svg xmlns="http://www.w3.org/2000/svg"/>', "<svg/>"


def test_a_new_file_has_nothing_against_it(tmp_path):
    assert _files.obstacles("--map", str(tmp_path / "plan.svg"), ENDINGS) == []


def test_a_file_that_plan_wrote_is_written_again(tmp_path):
    (tmp_path / "plan.svg").write_text(OURS)
    assert _files.obstacles("--map", str(tmp_path / "plan.svg"), ENDINGS) == []


def test_an_ending_counts_in_any_case(tmp_path):
    assert _files.obstacles("--map", str(tmp_path / "PLAN.SVG"), ENDINGS) == []


# what stands against it, the path below a folder with theirs.svg, the rule, what is said
OBSTACLES = (
    ("another ending", "plan.png", "unknown-file-ending", "ends in none of .svg, .html"),
    ("no ending", "plan", "unknown-file-ending", "ends in none of .svg, .html"),
    ("a folder that is not there", "missing/plan.svg", "file-not-writable", "there is no folder"),
    ("a folder of that name", "folder.svg", "file-not-writable", "is a folder"),
    ("a file of someone else's", "theirs.svg", "file-exists", "was not written by az kubenet plan: it is kept"),
)


@pytest.mark.parametrize(("path", "rule", "said"), [row[1:] for row in OBSTACLES], ids=[row[0] for row in OBSTACLES])
def test_what_stands_against_a_file_is_said(tmp_path, path, rule, said):
    (tmp_path / "theirs.svg").write_text(THEIRS)
    (tmp_path / "folder.svg").mkdir()
    found = _files.obstacles("--map", str(tmp_path / path), ENDINGS)
    assert [each.rule for each in found] == [rule]
    assert said in found[0].message
    assert "--map" in found[0].recommendation or "mkdir" in found[0].recommendation


def test_all_that_stands_against_it_is_said_at_once(tmp_path):
    found = _files.obstacles("--map", str(tmp_path / "missing" / "plan.png"), ENDINGS)
    assert {each.rule for each in found} == {"unknown-file-ending", "file-not-writable"}


def test_a_file_is_written_whole_with_the_rights_of_any_new_file(tmp_path):
    path = tmp_path / "plan.svg"
    mask = os.umask(0o027)
    try:
        _files.write(str(path), "pläne\n")
    finally:
        os.umask(mask)
    assert path.read_text(encoding="utf-8") == "pläne\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_what_was_there_stays_when_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "plan.svg"
    path.write_text(OURS)

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        _files.write(str(path), "new")
    assert path.read_text() == OURS
    assert [each.name for each in tmp_path.iterdir()] == ["plan.svg"]
