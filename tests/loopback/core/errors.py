"""Azure's errors, in the shapes that recorded/ shows.

Wrapped ``{"error": {...}}`` for Azure Resource Manager, Network and Authorization; flat for AKS. Texts marked
"recorded" are Azure's own; all others are our wording, kept short.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import Any

from .wire import Answer, Refusal

LACKS = "does not have authorization"
FIX = "For more details please go to https://aka.ms/ARMResourceNotFoundFix"


def wrapped(status: int, code: str, message: str, **more: Any) -> Refusal:
    """The shape of Azure Resource Manager itself (recorded: armErrors)."""
    headers = {"x-ms-failure-cause": "gateway"}
    return Refusal(Answer(status, {"error": {"code": code, "message": message, **more}}, headers), code, message)


def network(status: int, code: str, message: str) -> Refusal:
    """The shape of Microsoft.Network: wrapped, with a list of details (recorded: subnets, virtualNetworks)."""
    return Refusal(Answer(status, {"error": {"code": code, "message": message, "details": []}}), code, message)


def aks(code: str, message: str, target: str = "", status: int = 400) -> Refusal:
    """The shape of AKS since 2024: flat, with null details and an empty subcode (recorded: managedClusters,
    agentPools).
    """
    body = {"code": code, "details": None, "message": message, "subcode": ""}
    if target:
        body["target"] = target
    return Refusal(Answer(status, body), code, message)


def graph(status: int, code: str, message: str) -> Refusal:
    """The shape of Microsoft Graph v1.0 (recorded: graph)."""
    inner = {"date": "2026-01-01T00:00:00", "request-id": "0", "client-request-id": "0"}
    return Refusal(Answer(status, {"error": {"code": code, "message": message, "innerError": inner}}), code, message)


def group_not_found(name: str) -> Refusal:
    """Recorded: 18 times."""
    return wrapped(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def group_being_deleted(name: str) -> Refusal:
    """Recorded: armErrors."""
    text = f"The resource group '{name}' is in deprovisioning state and cannot perform this operation."
    return wrapped(409, "ResourceGroupBeingDeleted", text)


def another_operation(url: str) -> Refusal:
    """Recorded: subnets, three times."""
    text = (
        "Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri:"
    )
    return network(409, "AnotherOperationInProgress", f"{text} {url}.")


def resource_not_found(type_and_names: str, group: str) -> Refusal:
    """Recorded: 16 times; Azure Resource Manager answers this before the provider is asked."""
    return wrapped(
        404, "ResourceNotFound", f"The Resource '{type_and_names}' under resource group '{group}' was not found. {FIX}"
    )


def parent_not_found(verb: str, types: str, parent: str) -> Refusal:
    """Recorded: armErrors, for other namespaces."""
    return wrapped(
        404,
        "ParentResourceNotFound",
        f"Failed to perform '{verb}' on resource(s) of type '{types}', because the parent resource "
        f"'{parent}' could not be found.",
    )


def child_not_found(resource: str) -> Refusal:
    """A missing child of an existing network resource (recorded: routeTables, subnets)."""
    return network(404, "NotFound", f"Resource {resource} not found.")


def reference_not_found(referenced: str, by: str) -> Refusal:
    """Recorded: armErrors, load balancers and firewalls."""
    return network(
        400,
        "InvalidResourceReference",
        f"Resource {referenced} referenced by resource {by} was not found. Please make sure that the "
        "referenced resource exists, and that both resources are in the same region.",
    )


def unauthorized(caller: str, action: str, scope: str, by_condition: bool = False) -> Refusal:
    """Recorded: six times, none of them for a condition."""
    lacks = "has an authorization with ABAC condition that is not fulfilled" if by_condition else LACKS
    return wrapped(
        403,
        "AuthorizationFailed",
        f"The client '{caller}' with object id '{caller}' {lacks} to perform action '{action}' "
        f"over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your "
        "credentials.",
    )


def wrong_tenant(token: str, wanted: str) -> Refusal:
    """A token of one tenant for a subscription of another. Not recorded; the text is as people report it in public
    (Azure/azure-sdk-for-net#49391, microsoft/vscode-azureappservice#2095), the header as Azure Resource Manager
    sends it with a 401 (our model).
    """
    text = (
        f"The access token is from the wrong issuer 'https://sts.windows.net/{token}/'. It must match the tenant "
        f"'https://sts.windows.net/{wanted}/' associated with this subscription. Please use the authority (URL) "
        f"'https://login.windows.net/{wanted}' to get the token. Note, if the subscription is transferred to another "
        "tenant there is no impact to the services, but information about new tenant could take time to propagate "
        "(up to an hour). If you just transferred your subscription and see this error message, please try back later."
    )
    refusal = wrapped(401, "InvalidAuthenticationTokenTenant", text)
    refusal.answer.headers["WWW-Authenticate"] = (
        f'Bearer authorization_uri="https://login.windows.net/{wanted}", error="invalid_token", '
        f'error_description="{text}"'
    )
    return refusal


def query_refused(status: int, code: str, *details: dict[str, Any]) -> Refusal:
    """Resource Graph has the reason in ``details`` (Azure/azure-powershell#13762)."""
    text = (
        f"Please provide below info when asking for support: timestamp = {datetime.now(timezone.utc).isoformat()}, "
        f"correlationId = {uuid.uuid4()}."
    )
    return wrapped(status, code, text, details=list(details))


def bad_query(code: str, message: str) -> Refusal:
    """A request to Resource Graph that is wrong beside its query; codes and texts are our model."""
    return query_refused(400, "BadRequest", {"code": code, "message": message})


def principal_not_found(principal: str, tenant: str) -> Refusal:
    """Recorded: six times; Azure prints the principal without dashes."""
    text = (
        f"Principal {principal.replace('-', '')} does not exist in the directory {tenant}. Check that you have the "
        "correct principal ID. If you are creating this principal and then immediately assigning a role, this error "
        "might be related to a replication delay. In this case, set the role assignment principalType property to a "
        "value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype"
    )
    body = {"error": {"code": "PrincipalNotFound", "message": text}}
    return Refusal(Answer(400, body), "PrincipalNotFound", text)
