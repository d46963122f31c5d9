"""The ranges and the name of a row of a table, or of an object, from what its columns or keys stand for."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from azext_kubenet.addressing.cidr import NotANetwork, quoted
from azext_kubenet.azure.bodies import Json
from azext_kubenet.options.range_lists.titles import ADDRESS_PREFIXES, ADDRESSES, KINDS, normal, of_family, stands_for

#: The number of a column, or the key of an object.
Key = Any
#: The cells of a line by number, or an object by key.
Row = Any

_NUMBER = re.compile(r"/?([0-9]{1,3})", re.ASCII)
_IPV4 = re.compile(r"[0-9]+(\.[0-9]+){3}", re.ASCII)
_ADDRESS = re.compile(rf"{_IPV4.pattern}|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*", re.ASCII)
#: A range begins here, right or wrong.
_WHOLE = re.compile(
    r"[\['\"=`*]*(?:(?:[0-9]+\.[0-9.]*|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*)(?:\s*[/\u2013\u2014-]|\s+255\.)"
    r"|(?:[0-9]{1,3}\.){1,3}(?:\*|(?<=\.)[xX]{1,3}(?![A-Za-z])))",
    re.ASCII,
)
#: What somebody meant for a range or an address, and no name.
_MEANT = re.compile(r"[0-9]+\.[0-9]+[./]|[0-9.]+/[0-9.]+$", re.ASCII)
#: Prefix lengths by netmask.
NETMASKS = {
    ".".join(str((-1 << (32 - length)) >> shift & 255) for shift in (24, 16, 8, 0)): length for length in range(33)
}
#: Netmasks by prefix length, of networks as people list them: neither shorter ones nor those of one address or two.
_MASKS = {length: mask for mask, length in NETMASKS.items() if 8 <= length <= 30}
#: What has the form of a range with other signs: four groups of digits, or some before a slash.
_SLIP = re.compile(
    r"[0-9]{1,3}(?:[.,:;_ ]{1,2}[0-9OolI]{1,3}){1,4} ?[/\\] ?[0-9OolI]{1,2}"
    r"|[0-9]{1,3}(?:[.,:;_ ]{1,2}[0-9OolI]{1,3}){3}",
    re.ASCII,
)
_NO_NAMES = ("true", "false")
#: What programs and people write for nothing, beside signs alone, such as a dash.
_NOTHINGS = ("none", "null", "n/a")
#: What a template works out when it is used: of ARM, Terraform, shells and pipelines, and those with two braces.
_EXPRESSION = re.compile(r"\[\s*[A-Za-z_][\w.]*\s*\(.*\]|\$\{.*\}|\$\(.*\)|\{\{.*\}\}", re.DOTALL)
#: A size alone, as a plan's `sizes` have it.
_SIZE = re.compile("/[0-9]{1,2}", re.ASCII)
_SERVICE_TAG = re.compile("[A-Z][A-Za-z]{3,60}(?:[.][A-Z][A-Za-z0-9]{1,60})?")
#: Signs of Markdown around a name.
_EMPHASIS = re.compile(r"^(\*\*|\*|__|`)([^*_`]+)\1$")
_FOLDER = " (folder)"


class Cell(NamedTuple):
    """A range of a row.

    at: its column or key
    of_a_host: whether the text may be an address in the network that is meant
    part: whether it may be a part of another range of the row, which then counts
    of_cluster: whether it is that of pods, services or nodes of a cluster
    """

    at: Key
    text: str
    of_a_host: bool = False
    part: bool = False
    of_cluster: bool = False


@dataclass
class Layout:  # pylint: disable=too-many-instance-attributes
    """What is where in a row or an object, the surest first: positions of columns, or keys.

    sure, likely, masks, lengths, starts, ends, names, folders: by what their titles stand for
    perhaps: with unknown titles; their values are ranges if they look like some
    addresses: of the likely ones, those that may be addresses of hosts
    themselves: keys that are ranges
    """

    sure: list[Key] = field(default_factory=list)
    likely: list[Key] = field(default_factory=list)
    perhaps: list[Key] = field(default_factory=list)
    masks: list[Key] = field(default_factory=list)
    lengths: list[Key] = field(default_factory=list)
    starts: list[Key] = field(default_factory=list)
    ends: list[Key] = field(default_factory=list)
    names: list[Key] = field(default_factory=list)
    folders: list[Key] = field(default_factory=list)
    addresses: frozenset[Key] = frozenset()
    themselves: tuple[Key, ...] = ()

    @cached_property
    def ranges(self) -> list[Key]:
        """Return what holds ranges by its title."""
        return [*self.sure, *self.likely]

    @property
    def known(self) -> bool:
        """Return whether anything holds ranges by its title."""
        return bool(self.sure or self.likely or (self.starts and self.ends))


def layout(titles: Iterable[tuple[Key, str]]) -> Layout:
    """Return what is where, from titles by position or key."""
    found: dict[str, list[tuple[int, Key]]] = {kind: [] for kind in (*KINDS, "perhaps")}
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
    """Return whether a text begins as a range does."""
    return bool(_WHOLE.match(text.strip()))


def is_address(text: str) -> bool:
    """Return whether a text has the form of an IPv4 address, and nothing else."""
    return bool(_IPV4.fullmatch(text.strip()))


def was_meant(text: str) -> bool:
    """Return whether a text was meant for a range, right or wrong, and is not a name."""
    return bool(_MEANT.match(text.strip()) or _SLIP.fullmatch(text.strip()))


def with_dots(text: str) -> str:
    """Return a text that has the form of a range with other signs as one with dots, any other as it is."""
    text = text.strip()
    return re.sub(r"[.,:;_ ]+(?=[0-9])", ".", text) if _SLIP.fullmatch(text) else text


def scalar(value: object) -> str:
    """Return the text of a cell or of a plain JSON value; "" for what looks empty or is neither text nor integer."""
    if isinstance(value, str):
        return "" if looks_empty(value) else value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def plain_address(value: object) -> object:
    """Return the text of an address that PowerShell wrote as an object (`ConvertTo-Json`), any other value as it is."""
    text = value.get("IPAddressToString") if isinstance(value, dict) else None
    return text if isinstance(text, str) else value


def is_service_tag(title: str, text: str) -> bool:
    """Return whether a text may be a service tag, which Azure has in place of a prefix: AzureCloud, Storage.WestUS2."""
    return normal(title) in ADDRESS_PREFIXES and bool(_SERVICE_TAG.fullmatch(text))


def looks_empty(text: str) -> bool:
    """Return whether a text means nothing: spaces, signs such as a dash, or a word for it."""
    text = text.strip()
    if text[:1].isalnum():
        return len(text) <= len("none") and text.lower() in _NOTHINGS
    return not any(each.isalnum() or each == ":" for each in text)


def is_expression(text: str) -> bool:
    """Return whether a text is an expression of a template, which is not a range and no name itself."""
    return text[:1] in ("[", "$", "{") and bool(_EXPRESSION.fullmatch(text))


def ranges_of(row: Row, where: Layout) -> list[Cell]:
    """Return the ranges of a row, from all of its columns or keys. Raises NotANetwork for a mask.

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
    whole = any(_IPV4.match(cell.text.lstrip("['\"=`*")) for cell in cells)
    apart = not cells or where.masks or where.lengths or (where.starts and where.ends)
    parts = list(_parts(row, values, where, whole)) if apart else []
    return [*cells, *parts] if cells or parts else _first_text(values, where)


def _parts(row: Row, values: dict[Key, str], where: Layout, whole: bool) -> Iterator[Cell]:
    """Yield ranges of a row in several columns. whole: whether it has another, so that wrong ones are none."""
    alone = {at: text for at, text in values.items() if _ADDRESS.fullmatch(text) and not _is_written_mask(text)}
    base = next((at for at, text in alone.items() if _IPV4.fullmatch(text)), next(iter(alone), None))
    masks = [text for text in (scalar(row[at]) for at in where.masks) if text]
    masks += [text for text in (values[at] for at in where.sure) if _NUMBER.fullmatch(text) or _is_written_mask(text)]
    if base is not None and not masks:
        masks = [text for at in where.lengths if fits(values[base], text := scalar(row[at]))]
    if base is not None and masks and (not whole or _is_mask(masks[0])):
        yield Cell(base, f"{values[base]}/{_length(masks[0])}", whole or base in where.addresses)
        whole = True
    if where.starts and where.ends:
        yield from _between(row, where, masks, whole)


def _between(row: Row, where: Layout, masks: list[str], whole: bool) -> Iterator[Cell]:
    """Yield the range from a first to a last address, and the network that a mask beside or after them makes of it."""
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


def _is_written_mask(text: str) -> bool:
    return text[:4] == "255." and text in NETMASKS


def _is_mask(text: str) -> bool:
    return text in NETMASKS or bool(_NUMBER.fullmatch(text))


def is_network(address: str, mask: str) -> bool:
    """Return whether a text is the first address of a network whose netmask is another."""
    if mask not in NETMASKS or mask == "0.0.0.0" or not _IPV4.fullmatch(address):
        return False
    return all(
        len(one) <= 3 and int(one) <= 255 and int(one) & ~int(other) == 0
        for one, other in zip(address.split("."), mask.split("."), strict=True)
    )


def fits(address: str, length: str) -> bool:
    """Return whether a text is the first address of a network as people list them, whose prefix length is another."""
    number = _NUMBER.fullmatch(length)
    mask = _MASKS.get(int(number.group(1)), "") if number else ""
    return bool(mask) and address[:2] != "0." and is_network(address, mask)


def _first_text(values: dict[Key, str], where: Layout) -> list[Cell]:
    """Return what is in place of a range, to be told as a fault; not a number, an address of the web or a folder.

    Under a title that may be that of something else, only what was meant for a range is a fault.
    """
    for at in where.sure or where.likely:
        text = values[at]
        length_alone = len(values) > 1 and _NUMBER.fullmatch(text)
        if text and not (length_alone or _is_path(text) or text.endswith(_FOLDER)):
            if at not in where.sure and (at in where.addresses or not was_meant(text)):
                continue
            return [] if text == "0.0.0.0" or _SIZE.fullmatch(text) else [Cell(at, text)]  # phpIPAM writes folders so
    return []


def _length(mask: str) -> str:
    """Return a prefix length, from itself or from a netmask."""
    number = _NUMBER.fullmatch(mask)
    length = number.group(1) if number else NETMASKS.get(mask)
    if length is None:
        message = f"invalid mask {quoted(mask)}: expected a prefix length or a netmask"
        raise NotANetwork("malformed-range", message, "use a mask such as 24 or 255.255.255.0")
    return str(length)


def with_length(text: str) -> str:
    """Return a range whose mask is written out with its prefix length: `10.0.0.0/255.0.0.0` is `10.0.0.0/8`."""
    address, slash, mask = text.partition("/")
    return f"{address}/{NETMASKS[mask]}" if slash and mask in NETMASKS else text


def name_of(row: Row, where: Layout, used: Container[Key] = ()) -> str:
    """Return what a row or an object is called, "" for nothing. used: columns or keys that hold its ranges"""
    for at in [*where.names, *where.likely]:
        if at not in used:
            text = _name(row[at])
            if text and text.lower() not in _NO_NAMES and not _ADDRESS.fullmatch(text) and not _WHOLE.match(text):
                return text
    return ""


def name_of_object(value: object) -> str:
    """Return what a value is called that is not a row of a list."""
    found = _name(value)
    if not found and isinstance(value, dict):
        found = next(
            (_name(value[key]) for key in value if normal(key) in ("vnetid", "subnetname", *KINDS["names"])), ""
        )
    return found


def _name(value: object) -> str:
    """Return a name: a text, the last part of an ID or of an address of the web, or the name of an object."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "display", "label", "value") if value.get(key)), None)
    text = scalar(value)
    if is_expression(text):
        return ""
    if _is_path(text):
        return text.rstrip("/").rpartition("/")[2]
    return _EMPHASIS.sub(r"\2", text) if text[:1] in "*_`" else text


def _is_path(text: str) -> bool:
    """Return whether a text is the ID of a resource or an address of the web."""
    return text.startswith(("/", "projects/")) or "://" in text


def name_of_plan(row: Json) -> str:
    """Return the subnet or the network that a plan is for, if it names one."""
    network = row.get("network")
    found = name_of_object(network) if isinstance(network, dict) else ""
    return found or "plan"


def name_in_tags(row: Json) -> str:
    """Return the name that AWS keeps among the tags, "" for none."""
    tags = row.get("Tags")
    found = (tag.get("Value") for tag in (tags if isinstance(tags, list) else ())
             if isinstance(tag, dict) and tag.get("Key") == "Name")  # fmt: skip
    name = next(found, "")
    return name if isinstance(name, str) else ""


def joined(outer: str, own: str) -> str:
    """Return `hub/apps` for subnet apps of network hub."""
    return f"{outer}/{own}" if outer and own and own != outer else own or outer
