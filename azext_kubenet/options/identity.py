"""The identity of a cluster that the options ask for."""

from dataclasses import dataclass

from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.choices import IDENTITY_TYPES, SERVICE_PRINCIPAL, USER_ASSIGNED
from azext_kubenet.options.typed import Typed

#: What a user-assigned identity is.
IDENTITY_TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities"


@dataclass(frozen=True)
class Identity:
    """What the options ask for.

    kind: userAssigned, systemAssigned or servicePrincipal
    resource_id: of an existing user-assigned identity, None for one that is to be made
    app_id, secret: of an existing service principal
    create: whether to make a service principal
    """

    kind: str
    resource_id: str | None = None
    app_id: str | None = None
    secret: str | None = None
    create: bool = False

    def __repr__(self) -> str:
        return f"Identity({self.kind}, {self.resource_id or self.app_id or ''})"  # never the secret


def read_identity(typed: Typed) -> Identity:
    """The identity of the options of `create`. Raises WrongUsage for options that do not go together."""
    kind, assigned = typed.value("identity_type"), typed.value("assign_identity")
    app_id, secret = typed.value("service_principal"), typed.value("client_secret")
    create = typed.flag("create_service_principal")
    implied = SERVICE_PRINCIPAL if app_id or create else USER_ASSIGNED
    kind = next((each for each in IDENTITY_TYPES if each.lower() == (kind or implied).lower()), implied)
    if create and (app_id or secret):
        raise WrongUsage(
            "--create-service-principal cannot be combined with --service-principal or --client-secret, "
            "which name an existing one",
            "use one of the two",
        )
    if kind != SERVICE_PRINCIPAL and (app_id or secret or create):
        raise WrongUsage(
            f"--identity-type {kind} cannot be combined with a service principal",
            f"use --identity-type {SERVICE_PRINCIPAL}, or leave --service-principal, --client-secret and "
            "--create-service-principal out",
        )
    if kind != USER_ASSIGNED and assigned:
        raise WrongUsage(
            f"--assign-identity requires --identity-type {USER_ASSIGNED}, not {kind}",
            f"use --identity-type {USER_ASSIGNED}, or leave --assign-identity out",
        )
    if kind == SERVICE_PRINCIPAL and not create and not (app_id and secret):
        missing = " and ".join(
            option for option, value in (("--service-principal", app_id), ("--client-secret", secret)) if not value
        )
        raise WrongUsage(
            f"a service principal requires {missing}",
            "add --service-principal APP_ID and --client-secret @FILE (or @- for a pipe), which keeps the password off "
            "the command line, or --create-service-principal to create one",
        )
    if assigned and not ResourceId(assigned).is_a(IDENTITY_TYPE):
        raise WrongUsage(
            f"--assign-identity {assigned} is not the id of a user-assigned identity",
            "list the ids: az identity list --query [].id -o tsv",
        )
    return Identity(kind, assigned if kind == USER_ASSIGNED else None, app_id, secret, create)
