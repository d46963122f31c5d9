"""Node pools stated one by one: what they become, what they need, and what is said of them."""

import pytest

from azext_kubenet.addressing import sizing
from azext_kubenet.addressing.model import ClusterSize, MaxSurge, Pool
from azext_kubenet.addressing.wording import node_options, pool_option
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from tests.unit.addressing.asking import ask, names

TEN = MaxSurge(10, True)

# what is typed, the options, the demand that it becomes
DEMANDS = (
    ("a name and a count", {"pool": [["np:3"]]}, ClusterSize(3, None, pools=(Pool("np", 3, 3, TEN),))),
    ("a maximum", {"pool": [["np:3:9"]]}, ClusterSize(3, 9, pools=(Pool("np", 3, 9, TEN),))),
    ("a surge of its own", {"pool": [["np:3:9:33%"]]},
     ClusterSize(3, 9, pools=(Pool("np", 3, 9, MaxSurge(33, True)),))),
    ("a surge without a maximum", {"pool": [["np:3::2"]]},
     ClusterSize(3, None, pools=(Pool("np", 3, 3, MaxSurge(2, False)),))),
    ("the surge of --max-surge where a pool has none", {"pool": [["np:3"]], "max_surge": "1"},
     ClusterSize(3, None, max_surge=MaxSurge(1, False), pools=(Pool("np", 3, 3, MaxSurge(1, False)),))),
    ("several, each named again", {"pool": [["system:3"], ["work:10:60"]]},
     ClusterSize(13, 63, pools=(Pool("system", 3, 3, TEN), Pool("work", 10, 60, TEN)))),
    ("several in one go", {"pool": [["a:1", "b:0:5"]]},
     ClusterSize(1, 6, pools=(Pool("a", 1, 1, TEN), Pool("b", 0, 5, TEN)))),
    ("texts, as a plan gives them", {"pool": ["a:1:2:10%"]}, ClusterSize(1, 2, pools=(Pool("a", 1, 2, TEN),))),
    ("sums that are said as well", {"pool": ["a:1:2", "b:3:4"], "node_count": 4, "max_count": 6},
     ClusterSize(4, 6, pools=(Pool("a", 1, 2, TEN), Pool("b", 3, 4, TEN)))),
)  # fmt: skip

# what is wrong, what is typed, the rules and options of the findings
FAULTS = (
    ("no count", {"pool": ["np"]}, [("malformed-pool", ("--pool",))]),
    ("no name", {"pool": [":3"]}, [("malformed-pool", ("--pool",))]),
    ("a count below zero", {"pool": ["np:-1"]}, [("malformed-pool", ("--pool",))]),
    ("a maximum in words", {"pool": ["np:3:many"]}, [("malformed-pool", ("--pool",))]),
    ("five fields", {"pool": ["np:3:4:1:1"]}, [("malformed-pool", ("--pool",))]),
    ("digits of another script", {"pool": ["np:\u0663"]}, [("malformed-pool", ("--pool",))]),
    ("a count of a million digits", {"pool": ["np:" + "9" * 1_000_000]}, [("malformed-pool", ("--pool",))]),
    ("a surge in words", {"pool": ["np:3:4:some"]}, [("malformed-max-surge", ("--pool",))]),
    ("two answers on nodes", {"pool": ["np:3"], "node_count": 4}, [("pools-contradicted", ("--node-count", "--pool"))]),
    ("two answers on most nodes", {"pool": ["np:3:5"], "max_count": 6},
     [("pools-contradicted", ("--max-count", "--pool"))]),
    ("two pools at fault", {"pool": ["a", "b:x", "c:3"]}, [("malformed-pool", ("--pool",))] * 2),
)  # fmt: skip


@pytest.mark.parametrize(("options", "demand"), [row[1:] for row in DEMANDS], ids=[row[0] for row in DEMANDS])
def test_what_is_typed_becomes_pools(options, demand):
    reading = read_ranges(Typed(options))
    assert (reading.size, reading.findings) == (demand, ())


@pytest.mark.parametrize(("options", "found"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_what_cannot_be_read_is_said(options, found):
    findings = read_ranges(Typed(options)).findings
    assert [(each.rule, each.subject) for each in findings] == found
    assert all(each.recommendation and len(each.message) < 250 for each in findings)


@pytest.mark.parametrize(("options", "demand"), [row[1:] for row in DEMANDS], ids=[row[0] for row in DEMANDS])
def test_pools_are_recommended_as_they_are_typed(options, demand):
    words = str(pool_option(demand.pools, demand)).split()[1:]
    surge = {} if "max_surge" not in options else {"max_surge": options["max_surge"]}
    assert read_ranges(Typed({"pool": [words], **surge})).size == demand


@pytest.mark.parametrize(
    ("line", "surge_nodes"),
    [
        pytest.param(
            "--pool a:4 b:4 c:4 d:4 e:4 --max-surge 50%", 10, id="five pools of 4 surge by half: 10 nodes [E2]"
        ),
        pytest.param("--pool a:1 b:1 c:1", 3, id="10% of each of three small pools is a node each, not one in all"),
        pytest.param("--node-count 3", 1, id="10% of three nodes in one pool is one node"),
        pytest.param("--pool a:3:10 b:3:20:33%", 8, id="each pool surges at its most, by its own share"),
        pytest.param("--pool a:3 b:2:2:5", 3, id="a pool surges by no more nodes than it has [E4]"),
        pytest.param("--pool a:3 b:0:0:5", 1, id="a pool without nodes has none to surge by"),
    ],
)
def test_surge_of_pools(line, surge_nodes):
    assert ask(line).plan.size.surge_nodes == surge_nodes


def test_faults_of_several_pools_are_told_together_by_name():
    verdict = ask("--pool Sys:0 work:10:6 gpu:1::200% gpu:1::0 --max-pods 10")
    told = {(each.rule, each.message.split("'")[1]) for each in verdict.findings if "'" in each.message}
    assert told >= {
        ("count-out-of-range", "Sys"),
        ("count-out-of-range", "work"),
        ("max-surge-out-of-range", "gpu"),
        ("surge-zero", "gpu"),
        ("too-few-pods-per-pool", "Sys"),
        ("too-few-pods-per-pool", "gpu"),
        ("pool-name-not-allowed", "Sys"),
        ("pool-name-duplicate", "gpu"),
    }


def test_fewer_nodes_are_recommended_pool_by_pool():
    demand = ask("--pool system:3 work:10:60:33%").plan.size
    assert str(node_options(demand, 21)) == "--pool system:1:1 work:10:20:33%"
    assert str(node_options(demand, 3)) == "--pool system:1:1 work:2:2:33%"


@pytest.mark.parametrize(
    ("in_use", "nodes"),
    [
        pytest.param(0, 53, id="59 free addresses carry 53 nodes with 10% surge"),
        pytest.param(4, 50, id="55 free addresses carry 50"),
        pytest.param(59, 0, id="a full subnet carries none"),
        pytest.param(99, 0, id="and neither does one that Azure counts fuller than full"),
    ],
)
def test_addresses_in_use_lower_what_a_subnet_carries(in_use, nodes):
    plan = ask(f"--subnet-prefix 10.1.2.0/26 --in-use {in_use} --node-count 1 --max-count 1").plan
    assert sizing.capacity(plan).nodes_by_subnet == nodes


def test_addresses_in_use_are_said_where_the_subnet_is_too_small():
    for line, rule in (("--node-count 50", "subnet-too-small"), ("--max-count 50", "subnet-too-small-for-peak")):
        verdict = ask(f"--subnet-prefix 10.1.2.0/26 --in-use 12 {line}")
        assert names(verdict) == [rule]
        said = verdict.findings[0].message.partition(": ")[0].replace(" (64 minus the 5 that Azure reserves)", "")
        assert said == "10.1.2.0/26 has 59 usable addresses, of which 12 are in use"


def test_what_is_recommended_beside_addresses_in_use_fits():
    verdict = ask("--subnet-prefix 10.1.2.0/26 --in-use 12 --max-count 50")
    assert "--max-count 42" in verdict.findings[0].recommendation
    assert not ask("--subnet-prefix 10.1.2.0/26 --in-use 12 --max-count 42").refused
    assert ask("--subnet-prefix 10.1.2.0/26 --in-use 12 --max-count 43").refused


def test_without_space_the_largest_cluster_leaves_what_is_in_use():
    excluded = "10.0.0.0/8 172.16.0.0/12 100.64.0.0/10 192.168.128.0/17"
    verdict = ask(f"--subnet-prefix 192.168.0.0/28 --in-use 4 --max-count 100 --exclude-prefixes {excluded}")
    told = {each.rule: each.recommendation for each in verdict.findings}
    assert "use --max-count 6" in told["no-space"]
