"""Which grants the cluster's principal needs, and which of them it has already."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.azure import api_versions, bodies, resources, role_assignments
from azext_kubenet.azure.azure_errors import AzureError, is_refusal
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.role_actions import ON_NETWORK, ON_SUBNET, ON_TABLE, ON_ZONE
from azext_kubenet.changes.create_steps import Grant
from azext_kubenet.discovery.existing import NOT_LOOKED_AT, ExistingResources
from azext_kubenet.discovery.route_tables import Table, Whose
from azext_kubenet.errors import NotFound, Refused
from azext_kubenet.options.choices import VNET_SCOPE

#: The finding that a role is needed which this run is not to assign.
ROLE_MISSING = "role-not-assigned"


class Hidden(NamedTuple):
    """A principal that exists and may not be read: what it is, why, and how an administrator's command names it."""

    what: str
    why: str
    assignee: str


def role_named(reader: Reader, subscription: str, role: str) -> role_assignments.Role:
    """A role by its name, the GUID of its definition, or the definition's whole id. Raises NotFound, and Refused where
    definitions may not be read and the name alone is known.
    """
    guid = resources.ROLE_IDS.get(role.lower()) or (role if resources.is_guid(role) or role.startswith("/") else None)
    if guid:
        return role_assignments.Role(role, resources.role_definition_id(subscription, guid))
    path = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions"
    quoted = role.replace("'", "''")
    try:
        found = reader.list(path, api_versions.ROLE_API, f"roleName eq '{quoted}'")
    except AzureError as error:
        if error.status == 401:  # that is about the login
            raise
        raise Refused(
            f"the definition of role {role!r} could not be read: {error}",
            "name the role by the GUID of its definition: --role GUID",
        ) from error
    ids = [each for each in (bodies.text(body, "id") for body in bodies.objects(found)) if each]
    if not ids:
        raise NotFound(
            f"role {role!r} does not exist", "list the names: az role definition list --query [].roleName -o tsv"
        )
    return role_assignments.Role(role, ids[0])


class Needed(NamedTuple):
    """The grants that the cluster's principal needs, and what could not be told of them."""

    grants: list[Grant]
    findings: list[Finding]


def grants_needed(
    reader: Reader,
    names: Names,
    existing: ExistingResources,
    role: role_assignments.Role,
    *,
    scope: str,
    principal: str,
    table: Table,
) -> Needed:
    """The role on the subnet, or on its network, and on the user's own route table [I1, I3, I4].

    principal: the object id of the cluster's principal, empty while there is none: then nothing can have been granted.
    On a table of which nobody can tell whether it is the cluster's, nothing is granted; nor to a cluster that exists
    where it may well have the role.
    """
    places: list[tuple[str, Sequence[str]]] = [(names.vnet_id if scope == VNET_SCOPE else names.subnet_id, ON_SUBNET)]
    if table.to_be_written or table.whose is Whose.UNKNOWN:
        places.append((str(table.id), ON_TABLE))
    if not principal:
        return Needed([Grant(place, role) for place, _ in places if place != str(table.id) or table.to_be_written], [])
    found, findings = [], []
    for place, actions in places:
        unknown = False
        try:
            granted = _granted(reader, place, _existing_place(place, names, existing), principal, role, actions)
        except AzureError as error:
            granted, unknown = None, True
            findings.append(_not_listed(place, role, error, granting=existing.cluster is None))
            if existing.cluster is not None:
                continue
        if granted is None and place == str(table.id) and not table.to_be_written:
            findings.append(_nobodys(table, names, principal, role))
        else:
            found.append(Grant(place, role, granted, unknown))
    return Needed(found, findings)


def kubelet_grant(reader: Reader, names: Names, kubelet: str, principal: str) -> Needed:
    """Managed Identity Operator on the kubelet's identity, which `az aks create`'s code would grant on the way [I19].

    That code looks for this very role, so no other is as good. Raises NotFound for an identity that does not exist.
    """
    with suppress(AzureError):  # not being able to look is no reason to stop
        if reader.get(kubelet, api_versions.IDENTITY_API) is None:
            raise NotFound(f"identity {kubelet} does not exist", "list the ids: az identity list --query [].id -o tsv")
    name = "Managed Identity Operator"
    definition = resources.role_definition_id(names.subscription, resources.ROLE_IDS[name.lower()])
    role = role_assignments.Role(name, definition, may_be_broader=False, on_network=False)
    try:
        granted = _granted(reader, kubelet, kubelet, principal, role, ()) if principal else None
    except AzureError as error:
        return Needed([Grant(kubelet, role, unknown=True)], [_not_listed(kubelet, role, error, granting=True)])
    return Needed([Grant(kubelet, role, granted)], [])


def _granted(  # pylint: disable=too-many-positional-arguments
    reader: Reader, scope: str, place: str, principal: str, role: role_assignments.Role, actions: Sequence[str]
) -> Json | None:
    """What gives the principal its rights at a scope: the role, or whatever allows the actions that are needed."""
    assignments = role_assignments.assignments_of(reader, place, principal)
    found = role_assignments.sufficient(assignments, scope, role, actions)
    if found is None and actions:
        found = role_assignments.enabling(reader, assignments, scope, actions)
    return found


def _not_listed(scope: str, role: role_assignments.Role, error: AzureError, *, granting: bool) -> Finding:
    then = "the role is assigned in any case" if granting else "no role is assigned for an existing cluster"
    return Finding(
        NOT_LOOKED_AT,
        Severity.WARNING,
        (),
        f"role assignments on {scope} could not be read ({error.reason}): it is not known whether "
        f"the cluster's identity has {role.name} there; {then}",
        advise(role_assignments.SKIP_IT if granting and role.on_network else ""),
    )


def _nobodys(table: Table, names: Names, principal: str, role: role_assignments.Role) -> Finding:
    return Finding(
        NOT_LOOKED_AT,
        Severity.WARNING,
        (),
        f"subnet {names.subnet} has route table {table.id.name}, which has no route of a node of cluster "
        f"{names.cluster}: it is not known whether the table belongs to the cluster, and no role is assigned on it",
        advise(
            "if it is the table that the cluster was created with, have an administrator run: "
            f"{role_assignments.command(str(table.id), principal, role)}"
        ),
    )


def unknown_principal(  # pylint: disable=too-many-positional-arguments
    names: Names,
    role: role_assignments.Role,
    scope: str,
    table: Table,
    hidden: Hidden,
    *,
    more: Sequence[tuple[str, role_assignments.Role]] = (),
) -> Finding:
    """A principal whose object id is hidden: what it may do was not looked at, and nothing is granted to it.

    more: other places, each with the role that it needs there
    """
    places = [
        names.vnet_id if scope == VNET_SCOPE else names.subnet_id,
        *([str(table.id)] if table.to_be_written else []),
    ]
    needed = dict.fromkeys([*((place, role.name) for place in places), *((place, each.name) for place, each in more)])
    commands = [
        f'az role assignment create {hidden.assignee} --role "{name}" --scope {place}' for place, name in needed
    ]
    return Finding(
        NOT_LOOKED_AT,
        Severity.WARNING,
        (),
        f"{hidden.what} could not be read ({hidden.why}): it is not known whether it has {role.name} on {places[0]}, "
        "and no role is assigned to it",
        advise(f"if it lacks the role, have an administrator run: {' && '.join(commands)}"),
    )


def _existing_place(scope: str, names: Names, existing: ExistingResources) -> str:
    """The scope itself, or the nearest above it that exists: assignments can be listed nowhere else."""
    network = ResourceId(names.vnet_id)
    if not network.contains(ResourceId(scope)):
        return scope
    if existing.vnet is None:
        return str(network.group_id)
    return scope if scope == names.vnet_id or existing.subnet(names.subnet) is not None else names.vnet_id


def zone_roles(names: Names, zone: ResourceId) -> list[tuple[str, role_assignments.Role]]:
    """What a private DNS zone of the user's own asks of the cluster's principal: places, each with a role [I17].

    AKS writes records into the zone, and links the zone to the network: a right on the subnet alone is not enough.
    """
    found = []
    for place, name in ((str(zone), "Private DNS Zone Contributor"), (names.vnet_id, "Network Contributor")):
        subscription = ResourceId(place).subscription
        definition = resources.role_definition_id(subscription, resources.ROLE_IDS[name.lower()])
        found.append((place, role_assignments.Role(name, definition)))
    return found


def zone_grants(reader: Reader, names: Names, existing: ExistingResources, zone: ResourceId, principal: str) -> Needed:
    """The roles for a private DNS zone of the user's own. principal: as of grants_needed.

    Where the assignments of a principal that exists may not be read, which is usual for a zone of a platform team,
    nothing is granted: whoever gave the zone has most likely given the role, and a refused grant would end the run.
    """
    grants, findings = [], []
    for place, role in zone_roles(names, zone):
        actions = ON_ZONE if place == str(zone) else ON_NETWORK
        try:
            at = _existing_place(place, names, existing)
            granted = _granted(reader, place, at, principal, role, actions) if principal else None
        except AzureError as error:
            if not is_refusal(error):
                raise
            findings.append(_not_known(place, role, principal, error))
        else:
            grants.append(Grant(place, role, granted))
    return Needed(grants, findings)


def _not_known(scope: str, role: role_assignments.Role, principal: str, error: AzureError) -> Finding:
    why = error.code or f"status {error.status}"
    return Finding(
        NOT_LOOKED_AT,
        Severity.WARNING,
        (),
        f"role assignments on {scope} could not be read ({why}): it is not known whether the cluster's identity has "
        f"{role.name} there, which the private DNS zone requires, and none is assigned",
        advise(
            "if it lacks the role, have an administrator run, before the cluster is created: "
            f"{role_assignments.command(scope, principal, role)}"
        ),
    )


def not_assigned(grants: Sequence[Grant], assignee: str) -> list[Finding]:
    """A warning for roles that are missing and that this run is not to assign. assignee: as options of a command."""
    missing = [each for each in grants if each.granted is None]
    if not missing:
        return []
    needed = " and ".join(f"{each.role.name} on {each.scope}" for each in missing)
    commands = [
        f'az role assignment create {assignee} --role "{each.role.name}" --scope {each.scope}' for each in missing
    ]
    message = f"the private DNS zone requires that the cluster's identity has {needed}, and no role is assigned"
    fixes = advise(f"before the cluster is created, have an administrator run: {' && '.join(commands)}")
    return [Finding(ROLE_MISSING, Severity.WARNING, ("--skip-subnet-role-assignment",), message, fixes)]
