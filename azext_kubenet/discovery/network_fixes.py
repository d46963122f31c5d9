"""Fixes of a plan in a network that exists: the planner, which knows no names, is given them here. Pure."""

import shlex
from collections.abc import Iterable
from dataclasses import replace

from azext_kubenet.addressing.findings import Finding, Fix, RunCommand, SetOptions
from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.addressing.planner.no_space import THE_NETWORK
from azext_kubenet.azure.resources import Names


def of_network(findings: Iterable[Finding], names: Names) -> list[Finding]:
    """The findings with the network's id in commands, which then need no subscription either."""
    ids = f"--ids {shlex.quote(names.vnet_id)}"
    return [replace(each, fixes=tuple(_named(fix, ids) for fix in each.fixes)) for each in findings]


def _named(fix: Fix, ids: str) -> Fix:
    return fix._replace(command=fix.command.replace(THE_NETWORK, ids)) if isinstance(fix, RunCommand) else fix


def beside(findings: Iterable[Finding], names: Names, group_option: str) -> list[Finding]:
    """The findings where the subnet exists: another prefix can only be that of a new subnet beside it.

    group_option: what names the network's group, "" if nothing need.
    """
    group = ((group_option, names.vnet_group),) if group_option else ()
    new = (*group, ("--vnet-name", names.vnet), ("--subnet-name", "NEW"))
    return [replace(each, fixes=tuple(_beside(fix, new) for fix in each.fixes)) for each in findings]


def _beside(fix: Fix, new: tuple[tuple[str, str], ...]) -> Fix:
    """A fix that sets the subnet's prefix, for a new subnet."""
    if isinstance(fix, SetOptions) and RangeKind.SUBNET.option in dict(fix.values):
        return replace(fix, values=(*new, *fix.values))
    return fix
