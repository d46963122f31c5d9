"""Every rule on sizes and places against a predicate written with `ipaddress`, for given ranges at random."""
import ipaddress
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from netaddr import IPAddress

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.model import Demand, MaxSurge, Origin, Severity, Wish
from azext_kubenet.addressing.verdict import judge
from tests.property import oracle
from tests.property.universe import network, reservations
from tests.unit.addressing.asking import changed, recommended

ip = ipaddress.ip_network
PRIVATE = [ip(each) for each in ('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')]
SHARED = ip('100.64.0.0/10')
RESERVED = [ip(each) for each in ('169.254.0.0/16', '172.30.0.0/15', '192.0.2.0/24', '224.0.0.0/4',
                                  '255.255.255.255/32', '127.0.0.0/8', '168.63.129.16/32')]
#: Close together, so that ranges meet often.
PLACES = [oracle.block(each) for each in (
    '10.0.0.0/14', '10.0.0.0/20', '172.28.0.0/14', '100.64.0.0/15', '192.0.2.0/23', '168.63.128.0/22', '8.0.0.0/7',
    '100.0.0.0/9')]
ranges = st.sampled_from(PLACES).flatmap(lambda place: st.integers(place[1], 31).flatmap(
    lambda prefix: st.integers(0, 2 ** (prefix - place[1]) - 1).map(
        lambda number: (place[0] + number * 2 ** (32 - prefix), prefix))))


@dataclass
class Given:
    """All ranges given, so that what is found depends on nothing that the planner chooses."""
    demand: Demand
    vnet: list
    subnet: tuple
    pods: tuple
    services: tuple
    dns_ip: int
    bridge: tuple
    within: list
    taken: list
    existing: list

    @property
    def wish(self):
        return Wish(tuple(map(network, self.within)), tuple(map(network, self.vnet)), network(self.subnet),
                    network(self.pods), network(self.services), IPAddress(self.dns_ip), network(self.bridge))


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
    demand = Demand(
        draw(st.integers(-1, 420)), draw(st.one_of(st.none(), st.integers(0, 420))), draw(st.integers(5, 260)),
        MaxSurge(draw(st.integers(0, 120)), draw(st.booleans())), draw(st.sampled_from([-1, 0, 0, 5, 300])))
    return Given(demand, vnet, subnet, draw(ranges), services, max(0, services[0] + offset),
                 (bridge[0] + draw(st.integers(0, 2 ** (32 - bridge[1]) - 1)), bridge[1]),
                 draw(st.one_of(st.just([]), st.lists(ranges, max_size=3))), draw(st.lists(ranges, max_size=3)),
                 draw(st.lists(ranges, max_size=2)))


def as_ip(one):
    return ipaddress.ip_interface(oracle.text(one)).network


def expected(case):
    """Names of the rules that a case breaks."""
    vnet, within, taken, existing = (
        [as_ip(each) for each in some] for some in (case.vnet, case.within, case.taken, case.existing))
    subnet, pods, services, bridge = (as_ip(each) for each in (case.subnet, case.pods, case.services, case.bridge))
    dns, bridge_ip = ipaddress.ip_address(case.dns_ip), ipaddress.ip_address(case.bridge[0])
    outside = [*vnet, pods, services, bridge]

    def meets(one, others):
        return any(one.overlaps(other) for other in others)

    def private(one):
        return any(one.subnet_of(each) for each in [*PRIVATE, SHARED])

    unusable = dns in (services[0], services[1 if services.prefixlen < 32 else 0], services[-1])
    return {
        'subnet-outside-vnet': not any(subnet.subnet_of(prefix) for prefix in vnet),
        'vnet-prefixes-overlap': len(vnet) == 2 and vnet[0].overlaps(vnet[1]),
        'pod-subnet-overlap': pods.overlaps(subnet),
        'pod-vnet-overlap': meets(pods, vnet) and not pods.overlaps(subnet),
        'service-subnet-overlap': services.overlaps(subnet),
        'service-vnet-overlap': meets(services, vnet) and not services.overlaps(subnet),
        'pod-service-overlap': pods.overlaps(services),
        'docker-bridge-overlap': meets(bridge, [*vnet, pods, services, subnet]),
        'excluded-range-overlap': any(meets(each, taken) for each in [*outside, subnet]),
        'existing-subnet-overlap': any(meets(each, existing) for each in (subnet, pods, services, bridge)),
        'reserved-range-overlap': any(meets(each, RESERVED) for each in [*outside, subnet]),
        'service-cidr-public': not private(services),
        'service-cidr-shared-space': services.subnet_of(SHARED),
        'pod-cidr-public': not private(pods),
        'vnet-public': not all(private(each) for each in [*vnet, subnet]),
        'vnet-outside-within': bool(within) and not all(
            oracle.inside_all(each, case.within) for each in [*case.vnet, case.subnet]),
        'dns-service-ip-outside-service-cidr': dns not in services,
        'dns-service-ip-unusable': dns in services and unusable,
        'dns-service-ip-not-base-plus-10': dns in services and not unusable and services.prefixlen <= 28
                                           and int(dns) != int(services[0]) + 10,
        'docker-bridge-not-an-address': bridge.prefixlen < 31 and bridge_ip in (bridge[0], bridge[-1]),
        'docker-bridge-not-sent': True,
        **expected_sizes(case.demand, subnet, pods, services),
    }


def expected_sizes(demand, subnet, pods, services):
    nodes = demand.node_count if demand.max_count is None else demand.max_count
    surge, extra = demand.max_surge, demand.extra_ips
    peak = nodes + oracle.surge_of(nodes, surge.value, surge.percent)
    usable = max(0, subnet.num_addresses - 5)
    blocks = 2 ** 24 // 2 ** pods.prefixlen
    return {
        'subnet-size': not 2 <= subnet.prefixlen <= 29,
        'subnet-too-small': demand.node_count + extra > usable,
        'subnet-too-small-for-peak': demand.node_count + extra <= usable < peak + extra,
        'pod-cidr-too-small': demand.node_count > blocks,
        'pod-cidr-too-small-for-peak': demand.node_count <= blocks < peak,
        'pod-cidr-larger-than-useful': pods.prefixlen < 15,
        'service-cidr-too-large': services.prefixlen < 12,
        'service-cidr-at-limit': services.prefixlen == 12,
        'service-cidr-too-small': services.prefixlen > 28,
        'count-out-of-range': demand.node_count < 1 or extra < 0 or nodes < demand.node_count,
        'max-surge-out-of-range': surge.percent and surge.value > 100,
        'surge-zero': surge.value == 0,
        'max-pods-out-of-range': not 10 <= demand.max_pods <= 250,
        'too-few-pods-per-pool': demand.node_count > 0 and demand.node_count * demand.max_pods < 30,
        'too-many-nodes': nodes > 399,
        'too-many-routes': peak > 400,
    }


WARNINGS = {'service-cidr-shared-space', 'pod-cidr-public', 'vnet-public'}
INFOS = {'surge-zero', 'docker-bridge-not-sent', 'pod-cidr-larger-than-useful'}
ACCEPTABLE = {
    'service-cidr-public',
    'too-many-routes', 'subnet-too-small-for-peak', 'pod-cidr-too-small-for-peak', 'service-cidr-at-limit',
    'pod-vnet-overlap', 'service-vnet-overlap', 'docker-bridge-overlap', 'excluded-range-overlap',
    'vnet-outside-within', 'dns-service-ip-not-base-plus-10', 'docker-bridge-not-an-address'}


def severity(rule, accepted):
    if rule in INFOS:
        return Severity.INFO
    return Severity.WARNING if rule in WARNINGS or rule in accepted & ACCEPTABLE else Severity.ERROR


risks = st.sampled_from([*sorted(rule.name for rule in rules.RULES), 'no-such-rule'])


@settings(max_examples=1500)
@given(all_given(), st.sets(risks, max_size=4))
def test_every_rule_fires_exactly_when_its_predicate_holds(case, accepted):
    subnets = [each._replace(origin=Origin.SUBNET) for each in reservations(case.existing)]
    findings = judge(case.demand, case.wish, [*reservations(case.taken), *subnets], sorted(accepted)).findings
    wanted = {rule for rule, broken in expected(case).items() if broken}
    own = [finding for finding in findings if finding.rule not in ('no-space', 'risk-not-acceptable')]
    assert {finding.rule for finding in own} == wanted
    for finding in own:
        assert finding.severity is severity(finding.rule, accepted)
        assert finding.message
        assert finding.recommendation
    refused = [finding for finding in findings if finding.rule == 'risk-not-acceptable']
    assert len(refused) == len(accepted - ACCEPTABLE)


@settings(max_examples=400)
@given(all_given(), st.sets(st.sampled_from(['vnet', 'subnet', 'pods', 'services', 'docker_bridge', 'dns_ip'])),
       st.integers(1, 300))
def test_what_is_recommended_makes_the_finding_go_away(case, left_open, nodes):
    subnets = [each._replace(origin=Origin.SUBNET) for each in reservations(case.existing)]
    taken, wish = [*reservations(case.taken), *subnets], case.wish.without(*left_open)
    for finding in judge(Demand(nodes), wish, taken).findings:
        for change in recommended(finding):
            again = judge(*changed(Demand(nodes), wish, change), taken)
            assert (finding.rule, finding.options) not in {(each.rule, each.options) for each in again.findings}, (
                finding, change)


def test_the_predicates_cover_every_rule():
    case = Given(Demand(), [oracle.block('10.0.0.0/16')], *[oracle.block('10.0.0.0/24')] * 3, 0,
                 oracle.block('10.0.0.1/24'), [], [], [])
    assert set(expected(case)) == {rule.name for rule in rules.RULES}
    assert set(rules.acceptable()) == ACCEPTABLE
