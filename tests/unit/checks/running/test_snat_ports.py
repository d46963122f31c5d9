"""SNAT ports of the nodes of now, of an upgrade, and of the peak; and that what is printed is enough."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import snat_ports
from tests.unit.checks.running.world import Pool, World


def balanced(pool: Pool, ports: int | None, addresses: int = 1, **more: Any) -> World:
    """A cluster of one pool, whose nodes have so many ports each."""
    shown = {"allocatedOutboundPorts": ports, "effectiveOutboundIPs": [{"id": f"/x/{n}"} for n in range(addresses)],
             "managedOutboundIPs": {"count": addresses}, **more}  # fmt: skip
    return World([pool], prefixlens=[22], profile_changed={"loadBalancerProfile": shown})


def found(world: World) -> list[Problem | Unreadable]:
    """What the check finds."""
    return [*snat_ports.CHECKS[0].run(world.context())]


ROUTED = balanced(Pool("a", 70), 1024)
ROUTED.profile_changed["outboundType"] = "userDefinedRouting"
PREFIXES = {"outboundIPPrefixes": {"publicIPPrefixes": [{"id": "/p"}]}, "managedOutboundIPs": None}

# what it is, the cluster, words
ROWS: tuple[tuple[str, World, tuple[str, ...]], ...] = (
    ("ports that Azure shares out", balanced(Pool("a", 200), None), ()),
    ("the same, shown as none", balanced(Pool("a", 200), 0), ()),
    ("enough for an upgrade", balanced(Pool("a", 56), 1024), ()),  # 62 nodes at once
    ("not for an upgrade", balanced(Pool("a", 57), 1024),
     ("each node has 1,024 SNAT ports, and 1 outbound address of 64,000 ports have enough for 62 nodes: not for an "
      "upgrade, which has 63 nodes at once",
      "az aks update -g g -n c --load-balancer-managed-outbound-ip-count 2, or "
      "az aks update -g g -n c --load-balancer-outbound-ports 1008")),
    ("not for the nodes of now", balanced(Pool("a", 70), 1024), ("not for the 70 nodes of now",)),
    ("not for the peak", balanced(Pool("a", 3, most=60), 1024), ("not for the 66 nodes at the peak", "count 2")),
    ("two addresses", balanced(Pool("a", 3, most=60), 1024, addresses=2), ()),
    ("addresses of the user's own", balanced(Pool("a", 70), 1024, managedOutboundIPs=None),
     ("-outbound-ports 824", "add outbound addresses to the load balancer: 2 are enough")),
    ("another way out", ROUTED, ()),
)  # fmt: skip


@pytest.mark.parametrize(("world", "texts"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_ports_that_are_too_few_are_told_with_how_many_are_enough(world: World, texts: tuple[str, ...]) -> None:
    problems = found(world)
    assert bool(problems) is bool(texts)
    told = "\n".join(f"{each.message} -> {each.recommendation}" for each in problems if isinstance(each, Problem))
    for text in texts:
        assert text in told


@given(st.integers(1, 200), st.integers(0, 200), st.integers(1, 8000), st.integers(1, 16))
def test_either_of_what_is_printed_is_enough_and_no_more(nodes: int, most: int, eighth: int, addresses: int) -> None:
    pool = Pool("a", nodes, most=max(most, nodes) if most else 0)
    world, ports = balanced(pool, eighth * 8, addresses), eighth * 8
    peak = max(count + -(-count // 10) for count in (nodes, pool.most))
    problems = found(world)
    assert bool(problems) is (peak * ports > addresses * 64000)
    for problem in problems:
        assert isinstance(problem, Problem)
        for option, number in re.findall(r"--load-balancer-([\w-]+) (\d+)", problem.recommendation):
            if option == "outbound-ports":
                assert peak * int(number) <= addresses * 64000 < peak * (int(number) + 8)
            else:
                assert peak * ports <= int(number) * 64000 < peak * ports + 64000


@pytest.mark.parametrize("world", [balanced(Pool("a", 70), 1024, **PREFIXES), balanced(Pool("a", 70), 1024, 0)],
                         ids=["prefixes", "nothing is shown"])  # fmt: skip
def test_addresses_that_are_not_counted_are_not_looked_at(world: World) -> None:
    assert [each.what for each in found(world) if isinstance(each, Unreadable)] == [
        "the outbound addresses of the load balancer"
    ]
