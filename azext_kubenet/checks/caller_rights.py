"""What the caller may do, as the permissions API tells."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.role_actions import permitted, refusing
from azext_kubenet.azure.role_assignments import SKIP_IT
from azext_kubenet.checks.check import Check, Phase, Problem, unread
from azext_kubenet.checks.context import CheckContext, permissions_read
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.options.choices import USER_ASSIGNED

GRANT = "Microsoft.Authorization/roleAssignments/write"
_MAY_GRANT = "caller-may-grant"
#: The narrowest built-in role that may grant roles. Azure built-in roles
_MAY_ASSIGN = "Role Based Access Control Administrator"
_NETWORK = "Microsoft.Network/virtualNetworks"
_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"


class Need(NamedTuple):
    """An action that will be taken, and the resource that it is taken on."""

    action: str
    resource_id: str


def needs(context: CheckContext) -> list[Need]:
    """All that create will do in Azure, but for granting the role [I12]."""
    names, existing = context.names, context.existing
    wanted = []
    if existing.group is None:
        wanted.append(Need("Microsoft.Resources/subscriptions/resourceGroups/write", names.group_id))
    if existing.vnet is None:
        wanted.append(Need(f"{_NETWORK}/write", names.vnet_id))
    if context.subnet is None:
        wanted.append(Need(f"{_NETWORK}/subnets/write", names.subnet_id))
    wanted.append(Need(f"{_NETWORK}/subnets/join/action", names.subnet_id))
    if context.wanted.identity_kind == USER_ASSIGNED:
        if existing.identity is None:
            wanted.append(Need(f"{_IDENTITY}/write", names.new_identity_id))
        wanted.append(Need(f"{_IDENTITY}/assign/action", names.new_identity_id))
    wanted.append(Need("Microsoft.ContainerService/managedClusters/write", names.cluster_id))
    return wanted


def _by_scope(context: CheckContext) -> dict[str, list[str]]:
    """The actions, by what exists nearest to the resource that they are taken on."""
    found: dict[str, list[str]] = {}
    for need in needs(context):
        found.setdefault(context.nearest(need.resource_id), []).append(need.action)
    return found


class _Rights(NamedTuple):
    """What the caller may do at a scope. hidden: why Azure does not show it, None where it does."""

    permissions: Sequence[Json]
    hidden: Unreadable | None = None


def _rights(context: CheckContext, scope: str) -> _Rights:
    """What is shown for the scope, and else what is inherited from what it is in.

    A scope that somebody has made a moment ago may have no permissions to show yet, while those above it hold [T7].
    """
    hidden: Unreadable | None = None
    here = ResourceId(scope)
    for place in dict.fromkeys((here, here.group_id, here.subscription_id)):
        try:
            permissions = context.permissions(str(place)) if place else []
        except Unreadable as error:
            hidden = hidden or error
            continue
        if permissions:
            return _Rights(permissions, hidden)
    return _Rights((), hidden)


def _may_write(context: CheckContext) -> Iterator[Problem]:
    """What will be written, the caller may write."""
    by_scope = _by_scope(context)
    context.reader.prefetch(map(permissions_read, by_scope))
    for scope, actions in by_scope.items():
        permissions, hidden = _rights(context, scope)
        told = {action: permitted(permissions, action) for action in actions}
        missing = [action for action, may in told.items() if may is False]
        unsure = [action for action, may in told.items() if may is None]
        if missing and hidden is not None:
            yield unread(hidden, context)
        elif missing:
            yield _may_not(context, scope, missing, permissions)
        if unsure:
            yield _conditional(context, scope, unsure)


def _conditional(context: CheckContext, scope: str, actions: list[str]) -> Problem:
    command = context.caller.grant_command(_role_for(actions), scope)
    return Problem(
        f"the caller may {listed(actions)} on {scope} under a condition that may not hold: Azure may refuse it",
        f"if it is refused, have an administrator run: {command}",
        severity=Severity.WARNING,
    )


def _may_not(context: CheckContext, scope: str, missing: list[str], permissions: Sequence[Json]) -> Problem:
    command = context.caller.grant_command(_role_for(missing), scope)
    return Problem(
        f"the caller may not {listed(missing)} on {scope}: none of the {many(len(permissions), 'permission set')} "
        "seen there allows it",
        f"have an administrator run: {command}",
    )


def _role_for(actions: list[str]) -> str:
    """A built-in role that allows the actions, no broader than it must be. [I1, I12]"""
    if all(action.startswith(_NETWORK) for action in actions):
        return "Network Contributor"
    if actions == [f"{_IDENTITY}/assign/action"]:
        return "Managed Identity Operator"
    return "Contributor"


def _may_grant(context: CheckContext) -> Iterator[Problem]:
    """Where the role must still be granted, the caller may grant it."""
    context.reader.prefetch(permissions_read(context.nearest(scope)) for scope in context.wanted.grant_scopes)
    for scope in context.wanted.grant_scopes:
        permissions, hidden = _rights(context, context.nearest(scope))
        assignment = _assignment(context, scope)
        may = permitted(permissions, GRANT, assignment)
        if may is None:
            yield _may_grant_some(context, scope, refusing(permissions, GRANT, assignment))
        elif not may and hidden is not None:
            yield unread(hidden, context)
        elif not may:
            yield _may_not_grant(context, scope)


def _assignment(context: CheckContext, scope: str) -> dict[str, str]:
    """What a condition can ask of the assignment that will be made [I21]."""
    role_id = context.wanted.role_ids.get(scope, "")
    return {
        "roledefinitionid": ResourceId(role_id).name if role_id else "",
        "principalid": _principal(context),
        "principaltype": "ServicePrincipal",
    }


def _may_grant_some(context: CheckContext, scope: str, refused: bool) -> Problem:
    """The caller may grant, but under a condition: the grant may be refused, which no error is made of. [I21]"""
    role = _role_on(context, scope)
    says = f"does not allow role {role}" if refused else f"could not be evaluated for role {role}"
    return Problem(
        f"the caller may {GRANT} on {scope} under a condition that {says}: Azure may refuse the role assignment that "
        "the cluster's identity needs there",
        _way_to_grant(context, scope, "if it is refused, "),
        severity=Severity.WARNING,
    )


def _role_on(context: CheckContext, scope: str) -> str:
    return context.wanted.other_roles.get(scope, context.wanted.role)


def _severity(context: CheckContext, scope: str) -> Severity | None:
    """A warning where the role may well be there: then nothing need be granted. None for the check's own."""
    return Severity.WARNING if scope in context.wanted.unsure_scopes else None


def _may_not_grant(context: CheckContext, scope: str) -> Problem:
    seen = context.nearest(scope)
    where = scope if ResourceId(seen) == ResourceId(scope) else f"{scope}, by the permissions on {seen}"
    needs_it = f"and the cluster's identity needs {_role_on(context, scope)} there"
    severity = _severity(context, scope)
    doubt = "; whether it has that could not be read" if severity else ""
    advice = _way_to_grant(context, scope)
    return Problem(f"the caller may not {GRANT} on {where}, {needs_it}{doubt}", advice, severity=severity)


def _way_to_grant(context: CheckContext, scope: str, when: str = "") -> str:
    """How the identity gets its role without the caller. when: what must come before, where it may not be needed."""
    principal, role = _principal(context), _role_on(context, scope)
    if not principal:
        return _way_for_a_new_identity(context, scope, role, when)
    skip = "" if scope in context.wanted.always_granted else f"{SKIP_IT}; otherwise "
    command = Caller(principal, "ServicePrincipal").grant_command(role, scope)
    return f"{skip}{when}have an administrator run this, then run the command again: {command}"


def _way_for_a_new_identity(context: CheckContext, scope: str, role: str, when: str) -> str:
    """An identity that is still to be made has no role: another that has it, or a caller who may grant. [I1]

    The check can be skipped, as its finding says: what that does is said here.
    """
    then = "everything before the role assignment is then created, and the command for an administrator is printed"
    if when or _MAY_GRANT in context.wanted.skip_checks:  # then no more need be allowed to anybody
        return f"{when}{then}"
    ways = []
    if context.wanted.identity_kind == USER_ASSIGNED:
        ways.append(f"use --assign-identity ID of an identity that has {role} there")
    if scope not in context.wanted.unsure_scopes:
        ways.append(f"if this check is skipped, {then}")
    rights = context.caller.grant_command(_MAY_ASSIGN, context.nearest(scope))
    ways.append(f"or have an administrator allow the caller to grant it: {rights}")
    return "; ".join(ways)


def _principal(context: CheckContext) -> str:
    return context.wanted.principal or context.existing.identity_principal


CHECKS = (
    Check("caller-may-write", _may_write),
    Check(_MAY_GRANT, _may_grant, (Phase.CREATE, Phase.EXISTING)),
)
