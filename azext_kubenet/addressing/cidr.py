"""The one door from text to a network.

Stricter than the parsers below it, which take `10.0.0.0/08`, a bare address as a /32, netmasks, and host bits.
Accepted: IPv4 in four decimal parts without leading zeros, a decimal prefix length from 0 to 32.
"""

import re
from collections.abc import Iterable
from functools import cache

from netaddr import IPAddress, IPNetwork, iprange_to_cidrs

from azext_kubenet.addressing.codes import LENGTH_BITS
from azext_kubenet.addressing.findings import Advice, Fix, LeaveOut, advise, use
from azext_kubenet.addressing.model import RangeRequest, fixed, sized

_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_PREFIX = r"/(3[0-2]|[12]?[0-9])"
#: Looking an octet up takes half the time of int(), which counts in a list of 100,000 lines.
_OCTETS = {str(octet): octet for octet in range(256)}
#: What is shown of a value that cannot be read, at most, in characters.
_SHOWN = 60


@cache  # compiled when first asked for: a plan without any range given needs none of them
def _address() -> re.Pattern[str]:
    return re.compile(r"\.".join([_OCTET] * 4), re.ASCII)


@cache
def _cidr() -> re.Pattern[str]:
    return re.compile(r"\.".join([_OCTET] * 4) + _PREFIX, re.ASCII)


@cache
def _size() -> re.Pattern[str]:
    return re.compile(_PREFIX, re.ASCII)


class NotANetwork(ValueError):
    """The text is no network.

    rule: of the finding to make of it
    recommendation: what to do about it
    value: what to type instead as the option's value, "" for none in particular
    takes: what the option takes, in words, where it is wrong altogether
    text: what was typed in place of the value, "" for what the value does not take the place of
    """

    def __init__(
        self, rule: str, message: str, recommendation: str = "", *, value: str = "", takes: str = "", text: str = ""
    ):
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.value = value
        self.takes = takes
        self.text = text
        self.recommendation = recommendation or f"use {value or takes}"

    def fixes(self, option: str) -> tuple[Fix, ...]:
        """What to do about it, for an option."""
        if self.value:
            return (use(option, self.value),)
        return advise(f"{option} takes {self.takes}" if self.takes else self.recommendation)


class Meant(NotANetwork):
    """A network in other words than are taken. network: the one that was probably meant; text: what was typed."""

    def __init__(self, rule: str, message: str, network: IPNetwork, text: str):
        super().__init__(rule, message, value=str(network), text=text)
        self.network = network


class Empty(NotANetwork):
    """Nothing was given, as by a variable that is not set."""

    def __init__(self, rule: str):
        super().__init__(rule, "the value is empty, perhaps that of a variable that is not set")

    def fixes(self, option: str) -> tuple[Fix, ...]:
        """What to do about it, for an option."""
        return Advice("give a value"), LeaveOut((option,))


class HostBits(Meant):
    """An address inside a network was given for the network. [C9]"""

    def __init__(self, text: str, network: IPNetwork):
        message = f"{text} has host bits set: it is an address inside {network}, not a network"
        super().__init__("host-bits", message, network, text)


def read_network(text: str) -> IPNetwork:
    """A network such as `10.244.0.0/16`.

    Raises HostBits when the address is not the network's own, NotANetwork for anything else.
    """
    match = _cidr().fullmatch(text) or _cidr().fullmatch(text.strip())
    if not match:
        raise _no_network(text)
    one, two, three, four, length = match.groups()
    value = _OCTETS[one] << 24 | _OCTETS[two] << 16 | _OCTETS[three] << 8 | _OCTETS[four]
    prefix = _OCTETS[length]
    first = value & -(1 << (32 - prefix))
    network = IPNetwork((first, prefix), version=4)
    if first != value:
        raise HostBits(text.strip(), network)
    return network


def read_code(text: str) -> int | None:
    """The code of a network as most lines of long lists have one; None for any other text.

    It accepts nothing that read_network does not accept, and takes a tenth of its time.
    """
    address, _, length = text.partition("/")
    try:
        one, two, three, four = address.split(".")
        value = _OCTETS[one] << 24 | _OCTETS[two] << 16 | _OCTETS[three] << 8 | _OCTETS[four]
        prefix = _OCTETS[length]
    except (KeyError, ValueError):
        return None
    return None if prefix > 32 or value & (1 << 32 - prefix) - 1 else value << LENGTH_BITS | prefix


def read_request(text: str) -> RangeRequest:
    """A request for a network, or only for a size such as `/20`. Raises as read_network does."""
    match = _size().fullmatch(text.strip())
    if not match and _size().fullmatch(f"/{text.strip()}"):
        raise NotANetwork("malformed-range", f"{text.strip()} is a number, not a size", value=f"/{text.strip()}")
    return sized(int(match.group(1))) if match else fixed(read_network(text))


def read_address(text: str) -> IPAddress:
    """An address such as `10.0.0.10`, without a prefix. Raises NotANetwork."""
    if not _address().fullmatch(text.strip()):
        message = f"{quoted(text)} is not an IPv4 address"
        raise _ipv6(text) or NotANetwork("malformed-address", message, takes="an address such as 10.0.0.10")
    return IPAddress(text.strip(), version=4)


def read_address_with_prefix(text: str) -> IPNetwork:
    """An address with the prefix of its network, such as `172.17.0.1/16`. Raises NotANetwork. [D1]"""
    if not _cidr().fullmatch(text.strip()):
        raise _no_network(
            text, "an address with the prefix length of its network, such as 172.17.0.1/16", host_bits=True
        )
    return IPNetwork(text.strip(), version=4)


def read_networks(text: str) -> list[IPNetwork]:
    """A network, or a range such as `10.0.0.10-10.0.0.20` as the networks that cover exactly it.

    Raises HostBits and NotANetwork as read_network does, and NotANetwork for a range that ends before it starts.
    """
    first, dash, last = text.strip().partition("-")
    if not dash or not _address().fullmatch(first):
        return [read_network(text)]
    if not _address().fullmatch(last):
        message = f"{quoted(text)} is not a range of IPv4 addresses"
        raise NotANetwork("malformed-range", message, takes="a range such as 10.0.0.10-10.0.0.20, or a network")
    start, end = IPAddress(first, version=4), IPAddress(last, version=4)
    if start > end:
        message = f"{quoted(text)} ends before it starts"
        raise NotANetwork("malformed-range", message, value=f"{last}-{first}", text=text.strip())
    return list(iprange_to_cidrs(start, end))


def not_nested(networks: Iterable[IPNetwork]) -> list[IPNetwork]:
    """The networks that are inside no other of them, each once, in their order."""
    apart = [*dict.fromkeys(networks)]
    return [one for one in apart if not any(one in other for other in apart if one != other)]


def overlap(one: IPNetwork, other: IPNetwork) -> bool:
    """Whether the two share an address."""
    return bool(one.first <= other.last and other.first <= one.last)


def _no_network(text: str, takes: str = "a network such as 10.244.0.0/16", *, host_bits: bool = False) -> NotANetwork:
    """What is wrong with a text that is no network. takes: what the option takes; host_bits: whether with these."""
    if _address().fullmatch(text.strip()):
        message = f"{text.strip()} has no prefix length"
        return NotANetwork("malformed-range", message, takes=f"{takes}: add the length after the address")
    masked = _with_netmask(text.strip())
    if masked is not None:
        message = f"{text.strip()} has a netmask in place of a prefix length"
        return Meant("malformed-range", message, masked if host_bits else masked.cidr, text.strip())
    message = f"{quoted(text)} is not an IPv4 network"
    return _ipv6(text) or NotANetwork("malformed-range", message, takes=takes)


def _with_netmask(text: str) -> IPNetwork | None:
    """An address with the prefix length that its netmask stands for; None for any other text."""
    address, _, mask = text.partition("/")
    if not (_address().fullmatch(address) and _address().fullmatch(mask)):
        return None
    value = IPAddress(mask, version=4)
    return IPNetwork(f"{address}/{value.netmask_bits()}", version=4) if value.is_netmask() else None


def quoted(text: str) -> str:
    """A text as a message shows it: quoted, and no longer than anyone reads."""
    text = text.strip()
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return repr(shown)


def _ipv6(text: str) -> NotANetwork | None:
    # J14: AKS points dual-stack clusters to Azure CNI Overlay; kubenet's own page for it is gone.
    if text.count(":") < 2:
        return None
    return NotANetwork(
        "ipv6-not-supported",
        f"{quoted(text)} is IPv6, and this command supports IPv4 only",
        "use IPv4 ranges here, or Azure CNI Overlay for a dual-stack cluster: "
        "az aks create --network-plugin azure --network-plugin-mode overlay --ip-families ipv4,ipv6",
    )
