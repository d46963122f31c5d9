"""The rights that a cluster to be created needs: which roles its identity lacks."""

from collections.abc import Sequence

from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resources import BROADER_ROLES, Names
from azext_kubenet.changes.create_steps import Grant
from azext_kubenet.changes.roles import (
    Hidden,
    Needed,
    grants_needed,
    kubelet_grant,
    not_assigned,
    role_named,
    unknown_principal,
    zone_grants,
    zone_roles,
)
from azext_kubenet.changes.service_principal import Principals
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.discovery.route_tables import table_of
from azext_kubenet.options.create_options import RoleOptions


def rights_needed(
    reader: Reader, options: RoleOptions, names: Names, found: ExistingResources, principals: Principals
) -> Needed:
    """The role assignments that the cluster's principal needs; none on the network when the user wants none made."""
    known, needed, zone = principals.known_id, Needed([], []), Needed([], [])
    hidden = _hidden(names, found, principals)
    new = found.cluster is None
    if options.kubelet and new and hidden is None:
        needed = kubelet_grant(reader, names, options.kubelet, known)
    if options.zone and new and hidden is None:
        zone = zone_grants(reader, names, found, options.zone, known)
    if not options.wanted:
        assignee = _assignee(names, principals)
        return Needed(needed.grants, [*needed.findings, *not_assigned(zone.grants, assignee), *zone.findings])
    role, scope = role_named(reader, names.subscription, options.name), options.scope
    table = table_of(reader, names, found)
    if hidden is not None:
        more = zone_roles(names, options.zone) if options.zone and new else ()
        return Needed([], [unknown_principal(names, role, scope, table, hidden, more=more)])
    on_network = grants_needed(reader, names, found, role, scope=scope, principal=known, table=table)
    return Needed(
        [*_together(on_network.grants, zone.grants, names), *needed.grants],
        [*on_network.findings, *zone.findings, *needed.findings],
    )


def _together(grants: Sequence[Grant], zone: Sequence[Grant], names: Names) -> list[Grant]:
    """The grants on subnet and table, and those for a private DNS zone: a role on the network holds on its subnet."""
    network = next((each for each in zone if each.scope == names.vnet_id), None)
    if network is None:
        return [*grants, *zone]
    same = [each for each in grants if (each.granted is None) == (network.granted is None)]
    enough = {network.role.guid, *BROADER_ROLES}
    if any(each.scope == names.vnet_id and (each.granted or each.role.guid in enough) for each in same):
        return [*grants, *(each for each in zone if each is not network)]
    wider = network.granted is None
    spared = [each for each in same if wider and (each.scope, each.role.guid) == (names.subnet_id, network.role.guid)]
    return [*(each for each in grants if each not in spared), *zone]


def _assignee(names: Names, principals: Principals) -> str:
    """How a command names the cluster's principal, which may not exist yet."""
    app_id = str((principals.existing or {}).get("appId") or "")
    if app_id and not principals.known_id:
        return f"--assignee {app_id}"
    shown = f"$(az identity show --ids {names.new_identity_id} --query principalId -o tsv)"
    return f"--assignee-object-id {principals.known_id or shown} --assignee-principal-type ServicePrincipal"


def _hidden(names: Names, found: ExistingResources, principals: Principals) -> Hidden | None:
    """The cluster's principal, if it exists and its object id is not shown to this caller."""
    if principals.hidden is not None:
        app_id = str((principals.existing or {}).get("appId"))
        why = getattr(principals.hidden, "code", "") or str(principals.hidden)
        return Hidden(f"service principal {app_id}", why, f"--assignee {app_id}")
    if found.identity is not None and not found.identity_is_seen:
        error = found.hidden[names.new_identity_id]
        shown = f"$(az identity show --ids {names.new_identity_id} --query principalId -o tsv)"
        assignee = f"--assignee-object-id {shown} --assignee-principal-type ServicePrincipal"
        return Hidden(f"identity {names.new_identity_id}", error.reason, assignee)
    return None
