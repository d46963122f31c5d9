"""`@PATTERN` as the value of an option that takes lists: every file that the pattern matches, in the order of names.

A shell leaves `@plans/*.json` as it is, because no file is called so, and azure-cli reads one file alone.
"""

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding, Severity, advise

#: Our own bound, so that a pattern that matches a whole disk ends soon.
_MOST_FILES = 10_000
_STANDARD_OUTPUT = 1


class Opened(NamedTuple):
    """A value as it is read.

    name: of the file that it stood in, "" for one that azure-cli has read, or that was typed
    """

    text: str
    name: str = ""


def opened(option: str, values: Sequence[str], findings: list[Finding]) -> list[Opened]:
    """The values, with the content of all files that a pattern matches in its place.

    findings: where it is noted that a pattern matches nothing, or a file cannot be read
    """
    found: list[Opened] = []
    for value in values:
        if _is_pattern(value):
            found += _matched(option, value[1:], findings)
        else:
            found.append(Opened(value))
    return found


def _is_pattern(value: str) -> bool:
    """Whether a value names files: azure-cli reads one that exists, also one with an asterisk in its name."""
    return value.startswith("@") and "\n" not in value and glob.has_magic(value)


def _matched(option: str, pattern: str, findings: list[Finding]) -> Iterator[Opened]:
    """The files that a pattern matches, but for the one that standard output goes to: it is the answer's, and empty."""
    names = sorted(glob.glob(os.path.expanduser(pattern), recursive=True))
    if not names or len(names) > _MOST_FILES:
        what = f"{pattern} matches {len(names):,} files; the maximum is {_MOST_FILES:,}" if names else None
        message = f"{option}: {what or f'no file matches {pattern}'}"
        advice = (
            "use a narrower pattern" if names else "use a pattern that matches a file, or omit it if there are none"
        )
        findings.append(Finding("no-such-file", Severity.ERROR, (option,), message, advise(advice)))
        return
    from azure.cli.core.util import read_file_content  # as azure-cli reads one that is named

    for name in names:
        if os.path.isdir(name) or _is_standard_output(name):
            continue
        try:
            yield Opened(read_file_content(name, allow_binary=True).rstrip(os.linesep), name)
        except OSError as error:
            message = f"{option}: file {name} cannot be read: {error.strerror}"
            findings.append(Finding("no-such-file", Severity.ERROR, (option,), message, advise("use another file")))


def _is_standard_output(name: str) -> bool:
    """Whether a shell has redirected standard output to a file, and so has emptied it already."""
    try:
        there, here = os.stat(name), os.fstat(_STANDARD_OUTPUT)
    except OSError:
        return False
    return stat.S_ISREG(here.st_mode) and os.path.samestat(there, here)
