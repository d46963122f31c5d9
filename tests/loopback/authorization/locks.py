"""Locks over the wire, and what they forbid. Shapes: recorded locks; refusals: recorded resourceGroups.

A lock holds for its scope and for all below it: CanNotDelete forbids deletions, ReadOnly writes too (azure-facts T4).
Of a group nothing may be deleted while a lock lies anywhere below it (recorded). An assignment of a role below a lock
counts as a resource: a CanNotDelete lock keeps it, and takes new ones (MicrosoftDocs/azure-docs#110791).

A list shows what lies at the scope and below (recorded, for a subscription); that it shows what lies above too, and
that ``atScope()`` leaves out what is below, as for role assignments, is our model.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from ..core import errors, ids
from ..core.store import Body
from ..core.wire import Answer, Call

if TYPE_CHECKING:
    from ..server.cloud import Cloud

TYPE = "Microsoft.Authorization/locks"
PROVIDER = "/providers/Microsoft.Authorization/"
LEVELS = {"cannotdelete": "CanNotDelete", "readonly": "ReadOnly"}
VERBS = {"PUT": "write", "PATCH": "write", "POST": "write", "DELETE": "delete"}


class Locks:
    """One for the whole server; `scope` is what precedes the provider in the path."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def all_get(self, call: Call, scope: str, name: str) -> Answer:
        at_scope = "atscope()" in call.param("$filter").lower()
        found = [
            body
            for place, body in self._all()
            if ids.covers(place, scope) or (not at_scope and ids.covers(scope, place))
        ]
        return Answer(200, {"value": copy.deepcopy(found)})

    def one_get(self, call: Call, scope: str, name: str) -> Answer:
        """LockNotFound is our model."""
        body = self.cloud.store.get(_key(scope, name))
        if not body:
            raise errors.wrapped(404, "LockNotFound", f"The lock '{name}' could not be found.")
        return Answer(200, body)

    def one_put(self, call: Call, scope: str, name: str) -> Answer:
        """Recorded: 201, then 200, without an operation."""
        status = 200 if _key(scope, name) in self.cloud.store else 201
        return Answer(status, self.keep(scope, name, (call.body or {}).get("properties") or {}))

    def one_delete(self, call: Call, scope: str, name: str) -> Answer:
        """Recorded: 200, and 204 for one that is not there."""
        return Answer(200 if self.cloud.store.pop(_key(scope, name), None) else 204)

    def keep(self, scope: str, name: str, sent: Body) -> Body:
        """Store a lock; InvalidLockLevel is our wording."""
        level = LEVELS.get(str(sent.get("level", "")).lower())
        if not level:
            raise errors.wrapped(400, "InvalidLockLevel", f"The lock level '{sent.get('level')}' is not valid.")
        notes = {"notes": sent["notes"]} if sent.get("notes") else {}
        body: Body = {"properties": {"level": level, **notes}, "id": _key(scope, name), "type": TYPE, "name": name}
        self.cloud.store[body["id"]] = body
        return body

    def require_free(self, method: str, target: str) -> None:
        """ScopeLocked, as recorded for deletions, for what a lock forbids."""
        verb = VERBS.get(method)
        scopes = self.locking(verb, target) if verb else []
        if verb and scopes:
            raise errors.wrapped(409, "ScopeLocked", refusal_text(verb, target, scopes))

    def locking(self, verb: str, target: str) -> list[str]:
        """The scopes of the locks that forbid a write or a deletion."""
        return [
            place
            for place, body in self._all()
            if (body["properties"]["level"] == "ReadOnly" or verb == "delete")
            and (ids.covers(place, target) or (verb == "delete" and ids.covers(target, place)))
        ]

    def _all(self) -> list[tuple[str, Body]]:
        """Each lock with its scope."""
        return [(str(body["id"]).rpartition(PROVIDER)[0], body) for body in self.cloud.store.of_type(TYPE)]


def refusal_text(verb: str, target: str, scopes: list[str]) -> str:
    """Recorded for deletions."""
    return (
        f"The scope '{target}' cannot perform {verb} operation because following scope(s) are locked: "
        f"'{','.join(scopes)}'. Please remove the lock and try again."
    )


def _key(scope: str, name: str) -> str:
    return f"{scope}{PROVIDER}locks/{name}"
