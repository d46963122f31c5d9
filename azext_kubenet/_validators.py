"""From the text of options to a demand, a wish and reservations; what cannot be read becomes a finding, all at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from netaddr import IPNetwork

from azext_kubenet._pools import in_pools, read_growth, read_max_surge
from azext_kubenet.addressing import networks
from azext_kubenet.addressing.model import Demand, Finding, Reservation, Severity, Wish

if TYPE_CHECKING:
    from azext_kubenet.addressing.lists import Listing

#: Prefixes of one virtual network: our own bound, so that a malformed plan ends soon.
_MOST_PREFIXES = 50


@dataclass
class Reading:
    """What the options say. growth: of the nodes in a year, in percent, if it is stated."""

    demand: Demand
    wish: Wish
    taken: list[Reservation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    growth: int | None = None


class _Reader:
    """Reads one option after another and collects what is wrong with them."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def read(self, option: str, text: str | None, parse: Callable[[str], Any]) -> Any:
        """The parsed value; None for no text, and for text that cannot be read, which becomes a finding."""
        if text is None:
            return None
        try:
            return parse(text)
        except networks.NotANetwork as fault:
            self.fault(option, fault)
            return getattr(fault, "network", None)

    def fault(self, option: str, fault: networks.NotANetwork, where: str = "") -> None:
        """Note what is wrong with an option's value."""
        recommendation = re.sub(r"^use (?=[0-9])", f"use {option} ", fault.recommendation)
        self.findings.append(
            Finding(fault.rule, Severity.ERROR, (option,), f"{option}{where}: {fault.message}", recommendation)
        )

    def sequence(self, option: str, values: Sequence[str] | None) -> list[Reservation]:
        """Ranges of an option that takes several, each value perhaps the content of a file that lists them."""
        found: list[Reservation] = []
        if not values:
            return found
        from azext_kubenet.addressing.lists import read_list  # that takes longer than the rest of a plan without lists

        for value in values:
            if value.startswith("@"):  # azure-cli has read the files that exist
                self.findings.append(
                    Finding(
                        "no-such-file",
                        Severity.ERROR,
                        (option,),
                        f"{option}: there is no file {value[1:]}",
                        "name a file that exists",
                    )
                )
                continue
            listing = read_list(value)
            found.extend(listing.taken)
            for line, path, fault in listing.faults:
                self.fault(option, fault, _where(value, line, path))
            if listing.more_faults:
                more = f"{option}: {listing.more_faults} more lines are no networks"
                self.findings.append(Finding("malformed-range", Severity.ERROR, (option,), more))
            self.findings += _passed_over(option, value, listing)
        return found

    def vnet(self, values: Sequence[str] | None) -> tuple[IPNetwork, ...] | int | None:
        """The prefixes of a network, or one size."""
        option = "--vnet-address-prefixes"
        words = [word for value in values or () for word in value.replace(",", " ").split()]
        if len(words) > _MOST_PREFIXES:
            message = f"{option}: {len(words)} prefixes are given: this command takes {_MOST_PREFIXES} at most"
            self.findings.append(
                Finding("too-many-prefixes", Severity.ERROR, (option,), message, "use fewer and larger prefixes")
            )
        read = [self.read(option, word, networks.read_network_or_size) for word in words[:_MOST_PREFIXES]]
        found = [each for each in read if each is not None]
        sizes = [each for each in found if isinstance(each, int)]
        if sizes and len(words) > 1:
            message = f"{option}: a size such as /{sizes[0]} stands alone, not among other prefixes"
            self.findings.append(
                Finding(
                    "malformed-range", Severity.ERROR, (option,), message, f"use {option} /{sizes[0]}, or whole CIDRs"
                )
            )
            return tuple(each for each in found if not isinstance(each, int)) or None
        return sizes[0] if sizes else tuple(found) or None

    def subnet(self, values: Sequence[str] | None) -> IPNetwork | int | None:
        """The prefix of the subnet: one only [A14]."""
        option = "--subnet-prefix"
        words = [word for value in values or () for word in value.replace(",", " ").split()]
        if len(words) > 1:
            self.findings.append(
                Finding(
                    "subnet-multiple-prefixes",
                    Severity.ERROR,
                    (option,),
                    f"{option}: {len(words)} prefixes are given, but AKS takes a subnet with one",
                    f"use {option} {words[0]}",
                )
            )
        return self.read(option, words[0] if words else None, networks.read_network_or_size)


def _where(value: str, line: int, path: str) -> str:
    """The place of a fault in a list: ` line 3 (results[1].prefix)`."""
    return (f" line {line}" if line and "\n" in value else "") + (f" ({path})" if path else "")


def _passed_over(option: str, value: str, listing: "Listing") -> list[Finding]:
    """What a list has that is no fault and is not used."""
    messages = []
    if listing.ipv6:
        ranges = "1 IPv6 range is" if listing.ipv6 == 1 else f"{listing.ipv6} IPv6 ranges are"
        messages.append(("ipv6-passed-over", f"{option}: {ranges} passed over, as only IPv4 is planned"))
    if listing.without_range:
        entry = "1 entry has" if listing.without_range == 1 else f"{listing.without_range} entries have"
        verb = "is" if listing.without_range == 1 else "are"
        first = _where(value, *listing.first_without)
        messages.append(("entries-without-range", f"{option}{first}: {entry} no range and {verb} passed over"))
    return [Finding(rule, Severity.INFO, (option,), message) for rule, message in messages]


def read_options(options: Mapping[str, Any]) -> Reading:
    """Demand, wish and reservations of `plan`'s options, by argument name. Never raises on a bad value."""
    reader = _Reader()
    surge = reader.read("--max-surge", options.get("max_surge"), read_max_surge)
    usual = Demand()
    demand = Demand(
        node_count=_number(options.get("node_count"), usual.node_count),
        max_count=_number(options.get("max_count"), None),
        max_pods=_number(options.get("max_pods"), usual.max_pods),
        max_surge=usual.max_surge if surge is None else surge,
        extra_ips=_number(options.get("extra_ips"), usual.extra_ips),
    )
    demand = in_pools(demand, options, reader.read, reader.findings)
    wish = Wish(
        within=tuple(each.network for each in reader.sequence("--within", options.get("within"))),
        vnet=reader.vnet(options.get("vnet_address_prefixes")),
        subnet=reader.subnet(options.get("subnet_prefix")),
        pods=reader.read("--pod-cidr", options.get("pod_cidr"), networks.read_network_or_size),
        services=reader.read("--service-cidr", options.get("service_cidr"), networks.read_network_or_size),
        dns_ip=reader.read("--dns-service-ip", options.get("dns_service_ip"), networks.read_address),
        docker_bridge=reader.read(
            "--docker-bridge-address", options.get("docker_bridge_address"), networks.read_address_with_prefix
        ),
    )
    taken = reader.sequence("--exclude-prefixes", options.get("exclude_prefixes"))
    growth = reader.read("--growth", options.get("growth"), read_growth)
    return Reading(demand, wish, taken, reader.findings, growth)


def _number(value: Any, usual: Any) -> Any:
    """A plain int: azure-cli marks its defaults with a class of its own, which it would print as an object."""
    return usual if value is None else int(value)
