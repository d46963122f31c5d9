"""Commands in what people are told: where they begin and end, and what is filled in for a placeholder."""

from __future__ import annotations

import re
from collections.abc import Mapping

_COMMAND = re.compile(
    r"for \w+ in .*?; do .*?; done"
    r"|export [A-Z_]+=\S+"
    r"|\baz [a-z][a-z-]*(?: [a-z][a-z-]*)* (?=-|\|)(?:\$\([^()]*\)|(?!;|, or |, and | && | \().)*"
)
_HEAD = re.compile(r"az [a-z][a-z-]*(?: [a-z][a-z-]*)*(?= -| \||$)")


def commands(text: str) -> list[str]:
    """The commands of a text, in order: whole loops, and what stands between `&&` one by one."""
    return [found.strip() for line in text.splitlines() for found in _COMMAND.findall(line)]


def head(command: str) -> str:
    """The words of a command, without its options: of a loop those of what it repeats."""
    found = _HEAD.search(command)
    return found[0] if found else command.split(maxsplit=1)[0]


def filled(command: str, values: Mapping[str, str]) -> str:
    """A command with its placeholders filled in: words in capitals."""
    return re.sub(r"(?<![\w$\"])[A-Z][A-Z_]+(?![\w=])", lambda found: values.get(found[0], found[0]), command)
