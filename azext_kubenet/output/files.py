"""Files that we write beside an answer: whole or not at all, and over nothing that is not provably our own.

Every file has a mark with a version and the SHA-256 of all of it, which is taken with zeros in the place of the
sum. A file is ours while it has that mark once and the sum holds: then nobody has touched a byte of it.
"""

import hashlib
import json
import os
import re
import shlex
import stat
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress

from azext_kubenet.addressing.findings import Finding, SetOptions, Severity, advise, use
from azext_kubenet.azure.bodies import Json
from azext_kubenet.options.command_line import files_read
from azext_kubenet.options.file_options import is_standard_output

_WRITER = "az kubenet"
#: The mark of the first version. No other program and no person writes it: what it stands for has to be computed.
_MARK = "az-kubenet-{}-file/1 sha256:"
_MARKED = re.compile(rb"az-kubenet-(?:plan|check|migrate)-file/1 sha256:([0-9a-f]{64})")
_NO_SUM = "0" * 64
#: What stood in exports before there was a mark.
_FORMER = b"written by az kubenet plan --export"
_LACKS = "lacks the mark"
#: Our own bound, in bytes: a larger file is none of ours, and is not read.
_LONGEST = 64 * 1024 * 1024
#: Names that are tried for a file whose own cannot be used.
_NAMES_TRIED = 10


class _NotOurs(OSError):
    """What is at a path now may not be written over."""


def marked(ending: str, text: str, command: str = "plan") -> str:
    """The text of a file with its mark, where the readers of its format look past it.

    ending: of the file's name, as `ending_of` gives it; command: the last word of ours
    """
    named = _MARK.format(command)
    mark = f"{named}{_NO_SUM}"
    if ending in _IN_JSON:
        document = json.loads(text)
        _IN_JSON[ending](document, mark, f"{_WRITER} {command}")
        text = json.dumps(document, indent=2) + "\n"
    elif ending in (".svg", ".html", ".xml"):
        text = f"{text}<!-- {mark} -->\n"
    else:
        text = f"{text}\n{'//' if ending in ('.bicep', '.bicepparam') else '#'} {mark}\n"
    return text.replace(mark, named + _sum(text.encode()))


def _in_metadata(document: Json, mark: str, writer: str) -> None:
    """Metadata of an ARM template holds what one likes; Bicep writes itself under this name."""
    document["metadata"] = {"_generator": {"name": writer, "mark": mark}, **document.get("metadata", {})}


def _in_comment(document: Json, mark: str, _: str) -> None:
    """Terraform looks past this key of a JSON file."""
    document["//"] = [*document.get("//", []), mark]


def _in_properties(document: Json, mark: str, _: str) -> None:
    """SARIF has a bag of properties for what it does not name."""
    document["properties"] = {**document.get("properties", {}), "mark": mark}


#: Where each kind of JSON has room for what its readers look past, by the ending of the file.
_IN_JSON = {".json": _in_metadata, ".tfvars.json": _in_comment, ".sarif": _in_properties}
#: Endings of two parts.
_DOUBLE = tuple(ending for ending in _IN_JSON if ending.count(".") > 1)


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def obstacles(
    option: str, path: str, endings: Sequence[str], others: Sequence[str] = (), command: str = "plan"
) -> list[Finding]:
    """What prevents writing a file, told before anything is worked out. others: paths of what is written beside it"""
    faults: list[tuple[str, str, str | SetOptions]] = []
    if path == "-":
        return []
    if ending_of(path) not in endings:
        known = " or ".join(filter(None, (", ".join(endings[:-1]), endings[-1])))
        faults.append(
            (
                "unknown-file-ending",
                f"{path} does not end in {known}",
                _free_name(option, path, endings, others, command),
            )
        )
    try:
        against = None if is_standard_output(path) else _against(option, path, endings, command)
    except (OSError, ValueError) as error:  # links in a circle, a name too long, a zero byte in it
        why = error.strerror if isinstance(error, OSError) else str(error)
        against = ("file-not-writable", f"{path} cannot be written: {why}", f"use {option} with another name")
    if against:
        faults.append(against)
    return [
        Finding(rule, Severity.ERROR, (option,), f"{option}: {what}", advise(fix) if isinstance(fix, str) else (fix,))
        for rule, what, fix in faults
    ]


def _free_name(option: str, path: str, endings: Sequence[str], others: Sequence[str], command: str) -> SetOptions:
    """A name for a file that no other one has and that can be written; in a folder that was named in its place."""
    stem = "findings" if option == "--findings" else "plan" if command == "plan" else "cluster"
    folder = path if os.path.isdir(path) else ""
    names = [f"{stem}{f'-{number}' if number > 1 else ''}{endings[0]}" for number in range(1, _NAMES_TRIED)]
    paths = [os.path.join(f"./{folder}" if folder.startswith("-") else folder, each) for each in names]
    free = (each for each in paths if each not in others and not _against(option, each, endings, command))
    return use(option, shlex.quote(next(free, paths[0])))


def _against(option: str, path: str, endings: Sequence[str], command: str) -> tuple[str, str, str | SetOptions] | None:
    """Rule, what is wrong, and what to do instead."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if os.path.isdir(path):
        return "file-not-writable", f"{path} is a folder", _free_name(option, path, endings, (), command)
    return _against_folder(option, path, target, folder) or _against_file(option, path, target)


def _against_folder(option: str, path: str, target: str, folder: str) -> tuple[str, str, str] | None:
    if not os.path.isdir(folder):
        shown = os.path.dirname(path) if target == os.path.abspath(path) else folder
        return "file-not-writable", f"there is no folder {shown}", f"create it: mkdir -p {_word(shown)}"
    if not os.access(folder, os.W_OK):
        return "file-not-writable", f"folder {folder} may not be written", f"use {option} with another folder"
    return None


def _against_file(option: str, path: str, target: str) -> tuple[str, str, str] | None:
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        advice = f"use {option} with another name, or {option} - for standard output"
        return "file-not-writable", f"{path} is not a regular file", advice
    if not mode & 0o222 or not os.access(target, os.W_OK):
        why = f"{path} is not writable (mode {stat.S_IMODE(mode):o}): it is not replaced"
        return "file-not-writable", why, f"use {option} with another name, or allow it: chmod u+w {_word(path)}"
    if any(os.path.realpath(each) == target for each in files_read()):
        return "file-exists", f"{path} is read by this command: it is not replaced", f"use {option} with another name"
    return _against_replacing(option, path, target)


def _against_replacing(option: str, path: str, target: str) -> tuple[str, str, str] | None:
    """What speaks against replacing a file. Findings may be written over findings of ours, but not over an export."""
    why, another = _not_ours(target), f"use {option} with another name"
    if not why:
        if option != "--findings" or "resources" not in _document(target):
            return None
        why = f"{path} is an export that {_WRITER} wrote: findings do not replace it"
        return "file-exists", why, f"{another}, as clusters may exist by that export"
    if _is_plan(target):
        why = f"{path} is a plan that {_WRITER} plan printed: it is not replaced"
        return "file-exists", why, f"{another}, as clusters may exist by that plan"
    ours = f", or delete it: rm {_word(path)}" if why.startswith(_LACKS) else ""  # of others' files nothing is deleted
    return "file-exists", f"{path} {why}: it is not replaced", another + ours


def _word(path: str) -> str:
    """A path as a word for a shell, also where it begins like an option."""
    return f"-- {shlex.quote(path)}" if path.startswith("-") else shlex.quote(path)


def ending_of(path: str) -> str:
    """The ending of a file's name in lower case, with its dot; "" for `-`, which has none."""
    name = os.path.basename(path).lower()
    if is_standard_output(path):
        return "" if path == "-" else name
    return next((ending for ending in _DOUBLE if name.endswith(ending)), os.path.splitext(name)[1])


def stem_of(path: str) -> str:
    """The name of a file without its ending; "main" for standard output, as most call it."""
    if is_standard_output(path):
        return "main"
    name = os.path.basename(path)
    return name[: len(name) - len(ending_of(path))]


def _not_ours(path: str) -> str:
    """Why a regular file is not to be written over; nothing if we wrote it and nobody has changed it since.

    An empty file, as mktemp makes one, loses nothing: unless it is empty because this run's output goes there.
    """
    if not os.path.getsize(path) and not _takes_output(path):
        return ""
    if os.path.getsize(path) > _LONGEST:
        return f"exists and was not written by {_WRITER}"
    with open(path, "rb") as file:
        content = file.read()
    marks = _MARKED.findall(content)
    if len(marks) == 1 and marks[0].decode() == _sum(content.replace(marks[0], _NO_SUM.encode())):
        return ""
    if marks:
        return f"was edited since {_WRITER} wrote it"
    if _FORMER in content:
        return f"{_LACKS} that shows whether it was edited; files of the first versions of {_WRITER} have none"
    return f"exists and was not written by {_WRITER}"


def _is_plan(path: str) -> bool:
    """Whether a file holds an answer of plan, which was redirected there."""
    return {"planVersion", "aksArguments", "podCidr"} <= _document(path).keys()


def _takes_output(path: str) -> bool:
    """Whether a shell has redirected what this run prints to a file, and so has emptied it already."""
    there = os.stat(path)
    for printed in (1, 2):
        with suppress(OSError):  # of a stream that is closed
            if os.path.samestat(there, os.fstat(printed)):
                return True
    return False


def _document(path: str) -> Json:
    """What a file holds of JSON; nothing if it is none of a size that we write."""
    if os.path.getsize(path) > _LONGEST:
        return {}
    with open(path, "rb") as file:
        content = file.read()
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def write(path: str, text: str, command: str = "plan") -> None:
    """Write a file whole: what was there before stays until the new one is complete. Raises OSError.

    A symbolic link is followed, and a file that is there keeps its mode. _NotOurs: what is there is not ours, or is not
    any more what it was when it was looked at.
    """
    target = os.path.realpath(path)
    handle, part = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".kubenet-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(marked(ending_of(path), text, command))
        os.chmod(part, 0o666 & ~_umask())
        _put(part, target)
    except BaseException:  # Ctrl-C as well: a part of a file is left behind by nothing
        os.unlink(part)
        raise


def print_out(ending: str, text: str, command: str = "plan") -> None:
    """Write what would be a file to standard output, with its mark: redirected into a file, it is ours. Raises OSError.

    In UTF-8, as files are, whatever the terminal says.
    """
    content = marked(ending, text, command)
    sys.stdout.flush()
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(content)
    else:
        binary.write(content.encode())
    sys.stdout.flush()


def _put(part: str, target: str) -> None:
    """Put a complete file in its place, and look once more at what has that place."""
    if os.path.lexists(target):
        there = os.stat(target)
        if not stat.S_ISREG(there.st_mode) or _not_ours(target):
            raise _NotOurs(17, "another file was created there")
        os.chmod(part, stat.S_IMODE(there.st_mode))
        _keep_owner(part, there)
    os.replace(part, target)


def _keep_owner(part: str, there: os.stat_result) -> None:
    """Leave a file to whom it belongs, where that is allowed: root may write what another user then owns."""
    if hasattr(os, "chown") and (there.st_uid, there.st_gid) != (os.stat(part).st_uid, os.stat(part).st_gid):
        with suppress(PermissionError):
            os.chown(part, there.st_uid, there.st_gid)


def _umask() -> int:
    """The umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
