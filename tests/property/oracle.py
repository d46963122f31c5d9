"""A second opinion on the addressing core: plain integers, every possibility tried, no code shared with it.

A block is (first address, prefix length). Slow and dumb on purpose: what is here should be right at a glance.
"""

import ipaddress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil


def block(text):
    address, _, prefix = text.partition("/")
    return int(ipaddress.IPv4Address(address)), int(prefix)


def last(one):
    return one[0] + 2 ** (32 - one[1]) - 1


def overlap(one, other):
    return one[0] <= last(other) and other[0] <= last(one)


def inside(one, other):
    return other[0] <= one[0] and last(one) <= last(other)


def around(one, prefix):
    size = 2 ** (32 - prefix)
    return one[0] // size * size, prefix


def text(one):
    return f"{ipaddress.IPv4Address(one[0])}/{one[1]}"


def inside_all(one, blocks):
    """Whether every address of a block is in one of some blocks, looked at in pieces."""
    if any(inside(one, other) for other in blocks):
        return True
    if one[1] == 32 or not any(overlap(one, other) for other in blocks):
        return False
    half = 2 ** (31 - one[1])
    return all(inside_all((first, one[1] + 1), blocks) for first in (one[0], one[0] + half))


PRIVATE = [block("10.0.0.0/8"), block("172.16.0.0/12"), block("192.168.0.0/16")]
SHARED = block("100.64.0.0/10")
RESERVED = [
    block(each)
    for each in (
        "169.254.0.0/16",
        "172.30.0.0/16",
        "172.31.0.0/16",
        "192.0.2.0/24",
        "224.0.0.0/4",
        "255.255.255.255/32",
        "127.0.0.0/8",
        "0.0.0.0/8",
        "240.0.0.0/4",
        "168.63.129.16/32",
    )
]


#: Of these AKS refuses pods and services; of networks there it says only that they are no good.
ADVISED = [block(each) for each in ("172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24")]


#: What is said of a range that lies over a reservation, by whose the reservation is: the rule, how grave it is, and of
#: which ranges it is said. An inner subnet is one inside its network, which then is blamed in its place, mostly.
TOLD = [
    line.split(maxsplit=3)
    for line in """
    azure      reserved-range-overlap   error    vnet subnet        pods services docker_bridge
    advised    reserved-range-overlap   error    vnet subnet        pods services docker_bridge
    user       excluded-range-overlap   error    vnet subnet inner  pods services docker_bridge
    user       hole-in-excluded-range   warning  vnet subnet inner
    user       excluded-range-itself    info     vnet subnet inner
    subnet     existing-subnet-overlap  error         subnet inner  pods services docker_bridge
    peering    peered-network-overlap   error    vnet subnet        pods services docker_bridge
    route      routed-range-overlap     error    vnet subnet inner  pods services docker_bridge
    route      hole-in-routed-range     warning  vnet subnet inner
    site       other-site-overlap       warning  vnet subnet inner  pods services docker_bridge
    site       hole-in-routed-range     warning  vnet subnet inner
    drop       route-in-pod-cidr        error                       pods
    vnet       other-network-overlap    warning  vnet subnet        pods services docker_bridge
    cluster    cluster-range-overlap    warning  vnet subnet inner
    cluster    cluster-range-duplicate  info                        pods services docker_bridge
    neighbour  subnet-in-cluster-range  error         subnet inner
    neighbour  cluster-range-duplicate  info                        pods services docker_bridge
    elsewhere  cluster-range-duplicate  info                        pods services
""".strip().splitlines()
]
ORIGINS = [
    origin for origin in dict.fromkeys(row[0] for row in TOLD) if origin not in ("elsewhere", "advised", "neighbour")
]


#: How nodes stand to what is excluded or routed, for the rules that tell it.
STANDINGS = {
    "excluded-range-overlap": "collides",
    "routed-range-overlap": "collides",
    "other-site-overlap": "collides",
    "hole-in-excluded-range": "hole",
    "hole-in-routed-range": "hole",
    "excluded-range-itself": "itself",
}


class Own:
    """What is the user's own: blocks of --within, prefixes of a given network, a given subnet.

    known: prefixes of which the user knows what lies inside, as the network exists, or is in his list by itself.
    """

    def __init__(self, within=(), prefixes=(), subnets=(), known=()):
        self.all = [*within, *prefixes, *subnets]
        self.known = known

    def holes_in(self, whose, that):
        """What is the user's own in what is excluded or routed: a route to exactly that is somebody else's."""
        if whose not in ("user", "route", "site", "drop"):
            return []
        return [each for each in self.all if inside(each, that) and (whose == "user" or each != that)]

    def left_by(self, whose, that, one):
        """Whether all that a reservation shares with a block is left to the user's nodes."""
        return inside_all(that if inside(that, one) else one, self.holes_in(whose, that))

    def standing(self, whose, that, one):
        smaller = inside(that, one) and that != one
        if self.left_by(whose, that, one):
            if smaller:
                return "part"
            return "itself" if whose == "user" and (that == one or that in self.all) else "hole"
        return "part" if whose == "user" and smaller and one in self.known else "collides"


def told(ranges, reserved, own=None):
    """What is said of ranges: rule, severity, range, and the names of the reservations meant, largest first.

    ranges: (name, block); reserved: (origin, block, name).
    """
    own = own or Own()

    def meant(rule, name, one, other):
        """Whether a rule is about a reservation of its origins."""
        if rule == "route-in-pod-cidr":
            return inside(other[1], one)
        if rule not in STANDINGS or name not in ("vnet", "subnet", "inner"):
            return True
        outer = [block for what, block in ranges if what == "vnet"] if name == "inner" else []
        if any(overlap(each, other[1]) and own.standing(*other[:2], each) != "part" for each in outer):
            return False  # that is said of the network
        return own.standing(*other[:2], one) == STANDINGS[rule]

    for name, one in ranges:
        under = [other for other in reserved if overlap(one, other[1])]
        under.sort(key=lambda other: (other[1][1], other[1][0], other[2]))
        rows = [row for row in TOLD if name in row[3].split() and row[0] in {other[0] for other in under}]
        for rule, severity in dict.fromkeys((row[1], row[2]) for row in rows):
            origins = [row[0] for row in rows if row[1] == rule]
            names = [other[2] for other in under if other[0] in origins and meant(rule, name, one, other)]
            if names:
                yield rule, severity, name, one, names


def surge_of(nodes, value, percent):
    """Surge nodes: a percentage rounds up, a number is no more than there are nodes."""
    return ceil(Fraction(nodes * value, 100)) if percent else min(nodes, value)


@dataclass(frozen=True, eq=False)
class Problem:
    """A demand and a wish, in a universe in which only some blocks (regions) have free space.

    sizes of what is open are chosen by the caller; places are all aligned places in the regions that touch nothing
    taken, nothing given. whose: the origins of what is taken, in turn. The docker bridge needs no place. It stays what
    it is: an answer that changed the question would make the next one wrong.
    """

    regions: list
    taken: list
    within: list
    vnet: object
    subnet: object
    pods: object
    services: object
    docker: object

    whose: tuple = ("azure",)

    @cached_property
    def given(self):
        """What is given of pods, services and docker bridge."""
        return [each for each in (self.pods, self.services, self.docker) if isinstance(each, tuple)]

    @cached_property
    def foreign(self):
        """What no other range may touch."""
        return [*self.taken, *RESERVED, *self.given]

    @cached_property
    def claimed(self):
        """What is taken, with whose it is."""
        return [(self.whose[number % len(self.whose)], each) for number, each in enumerate(self.taken)]

    @cached_property
    def kept(self):
        """What no other range may touch, with whose it is."""
        return [*self.claimed, *(("azure", each) for each in [*RESERVED, *self.given])]

    @cached_property
    def own(self):
        """What of the network is given."""
        return [
            *(self.vnet if isinstance(self.vnet, list) else []),
            *([self.subnet] if isinstance(self.subnet, tuple) else []),
        ]

    @cached_property
    def mine(self):
        """What is the user's own."""
        return Own(self.within, self.own)

    # what is open, and its sizes

    def needs(self, nodes, surge, extra):
        """Prefix length of the smallest range that serves, for each open one; a size asked for is what it is."""
        peak = nodes + surge
        sizes = {}
        if self.open_network:
            sizes["vnet"] = self.vnet if self.vnet is not None else self.subnet_size(peak + extra)
        if not isinstance(self.pods, tuple):
            sizes["pods"] = (
                self.pods
                if self.pods is not None
                else next(prefix for prefix in range(24, -1, -1) if 2 ** (24 - prefix) >= peak)
            )
        if not isinstance(self.services, tuple):
            sizes["services"] = self.services if self.services is not None else 28
        return sizes

    @property
    def open_network(self):
        return not isinstance(self.vnet, list) and not isinstance(self.subnet, tuple)

    def subnet_size(self, addresses):
        if isinstance(self.subnet, int):
            return self.subnet
        return next(prefix for prefix in range(29, -1, -1) if 2 ** (32 - prefix) - 5 >= addresses)

    # where each may lie

    @lru_cache(None)  # noqa: B019
    def places(self, name, prefix):
        return [place for place in self._aligned(prefix) if self.allowed(name, place)]

    def _aligned(self, prefix):
        for region in self.regions:
            if prefix >= region[1]:
                yield from ((first, prefix) for first in range(region[0], last(region) + 1, 2 ** (32 - prefix)))

    def allowed(self, name, place):
        private = any(inside(place, each) for each in PRIVATE)
        shared = inside(place, SHARED)
        if name == "vnet":
            straddles = not private and not shared and any(overlap(place, each) for each in [*PRIVATE, SHARED])
            where = inside_all(place, self.within) and not straddles if self.within else private or shared
        else:
            where = private or (shared and name == "pods")
        units = range(place[0], last(place) + 1, 8)
        in_a_hole = name == "vnet" and all(unit in self.holes for unit in units)
        return where and (in_a_hole or all(unit in self.free for unit in units))

    @cached_property
    def free(self):
        """First addresses of all /29 in the regions that nothing touches."""
        units = {first for region in self.regions for first in range(region[0], last(region) + 1, 8)}
        for each in [*self.foreign, *self.own]:
            units -= {unit for unit in units if overlap((unit, 29), each)}
        return units

    @cached_property
    def holes(self):
        """First addresses of all /29 that something touches which leaves them to the nodes, and nothing else does."""
        units = {first for region in self.regions for first in range(region[0], last(region) + 1, 8)}
        return {
            unit
            for unit in units - self.free
            if not self.hindered((unit, 29)) and not any(overlap((unit, 29), each) for each in self.own)
        }

    def hindered(self, one, but_for=()):
        """Whether nodes may not lie in a block; but_for: blocks that hinder nobody here."""
        kept = [(whose, that) for whose, that in self.kept if whose != "azure" or that not in but_for]
        return any(overlap(one, that) and not self.mine.left_by(whose, that, one) for whose, that in kept)

    # all of them at once

    def fits(self, sizes, fixed=()):
        """Whether blocks of these sizes have places that touch neither each other nor what is fixed."""
        names = sorted(sizes, key=lambda name: sizes[name])
        choices = [
            [
                self._mask(place)
                for place in self.places(name, sizes[name])
                if not any(overlap(place, each) for each in fixed)
            ]
            for name in names
        ]
        if not all(choices):
            return False
        # what is used matters only where one of the blocks to come could lie
        matters = [0]
        for masks in reversed(choices):
            matters.insert(0, matters[0])
            for mask in masks:
                matters[0] |= mask

        @lru_cache(None)
        def rest_fits(index, used):
            return index == len(choices) or any(
                rest_fits(index + 1, (used | mask) & matters[index + 1]) for mask in choices[index] if not mask & used
            )

        return rest_fits(0, 0)

    @lru_cache(None)  # noqa: B019
    def _mask(self, place):
        """The /29 of a block as bits, regions side by side."""
        offset = 0
        for region in self.regions:
            if inside(place, region):
                low = (place[0] - region[0]) // 8
                high = (last(place) - region[0]) // 8
                return (2 ** (high - low + 1) - 1) << (offset + low)
            offset += 2 ** (32 - region[1]) // 8
        raise AssertionError(place)

    def networks(self):
        """Networks that may be made around a given subnet, largest first."""
        if isinstance(self.vnet, int):
            candidates = [around(self.subnet, self.vnet)] if self.vnet <= self.subnet[1] else []
        else:
            candidates = [around(self.subnet, prefix) for prefix in range(16, self.subnet[1])]
            candidates = [each for each in candidates if inside(each, block("192.168.0.0/16"))]
        free = [
            each
            for each in candidates
            if not self.hindered(each) and (not self.within or inside_all(each, self.within))
        ]
        return free if isinstance(self.vnet, int) else [*free, self.subnet]

    def subnet_places(self, prefix, vnet):
        """Where a subnet may lie in a network of these prefixes."""
        # where Azure takes a subnet, it may lie
        for network in vnet:
            for first in range(network[0], last(network) + 1, 2 ** (32 - prefix)):
                if prefix >= network[1] and not self.hindered((first, prefix), but_for=ADVISED):
                    yield first, prefix

    def possible(self, nodes, surge, extra):
        """Whether there is any way at all to place what is open."""
        sizes = self.needs(nodes, surge, extra)
        if isinstance(self.subnet, tuple) and not isinstance(self.vnet, list):
            return any(self.fits(sizes, [network]) for network in self.networks())
        if not isinstance(self.subnet, tuple):
            subnet = self.subnet_size(nodes + surge + extra)
            if isinstance(self.vnet, list) and not any(self.subnet_places(subnet, self.vnet)):
                return False
            if isinstance(self.vnet, int) and self.vnet > subnet:
                return False
        return self.fits(sizes)

    def carries(self, nodes, surge, extra):
        """Whether what was given, as a range or as a size, has room for the nodes, and the routes have too."""
        peak = nodes + surge
        subnet = self.subnet[1] if isinstance(self.subnet, tuple) else self.subnet
        pods = self.pods[1] if isinstance(self.pods, tuple) else self.pods
        return (
            nodes <= 399
            and peak <= 400
            and (subnet is None or peak + extra <= 2 ** (32 - subnet) - 5)
            and (pods is None or (pods <= 24 and peak <= 2 ** (24 - pods)))
        )
