"""Whether the role that will be assigned is enough for the cluster's identity."""

from collections.abc import Iterator

from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure import resources, role_assignments
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.resource_id import TABLE, ResourceId
from azext_kubenet.azure.role_actions import ON_SUBNET, ON_TABLE, permits
from azext_kubenet.checks.check import Check, Problem, unread
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.checks.looking import Unreadable

#: Roles that are known to be enough, which need not be looked at. [I1]
_ENOUGH = (resources.ROLE_IDS["network contributor"], *resources.BROADER_ROLES)


def _allows_what_is_needed(context: CheckContext) -> Iterator[Problem]:
    """The role, with what the identity has, allows what a cluster does on its subnet and on its own table [I2, I3].

    Azure takes any role, and the cluster's creation fails minutes later.
    """
    for scope, definition_id in context.wanted.role_ids.items():
        if scope in context.wanted.other_roles or ResourceId(definition_id).name.lower() in _ENOUGH:
            continue
        role = context.wanted.role
        try:
            permissions = _permissions(context, role, definition_id)
        except Unreadable as hidden:
            yield unread(hidden, context)
            continue
        if permissions is None:
            yield Problem(
                f"role {role} does not exist",
                "list the names: az role definition list --query [].roleName -o tsv",
                ("--role",),
            )
            continue
        needed = ON_TABLE if ResourceId(scope).is_a(TABLE) else ON_SUBNET
        missing = [action for action in needed if not permits([*permissions, *_given(context, scope)], action)]
        if missing:
            yield Problem(
                f"role {role} does not allow {listed(missing)}, which the cluster's identity needs on {scope}",
                "use --role 'Network Contributor', or a role that allows it",
                ("--role",),
            )


def _permissions(context: CheckContext, role: str, definition_id: str) -> list[Json] | None:
    try:
        return role_assignments.permissions_of(context.reader, definition_id)
    except AzureError as error:
        raise Unreadable(f"the definition of role {role}", context.subscription_id, error) from error


def _given(context: CheckContext, scope: str) -> list[Json]:
    """What the identity may do there by other roles; nothing where that cannot be read."""
    principal = context.wanted.principal
    if not principal:
        return []
    try:
        found = role_assignments.assignments_of(context.reader, context.nearest(scope), principal)
    except AzureError:
        return []
    return [entry for _, entry in role_assignments.permissions_given(context.reader, found, scope)]


CHECKS = (Check("role-allows-too-little", _allows_what_is_needed),)
