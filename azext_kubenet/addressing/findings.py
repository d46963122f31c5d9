"""Findings: what is wrong, how grave it is, and what can be done about it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from azext_kubenet.addressing.str_enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is: an error refuses the plan, a warning and an information do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class SetOptions:
    """A fix: options to type, each with its value.

    values: pairs of an option and its value as typed, quoted where a shell needs it, "" for a switch
    caution: what is said beside it, as of a warning that it brings, "" for nothing; fixes are the same without
    """

    values: tuple[tuple[str, str], ...]
    caution: str = field(default="", compare=False)

    def __str__(self) -> str:
        return " ".join(f"{option} {value}".rstrip() for option, value in self.values)

    @property
    def told(self) -> str:
        """The options with what is said beside them."""
        return f"{self} ({self.caution})" if self.caution else str(self)


class RunCommand(NamedTuple):
    """A fix: a command that works when it is pasted.

    purpose: what it does, as an order
    again: options with which the command that was typed does it as well, with all else that was typed; None for others
    """

    command: str
    purpose: str
    again: SetOptions | None = None

    def __str__(self) -> str:
        return f"{self.purpose}: {self.command}"


class LeaveOut(NamedTuple):
    """A fix: options to leave out."""

    options: tuple[str, ...]

    def __str__(self) -> str:
        return f"leave {' and '.join(self.options)} out"


class Advice(NamedTuple):
    """A fix that is no option and no command: a sentence."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence


#: What can be done about a finding.
Fix = SetOptions | RunCommand | LeaveOut | Advice


def advise(sentence: str) -> tuple[Fix, ...]:
    """One sentence as fixes; none for an empty one."""
    return (Advice(sentence),) if sentence else ()


def use(option: str, value: object) -> SetOptions:
    """The fix that sets one option."""
    return SetOptions(((option, str(value)),))


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, unwise or worth knowing.

    rule: its name in the registry, which never changes its meaning
    severity: of this one, which the rule's own may differ from
    subject: the options at fault, as they are spelled
    message: what is wrong with which value
    fixes: what to do about it, the best first; any one is enough
    acceptable: the option that lowers it if its name is given there, "" for what no option lowers
    accepted: whether it is an error that such an option has lowered
    """

    rule: str
    severity: Severity
    subject: tuple[str, ...]
    message: str
    fixes: tuple[Fix, ...] = ()
    acceptable: str = ""
    accepted: bool = False

    @property
    def recommendation(self) -> str:
        """The fixes in one line: `use --pod-cidr /20, or --node-count 3, or free a larger block`."""
        options = [fix.told for fix in self.fixes if isinstance(fix, SetOptions)]
        others = [str(fix) for fix in self.fixes if not isinstance(fix, SetOptions)]
        return ", or ".join([f"use {options[0]}", *options[1:], *others] if options else others)
