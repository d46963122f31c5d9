"""What the options of `check` ask about an existing cluster."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.file_options import FileOptions, read_file_options
from azext_kubenet.options.typed import Typed

#: What --fail-on chooses from.
NEVER = "never"
FAIL_ON = (Severity.ERROR.value, Severity.WARNING.value, NEVER)
#: More nodes than any cluster has: what is typed is no number of nodes.
_MOST_ADDED = 9_999
_ADDED = re.compile(r"(?P<name>[a-z][a-z0-9]{0,11}):\+(?P<count>[0-9]{1,4})")


@dataclass(frozen=True)
class CheckOptions:  # pylint: disable=too-many-instance-attributes
    """What is asked.

    group, name: of the cluster
    added: nodes that would be added, by the name of the pool
    added_anywhere: the same in whichever pool
    inspect: whether to look inside of the cluster
    skip_checks, accepted: names whose errors become warnings: of checks, of rules
    fail_on: the least severity of a finding that makes the run fail, None for none
    files: to be written beside the answer
    """

    group: str
    name: str
    added: Mapping[str, int]
    added_anywhere: int
    inspect: bool
    skip_checks: tuple[str, ...]
    accepted: tuple[str, ...]
    fail_on: Severity | None
    files: FileOptions

    def fails(self, severity: Severity) -> bool:
        """Whether a finding of a severity makes the run fail."""
        gravest_first = [*Severity]
        return self.fail_on is not None and gravest_first.index(severity) <= gravest_first.index(self.fail_on)


def read_check_options(typed: Typed) -> CheckOptions:
    """The options. Raises WrongUsage."""
    wanted = typed.text("fail_on")
    return CheckOptions(
        group=typed.text("resource_group_name"),
        name=typed.text("name"),
        added=_added(typed.words("pool")),
        added_anywhere=_number(typed),
        inspect=typed.flag("inspect_cluster"),
        skip_checks=typed.words("skip_checks"),
        accepted=typed.words("accept_risk"),
        fail_on=None if wanted == NEVER else Severity(wanted or Severity.ERROR.value),
        files=read_file_options(typed),
    )


def _number(typed: Typed) -> int:
    value = typed.value("add_nodes")
    if isinstance(value, str) or (value is not None and not 0 <= int(value) <= _MOST_ADDED):
        raise WrongUsage(
            f"invalid --add-nodes '{value}': expected a number of nodes, at most {_MOST_ADDED:,}",
            "use a number, such as 5",
        )
    return int(value or 0)


def _added(words: tuple[object, ...]) -> dict[str, int]:
    """Nodes to add by pool, as typed: NAME:+N."""
    found: dict[str, int] = {}
    wrong = []
    for word in _flat(words):
        match = _ADDED.fullmatch(word)
        if match is None or match["name"] in found:
            wrong.append(word)
            continue
        found[match["name"]] = int(match["count"])
    if wrong:
        message = f"invalid --pool {' '.join(wrong)}: expected the name of a pool once, and nodes to add: NAME:+N"
        raise WrongUsage(message, "use --pool NAME:+N, such as --pool user:+5")
    return found


def _flat(words: tuple[object, ...]) -> list[str]:
    """Words of an option that takes several and may be repeated."""
    return [str(word) for each in words for word in (each if isinstance(each, list | tuple) else [each])]
