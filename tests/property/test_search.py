"""The search is exact: against a judge that tries every aligned place of every range, in a small universe."""

from dataclasses import replace

from hypothesis import event, given
from netaddr import IPNetwork

from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.addressing.planner import plan_result
from tests.property import oracle
from tests.property.oracle import block
from tests.property.predicates import check_verdict
from tests.property.universe import universes
from tests.support.effort import tries

USUAL = {
    "vnet": block("192.168.0.0/16"),
    "pods": block("10.244.0.0/16"),
    "services": block("10.0.0.0/16"),
    "docker_bridge": block("172.17.0.0/16"),
}  # the last comes after the others


def as_block(network):
    return None if network is None else (network.first, network.prefixlen)


@tries(1200)
@given(universes)
def test_a_shortage_is_reported_exactly_when_no_packing_exists(case):
    nodes = case.demand.nodes
    possible = case.problem.possible(nodes, case.surge(nodes), case.demand.extra_ips)
    event(f"possible: {possible}")
    proposal = case.proposal()
    assert (proposal.shortage is None) == possible
    assert proposal.plan.complete == (possible and proposal.plan.dns_ip is not None)


@tries(600)
@given(universes)
def test_the_docker_bridge_has_what_all_others_leave_and_costs_them_nothing(case):
    proposal = case.proposal()
    plan, shortage = proposal.plan, proposal.shortage
    if shortage is not None or case.wish.docker_bridge is not None:
        return
    taken = [as_block(each) for each in replace(plan, docker_bridge=None).networks()]
    free = {
        size: [
            one
            for one in case.problem.places("docker_bridge", size)
            if not any(oracle.overlap(one, each) for each in taken)
        ]
        for size in range(21, 29)
    }
    largest = next((size for size in free if free[size]), None)
    event(f"docker bridge: {largest}")
    assert (plan.docker_bridge and plan.docker_bridge.prefixlen) == largest
    if largest is not None:
        assert as_block(plan.docker_bridge.cidr) in free[largest]
        assert int(plan.docker_bridge.ip) == plan.docker_bridge.first + 1
    theirs = replace(case, wish=replace(case.wish, docker_bridge=IPNetwork("203.0.113.1/28"))).proposal().plan
    assert replace(theirs, docker_bridge=plan.docker_bridge) == plan


@tries(400)
@given(universes)
def test_a_plan_is_refused_exactly_when_there_is_none_or_a_rule_refuses_it(case):
    nodes = case.demand.nodes
    found = plan_result.plan_ranges(case.demand, case.wish, case.taken, (), case.elsewhere)
    if not case.problem.possible(nodes, case.surge(nodes), case.demand.extra_ips):
        event("no plan")
        assert "no-space" in {finding.rule for finding in found.findings}
        assert found.refused
        return
    event(f"refused: {found.refused}")
    check_verdict(found)


@tries(500)
@given(universes)
def test_the_largest_cluster_of_a_shortage_fits_and_one_more_node_does_not(case):
    shortage = case.proposal().shortage
    if shortage is None:
        return

    def fits(nodes):
        surge, extra = case.surge(nodes), case.demand.extra_ips
        return case.problem.carries(nodes, surge, extra) and case.problem.possible(nodes, surge, extra)

    event(f"largest: {shortage.largest_cluster}")
    assert shortage.largest_cluster == 0 or fits(shortage.largest_cluster)
    assert not fits(shortage.largest_cluster + 1)


@tries(1000)
@given(universes)
def test_the_usual_value_if_it_can_be_and_else_no_smaller_than_it_must_be(case):
    problem, plan = case.problem, case.proposal().plan
    nodes, extra = case.demand.nodes, case.demand.extra_ips
    surge = case.surge(nodes)
    if not plan.complete:
        return
    sizes, fixed = problem.needs(nodes, surge, extra), []
    if not problem.open_network and not isinstance(problem.vnet, list):
        fixed = [next(network for network in problem.networks() if problem.fits(sizes, [network]))]
        assert [as_block(prefix) for prefix in plan.vnet] == fixed
    got = {"vnet": as_block(plan.vnet[0]), "pods": as_block(plan.pods), "services": as_block(plan.services)}
    wanted = largest_wanted(case, sizes)
    left = dict(sizes)
    for name in sizes:
        usual = oracle.around(USUAL[name], wanted[name])
        rest = {other: size for other, size in left.items() if other != name}
        if (
            problem.allowed(name, usual)
            and not any(oracle.overlap(usual, each) for each in fixed)
            and problem.fits(rest, [*fixed, usual])
        ):
            assert got[name] == usual
            fixed, left = [*fixed, usual], rest
    for name in list(left):
        left[name] = next(
            size for size in range(wanted[name], left[name] + 1) if problem.fits({**left, name: size}, fixed)
        )
        assert got[name][1] == left[name], name
    check_subnet(case, plan)


def largest_wanted(case, sizes):
    """The usual size of each open range, or what is needed if that is larger; a size asked for is the only one."""
    wish, addresses = case.wish, case.demand.nodes + case.surge(case.demand.nodes) + case.demand.extra_ips
    wanted = {name: min(16, size) for name, size in sizes.items()}
    wanted["vnet"] = min(16, 24, case.problem.subnet_size(addresses))
    for name in ("vnet", "pods", "services"):
        if wish[RangeKind(name)].is_sized:
            wanted[name] = wish[RangeKind(name)].prefixlen
    return wanted


def check_subnet(case, plan):
    """The subnet: a /24 while no --max-count is stated, else what is needed; the usual place if it is free."""
    problem = case.problem
    if problem.subnet is not None and not isinstance(problem.subnet, int):
        return
    addresses = case.demand.nodes + case.surge(case.demand.nodes) + case.demand.extra_ips
    smallest = problem.subnet_size(addresses)
    largest = smallest if case.demand.max_count is not None or isinstance(problem.subnet, int) else min(24, smallest)
    vnet = [as_block(prefix) for prefix in plan.vnet]
    for size in range(largest, smallest + 1):
        places = list(problem.subnet_places(size, vnet))
        if places:
            usual = (block("192.168.1.0/24")[0], size)
            assert plan.subnet.prefixlen == size
            assert as_block(plan.subnet) == usual or usual not in places
            return
    raise AssertionError("a subnet without a place")


@tries(200)
@given(universes)
def test_the_same_question_has_the_same_answer(case):
    again = plan_result.plan_ranges(case.demand, case.wish, list(reversed(case.taken)))
    assert plan_result.plan_ranges(case.demand, case.wish, case.taken).plan == again.plan
