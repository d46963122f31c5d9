"""Refusals: what was wrong, what to type instead, and the exit code that a script can rely on.

0 done, 1 refused by a finding, a check or Azure, 2 wrong usage, 3 a named thing does not exist.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    AzCLIError,
    AzureResponseError,
    ResourceNotFoundError,
    ValidationError,
)

from azext_kubenet.addressing.findings import Finding, SetOptions, Severity

REFUSED, USAGE, NOT_FOUND = 1, 2, 3


class Refused(ValidationError):
    """Findings, a conflict or a check prevent going on; nothing was written.

    findings: those that it is made of, if it is
    """

    findings: Sequence[Finding] = ()
    exit_code = REFUSED


class CreatedByOthers(Refused):
    """There is a cluster of this name that this run has not made."""


class RefusedByAzure(AzureResponseError):
    """Azure answered with an error; the message carries its own code and words."""

    exit_code = REFUSED


class WrongUsage(ArgumentUsageError):
    """The options do not go together."""

    exit_code = USAGE


class NotFound(ResourceNotFoundError):
    """Something that was named does not exist."""

    exit_code = NOT_FOUND


class Together(NamedTuple):
    """What puts all errors right.

    command: to be typed, "" for none
    asides: what is to be known beside it
    """

    command: str = ""
    asides: tuple[str, ...] = ()

    def before_azure(self, unseen: bool) -> "Together":
        """The same; unseen: whether it reads from Azure what nobody has looked at yet, and may be refused for that."""
        return Together(self.command, ("before a look at Azure", *self.asides)) if unseen else self

    @property
    def lines(self) -> list[str]:
        """One line, or none."""
        aside = f" ({'; '.join(self.asides)})" if self.asides else ""
        return [f"with everything put right{aside}: {self.command}"] if self.command else []


def refuse(findings: Iterable[Finding], together: Together | None = None) -> None:
    """Raise Refused with every error among the findings, each with its recommendation; return if there is none.

    together: what puts all of them right, None where that is not known
    """
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        refusal = Refused("\n".join([in_words(errors), *(together.lines if together is not None else [])]))
        refusal.findings = errors
        raise refusal


def in_words(findings: Sequence[Finding]) -> str:
    """Errors as a person reads them: a line what is wrong and by which rule, a line what to type instead.

    azure-cli writes "ERROR: " before the first; each other says it itself, so that a line alone tells how grave it is.
    What Azure itself does not refuse is not refused here without naming the way around, once for each rule, and
    wherever nothing else can be typed.
    """
    lines: list[str] = []
    named: set[str] = set()
    for finding in findings:
        severity = f"{finding.severity.value.upper()}: " if lines else ""
        lines.append(f"{severity}{finding.message} [{finding.rule}]")
        alone = finding.rule not in named or not any(isinstance(fix, SetOptions) for fix in finding.fixes)
        way = f"to continue anyway: {finding.acceptable} {finding.rule}" if finding.acceptable and alone else ""
        named.add(finding.rule)
        choices = [each for each in (finding.recommendation, way) if each]
        if choices:
            lines.append(f"  -> {', or '.join(choices)}")
    return "\n".join(lines)


def exit_with(error: Exception) -> object | None:
    """Exception handler of our commands: print an error of usage or absence the CLI's way, then exit with its code."""
    code = getattr(error, "exit_code", None)
    if isinstance(error, AzCLIError) and code in (USAGE, NOT_FOUND):
        error.print_error()
        error.send_telemetry()
        sys.exit(code)
    raise error
