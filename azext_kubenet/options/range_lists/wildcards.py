"""Ranges written with wildcards for whole octets: `10.244.*.*`, `10.1.*`, `10.1.2.x`.

An `x` in place of the third octet alone is that of a version, too (`10.1.x`), so such a text is told and not read.
"""

import re

from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import Meant, NotANetwork, quoted, read_network

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ANY = r"(?:\*|[xX]{1,3})"
_WILD = rf"((?:{_OCTET}\.){{1,3}})({_ANY}(?:\.{_ANY}){{0,2}})"
_WORD = re.compile(rf"{_WILD}(?:/([0-9]{{1,2}}))?", re.ASCII)
_IN_TEXT = re.compile(
    rf"(?<![\w.*])((?:{_OCTET}\.){{1,3}}\*(?:\.\*){{0,2}}|(?:{_OCTET}\.){{2,3}}[xX](?:\.[xX])?)"
    r"(?:/[0-9]{1,2})?(?![\w.*/])",
    re.ASCII,
)
_OCTETS = 4


def has_wildcard(text: str) -> bool:
    """Return whether a text may have a wildcard after an octet, at no cost where it has none."""
    return ".*" in text or ".x" in text or ".X" in text


def with_wildcards(word: str) -> IPNetwork | None:
    """Return the network of a word with wildcards, None for any other word. Raises NotANetwork."""
    if not has_wildcard(word):
        return None
    found = _WORD.fullmatch(word)
    if not found or found[1].count(".") + found[2].count(".") >= _OCTETS:
        return None
    octets = found[1].count(".")
    network = read_network(found[1] + ".".join(["0"] * (_OCTETS - octets)) + f"/{octets * 8}")
    if found[3] and int(found[3]) != network.prefixlen:
        raise NotANetwork(
            "malformed-range", f"{quoted(word)} has wildcards for a /{network.prefixlen}", value=str(network)
        )
    if "*" not in word and octets + found[2].count(".") + 1 < _OCTETS:
        raise Meant("malformed-range", f"{quoted(word)} is not an IPv4 network", network, word)
    return network


def spelled_out(text: str) -> str:
    """Return a text in which CIDRs stand in place of ranges with wildcards, for the second look."""
    return _IN_TEXT.sub(_cidr, text) if has_wildcard(text) else text


def _cidr(found: re.Match[str]) -> str:
    try:
        network = with_wildcards(found[0])
    except NotANetwork:
        network = None
    return found[0] if network is None else str(network)
