"""Files that `plan` writes beside its answer: never over a file of someone else's, and whole or not at all."""

import os
import tempfile
from collections.abc import Sequence

from azext_kubenet.addressing.model import Finding, Severity

#: Every file that is written says so near its beginning.
MARK = "az kubenet plan"
_WHERE_MARKED = 2000


def obstacles(option: str, path: str, endings: Sequence[str]) -> list[Finding]:
    """What stands against writing a file, told before anything is worked out."""
    faults = []
    ending, folder = ending_of(path), os.path.dirname(path) or "."
    if ending not in endings:
        known = ", ".join(endings)
        faults.append(("unknown-file-ending", f"{path} ends in none of {known}", f"use {option} plan{endings[0]}"))
    if os.path.isdir(path):
        faults.append(
            ("file-not-writable", f"{path} is a folder", f"use {option} {os.path.join(path, 'plan')}{endings[0]}")
        )
    elif not os.path.isdir(folder):
        faults.append(("file-not-writable", f"there is no folder {folder}", f"make it: mkdir -p {folder}"))
    elif not os.access(folder, os.W_OK):
        faults.append(("file-not-writable", f"folder {folder} may not be written", f"use {option} with another folder"))
    elif os.path.exists(path) and not _ours(path):
        faults.append(
            (
                "file-exists",
                f"{path} exists and was not written by {MARK}: it is kept",
                f"use {option} with another name",
            )
        )
    return [Finding(rule, Severity.ERROR, (option,), f"{option}: {what}", advice) for rule, what, advice in faults]


def ending_of(path: str) -> str:
    """The ending of a file's name in lower case, with its dot."""
    return os.path.splitext(path)[1].lower()


def _ours(path: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return MARK in file.read(_WHERE_MARKED)
    except OSError:
        return False


def write(path: str, text: str) -> None:
    """Write a file whole: what was there before stays until the new one is complete. Raises OSError."""
    folder = os.path.dirname(path) or "."
    handle, part = tempfile.mkstemp(dir=folder, prefix=".kubenet-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(part, 0o666 & ~_umask())
        os.replace(part, path)
    except BaseException:  # Ctrl-C as well: a part of a file is left behind by nothing
        os.unlink(part)
        raise


def _umask() -> int:
    """The umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
