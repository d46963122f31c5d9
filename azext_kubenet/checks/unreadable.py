"""What could not be looked at, as a warning: it is neither a crash nor a silent pass."""

from azext_kubenet.addressing.model import Severity
from azext_kubenet.checks.check import (
    CheckContext,
    Problem,
    Unreadable,
)


def unread(hidden: Unreadable, situation: CheckContext) -> Problem:
    """The refusal, and what lets the caller look."""
    if hidden.cause.status != 403:
        return Problem(f"{hidden}; this was not checked", "", (), Severity.WARNING)
    command = situation.caller.grant_command("Reader", hidden.scope)
    advice = f"to have it checked, let an administrator run: {command}"
    return Problem(f"{hidden}; this was not checked", advice, (), Severity.WARNING)
