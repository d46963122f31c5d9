"""The door from text: never anything but a value or NotANetwork, and strict where `ipaddress` is strict."""

import ipaddress
import itertools
import re

from hypothesis import example, given
from hypothesis import strategies as st

from azext_kubenet.addressing import cidr
from azext_kubenet.addressing.cidr import HostBits, NotANetwork
from azext_kubenet.addressing.codes import network_of
from tests.support.effort import tries

near = st.one_of(
    st.from_regex(r"\s?[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]{1,3})?\s?", fullmatch=True),
    st.builds("{}/{}".format, st.ip_addresses(v=4), st.integers(-1, 34)),
    st.builds(
        lambda value, prefix: f"{ipaddress.IPv4Address(value >> (32 - prefix) << (32 - prefix))}/{prefix}",
        st.integers(0, 2**32 - 1),
        st.integers(0, 32),
    ),
    st.builds("{}/{}".format, st.ip_addresses(v=4), st.ip_addresses(v=4)),
    st.text(alphabet="0123456789./: \n\t,#٣²+-_", max_size=20),
    st.text(max_size=80),
    st.ip_addresses(v=6).map(str),
)


def strictly(text):
    """What `ipaddress` reads, told to be strict, from an explicit decimal prefix in plain digits."""
    text = text.strip()
    if not re.fullmatch(r"[0-9.]+/(0|[1-9][0-9]*)", text, re.ASCII):
        return None
    try:
        return ipaddress.IPv4Network(text)
    except ValueError:
        return None


def answer(read, text):
    try:
        return read(text)
    except NotANetwork as caught:
        fault = caught
    assert fault.rule in ("host-bits", "malformed-range", "malformed-address", "ipv6-not-supported")
    assert fault.message
    assert fault.recommendation.startswith("use ")
    assert "\n" not in fault.message
    assert len(fault.message) < 400
    return fault


@tries(2500)
@given(near)
@example("10.0.0.0/08")
@example("10.0.0.0/255.0.0.0")
@example("010.0.0.0/8")
@example("10.0.0.0")
@example("0.0.0.0/0")
@example("255.255.255.255/32")
@example("10.0.0.0/8\x00")
@example("١0.0.0.0/8")
@example("")
def test_a_network_is_what_ipaddress_takes_when_strict(text):
    got, wanted = answer(cidr.read_network, text), strictly(text)
    if wanted is None:
        assert isinstance(got, NotANetwork)
    else:
        assert (str(got), got.value) == (str(wanted), int(wanted.network_address))
    if isinstance(got, HostBits):
        assert str(got.network) == str(ipaddress.IPv4Network(text.strip(), strict=False))
        assert str(got.network) in got.recommendation


@tries(500)
@given(near)
@example("10.0.0.0/")
@example("10.0.0.0/33")
@example("10.0.0.1/8")
@example("010.0.0.0/8")
@example("10.0.0/8")
def test_the_quick_reader_takes_nothing_that_the_strict_one_does_not(text):
    code, wanted = cidr.read_code(text), strictly(text)
    if wanted is None or text != text.strip():
        assert code is None
    else:
        assert str(network_of(code)) == str(wanted)


@tries(1000)
@given(near)
def test_addresses_and_sizes_are_what_they_look_like(text):
    address = answer(cidr.read_address, text)
    try:
        wanted = ipaddress.IPv4Address(text.strip())
    except ValueError:
        assert isinstance(address, NotANetwork)
    else:
        assert int(address) == int(wanted)
    size = answer(cidr.read_request, text)
    looks_like_a_size = re.fullmatch(r"/(0|[1-9][0-9]?)", text.strip(), re.ASCII) and int(text.strip()[1:]) <= 32
    assert (not isinstance(size, NotANetwork) and size.is_sized) == bool(looks_like_a_size)
    with_prefix = answer(cidr.read_address_with_prefix, text)
    if not isinstance(with_prefix, NotANetwork):
        assert str(with_prefix) == str(ipaddress.IPv4Interface(text.strip()))


@tries(1000)
@given(st.integers(0, 2**32 - 1), st.integers(-70000, 70000))
@example(0, 2**32 - 1)
def test_a_range_is_covered_exactly(first, length):
    last = min(max(first + length, 0), 2**32 - 1)
    got = answer(cidr.read_networks, f"{ipaddress.IPv4Address(first)}-{ipaddress.IPv4Address(last)}")
    if last < first:
        assert isinstance(got, NotANetwork)
    else:
        ends = [(network.first, network.last) for network in got]
        assert (ends[0][0], ends[-1][1]) == (first, last)
        assert all(one[1] + 1 == other[0] for one, other in itertools.pairwise(ends))
        assert [str(network) for network in got] == [
            str(network)
            for network in ipaddress.summarize_address_range(ipaddress.IPv4Address(first), ipaddress.IPv4Address(last))
        ]
