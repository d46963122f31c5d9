"""The rules a second time, as predicates written with `ipaddress`: which findings a plan must have, and no others."""

import ipaddress
import re
from dataclasses import dataclass, field
from functools import cached_property

from netaddr import IPAddress

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import ClusterSize, RangeKind, RangeRequests
from tests.property import oracle
from tests.property.universe import called, network, request

ip = ipaddress.ip_network
PRIVATE = [ip(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
SHARED = ip("100.64.0.0/10")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
OPTIONS = {
    "vnet": "--vnet-address-prefixes",
    "subnet": "--subnet-prefix",
    "inner": "--subnet-prefix",
    "pods": "--pod-cidr",
    "services": "--service-cidr",
    "docker_bridge": "--docker-bridge-address",
}


@dataclass
class Plan:
    """All ranges of a plan. reserved: (origin, block, name); chosen: names of those that were not given."""

    demand: ClusterSize
    vnet: list
    subnet: tuple
    pods: tuple
    services: tuple
    dns_ip: int
    bridge: tuple
    within: list
    reserved: list
    chosen: set = field(default_factory=set)
    in_use: int = 0
    existing: tuple = ()

    @property
    def wish(self):
        return RangeRequests(
            tuple(map(network, self.within)),
            request(self.vnet),
            request(self.subnet),
            request(self.pods),
            request(self.services),
            IPAddress(self.dns_ip),
            network(self.bridge),
            self.in_use,
            tuple(map(RangeKind, self.existing)),
        )

    @property
    def ranges(self):
        """Name and block of all that can be blamed, which a network made for a given subnet cannot be."""
        where = "inner" if any(oracle.inside(self.subnet, prefix) for prefix in self.vnet) else "subnet"
        nodes = [(where, self.subnet), *(("vnet", prefix) for prefix in self.vnet)]
        if "vnet" in self.chosen and "subnet" not in self.chosen:
            nodes = [("subnet", self.subnet)]
        bridge = [("docker_bridge", oracle.around(self.bridge, self.bridge[1]))] if self.bridge else []
        return [*nodes, ("pods", self.pods), ("services", self.services), *bridge]

    @property
    def own(self):
        """What of it is the user's own."""
        prefixes = [] if "vnet" in self.chosen else self.vnet
        listed = [block for whose, block, _ in self.reserved if whose == "user"]
        known = [prefix for prefix in prefixes if "vnet" in self.existing or prefix in listed]
        return oracle.Own(self.within, prefixes, [] if "subnet" in self.chosen else [self.subnet], known)

    @cached_property
    def told(self):
        """What must be said of reservations, and of what Azure keeps."""
        kept = [("advised" if each in oracle.ADVISED else "azure", each, "kept") for each in oracle.RESERVED]
        # in a network that exists the clusters are its own
        there = [
            ("neighbour" if whose == "cluster" and "vnet" in self.existing else whose, *what)
            for whose, *what in self.reserved
        ]
        return [
            (rule, self.lowered(rule, name, one, meant) or how_grave, name, one, meant)
            # a prefix that is given twice is told once
            for rule, how_grave, name, one, meant in oracle.told(
                list(dict.fromkeys(self.ranges)), [*there, *kept], self.own
            )
        ]

    def lowered(self, rule, name, one, meant):
        """The severity of what is said of a range that exists, where it is not the usual one."""
        if rule == "subnet-in-cluster-range" and "subnet" in self.existing:
            return "warning"
        if rule == "reserved-range-overlap" and name == "vnet" and "vnet" in self.existing:
            return "" if self.refused(rule, name, one) or oracle.overlap(one, self.subnet) else "warning"
        return ""

    def refused(self, rule, name, one):
        """Whether Azure refuses what is said of a range."""
        if rule != "reserved-range-overlap":
            return rule not in ACCEPTABLE
        firm = [each for each in oracle.RESERVED if each not in oracle.ADVISED]
        firm += [each for whose, each, _ in self.reserved if whose == "azure"]
        return name in ("pods", "services") or (
            name != "docker_bridge" and any(oracle.overlap(one, each) for each in firm)
        )


def as_ip(one):
    return ipaddress.ip_interface(oracle.text(one)).network


def expected(case):
    """Names of the rules that a case breaks."""
    vnet = [as_ip(each) for each in case.vnet]
    nodes = [as_ip(each) for name, each in case.ranges if name in ("vnet", "subnet")]
    subnet, pods, services = (as_ip(each) for each in (case.subnet, case.pods, case.services))
    bridge = as_ip(case.bridge) if case.bridge else None
    dns, bridge_ip = ipaddress.ip_address(case.dns_ip), ipaddress.ip_address(case.bridge[0]) if bridge else None
    told = {rule for rule, *_ in case.told}

    def meets(one, others):
        return any(one.overlaps(other) for other in others)

    def private(one):
        return any(one.subnet_of(each) for each in [*PRIVATE, SHARED])

    unusable = dns in (services[0], services[1 if services.prefixlen < 32 else 0], services[-1])
    return {
        "subnet-outside-vnet": not any(subnet.subnet_of(prefix) for prefix in vnet),
        "vnet-prefixes-overlap": len(vnet) == 2 and vnet[0].overlaps(vnet[1]),
        "pod-subnet-overlap": pods.overlaps(subnet),
        "pod-vnet-overlap": meets(pods, vnet) and not pods.overlaps(subnet),
        "service-subnet-overlap": services.overlaps(subnet),
        "service-vnet-overlap": meets(services, vnet) and not services.overlaps(subnet),
        "pod-service-overlap": pods.overlaps(services),
        "docker-bridge-overlap": bridge is not None and meets(bridge, [*nodes, pods, services]),
        **{row[1]: row[1] in told for row in oracle.TOLD},
        "service-cidr-public": not private(services),
        "service-cidr-shared-space": services.subnet_of(SHARED),
        "pod-cidr-public": not private(pods),
        "vnet-public": not all(private(each) for each in nodes),
        "vnet-outside-within": bool(case.within)
        and not all(oracle.inside_all(each, case.within) for name, each in case.ranges if name in ("vnet", "subnet")),
        "dns-service-ip-outside-service-cidr": dns not in services,
        "dns-service-ip-unusable": dns in services and unusable,
        "dns-service-ip-not-base-plus-10": dns in services
        and not unusable
        and services.prefixlen <= 28
        and int(dns) != int(services[0]) + 10,
        "docker-bridge-not-an-address": bridge is not None
        and bridge.prefixlen < 31
        and bridge_ip in (bridge[0], bridge[-1]),
        "docker-bridge-not-sent": "docker_bridge" not in case.chosen,
        "docker-bridge-without-place": bridge is None,
        **expected_sizes(case.demand, subnet, pods, services, case.in_use, "dns_ip" not in case.chosen),
    }


def expected_sizes(demand, subnet, pods, services, in_use, with_dns):
    nodes = demand.node_count if demand.max_count is None else demand.max_count
    extra, max_pods = demand.extra_ips, demand.max_pods
    pools = [(pool.count, pool.max_count, pool.max_surge) for pool in demand.pools] or [
        (demand.node_count, nodes, demand.max_surge)
    ]
    surges = [surge for _, _, surge in pools]
    peak = nodes + sum(oracle.surge_of(most, surge.value, surge.percent) for _, most, surge in pools)
    usable = max(0, subnet.num_addresses - 5) - in_use
    blocks = 2**24 // 2**pods.prefixlen
    names = [pool.name for pool in demand.pools]
    return {
        "subnet-size": not 2 <= subnet.prefixlen <= 29,
        "subnet-too-small": demand.node_count + extra > usable,
        "subnet-too-small-for-peak": demand.node_count + extra <= usable < peak + extra,
        "pod-cidr-too-small": demand.node_count > blocks,
        "pod-cidr-too-small-for-peak": demand.node_count <= blocks < peak,
        "pod-cidr-larger-than-useful": pods.prefixlen < 15,
        "service-cidr-too-large": services.prefixlen < 12,
        "service-cidr-at-limit": services.prefixlen == 12,
        "service-cidr-too-small": services.prefixlen > (29 if with_dns else 28),
        "service-cidr-without-base-plus-10": services.prefixlen == 29 and with_dns,
        "count-out-of-range": pools[0][0] < 1 or extra < 0 or any(most < count for count, most, _ in pools),
        "max-surge-out-of-range": any(surge.percent and surge.value > 100 for surge in surges),
        "surge-zero": any(surge.value == 0 for surge in surges),
        "max-pods-out-of-range": not 10 <= max_pods <= 250,
        "too-few-pods-per-pool": any(
            (count > 0 or demand.pools) and max_pods < 30 and count * max_pods < 30 for count, _, _ in pools
        ),
        "pool-name-not-allowed": not all(
            1 <= len(name) <= 12 and set(name) <= set(LETTERS + "0123456789") and name[0] in LETTERS for name in names
        ),
        "pool-name-duplicate": len(names) > len(set(names)),
        "max-surge-above-nodes": not names and not surges[0].percent and surges[0].value > nodes > 0,
        "max-pods-close-to-block": 126 < max_pods <= 250,
        # of Azure CNI Overlay alone, and these plans are for kubenet
        "pool-too-large": False,
        "pods-above-documented": False,
        "too-many-nodes": nodes > 400,
        "too-many-nodes-to-upgrade": nodes == 400,
        "too-many-routes": peak > 400,
    }


WARNINGS = {
    "service-cidr-shared-space",
    "pod-cidr-public",
    "vnet-public",
    "cluster-range-overlap",
    "other-network-overlap",
    "other-site-overlap",
    "hole-in-excluded-range",
    "hole-in-routed-range",
}
INFOS = {
    "surge-zero",
    "max-surge-above-nodes",
    "max-pods-close-to-block",
    "docker-bridge-not-sent",
    "docker-bridge-without-place",
    "excluded-range-itself",
    "pod-cidr-larger-than-useful",
    "cluster-range-duplicate",
}
ACCEPTABLE = {
    "reserved-range-overlap",
    "too-many-nodes-to-upgrade",
    "service-cidr-without-base-plus-10",
    "subnet-in-cluster-range",
    "service-cidr-public",
    "too-many-routes",
    "subnet-too-small-for-peak",
    "pod-cidr-too-small-for-peak",
    "service-cidr-at-limit",
    "pod-vnet-overlap",
    "service-vnet-overlap",
    "docker-bridge-overlap",
    "excluded-range-overlap",
    "peered-network-overlap",
    "routed-range-overlap",
    "route-in-pod-cidr",
    "vnet-outside-within",
    "dns-service-ip-not-base-plus-10",
    "docker-bridge-not-an-address",
}


def severities(case, accepted):
    """Each broken rule with how grave it is; one on reservations may be so once for each range."""
    of_places = {row[1] for row in oracle.TOLD}
    demand = case.demand
    # more nodes than a cluster is created with are refused, whatever is accepted of their routes
    firm = {"too-many-routes"} if (demand.node_count if demand.max_count is None else demand.max_count) > 400 else set()
    found = {
        (rule, severity(rule, accepted - firm))
        for rule, broken in expected(case).items()
        if broken and rule not in of_places
    }
    return found | {
        (rule, told_as(case, accepted, rule, how_grave, name, one)) for rule, how_grave, name, one, _ in case.told
    }


def told_as(case, accepted, rule, how_grave, name, one):
    """How grave what is said of one range is, once some rules are accepted."""
    lowered = how_grave == "error" and rule in accepted and not case.refused(rule, name, one)
    return Severity.WARNING if lowered else Severity(how_grave)


def severity(rule, accepted):
    if rule in INFOS:
        return Severity.INFO
    return Severity.WARNING if rule in WARNINGS or rule in accepted & ACCEPTABLE else Severity.ERROR


def plan_of(verdict):
    """A complete plan. Where there is no DNS address, one that is no fault stands for it."""
    plan, wish = verdict.plan, verdict.requests
    chosen = {
        name for name in ("vnet", "subnet", "pods", "services", "docker_bridge") if not wish[RangeKind(name)].is_fixed
    }
    chosen |= {"dns_ip"} if wish.dns_ip is None else set()
    dns = plan.services.first + 2 if plan.dns_ip is None else int(plan.dns_ip)
    return Plan(
        plan.size,
        [as_block(prefix) for prefix in plan.vnet],
        as_block(plan.subnet),
        as_block(plan.pods),
        as_block(plan.services),
        dns,
        plan.docker_bridge and (int(plan.docker_bridge.ip), plan.docker_bridge.prefixlen),
        [as_block(each) for each in wish.within],
        called(verdict.reservations, verdict.elsewhere),
        chosen,
        plan.in_use,
        wish.existing,
    )


def as_block(one):
    return one.first, one.prefixlen


def check_verdict(verdict):
    """The findings on a complete plan are those of the predicates, and it is refused exactly if one is an error."""
    plan = plan_of(verdict)
    wanted = severities(plan, set())
    assert {(finding.rule, finding.severity) for finding in verdict.findings} == wanted
    check_reservations(plan, verdict.findings, set())
    assert verdict.refused == (Severity.ERROR in {how_grave for _, how_grave in wanted})


def check_reservations(case, findings, accepted):
    """Each range is told whose reservations it lies over, once a rule: the three largest by name, and how many more."""
    found = [finding for finding in findings if finding.rule in {row[1] for row in oracle.TOLD}]
    wanted = case.told
    assert sorted((each.rule, each.severity, each.subject[0], text_in(each.message)) for each in found) == sorted(
        (rule, told_as(case, accepted, rule, how_grave, name, one), OPTIONS[name], oracle.text(one))
        for rule, how_grave, name, one, _ in wanted
    )
    for rule, _, name, one, meant in wanted:
        finding = next(
            each
            for each in found
            if (each.rule, each.subject[0], text_in(each.message)) == (rule, OPTIONS[name], oracle.text(one))
        )
        names = re.findall(r"\(([re][0-9]+)\)", finding.message)
        if rule == "reserved-range-overlap":  # all of them by name; of a block that is kept twice one is enough
            assert set(names) <= set(meant)
            continue
        assert names == meant[:3]
        assert (f"and {len(meant) - 3} more" in finding.message) == (len(meant) > 3)
        if rule == "cluster-range-duplicate":
            assert f" {len(meant)} range{'s' if len(meant) > 1 else ''} of other clusters" in finding.message


def text_in(message):
    """The first range of a message: the one at fault."""
    return re.search(r"[0-9.]+/[0-9]+", message).group()
