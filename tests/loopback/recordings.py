"""The recorded answers of the real Azure, and what can be computed from them. Tests that need them are skipped
without them.

They grow beside the repository, so that `recorded.txt` keeps a fingerprint of each line that the tests know. A line
that came later is told at the end of a run (news) and breaks none. KUBENET_UPDATE_GOLDEN=1 pytest -n 0 tests/real takes
it up: all lines are read then, and are known from then on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "azure"
KNOWN = Path(__file__).parent / "recorded.txt"
REPORTED = "reported_errors"
TAKE_UP = bool(os.environ.get("KUBENET_UPDATE_GOLDEN"))
HOW_TO_TAKE_UP = "to have the tests know it: KUBENET_UPDATE_GOLDEN=1 pytest -n 0 tests/real"
MISSING = "the recorded answers are not beside the repository (../shared/azure)"
Line = dict[str, Any]


def available() -> bool:
    return (FOLDER / "recorded").is_dir()


@cache
def lines(kind: str) -> tuple[Line, ...]:
    """The lines of one file that are known."""
    wanted = known().get(kind, frozenset())
    return tuple(json.loads(line) for line in _raw(kind) if TAKE_UP or _fingerprint(line) in wanted)


def all_lines() -> Iterator[Line]:
    """Those of all files, by the names of the files."""
    for kind in kinds():
        yield from lines(kind)


def kinds() -> list[str]:
    """The files with answers, by name."""
    return sorted(path.stem for path in (FOLDER / "recorded").glob("*.jsonl"))


def reported() -> tuple[Line, ...]:
    """The errors that people reported."""
    return lines(REPORTED)


@cache
def known() -> dict[str, frozenset[str]]:
    """The fingerprints of the lines that the tests know, by file."""
    files = re.findall(r"^(\w+):((?:\s+[0-9a-f]{6})*)$", KNOWN.read_text(encoding="utf-8"), re.MULTILINE)
    return {kind: frozenset(words.split()) for kind, words in files}


def take_up() -> None:
    """Know every line that is there now."""
    text = ""
    for kind in [*kinds(), REPORTED]:
        words = " ".join(sorted({_fingerprint(line) for line in _raw(kind)}))
        text += textwrap.fill(f"{kind}: {words}", 119, subsequent_indent="  ") + "\n"
    KNOWN.write_text(text, encoding="utf-8")
    known.cache_clear()


def news() -> list[str]:
    """What has come that no test knows, in words, by file."""
    found = []
    for kind in [*kinds(), REPORTED]:
        wanted = known().get(kind, frozenset())
        count = sum(_fingerprint(line) not in wanted for line in _raw(kind))
        if count:
            found.append(f"{kind}: {count} {'line' if count == 1 else 'lines'}{'' if wanted else ', a new file'}")
    return found


def _raw(kind: str) -> list[str]:
    path = FOLDER / f"{kind}.jsonl" if kind == REPORTED else FOLDER / "recorded" / f"{kind}.jsonl"
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _fingerprint(line: str) -> str:
    return hashlib.sha256(line.strip().encode()).hexdigest()[:6]


def year(line: Line) -> int:
    found = re.search(r"20[12]\d", line["recorded"] or "")
    return int(found.group()) if found else 0


def pattern(path: str) -> str:
    """A path with every name replaced: what kind of thing it is about."""
    parts = [part for part in path.split("?", maxsplit=1)[0].lower().split("/") if part]
    shown: list[str] = []
    kind = False
    for part in parts:
        kind = not kind
        shown.append(part if kind or (shown and shown[-1] == "providers") else "*")
    return "/".join(shown)


def observations(body: Any, at: str = "") -> Iterator[tuple[str, set[str]]]:
    """Each JSON object in a body: where it is, and its keys. Maps whose keys are ids count as lists; kinds of
    identity are kept apart, and tags are left out, for their keys are the user's.
    """
    if isinstance(body, list):
        for item in body:
            yield from observations(item, at + "[]")
    elif isinstance(body, dict) and any(key.startswith("/") for key in body):
        for item in body.values():
            yield from observations(item, at + "{}")
    elif isinstance(body, dict):
        yield "{}<{}>".format(at, body.get("type")) if at.endswith(".identity") else at, set(body)
        for key, item in body.items():
            if key != "tags":
                yield from observations(item, f"{at}.{key}")


def always(found: list[Line], least: int = 3) -> dict[str, set[str]]:
    """For each place in a body the keys that are there every time, where it was seen in enough answers."""
    keys: dict[str, list[set[str]]] = defaultdict(list)
    seen: dict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(found):
        for place, present in observations(line["response_body"]):
            keys[place].append(present)
            seen[place].add(str(number))
    return {place: set.intersection(*each) for place, each in keys.items() if len(seen[place]) >= least}


def lacking(body: Any, wanted: dict[str, set[str]]) -> list[str]:
    """The keys that are always there in Azure's answers and not in this one."""
    return sorted(
        f"{place}.{key}" for place, present in observations(body) for key in wanted.get(place, set()) - present
    )


def headers_of(line: Line) -> frozenset[str]:
    return frozenset(
        name.lower() for name in line["response_headers"] or {} if name.lower() in ("azure-asyncoperation", "location")
    )


def error_of(line: Line) -> tuple[str, int, bool] | None:
    """Code, status, and whether it is wrapped, of a recorded error."""
    body = line["response_body"]
    if line["status"] < 400 or not isinstance(body, dict):
        return None
    inner = body.get("error", body)
    return (
        (str(inner["code"]), line["status"], "error" in body) if isinstance(inner, dict) and inner.get("code") else None
    )
