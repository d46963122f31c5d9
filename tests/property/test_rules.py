"""Every rule on sizes and places against a predicate, for given ranges at random."""

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.findings import SetOptions, Severity
from azext_kubenet.addressing.model import ClusterSize, MaxSurge, Pool, RangeKind
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from tests.property import oracle
from tests.property.predicates import ACCEPTABLE, Plan, check_reservations, expected, severities
from tests.property.universe import called, clusters, origins, reservations
from tests.support.effort import tries
from tests.unit.addressing.asking import changed, recommended

#: Close together, so that ranges meet often.
PLACES = [
    oracle.block(each)
    for each in (
        "10.0.0.0/14",
        "10.0.0.0/20",
        "172.28.0.0/14",
        "100.64.0.0/15",
        "192.0.2.0/23",
        "168.63.128.0/22",
        "8.0.0.0/7",
        "100.0.0.0/9",
    )
]
ranges = st.sampled_from(PLACES).flatmap(
    lambda place: st.integers(place[1], 31).flatmap(
        lambda prefix: st.integers(0, 2 ** (prefix - place[1]) - 1).map(
            lambda number: (place[0] + number * 2 ** (32 - prefix), prefix)
        )
    )
)
any_surge = st.builds(MaxSurge, st.integers(0, 120), st.booleans())
pool_names = st.sampled_from(["np1", "np2", "a", "twelveletter", "thirteenchars", "1np", "np_", "Np", ""])
node_pools = st.builds(Pool, pool_names, st.integers(0, 150), st.integers(1, 200), any_surge)


@dataclass
class Asked(Plan):
    """All ranges given, so that what is found depends on nothing that the planner chooses."""

    taken: list = field(default_factory=list)
    elsewhere: list = field(default_factory=list)

    def judged(self, accepted=()):
        return plan_ranges(self.demand, self.wish, self.taken, accepted, self.elsewhere)


@st.composite
def all_given(draw):
    vnet = draw(st.lists(ranges, min_size=1, max_size=2))
    if draw(st.booleans()):
        size = draw(st.integers(vnet[0][1], 32))
        subnet = (vnet[0][0] + draw(st.integers(0, 2 ** (size - vnet[0][1]) - 1)) * 2 ** (32 - size), size)
    else:
        subnet = draw(ranges)
    services, bridge = draw(ranges), draw(ranges)
    offset = draw(st.sampled_from([0, 1, 2, 10, 10, -1, 2 ** (32 - services[1]) - 1, 2 ** (32 - services[1])]))
    counts = draw(st.integers(-1, 420)), draw(st.one_of(st.none(), st.integers(0, 420)))
    pools = draw(st.one_of(st.just([]), st.just([]), st.lists(node_pools, min_size=1, max_size=3)))
    if pools:
        counts = sum(pool.count for pool in pools), sum(pool.max_count for pool in pools)
    demand = ClusterSize(
        *counts, draw(st.integers(5, 260)), draw(any_surge), draw(st.sampled_from([-1, 0, 0, 5, 300])), tuple(pools)
    )
    larger = [oracle.around(one, draw(st.integers(max(0, one[1] - 3), one[1]))) for one in (*vnet, subnet)]
    crowd = draw(st.sampled_from([[], [], larger, larger[:1], larger[1:], vnet[:1] * 4, [services] * 5]))
    taken = reservations([*crowd, *draw(st.lists(ranges, max_size=6))], draw(origins))
    elsewhere = clusters(draw(st.lists(ranges, max_size=4)))
    return Asked(
        demand,
        vnet,
        subnet,
        draw(ranges),
        services,
        max(0, services[0] + offset),
        (bridge[0] + draw(st.integers(0, 2 ** (32 - bridge[1]) - 1)), bridge[1]),
        draw(st.one_of(st.just([]), st.lists(ranges, max_size=3))),
        called(taken, elsewhere),
        set(),
        draw(st.sampled_from([0, 0, 0, 1, 20, 250])),
        draw(st.sampled_from([(), (), ("vnet",), ("vnet", "subnet")])),
        taken,
        elsewhere,
    )


risks = st.sampled_from([*sorted(each.rule.name for each in rules.RULES), "no-such-rule"])


@tries(900)
@given(all_given(), st.sets(risks, max_size=4))
def test_every_rule_fires_exactly_when_its_predicate_holds(case, accepted):
    verdict = case.judged(sorted(accepted))
    wanted = severities(case, accepted)
    own = [finding for finding in verdict.findings if finding.rule != "risk-not-acceptable"]
    assert {(finding.rule, finding.severity) for finding in own} == wanted
    for finding in own:
        assert finding.message
        assert finding.recommendation
    refused = [finding for finding in verdict.findings if finding.rule == "risk-not-acceptable"]
    assert len(refused) == len(accepted - ACCEPTABLE)
    errors = {rule for rule, how_grave in wanted if how_grave is Severity.ERROR}
    assert verdict.refused == bool(errors or refused)
    check_reservations(case, own, accepted)


@tries(400)
@given(
    all_given(),
    st.sets(st.sampled_from(["vnet", "subnet", "pods", "services", "docker_bridge", "dns_ip"])),
    st.integers(1, 300),
)
def test_what_is_recommended_makes_the_finding_go_away(case, left_open, nodes):
    # addresses are in use in the subnet that exists, not in another one
    taken, wish = case.taken, replace(case.wish.without(*map(RangeKind, left_open)), in_use=0)
    findings = plan_ranges(ClusterSize(nodes), wish, taken, (), case.elsewhere).findings
    values = {pair for each in findings for fix in each.fixes if isinstance(fix, SetOptions) for pair in fix.values}
    assert len(values) == len(dict(values)), "two values are recommended for one option"
    for finding in findings:
        for change in recommended(finding):
            again = plan_ranges(*changed(ClusterSize(nodes), wish, change), taken, (), case.elsewhere)
            assert (finding.rule, finding.subject) not in {(each.rule, each.subject) for each in again.findings}, (
                finding,
                change,
            )


def test_the_predicates_cover_every_rule():
    case = Plan(
        ClusterSize(),
        [oracle.block("10.0.0.0/16")],
        *[oracle.block("10.0.0.0/24")] * 3,
        0,
        oracle.block("10.0.0.1/24"),
        [],
        [],
    )
    assert set(expected(case)) == {each.rule.name for each in rules.RULES}
    assert set(rules.acceptable()) == ACCEPTABLE
