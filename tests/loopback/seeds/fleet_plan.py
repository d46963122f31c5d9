"""What the clusters of a fleet are: each by its number, so that a small fleet has the rare ones too."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

VERSIONS = ("1.26.12", "1.27.9", "1.28.15", "1.29.15", "1.30.14", "1.31.11", "1.32.7", "1.33.5", "1.34.2")
PODS = ("10.244.0.0/16", "10.244.0.0/16", "10.244.0.0/16", "10.245.0.0/16", "172.28.0.0/16", "100.112.0.0/14")
TAGS: tuple[dict[str, str] | None, ...] = ({"env": "prod", "team": "shop"}, {"env": "Prod"}, {"env": "test"}, None, {})
SCALE_SET, AVAILABILITY_SET, MACHINES = "VirtualMachineScaleSets", "AvailabilitySet", "VirtualMachines"
IDENTITIES = ("SystemAssigned",) * 5 + ("UserAssigned",) * 3 + ("ServicePrincipal", "SystemAssigned")
OTHER_PLUGINS = ("azure", "overlay", "none")


@dataclass(frozen=True)
class Pool:
    """One pool.

    nodes: that there are now
    shown: that the cluster says there are; None for a pool of machines
    most: that there can be by its own setting
    overlay: whether its scale set has the tag of an overlay pool
    """

    name: str
    kind: str
    nodes: int
    shown: int | None
    most: int
    least: int = 0
    autoscaled: bool = False
    windows: bool = False
    system: bool = False
    overlay: bool = False


@dataclass(frozen=True)
class Plan:
    """One cluster before it is put anywhere.

    own: in a subnet of its user's, not of AKS's making
    split: with its last pool in a second subnet
    free: addresses left in each of its subnets; None for plenty
    own_table: with a route table of its user's
    attached: whether the table is on the subnets; that it is not is a fault
    """

    number: int
    plugin: str
    own: bool
    version: str
    pods: str
    pools: tuple[Pool, ...]
    tier: str = "Free"
    support: str = "KubernetesOfficial"
    state: str = "Succeeded"
    power: str = "Running"
    identity: str = "SystemAssigned"
    outbound: str = "loadBalancer"
    policy: str = "none"
    split: bool = False
    free: int | None = None
    own_table: bool = False
    attached: bool = True
    extra_subnet: bool = False
    missing: int = 0
    stale: int = 0
    tags: dict[str, str] | None = field(default=None, hash=False)

    @property
    def kubenet(self) -> bool:
        return self.plugin.lower() == "kubenet"


def kubenet(number: int, dice: Random) -> Plan:
    """A kubenet cluster."""
    own = number % 4 != 3
    outbound = _outbound(number, own)
    power = "Stopped" if number % 25 == 4 else "Running"
    return Plan(
        number,
        "Kubenet" if number % 15 == 7 else "kubenet",
        own,
        dice.choice(VERSIONS),
        dice.choice(PODS),
        tuple(_stopped(pool) if power == "Stopped" else pool for pool in _pools(number, dice)),
        "Premium" if number % 20 == 12 else dice.choice(("Free", "Standard")),
        "AKSLongTermSupport" if number % 20 == 12 else "KubernetesOfficial",
        "Failed" if number % 45 == 30 else "Succeeded",
        power,
        IDENTITIES[number % 10],
        outbound,
        "calico" if number % 3 == 0 else "none",
        own and number % 10 == 5,
        _free(number) if own else None,
        own and (number % 4 == 0 or outbound == "userDefinedRouting"),
        not (own and number % 30 == 14),
        number % 16 == 8,
        int(number % 35 == 20),
        2 * int(number % 35 == 10),
        TAGS[number % 5],
    )


def other(number: int, dice: Random) -> Plan:
    """A cluster of three or four nodes that is not kubenet."""
    plugin = OTHER_PLUGINS[number % 3]
    nodes = dice.randint(3, 4)
    pool = Pool("nodepool1", SCALE_SET, nodes, nodes, nodes, system=True, overlay=plugin == "overlay")
    return Plan(number, plugin, number % 2 == 0, dice.choice(VERSIONS), PODS[0], (pool,), tags=TAGS[number % 5])


def _outbound(number: int, own: bool) -> str:
    choice = {2: "userDefinedRouting", 5: "userAssignedNATGateway", 7: "managedNATGateway"}.get(number % 9, "")
    return choice if own and choice else "loadBalancer"


def _free(number: int) -> int | None:
    """One of twenty subnets is full, one of twelve nearly so."""
    if number % 20 == 6:
        return 0
    return 1 + number % 3 if number % 12 == 1 else None


def _pools(number: int, dice: Random) -> list[Pool]:
    kind = {17: AVAILABILITY_SET, 33: MACHINES}.get(number % 50, SCALE_SET)
    pools = [_pool("nodepool1", kind, number, dice)]
    if kind == SCALE_SET:
        pools += [_pool(f"user{index}", kind, number, dice) for index in range(dice.choice((0, 1, 1, 2, 3)))]
    if number % 40 == 9:
        pools.append(Pool("win", SCALE_SET, 2, 2, 2, windows=True))
    first = replace(pools[0], system=True, overlay=number % 70 == 41)
    return [first, *pools[1:]]


def _pool(name: str, kind: str, number: int, dice: Random) -> Pool:
    """In every fifth cluster the autoscaler has moved on since the cluster was last written."""
    shown = dice.randint(3, 12)
    autoscaled = kind != AVAILABILITY_SET and dice.random() < 0.4
    most = shown + dice.randint(2, 20) if autoscaled else shown
    nodes = shown + 2 if autoscaled and number % 5 == 0 else shown
    return Pool(name, kind, nodes, None if kind == MACHINES else shown, most, 1 if autoscaled else 0, autoscaled)


def _stopped(pool: Pool) -> Pool:
    """No node is left. That the cluster goes on to show the old number, and the table the old routes, is our model."""
    return replace(pool, nodes=0)
