"""Where limits bind, when, and what larger ranges would give: rows to read, and a slow count beside them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet.addressing import sizing
from azext_kubenet.addressing.cidr import NotANetwork
from azext_kubenet.addressing.growth import Limit, growth, next_sizes, years_until
from azext_kubenet.addressing.model import AddressPlan
from azext_kubenet.options.node_counts import read_growth
from azext_kubenet.output.explained import outlook, raised_by
from tests.support.effort import tries
from tests.unit.addressing.asking import ask

row = pytest.param


def limits_of(line, percent=None):
    return growth(ask(line).plan, percent)


@pytest.mark.parametrize(
    ("line", "order"),
    [
        row("", {"subnet": 228, "podCidr": 232, "routes": 363, "aksNodes": 399}, id="the conventional set"),
        row(
            "--max-surge 0",
            {"subnet": 251, "podCidr": 256, "aksNodes": 399, "routes": 400},
            id="without surge AKS binds",
        ),
        row(
            "--subnet-prefix /22 --pod-cidr /15 --max-surge 33%",
            {"routes": 300, "podCidr": 384, "aksNodes": 399, "subnet": 766},
            id="with large ranges the routes bind first",
        ),
        row(
            "--subnet-prefix 10.1.2.0/26 --in-use 20 --extra-ips 5",
            {"subnet": 30, "podCidr": 232, "routes": 363, "aksNodes": 399},
            id="what is in use of the subnet and other addresses count",
        ),
        row(
            "--subnet-prefix /24 --pool a:5:5:0 b:5:5:100%",
            {"subnet": 167, "podCidr": 170, "routes": 266, "aksNodes": 399},
            id="of two equal pools one doubles in an upgrade",
        ),
    ],
)
def test_limits_come_in_the_order_in_which_they_bind(line, order):
    found = limits_of(line)
    assert [(each.limit, each.nodes) for each in found[:-1]] == list(order.items())
    assert found[-1].limit == "services"


def test_nodes_left_are_those_above_the_planned():
    subnet, pods, *_ = limits_of("--max-count 40 --subnet-prefix 10.1.2.0/26")
    assert (subnet.left, pods.left) == (13, 192)
    assert all(each.years is None and each.then and each.facts for each in (subnet, pods))


@pytest.mark.parametrize(
    ("prefix", "addresses", "static"),
    [(12, 2**20 - 2, 256), (16, 65534, 256), (20, 4094, 256), (21, 2046, 128), (24, 254, 16), (25, 126, 16),
     (27, 30, 16), (28, 14, 0)],
)  # fmt: skip
def test_services_have_addresses_and_a_static_band(prefix, addresses, static):
    services = IPNetwork(f"10.0.0.0/{prefix}")
    assert sizing.static_band(services) == static
    plan = ask("").plan
    found = growth(AddressPlan(plan.size, plan.vnet, plan.subnet, plan.pods, services))[-1]
    assert (found.addresses, found.static) == (addresses, static)


@pytest.mark.parametrize(
    ("limit", "nodes", "percent", "years"),
    [
        row(200, 100, 100, 1.0, id="what doubles in a year is there after one"),
        row(800, 100, 100, 3.0, id="and three years later at eight times as many"),
        row(125, 100, 25, 1.0, id="25% more after a year at 25%"),
        row(156, 100, 25, 1.9, id="not quite two years for one node fewer than 25% twice"),
        row(40, 40, 25, 0.0, id="at the limit there is no time left"),
        row(30, 40, 25, 0.0, id="and none beyond it"),
        row(399, 1, 1, 100.0, id="a hundred years are as far as anyone looks"),
        row(0, 3, 25, 0.0, id="nothing fits today"),
    ],
)
def test_years_until_a_limit(limit, nodes, percent, years):
    assert years_until(limit, nodes, percent) == years


def tenths_one_by_one(limit, nodes, percent):
    """Tenth by tenth, with everything raised to the tenth power instead of taking roots."""
    rate, tenths, now = 1 + Fraction(percent, 100), 0, Fraction(nodes) ** 10
    while tenths < 1000 and now * rate <= Fraction(limit) ** 10:
        tenths, now = tenths + 1, now * rate
    return tenths


@tries(150)
@given(st.integers(1, 1000), st.integers(1, 400), st.integers(5, 300))
def test_years_are_what_counting_tenths_finds(limit, nodes, percent):
    assert years_until(limit, nodes, percent) == tenths_one_by_one(limit, nodes, percent) / 10


def test_growth_gives_years_to_every_limit_of_nodes():
    found = limits_of("--node-count 40 --subnet-prefix 10.1.2.0/26", 25)
    nodes = [each for each in found if isinstance(each, Limit)]
    assert [(each.years, each.nodes) for each in nodes] == [(1.2, 53), (7.8, 232), (9.8, 363), (10.3, 399)]
    assert [each.limit for each in found if each not in nodes] == ["services"]


@pytest.mark.parametrize(
    ("line", "steps", "sentence"),
    [
        row("", [("subnet", 232, 4), ("both", 363, 135)],
            "a subnet of /23 supports 232 nodes, a subnet of /23 with a pod CIDR of /15 supports 363 nodes",
            id="a larger subnet helps until the pod CIDR binds"),
        row("--pod-cidr /20", [("podCidr", 29, 15)], "a pod CIDR of /19 supports 29 nodes",
            id="where the pod CIDR binds a larger subnet alone does nothing"),
        row("--subnet-prefix 10.1.2.0/26", [("subnet", 111, 58)],
            "a subnet of /25 supports 111 nodes",
            id="where the subnet binds a larger pod CIDR alone does nothing"),
        row("--subnet-prefix 10.1.2.0/23 --pod-cidr /15", [],
            "larger ranges support no more nodes: AKS's own limits come first", id="the routes bind"),
        row("--subnet-prefix 10.1.2.0/26 --node-count 1 --max-surge 100%", [("subnet", 61, 32)],
            "a subnet of /25 supports 61 nodes", id="only sizes that support more nodes are told"),
    ],
)  # fmt: skip
def test_the_next_size_up(line, steps, sentence):
    found = next_sizes(ask(line).plan)
    assert [(each.step, each.nodes, each.more) for each in found] == steps
    assert raised_by(found) == sentence


@pytest.mark.parametrize(
    "line", ["", "--pod-cidr /20", "--subnet-prefix 10.1.2.0/26 --in-use 7", "--pool a:3:9 b:1:5:50%"]
)
def test_the_next_size_is_what_a_plan_with_it_carries(line):
    plan = ask(line).plan
    for each in next_sizes(plan):
        larger = AddressPlan(
            plan.size, plan.vnet, IPNetwork(f"10.0.0.0/{each.subnet}"), IPNetwork(f"11.0.0.0/{each.pods}"),
            plan.services, in_use=plan.in_use)  # fmt: skip
        found = sizing.capacity(larger)
        assert (each.nodes, each.pods_carried, each.limited_by) == (found.nodes, found.pods, found.limited_by)


def test_a_plan_without_ranges_has_no_next_size():
    with pytest.raises(ValueError):
        next_sizes(AddressPlan(ask("").plan.size))


@pytest.mark.parametrize(("text", "percent"), [("25%", 25), ("25", 25), (" 1% ", 1), ("1000%", 1000)])
def test_growth_is_read(text, percent):
    assert read_growth(text) == percent


@pytest.mark.parametrize("text", ["", "0%", "-5%", "1001%", "a lot", "2.5%", "9" * 1_000_000])
def test_what_is_no_growth_is_said(text):
    with pytest.raises(NotANetwork):
        read_growth(text)


def test_growth_counts_from_the_nodes_at_creation():
    """10 nodes that may become 100 reach the 111 of their subnet in 5.9 years at 50%, not in 0.2."""
    found = limits_of("--node-count 10 --max-count 100 --subnet-prefix 10.1.2.0/25", 50)[0]
    assert (found.limit, found.nodes, found.left, found.years) == ("subnet", 111, 11, 5.9)


def test_growth_of_pools_counts_from_the_nodes_at_creation():
    found = limits_of("--pool a:4:10 b:6:90 --subnet-prefix 10.1.2.0/25", 50)[0]
    assert found.years == years_until(found.nodes, 10, 50)


@pytest.mark.parametrize(
    ("days_left", "years", "late"),
    [
        row(490, 1.2, False, id="1.2 years are before, 490 days from it"),
        row(396, 1.2, True, id="1.2 years are after, 396 days from it"),
        row(-1, 1.2, True, id="every limit is after it once kubenet has retired"),
    ],
)
def test_what_lies_after_the_retirement_of_kubenet_is_said(days_left, years, late):
    plan = ask("--node-count 40 --subnet-prefix 10.1.2.0/26").plan
    found = growth(plan, 25, days_left)
    assert (found[0].years, found[0].after_retirement) == (years, late)
    (line, *_) = outlook(found, [])
    assert ("reached in 1.2 years, after kubenet retires on 31 March 2028" in line) is late


def test_without_growth_nothing_is_said_of_the_retirement():
    assert not any(each.after_retirement for each in growth(ask("").plan, None, -600)[:-1])


def test_the_limits_of_overlay_are_subnet_pods_and_nodes_and_none_retires():
    plan = ask("--network-plugin-mode overlay --max-pods 250").plan
    found = growth(plan, 25, 490)
    assert [(each.limit, each.nodes) for each in found[:-1]] == [("subnet", 228), ("podCidr", 232), ("aksNodes", 5000)]
    assert not any(each.after_retirement for each in found[:-1])
    assert "can be made larger" in found[1].then
    assert not any("kubenet" in each.then or "route" in each.then for each in found)
