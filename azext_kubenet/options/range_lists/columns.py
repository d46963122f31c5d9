"""Which column of a table, or which key of an object, holds the range, its mask and its name.

Checked against what these write, from the document named:

* `az network vnet list`, `local-gateway list` and ARM itself: addressSpace, localNetworkAddressSpace and
  remoteAddressSpace with addressPrefixes, subnets with addressPrefix or addressPrefixes (specification of
  Microsoft.Network, 2024-07-01)
* Azure IPAM: spaces, blocks, externals and reservations with cidr, expanded networks with prefixes and subnets with
  prefix (engine/app/models.py of Azure/ipam)
* `aws ec2 describe-vpcs` and `describe-subnets`: CidrBlock, CidrBlockAssociationSet, Ipv6CidrBlock, Tags (EC2 API
  reference, Vpc and Subnet)
* `gcloud compute networks subnets list`: ipCidrRange, secondaryIpRanges with rangeName, and network, which is no range
  there but an address of the web (Compute API v1, Subnetwork)
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
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from azext_kubenet.addressing.cidr import NotANetwork, quoted

#: The number of a column, or the key of an object.
Key = Any
#: The cells of a line by number, or an object by key.
Row = Any

#: Names that stand for ranges and nothing else, the surest first. Each stands for its twins as well: ipv4Prefix,
#: ipv6Prefix and prefix_v4 are prefix.
SURE = (
    "cidr", "cidrs", "prefix", "prefixes", "ipprefix", "ipprefixes", "ipnetwork", "addressprefix", "addressprefixes",
    "cidrblock", "cidrblocks", "cidrrange", "cidrranges", "ipcidrrange", "networkcidr", "subnetcidr", "resourcecidr",
    "subnetprefix", "subnetprefixes", "subnetaddressprefix", "vnetaddressprefixes", "addressspace", "addressspaces",
    "addressrange", "addressranges", "iprange", "ipranges", "networkid", "networkaddress", "subnetaddress", "scopeid",
    "podcidr", "podcidrs", "servicecidr", "servicecidrs", "servicescidr", "clustercidr",
)  # fmt: skip
#: Of these names, those that also stand for the beginning of a name, or for an id.
DOUBTFUL = ("prefix", "prefixes", "networkid", "networkaddress", "subnetaddress", "scopeid")
#: Names that stand for ranges where there is nothing surer, and else for the name of something.
LIKELY = (
    "network", "networks", "subnet", "subnets", "range", "ranges", "supernet", "supernets", "block", "netblock",
    "ipblock", "ipsubnet", "ipsubnets", "address", "ipaddress", "addr", "ip", "addresses", "ipaddresses",
)  # fmt: skip
#: Of these names, those that also stand for the one address of a machine, which is no range.
ADDRESSES = ("address", "ipaddress", "addr", "ip", "addresses", "ipaddresses")
#: Words in other names whose values are ranges if they look like some: vpc_cidr, private_subnets, Subnet (v4).
_WORDS = ("cidr", "prefix", "subnet", "network", "range", "addressspace", "supernet", "netblock", "ipblock")
#: Beginnings of words that say a name is that of a filter: what may pass, not what is where.
_FILTERS = ("source", "src", "dest", "dst", "allow", "deny", "denied", "authori", "trust", "white", "black", "permit",
            "rule", "acl", "filter")  # fmt: skip
#: Names that a table of one nameless column is given, by `az -o table`.
_NAMELESS = re.compile("result|column[0-9]+")
#: A longer title is a sentence.
_MOST_WORDS = 6
#: Keys below which nothing is looked for: sentences about ranges, and the docker bridge, which is inside of nodes.
NO_RANGES = ("reasons", "message", "recommendation", "findings", "then", "growth", "nextsizes", "comparison", "sizes",
             "aksarguments", "dockerbridgeaddress", "dockerbridgecidr")  # fmt: skip
MASKS = ("mask", "netmask", "subnetmask", "addressmask", "networkmask", "prefixlength", "prefixlen", "masklength",
         "maskbits", "cidrmask", "masksize", "prefixsize")  # fmt: skip
STARTS = ("startaddress", "startaddr", "startip", "startipaddress", "startrange", "rangestart", "firstip",
          "firstaddress", "ipstart", "ipfrom", "start", "from")  # fmt: skip
ENDS = ("endaddress", "endaddr", "endip", "endipaddress", "endrange", "rangeend", "lastip", "lastaddress", "ipend",
        "ipto", "end", "to")  # fmt: skip
#: What names a range, the best first; an unused LIKELY column names it too.
NAMES = (
    "name", "displayname", "friendlyname", "rangename", "subnetname", "networkname", "vnetname", "vpcname", "title",
    "label", "bezeichnung", "description", "desc", "comment", "comments", "remark", "remarks", "site", "sitename",
    "standort", "scope", "location", "vnet", "virtualnetwork", "vpc", "vlanname", "role", "tenant", "customer", "vpcid",
    "subnetid",
)  # fmt: skip
#: What exporters wrap a list in: texts in such a list are ranges, unless it is deeper inside, where it may be anything.
WRAPPINGS = ("value", "data", "results", "result", "items", "list")

_NUMBER = re.compile(r"/?([0-9]{1,3})", re.ASCII)
_IPV4 = re.compile(r"[0-9]+(\.[0-9]+){3}", re.ASCII)
_ADDRESS = re.compile(rf"{_IPV4.pattern}|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*", re.ASCII)
#: A range begins here, right or wrong.
_WHOLE = re.compile(
    r"[\['\"=]*(?:[0-9]+\.[0-9.]*|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*)\s*[/\u2013\u2014-]",
    re.ASCII,
)
#: What somebody meant for a range or an address, and no name.
_MEANT = re.compile(r"[0-9]+\.[0-9]+[./]|[0-9.]+/[0-9.]+$", re.ASCII)
_NETMASKS = {
    ".".join(str((-1 << (32 - length)) >> shift & 255) for shift in (24, 16, 8, 0)): length for length in range(33)
}
_NO_NAMES = ("true", "false")
#: What programs and people write for nothing, beside signs alone, such as a dash.
_NOTHINGS = ("none", "null", "n/a")
#: What a template works out when it is used: of ARM, Terraform, shells and pipelines, and those with two braces.
_EXPRESSION = re.compile(r"\[\s*[A-Za-z_][\w.]*\s*\(.*\]|\$\{.*\}|\$\(.*\)|\{\{.*\}\}", re.DOTALL)
_FOLDER = " (folder)"
_FAMILY = re.compile("ipv?[46]|(?<=[a-z])v[46]$|^v[46](?=[a-z])")


class Cell(NamedTuple):
    """A range of a row.

    at: its column or key; of_a_host: whether the text may be an address in the network that is meant; part: whether it
    may be a part of another range of the row, which then counts.
    """

    at: Key
    text: str
    of_a_host: bool = False
    part: bool = False


@dataclass
class Layout:  # pylint: disable=too-many-instance-attributes
    """Where things stand in a row or an object, the surest first: positions of columns, or keys.

    perhaps: of names that are not known; their values are ranges if they look like some. addresses: of those that are
    likely, the ones that may be addresses of machines. themselves: keys that are ranges.
    """

    sure: list[Key] = field(default_factory=list)
    likely: list[Key] = field(default_factory=list)
    perhaps: list[Key] = field(default_factory=list)
    masks: list[Key] = field(default_factory=list)
    starts: list[Key] = field(default_factory=list)
    ends: list[Key] = field(default_factory=list)
    names: list[Key] = field(default_factory=list)
    folders: list[Key] = field(default_factory=list)
    addresses: frozenset[Key] = frozenset()
    themselves: tuple[Key, ...] = ()

    @cached_property
    def ranges(self) -> list[Key]:
        """What is known to hold ranges."""
        return [*self.sure, *self.likely]

    @property
    def known(self) -> bool:
        """Whether anything holds ranges by its name."""
        return bool(self.sure or self.likely or (self.starts and self.ends))


_FIELDS = {"sure": SURE, "likely": LIKELY, "masks": MASKS, "starts": STARTS, "ends": ENDS, "names": NAMES,
           "folders": ("isfolder",)}  # fmt: skip
_RANK = {name: (kind, rank) for kind, names in _FIELDS.items() for rank, name in enumerate(names)}
#: Ranks of IPv6 come after those of IPv4.
_IPV6 = 1000


def normal(title: str) -> str:
    """A title without case, spaces and signs: `Address Prefix`, `address_prefix` and `addressPrefix` are one."""
    return re.sub("[^a-z0-9]", "", title.lower())


@lru_cache(4096)  # a file has few titles, each in every object
def of_family(title: str) -> tuple[str, str]:
    """A normal title without what it says of IPv4 or IPv6, and which of them that is: "4", "6" or ""."""
    text = normal(title)
    if text in _RANK:
        return text, ""
    found = _FAMILY.search(text)
    return (_FAMILY.sub("", text) or "ip", found.group()[-1]) if found else (text, "")


@lru_cache(4096)
def stands_for(title: str) -> tuple[str, int]:
    """What a title stands for, a field of Layout, and its rank there; "" for nothing."""
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
    """Whether a title is that of a filter: what may pass, not what is where."""
    return any(word.lower().startswith(_FILTERS) for word in re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", title))


def layout(titles: Iterable[tuple[Key, str]]) -> Layout:
    """Where things stand, from titles by position or key."""
    found: dict[str, list[tuple[int, Key]]] = {kind: [] for kind in (*_FIELDS, "perhaps")}
    addresses, themselves = [], []
    for at, title in titles:
        kind, rank = stands_for(title)
        if kind:
            found[kind].append((rank, at))
        if kind == "likely" and of_family(title)[0] in ADDRESSES:
            addresses.append(at)
        if title[:1].isdigit() and _WHOLE.match(title):
            themselves.append(at)
    return Layout(
        **{kind: [at for _, at in sorted(ranked, key=lambda each: each[0])] for kind, ranked in found.items()},
        addresses=frozenset(addresses),
        themselves=tuple(themselves),
    )


def begins_as_range(text: str) -> bool:
    """Whether a text begins as a range does."""
    return bool(_WHOLE.match(text.strip()))


def was_meant(text: str) -> bool:
    """Whether a text was meant for a range, right or wrong, and is no name."""
    return bool(_MEANT.match(text.strip()))


def scalar(value: object) -> str:
    """The text of a cell or of a plain JSON value; nothing for what looks empty or is neither text nor whole number."""
    if isinstance(value, str):
        return "" if looks_empty(value) else value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def looks_empty(text: str) -> bool:
    """Whether a text stands for nothing: spaces, signs such as a dash, or a word for it."""
    text = text.strip()
    if text[:1].isalnum():
        return len(text) <= len("none") and text.lower() in _NOTHINGS
    return not any(each.isalnum() or each == ":" for each in text)


def is_expression(text: str) -> bool:
    """Whether a text is an expression of a template, which is no range and no name itself."""
    return text[:1] in ("[", "$", "{") and bool(_EXPRESSION.fullmatch(text))


def ranges_of(row: Row, where: Layout) -> list[Cell]:
    """The ranges of a row, from all of its columns or keys. Raises NotANetwork for a mask.

    Whole ranges count first, then an address with its mask in another column, and then two ends. Of a network and a
    part of it the network counts.
    """
    values = {at: "" if is_expression(text := scalar(row[at])) else text for at in where.ranges}
    cells = [Cell(at, text, at in where.addresses) for at, text in values.items() if _WHOLE.match(text)]
    for at in where.perhaps:
        text = scalar(row[at])
        if _WHOLE.match(text):
            cells.append(Cell(at, text, True))
    if any(str(row[at]).lower() in ("1", "yes", "true") for at in where.folders):
        return cells
    whole = any(_IPV4.match(cell.text.lstrip("['\"=")) for cell in cells)
    apart = not cells or where.masks or (where.starts and where.ends)
    parts = list(_parts(row, values, where, whole)) if apart else []
    return [*cells, *parts] if cells or parts else _first_text(values, where)


def _parts(row: Row, values: dict[Key, str], where: Layout, whole: bool) -> Iterator[Cell]:
    """Ranges of a row that stand in several columns. whole: whether it has another, so that wrong ones are none."""
    base = next((at for at, text in values.items() if _IPV4.fullmatch(text)), None)
    if base is None:
        base = next((at for at, text in values.items() if _ADDRESS.fullmatch(text)), None)
    masks = [text for text in (scalar(row[at]) for at in where.masks) if text]
    masks += [text for text in (values[at] for at in where.sure) if _NUMBER.fullmatch(text)]
    if base is not None and masks and (not whole or _is_mask(masks[0])):
        yield Cell(base, f"{values[base]}/{_length(masks[0])}", whole or base in where.addresses)
        whole = True
    if where.starts and where.ends:
        yield from _between(row, where, masks, whole)


def _between(row: Row, where: Layout, masks: list[str], whole: bool) -> Iterator[Cell]:
    """The range from a first to a last address, and the network that a mask beside or behind them makes of it."""
    (first, own), (last, _) = (_parted(scalar(row[at[0]])) for at in (where.starts, where.ends))
    if not (first and last) or not (_ADDRESS.fullmatch(first) or was_meant(first)):
        return
    mask = "" if whole or not _IPV4.fullmatch(first) else own or (masks[0] if masks else "")
    if mask:
        yield Cell(where.starts[0], f"{first}/{_length(mask)}", True)
    yield Cell(where.starts[0], f"{first}-{last}", part=bool(whole or mask))


def _parted(text: str) -> tuple[str, str]:
    address, _, length = text.partition("/")
    return address.strip(), length.strip()


def _is_mask(text: str) -> bool:
    return text in _NETMASKS or bool(_NUMBER.fullmatch(text))


def is_network(address: str, mask: str) -> bool:
    """Whether a text is the first address of a network whose netmask is another."""
    if mask not in _NETMASKS or mask == "0.0.0.0" or not _IPV4.fullmatch(address):
        return False
    return all(
        len(one) <= 3 and int(one) <= 255 and int(one) & ~int(other) == 0
        for one, other in zip(address.split("."), mask.split("."), strict=True)
    )


def _first_text(values: dict[Key, str], where: Layout) -> list[Cell]:
    """What stands where a range should, to be told as a fault; not a number, an address of the web or a folder.

    Where a name stands that may be that of something else, only what was meant for a range is a fault.
    """
    for at in where.sure or where.likely:
        text = values[at]
        length_alone = len(values) > 1 and _NUMBER.fullmatch(text)
        if text and not (length_alone or _is_path(text) or text.endswith(_FOLDER)):
            if at not in where.sure and (at in where.addresses or not was_meant(text)):
                continue
            return [] if text == "0.0.0.0" or _SIZE.fullmatch(text) else [Cell(at, text)]  # phpIPAM writes folders so
    return []


#: A size alone, as a plan's `sizes` have it.
_SIZE = re.compile("/[0-9]{1,2}", re.ASCII)


def _length(mask: str) -> str:
    """A prefix length, from itself or from a netmask."""
    number = _NUMBER.fullmatch(mask)
    length = number.group(1) if number else _NETMASKS.get(mask)
    if length is None:
        message = f"{quoted(mask)} is neither a prefix length nor a netmask"
        raise NotANetwork("malformed-range", message, "use a mask such as 24 or 255.255.255.0")
    return str(length)


def with_length(text: str) -> str:
    """A range whose mask is written out, with its prefix length: `10.0.0.0/255.0.0.0` is `10.0.0.0/8`."""
    address, slash, mask = text.partition("/")
    return f"{address}/{_NETMASKS[mask]}" if slash and mask in _NETMASKS else text


def name_of(row: Row, where: Layout, used: Container[Key] = ()) -> str:
    """What a row or an object is called; nothing if it does not say. used: columns or keys that hold its ranges."""
    for at in [*where.names, *where.likely]:
        if at not in used:
            text = _name(row[at])
            if text and text.lower() not in _NO_NAMES and not _ADDRESS.fullmatch(text) and not _WHOLE.match(text):
                return text
    return ""


def name_of_object(value: object) -> str:
    """What a value is called that is no row of a list."""
    found = _name(value)
    if not found and isinstance(value, dict):
        found = next((_name(value[key]) for key in value if normal(key) in ("vnetid", "subnetname", *NAMES)), "")
    return found


def _name(value: object) -> str:
    """A name: a text, the last part of an id or of an address of the web, or the name of an object."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "display", "label", "value") if value.get(key)), None)
    text = scalar(value)
    if is_expression(text):
        return ""
    return text.rstrip("/").rpartition("/")[2] if _is_path(text) else text


def _is_path(text: str) -> bool:
    """Whether a text is the id of a resource or an address of the web."""
    return text.startswith(("/", "projects/")) or "://" in text
