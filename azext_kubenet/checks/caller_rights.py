"""What the caller may do, as the permissions API tells."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.role_actions import permits
from azext_kubenet.azure.role_assignments import SKIP_IT
from azext_kubenet.checks.check import (
    Check,
    CheckContext,
    CheckReader,
    Problem,
    Unreadable,
    permissions_read,
)
from azext_kubenet.checks.unreadable import unread
from azext_kubenet.options.choices import USER_ASSIGNED

GRANT = "Microsoft.Authorization/roleAssignments/write"
_MAY_GRANT = "caller-may-grant"
_NETWORK = "Microsoft.Network/virtualNetworks"
_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"


class Need(NamedTuple):
    """An action that will be taken, and the resource that it is taken on."""

    action: str
    resource_id: str


def needs(situation: CheckContext) -> list[Need]:
    """All that create will do in Azure, but for granting the role [I12]."""
    names, facts = situation.names, situation.existing
    wanted = []
    if facts.group is None:
        wanted.append(Need("Microsoft.Resources/subscriptions/resourceGroups/write", names.group_id))
    if facts.vnet is None:
        wanted.append(Need(f"{_NETWORK}/write", names.vnet_id))
    wanted.append(Need(f"{_NETWORK}/subnets/{'read' if situation.subnet is not None else 'write'}", names.subnet_id))
    wanted.append(Need(f"{_NETWORK}/subnets/join/action", names.subnet_id))
    if situation.identity_kind == USER_ASSIGNED:
        if facts.identity is None:
            wanted.append(Need(f"{_IDENTITY}/write", names.new_identity_id))
        wanted.append(Need(f"{_IDENTITY}/assign/action", names.new_identity_id))
    wanted.append(Need("Microsoft.ContainerService/managedClusters/write", names.cluster_id))
    return wanted


def _by_scope(situation: CheckContext) -> dict[str, list[str]]:
    """The actions, by what exists nearest to the resource that they are taken on."""
    found: dict[str, list[str]] = {}
    for need in needs(situation):
        found.setdefault(situation.nearest(need.resource_id), []).append(need.action)
    return found


def _may_write(look: CheckReader) -> Iterator[Problem]:
    """What will be written, the caller may write."""
    for scope, actions in _by_scope(look.situation).items():
        try:
            permissions = look.permissions(scope)
        except Unreadable as hidden:
            yield unread(hidden, look.situation)
            continue
        missing = [action for action in actions if not permits(permissions, action)]
        if missing:
            yield _may_not(look.situation, scope, missing, permissions)


def _may_not(situation: CheckContext, scope: str, missing: list[str], permissions: Sequence[Json]) -> Problem:
    command = situation.caller.grant_command(_role_for(missing), scope)
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


def _may_grant(look: CheckReader) -> Iterator[Problem]:
    """Where the role must still be granted, the caller may grant it."""
    situation = look.situation
    for scope in situation.grant_scopes:
        try:
            permissions = look.permissions(situation.nearest(scope))
        except Unreadable as hidden:
            yield unread(hidden, situation)
            continue
        if not permits(permissions, GRANT):
            yield _may_not_grant(situation, scope)


def _may_not_grant(situation: CheckContext, scope: str) -> Problem:
    seen, role = situation.nearest(scope), situation.other_roles.get(scope, situation.role)
    where = scope if ResourceId(seen) == ResourceId(scope) else f"{scope}, by the permissions on {seen}"
    message = f"the caller may not {GRANT} on {where}, and the cluster's identity needs {role} there"
    skip = "" if scope in situation.other_roles else f"{SKIP_IT}; otherwise "
    principal = _principal(situation)
    if principal:
        command = Caller(principal, "ServicePrincipal").grant_command(role, scope)
        return Problem(message, f"{skip}have an administrator run this, then run the same command again: {command}")
    return Problem(
        message,
        f"{skip}add --skip-checks {_MAY_GRANT}: everything before the grant is then made, "
        "and the command that an administrator must run is printed",
    )


def _principal(situation: CheckContext) -> str:
    return situation.principal or situation.existing.identity_principal


def _write_reads(situation: CheckContext) -> list[Read]:
    return [permissions_read(scope) for scope in _by_scope(situation)]


def _grant_reads(situation: CheckContext) -> list[Read]:
    return [permissions_read(situation.nearest(scope)) for scope in situation.grant_scopes]


CHECKS = (
    Check("caller-may-write", _may_write, reads=_write_reads),
    Check(_MAY_GRANT, _may_grant, reads=_grant_reads, afterwards=True),
)
