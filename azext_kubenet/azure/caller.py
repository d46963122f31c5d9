"""Who calls, as the token that Azure is given says: a printed command must work for the login that got it. Pure."""

import json
from base64 import urlsafe_b64decode
from typing import Any, NamedTuple

#: Claim `idtyp` of a token, and what role assignments call that.
#: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
_KINDS = {"app": "ServicePrincipal", "user": "User"}
#: How a command names a caller who is not known, and how to learn who that is.
_NAME = "--assignee CALLER"
_NOTE = " (CALLER is shown by: az ad signed-in-user show --query id -o tsv)"


class Caller(NamedTuple):
    """The caller's object id in its tenant, "" if unknown; kind: ServicePrincipal or User, "" if unknown."""

    object_id: str = ""
    kind: str = ""

    @property
    def assignee(self) -> str:
        """The caller as options of `az role assignment create`; CALLER stands for one that is not known."""
        if not self.object_id:
            return _NAME
        kind = f" --assignee-principal-type {self.kind}" if self.kind else ""
        return f"--assignee-object-id {self.object_id}{kind}"

    @property
    def note(self) -> str:
        """How to learn who CALLER is, where it is not known."""
        return "" if self.object_id else _NOTE

    def reader_on(self, scope: str) -> str:
        """The command by which an administrator lets the caller read a scope."""
        return f"az role assignment create {self.assignee} --role Reader --scope {scope}{self.note}"


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
    return Caller(object_id, _KINDS.get(kind, ""))
