"""Questions to the core in the words of the command line."""

import re
from dataclasses import replace

from azext_kubenet.addressing import cidr
from azext_kubenet.addressing.model import (
    ClusterSize,
    MaxSurge,
    Origin,
    Pool,
    RangeKind,
    RangeRequests,
    Reach,
    Reservation,
    fixed,
)
from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.addressing.planner.plan_result import plan_ranges


def split(text):
    """Options and their values: `--vnet-address-prefixes A B --pod-cidr /20`."""
    options = {}
    for word in text.split():
        if word.startswith("--"):
            values = options.setdefault(word, [])
        else:
            values.append(word)
    return options


def surge(text):
    return MaxSurge(int(text.rstrip("%")), text.endswith("%"))


def _request(values):
    read = [cidr.read_request(value) for value in values]
    return read[0] if read[0].is_sized else fixed(*(each.network for each in read))


_WISHES = {
    "--vnet-address-prefixes": ("vnet", _request),
    "--subnet-prefix": ("subnet", _request),
    "--pod-cidr": ("pods", _request),
    "--service-cidr": ("services", _request),
    "--dns-service-ip": ("dns_ip", lambda values: cidr.read_address(values[0])),
    "--docker-bridge-address": ("docker_bridge", lambda values: cidr.read_address_with_prefix(values[0])),
    "--in-use": ("in_use", lambda values: int(values[0])),
    "--within": ("within", lambda values: tuple(map(cidr.read_network, values))),
    "--what-exists": ("existing", lambda values: tuple(map(RangeKind, values))),
}
_DEMANDS = {
    "--node-count": ("node_count", lambda values: int(values[0])),
    "--max-count": ("max_count", lambda values: int(values[0])),
    "--max-pods": ("max_pods", lambda values: int(values[0])),
    "--extra-ips": ("extra_ips", lambda values: int(values[0])),
    "--max-surge": ("max_surge", lambda values: surge(values[0])),
    "--network-plugin-mode": ("network_plugin", lambda values: {"overlay": OVERLAY}[values[0]]),
}
#: Only the first is an option: the others stand for what is read in Azure.
_TAKEN = {
    "--exclude-prefixes": ("excluded", Origin.USER),
    "--kept-by-azure": ("kept by Azure", Origin.AZURE),
    "--existing-subnets": ("subnet old", Origin.SUBNET),
    "--peered-networks": ("network hub, peered as to-hub", Origin.PEERING),
    "--routes": ("route to-dc of route table rt", Origin.ROUTE),
    "--clusters": ("pods of cluster prod", Origin.CLUSTER),
    "--other-networks": ("network other in resource group rg", Origin.VNET),
    "--routes-to-nobody": (
        "route drop of route table rt, type Internet",
        Origin.ROUTE,
        False,
        Reach.WITHIN_PODS,
    ),
    "--other-sites": ("on-premises (VPN site hq in resource group rg)", Origin.ROUTE, False, Reach.UNCONNECTED),
}
#: Stands for ranges of clusters that are not connected.
_ELSEWHERE = "--clusters-elsewhere"


def fields(options, table):
    """Values by field name, of the options that a table knows."""
    return {table[option][0]: table[option][1](values) for option, values in options.items() if option in table}


def question(options):
    """Demand, wish and reservations of some options."""
    assert set(options) <= {*_DEMANDS, *_WISHES, *_TAKEN, _ELSEWHERE, "--pool"}, options
    taken = [
        Reservation(cidr.read_network(value), *_TAKEN[option])
        for option, values in options.items()
        if option in _TAKEN
        for value in values
    ]
    return demand_of(options), RangeRequests(**fields(options, _WISHES)), taken


def demand_of(options):
    """The demand of some options, each pool as name:count:max:surge."""
    demand = ClusterSize(**fields(options, _DEMANDS))
    values = [(*value.split(":"), "", "", "")[:4] for value in options.get("--pool", ())]
    pools = tuple(
        Pool(name, int(count), int(most or count), surge(own) if own else demand.max_surge)
        for name, count, most, own in values
    )
    if not pools:
        return demand
    most = sum(pool.max_count for pool in pools) if any(value[2] for value in values) else None
    return replace(demand, pools=pools, node_count=sum(pool.count for pool in pools), max_count=most)


def elsewhere(options):
    """Ranges of clusters that are not connected."""
    return [
        Reservation(cidr.read_network(value), "pods of cluster far", Origin.CLUSTER)
        for value in options.get(_ELSEWHERE, ())
    ]


def changed(demand, wish, options):
    """A demand and a wish with some options typed anew."""
    if "--pool" in options:
        stated = demand_of({"--max-surge": [str(demand.max_surge)], **options})
        demand = replace(demand, pools=stated.pools, node_count=stated.node_count, max_count=stated.max_count)
    return replace(demand, **fields(options, _DEMANDS)), replace(wish, **fields(options, _WISHES))


def ask(text, accept_risk=()):
    """The verdict on a line of options."""
    return answer(split(text), accept_risk)


def answer(options, accept_risk=()):
    """The verdict on options."""
    return plan_ranges(*question(options), accept_risk, elsewhere(options))


def names(verdict):
    return [finding.rule for finding in verdict.findings]


def recommended(finding):
    """Each alternative of a recommendation that is options with values: `use --a 1, or --b 2 --c 3 or fewer`."""
    for part in re.sub(r"^use ", "", finding.recommendation).split(", or "):
        found = re.match(r"(?:--[a-z-]+(?: (?:[0-9./%]+|[a-z0-9]+(?::[0-9%]*)+))+ ?)+", part)
        if found:
            yield split(found.group())
