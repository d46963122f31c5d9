"""Which grants the cluster's principal needs, and which of them it has already."""

from typing import Any

from azext_kubenet._choices import VNET_SCOPE
from azext_kubenet._errors import NotFound
from azext_kubenet.provisioning import grants, resources
from azext_kubenet.provisioning.facts import Facts
from azext_kubenet.provisioning.reader import Reader
from azext_kubenet.provisioning.resources import Names, contains_id
from azext_kubenet.provisioning.steps import Grant

Json = dict[str, Any]


def role_named(reader: Reader, subscription: str, role: str) -> grants.Role:
    """A role by its name, the GUID of its definition, or the definition's whole id. Raises NotFound."""
    guid = resources.ROLE_IDS.get(role.lower()) or (role if resources.is_guid(role) or role.startswith("/") else None)
    if guid:
        return grants.Role(role, resources.role_definition_id(subscription, guid))
    path = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions"
    quoted = role.replace("'", "''")
    found = reader.list(path, resources.ROLE_API, f"roleName eq '{quoted}'")
    if not found:
        raise NotFound(
            f"role {role!r} does not exist", "look for its name: az role definition list --query [].roleName -o tsv"
        )
    return grants.Role(role, str(found[0]["id"]))


def own_route_table(names: Names, facts: Facts) -> str:
    """The id of the route table that the user brings along with an existing subnet; nothing if AKS makes one.

    After creation the subnet carries the table that AKS made in the node resource group [H1]: not the user's.
    """
    subnet = facts.subnet(names.subnet) or {}
    table = str(((subnet.get("properties") or {}).get("routeTable") or {}).get("id") or "")
    node_group = str((facts.cluster or {}).get("properties", {}).get("nodeResourceGroup") or "")
    managed = f"/subscriptions/{names.subscription}/resourceGroups/{node_group}"
    return "" if table and node_group and contains_id(managed, table) else table


def grants_needed(
    reader: Reader, names: Names, facts: Facts, role: grants.Role, *, scope: str, principal: str
) -> list[Grant]:
    """The role on the subnet, or on its network, and on the user's own route table [I1, I3, I4].

    principal: the object id of the cluster's principal, empty while there is none: then nothing can have been granted.
    """
    table = own_route_table(names, facts)
    scopes = [names.vnet_id if scope == VNET_SCOPE else names.subnet_id, *([table] if table else [])]
    if not principal:
        return [Grant(each, role) for each in scopes]
    return [
        Grant(each, role, grants.sufficient(grants.assignments_of(reader, place, principal), each, role))
        for each in scopes
        for place in [_existing_place(each, names, facts)]
    ]


def _existing_place(scope: str, names: Names, facts: Facts) -> str:
    """The scope itself, or the nearest above it that exists: assignments can be listed nowhere else."""
    if not contains_id(names.vnet_id, scope):
        return scope
    if facts.vnet is None:
        return names.vnet_id.split("/providers/", maxsplit=1)[0]
    return scope if scope == names.vnet_id or facts.subnet(names.subnet) is not None else names.vnet_id
