"""Networks as integers: they are the networks that netaddr knows, and sort as they lie."""

from __future__ import annotations

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.codes import bounds_of, code_of, network_of

NETWORKS = ("0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.4/30", "192.168.255.255/32", "128.0.0.0/1")


@pytest.mark.parametrize("text", NETWORKS)
def test_a_network_comes_back_from_its_code(text: str) -> None:
    network = IPNetwork(text)
    made = network_of(code_of(network))
    assert (made, str(made), hash(made), made.size) == (network, text, hash(network), network.size)
    assert bounds_of(code_of(network)) == (network.first, network.last)


def test_an_address_in_a_network_is_the_network() -> None:
    assert network_of(code_of(IPNetwork("10.0.0.5/24"))) == IPNetwork("10.0.0.0/24")


def test_codes_sort_by_address_and_the_larger_network_first() -> None:
    assert [str(network_of(code)) for code in sorted(code_of(IPNetwork(text)) for text in NETWORKS)] == [
        "0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.4/30", "128.0.0.0/1", "192.168.255.255/32",
    ]  # fmt: skip
