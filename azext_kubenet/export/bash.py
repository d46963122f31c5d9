"""A bash script of `az` commands, as in Microsoft's article, that can be run again. Words in capitals are filled in."""

import shlex
from collections.abc import Iterable

from azext_kubenet.export.bash_reads import reads
from azext_kubenet.export.comments import annotated, heading
from azext_kubenet.export.contents import ROLE, Contents, Pool, cluster_remarks

_AGAIN = "If the script is run again, it continues where it stopped. Existing resources are kept unchanged."

#: An az of Windows ends its lines with CR LF, in WSL and Git Bash as well: names would be taken for absent.
#: Azure/azure-cli issues 16695 and 33385. pipefail keeps the exit code of az; its stderr stays a terminal.
_AZ = """\
# Windows' az ends lines with CR LF, in WSL and Git Bash as well.
az() {
  command az "$@"SUBSCRIPTION | tr -d '\\r'
}"""

_GROUP = """\
if [ "$group_exists" = false ]; then
  az group create --name "$group" --location "$location" --output none
fi"""

_NETWORK = """\
if ! listed "$vnet" "$networks"; then
  az network vnet create --resource-group "$vnet_group" --name "$vnet" --location "$location" \\
    --address-prefixes "${vnet_prefixes[@]}" --output none
fi"""

_REGION = """\
location=$(az network vnet show --resource-group "$vnet_group" --name "$vnet" --query location --output tsv)"""

_SUBNET = """\
if ! listed "$subnet" "$subnets"; then
  az network vnet subnet create --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \\
    --address-prefixes "$subnet_prefix" --output none
fi"""

_IDENTITY = f"""\
  identities=$(az identity list --resource-group "$group" --query '[].name' --output tsv)
  if ! listed "$identity" "$identities"; then
    az identity create --resource-group "$group" --name "$identity" --location "$location" --output none
  fi
  identity_id=$(az identity show --resource-group "$group" --name "$identity" --query id --output tsv)
  principal_id=$(az identity show --resource-group "$group" --name "$identity" --query principalId --output tsv)
  if listed "$identity" "$identities"; then
    if ! users=$(az aks list --output tsv --query "[].[name, resourceGroup,
      join(' ', keys(not_null(identity.userAssignedIdentities, \\`{{}}\\`)))]"); then
      echo "whether another cluster runs as identity $identity was not looked at" >&2
    fi
    while IFS=$'\\t' read -r name theirs runs; do
      if among "$identity_id" "$runs"; then
        echo "identity $identity exists, and cluster $name in resource group $theirs runs as it:" \\
          "what is granted to it here, that cluster is allowed, too [identity-of-another-cluster]" >&2
      fi
    done <<<"$users"
  fi

  # Network Contributor
  az role assignment create --assignee-object-id "$principal_id" --assignee-principal-type ServicePrincipal \\
    --role {ROLE} --scope "$subnet_id" --output none
"""

_OWN_TABLE = f"""\
  table=$(az network vnet subnet show --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \\
    --query routeTable.id --output tsv)
  if [ -n "$table" ]; then
    az role assignment create --assignee-object-id "$principal_id" --assignee-principal-type ServicePrincipal \\
      --role {ROLE} --scope "$table" --output none
  fi
"""

_CLUSTER = f"""\
if ! listed "$cluster" "$clusters"; then
{_IDENTITY}OWN
  az aks create --resource-group "$group" --name "$cluster" --location "$location" \\
    PLUGIN --pod-cidr "$pod_cidr" --service-cidr "$service_cidr" \\
    --dns-service-ip "$dns_service_ip" --load-balancer-sku standard --vnet-subnet-id "$subnet_id" \\
    --assign-identity "$identity_id" --skip-subnet-role-assignment \\
    --nodepool-name "$pool1" --node-count "$pool1_count" --max-pods "$max_pods"SCALING \\
    ${{node_vm_size:+--node-vm-size "$node_vm_size"}} --no-ssh-key --output none
SURGEfi"""

_SURGE = """
  # az aks create has no option for it
  az aks nodepool update --resource-group "$group" --cluster-name "$cluster" --name "$pool1" \\
    --max-surge "$pool1_max_surge" --output none
"""

_KEPT = """\
# Notes where a pool that exists differs from the plan: what of it, what it has, what is planned.
kept() {
  if [ "$2" != "$3" ]; then
    echo "cluster $cluster existed, and its pool $name is left as it is: its $1 is $2, that of the plan is $3" >&2
  fi
}

if listed "$cluster" "$clusters"; then
  has=$(az aks nodepool list --resource-group "$group" --cluster-name "$cluster" --output tsv --query "[].[name,
    not_null(minCount, count), not_null(maxCount, 'not set'), maxPods,
    not_null(upgradeSettings.maxSurge, 'not shown')]")
  while IFS=$'\\t' read -r name count max_count pods surge; do
    case $name in
POOLS    esac
  done <<<"$has"
fi"""

_KEPT_POOL = """\
      "$POOL")
        kept "node count" "$count" "$POOL_count"
        kept "max count" "$max_count" MOST
        kept "max pods" "$pods" "$max_pods"
SURGE        ;;
"""

_KEPT_SURGE = """\
        kept "max surge" "$surge" "$POOL_max_surge"
"""

_POOLS = """\
pools=$(az aks nodepool list --resource-group "$group" --cluster-name "$cluster" --query '[].name' --output tsv)"""

_POOL = """\
if ! listed "$POOL" "$pools"; then
  az aks nodepool add --resource-group "$group" --cluster-name "$cluster" --name "$POOL" --mode User \\
    --node-count "$POOL_count" --max-pods "$max_pods" --vnet-subnet-id "$subnet_id"SCALING \\
    --max-surge "$POOL_max_surge"UNAVAILABLE ${node_vm_size:+--node-vm-size "$node_vm_size"} --output none
fi"""

_SCALING = """ \\
    --enable-cluster-autoscaler --min-count "$POOL_count" --max-count "$POOL_max_count\""""


def text(contents: Contents) -> str:
    """Return the script of a plan."""
    first = heading("#", "bash FILE.sh", contents.comments)
    start = f"{first}\n{annotated('#', [_AGAIN], 'set -euo pipefail')}"
    az = _AZ.replace("SUBSCRIPTION", ' --subscription "$subscription"' if contents.target.subscription else "")
    blocks = [f"#!/usr/bin/env bash\n{start}", "\n".join(_values(contents)), az]
    return "\n\n".join([*blocks, *_commands(contents)]) + "\n"


def _values(contents: Contents) -> list[str]:
    """Return the variables at the top: every value from outside is here, quoted, and nowhere else."""
    target = contents.target
    values: dict[str, str | int | None] = {
        "subscription": target.subscription,
        "group": target.group,
        "location": target.location,
        "vnet_group": target.vnet_group if target.separate_resource_group else target.group,
        "vnet": target.network_name,
        "vnet_prefixes": None,
        "subnet": target.subnet_name,
        "subnet_prefix": contents.subnet_prefix,
        "identity": target.identity_name,
        "cluster": target.cluster,
        "pod_cidr": contents.pod_cidr,
        "service_cidr": contents.service_cidr,
        "dns_service_ip": contents.dns_service_ip,
        "max_pods": contents.max_pods,
        "node_vm_size": target.node_vm_size,
    }
    for number, pool in enumerate(contents.pools, start=1):
        values |= _pool_values(f"pool{number}", pool)
    lines = {name: f"{name}={shlex.quote(str(value))}" for name, value in values.items() if value is not None}
    if target.new_network:
        lines["vnet_prefixes"] = f"vnet_prefixes=({' '.join(map(shlex.quote, contents.vnet_prefixes))})"
    if target.new_network and not target.location:  # an existing network tells its own
        lines["location"] = "location=${LOCATION:?set the region: LOCATION=westeurope bash FILE.sh}"
    lines.setdefault("node_vm_size", "node_vm_size=${NODE_VM_SIZE:-}  # AKS chooses one if it is empty")
    return [lines[name] for name in values if name in lines]


def _pool_values(name: str, pool: Pool) -> dict[str, str | int | None]:
    return {
        name: pool.name,
        f"{name}_count": pool.count,
        f"{name}_max_count": pool.max_count,
        f"{name}_max_surge": pool.max_surge,
    }


def _commands(contents: Contents) -> Iterable[str]:
    yield from reads(contents)
    yield from _network(contents)
    yield _kept(contents)
    first, *more = contents.pools
    yield annotated("#", cluster_remarks(contents, "an SSH key", "--node-vm-size"), _cluster(contents, first))
    if more:
        yield _POOLS
    for number, pool in enumerate(more, start=2):
        unavailable = f" --max-unavailable {pool.max_unavailable}" if pool.max_unavailable else ""
        added = _POOL.replace("SCALING", _scaling(pool, number)).replace("UNAVAILABLE", unavailable)
        yield added.replace("POOL", f"pool{number}")


def _kept(contents: Contents) -> str:
    """Return what tells how the pools of a cluster that exists differ from the plan."""
    pools = []
    for number, pool in enumerate(contents.pools, start=1):
        most = '"not set"' if pool.max_count is None else '"$POOL_max_count"'
        surge = "" if pool.max_surge is None else _KEPT_SURGE
        lines = _KEPT_POOL.replace("MOST", most).replace("SURGE", surge)
        pools.append(lines.replace("POOL", f"pool{number}"))
    return _KEPT.replace("POOLS", "".join(pools))


def _cluster(contents: Contents, first: Pool) -> str:
    """Return what creates the cluster with its first node pool."""
    own_table = "" if contents.target.new_subnet else _OWN_TABLE
    surge = "" if contents.default_surge else _SURGE
    cluster = _CLUSTER.replace("OWN", own_table).replace("PLUGIN", contents.plugin.arguments).replace("SURGE", surge)
    return cluster.replace("SCALING", _scaling(first, 1))


def _network(contents: Contents) -> Iterable[str]:
    """Yield what creates group, network and subnet as far as they are new, and asks an existing network's region."""
    target = contents.target
    if not target.new_network and not target.location:
        yield _REGION
    if target.new_network or target.separate_resource_group:
        yield _GROUP
    once = [f"{contents.comments.attached} Therefore existing resources are not written again."]
    if target.new_network:
        yield annotated("#", once, _NETWORK)
        yield _SUBNET
    elif target.new_subnet:
        yield annotated("#", once, _SUBNET)


def _scaling(pool: Pool, number: int) -> str:
    return "" if pool.max_count is None else _SCALING.replace("POOL", f"pool{number}")
