"""What the title of a column, or the key of an object, stands for: a range, its mask, its ends or its name.

Checked against what these write, from the document named:

* `az network vnet list`, `local-gateway list` and ARM itself: addressSpace, localNetworkAddressSpace and
  remoteAddressSpace with addressPrefixes, subnets with addressPrefix or addressPrefixes (specification of
  Microsoft.Network, 2024-07-01)
* Azure IPAM: spaces, blocks, externals and reservations with cidr, expanded networks with prefixes and subnets with
  prefix (engine/app/models.py of Azure/ipam)
* `aws ec2 describe-vpcs` and `describe-subnets`: CidrBlock, CidrBlockAssociationSet, Ipv6CidrBlock, Tags (EC2 API
  reference, Vpc and Subnet)
* `gcloud compute networks subnets list`: ipCidrRange, secondaryIpRanges with rangeName, and network, which is an
  address of the web there (Compute API v1, Subnetwork)
* NetBox and Nautobot, /api/ipam/prefixes/ and ip-ranges/: results with prefix, or start_address and end_address,
  description, and site, scope, role or tenant as objects (their OpenAPI models of 4.4 and 2.4)
* phpIPAM: subnet and mask, and folders with isFolder (recorded answers of its API); Subnet and Description of its
  export, with `NAME (folder)` for folders (app/admin/import-export/export-subnets.php)
* Infoblox NIOS: network and comment of WAPI; header-network, address* and netmask* of its CSV files (CSV import
  reference of NIOS 9.0); BloxOne: address with cidr as a number
* SolarWinds IPAM: Address, CIDR as a number, AddressMask and FriendlyName of IPAM.Subnet (SWIS queries in public use)
* `az aks list`: networkProfile with podCidr, podCidrs, serviceCidr and serviceCidrs; dockerBridgeCidr of older ones is
  inside of nodes (specification of Microsoft.ContainerService); pod_cidr and service_cidr of a Terraform state
* DHCP servers of Windows: ScopeId, SubnetMask, StartRange, EndRange (Get-DhcpServerv4Scope)
* Windows Server IPAM: NetworkId, PrefixLength, SubnetMask (class MSFT_IPAM_Subnet)
"""

import re
from functools import lru_cache

from azext_kubenet.azure.bodies import Json, within
from azext_kubenet.options.range_lists import languages
from azext_kubenet.options.range_lists.languages import folded

#: Normal titles by what they stand for, the surest first. Each stands for its twins as well: ipv4Prefix, ipv6Prefix and
#: prefix_v4 are prefix.
#: sure: ranges and nothing else
#: likely: ranges where there is nothing surer, otherwise the name of something
#: lengths: prefix lengths where they fit the address beside them, otherwise anything
#: names: what names a range; a likely column that holds no range names it too
KINDS = {
    "sure": (
        "cidr", "cidrs", "prefix", "prefixes", "ipprefix", "ipprefixes", "ipnetwork", "addressprefix",
        "addressprefixes", "cidrblock", "cidrblocks", "cidrrange", "cidrranges", "ipcidrrange", "networkcidr",
        "subnetcidr", "resourcecidr", "subnetprefix", "subnetprefixes", "subnetaddressprefix",
        "vnetaddressprefixes", "addressspace", "addressspaces", "addressrange", "addressranges", "iprange",
        "ipranges", "networkid", "networkaddress", "subnetaddress", "scopeid", "podcidr", "podcidrs",
        "servicecidr", "servicecidrs", "servicescidr", "clustercidr",
    ),
    "likely": (
        "network", "networks", "subnet", "subnets", "range", "ranges", "supernet", "supernets", "block",
        "netblock", "ipblock", "ipsubnet", "ipsubnets", "address", "ipaddress", "addr", "ip", "addresses",
        "ipaddresses",
    ),
    "masks": (
        "mask", "netmask", "subnetmask", "addressmask", "networkmask", "prefixlength", "prefixlen",
        "masklength", "maskbits", "cidrmask", "masksize", "prefixsize",
    ),
    "lengths": (
        "length", "len", "bits", "prefixbits", "netbits", "networkbits", "subnetbits", "masklen", "netmasklen",
        "netmaskbits", "networklength", "subnetlength", "netlen", "plen", "cidrlength", "cidrlen", "cidrbits",
        "cidrsuffix", "slash",
    ),
    "starts": (
        "startaddress", "startaddr", "startip", "startipaddress", "startrange", "rangestart", "firstip",
        "firstaddress", "ipstart", "ipfrom", "start", "from", "first", "beginip", "beginaddress", "lowerip",
        "loweraddress", "fromip", "fromaddress", "minip", "hostmin", "von", "vonip",
    ),
    "ends": (
        "endaddress", "endaddr", "endip", "endipaddress", "endrange", "rangeend", "lastip", "lastaddress",
        "ipend", "ipto", "end", "to", "last", "finalip", "finaladdress", "upperip", "upperaddress", "toip",
        "toaddress", "maxip", "hostmax", "bis", "bisip",
    ),
    "names": (
        "name", "displayname", "friendlyname", "rangename", "subnetname", "networkname", "vnetname", "vpcname",
        "title", "label", "bezeichnung", "description", "desc", "comment", "comments", "remark", "remarks",
        "site", "sitename", "standort", "scope", "location", "vnet", "virtualnetwork", "vpc", "vlanname",
        "role", "tenant", "customer", "vpcid", "subnetid", "hostname", "host", "server", "fqdn", "computername",
    ),
    "folders": ("isfolder",),
}  # fmt: skip
#: Of the sure ones, those that also stand for the beginning of a name, or for an id.
DOUBTFUL = ("prefix", "prefixes", "networkid", "networkaddress", "subnetaddress", "scopeid")
#: Of the likely ones, those that also stand for the one address of a host, which is not a range.
ADDRESSES = ("address", "ipaddress", "addr", "ip", "addresses", "ipaddresses", *languages.ADDRESSES)
#: Of the sure ones, those under which routes of Azure have service tags as well.
ADDRESS_PREFIXES = ("addressprefix", "addressprefixes")
#: Words in other names whose values are ranges if they look like some: vpc_cidr, private_subnets, Subnet (v4).
_WORDS = ("cidr", "prefix", "subnet", "network", "range", "addressspace", "supernet", "netblock", "ipblock",
          *languages.PARTS)  # fmt: skip
#: Beginnings of words that say a name is that of a filter: what may pass, not what is where.
_FILTERS = ("source", "src", "dest", "dst", "allow", "deny", "denied", "authori", "trust", "white", "black", "permit",
            "rule", "acl", "filter", *languages.FILTERS)  # fmt: skip
#: Names that a table of one nameless column is given, by `az -o table`.
_NAMELESS = re.compile("result|column[0-9]+")
#: A longer title is a sentence.
_MOST_WORDS = 6
#: Keys of the docker bridge, which is inside of nodes and in nobody's way.
INSIDE_NODES = ("dockerbridgeaddress", "dockerbridgecidr")
#: Keys below which no ranges are taken: sentences about ranges, what a plan was held to, and the docker bridge.
NO_RANGES = ("reasons", "message", "recommendation", "findings", "then", "growth", "nextsizes", "comparison", "sizes",
             "aksarguments", "heldto", *INSIDE_NODES)  # fmt: skip
#: The ranges of a plan of this command by normal key, and what each is called. Its docker bridge is inside of
#: nodes, and never in the way of others.
OF_PLAN = {"vnetaddressprefixes": "network", "subnetprefix": "subnet", "podcidr": "pods", "servicecidr": "services"}
#: What only a plan has.
_PLAN = {"podCidr", "serviceCidr", "subnetPrefix", "vnetAddressPrefixes"}
#: Normal keys of clusters that say what a range is for.
_OF_CLUSTER = {"podcidr": "pods", "podcidrs": "pods", "clustercidr": "pods", "servicecidr": "services",
               "servicecidrs": "services", "servicescidr": "services"}  # fmt: skip
#: Where parameters and outputs of ARM and Terraform have their values.
_VALUES = ("defaultValue", "value", "default", "constant_value")
#: What else such a parameter or an output has, and nothing more.
_BESIDE_VALUE = {"type", "sensitive", "metadata", "description", "nullable", "allowedValues"}
#: What exporters wrap a list in: texts in such a list are ranges, unless it is deeper inside, where it may be anything.
WRAPPINGS = ("value", "data", "results", "result", "items", "list")
_FAMILY = re.compile("ipv?[46]|(?<=[a-z])v[46]$|^v[46](?=[a-z])")

#: What each normal title stands for, the words of other languages behind those of English.
_RANK = {
    name: (kind, rank)
    for kind, names in KINDS.items()
    for rank, name in enumerate(dict.fromkeys((*names, *languages.WORDS.get(kind, ()))))
}
#: Ranks of IPv6 come after those of IPv4.
_IPV6 = 1000


def normal(title: str) -> str:
    """Return a title without case, spaces and signs: `Address Prefix`, `address_prefix` and `addressPrefix` are one."""
    return re.sub("[^a-z0-9]", "", folded(title))


@lru_cache(4096)  # a file has few titles, each in every object
def of_family(title: str) -> tuple[str, str]:
    """Return a normal title without what it says of IPv4 or IPv6, and which of them that is: "4", "6" or ""."""
    text = normal(title)
    if text in _RANK:
        return text, ""
    found = _FAMILY.search(text)
    return (_FAMILY.sub("", text) or "ip", found.group()[-1]) if found else (text, "")


def of_cluster(title: str) -> str:
    """Return which range of a cluster a title stands for: pods or services; "" for none."""
    return _OF_CLUSTER.get(of_family(title)[0], "")


@lru_cache(4096)
def stands_for(title: str) -> tuple[str, int]:
    """Return what a title stands for, a key of KINDS or `perhaps`, and its rank there; "" for nothing."""
    text, family = of_family(title)
    kind, rank = _RANK.get(text, ("", 0))
    if kind in ("masks", "starts", "ends") and family == "6":
        return "", 0
    if kind or text in NO_RANGES:
        return kind, rank + (_IPV6 if family == "6" else 0)
    words = re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", title)
    spoken_of = any(word in text for word in _WORDS) or _NAMELESS.fullmatch(text)
    return ("perhaps", 0) if spoken_of and not is_filter(title) and len(words) <= _MOST_WORDS else ("", 0)


def is_filter(title: str) -> bool:
    """Return whether a title is that of a filter: what may pass, not what is where."""
    return any(word.lower().startswith(_FILTERS) for word in re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", title))


def is_plan(row: Json) -> bool:
    """Return whether an object is a plan of this command; the parameters of its template have the same names."""
    return row.keys() >= _PLAN and not isinstance(row["podCidr"], dict)


def value_key(row: Json) -> str:
    """Return the key under which a parameter or an output of a template has its value, "" for none."""
    return next((key for key in row if key in _VALUES and isinstance(row[key], str | list)), "")


def is_value_alone(row: Json) -> bool:
    """Return whether an object is a parameter or an output of a template, and nothing else."""
    return bool(value_key(row)) and row.keys() <= {value_key(row), *_BESIDE_VALUE}


def table_of(row: Json) -> tuple[list[str], list[list[object]]] | None:
    """Return titles and rows of a table that is written as one object, as Resource Graph may answer, None for another.

    Its rows have the values alone: `{"columns": [{"name": "prefix", ...}], "rows": [["10.0.0.0/16"]]}`.
    """
    columns, rows = row.get("columns"), row.get("rows")
    if not (isinstance(columns, list) and isinstance(rows, list) and columns and rows):
        return None
    titles = [str(each.get("name")) if isinstance(each, dict) else "" for each in columns]
    known = all(titles) and all(isinstance(each, list) and len(each) == len(titles) for each in rows)
    return (titles, rows) if known else None


def names_with_values(document: object) -> set[str]:
    """Return the parameters and variables of an ARM template whose value is in it, in lower case: ARM ignores case."""
    found: set[str] = set()
    for key in ("parameters", "variables"):
        for name, value in within(document, key).items():
            if key == "variables" or (isinstance(value, dict) and value_key(value)):
                found.add(name.lower())
    return found
