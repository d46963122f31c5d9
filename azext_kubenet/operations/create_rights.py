"""The rights that a cluster to be created needs: which roles its identity lacks."""

from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resources import Names
from azext_kubenet.changes.roles import Hidden, Needed, grants_needed, kubelet_grant, role_named, unknown_principal
from azext_kubenet.changes.service_principal import Principals
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.discovery.route_tables import table_of
from azext_kubenet.options.create_options import RoleOptions


def rights_needed(
    reader: Reader, options: RoleOptions, names: Names, found: ExistingResources, principals: Principals
) -> Needed:
    """The role assignments that the cluster's principal needs; none on the network when the user wants none made."""
    known, needed = principals.known_id, Needed([], [])
    hidden = _hidden(names, found, principals)
    if options.kubelet and found.cluster is None and hidden is None:
        needed = kubelet_grant(reader, names, options.kubelet, known)
    if not options.wanted:
        return needed
    role, scope = role_named(reader, names.subscription, options.name), options.scope
    table = table_of(reader, names, found)
    if hidden is not None:
        return Needed([], [unknown_principal(names, role, scope, table, hidden)])
    on_network = grants_needed(reader, names, found, role, scope=scope, principal=known, table=table)
    return Needed([*on_network.grants, *needed.grants], [*on_network.findings, *needed.findings])


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
