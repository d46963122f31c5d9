"""What exists in Azure: what it adds to the wish, what of the wish it contradicts, and what it keeps occupied."""

from __future__ import annotations

from typing import Any

import pytest
from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing.model import Origin, RangeKind, RangeRequests, fixed, sized
from azext_kubenet.azure.resources import Names
from azext_kubenet.discovery.existing import ExistingResources, apply_existing, reservations

NAMES = Names("s", "rg", "c", "net", "sub", "rg", "s")


def vnet(*prefixes: str, **subnets: Any) -> dict[str, Any]:
    """A network as Azure shows it; a subnet with one prefix, or with a list of them."""
    shown = [
        {"name": name, "properties": {"addressPrefixes" if isinstance(prefix, list) else "addressPrefix": prefix}}
        for name, prefix in subnets.items()
    ]
    return {
        "location": "westeurope",
        "properties": {"addressSpace": {"addressPrefixes": list(prefixes)}, "subnets": shown},
    }


def cluster(**profile: str) -> dict[str, Any]:
    """A cluster as Azure shows it."""
    return {"name": "c", "location": "westeurope", "properties": {"networkProfile": profile}}


def facts(**found: Any) -> ExistingResources:
    """What was found; nothing else exists."""
    return ExistingResources(**{**dict.fromkeys(("group", "vnet", "identity", "cluster")), **found})


BOTH = vnet("10.1.0.0/16", sub="10.1.2.0/24", other="10.1.3.0/24")
KUBENET = cluster(podCidr="10.244.0.0/16", serviceCidr="10.0.0.0/16", dnsServiceIP="10.0.0.10")
BOTH_EXIST = (RangeKind.VNET, RangeKind.SUBNET)
NET, SUB = (IPNetwork("10.1.0.0/16"),), IPNetwork("10.1.2.0/24")
RANGES = {
    "pods": fixed(IPNetwork("10.244.0.0/16")),
    "services": fixed(IPNetwork("10.0.0.0/16")),
    "dns_ip": IPAddress("10.0.0.10"),
}

#: What a cluster has is not changed, nor is a change of it proposed.
THERE = RangeRequests(**RANGES, existing=(RangeKind.PODS, RangeKind.SERVICES))

# what exists, the facts, the wish, what becomes of it
ADOPTED = (
    ("nothing", facts(), RangeRequests(subnet=sized(26)), RangeRequests(subnet=sized(26))),
    ("a network and the subnet", facts(vnet=BOTH), RangeRequests(),
     RangeRequests(vnet=fixed(*NET), subnet=fixed(SUB), existing=BOTH_EXIST)),
    ("a network without the subnet", facts(vnet=vnet("10.1.0.0/16")), RangeRequests(subnet=sized(26)),
     RangeRequests(vnet=fixed(*NET), subnet=sized(26), existing=(RangeKind.VNET,))),
    ("other capitals", facts(vnet=vnet("10.1.0.0/16", SUB="10.1.2.0/24")), RangeRequests(),
     RangeRequests(vnet=fixed(*NET), subnet=fixed(SUB), existing=BOTH_EXIST)),
    ("a subnet that Azure shows with a list", facts(vnet=vnet("10.1.0.0/16", sub=["10.1.2.0/24"])), RangeRequests(),
     RangeRequests(vnet=fixed(*NET), subnet=fixed(SUB), existing=BOTH_EXIST)),
    ("a network with IPv6 as well", facts(vnet=vnet("fd00::/48", "10.1.0.0/16")), RangeRequests(),
     RangeRequests(vnet=fixed(*NET), existing=(RangeKind.VNET,))),
    ("the very ranges that are wished", facts(vnet=BOTH), RangeRequests(vnet=fixed(*NET), subnet=fixed(SUB)),
     RangeRequests(vnet=fixed(*NET), subnet=fixed(SUB), existing=BOTH_EXIST)),
    ("ranges of the size that is wished", facts(vnet=BOTH), RangeRequests(vnet=sized(16), subnet=sized(24)),
     RangeRequests(vnet=fixed(*NET), subnet=fixed(SUB), existing=BOTH_EXIST)),
    ("prefixes in another order", facts(vnet=vnet("10.1.0.0/16", "10.3.0.0/16")),
     RangeRequests(vnet=fixed(IPNetwork("10.3.0.0/16"), IPNetwork("10.1.0.0/16"))),
     RangeRequests(vnet=fixed(*NET, IPNetwork("10.3.0.0/16")), existing=(RangeKind.VNET,))),
    ("a cluster", facts(cluster=KUBENET), RangeRequests(), THERE),
    ("a cluster with what is wished", facts(cluster=KUBENET), RangeRequests(**RANGES), THERE),
    ("a cluster with a range of the size that is wished", facts(cluster=KUBENET), RangeRequests(pods=sized(16)), THERE),
    ("a cluster without a profile", facts(cluster={"name": "c", "properties": {}}), RangeRequests(pods=sized(16)),
     RangeRequests(pods=sized(16))),
    ("a cluster of another plugin, which has no pod CIDR", facts(cluster=cluster(serviceCidr="10.0.0.0/16")),
     RangeRequests(),
     RangeRequests(services=RANGES["services"], existing=(RangeKind.SERVICES,))),
)  # fmt: skip

# what differs, the facts, the wish, the option and the words of the finding
DIFFERING = (
    ("the network", facts(vnet=BOTH), RangeRequests(vnet=fixed(IPNetwork("10.9.0.0/16"))), "--vnet-address-prefixes",
     "virtual network net exists with 10.1.0.0/16, not 10.9.0.0/16"),
    ("the size of the network", facts(vnet=BOTH), RangeRequests(vnet=sized(20)), "--vnet-address-prefixes",
     "virtual network net exists with 10.1.0.0/16, not /20"),
    ("one of two prefixes", facts(vnet=vnet("10.1.0.0/16", "10.3.0.0/16")), RangeRequests(vnet=fixed(*NET)),
     "--vnet-address-prefixes",
     "virtual network net exists with 10.1.0.0/16 10.3.0.0/16, not 10.1.0.0/16"),
    ("the subnet", facts(vnet=BOTH), RangeRequests(subnet=fixed(IPNetwork("10.1.9.0/24"))), "--subnet-prefix",
     "subnet sub of net exists with 10.1.2.0/24, not 10.1.9.0/24"),
    ("the size of the subnet", facts(vnet=BOTH), RangeRequests(subnet=sized(26)), "--subnet-prefix",
     "subnet sub of net exists with 10.1.2.0/24, not /26"),
    ("the pod CIDR", facts(cluster=KUBENET), RangeRequests(pods=fixed(IPNetwork("10.64.0.0/16"))), "--pod-cidr",
     "cluster c exists with 10.244.0.0/16, not 10.64.0.0/16"),
    ("the service CIDR", facts(cluster=KUBENET), RangeRequests(services=sized(20)), "--service-cidr",
     "cluster c exists with 10.0.0.0/16, not /20"),
    ("the DNS service IP", facts(cluster=KUBENET), RangeRequests(dns_ip=IPAddress("10.0.0.11")), "--dns-service-ip",
     "cluster c exists with 10.0.0.10, not 10.0.0.11"),
)  # fmt: skip


@pytest.mark.parametrize(("found", "wish", "adopted"), [row[1:] for row in ADOPTED], ids=[row[0] for row in ADOPTED])
def test_what_exists_is_adopted(found: ExistingResources, wish: RangeRequests, adopted: RangeRequests) -> None:
    assert apply_existing(wish, found, NAMES) == (adopted, [])


@pytest.mark.parametrize(
    ("found", "wish", "option", "words"), [row[1:] for row in DIFFERING], ids=[row[0] for row in DIFFERING]
)
def test_what_differs_is_a_finding_and_what_exists_stays(
    found: ExistingResources, wish: RangeRequests, option: str, words: str
) -> None:
    adopted, (finding,) = apply_existing(wish, found, NAMES)
    assert finding.rule == "existing-resource-differs"
    assert finding.subject == (option,)
    assert finding.message.startswith(words)
    assert option in finding.recommendation
    assert adopted == apply_existing(RangeRequests(), found, NAMES)[0]


def test_all_that_differs_comes_together() -> None:
    wish = RangeRequests(
        vnet=sized(20), subnet=sized(26), pods=sized(15), services=sized(20), dns_ip=IPAddress("10.9.0.10")
    )
    assert len(apply_existing(wish, facts(vnet=BOTH, cluster=KUBENET), NAMES)[1]) == 5


def test_a_wish_within_blocks_is_left_alone() -> None:
    within = (IPNetwork("10.0.0.0/8"),)
    assert apply_existing(RangeRequests(within=within), facts(vnet=BOTH), NAMES)[0].within == within


def test_the_other_subnets_are_taken_and_the_own_is_not() -> None:
    found = facts(
        vnet=vnet("10.1.0.0/16", "fd00::/48", Sub="10.1.2.0/24", a="10.1.3.0/24", b=["10.1.4.0/24"], six="fd00::/64")
    )
    taken = reservations(found, NAMES)
    assert [(str(each.network), each.reason, each.origin) for each in taken] == [
        ("10.1.3.0/24", "subnet a of net", Origin.SUBNET),
        ("10.1.4.0/24", "subnet b of net", Origin.SUBNET),
    ]


def test_nothing_is_taken_where_there_is_no_network() -> None:
    assert reservations(facts(), NAMES) == []
