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
* Windows Server IPAM: NetworkId, PrefixLength, SubnetMask (class MSFT_IPAM_Subnet)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from azext_kubenet.addressing.networks import NotANetwork, quoted

#: Names that stand for ranges and nothing else, the surest first.
SURE = (
    "cidr", "cidrs", "prefix", "prefixes", "ipprefix", "ipnetwork", "addressprefix", "addressprefixes", "cidrblock",
    "cidrblocks", "ipcidrrange", "ipv4cidrblock", "networkcidr", "subnetcidr", "resourcecidr", "subnetprefix",
    "addressspace", "addressspaces", "addressrange", "iprange", "ipranges", "networkid", "networkaddress",
    "subnetaddress", "ipv6cidrblock", "ipv6cidrrange", "ipv6prefix",
)  # fmt: skip
#: Names that stand for ranges where there is nothing surer, and else for the name of something.
LIKELY = (
    "network", "networks", "subnet", "subnets", "range", "ranges", "supernet", "block", "netblock", "ipblock",
    "address", "ipaddress",
)  # fmt: skip
MASKS = ("mask", "netmask", "subnetmask", "addressmask", "networkmask", "prefixlength", "prefixlen", "masklength",
         "maskbits", "cidrmask")  # fmt: skip
STARTS = ("startaddress", "startaddr", "startip", "startipaddress", "startrange", "rangestart", "firstip")
ENDS = ("endaddress", "endaddr", "endip", "endipaddress", "endrange", "rangeend", "lastip")
#: What names a range, the best first; an unused LIKELY column names it too.
NAMES = (
    "name", "displayname", "friendlyname", "rangename", "subnetname", "networkname", "vnetname", "vpcname", "title",
    "label", "description", "desc", "comment", "comments", "remark", "remarks", "site", "sitename", "scope", "location",
    "vnet", "virtualnetwork", "vpc", "vlanname", "role", "tenant", "customer", "vpcid", "subnetid",
)  # fmt: skip
#: What exporters wrap a list in: texts in such a list are ranges, unless it is deeper inside, where it may be anything.
WRAPPINGS = ("value", "data", "results", "result", "items", "list")

_NUMBER = re.compile(r"/?([0-9]{1,3})", re.ASCII)
_ADDRESS = re.compile(r"[0-9]+(\.[0-9]+){3}|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*", re.ASCII)
_WHOLE = re.compile(
    r"[0-9]+\.[0-9.]*\s*[/\u2013\u2014-]|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*\s*[/\u2013\u2014-]", re.ASCII
)
_NETMASKS = {
    ".".join(str((-1 << (32 - length)) >> shift & 255) for shift in (24, 16, 8, 0)): length for length in range(33)
}
_FOLDER = " (folder)"


@dataclass
class Layout:
    """Where things stand in a row or an object, the surest first: positions of columns, or keys."""

    sure: list[Any] = field(default_factory=list)
    likely: list[Any] = field(default_factory=list)
    masks: list[Any] = field(default_factory=list)
    starts: list[Any] = field(default_factory=list)
    ends: list[Any] = field(default_factory=list)
    names: list[Any] = field(default_factory=list)
    folders: list[Any] = field(default_factory=list)

    @cached_property
    def ranges(self) -> list[Any]:
        """Everything that may hold a range."""
        return [*self.sure, *self.likely]

    @property
    def known(self) -> bool:
        """Whether anything holds ranges."""
        return bool(self.sure or self.likely or (self.starts and self.ends))


_FIELDS = {"sure": SURE, "likely": LIKELY, "masks": MASKS, "starts": STARTS, "ends": ENDS, "names": NAMES,
           "folders": ("isfolder",)}  # fmt: skip
_RANK = {name: (kind, rank) for kind, names in _FIELDS.items() for rank, name in enumerate(names)}


def normal(title: str) -> str:
    """A title without case, spaces and signs: `Address Prefix`, `address_prefix` and `addressPrefix` are one."""
    return re.sub("[^a-z0-9]", "", title.lower())


def layout(titles: Iterable[tuple[Any, str]]) -> Layout:
    """Where things stand, from titles by position or key."""
    found: dict[str, list[tuple[int, Any]]] = {kind: [] for kind in _FIELDS}
    for at, title in titles:
        if normal(title) in _RANK:
            kind, rank = _RANK[normal(title)]
            found[kind].append((rank, at))
    return Layout(
        **{kind: [at for _, at in sorted(ranked, key=lambda each: each[0])] for kind, ranked in found.items()}
    )


def scalar(value: Any) -> str:
    """The text of a cell or of a plain JSON value; nothing for what is neither text nor whole number."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def range_of(row: Any, where: Layout) -> tuple[Any, str] | None:
    """The column or key and the text of the range of a row; None where there is none. Raises NotANetwork for a mask.

    A whole range counts before an address with its mask in another column, and that before two ends.
    """
    values = {at: scalar(row[at]) for at in where.ranges}
    for at, text in values.items():
        if _WHOLE.match(text):
            return at, text
    if any(str(row[at]).lower() in ("1", "yes", "true") for at in where.folders):
        return None
    base = next((at for at, text in values.items() if _ADDRESS.fullmatch(text)), None)
    masks = [text for text in (scalar(row[at]) for at in where.masks) if text]
    masks += [text for text in (values[at] for at in where.sure) if _NUMBER.fullmatch(text)]
    if base is not None and masks:
        return base, f"{values[base]}/{_length(masks[0])}"
    if base is None and where.starts and where.ends:
        return _between(row, where)
    return _first_text(values, where)


def _between(row: Any, where: Layout) -> tuple[Any, str] | None:
    """The range from a first to a last address, each perhaps with the prefix length of its network behind it."""
    first, last = (scalar(row[at[0]]).partition("/")[0] for at in (where.starts, where.ends))
    return (where.starts[0], f"{first}-{last}") if first and last else None


def _first_text(values: dict[Any, str], where: Layout) -> tuple[Any, str] | None:
    """What stands where a range should, to be told as a fault; not a number, an address of the web or a folder."""
    for at in where.sure or where.likely:
        text = values[at]
        length_alone = len(values) > 1 and _NUMBER.fullmatch(text)
        if text and not (length_alone or _is_path(text) or text.endswith(_FOLDER)):
            return None if text == "0.0.0.0" else (at, text)  # phpIPAM writes folders so
    return None


def _length(mask: str) -> str:
    """A prefix length, from itself or from a netmask."""
    number = _NUMBER.fullmatch(mask)
    length = number.group(1) if number else _NETMASKS.get(mask)
    if length is None:
        message = f"{quoted(mask)} is neither a prefix length nor a netmask"
        raise NotANetwork("malformed-range", message, "use a mask such as 24 or 255.255.255.0")
    return str(length)


def name_of(row: Any, where: Layout, used: Any = None) -> str:
    """What a row or an object is called; nothing if it does not say."""
    for at in [*where.names, *where.likely]:
        if at != used:
            text = _name(row[at])
            if text and not _ADDRESS.fullmatch(text) and not _WHOLE.match(text):
                return text
    return ""


def _name(value: Any) -> str:
    """A name: a text, the last part of an id or of an address of the web, or the name of an object."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "display", "label", "value") if value.get(key)), None)
    text = scalar(value)
    return text.rstrip("/").rpartition("/")[2] if _is_path(text) else text


def _is_path(text: str) -> bool:
    """Whether a text is the id of a resource or an address of the web."""
    return text.startswith(("/", "projects/")) or "://" in text
