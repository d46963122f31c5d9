"""Whatever a body holds or lacks, reading it never fails, and cutting own space out of what is taken is exact."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.azure.peerings import Peering
from azext_kubenet.discovery.surroundings import clear_of
from azext_kubenet.discovery.topology import leads_to, ranges, used
from tests.unit.discovery.surrounding_bodies import (
    HUB,
    NODES,
    PODS,
    SPOKE,
    TO_HQ,
    around,
    cluster,
    clusters,
    connected,
    connection,
    gateway,
    gateway_id,
    hub,
    peering,
    site,
    subnet,
    table,
    vnet,
)

Path = tuple[Any, ...]
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
#: What may stand where something else was expected.
JUNK = (
    None,
    [],
    {},
    "",
    "Storage",
    "fd00::/8",
    7,
    True,
    [None],
    [7],
    ["x"],
    [{}],
    {"id": 7},
    {"properties": None},
    "a/b",
)

OWN_BODY = vnet(
    "10.1.0.0/16",
    subnets=(
        subnet("nodes", "10.1.0.0/24", table="rt"),
        subnet("two", "10.1.1.0/24", "10.1.2.0/24"),
        subnet("GatewaySubnet", "10.1.255.0/27", gateway="gw"),
    ),
    peerings=(peering("to-hub", HUB, "10.2.0.0/16", allowForwardedTraffic=True, useRemoteGateways=True),),
)
ANSWERS: dict[str, Any] = {
    **hub(
        "10.2.0.0/16",
        subnets=(subnet("GatewaySubnet", "10.2.0.0/27", gateway="gw2"),),
        peerings=(peering("to-spoke", SPOKE, "10.4.0.0/16"),),
    ),
    **gateway("gw", clients=("172.30.0.0/24",)),
    **gateway("gw2", HUB),
    **gateway("gw3", SPOKE),
    **connected(
        "gw", TO_HQ, connection("v", "gw", virtualNetworkGateway2={"id": gateway_id("gw3")}, enableBgp=True,
                                trafficSelectorPolicies=[{"remoteAddressRanges": ["172.31.0.0/24"]}])
    ),
    **connected("gw2", TO_HQ),
    **site("hq", "172.16.0.0/16"),
    **table("rt", to_dc="172.17.0.0/16"),
    **clusters(cluster("prod", NODES, **PODS), cluster("managed", "", **PODS)),
    SPOKE: vnet("10.4.0.0/16", name="spoke"),
}  # fmt: skip


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    """Every place in a body."""
    yield at
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(each, (*at, key))


def replaced(value: Any, at: Path, junk: Any) -> Any:
    if not at:
        return junk
    changed = copy.copy(value)
    changed[at[0]] = replaced(value[at[0]], at[1:], junk)
    return changed


def removed(value: Any, at: Path) -> Any:
    changed = copy.copy(value)
    if len(at) > 1:
        changed[at[0]] = removed(value[at[0]], at[1:])
    else:
        del changed[at[0]]
    return changed


WORLD = {"own": OWN_BODY, "answers": ANSWERS}
#: Below the bodies themselves: that Azure answers with an object, or with a list where one was asked for, is given.
PLACES = [at for at in places(WORLD) if len(at) > (2 if at[0:1] == ("answers",) else 1)]


def test_the_whole_world_is_seen() -> None:
    found = around(OWN_BODY, ANSWERS)
    assert len(found.reservations) == 12
    assert {each.rule for each in found.findings} == {"ranges-not-shown"}


@pytest.mark.sweep
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_anywhere_is_passed_over(junk: Any) -> None:
    for at in PLACES:
        world = replaced(WORLD, at, junk)
        around(world["own"], world["answers"])


def test_anything_may_be_missing() -> None:
    for at in PLACES:
        world = removed(WORLD, at)
        around(world["own"], world["answers"])


def test_an_empty_network_has_nothing_around_it() -> None:
    found = around({})
    assert (found.reservations, found.elsewhere, found.findings, found.connected) == ([], [], [], set())


# what a text is, the text, the networks that it names
TEXTS = (
    ("a network", "10.0.0.0/8", ["10.0.0.0/8"]),
    ("host bits", "10.0.0.9/8", ["10.0.0.0/8"]),
    ("an address", "10.0.0.9", ["10.0.0.9/32"]),
    ("a default route", "0.0.0.0/0", []),
    ("IPv6", "fd00::/8", []),
    ("a service tag", "Storage.WestEurope", []),
    ("nothing", "", []),
)


@pytest.mark.parametrize(("text", "networks"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_what_a_prefix_names(text: str, networks: list[str]) -> None:
    assert [str(each) for each in ranges([text, text])] == networks


# what some prefixes are, those of them that say what is in use, what the others lead to
USED = (
    ("a part of the private space", ["10.0.0.0/8", "172.16.0.0/12"], ["10.0.0.0/8", "172.16.0.0/12"], ""),
    ("all private space, and a network in it", [*PRIVATE, "192.168.4.0/24"], ["192.168.4.0/24"], "all private space"),
    ("all private space, one range of it in two halves",
     ["10.0.0.0/9", "10.128.0.0/9", "172.16.0.0/12", "192.168.0.0/16"], [], "all private space"),
    ("a default route alone, of which nothing is kept clear", ["0.0.0.0/0"], ["0.0.0.0/0"], ""),
    ("the halves of a default route, and a network", ["0.0.0.0/1", "128.0.0.0/1", "10.8.0.0/16"], ["10.8.0.0/16"],
     "all private space"),
    ("the quarters of a default route, and a network",
     ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2", "10.8.0.0/16"], ["10.8.0.0/16"], "all private space"),
    ("the halves of a default route, and all private space", ["0.0.0.0/1", "128.0.0.0/1", *PRIVATE], [],
     "all private space"),
    ("one half of a default route", ["128.0.0.0/1", "10.8.0.0/16"], ["10.8.0.0/16"], "half of all addresses"),
    ("a large summary of a part", ["10.0.0.0/7", "172.16.0.0/12"], ["10.0.0.0/7", "172.16.0.0/12"], ""),
    ("service tags and IPv6", ["Storage", "fd00::/8"], ["Storage", "fd00::/8"], ""),
)  # fmt: skip


@pytest.mark.parametrize(("prefixes", "kept", "others"), [row[1:] for row in USED], ids=[row[0] for row in USED])
def test_what_says_what_is_in_use(prefixes: list[str], kept: list[str], others: str) -> None:
    assert used(prefixes) == kept
    assert leads_to(prefixes) == others


def test_a_peering_of_another_kind_of_id_is_not_followed() -> None:
    hostile = peering("p", "/subscriptions/s?api-version=1", "10.9.0.0/16")
    assert not Peering.parse(hostile).remote
    (only,) = around(vnet("10.1.0.0/16", peerings=(hostile,))).reservations
    assert only.reason == "a network peered as p"


def block(draw: Any) -> IPNetwork:
    length = draw(st.integers(24, 30))
    step = 1 << 32 - length
    return IPNetwork((0x0A000000 + draw(st.integers(0, (256 // step) - 1)) * step, length), version=4)


@st.composite
def blocks(draw: Any) -> list[IPNetwork]:
    return [block(draw) for _ in range(draw(st.integers(0, 4)))]


@given(blocks(), blocks())
def test_what_is_left_of_a_reservation_is_what_is_not_own(own: list[IPNetwork], claims: list[IPNetwork]) -> None:
    """Address by address, over 256 of them."""
    mine = {address for each in own for address in range(each.first, each.last + 1)}
    for claim in claims:
        left = [*clear_of(own, [Reservation(claim, "r", Origin.ROUTE)])]
        addresses = [address for each in left for address in range(each.network.first, each.network.last + 1)]
        assert sorted(addresses) == sorted({*range(claim.first, claim.last + 1)} - mine)
        assert {(each.reason, each.origin) for each in left} <= {("r", Origin.ROUTE)}
