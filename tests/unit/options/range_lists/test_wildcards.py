"""Ranges with wildcards for whole octets."""

from __future__ import annotations

import pytest

from azext_kubenet.options.range_lists import read_list
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed

WILD = (
    ("10.244.*.*", "10.244.0.0/16"),
    ("10.1.*", "10.1.0.0/16"),
    ("10.*", "10.0.0.0/8"),
    ("10.*.*.*", "10.0.0.0/8"),
    ("10.1.2.x", "10.1.2.0/24"),
    ("10.1.X.X", "10.1.0.0/16"),
    ("10.1.2.xxx", "10.1.2.0/24"),
    ("10.1.2.*/24", "10.1.2.0/24"),
)
#: A word alone, in a list, in a cell, in a text of JSON.
PLACES = (
    "{}\n",
    "10.9.0.0/16\n{}\n",
    "prefix,name\n{},a\n",
    "name,network\na,{}\n",
    '["{}"]',
    '[{{"vpc_cidr": "{}"}}]',
)


@pytest.mark.parametrize(("text", "network"), WILD)
@pytest.mark.parametrize("place", PLACES)
def test_a_range_with_wildcards_is_read(place: str, text: str, network: str) -> None:
    listing = read_list(place.format(text))
    assert network in [str(each) for each in listing.networks]
    assert listing.faults == []


# what is refused, the message, what to type
WRONG = (
    ("10.1.x", "'10.1.x' is not an IPv4 network", "10.1.0.0/16"),
    ("10.1.*/24", "'10.1.*/24' has wildcards for a /16", "10.1.0.0/16"),
    ("10.*.1.0", "'10.*.1.0' is not an IPv4 network", ""),
    ("10.1.2.3.*", "'10.1.2.3.*' is not an IPv4 network", ""),
    ("10.300.*.*", "'10.300.*.*' is not an IPv4 network", ""),
)


@pytest.mark.parametrize(("text", "message", "instead"), WRONG)
@pytest.mark.parametrize("place", ["10.9.0.0/16\n{}\n", "prefix,name\n{},a\n", '["{}"]'])
def test_what_is_no_range_is_quoted_as_it_stands(place: str, text: str, message: str, instead: str) -> None:
    (finding,) = read_ranges(Typed({"exclude_prefixes": [place.format(text)]})).findings
    assert finding.message.endswith(message)
    assert instead in finding.recommendation


def test_a_range_with_wildcards_under_an_unknown_title_is_told() -> None:
    (lost,) = read_list("prefix,uplink\n10.1.0.0/16,10.9.*.*\n").lost
    assert (lost.where, lost.first) == ("column uplink", "10.9.0.0/16")


def test_emphasis_of_markdown_is_no_wildcard() -> None:
    listing = read_list("prefix,name\n**10.1.2.***,a\n**10.3.0.0/16**,b\n")
    assert [str(each) for each in listing.networks] == ["10.1.2.0/24", "10.3.0.0/16"]


def test_a_version_in_a_remark_is_no_range() -> None:
    assert read_list("prefix,remark\n10.1.0.0/16,firmware 10.2.x\n").lost == []
