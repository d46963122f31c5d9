"""Role definitions over the wire: the built-in ones of `roles`, and custom ones that were put. Recorded:
roleDefinitions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..core import errors, ids
from ..core.store import Body
from ..core.wire import Answer, Call
from . import roles

if TYPE_CHECKING:
    from ..server.cloud import Cloud

PROVIDER = "/providers/Microsoft.Authorization/"
_FILTER = re.compile(
    r"^\s*(?:(atScope\(\))|(?:(principalId|roleName|type)\s+eq|(assignedTo)\()\s*'([^']*)'\)?)\s*$", re.IGNORECASE
)


def conditions(text: str) -> list[tuple[str, str]]:
    """The conditions of a ``$filter``, joined by "and"; UnsupportedQuery is our wording."""
    found = []
    for part in re.split(r"\s+and\s+", text) if text else []:
        match = _FILTER.match(part)
        if not match:
            raise errors.wrapped(400, "UnsupportedQuery", f"The filter '{text}' is not supported.")
        found.append(("atscope", "") if match[1] else ((match[2] or match[3]).lower(), match[4]))
    return found


class RoleDefinitions:
    """One for the whole server; `scope` is what precedes the provider in the path."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def find(self, scope: str, guid: str) -> Body | None:
        """A role that can be assigned at the scope, None when there is none of that id."""
        custom = [
            body
            for body in self.cloud.store.of_type("Microsoft.Authorization/roleDefinitions")
            if ids.covers(str(body["id"]).rpartition(PROVIDER)[0], scope) or scope == "/"
        ]
        return next((body for body in roles.built_in(scope) + custom if body["name"].lower() == guid.lower()), None)

    def all_get(self, call: Call, scope: str, name: str) -> Answer:
        found = roles.built_in(scope) + self.cloud.store.of_type("Microsoft.Authorization/roleDefinitions")
        for key, value in conditions(call.param("$filter")):
            if key in ("rolename", "type"):
                field = "roleName" if key == "rolename" else "type"
                found = [body for body in found if body["properties"][field].lower() == value.lower()]
        return Answer(200, {"value": found})

    def one_get(self, call: Call, scope: str, name: str) -> Answer:
        found = self.find(scope, name)
        if not found:
            raise errors.wrapped(
                404, "RoleDefinitionDoesNotExist", f"The specified role definition with ID '{name}' does not exist."
            )
        return Answer(200, found)

    def one_put(self, call: Call, scope: str, name: str) -> Answer:
        sent = call.body["properties"]
        body = roles.definition(scope, sent["roleName"], name, sent.get("description"), [], [])
        empty: dict[str, list[str]] = {"actions": [], "notActions": [], "dataActions": [], "notDataActions": []}
        body["properties"].update(
            {
                "type": "CustomRole",
                "assignableScopes": sent["assignableScopes"],
                "updatedBy": call.caller,
                "permissions": [{**empty, **item} for item in sent["permissions"]],
            }
        )
        body["id"] = f"{scope}{PROVIDER}roleDefinitions/{name}"
        self.cloud.store[body["id"]] = body
        return Answer(201, body)

    def one_delete(self, call: Call, scope: str, name: str) -> Answer:
        body = self.cloud.store.pop(f"{scope}{PROVIDER}roleDefinitions/{name}", None)
        return Answer(200, body) if body else Answer(204)
