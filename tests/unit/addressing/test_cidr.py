"""Reading ranges: what is taken, and in which words the rest is refused."""

import pytest

from azext_kubenet.addressing import cidr
from azext_kubenet.addressing.cidr import HostBits, NotANetwork
from azext_kubenet.addressing.model import sized

row = pytest.param


@pytest.mark.parametrize(
    ("text", "read"),
    [
        row("10.244.0.0/16", "10.244.0.0/16", id="a network"),
        row("  10.244.0.0/16\t", "10.244.0.0/16", id="spaces around do no harm"),
        row("0.0.0.0/0", "0.0.0.0/0", id="all of it is a network, whatever the rules say"),
        row("10.0.0.10/32", "10.0.0.10/32", id="one address, said so"),
    ],
)
def test_networks_that_are_read(text, read):
    assert str(cidr.read_network(text)) == read


@pytest.mark.parametrize(
    ("text", "rule", "recommendation"),
    [
        row("10.244.0.5/16", "host-bits", "use 10.244.0.0/16", id="host bits: the network is named"),
        row(
            "10.244.0.0",
            "malformed-range",
            "use a network such as 10.244.0.0/16: add the length after the address",
            id="no prefix",
        ),
        row("10.244.0.0/08", "malformed-range", "use a network such as 10.244.0.0/16", id="a leading zero"),
        row("10.0.0.0/33", "malformed-range", "use a network such as 10.244.0.0/16", id="no such prefix"),
        row("10.0.0.0/-1", "malformed-range", "use a network such as 10.244.0.0/16", id="a negative prefix"),
        row("10.0.0.0/255.0.0.0", "malformed-range", "use 10.0.0.0/8", id="a netmask"),
        row("10.0.0.0/0.255.255.255", "malformed-range", "use a network such as 10.244.0.0/16", id="a host mask"),
        row("10.0.0/8", "malformed-range", "use a network such as 10.244.0.0/16", id="three parts"),
        row("10/8", "malformed-range", "use a network such as 10.244.0.0/16", id="the old short form"),
        row(
            "999.9.9.9/8", "malformed-range", "use a network such as 10.244.0.0/16", id="what Azure's own pattern takes"
        ),
        row("", "malformed-range", "use a network such as 10.244.0.0/16", id="nothing"),
        row("10.0.0.0/8 10.1.0.0/16", "malformed-range", "use a network such as 10.244.0.0/16", id="two at once"),
        row(
            "fd12:3456:789a::/64",
            "ipv6-not-supported",
            "use IPv4 ranges here, or Azure CNI Overlay for a dual-stack "
            "cluster: az aks create --network-plugin azure --network-plugin-mode overlay --ip-families ipv4,ipv6",
            id="IPv6",
        ),
    ],
)
def test_networks_that_are_not(text, rule, recommendation):
    with pytest.raises(NotANetwork) as caught:
        cidr.read_network(text)
    assert (caught.value.rule, caught.value.recommendation) == (rule, recommendation)
    assert (text.strip() or "''") in caught.value.message


def test_a_long_text_is_not_shown_in_full():
    with pytest.raises(NotANetwork) as caught:
        cidr.read_network("x" * 1000)
    assert len(caught.value.message) < 100


@pytest.mark.parametrize(("text", "size"), [("/20", 20), (" /0", 0), ("/32 ", 32)])
def test_sizes(text, size):
    assert cidr.read_request(text) == sized(size)


@pytest.mark.parametrize("text", ["/33", "/020", "/", "20", "/-1", "/2 0"])
def test_no_sizes(text):
    with pytest.raises(NotANetwork):
        cidr.read_request(text)


@pytest.mark.parametrize("text", ["10.0.0.0/32", "10.0.0", "10.0.0.256", "010.0.0.1", "localhost", ""])
def test_no_addresses(text):
    with pytest.raises(NotANetwork) as caught:
        cidr.read_address(text)
    assert caught.value.rule == "malformed-address"


def test_an_address_with_its_prefix_keeps_its_host_bits():
    assert str(cidr.read_address_with_prefix("172.17.0.1/16")) == "172.17.0.1/16"


def test_host_bits_name_the_network_that_was_meant():
    with pytest.raises(HostBits) as caught:
        cidr.read_network("10.2.0.1/24")
    assert str(caught.value.network) == "10.2.0.0/24"
    assert caught.value.message == "10.2.0.1/24 has host bits set: it is an address inside 10.2.0.0/24, not a network"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        row("10.0.0.0/8", ["10.0.0.0/8"], id="a network"),
        row("10.0.0.10-10.0.0.20", ["10.0.0.10/31", "10.0.0.12/30", "10.0.0.16/30", "10.0.0.20/32"], id="a range"),
        row("10.0.0.0-10.0.0.255", ["10.0.0.0/24"], id="a range that is a network"),
        row("10.0.0.7-10.0.0.7", ["10.0.0.7/32"], id="a range of one address"),
        row("0.0.0.0-255.255.255.255", ["0.0.0.0/0"], id="all of it"),
    ],
)
def test_ranges_that_are_read(text, read):
    assert [str(network) for network in cidr.read_networks(text)] == read


@pytest.mark.parametrize(
    ("text", "recommendation"),
    [
        row("10.0.0.2-10.0.0.1", "use 10.0.0.1-10.0.0.2", id="it ends before it starts"),
        row("10.0.0.2-9", "use a range such as 10.0.0.10-10.0.0.20, or a network", id="the short form"),
        row("10.0.0.2-", "use a range such as 10.0.0.10-10.0.0.20, or a network", id="no end"),
        row("-10.0.0.2", "use a network such as 10.244.0.0/16", id="no start"),
    ],
)
def test_ranges_that_are_not(text, recommendation):
    with pytest.raises(NotANetwork) as caught:
        cidr.read_networks(text)
    assert (caught.value.rule, caught.value.recommendation) == ("malformed-range", recommendation)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (cidr.read_request, "10.1.2.0/255.255.255.0", "10.1.2.0/24"),
        (cidr.read_request, "10.1.2.7/255.255.255.192", "10.1.2.0/26"),
        (cidr.read_address_with_prefix, "172.17.0.1/255.255.0.0", "172.17.0.1/16"),
        (cidr.read_request, "10.1.2.0/255.0.255.0", ""),
    ],
)
def test_a_netmask_is_told_as_the_prefix_length_that_it_stands_for(read, text, value):
    with pytest.raises(cidr.NotANetwork) as told:
        read(text)
    assert told.value.value == value
