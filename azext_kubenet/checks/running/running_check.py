"""A named check on a cluster that runs, and what it finds."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running.running_context import RunningContext


class RunningCheck(NamedTuple):
    """A named check.

    name: of its rule in the registry, which says what must hold
    run: what it finds wrong, and beside it what it could not read; it may read, and runs beside the other checks. What
    a rule of a plan finds is a finding of that rule.
    """

    name: str
    run: Callable[[RunningContext], Iterator[Problem | Finding | Unreadable]]
