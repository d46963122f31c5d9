"""What the caller may do, as the permissions API tells."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.role_actions import permits
from azext_kubenet.azure.role_assignments import SKIP_IT
from azext_kubenet.checks.check import Check, Phase, Problem, unread
from azext_kubenet.checks.context import CheckContext, Unreadable, permissions_read
from azext_kubenet.options.choices import USER_ASSIGNED

GRANT = "Microsoft.Authorization/roleAssignments/write"
_MAY_GRANT = "caller-may-grant"
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
    wanted.append(Need(f"{_NETWORK}/subnets/{'read' if context.subnet is not None else 'write'}", names.subnet_id))
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


def _may_write(context: CheckContext) -> Iterator[Problem]:
    """What will be written, the caller may write."""
    by_scope = _by_scope(context)
    context.reader.prefetch(map(permissions_read, by_scope))
    for scope, actions in by_scope.items():
        try:
            permissions = context.permissions(scope)
        except Unreadable as hidden:
            yield unread(hidden, context)
            continue
        missing = [action for action in actions if not permits(permissions, action)]
        if missing:
            yield _may_not(context, scope, missing, permissions)


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
        try:
            permissions = context.permissions(context.nearest(scope))
        except Unreadable as hidden:
            yield unread(hidden, context)
            continue
        if not permits(permissions, GRANT):
            yield _may_not_grant(context, scope)


def _may_not_grant(context: CheckContext, scope: str) -> Problem:
    seen, role = context.nearest(scope), context.wanted.other_roles.get(scope, context.wanted.role)
    where = scope if ResourceId(seen) == ResourceId(scope) else f"{scope}, by the permissions on {seen}"
    message = f"the caller may not {GRANT} on {where}, and the cluster's identity needs {role} there"
    skip = "" if scope in context.wanted.other_roles else f"{SKIP_IT}; otherwise "
    principal = _principal(context)
    if principal:
        command = Caller(principal, "ServicePrincipal").grant_command(role, scope)
        return Problem(message, f"{skip}have an administrator run this, then run the command again: {command}")
    return Problem(
        message,
        f"{skip}add --skip-checks {_MAY_GRANT}: everything before the role assignment is then created, "
        "and the command that an administrator must run is printed",
    )


def _principal(context: CheckContext) -> str:
    return context.wanted.principal or context.existing.identity_principal


CHECKS = (
    Check("caller-may-write", _may_write),
    Check(_MAY_GRANT, _may_grant, (Phase.CREATE, Phase.EXISTING)),
)
