"""Microsoft Graph v1.0, as much as ``az ad`` and ``az role`` need: applications, service principals, passwords,
look-ups.

Shapes: recorded graph. Users and federated credentials are not modelled, groups only for their roles: their lists are
empty.
"""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from ..core import errors
from ..core.options import CALLER_APP, TENANT
from ..core.wire import Answer, Call
from . import directory_objects

Body = dict[str, Any]
CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#"
TYPES = {"applications": "#microsoft.graph.application", "servicePrincipals": "#microsoft.graph.servicePrincipal"}


class Directory:
    """The tenant's objects by kind and object id."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Body]] = {"applications": {}, "servicePrincipals": {}}
        self._groups: dict[str, set[str]] = {}

    # -- for the rest of the server and for tests

    def add_caller(self, object_id: str) -> None:
        """Whoever logs in: a managed identity of its own."""
        self.add_managed_identity(object_id, CALLER_APP, "loopback-caller", "")

    def add_managed_identity(self, object_id: str, app_id: str, name: str, resource: str) -> None:
        """The service principal of a user-assigned or system-assigned identity."""
        if object_id not in self.objects["servicePrincipals"]:
            self.objects["servicePrincipals"][object_id] = directory_objects.service_principal(
                object_id, app_id, name, "ManagedIdentity", ["isExplicit=True", resource] if resource else []
            )

    def add_service_principal(self, name: str) -> Body:
        """An application with its service principal, made from within a test."""
        application = directory_objects.application({"displayName": name})
        self.objects["applications"][application["id"]] = application
        return self._principal_of(application)

    def forget(self, object_id: str) -> None:
        """Remove a principal."""
        self.objects["servicePrincipals"].pop(object_id, None)

    def kind_of(self, object_id: str) -> str | None:
        """The principalType of an object id, None for one that nobody has."""
        if object_id.lower() in self._groups:
            return "Group"
        return "ServicePrincipal" if object_id.lower() in self.objects["servicePrincipals"] else None

    def add_group(self, object_id: str, *members: str) -> None:
        """A security group: who is in it has the roles that it has. Graph does not list it."""
        self._groups[object_id.lower()] = {member.lower() for member in members}

    def groups_of(self, object_id: str) -> set[str]:
        """The groups that a principal is in."""
        return {group for group, members in self._groups.items() if object_id.lower() in members}

    def by_app_id(self, app_id: str) -> Body | None:
        """The service principal of a client id."""
        return next(
            (body for body in self.objects["servicePrincipals"].values() if body["appId"].lower() == app_id.lower()),
            None,
        )

    # -- the wire

    def answer(self, call: Call) -> Answer:
        """One call to ``/v1.0/…``."""
        parts = call.path.strip("/").split("/")[1:]
        kind = next((name for name in self.objects if name.lower() == parts[0].lower()), "")
        if parts[0].lower() == "directoryobjects":
            return self._directory_objects(call, parts)
        if parts[0].lower() == "organization":
            return Answer(
                200, {"@odata.context": CONTEXT + "organization", "value": [{"id": TENANT, "displayName": "Loopback"}]}
            )
        if parts[0].lower() == "me":
            raise errors.graph(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
        if not kind:
            if call.method == "GET" and len(parts) == 1:
                return Answer(200, {"@odata.context": CONTEXT + parts[0], "value": []})
            raise _absent(parts[-1])
        if len(parts) == 1:
            return self._list(call, kind) if call.method == "GET" else self._create(call, kind)
        body = self._find(kind, parts[1])
        return self._password(call, body, parts[2]) if len(parts) > 2 else self._one(call, kind, body)

    def _find(self, kind: str, object_id: str) -> Body:
        body = self.objects[kind].get(object_id.lower())
        if body is None:
            raise _absent(object_id)
        return body

    def _one(self, call: Call, kind: str, body: Body) -> Answer:
        if call.method == "DELETE":
            del self.objects[kind][body["id"]]
            for principal in list(self.objects["servicePrincipals"].values()) if kind == "applications" else []:
                if principal["appId"] == body["appId"]:
                    self.forget(principal["id"])
            return Answer(204)
        if call.method == "PATCH":
            body.update(call.body or {})
            return Answer(204)
        return Answer(200, {"@odata.context": f"{CONTEXT}{kind}/$entity", **body})

    def _create(self, call: Call, kind: str) -> Answer:
        """A service principal needs its application; the text is Graph's as far as ``az`` looks at it (our wording)."""
        sent = call.body or {}
        if kind == "applications":
            body = directory_objects.application(sent)
            self.objects[kind][body["id"]] = body
        else:
            application = next(
                (item for item in self.objects["applications"].values() if item["appId"] == sent.get("appId")), None
            )
            if application is None:
                raise errors.graph(
                    400,
                    "Request_BadRequest",
                    "The appId '{}' of the service principal does not reference a valid application object.".format(
                        sent.get("appId")
                    ),
                )
            if self.by_app_id(application["appId"]):
                raise errors.graph(
                    409,
                    "Request_MultipleObjectsWithSameKeyValue",
                    "The service principal cannot be created because the "
                    "service principal name {} is already in use.".format(application["appId"]),
                )
            body = self._principal_of(application)
        location = "https://graph.microsoft.com/v2/{}/directoryObjects/{}".format(TENANT, body["id"])
        return Answer(201, {"@odata.context": f"{CONTEXT}{kind}/$entity", **body}, {"Location": location})

    def _principal_of(self, application: Body) -> Body:
        body = directory_objects.service_principal(
            str(uuid.uuid4()), application["appId"], application["displayName"], "Application", []
        )
        body["servicePrincipalNames"] = [application["appId"], *application["identifierUris"]]
        self.objects["servicePrincipals"][body["id"]] = body
        return body

    def _list(self, call: Call, kind: str) -> Answer:
        found = [body for body in self.objects[kind].values() if directory_objects.matches(body, call.param("$filter"))]
        return Answer(200, {"@odata.context": CONTEXT + kind, "value": found})

    def _password(self, call: Call, body: Body, action: str) -> Answer:
        """addPassword shows the secret once; what is kept has none (recorded)."""
        if action.lower() == "addpassword":
            sent = (call.body or {}).get("passwordCredential") or {}
            secret = "lo08Q~" + secrets.token_urlsafe(26)  # never a dash first, which a shell's option would end at
            kept = {
                "customKeyIdentifier": None,
                "displayName": sent.get("displayName"),
                "endDateTime": sent.get("endDateTime"),
                "hint": secret[:3],
                "keyId": str(uuid.uuid4()),
                "secretText": None,
                "startDateTime": sent.get("startDateTime"),
            }
            body["passwordCredentials"] = body["passwordCredentials"] + [kept]
            return Answer(
                200,
                {"@odata.context": CONTEXT + "microsoft.graph.passwordCredential", **kept, "secretText": secret},
                {"Location": "https://graph.microsoft.com"},
            )
        if action.lower() == "removepassword":
            key = (call.body or {}).get("keyId")
            body["passwordCredentials"] = [item for item in body["passwordCredentials"] if item["keyId"] != key]
            return Answer(204)
        if action.lower() == "owners":
            return Answer(204) if call.method == "POST" else Answer(200, {"value": []})
        raise _absent(action)

    def _directory_objects(self, call: Call, parts: list[str]) -> Answer:
        wanted = (
            [item.lower() for item in (call.body or {}).get("ids", [])]
            if call.method == "POST"
            else [parts[-1].lower()]
        )
        found = [
            {"@odata.type": TYPES[kind], **body}
            for kind, bodies in self.objects.items()
            for key, body in bodies.items()
            if key in wanted
        ]
        if call.method == "POST":
            return Answer(
                200,
                {"@odata.context": CONTEXT + "directoryObjects", "value": found},
                {"Location": "https://graph.microsoft.com"},
            )
        if not found:
            raise _absent(parts[-1])
        return Answer(200, found[0])


def _absent(what: str) -> Exception:
    return errors.graph(
        404,
        "Request_ResourceNotFound",
        f"Resource '{what}' does not exist or one of its queried reference-property objects are not present.",
    )
