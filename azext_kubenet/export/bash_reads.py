"""What the script looks at before it writes: what has the names of the plan, and who is in its subnet.

Nothing is taken for absent because a read failed: each list is assigned by itself, so that its failure ends the script.
Words in capitals are filled in.
"""

from collections.abc import Iterable

from azext_kubenet.export.comments import annotated
from azext_kubenet.export.contents import Contents
from azext_kubenet.export.target import Target

_DIFFERS = "[existing-resource-differs]"

_FUNCTIONS = """\
# Whether a list of names or ids, one per line, contains one. Azure ignores case in both.
listed() {
  grep -Fixq -- "$1" <<<"$2"
}

# Whether words contain one.
among() {
  grep -Fiq -- " $1 " <<<" $2 "
}

# Ends the script before it has written anything.
stop() {
  echo "$* Nothing was changed." >&2
  exit 1
}

# Notes where a cluster that exists differs from the plan: what of it, what it has, what is planned.
differs=
compare() {
  if ! listed "$3" "$2"; then
    differs="$differs${differs:+, }its $1 is $2, not $3"
  fi
}"""

_HOLDS = """\
# Whether one of several ranges contains another range of IPv4.
holds() {
  local range a b c d length e f g h inner
  IFS=./ read -r e f g h inner <<<"$2"
  for range in $1; do
    IFS=./ read -r a b c d length <<<"$range"
    if ((length > 0 && length <= inner &&
      (a << 24 | b << 16 | c << 8 | d) >> (32 - length) == (e << 24 | f << 16 | g << 8 | h) >> (32 - length))); then
      return 0
    fi
  done
  return 1
}"""

_SUBNET_ID = """\
subnet_id="/subscriptions/$(az account show --query id --output tsv)/resourceGroups/$vnet_group"
subnet_id="$subnet_id/providers/Microsoft.Network/virtualNetworks/$vnet/subnets/$subnet\""""

_CLUSTERS = """\
clusters=$(az aks list --resource-group "$group" --query '[].name' --output tsv)"""

_CLUSTERS_OF_NEW_GROUP = """\
clusters=
group_exists=$(az group exists --name "$group" --output json)
if [ "$group_exists" = true ]; then
  clusters=$(az aks list --resource-group "$group" --query '[].name' --output tsv)
fi"""

_ANOTHER = "A cluster of this name that is not as planned is not this one: the script stops before it writes anything."

_ANOTHER_CLUSTER = f"""\
if listed "$cluster" "$clusters"; then
  has=$(az aks show --resource-group "$group" --name "$cluster" --output tsv --query "[[
    networkProfile.podCidr, networkProfile.serviceCidr, networkProfile.dnsServiceIp,
    join(' ', networkProfile.[networkPlugin, networkPluginMode][?@]),
    join(' ', agentPoolProfiles[].not_null(vnetSubnetId, vnetSubnetID, 'none'))]]")
  IFS=$'\\t' read -r pods services dns plugin used <<<"$has"
  compare "network plugin" "$plugin" "PLUGIN"
  compare "pod CIDR" "$pods" "$pod_cidr"
  compare "service CIDR" "$services" "$service_cidr"
  compare "DNS service IP" "$dns" "$dns_service_ip"
  among "$subnet_id" "$used" || compare subnet "$used" "$subnet_id"
  if [ -n "$differs" ]; then
    stop "cluster $cluster in resource group $group exists and is not that of the plan: $differs" \\
      "{_DIFFERS}. Set other names for cluster and identity in the script."
  fi
fi"""

_NETWORKS = """\
networks=$(az network vnet list --resource-group "$vnet_group" --query '[].name' --output tsv)"""

_NETWORKS_OF_NEW_GROUP = """\
networks=
if [ "$group_exists" = true ]; then
  networks=$(az network vnet list --resource-group "$vnet_group" --query '[].name' --output tsv)
fi"""

_SUBNETS = """\
subnets=$(az network vnet subnet list --resource-group "$vnet_group" --vnet-name "$vnet" --query '[].name' \\
  --output tsv)"""

_SUBNETS_OF_NEW_NETWORK = """\
subnets=
if listed "$vnet" "$networks"; then
  subnets=$(az network vnet subnet list --resource-group "$vnet_group" --vnet-name "$vnet" --query '[].name' \\
    --output tsv)
fi"""

#: [A12]
_ANOTHER_REGION = """\
if ! listed "$cluster" "$clusters" && ! listed "${location// /}" "${region// /}"; then
  stop "network $vnet in resource group $vnet_group is in $region, and the cluster would be in $location" \\
    "[network-location]. Set the location of the network in the script, or plan inside of another network."
fi
"""

_NETWORK_READ = """\
has=$(az network vnet show --resource-group "$vnet_group" --name "$vnet" --output tsv \\
  --query "[[location, join(' ', addressSpace.addressPrefixes)]]")
IFS=$'\\t' read -r REGIONspace <<<"$has"
"""

_REGION_READ = """\
region=$(az network vnet show --resource-group "$vnet_group" --name "$vnet" --query location --output tsv)
"""

_NO_ROOM = f"""\
if ! listed "$subnet" "$subnets" && ! holds "$space" "$subnet_prefix"; then
  stop "network $vnet in resource group $vnet_group exists with $space, which does not contain $subnet_prefix" \\
    "of subnet $subnet {_DIFFERS}." \\
    "Set another name for the network in the script, or plan inside of this one."
fi"""

_ANOTHER_PREFIX = f"""\
has=$(az network vnet subnet show --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \\
  --output tsv --query "[[join(' ', not_null(addressPrefixes, [addressPrefix])),
  TABLEjoin(' ', not_null(ipConfigurations, \\`[]\\`)[].id)]]")
IFS=$'\\t' read -r prefixes NAMEnodes <<<"$has"
if ! among "$subnet_prefix" "$prefixes"; then
  stop "subnet $subnet of network $vnet in resource group $vnet_group exists with $prefixes, not $subnet_prefix" \\
    "{_DIFFERS}. Set another name for the subnet in the script, or plan inside of this one."
fi"""

_SHARED_TABLE = """\
shared=
if [ "$table" != none ] && ! shared=$(command az network route-table show --ids "$table" \\
  --query "join(' ', not_null(subnets, \\`[]\\`)[].id)" --output tsv | tr -d '\\r'); then
  echo "whether another cluster uses the route table of subnet $subnet of network $vnet was not looked at" >&2
fi"""

_NEIGHBOURS = """\
seen=
if others=$(az aks list --output tsv --query "[].[name, resourceGroup, networkProfile.networkPlugin,
  join(' ', not_null(agentPoolProfiles, \\`[]\\`)[].not_null(vnetSubnetId, vnetSubnetID, 'none'))]" 2>&1); then
  while IFS=$'\\t' read -r name theirs plugin used; do
    if among "$subnet_id" "$used"; then
      seen=yes
    fi
    if ! listed "$theirs/$name" "$group/$cluster"; then
JUDGED    fi
  done <<<"$others"
elif grep -q AuthorizationFailed <<<"$others"; then
  echo "the clusters of the subscription may not be listed: whether another cluster is in subnet $subnet of" \\
    "network $vnet was not looked at" >&2
else
  stop "the clusters of the subscription were not listed: $others." "Run the script again."
fi
if [ -z "$seen" ] && grep -iq '/aks-' <<<"$nodes"; then
  echo "subnet $subnet of network $vnet contains nodes of a cluster that you may not see:" \\
    "WHAT was not looked at" >&2
fi"""

#: [H1] What AKS calls its route tables, and how the groups of its nodes begin.
_TABLE_OF_AKS = """\
# A cluster may be in no list that you may read, but its route table is.
if ! listed "$cluster" "$clusters" &&
  grep -Eiq '^/[^/]+/[^/]+/[^/]+/mc_|/aks-agentpool-[0-9]+-routetable$' <<<"$table"; then
  stop "route table ${table##*/} of subnet $subnet was created by AKS for a cluster that you may not see, in" \\
    "resource group $(cut -d / -f 5 <<<"$table"): clusters that share a route table delete each other's routes" \\
    "[route-table-of-another-cluster]. Set another subnet in the script."
fi"""

_KUBENET_NEIGHBOUR = """\
      if [ "$plugin" = kubenet ] && among "$subnet_id" "$used"; then
        stop "subnet $subnet of network $vnet is used by cluster $name in resource group $theirs, and two kubenet" \\
          "clusters cannot share a subnet [subnet-of-another-cluster]. Set another subnet in the script."
      fi
      for each in $used; do
        if [ "$plugin" = kubenet ] && among "$each" "$shared"; then
          stop "the route table of subnet $subnet of network $vnet also serves cluster $name in resource group" \\
            "$theirs: clusters that share a route table delete each other's routes" \\
            "[route-table-of-another-cluster]. Set another subnet in the script."
        fi
      done
"""

_NEIGHBOUR = """\
      if among "$subnet_id" "$used"; then
        echo "subnet $subnet of network $vnet is also used by cluster $name in resource group $theirs" \\
          "(network plugin $plugin): the two can share it" >&2
      fi
"""

#: [A9, B18]
_ONE_EACH = "Two kubenet clusters in a subnet would share its route table, and delete each other's routes."
_MAY_SHARE = "Azure CNI Overlay has no routes: its subnet can have other clusters."


def reads(contents: Contents) -> Iterable[str]:
    """Yield the functions, what is read, and where the script stops."""
    target = contents.target
    new_group = target.new_network and not target.separate_resource_group
    yield _FUNCTIONS
    if target.new_subnet:
        yield _HOLDS
    yield _SUBNET_ID
    yield _CLUSTERS_OF_NEW_GROUP if target.new_network or target.separate_resource_group else _CLUSTERS
    yield annotated("#", [_ANOTHER], _ANOTHER_CLUSTER.replace("PLUGIN", _plugin(contents)))
    if target.new_network:
        yield _NETWORKS_OF_NEW_GROUP if new_group else _NETWORKS
    yield from _subnet(contents)


def _plugin(contents: Contents) -> str:
    """Return the plugin as what a cluster shows: with its mode, if it has one."""
    plugin = contents.plugin
    return f"{plugin.name} {plugin.mode}" if plugin.mode else plugin.name


def _subnet(contents: Contents) -> Iterable[str]:
    """Yield what compares prefixes, and what looks for other clusters in a subnet that exists."""
    target = contents.target
    looks = "\n\n".join(_looks(contents.plugin.max_routes is not None))
    if not target.new_subnet:
        if target.location:
            yield f"{_REGION_READ}{_ANOTHER_REGION}".rstrip()
        yield looks
        return
    yield _SUBNETS_OF_NEW_NETWORK if target.new_network else _SUBNETS
    yield _network(target)
    yield _within('listed "$subnet" "$subnets"', looks)


def _network(target: Target) -> str:
    """Return what compares a network that exists, or may exist: its region, unless it tells it, and its room."""
    compared = bool(target.location) or target.new_network
    read = _NETWORK_READ.replace("REGION", "region " if compared else "_ ")
    looks = f"{read}{_ANOTHER_REGION if compared else ''}{_NO_ROOM}"
    return _within('listed "$vnet" "$networks"', looks) if target.new_network else looks


def _within(condition: str, block: str) -> str:
    """Return a block that is run on a condition."""
    inner = block.replace("\n", "\n  ").replace("\n  \n", "\n\n")
    return f"if {condition}; then\n  {inner}\nfi"


def _looks(routed: bool) -> Iterable[str]:
    """Yield what is looked at in a subnet that exists. routed: whether the network plugin has a route for each node."""
    table, name = ("not_null(routeTable.id, 'none'), ", "table ") if routed else ("", "")
    yield _ANOTHER_PREFIX.replace("TABLE", table).replace("NAME", name)
    if routed:
        yield _SHARED_TABLE
    judged = f"{_KUBENET_NEIGHBOUR if routed else ''}{_NEIGHBOUR}"
    neighbours = _NEIGHBOURS.replace("JUDGED", judged)
    what = "whether it is on kubenet" if routed else "which one it is"
    yield annotated("#", [_ONE_EACH if routed else _MAY_SHARE], neighbours.replace("WHAT", what))
    if routed:
        yield _TABLE_OF_AKS
