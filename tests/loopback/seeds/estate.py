"""A whole estate at once: tens of thousands of networks, written straight into the store without any check.

Hubs with their spokes, over several subscriptions; the first hub has up to 450 spokes, near Azure's limit of 500
peerings a network, where a query that expands lists loses rows. Spokes have one to five subnets in varied private
space, some of them a range that a spoke elsewhere has too; some networks are the default 10.0.0.0/16 and belong to
nobody, others are those that AKS makes by itself. Fifty hubs have a VPN gateway to a site. Most clusters have the
default ranges. Under a seed everything is the same each time, and a good part of private space stays free: in 10/8
all of 10.160.0.0/11 and 10.192.0.0/11, and more.

Not there: nodes and their network interfaces, route tables, public addresses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from ..core.bulk import uncollected
from ..core.options import LOCATIONS, SUBSCRIPTION
from ..core.store import Body
from ..server.cloud import Cloud
from .estate_bodies import Maker
from .estate_space import SIZES, Space, parts, text

if TYPE_CHECKING:
    from ..server.server import LoopbackArm

SPOKES, MOST_SPOKES = 49, 450  # of a usual group, of the first; Azure allows 500 peerings a network
HOMES = 100  # networks in 192.168.0.0/17, which holds 128 of them
DEFAULT_NETWORK, AKS_NETWORK, AKS_SUBNET = "10.0.0.0/16", "10.224.0.0/12", "10.224.0.0/16"
OTHER_PODS = ("10.245.0.0/16", "10.250.0.0/15", "172.28.0.0/16", "100.112.0.0/14")
OTHER_SERVICES = ("10.254.0.0/16", "172.29.0.0/20", "10.255.0.0/20")


@dataclass
class Network:
    """One network that was made; `group` is -1 for one that is peered with nothing."""

    id: str
    location: str
    group: int
    prefixes: list[str]
    subnets: dict[str, str]


@dataclass
class Estate:
    """What was made: counts by type, ids of the hubs, and every range as text, duplicates included."""

    counts: dict[str, int] = field(default_factory=dict)
    subscriptions: list[str] = field(default_factory=list)
    hubs: list[str] = field(default_factory=list)
    ranges: dict[str, list[str]] = field(
        default_factory=lambda: {kind: [] for kind in ("networks", "subnets", "onPremises", "pods", "services")}
    )

    def routable(self) -> list[str]:
        """The ranges of networks and sites, which no new range may overlap."""
        return [*self.ranges["networks"], *self.ranges["onPremises"]]


def build(
    where: LoopbackArm | Cloud,
    networks: int = 20_000,
    peerings: int = 40_000,
    clusters: int = 2_000,
    seed: int = 1,
    subscriptions: int = 12,
    gateways: int = 50,
) -> Estate:
    """Put an estate into a server or a cloud. Counts are met exactly, as far as there are pairs for so many peerings;
    the main subscription is one of the `subscriptions`, the others are made known.
    """
    cloud = where if isinstance(where, Cloud) else where.cloud
    with cloud.lock, uncollected():
        builder = _Builder(cloud, seed, subscriptions)
        cloud.store.fill(builder.bodies(networks, peerings, clusters, gateways))
    return builder.made


class _Builder:
    def __init__(self, cloud: Cloud, seed: int, subscriptions: int) -> None:
        self.make, self.made = Maker(seed), Estate()
        ids = [f"5b000000-0000-4000-8000-{number:012d}" for number in range(2, subscriptions + 1)]
        self.scopes = ["/subscriptions/" + SUBSCRIPTION]
        self.scopes += [cloud.add_subscription(id, name=f"Estate {id[-3:]}") for id in ids]
        self.made.subscriptions = [scope.rpartition("/")[2] for scope in self.scopes]
        tens = ("10.1.0.0/16", "10.2.0.0/15", "10.4.0.0/14", "10.8.0.0/13", "10.16.0.0/12")
        self.main = Space(*tens, *(f"10.{second}.0.0/11" for second in (32, 64, 96, 128)))
        self.homely, self.other = Space("192.168.0.0/17"), Space("172.16.0.0/14")
        self.shared, self.sites = Space("100.64.0.0/11"), Space("172.24.0.0/14")
        self.networks: list[Network] = []
        self.groups: list[list[Network]] = []
        self.held: defaultdict[int, set[str]] = defaultdict(set)
        self.known: Counter[str] = Counter()
        self.homes = 0

    def bodies(self, networks: int, peerings: int, clusters: int, gateways: int) -> Iterator[Body]:
        """Everything, in an order in which it could have been made."""
        for body in self._all(networks, peerings, clusters, gateways):
            self.known[body["type"]] += 1
            yield body
        self.made.counts = dict(self.known)
        self.made.hubs = [group[0].id for group in self.groups]

    def _all(self, networks: int, peerings: int, clusters: int, gateways: int) -> Iterator[Body]:
        by_aks = min(clusters * 3 // 10, networks // 10)
        strays = networks // 100
        yield from self._grouped(networks - by_aks - strays)
        yield from self._strays(strays)
        yield from self._peerings(peerings)
        for number, group in enumerate(self.groups[:gateways]):
            prefixes = [text(self.sites.take(21)) for _ in range(2)]
            self.made.ranges["onPremises"] += prefixes
            yield from self.make.on_premises(group[0].id, group[0].location, number, prefixes)
        yield from self._clusters(clusters, by_aks)

    # -- networks

    def _grouped(self, count: int) -> Iterator[Body]:
        left = count
        while left > 0:
            size = min(left, (min(MOST_SPOKES, count // 4) if not self.groups else SPOKES) + 1)
            yield from self._group(len(self.groups), size)
            left -= size

    def _group(self, number: int, size: int) -> Iterator[Body]:
        location = LOCATIONS[number % len(LOCATIONS)]
        scope = f"{self.scopes[number % len(self.scopes)]}/resourceGroups/estate-{number:04d}"
        yield self.make.group(scope, location)
        members: list[Network] = []
        self.groups.append(members)
        for index in range(size):
            name = f"hub-{number:04d}" if index == 0 else f"spoke-{number:04d}-{index:03d}"
            prefixes, subnets = self._hub() if index == 0 else self._spoke(number)
            resource = f"{scope}/providers/Microsoft.Network/virtualNetworks/{name}"
            members.append(Network(resource, location, number, prefixes, subnets))
            self.held[number].update(prefixes)
            yield from self._network(members[-1])

    def _network(self, network: Network) -> Iterator[Body]:
        self.networks.append(network)
        self.made.ranges["networks"] += network.prefixes
        self.made.ranges["subnets"] += network.subnets.values()
        return self.make.network(network.id, network.location, network.prefixes, network.subnets)

    def _hub(self) -> tuple[list[str], dict[str, str]]:
        block = self.main.take(22)
        names = ("GatewaySubnet", "AzureFirewallSubnet", "shared")
        return [text(block)], dict(zip(names, map(text, parts(block, 4)), strict=False))

    def _spoke(self, group: int) -> tuple[list[str], dict[str, str]]:
        """One of a hundred at home in 192.168, two in 172.16, three with a second prefix, eight a copy of a spoke whose
        range is neither in this group nor in the one before: a hub never has two peers of one range.
        """
        dice = self.make.random.randrange(100)
        if dice < 8 and group > 2:
            donor = self.make.random.choice(self.groups[self.make.random.randrange(group)])
            near = self.held[group] | self.held[group - 1]
            if near.isdisjoint(donor.prefixes):
                return donor.prefixes, donor.subnets
        length = self.make.random.choices(list(SIZES), list(SIZES.values()))[0]
        if dice == 8 and self.homes < HOMES:
            self.homes += 1
            block = self.homely.take(max(length, 24))
        else:
            block = (self.other if dice in (9, 10) and length > 21 else self.main).take(length)
        names = (f"subnet-{index}" for index in range(5))
        subnets = dict(zip(names, map(text, parts(block, self.make.random.randint(1, 5))), strict=False))
        more = [text(self.shared.take(24))] if 11 <= dice < 14 else []
        return [text(block), *more], subnets

    def _strays(self, count: int) -> Iterator[Body]:
        """The network that ``az network vnet create`` makes without being told a range, again and again."""
        for number in range(count):
            group = self.groups[number % len(self.groups)][0]
            resource = f"{group.id.rpartition('/')[0]}/default-{number:03d}"
            stray = Network(resource, group.location, -1, [DEFAULT_NETWORK], {"default": "10.0.0.0/24"})
            yield from self._network(stray)

    # -- peerings

    def _pairs(self) -> Iterator[tuple[Network, Network]]:
        """Each spoke with its hub; each hub with the next; then spokes with the hub of the next group."""
        for hub, *spokes in self.groups:
            yield from ((hub, spoke) for spoke in spokes)
        nexts = list(zip(self.groups, self.groups[1:], strict=False))
        yield from ((one[0], other[0]) for one, other in nexts)
        for index in range(1, SPOKES + 1):
            yield from ((other[0], one[index]) for one, other in nexts if index < len(one))

    def _peerings(self, count: int) -> Iterator[Body]:
        """Both halves of each pair; of the last one half when the count is odd."""
        for hub, other in islice(self._pairs(), (count + 1) // 2):
            whole = count > 1
            yield self.make.peering(hub.id, other.id, other.prefixes, whole, hub=True)
            if whole:
                yield self.make.peering(other.id, hub.id, hub.prefixes, whole, hub=False)
            count -= 2

    # -- clusters

    def _clusters(self, count: int, by_aks: int) -> Iterator[Body]:
        places = [network for network in self.networks if network.group >= 0 and "shared" not in network.subnets]
        chosen = self.make.random.sample(places, min(count - by_aks, len(places)))
        for number, network in enumerate(chosen):
            group = network.id.partition("/providers/")[0]
            subnet = f"{network.id}/subnets/{next(iter(network.subnets))}"
            yield self.make.cluster(group, f"aks-{number:04d}", network.location, subnet, self._profile())
        for number in range(by_aks):
            yield from self._by_aks(self.groups[number % len(self.groups)][0], number)

    def _by_aks(self, hub: Network, number: int) -> Iterator[Body]:
        """A cluster with a network of its own making, in its node resource group."""
        group = hub.id.partition("/providers/")[0]
        cluster = self.make.cluster(group, f"own-{number:04d}", hub.location, None, self._profile())
        scope = f"{group.rpartition('/')[0]}/{cluster['properties']['nodeResourceGroup']}"
        yield cluster
        yield self.make.group(scope, hub.location, cluster["id"])
        name = f"aks-vnet-{number:08d}"
        resource = f"{scope}/providers/Microsoft.Network/virtualNetworks/{name}"
        yield from self._network(Network(resource, hub.location, -1, [AKS_NETWORK], {"aks-subnet": AKS_SUBNET}))

    def _profile(self) -> Body:
        """Kubenet, overlay, or nodes and pods in one subnet; of seven clusters six have the default ranges."""
        dice = self.make.random.random()
        profile: Body = {"networkPlugin": "kubenet" if dice < 0.55 else "azure"}
        if 0.55 <= dice < 0.9:
            profile["networkPluginMode"] = "overlay"
        if self.make.random.randrange(7) == 0:
            services = self.make.random.choice(OTHER_SERVICES)
            profile |= {"serviceCidr": services, "dnsServiceIP": services.rpartition(".")[0] + ".10"}
            if dice < 0.9:
                profile["podCidr"] = self.make.random.choice(OTHER_PODS)
        self.made.ranges["services"].append(profile.get("serviceCidr", "10.0.0.0/16"))
        if dice < 0.9:
            self.made.ranges["pods"].append(profile.get("podCidr", "10.244.0.0/16"))
        return profile
