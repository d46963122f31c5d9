"""A named check, when it matters, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.network_plugins import NetworkPlugin
from azext_kubenet.addressing.registry import RULES, Rule
from azext_kubenet.addressing.str_enum import StrEnum
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.checks.looking import Unreadable


class Phase(StrEnum):
    """What is about to happen.

    PLAN: a plan in a subnet that exists; CREATE: a cluster is created; EXISTING: a cluster that exists is completed;
    RUNNING: a cluster that exists is looked at, and nothing is written.
    """

    PLAN = "plan"
    CREATE = "create"
    EXISTING = "existing"
    RUNNING = "running"


class OnUpgrade(StrEnum):
    """What something means for an upgrade of a cluster that runs."""

    STOPS = "stops"
    MAY_STOP = "may stop"


class Problem(NamedTuple):
    """One thing that a check found: what was seen, what to type, the options at fault.

    severity, azure_refuses: where they are not those of the check's rule
    upgrade: what it means for an upgrade, where that is not told by the check and the severity
    """

    message: str
    recommendation: str = ""
    options: tuple[str, ...] = ()
    severity: Severity | None = None
    azure_refuses: bool | None = None
    upgrade: OnUpgrade | None = None


@dataclass(frozen=True)
class Check:
    """A named check.

    name: of its rule in the registry, which says what must hold
    run: what it finds wrong; it may read, and runs beside the other checks
    phases: when it matters
    of_routes: whether it is about the route table that kubenet writes to, or two kubenet clusters in one subnet
    """

    name: str
    run: Callable[[CheckContext], Iterator[Problem]]
    phases: tuple[Phase, ...] = (Phase.CREATE,)
    of_routes: bool = False

    def matters(self, phase: Phase, plugin: NetworkPlugin) -> bool:
        """Whether it matters in a phase for a cluster with that network plugin."""
        return phase in self.phases and not (self.of_routes and plugin.max_routes is None)

    @property
    def rule(self) -> Rule:
        """Its severity, its meaning, and whether Azure itself would refuse what it finds: then skipping is no way."""
        return RULES[self.name]


def unread(hidden: Unreadable, context: CheckContext) -> Problem:
    """What could not be looked at, as a warning: it is neither a crash nor a silent pass."""
    message = f"{hidden}; this was not checked"
    if hidden.cause.status != 403:
        return Problem(message, severity=Severity.WARNING)
    command = context.caller.grant_command("Reader", hidden.scope)
    return Problem(message, f"to check it, have an administrator run: {command}", severity=Severity.WARNING)
