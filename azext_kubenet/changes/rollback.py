"""Deleting again what a run has made, and nothing that anybody else would miss."""

from collections.abc import Callable
from dataclasses import dataclass, field

from azext_kubenet.changes.runner import UNSURE, RunResult, Say, Step, in_words


@dataclass(frozen=True)
class Undone:
    """What a rollback left.

    left: steps whose work is still there, or not known to be gone, in the order in which it must be removed; stopper:
    the one at which the rollback stopped; why: the reason.
    """

    left: list[Step] = field(default_factory=list)
    stopper: Step | None = None
    why: str = ""


def undo(result: RunResult, say: Say) -> Undone:
    """Delete what a run made, in reverse, and stop at the first that could not be removed, or is not known to be gone:
    what it stands on stays.

    Right before each, it is looked at who else uses it: then it stops there, and where that cannot be looked at. What
    this run is not known to have made is never deleted: it stops there, unless that is not there. Whatever is raised
    meanwhile is told, and is no end of the account.
    """
    left = result.remains
    while left:
        try:
            why = _removed(result, left[0], say)
        except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # Ctrl-C among it
            why = in_words(error)
        if why:
            return Undone(left, left[0], why)
        left = left[1:]
    return Undone()


def _removed(result: RunResult, step: Step, say: Say) -> str:
    """Delete what one step made; why that is not done, in words."""
    if result.is_unsure(step) and step.exists is not None:
        return UNSURE if step.exists() else ""
    if step.remove is None:
        return ""
    used = _looked(lambda: step.in_use(result.own))
    if not used:
        step.remove()
        say(f"- {step.kind} {step.name}")
    return used


def _looked(look: Callable[[], str]) -> str:
    try:
        return look()
    except Exception as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # logins raise any class
        return f"it could not be looked at whether anything else uses it: {in_words(error)}"
