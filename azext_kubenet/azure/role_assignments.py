"""Role assignments: to this cluster's own principal, where an inherited grant counts and another's does not."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from azext_kubenet.azure import api_versions, bodies, resources
from azext_kubenet.azure.azure_errors import AzureError, is_refusal
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.role_actions import permits
from azext_kubenet.azure.role_conditions import holds
from azext_kubenet.errors import Refused

#: What Azure answers where a policy forbids it, to administrators too: then no other caller is advised.
_POLICY = "RequestDisallowedByPolicy"
#: A new identity is not known everywhere at once: 1 to 74 seconds in 82 recorded cases. BEHAVIOUR.md
_SPREADING = "PrincipalNotFound"
_SPREAD_SECONDS = 5.0
#: How the id of a management group begins, in which subscriptions are.
_MANAGEMENT_GROUPS = "/providers/microsoft.management/managementgroups/"
#: The way around a grant that cannot be made.
SKIP_IT = "if the identity already has the permissions that it needs: add --skip-subnet-role-assignment"


@dataclass(frozen=True)
class Role:
    """A role to grant.

    name: as the user calls it; definition_id: its definition's whole id; may_be_broader: whether Contributor and Owner
    are as good; on_network: whether it is one of those that --skip-subnet-role-assignment leaves out.
    """

    name: str
    definition_id: str
    may_be_broader: bool = True
    on_network: bool = True

    @property
    def guid(self) -> str:
        """The definition's own name."""
        return ResourceId(self.definition_id).name.lower()


def assignments_of(reader: Reader, scope: str, principal: str) -> list[Json]:
    """The assignments to one principal, and to groups that it is in, at a scope and above it.

    Raises AzureError where they may not be listed, or Azure's answer is no list.
    """
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
    try:
        found = reader.list(path, api_versions.ROLE_API, f"atScope() and assignedTo('{principal}')", whole=True)
    except AzureError as error:
        if not is_refusal(error):
            raise
        # without the groups
        found = reader.list(path, api_versions.ROLE_API, f"principalId eq '{principal}'", whole=True)
    return [each for each in bodies.objects(found) if is_to(each, principal)]


def is_to(assignment: Json, principal: str) -> bool:
    """Whether it is the principal's. Of a group, Azure has told that the principal is in it."""
    return (
        _said(assignment, "principalId").lower() == principal.lower() or _said(assignment, "principalType") == "Group"
    )


def sufficient(assignments: Sequence[Json], scope: str, role: Role, actions: Sequence[str] = ()) -> Json | None:
    """Of some assignments, one that gives the role, or a broader one, at a scope or above it.

    actions: what it must allow; one with a condition is enough if that is no condition on these [I21]
    """
    enough = {role.guid, *(resources.BROADER_ROLES if role.may_be_broader else ())}
    for assignment in _holding(assignments, scope):
        condition = _said(assignment, "condition")
        unhindered = not condition or (actions and all(holds(condition, action, {}) for action in actions))
        if unhindered and ResourceId(_said(assignment, "roleDefinitionId")).name.lower() in enough:
            return assignment
    return None


def enabling(reader: Reader, assignments: Sequence[Json], scope: str, actions: Sequence[str]) -> Json | None:
    """Of some assignments, one of those that together allow all of some actions, by the definitions of their roles."""
    allowing = permissions_given(reader, assignments, scope)
    if not all(permits([entry for _, entry in allowing], action) for action in actions):
        return None
    return next((assignment for assignment, entry in allowing if permits([entry], actions[0])), None)


def permissions_given(reader: Reader, assignments: Sequence[Json], scope: str) -> list[tuple[Json, Json]]:
    """What some assignments allow at a scope: each with an entry of its role's definition, and its condition.

    A definition that cannot be read allows nothing.
    """
    holding = [each for each in _holding(assignments, scope) if _said(each, "roleDefinitionId")]
    reader.prefetch(definition_read(_said(each, "roleDefinitionId")) for each in holding)
    found = []
    for each in holding:
        with suppress(AzureError):
            condition = _said(each, "condition")
            for entry in permissions_of(reader, _said(each, "roleDefinitionId")) or ():
                both = [f"({text})" for text in (condition, bodies.text(entry, "condition")) if text]
                found.append((each, {**entry, "condition": " AND ".join(both)}))
    return found


def permissions_of(reader: Reader, definition_id: str) -> list[Json] | None:
    """The permissions in a role's definition; None without one. Raises AzureError where it cannot be read."""
    read = definition_read(definition_id)
    definition = reader.get(read.path, read.api_version)
    return None if definition is None else [*bodies.items(bodies.within(definition, "properties"), "permissions")]


def definition_read(definition_id: str) -> Read:
    """A role's definition."""
    return Read(definition_id, api_versions.ROLE_API)


def _holding(assignments: Sequence[Json], scope: str) -> Iterator[Json]:
    """Those that hold at a scope. Of management groups, Azure lists those alone that the scope is in."""
    for each in assignments:
        at = ResourceId(_said(each, "scope"))
        if at.contains(ResourceId(scope)) or f"/{at.canonical}".startswith(_MANAGEMENT_GROUPS):
            yield each


def _said(assignment: Json, key: str) -> str:
    """What an assignment says of itself; nothing where it says nothing."""
    return str(bodies.within(assignment, "properties").get(key) or "")


def grant(client: ArmClient, scope: str, principal: str, role: Role, *, new: bool = False) -> Json:
    """Assign a role, retrying for a new principal; that the very same grant exists under another name is as good.

    new: the scope was made a moment ago, so that it may not be known everywhere yet, which is waited for
    Raises Refused with the command for an administrator when the caller may not grant.
    """
    assignment = resources.role_assignment_id(scope, principal, role.definition_id)
    body = resources.role_assignment_body(principal, role.definition_id)
    left = client.retry_policy.seconds
    while True:
        try:
            return client.put(assignment, api_versions.ROLE_API, body, new=new)
        except AzureError as error:
            if error.code == "RoleAssignmentExists":
                return {}
            if error.status == 403 and _POLICY not in (error.code, *error.details):
                raise Refused(
                    f"the role cannot be assigned: {error}",
                    [
                        "have an administrator run this, then run the command again: "
                        f"{command(scope, principal, role)}",
                        *([f"or, {SKIP_IT}"] if role.on_network else []),
                    ],
                ) from error
            if error.code != _SPREADING or left <= 0:
                raise
            why = f"the new identity has not replicated yet ({error.code})"
            if not client.retry_policy.wait(_SPREAD_SECONDS, why):
                raise
            left -= _SPREAD_SECONDS


def command(scope: str, principal: str, role: Role) -> str:
    """The command with which an administrator grants it."""
    return (
        f"az role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal "
        f'--role "{role.name}" --scope {scope}'
    )
