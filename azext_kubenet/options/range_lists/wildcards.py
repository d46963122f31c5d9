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
#: A network without its last octets, where its length leaves no doubt that it is one: `10.6/16`, `192.168.4/24`.
_SHORT = re.compile(
    rf"(?<![\w./-])(?:((?:10|100|172|192)\.{_OCTET})/(9|1[0-6])|({_OCTET}(?:\.{_OCTET}){{2}})/(1[7-9]|2[0-4]))"
    r"(?![\w/-]|\.[0-9])",
    re.ASCII,
)
_OCTETS = 4
_PRIVATE = [IPNetwork(each) for each in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")]


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
    """Return a text in which CIDRs stand in place of ranges with wildcards and of short ones, for the second look."""
    text = _IN_TEXT.sub(_cidr, text) if has_wildcard(text) else text
    return _SHORT.sub(_whole, text) if "/" in text else text


def _whole(found: re.Match[str]) -> str:
    """Return a short range with all of its octets; one that is none of private use, or no network, as it is."""
    octets, length = (found[1], found[2]) if found[1] else (found[3], found[4])
    network = IPNetwork(f"{octets}{'.0' * (_OCTETS - 1 - octets.count('.'))}/{length}")
    private = any(network in each for each in _PRIVATE)
    return str(network) if private and network.ip == network.network else found[0]


def _cidr(found: re.Match[str]) -> str:
    try:
        network = with_wildcards(found[0])
    except NotANetwork:
        network = None
    return found[0] if network is None else str(network)
