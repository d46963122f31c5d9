"""What a run has left in place, with commands that are safe to paste: one that removes only what nobody else uses."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from azext_kubenet.azure.resources import Names
from azext_kubenet.changes.create_steps import CLUSTER
from azext_kubenet.changes.in_use import FAILED_STATES
from azext_kubenet.changes.runner import RunResult, Step, in_words
from azext_kubenet.changes.standing import SUCCEEDED, Standing

_UNSURE = "may exist; it is not known whether this run created it (the command shows it):"
_KEPT = "created by this run and not to be removed, or not without a look (the command shows it):"
_REMOVABLE = "created by this run and left in place (the command removes it):"
_UNLOOKED = "created by this run, or may be; it was not looked at what uses it (the command shows it):"


@dataclass
class _Looks:
    """Looks at who uses what, one after the other; once one was interrupted, nothing more is looked at."""

    report: RunResult
    interrupted: bool = False

    def at(self, step: Step) -> str:
        """Why a step's work is not removed, in words; "" if nobody else uses it."""
        if self.interrupted:
            return "not looked at"
        try:
            return step.in_use(self.report.own)
        except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught
            self.interrupted = not isinstance(error, Exception)
            return f"it could not be looked at whether anything else uses it: {in_words(error)}"


@dataclass(frozen=True)
class Account:
    """What is left in place.

    lines: what of it is told, a line each, the cluster first: with the command that removes it where nobody else uses
    it, else with the one that shows it, and why
    kept: steps whose work is not to be removed
    """

    lines: list[str] = field(default_factory=list)
    kept: list[Step] = field(default_factory=list)


def account(report: RunResult, left: Sequence[Step], names: Names, cluster: Standing) -> Account:
    """Look at who uses what is left in place, and tell."""
    unsure = [step for step in left if report.is_unsure(step)]
    kept = [] if not cluster.why else [step for step in left if step not in unsure]
    reasons = {id(step): _under(step, names, cluster) for step in kept}
    looks = _Looks(report)
    for step in left:
        above = next((each for each in (*unsure, *kept) if each.needs(step)), None)
        if step in unsure or step in kept:
            continue
        why = f"{above.kind} {above.name} needs it" if above else looks.at(step) if step.removal() else ""
        if why:
            kept.append(step)
            reasons[id(step)] = why
    removable = [(step, step.removal()) for step in left if step not in unsure and step not in kept]
    lines = [
        *_section(_UNSURE, [f"{_name(step)}: {step.look}" for step in unsure]),
        *_section(_KEPT, [f"{_name(step)}: {reasons[id(step)]}: {_shown(step, names, cluster)}" for step in kept]),
        *_section(_REMOVABLE, [f"{_name(step)}: {command}" for step, command in removable if command]),
    ]
    return Account(lines, kept)


def unlooked(left: Sequence[Step], why: str) -> list[str]:
    """The same where nothing could be looked at any more."""
    return [f"the account is incomplete: {why}", *_section(_UNLOOKED, [f"{_name(step)}: {step.look}" for step in left])]


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [title, *(f"  {line}" for line in lines)] if lines else []


def _name(step: Step) -> str:
    return f"{step.kind} {step.name}"


def _under(step: Step, names: Names, cluster: Standing) -> str:
    """Why a step's work is not removed while the cluster is as it is."""
    if step.kind == CLUSTER:
        return cluster.why if cluster.known else "its state could not be looked at"
    return f"cluster {names.cluster} {'uses' if cluster.known else 'may use'} it"


def _shown(step: Step, names: Names, cluster: Standing) -> str:
    """The command that shows it; of a cluster that is coming up, the one that waits for it."""
    if step.kind != CLUSTER:
        return step.look
    coming = cluster.known and cluster.state not in ("", SUCCEEDED, *FAILED_STATES)
    return f"az kubenet wait {names.place} --created" if coming else f"az aks show {names.place}"
