"""A bash script of raw `az` commands, as Microsoft's article has them, that can be run again."""

import shlex
from collections.abc import Iterable

from azext_kubenet.export.comments import ROUTE_TABLE, commented, heading, remarks
from azext_kubenet.export.contents import ROLE, Contents, Pool
from azext_kubenet.export.target import Target

_LISTED = """\
# Whether a list of names, one a line, has this one. Names in Azure have no case.
listed() {
  grep -Fixq -- "$1" <<<"$2"
}"""

_SUBSCRIPTION = """\
az() {
  command az "$@" --subscription "$subscription"
}"""

_GROUP = """\
if [ "$(az group exists --name "$group")" = false ]; then
  az group create --name "$group" --location "$location" --output none
fi"""

_NETWORK = """\
networks=$(az network vnet list --resource-group "$vnet_group" --query '[].name' --output tsv)
if ! listed "$vnet" "$networks"; then
  az network vnet create --resource-group "$vnet_group" --name "$vnet" --location "$location" \\
    --address-prefixes "${vnet_prefixes[@]}" --output none
fi"""

_REGION = """\
location=$(az network vnet show --resource-group "$vnet_group" --name "$vnet" --query location --output tsv)"""

_SUBNET = """\
subnets=$(az network vnet subnet list --resource-group "$vnet_group" --vnet-name "$vnet" --query '[].name' \\
  --output tsv)
if ! listed "$subnet" "$subnets"; then
  az network vnet subnet create --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \\
    --address-prefixes "$subnet_prefix" --output none
fi"""

_SUBNET_ID = """\
subnet_id=$(az network vnet subnet show --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \\
  --query id --output tsv)"""

_IDENTITY = f"""\
az identity create --resource-group "$group" --name "$identity" --location "$location" --output none
identity_id=$(az identity show --resource-group "$group" --name "$identity" --query id --output tsv)
principal_id=$(az identity show --resource-group "$group" --name "$identity" --query principalId --output tsv)

# Network Contributor
az role assignment create --assignee-object-id "$principal_id" --assignee-principal-type ServicePrincipal \\
  --role {ROLE} --scope "$subnet_id" --output none"""

_OWN_TABLE = f"""\
  table=$(az network vnet subnet show --ids "$subnet_id" --query routeTable.id --output tsv)
  if [ -n "$table" ]; then
    az role assignment create --assignee-object-id "$principal_id" --assignee-principal-type ServicePrincipal \\
      --role {ROLE} --scope "$table" --output none
  fi
"""

_CLUSTER = """\
clusters=$(az aks list --resource-group "$group" --query '[].name' --output tsv)
if ! listed "$cluster" "$clusters"; then
OWN  az aks create --resource-group "$group" --name "$cluster" --location "$location" \\
    --network-plugin kubenet --pod-cidr "$pod_cidr" --service-cidr "$service_cidr" \\
    --dns-service-ip "$dns_service_ip" --load-balancer-sku standard --vnet-subnet-id "$subnet_id" \\
    --assign-identity "$identity_id" --skip-subnet-role-assignment \\
    --nodepool-name "$pool1" --node-count "$pool1_count" --max-pods "$max_pods"SCALING \\
    --no-ssh-key --output none
fi"""

_SURGE = """\
# az aks create has no option for it
az aks nodepool update --resource-group "$group" --cluster-name "$cluster" --name "$pool1" \\
  --max-surge "$pool1_max_surge" --output none"""

_POOLS = """\
pools=$(az aks nodepool list --resource-group "$group" --cluster-name "$cluster" --query '[].name' --output tsv)"""

_POOL = """\
if ! listed "$POOL" "$pools"; then
  az aks nodepool add --resource-group "$group" --cluster-name "$cluster" --name "$POOL" --mode User \\
    --node-count "$POOL_count" --max-pods "$max_pods" --vnet-subnet-id "$subnet_id"SCALING \\
    --max-surge "$POOL_max_surge"UNAVAILABLE --output none
fi"""

_SCALING = """ \\
    --enable-cluster-autoscaler --min-count "$POOL_count" --max-count "$POOL_max_count\""""


def text(contents: Contents) -> str:
    """The script of a plan."""
    head = ["#!/usr/bin/env bash", *heading("#", "bash FILE.sh"), *commented(_AGAIN, "#"), "set -euo pipefail"]
    subscription = [_SUBSCRIPTION] if contents.place.subscription else []
    blocks = ["\n".join(head), "\n".join(_values(contents)), *subscription, _LISTED, *_commands(contents)]
    return "\n\n".join(blocks) + "\n"


_AGAIN = "Run again, it goes on where it stopped: what exists is left as it is."


def _values(contents: Contents) -> list[str]:
    """The variables at the top. All that comes from outside stands here, quoted, and nowhere else."""
    place = contents.place
    values: dict[str, str | int | None] = {
        "subscription": place.subscription,
        "group": place.group,
        "location": place.location,
        "vnet_group": place.vnet_group if place.separate_resource_group else place.group,
        "vnet": place.network_name,
        "vnet_prefixes": None,
        "subnet": place.subnet_name,
        "subnet_prefix": contents.subnet_prefix if place.new_subnet else None,
        "identity": place.identity_name,
        "cluster": place.cluster,
        "pod_cidr": contents.pod_cidr,
        "service_cidr": contents.service_cidr,
        "dns_service_ip": contents.dns_service_ip,
        "max_pods": contents.max_pods,
    }
    for number, pool in enumerate(contents.pools, start=1):
        values |= _pool_values(f"pool{number}", pool, system=number == 1)
    lines = {name: f"{name}={shlex.quote(str(value))}" for name, value in values.items() if value is not None}
    if place.new_network:
        lines["vnet_prefixes"] = f"vnet_prefixes=({' '.join(map(shlex.quote, contents.vnet_prefixes))})"
    if not place.location and _needs_region(place):
        lines["location"] = "location=${LOCATION:?give a region: LOCATION=westeurope bash FILE.sh}"
    return [lines[name] for name in values if name in lines]


def _needs_region(place: Target) -> bool:
    """Whether no network that is there tells the region before it is first needed."""
    return place.new_network


def _pool_values(name: str, pool: Pool, system: bool) -> dict[str, str | int | None]:
    surge = pool.max_surge if pool.surges else "0"
    return {
        name: pool.name,
        f"{name}_count": pool.count,
        f"{name}_max_count": pool.max_count,
        f"{name}_max_surge": None if system and not pool.surges else surge,
    }


def _commands(contents: Contents) -> Iterable[str]:
    place = contents.place
    yield from _network(place)
    yield _SUBNET_ID
    yield _IDENTITY
    first, *more = contents.pools
    cluster = _CLUSTER.replace("OWN", "" if place.new_subnet else _OWN_TABLE).replace("SCALING", _scaling(first, 1))
    yield "\n".join(
        [
            *(line for remark in remarks(contents, "an SSH key", "--node-vm-size") for line in commented(remark, "#")),
            cluster,
        ]
    )
    if first.surges:
        yield _SURGE
    if more:
        yield _POOLS
    for number, pool in enumerate(more, start=2):
        unavailable = "" if pool.surges else " --max-unavailable 1"
        added = _POOL.replace("SCALING", _scaling(pool, number)).replace("UNAVAILABLE", unavailable)
        yield added.replace("POOL", f"pool{number}")


def _network(place: Target) -> Iterable[str]:
    """Group, network and subnet, as far as they are to be made; the region is that of a network that is there."""
    if not place.new_network and not place.location:
        yield _REGION
    if place.new_network or place.separate_resource_group:
        yield _GROUP
    once = "\n".join(commented(f"{ROUTE_TABLE} So what exists is not written again.", "#"))
    if place.new_network:
        yield f"{once}\n{_NETWORK}"
        yield _SUBNET
    elif place.new_subnet:
        yield f"{once}\n{_SUBNET}"


def _scaling(pool: Pool, number: int) -> str:
    return "" if pool.max_count is None else _SCALING.replace("POOL", f"pool{number}")
