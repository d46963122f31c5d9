"""Who calls, as the token that Azure is given says: a printed command must work for the login that got it. Pure."""

import json
from base64 import urlsafe_b64decode
from typing import Any, NamedTuple

#: Claim `idtyp` of a token, and what role assignments call that.
#: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
_KINDS = {"app": "ServicePrincipal", "user": "User"}


class Caller(NamedTuple):
    """The caller's object id in its tenant, "" if unknown.

    kind: ServicePrincipal or User, "" if unknown
    tenant: the tenant's id, "" if unknown
    """

    object_id: str = ""
    kind: str = ""
    tenant: str = ""

    @property
    def everywhere(self) -> str:
        """The scope of all subscriptions of the tenant, "" if it is unknown: the root management group has its id.

        https://learn.microsoft.com/azure/governance/management-groups/overview#root-management-group-for-each-directory
        """
        return f"/providers/Microsoft.Management/managementGroups/{self.tenant}" if self.tenant else ""

    def grant_command(self, role: str, scope: str) -> str:
        """Return the command with which an administrator gives the caller a role.

        CALLER stands for one that is not known, with how to learn who that is.
        """
        kind = f" --assignee-principal-type {self.kind}" if self.kind else ""
        assignee = f"--assignee-object-id {self.object_id}{kind}" if self.object_id else "--assignee CALLER"
        note = "" if self.object_id else " (CALLER is shown by: az ad signed-in-user show --query id -o tsv)"
        return f'az role assignment create {assignee} --role "{role}" --scope {scope}{note}'


#: Nobody in particular.
UNKNOWN = Caller()


def caller_of(token: str) -> Caller:
    """Whose a token is. Azure's are JSON web tokens; one that cannot be read tells nothing."""
    try:
        part = token.split(".")[1]
        claims: Any = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        object_id, kind = str(claims.get("oid") or ""), str(claims.get("idtyp") or "").lower()
    except (AttributeError, IndexError, ValueError):
        return UNKNOWN
    if not kind and claims.get("scp"):  # rights that a user has delegated
        kind = "user"
    return Caller(object_id, _KINDS.get(kind, ""), str(claims.get("tid") or ""))
