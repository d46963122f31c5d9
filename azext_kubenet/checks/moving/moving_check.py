"""A named check on a cluster that is to move to Azure CNI Overlay."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.running.running_context import RunningContext


class MovingCheck(NamedTuple):
    """A named check.

    name: of its rule in the registry
    run: what it finds wrong, and beside it what it could not read; it may read, and runs beside the other checks
    """

    name: str
    run: Callable[[RunningContext, MovePlan], Iterator[Problem | Finding | Unreadable]]
