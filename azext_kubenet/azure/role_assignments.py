"""Role assignments: to this cluster's own principal, where an inherited grant counts and another's does not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azext_kubenet.azure import api_versions, bodies, resources
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.role_actions import permits
from azext_kubenet.errors import Refused

#: A new identity is not known everywhere at once: 1 to 74 seconds in 82 recorded cases. BEHAVIOUR.md
_SPREADING = "PrincipalNotFound"
_SPREAD_SECONDS = 5.0
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
    """The assignments of one principal at a scope, above it and below it."""
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
    found = reader.list(path, api_versions.ROLE_API, f"principalId eq '{principal}'")
    whose = ((each, str(bodies.within(each, "properties").get("principalId") or "")) for each in bodies.objects(found))
    return [each for each, owner in whose if owner.lower() == principal.lower()]


def sufficient(assignments: Sequence[Json], scope: str, role: Role) -> Json | None:
    """Of some assignments, one that gives the role, or a broader one, at a scope or above it."""
    enough = {role.guid, *(resources.BROADER_ROLES if role.may_be_broader else ())}
    for assignment in _holding(assignments, scope):
        if ResourceId(_said(assignment, "roleDefinitionId")).name.lower() in enough:
            return assignment
    return None


def enabling(reader: Reader, assignments: Sequence[Json], scope: str, actions: Sequence[str]) -> Json | None:
    """Of some assignments, one of those that together allow all of some actions, by the definitions of their roles.

    A definition that may not be read allows nothing.
    """
    holding = [*_holding(assignments, scope)]
    permissions: list[Json] = []
    reader.prefetch(_definition(each) for each in holding)
    for each in holding:
        try:
            definition = reader.get(*_definition(each)[:2]) or {}
        except AzureError as error:
            if not is_forbidden(error):
                raise
            continue
        permissions.extend(bodies.items(bodies.within(definition, "properties"), "permissions"))
    return holding[0] if holding and all(permits(permissions, action) for action in actions) else None


def _holding(assignments: Sequence[Json], scope: str) -> Iterator[Json]:
    return (each for each in assignments if ResourceId(_said(each, "scope")).contains(ResourceId(scope)))


def _said(assignment: Json, key: str) -> str:
    """What an assignment says of itself; nothing where it says nothing."""
    return str(bodies.within(assignment, "properties").get(key) or "")


def _definition(assignment: Json) -> Read:
    return Read(_said(assignment, "roleDefinitionId"), api_versions.ROLE_API)


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
            if error.status == 403:
                raise Refused(
                    f"the role cannot be assigned, and no cluster was created: {error}",
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
