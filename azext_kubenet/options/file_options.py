"""The files that `plan` writes beside its answer, as they are named on the command line."""

import os
from typing import NamedTuple

from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.typed import Typed, spelled

#: The options, in the order in which their files are written.
NAMES = ("map_file", "findings_file", "export_file")
#: Endings of two parts.
_DOUBLE = (".tfvars.json",)


class FileOptions(NamedTuple):
    """Paths of files to write, "" for none. `-` is standard output, and so is an ending alone, in that format.

    map_file: a picture of the address space
    findings_file: the findings, for a pipeline
    export_file: the plan for others to deploy
    """

    map_file: str = ""
    findings_file: str = ""
    export_file: str = ""

    @property
    def take_standard_output(self) -> bool:
        """Whether one of them is written to standard output, where the answer is not printed then."""
        return any(map(is_standard_output, self))


def is_standard_output(path: str) -> bool:
    """Whether a path is `-`, or an ending alone for a format that is not the option's first; `./-` is a file.

    A name that is nothing but an ending has none, so that no file of a known format can be meant. argparse takes no
    value that begins with a dash, other than the dash alone.
    """
    return path == "-" or path.lower() in _DOUBLE or (path.rfind(".") == 0 and not os.path.dirname(path))


def read_file_options(typed: Typed) -> FileOptions:
    """The files that were named. Raises WrongUsage for two in one place."""
    paths = FileOptions(*map(typed.text, NAMES))
    taken: dict[str, str] = {}
    for name, path in zip(NAMES, paths, strict=True):
        if not path:
            continue
        option, place = spelled(name), _place(path)
        if place in taken:
            what = "standard output" if place == "-" else path
            advice = f"use {option} with the name of {'a' if place == '-' else 'another'} file"
            raise WrongUsage(f"{taken[place]} and {option} both write to {what}", advice)
        taken[place] = option
    return paths


def _place(path: str) -> str:
    """What is the same for two paths of one file."""
    if is_standard_output(path):
        return "-"
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # what is wrong with it is said when it is looked at
        return path
