"""What a shell offers where the Tab key is pressed in a value: names of closed lists, files, and `@FILE`.

argcomplete asks, by keyword, for what may stand in place of a prefix, and passes on what begins with it.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

Completer = Callable[..., Iterable[str]]


def names(found: Collection[str]) -> Completer:
    """Offer these."""
    return lambda **_: found


def files(*endings: str) -> Completer:
    """Offer folders, and files with one of these endings."""
    return lambda prefix="", **_: _files(prefix, endings)


def contents(*endings: str, standard_input: bool = False) -> Completer:
    """Offer `@FILE` for each file with one of these endings, or for any without."""

    def complete(prefix: str = "", **_: Any) -> Iterator[str]:
        if prefix and not prefix.startswith("@"):
            return
        if standard_input:
            yield "@-"
        yield from (f"@{path}" for path in _files(prefix[1:], endings))

    return complete


def _files(prefix: str, endings: tuple[str, ...]) -> Iterator[str]:
    """Paths that begin so; a folder ends with a slash. A hidden one is offered to whoever types its dot."""
    folder, begun = os.path.split(prefix)
    try:
        entries = sorted(os.scandir(os.path.expanduser(folder) or "."), key=lambda each: each.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(begun) and (begun or not entry.name.startswith(".")):
            path = os.path.join(folder, entry.name)
            if entry.is_dir():
                yield f"{path}/"
            elif entry.name.lower().endswith(endings or ""):
                yield path
