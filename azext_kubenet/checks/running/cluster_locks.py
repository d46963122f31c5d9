"""Locks on what a running cluster writes and removes: its nodes, its routes, itself. [R29 T4]

AKS adds and removes nodes in the node resource group, and routes in its table, as an upgrade surges and as pools
scale. That a ReadOnly lock stops a write of what is below it, is taken from its definition.
"""

import shlex
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.azure_errors import is_forbidden
from azext_kubenet.azure.management_locks import CAN_NOT_DELETE, READ_ONLY, Lock, locks_read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.locks import called, locks_at
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext


class Written(NamedTuple):
    """Something that is written while a cluster runs, or moves.

    id: its own
    read_only: what a ReadOnly lock leads to
    kept: what a CanNotDelete lock leads to, "" for nothing
    is_grave: whether the cluster cannot be upgraded or scaled then; of a CanNotDelete lock kept_is_grave says it
    """

    id: ResourceId
    read_only: str
    kept: str = ""
    is_grave: bool = True
    kept_is_grave: bool = False


def _written(context: RunningContext) -> Iterator[Written]:
    """All that a running cluster writes, as far as it is shown."""
    cluster = context.cluster
    yield Written(
        cluster.node_group,
        "AKS can neither add nor remove nodes, and writes no routes in its own table, so upgrades and scaling fail",
        "AKS can remove neither nodes nor their routes, so upgrades and scaling in fail",
        kept_is_grave=True,
    )
    yield Written(cluster.id, "the cluster can be neither upgraded nor scaled nor updated")
    for table in context.seen.attached_tables:
        if not cluster.node_group.contains(table):
            yield Written(
                table,
                f"no routes of new nodes are written in route table {table.name}, and their pods are cut off",
                f"routes of nodes that are gone may stay in route table {table.name}",
            )
    for subnet in context.seen.subnets if cluster.has_own_network else ():
        yield Written(
            subnet.id,
            f"AKS cannot put a route table back on subnet {subnet.id.name}, nor attach one for a new pool",
            is_grave=False,
        )


def _locks(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """No lock stops what is written, and none what an upgrade removes."""
    yield from locks_on(context, _written(context))
    yield from context.unread("networks", "subnets")


def locks_on(context: RunningContext, writes: Iterable[Written]) -> Iterator[Problem | Unreadable]:
    """What locks stop of what is written. Raises Unreadable."""
    written = [each for each in writes if each.id]
    subscriptions = [*dict.fromkeys(each.id.subscription_id for each in written)]
    context.reader.prefetch(locks_read(str(each)) for each in subscriptions)
    for subscription in subscriptions:
        there = [each for each in written if subscription.contains(each.id)]
        for lock in _seen(context, subscription, there):
            if isinstance(lock, Unreadable):
                yield lock
            else:
                yield from _stopped(lock, there)


def _seen(context: RunningContext, subscription: ResourceId, written: list[Written]) -> Iterator[Lock | Unreadable]:
    """The locks of a subscription; where they may not be read as a whole, those of the resource groups."""
    try:
        yield from locks_at(context, subscription)
        return
    except Unreadable as hidden:
        if not is_forbidden(hidden.cause):
            raise
    groups = {each.id.group.lower(): each.id.group_id for each in written}
    context.reader.prefetch(locks_read(str(each)) for each in groups.values())
    for group in groups.values():
        try:
            yield from locks_at(context, group)
        except Unreadable as hidden:
            yield hidden


def _stopped(lock: Lock, written: list[Written]) -> Iterator[Problem]:
    """What a lock stops of what is at its scope or below it, and in the node resource group above it."""
    hit = [each for each in written if lock.scope and lock.scope.contains(each.id)]
    below = [each for each in written if lock.scope and each.id.contains(lock.scope) and each not in hit]
    alone = lock.scope.name if below and not hit and not _is_of_nodes(lock.scope) else ""
    hit += below
    if lock.level == READ_ONLY:
        effects, grave = [each.read_only for each in hit], any(each.is_grave for each in hit)
    elif lock.level == CAN_NOT_DELETE:
        effects = [each.kept for each in hit if each.kept]
        grave = any(each.kept_is_grave for each in hit)
    else:
        return
    if alone:
        effects, grave = [f"AKS cannot {'write or ' if lock.level == READ_ONLY else ''}remove {alone}"], False
    if effects:
        level = "ReadOnly" if lock.level == READ_ONLY else "CanNotDelete"
        yield Problem(
            f"{called(lock)} is {level}: {listed([*dict.fromkeys(effects)])}",
            f"have an administrator remove the lock, if what else it protects can go without{_narrower(lock)}: "
            f"az lock delete --ids {shlex.quote(str(lock.id))}",
            severity=None if grave else Severity.WARNING,
        )


def _is_of_nodes(scope: ResourceId) -> bool:
    """Whether something of the node resource group is made and removed with nodes: their machines, and their routes."""
    kind = scope.kind.lower()
    return not kind or kind.startswith(("microsoft.compute/", "microsoft.network/routetables"))


def _narrower(lock: Lock) -> str:
    """That a lock of a whole subscription or group can be put on what it is meant for instead."""
    return "" if lock.scope.kind else ", perhaps by a lock on what it is meant for alone"


CHECKS = (RunningCheck("locks", _locks),)
