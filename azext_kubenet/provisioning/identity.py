"""The cluster's identity: which kind the options ask for, and what Microsoft Graph knows of a service principal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azext_kubenet._choices import IDENTITY_TYPES, SERVICE_PRINCIPAL, USER_ASSIGNED
from azext_kubenet.provisioning.arm import Door

Json = dict[str, Any]


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


def service_principal_of(graph: Door, app_id: str) -> Json | None:
    """The service principal of an application's id; None without one."""
    found = graph.list("/servicePrincipals", filter=f"appId eq '{app_id}'")
    return found[0] if found else None


def application_named(graph: Door, name: str) -> Json | None:
    """The application of that display name; None without one.

    Raises DoNotGoTogether when several have the name: taking one of them would be a guess.
    """
    found = graph.list("/applications", filter=f"displayName eq '{name}'")
    if len(found) > 1:
        ids = ", ".join(str(each["appId"]) for each in found)
        raise DoNotGoTogether(
            f"{len(found)} applications are called {name}: {ids}",
            "use --service-principal APP_ID --client-secret @FILE to name one of them",
        )
    return found[0] if found else None


def create_service_principal(graph: Door, name: str, application: Json | None, principal: Json | None) -> Json:
    """A service principal of that name with a new password: its appId, its id, its application, and the `secret`.

    application, principal: what an interrupted run has left, which is taken up again; a password cannot be read back,
    so it gets another. What this run makes may not be known everywhere at once, and is waited for.
    """
    new = application is None
    if application is None:
        application = graph.post("/applications", {"displayName": name, "signInAudience": "AzureADMyOrg"})
    app_id = application["appId"]
    if principal is None:
        principal = graph.post("/servicePrincipals", {"appId": app_id}, new=new)
    password = graph.post(
        f"/applications/{application['id']}/addPassword", {"passwordCredential": {"displayName": name}}, new=new
    )
    return {"appId": app_id, "id": principal["id"], "application": application["id"], "secret": password["secretText"]}


def delete_service_principal(graph: Door, name: str) -> None:
    """Delete the application of that name, and its service principal with it."""
    application = application_named(graph, name)
    if application is not None:
        graph.delete(f"/applications/{application['id']}")
