"""Plain lists: ranges with spaces, commas or line ends between them, `#` before comments."""

import re

from netaddr import IPNetwork

from azext_kubenet.addressing.lists.listing import EXCLUDED, Listing
from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.addressing.networks import HostBits, NotANetwork, read_network, read_networks

_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_SPACED_RANGE = re.compile(rf"({_ADDRESS})[ \t]+-[ \t]+({_ADDRESS})(?![0-9./])")


def read(text: str) -> Listing:
    """The ranges of a plain list."""
    listing = Listing()
    networks: list[IPNetwork] = []
    if " - " in text:
        text = _SPACED_RANGE.sub(r"\1-\2", text)
    for number, line in enumerate(text.splitlines(), start=1):
        for word in line.partition("#")[0].replace(",", " ").split():
            try:
                networks.append(read_network(word))
            except NotANetwork as fault:
                networks += _other(word, fault, number, listing)
    listing.taken = [Reservation(network, EXCLUDED, Origin.USER) for network in networks]
    return listing


def _other(word: str, fault: NotANetwork, number: int, listing: Listing) -> list[IPNetwork]:
    """The networks of a word that is not simply one: of a range, or the one that was meant where bits are set."""
    try:
        if "-" in word:
            return read_networks(word)
    except NotANetwork as of_range:
        fault = of_range
    listing.refuse(fault, number)
    return [fault.network] if isinstance(fault, HostBits) else []
