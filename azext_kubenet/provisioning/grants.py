"""Role assignments: to this cluster's own principal, where an inherited grant counts and another's does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from azext_kubenet._errors import Refused
from azext_kubenet.provisioning import resources
from azext_kubenet.provisioning.arm import ArmError, Door
from azext_kubenet.provisioning.reader import Reader
from azext_kubenet.provisioning.resources import contains_id

Json = dict[str, Any]

#: A new identity is not known everywhere at once: 1 to 74 seconds in 82 recorded cases. BEHAVIOUR.md
_SPREADING = "PrincipalNotFound"
_SPREAD_SECONDS = 5.0


@dataclass(frozen=True)
class Role:
    """A role to grant. name: as the user calls it; definition_id: its definition's whole id."""

    name: str
    definition_id: str

    @property
    def guid(self) -> str:
        """The definition's own name."""
        return self.definition_id.rsplit("/", 1)[-1].lower()


def assignments_of(reader: Reader, scope: str, principal: str) -> list[Json]:
    """The assignments of one principal at a scope, above it and below it."""
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
    found = reader.list(path, resources.ROLE_API, f"principalId eq '{principal}'")
    return [each for each in found if each["properties"]["principalId"].lower() == principal.lower()]


def sufficient(assignments: Sequence[Json], scope: str, role: Role) -> Json | None:
    """Of some assignments, one that gives the role, or a broader one, at a scope or above it."""
    enough = {role.guid, *resources.BROADER_ROLES}
    for assignment in assignments:
        properties = assignment["properties"]
        given = properties["roleDefinitionId"].rsplit("/", 1)[-1].lower()
        if given in enough and contains_id(properties["scope"], scope):
            return assignment
    return None


def grant(door: Door, scope: str, principal: str, role: Role) -> Json:
    """Grant a role, with patience for a new principal; that the very same grant exists under another name is as good.

    Raises Refused with the command for an administrator when the caller may not grant.
    """
    assignment = resources.role_assignment_id(scope, principal, role.definition_id)
    body = resources.role_assignment_body(principal, role.definition_id)
    left = door.patience.seconds
    while True:
        try:
            return door.put(assignment, resources.ROLE_API, body)
        except ArmError as error:
            if error.code == "RoleAssignmentExists":
                return {}
            if error.status == 403:
                raise Refused(
                    f"the role cannot be granted, and no cluster was made: {error}",
                    "have an administrator run this, then run the same command again: "
                    f"{command(scope, principal, role)}",
                ) from error
            if error.code != _SPREADING or left <= 0:
                raise
            why = f"azure does not know the new identity everywhere yet ({error.code})"
            if not door.patience.wait(_SPREAD_SECONDS, why):
                raise
            left -= _SPREAD_SECONDS


def command(scope: str, principal: str, role: Role) -> str:
    """The command with which an administrator grants it."""
    return (
        f"az role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal "
        f'--role "{role.name}" --scope {scope}'
    )
