"""The cluster's identity: which kind the options ask for, and what Microsoft Graph knows of a service principal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.options.choices import IDENTITY_TYPES, SERVICE_PRINCIPAL, USER_ASSIGNED

#: Namespace of the marks of our applications: any constant will do, as long as it never changes.
_MARKS = UUID("8c1d2f54-6a35-5f0e-b7a9-0f6de2c3b914")


class DoNotGoTogether(ValueError):
    """Options contradict each other, or one lacks another. recommendation: what to type instead."""

    def __init__(self, message: str, recommendation: str):
        super().__init__(message)
        self.recommendation = recommendation


@dataclass(frozen=True)
class Identity:
    """What the options ask for.

    kind: userAssigned, systemAssigned or servicePrincipal; resource_id: an existing user-assigned identity; app_id and
    secret: an existing service principal; create: make a service principal.
    """

    kind: str
    resource_id: str | None = None
    app_id: str | None = None
    secret: str | None = None
    create: bool = False

    def __repr__(self) -> str:
        return f"Identity({self.kind}, {self.resource_id or self.app_id or ''})"  # never the secret


def read_identity(options: Mapping[str, Any]) -> Identity:
    """The identity that the options of `create` ask for. Raises DoNotGoTogether."""
    kind, assigned = options.get("identity_type"), options.get("assign_identity")
    app_id, secret = options.get("service_principal"), options.get("client_secret")
    create = bool(options.get("create_service_principal"))
    implied = SERVICE_PRINCIPAL if app_id or create else USER_ASSIGNED
    kind = next((each for each in IDENTITY_TYPES if each.lower() == (kind or implied).lower()), implied)
    if create and (app_id or secret):
        raise DoNotGoTogether(
            "--create-service-principal makes one, and its password; --service-principal and --client-secret name one",
            "use one of the two",
        )
    if kind != SERVICE_PRINCIPAL and (app_id or secret or create):
        raise DoNotGoTogether(
            f"--identity-type {kind} takes no service principal",
            f"use --identity-type {SERVICE_PRINCIPAL}, or leave --service-principal, --client-secret and "
            "--create-service-principal out",
        )
    if kind != USER_ASSIGNED and assigned:
        raise DoNotGoTogether(
            f"--assign-identity goes with --identity-type {USER_ASSIGNED}, not {kind}",
            f"use --identity-type {USER_ASSIGNED}, or leave --assign-identity out",
        )
    if kind == SERVICE_PRINCIPAL and not create and not (app_id and secret):
        missing = " and ".join(
            option for option, value in (("--service-principal", app_id), ("--client-secret", secret)) if not value
        )
        raise DoNotGoTogether(
            f"a service principal needs {missing}",
            "add --service-principal APP_ID and --client-secret @FILE (or @- for a pipe), which keeps the password off "
            "the command line, or --create-service-principal to make one",
        )
    return Identity(kind, assigned if kind == USER_ASSIGNED else None, app_id, secret, create)


def service_principal_of(graph: ArmClient, app_id: str) -> Json | None:
    """The service principal of an application's id; None without one."""
    found = graph.list("/servicePrincipals", filter=f"appId eq '{app_id}'")
    return found[0] if found else None


@dataclass(frozen=True)
class Mark:
    """By what an application in the directory is known as one cluster's own. A display name is no proof of that.

    tag: one of its `tags`, derived from the cluster's id, so that a later run finds it; notes: the same in words.
    https://learn.microsoft.com/graph/api/resources/application
    """

    tag: str
    notes: str

    @property
    def filter(self) -> str:
        """The query for applications that carry the mark."""
        return f"tags/any(t:t eq '{self.tag}')"


def mark_of(cluster_id: str) -> Mark:
    """The mark of a cluster's application. An id may be longer than a tag can be, so the tag holds a hash of it."""
    identified = cluster_id.strip("/").lower()
    return Mark(f"az-kubenet:{uuid5(_MARKS, identified)}", f"made by az kubenet create for {cluster_id}")


def applications_marked(graph: ArmClient, mark: Mark) -> list[Json]:
    """The applications that carry a mark, the oldest first. What the query finds is looked at once more."""
    found = [each for each in graph.list("/applications", filter=mark.filter) if mark.tag in (each.get("tags") or ())]
    return sorted(found, key=lambda each: str(each.get("createdDateTime") or ""))


def create_application(graph: ArmClient, name: str, mark: Mark) -> Json:
    """An application with a mark."""
    body = {"displayName": name, "signInAudience": "AzureADMyOrg", "tags": [mark.tag], "notes": mark.notes}
    return graph.post("/applications", body)


def create_service_principal(graph: ArmClient, name: str, application: Json, principal: Json | None) -> Json:
    """The service principal of an application, with a new password: its appId, its id, its application, the `secret`.

    principal: what an interrupted run has left, which is taken up again; a password cannot be read back, so it gets
    another. What was made a moment ago may not be known everywhere at once, and is waited for.
    """
    app_id = application["appId"]
    if principal is None:
        principal = graph.post("/servicePrincipals", {"appId": app_id}, new=True)
    password = graph.post(
        f"/applications/{application['id']}/addPassword", {"passwordCredential": {"displayName": name}}, new=True
    )
    return {"appId": app_id, "id": principal["id"], "application": application["id"], "secret": password["secretText"]}


def delete_application(graph: ArmClient, object_id: str) -> None:
    """Delete an application, and its service principal with it."""
    graph.delete(f"/applications/{object_id}")
