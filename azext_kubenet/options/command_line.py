"""The command that was typed, with some of its options changed: to be pasted as it is printed."""

import glob
import os
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence

from azext_kubenet.addressing.findings import SetOptions

#: Other spellings of options.
_SPELLINGS = {
    "-c": "--node-count",
    "-m": "--max-pods",
    "-n": "--name",
    "-g": "--resource-group",
    "-l": "--location",
    "-k": "--kubernetes-version",
    "-s": "--node-vm-size",
    "-z": "--zones",
    "--subnet-prefixes": "--subnet-prefix",
    "--pod-cidrs": "--pod-cidr",
    "--service-cidrs": "--service-cidr",
}
#: Options that say the number of nodes a second time, beside the node pools.
_COUNTS = ("--node-count", "--max-count")
#: Options whose values are for nobody's eyes.
_SECRET = re.compile(r"secret|password|token|credential|-p$", re.IGNORECASE)
#: What stands in advice for a name that only the user knows.
_PLACEHOLDER = re.compile(r"\b(NAME|GROUP|VNET|SUBNET|NETWORK|CLUSTER|SUBSCRIPTION|FILE|ID)\b")
#: How azure-cli is told to read standard input.
_INPUT = ("@-", "@/dev/stdin")
_OPTION = re.compile(r"-[a-zA-Z]|--[a-z][a-z-]*")


def retyped(command: str, fix: SetOptions, without: Sequence[str] = ()) -> str:
    """The command line of this process with the options of a fix, and without some options.

    command: the words after az, such as `kubenet plan`. "" where the process was not started so, and where a value may
    be a secret.
    """
    words, typed = command.split(), sys.argv[1:]
    if typed[:2] != words:
        return ""
    anew = {option for option, _ in fix.values} | {*without}
    if "--pool" in anew:
        anew |= {*_COUNTS}
    kept: list[str] = []
    for option, values in _options(typed[2:]):
        if _SECRET.search(option):
            return ""
        if not any(_means(option, each) for each in anew):
            kept += [option, *values]
    return " ".join(part for part in (shlex.join(["az", *words, *kept]), str(fix)) if part)


def same_input(without: Iterable[str] = ()) -> tuple[str, ...]:
    """A word on a command that reads standard input as the one that was typed did; none where it does not.

    without: options that it has not, or with another value
    """
    others = [*without]
    kept = [values for option, values in _options(sys.argv[3:]) if not any(_means(option, each) for each in others)]
    return ("with the same standard input",) if any(word in _INPUT for values in kept for word in values) else ()


def has_placeholder(fix: SetOptions) -> bool:
    """Whether a fix leaves a name to the user, so that no command line can be made of it."""
    return any(_PLACEHOLDER.search(value) for _, value in fix.values)


def as_typed(*options: str) -> list[str]:
    """Some options as they were typed, with their values, files by their names; none if this is no command of ours."""
    typed = sys.argv[1:] if sys.argv[1:2] == ["kubenet"] else []
    found = [each for each in _options(typed[2:]) if any(_means(each[0], option) for option in options)]
    return [word for spelled, values in found for word in (spelled, *values)]


def values_as_typed(option: str) -> list[str]:
    """The values of one option as they were typed, files by their names; none if this is no command of ours."""
    typed = sys.argv[1:] if sys.argv[1:2] == ["kubenet"] else []
    return [word for spelled, values in _options(typed[2:]) if _means(spelled, option) for word in values]


def files_read() -> list[str]:
    """Paths of the files that azure-cli, and we for a pattern, read in the place of a value that was typed as @FILE."""
    words = sys.argv[1:] if sys.argv[1:2] == ["kubenet"] else []
    values = [word.partition("=")[2] if word.startswith("--") else word for word in words]
    named = [os.path.expanduser(value[1:]) for value in values if value.startswith("@") and value != "@-"]
    return [path for name in named for path in (name, *glob.glob(name, recursive=True))]


def in_place_of_id() -> str:
    """What another subnet takes the place of, where it was named by its id."""
    return ", in place of --vnet-subnet-id" if as_typed("--vnet-subnet-id") else ""


def _options(words: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each option as it was spelled, with its values."""
    option, values = "", list[str]()
    for word in words:
        name, equals, value = word.partition("=")
        if _OPTION.fullmatch(name):
            if option:
                yield option, values
            option, values = name, [value] if equals else []
        else:
            values.append(word)
    if option:
        yield option, values


def _means(option: str, other: str) -> bool:
    """Whether an option as it was spelled, perhaps in part, is another."""
    spelled, other = _SPELLINGS.get(option, option), _SPELLINGS.get(other, other)
    return spelled == other or (len(spelled) > 3 and other.startswith(spelled))
