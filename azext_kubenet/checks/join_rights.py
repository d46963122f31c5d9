"""Rights to join what the subnet has attached, where AKS must write the subnet. [H1, I16]

Azure asks whoever writes a subnet for the right to join all that the subnet refers to. AKS attaches its own route table
with the cluster's identity, which has a role on the subnet alone. That AKS fails without these rights is not verified:
a warning, and nothing is granted.
"""

from collections.abc import Iterator
from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure import resources, role_assignments
from azext_kubenet.azure.azure_errors import AzureError, is_refusal
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Check, Problem, unread
from azext_kubenet.checks.context import ROUTE_TABLE, CheckContext
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.options.choices import SYSTEM_ASSIGNED, USER_ASSIGNED

_ROLE = "Network Contributor"
_NETWORK = "Microsoft.Network"


class Attached(NamedTuple):
    """Something that a subnet refers to: what it is, its id, the action that lets a subnet refer to it."""

    what: str
    id: ResourceId
    action: str


def attached_to(subnet: Subnet) -> list[Attached]:
    """Everything but a route table. kubernetes-sigs/azurefile-csi-driver#2495; Azure/AKS#1653"""
    policy = f"{_NETWORK}/serviceEndpointPolicies/joinSubnet/action"
    found = [
        Attached("network security group", subnet.security_group, f"{_NETWORK}/networkSecurityGroups/join/action"),
        Attached("NAT gateway", subnet.nat_gateway, f"{_NETWORK}/natGateways/join/action"),
        *(Attached("service endpoint policy", each, policy) for each in subnet.endpoint_policies),
    ]
    return [each for each in found if each.id]


def _join_rights(context: CheckContext) -> Iterator[Problem]:
    """The cluster's identity may join what is attached to the subnet, if AKS must attach a route table there."""
    if context.subnet is None or context.id_of(ROUTE_TABLE):
        return
    missing = []
    for each in attached_to(context.subnet):
        try:
            if not _may_join(context, each):
                missing.append(each)
        except Unreadable as hidden:
            yield unread(hidden, context)
    if missing:
        yield _lacking(context, missing)


def _may_join(context: CheckContext, attached: Attached) -> bool:
    """Whether the identity has the right. One that is still to be made has none. Raises Unreadable."""
    principal = context.wanted.principal or context.existing.identity_principal
    if not principal:
        return False
    scope, reader = str(attached.id), context.reader
    definition = resources.role_definition_id(context.names.subscription, resources.ROLE_IDS[_ROLE.lower()])
    try:
        given = role_assignments.assignments_of(reader, scope, principal)
        role = role_assignments.Role(_ROLE, definition)
        return bool(
            role_assignments.sufficient(given, scope, role, (attached.action,))
            or role_assignments.enabling(reader, given, scope, (attached.action,))
        )
    except AzureError as error:
        if not is_refusal(error):
            raise
        raise Unreadable(f"role assignments on {attached.what} {attached.id.name}", scope, error) from error


def _lacking(context: CheckContext, missing: list[Attached]) -> Problem:
    names = context.names
    rights = listed([f"{each.action} on {each.what} {each.id.name}" for each in missing])
    commands = [
        f'az role assignment create {_assignee(context)} --role "{_ROLE}" --scope {each.id}' for each in missing
    ]
    return Problem(
        f"subnet {names.subnet} has no route table, so AKS attaches its own as the cluster's identity; Azure allows "
        f"that only with {rights}, which the identity does not have: creation may fail with LinkedAuthorizationFailed",
        f"have an administrator run, before the cluster is created: {' && '.join([*_identity(context), *commands])}",
        severity=Severity.WARNING,
    )


def _identity(context: CheckContext) -> list[str]:
    """What makes an identity that is still to be made: the next run uses it."""
    names, existing = context.names, context.existing
    if context.wanted.identity_kind != USER_ASSIGNED or existing.identity is not None or context.wanted.principal:
        return []
    group = [] if existing.group else [f"az group create -n {names.group} -l {context.wanted.location}"]
    identity = ResourceId(names.new_identity_id)
    return [*group, f"az identity create -g {identity.group} -n {identity.name} -l {context.wanted.location}"]


def _assignee(context: CheckContext) -> str:
    """How a command names the cluster's identity, which may not exist yet."""
    names, principal = context.names, context.wanted.principal or context.existing.identity_principal
    shown = "OBJECT_ID"
    if context.wanted.identity_kind == USER_ASSIGNED:
        shown = f"$(az identity show --ids {names.new_identity_id} --query principalId -o tsv)"
    elif context.wanted.identity_kind == SYSTEM_ASSIGNED:
        shown = f"$(az aks show {names.place} --query identity.principalId -o tsv)"
    return f"--assignee-object-id {principal or shown} --assignee-principal-type ServicePrincipal"


CHECKS = (Check("join-rights", _join_rights),)
