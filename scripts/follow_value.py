"""Follow one value through the extension: run a command and print the files it passes through, in order.

usage: VENV/bin/python scripts/follow_value.py VALUE COMMAND...
such as: .venv/az-2.91.0/bin/python scripts/follow_value.py 10.9.0.0/16 kubenet plan --pod-cidr 10.9.0.0/16

A file is entered when one of its functions is called with the value among its arguments: as it was typed, or inside
of a list, a mapping or one of our own types. The extension that is followed is the installed one (AZURE_EXTENSION_DIR).
For a command that looks at Azure, run it with the loopback:
VENV/bin/python -m tests.loopback --exec VENV/bin/python scripts/follow_value.py VALUE COMMAND...
"""

import dataclasses
import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

DEPTH = 5
#: The core plans and judges with it, and every check is given one context: a stop each, however many modules they are.
STOPS = ("addressing", "checks")
SKIPPED = ("self", "cls")


class Way:
    """The files that a value passes through, and the names that it has there."""

    def __init__(self, value: str):
        self.value = value
        self.files: list[str] = []
        self.names: set[str] = set()

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a call that hands the value over. For sys.setprofile."""
        if event != "call" or "azext_kubenet" not in (name := frame.f_code.co_filename):
            return
        code = frame.f_code
        arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 8)]
        held = [each for each in arguments if each not in SKIPPED and self.holds(frame.f_locals.get(each))]
        if held:
            self.names.update(held)
            file = name.split("azext_kubenet" + os.sep, 1)[1]
            file = next((room for room in STOPS if file.startswith(room)), file)
            if not self.files or self.files[-1] != file:
                self.files.append(file)

    def holds(self, found: Any, depth: int = DEPTH) -> bool:  # pylint: disable=too-many-return-statements
        """Whether something is the value, or has it inside."""
        if found is None or isinstance(found, bool | int | float):
            return False
        if isinstance(found, str):
            return self.value == found
        if type(found).__module__.startswith("netaddr"):
            return str(found) == self.value
        if depth == 0:
            return False
        if isinstance(found, dict):
            return any(self.holds(each, depth - 1) for each in list(found.values())[:200])
        if isinstance(found, list | tuple | frozenset | set):
            return any(self.holds(each, depth - 1) for each in list(found)[:200])
        if type(found).__module__.startswith("azext_kubenet") and hasattr(found, "__dict__"):
            return any(self.holds(each, depth - 1) for each in list(vars(found).values()))
        if dataclasses.is_dataclass(found):
            return any(self.holds(getattr(found, each.name, None), depth - 1) for each in dataclasses.fields(found))
        return False


def main() -> None:
    """Run the command in this process, with the profile on for every thread."""
    from azure.cli.core import get_default_cli

    way = Way(sys.argv[1])
    threading.setprofile(way)
    sys.setprofile(way)
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            code = get_default_cli().invoke(sys.argv[2:], out_file=nowhere)
    except SystemExit as end:
        code = end.code
    sys.setprofile(None)
    for file in way.files:
        print(Path(file).as_posix())
    returns = sum(file in way.files[:place] for place, file in enumerate(way.files))
    print(
        f"exit code {code}: {len(set(way.files))} files, {returns} returns to one already left, {len(way.names)} names"
    )


if __name__ == "__main__":
    main()
