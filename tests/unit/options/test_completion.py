"""What is offered where the Tab key is pressed."""

from __future__ import annotations

from pathlib import Path

import pytest

from azext_kubenet.options import completion

#: What there is in the folder.
FILES = ("plan.json", "PLAN2.JSON", "ranges.txt", ".hidden.json", "plans/a.json")
JSON, ANY, PLAN = completion.files(".json"), completion.contents(), completion.contents(".json", standard_input=True)

#: (what is asked for, who offers, what is there by now, what is offered)
OFFERED = (
    ("a file", JSON, "", ["PLAN2.JSON", "plan.json", "plans/"]),
    ("a file that begins so", JSON, "plan.", ["plan.json"]),
    ("a file in a folder", JSON, "plans/", ["plans/a.json"]),
    ("a hidden file", JSON, ".h", [".hidden.json"]),
    ("a file in a folder that is not there", JSON, "nowhere/", []),
    ("a plan", PLAN, "", ["@-", "@PLAN2.JSON", "@plan.json", "@plans/"]),
    ("a plan in a file", PLAN, "@plan.", ["@-", "@plan.json"]),
    ("a plan in a folder", PLAN, "@plans/", ["@-", "@plans/a.json"]),
    ("a list of any kind", ANY, "@r", ["@ranges.txt"]),
    ("a range", ANY, "10.", []),
    ("a name", completion.names(["one", "two"]), "t", ["one", "two"]),
)


@pytest.mark.parametrize(("offers", "prefix", "offered"), [row[1:] for row in OFFERED], ids=[row[0] for row in OFFERED])
def test_what_may_stand_there_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offers: completion.Completer, prefix: str, offered: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    assert [*offers(prefix=prefix, action=None, parser=None, parsed_args=None)] == offered
