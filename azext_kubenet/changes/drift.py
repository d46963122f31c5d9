"""What an existing cluster has that was not asked for. Pure."""

from collections.abc import Callable, Sequence

from azext_kubenet.azure.bodies import Json, items, text, within
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names, plain_region
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED
from azext_kubenet.options.create_options import AksOptions, Provenance
from azext_kubenet.options.identity import Identity

#: States of a cluster that is not kept; one that is still being made, or changed, is waited for.
_NOT_KEPT = ("Failed", "Canceled", "Deleting")


#: The field that says in which subnet a pool is.
SUBNET_FIELD = "vnetSubnetID"
#: The option that each compared field comes from, and its name among the options.
_OPTIONS = {
    SUBNET_FIELD: ("--vnet-subnet-id", ("vnet_subnet_id", "vnet_name", "subnet_name", "vnet_resource_group")),
    "maxPods": ("--max-pods", ("max_pods",)),
    "vmSize": ("--node-vm-size", ("node_vm_size",)),
    "networkPolicy": ("--network-policy", ("network_policy",)),
    "outboundType": ("--outbound-type", ("outbound_type",)),
    "kubernetesVersion": ("--kubernetes-version", ("kubernetes_version",)),
    "location": ("--location", ("location",)),
    "count": ("--node-count", ("node_count",)),
}
_IDENTITY = ("assign_identity", "identity_type", "service_principal", "create_service_principal")
#: What `az aks create` calls the first pool when it is not told. CLI _params
_FIRST_POOL = "nodepool1"
_OTHER_NAME = "choose another name for the cluster: -n NAME"


def remedy(difference: str, cluster: Json, provenance: Provenance) -> str:
    """What to type instead of what a line of cluster_differences is about; a default cannot be left out."""
    field, _, rest = difference.partition(" is ")
    if field in ("identity", "identity.type", "servicePrincipalProfile.clientId"):
        return _other_identity(cluster, provenance)
    if field not in _OPTIONS:
        return _OTHER_NAME
    option, names = _OPTIONS[field]
    has = rest.partition(", not ")[0]
    if has == "None":
        return _OTHER_NAME if field == SUBNET_FIELD else f"leave {option} out, or {_OTHER_NAME}"
    typed = [name for name in names if name in provenance.typed]
    if typed:
        instead = "" if typed == [names[0]] else f" instead of {_spelled(typed)}"
        return f"use {option} {_quoted(has)}{instead}, or {_OTHER_NAME}"
    if any(name in provenance.planned for name in names):
        return f"the value is from the plan: make the plan again with {option} {_quoted(has)}, or {_OTHER_NAME}"
    return f"add {option} {_quoted(has)}, or {_OTHER_NAME}"


def _other_identity(cluster: Json, provenance: Provenance) -> str:
    """The options that name the identity that the cluster has."""
    has, client = within(cluster, "identity"), _client(cluster)
    assigned = within(has, "userAssignedIdentities")
    if assigned:
        options = f"--assign-identity {next(iter(assigned))}"
    elif has.get("type"):
        options = f"--identity-type {SYSTEM_ASSIGNED}"
    elif client:
        options = f"--service-principal {client} --client-secret @FILE"
    else:
        return _OTHER_NAME
    typed = [name for name in _IDENTITY if name in provenance.typed]
    instead = f"use {options} instead of {_spelled(typed)}" if typed else f"add {options}"
    return f"{instead}, or {_OTHER_NAME}"


def _spelled(names: Sequence[str]) -> str:
    return ", ".join("--" + name.replace("_", "-") for name in names)


def _quoted(value: str) -> str:
    return f"'{value}'" if " " in value else value


def cluster_drift(
    cluster: Json, names: Names, identity: Identity, principal: Json | None, aks: AksOptions
) -> tuple[str, ...]:
    """What an existing cluster has that was not asked for, a line a field.

    aks: the options of `az aks create`. Those that are not looked at here are not compared: `az aks create`'s code
    alone knows what they mean.
    """
    properties = within(cluster, "properties")
    profile, pools = within(properties, "networkProfile"), [*items(properties, "agentPoolProfiles")]
    asked = aks.asked
    pool = first_pool(pools, str(asked.get("nodepool_name") or ""))
    lines = [
        _line("networkPlugin", profile.get("networkPlugin"), "kubenet"),
        _line(SUBNET_FIELD, pool.get("vnetSubnetID"), names.subnet_id, _same_id),
        _line("maxPods", pool.get("maxPods"), asked.get("max_pods")),
        _line("vmSize", pool.get("vmSize"), asked.get("node_vm_size")),
        _line("networkPolicy", profile.get("networkPolicy") or "none", asked.get("network_policy")),
        _line("outboundType", profile.get("outboundType"), asked.get("outbound_type")),
        _line("kubernetesVersion", properties.get("kubernetesVersion"), asked.get("kubernetes_version"), _same_version),
        _line(
            "location",
            cluster.get("location"),
            asked.get("location"),
            _same_region,
        ),
        _identity_differs(cluster, names, identity, principal),
    ]
    if not any(each.get("enableAutoScaling") for each in pools):
        lines.append(_line("count", pool.get("count"), asked.get("node_count")))
    state = properties.get("provisioningState")
    if state in _NOT_KEPT:
        lines.append(f"provisioningState is {state}")
    return tuple(line for line in lines if line)


def first_pool(pools: Sequence[Json], wanted: str = "") -> Json:
    """The pool that a cluster was created with: by its name, else a system pool, whatever place Azure shows it in.

    wanted: its name, "" for the one that `az aks create` gives it
    """
    named = [pool for pool in pools if pool.get("name") == (wanted or _FIRST_POOL)]
    system = [pool for pool in pools if str(pool.get("mode")).lower() == "system"]
    return next(iter([*named, *system, *pools]), {})


def _same_region(has: str, wanted: str) -> bool:
    return plain_region(has) == plain_region(wanted)


def _same_id(has: str, wanted: str) -> bool:
    return ResourceId(has) == ResourceId(wanted)


def _same_version(has: str, wanted: str) -> bool:
    """Whether a version is the one asked for, perhaps by its first two numbers alone."""
    return has == wanted or has.startswith(wanted + ".")


def _identity_differs(cluster: Json, names: Names, identity: Identity, principal: Json | None) -> str:
    if identity.kind == SERVICE_PRINCIPAL:
        client = within(cluster, "properties", "servicePrincipalProfile").get("clientId")
        wanted = identity.app_id or (principal or {}).get("appId") or "a service principal"
        return _line("servicePrincipalProfile.clientId", client, wanted)
    has, client = within(cluster, "identity"), _client(cluster)
    runs_as = f"service principal {client}" if client else None
    if identity.kind == SYSTEM_ASSIGNED:
        return _line("identity.type", has.get("type") or runs_as, "SystemAssigned")
    assigned = [*within(has, "userAssignedIdentities"), has.get("type") or runs_as or "not shown"]
    return _line("identity", assigned[0], names.new_identity_id, _same_id)


def _client(cluster: Json) -> str:
    """The id of the application that a cluster runs as; nothing for one with a managed identity."""
    client = text(within(cluster, "properties", "servicePrincipalProfile"), "clientId")
    return "" if client == "msi" else client


def _line(
    name: str, has: object, wanted: object, same: Callable[[str, str], bool] = lambda one, other: one == other
) -> str:
    """A difference in words; nothing when there is none or nothing is wanted."""
    if wanted is None or (has is not None and same(str(has).lower(), str(wanted).lower())):
        return ""
    return f"{name} is {has}, not {wanted}"


def unlike(sent: Json, cluster: Json) -> tuple[str, ...]:
    """What a cluster has that was not sent, a line a field: whether it can be the one that was sent.

    sent: the body of its creation. Compared is what Azure shows as it was sent; the rest it fills in or keeps secret.
    """
    was, has = within(sent, "properties"), within(cluster, "properties")
    lines = [
        _line("location", cluster.get("location"), sent.get("location"), _same_region),
        *(_line(f"tag {key}", within(cluster, "tags").get(key), value) for key, value in _items(sent, "tags")),
        _line("identity", _identities(cluster), _identities(sent) if sent.get("identity") else None),
        _line("kubernetesVersion", has.get("kubernetesVersion"), was.get("kubernetesVersion") or None, _same_version),
    ]
    for place, key in _SHOWN_AS_SENT:
        wanted = (within(was, place) if place else was).get(key)
        lines.append(_line(key, (within(has, place) if place else has).get(key), wanted or None))
    there = {str(pool.get("name")): pool for pool in items(has, "agentPoolProfiles")}
    pools = [*items(was, "agentPoolProfiles")]
    names = [str(pool.get("name")) for pool in pools]
    lines.append(_line("pools", " ".join(sorted(there)), " ".join(sorted(names)) or None))
    for pool in pools:
        found = there.get(str(pool.get("name")), {})
        keys = [key for key in _OF_A_POOL if key != "count" or not pool.get("enableAutoScaling")]
        lines.extend(_line(key, found.get(key), pool.get(key) or None) for key in keys if found)
    return tuple(line for line in lines if line)


#: Keys of a cluster, by the object that holds them, that Azure shows as they were sent.
_SHOWN_AS_SENT = (
    ("", "dnsPrefix"),
    ("", "nodeResourceGroup"),
    ("networkProfile", "networkPlugin"),
    ("networkProfile", "networkPolicy"),
    ("networkProfile", "podCidr"),
    ("networkProfile", "serviceCidr"),
    ("networkProfile", "dnsServiceIP"),
    ("networkProfile", "outboundType"),
    ("servicePrincipalProfile", "clientId"),
    ("apiServerAccessProfile", "enablePrivateCluster"),
)
#: The same, of a node pool.
_OF_A_POOL = ("count", "vmSize", "vnetSubnetID", "maxPods", "mode", "minCount", "maxCount", "enableAutoScaling")


def _items(body: Json, key: str) -> list[tuple[str, object]]:
    return list(within(body, key).items())


def _identities(body: Json) -> str:
    """An identity in one text: its kind, and the ids of those assigned."""
    identity = within(body, "identity")
    ids = sorted(each.lower() for each in within(identity, "userAssignedIdentities"))
    return " ".join([str(identity.get("type")), *ids])
