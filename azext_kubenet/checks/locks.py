"""Locks on what will be written, or would have to be removed. [T4]

That a ReadOnly lock stops a role assignment and a write of what is below it, is taken from its definition: nobody has
more than the rights of Reader there.
"""

from collections.abc import Iterator
from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.azure_errors import is_forbidden
from azext_kubenet.azure.management_locks import CAN_NOT_DELETE, READ_ONLY, Lock, locks_read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Check, Phase, Problem
from azext_kubenet.checks.context import ROUTE_TABLE, CheckContext
from azext_kubenet.checks.looking import Looking, Unreadable
from azext_kubenet.options.choices import USER_ASSIGNED


class Write(NamedTuple):
    """Something that will be written: in words, its id, and whether this run makes it, so that a rollback removes it.

    routes: whether AKS writes and removes routes in it, as nodes come and go
    """

    what: str
    id: ResourceId
    made: bool = False
    routes: bool = False


def writes(context: CheckContext) -> Iterator[Write]:
    """All that create and AKS will write outside of the node resource group."""
    names, existing, wanted = context.names, context.existing, context.wanted
    if existing.cluster is None:
        yield Write(f"cluster {names.cluster}", ResourceId(names.cluster_id), made=True)
    if existing.vnet is None:
        yield Write(f"virtual network {names.vnet}", ResourceId(names.vnet_id), made=True)
    elif context.subnet is None:
        yield Write(f"subnet {names.subnet}", ResourceId(names.subnet_id), made=True)
    elif existing.cluster is None and not context.subnet.route_table:
        # AKS puts its own table on it. [H1]
        yield Write(f"subnet {names.subnet}, which gets the route table of AKS", ResourceId(names.subnet_id))
    if wanted.identity_kind == USER_ASSIGNED and existing.identity is None:
        identity = ResourceId(names.new_identity_id)
        yield Write(f"identity {identity.name}", identity, made=True)
    for scope in wanted.grant_scopes:
        yield Write(f"a role assignment on {ResourceId(scope).name}", ResourceId(scope), made=True)
    if existing.cluster is None:
        yield from _written_by_aks(context)


def _written_by_aks(context: CheckContext) -> Iterator[Write]:
    table, private = context.id_of(ROUTE_TABLE), context.wanted.private
    if table:
        yield Write(f"route table {table.name}, which gets a route for each node", table, routes=True)
    if private and private.zone:
        yield Write(f"private DNS zone {private.zone.name}", private.zone)


def _locks(context: CheckContext) -> Iterator[Problem]:
    """No lock stops what is written, and none what will have to be removed."""
    written = [*writes(context)]
    # The cluster's own subscription is spelled as it was when the read was started.
    places = [ResourceId(context.subscription_id), *(each.id.subscription_id for each in written)]
    by_subscription = {place: [each for each in written if place.contains(each.id)] for place in dict.fromkeys(places)}
    due = {place: there for place, there in by_subscription.items() if there}
    context.reader.prefetch(locks_read(str(each)) for each in due)
    for subscription, there in due.items():
        found, hidden = _seen(context, subscription, there)
        yield from hidden
        for lock in found:
            yield from _stopped(lock, [each for each in there if lock.scope.contains(each.id)], context)


def _seen(context: CheckContext, subscription: ResourceId, written: list[Write]) -> tuple[list[Lock], list[Problem]]:
    """The locks of a subscription; where that may not be read as a whole, of the resource groups that exist."""
    try:
        return [*locks_at(context, subscription)], []
    except Unreadable as hidden:
        if not is_forbidden(hidden.cause):
            return [], [_not_seen(hidden)]
        groups = {each.id.group.lower(): each.id.group_id for each in written if _exists(each, context)}
        context.reader.prefetch(locks_read(str(each)) for each in groups.values())
        found, problems = list[Lock](), [] if groups else [_not_seen(hidden)]
        for group in groups.values():
            try:
                found += locks_at(context, group)
            except Unreadable as refused:
                problems.append(_not_seen(refused))
        return found, problems


def _exists(written: Write, context: CheckContext) -> bool:
    """Whether the resource group of something exists already."""
    return context.existing.group is not None or written.id.group_id != ResourceId(context.names.group_id)


def locks_at(looking: Looking, scope: ResourceId) -> Iterator[Lock]:
    """The locks at a scope and below it. Raises Unreadable."""
    yield from map(Lock.parse, looking.optional_list(f"the locks on {scope}", str(scope), locks_read(str(scope))))


def _not_seen(hidden: Unreadable) -> Problem:
    """What keeps locks from being read. That many callers may not is no reason for a warning on each run of theirs."""
    severity = Severity.INFO if is_forbidden(hidden.cause) else Severity.WARNING
    return Problem(f"{hidden}; a ReadOnly lock there would stop the creation", severity=severity)


def called(lock: Lock) -> str:
    """A lock and where it is, in words."""
    kind = "resource group" if not lock.scope.kind else lock.scope.kind.rpartition("/")[2]
    return f"lock {lock.id.name} on {kind if lock.scope.group else 'subscription'} {lock.scope.name}"


def _stopped(lock: Lock, written: list[Write], context: CheckContext) -> Iterator[Problem]:
    """What a lock stops of what is written below its scope."""
    on = called(lock)
    remove = f"have an administrator remove the lock: az lock delete --ids {lock.id}"
    if lock.level == READ_ONLY and written:
        things = listed([*dict.fromkeys(each.what for each in written)])
        yield Problem(f"{on} is ReadOnly, which stops writes: {things}", remove)
    if lock.level == CAN_NOT_DELETE:
        for consequence in _kept(lock, written, context):
            shown = f"to allow it, {remove}"
            yield Problem(f"{on} is CanNotDelete: {consequence}", shown, severity=Severity.WARNING)


def _kept(lock: Lock, written: list[Write], context: CheckContext) -> Iterator[str]:
    """What a lock against deletion leads to; nothing where nothing need ever be deleted."""
    made = [each.what for each in written if each.made]
    if lock.scope == ResourceId(context.subscription_id):
        yield "AKS cannot remove nodes, so upgrades and scaling in fail"
    elif any(each.routes for each in written):
        yield "AKS cannot delete the routes of nodes that are removed, so upgrades and scaling in may fail"
    if context.wanted.rollback and made:
        yield f"--rollback-on-failure could not remove {listed([*dict.fromkeys(made)])}"


CHECKS = (Check("locks", _locks, (Phase.CREATE, Phase.EXISTING)),)
