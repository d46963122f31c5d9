"""A running cluster with what it stands on, as a few numbers, and the bodies that Azure would answer with."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.resources import ROLE_IDS
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.discovery.running_cluster import look

SUBSCRIPTION = "/subscriptions/s"
CLUSTER = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
NODES = f"{SUBSCRIPTION}/resourceGroups/MC_g_c_r"
NETWORK = f"{SUBSCRIPTION}/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v"
OTHERS = f"{SUBSCRIPTION}/resourceGroups/n/providers/Microsoft.Network/networkInterfaces"
TABLE = f"{NODES}/providers/Microsoft.Network/routeTables/aks-agentpool-12345678-routetable"
REGION = "westeurope"
SIZES = {"Standard_D2s_v5": ("standardDSv5Family", 2), "Standard_D4s_v5": ("standardDSv5Family", 4),
         "Standard_E8s_v5": ("standardESv5Family", 8)}  # fmt: skip
ASSIGNMENTS = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass
class Pool:
    """A pool: its nodes, the most of its autoscaler (0 for none), its surge as Azure shows it, its subnet's number."""

    name: str
    nodes: int
    most: int = 0
    surge: str = "10%"
    subnet: int = 0
    size: str = "Standard_D2s_v5"
    mode: str = "User"


@dataclass
class World:
    """A cluster. others: addresses in each subnet that are no node's; custom, stale: routes of the table.

    subnets_changed, network_changed, profile_changed: properties of each subnet, of the network, of networkProfile
    unlisted: paths of lists that are answered without a list
    """

    pools: list[Pool]
    prefixlens: list[int] = field(default_factory=lambda: [24])
    others: list[int] = field(default_factory=lambda: [0])
    pods: int = 16
    custom: int = 0
    stale: int = 0
    quota: int = 1000
    version: str = "1.31.2"
    hidden: dict[str, AzureError] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    cluster_changed: dict[str, Any] = field(default_factory=dict)
    routes_changed: list[dict[str, Any]] | None = None
    subnets_changed: dict[str, Any] = field(default_factory=dict)
    network_changed: dict[str, Any] = field(default_factory=dict)
    profile_changed: dict[str, Any] = field(default_factory=dict)
    identity: dict[str, Any] | None = None
    asked: list[str] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)

    def subnet_id(self, number: int) -> str:
        """The id of a subnet."""
        return f"{NETWORK}/subnets/n{number}"

    def prefix(self, number: int) -> str:
        """The prefix of a subnet: each in a /16 of its own."""
        return f"10.{100 + number}.0.0/{self.prefixlens[number]}"

    def nodes(self) -> list[tuple[Pool, str, str, str]]:
        """Each node: pool, name, address, id of its machine."""
        found, used = [], dict.fromkeys(range(len(self.prefixlens)), 0)
        for pool in self.pools:
            scale_set = f"aks-{pool.name}-12345678-vmss"
            for number in range(pool.nodes):
                base = int(ip_network(self.prefix(pool.subnet)).network_address) + 4 + used[pool.subnet]
                used[pool.subnet] += 1
                name = scale_set + "".join(_DIGITS[number // 36**place % 36] for place in (5, 4, 3, 2, 1, 0))
                machine = f"{NODES}/providers/Microsoft.Compute/virtualMachineScaleSets/{scale_set}/virtualMachines"
                found.append((pool, name, _dotted(base), f"{machine}/{number}"))
        return found

    def cluster(self) -> dict[str, Any]:
        """The cluster's body."""
        pools = [
            {
                "name": pool.name, "count": pool.nodes, "vmSize": pool.size, "type": "VirtualMachineScaleSets",
                "enableAutoScaling": bool(pool.most), "maxCount": pool.most or None,
                "minCount": 1 if pool.most else None, "mode": pool.mode,
                "vnetSubnetID": self.subnet_id(pool.subnet), "provisioningState": "Succeeded",
                "powerState": {"code": "Running"}, "currentOrchestratorVersion": self.version, "osType": "Linux",
                "upgradeSettings": {"maxSurge": pool.surge},
            }
            for pool in self.pools
        ]  # fmt: skip
        profile = {"networkPlugin": "kubenet", "podCidr": self.pod_cidr, "serviceCidr": "10.0.0.0/16",
                   "outboundType": "loadBalancer", "dnsServiceIP": "10.0.0.10", **self.profile_changed}  # fmt: skip
        properties = {
            "provisioningState": "Succeeded", "powerState": {"code": "Running"}, "networkProfile": profile,
            "currentKubernetesVersion": self.version, "nodeResourceGroup": "MC_g_c_r", "agentPoolProfiles": pools,
            **self.cluster_changed,
        }  # fmt: skip
        identity = {"type": "UserAssigned", "userAssignedIdentities": {f"{NODES}/i": {"principalId": "p"}}}
        identity = identity if self.identity is None else self.identity
        return {"id": CLUSTER, "name": "c", "location": REGION, "identity": identity, "properties": properties}

    @property
    def pod_cidr(self) -> str:
        """The pod CIDR."""
        return f"10.240.0.0/{self.pods}"

    def routes(self) -> list[dict[str, Any]]:
        """The routes of the table: of the nodes, of nodes that are gone, the user's own."""
        blocks = ip_network(self.pod_cidr).subnets(new_prefix=24)
        names = [(name, address) for _, name, address, _ in self.nodes()]
        names += [(f"aks-gone-12345678-vmss{number:06d}", "10.9.9.9") for number in range(self.stale)]
        found = [
            route(f"{name}____{number}", str(next(blocks)), address) for number, (name, address) in enumerate(names)
        ]
        return [
            *found,
            *(route(f"own{number}", f"172.16.{number % 256}.0/24", "10.8.8.8") for number in range(self.custom)),
        ]

    def table(self) -> dict[str, Any]:
        """The route table's body."""
        subnets = [{"id": self.subnet_id(number)} for number in range(len(self.prefixlens))]
        routes = self.routes() if self.routes_changed is None else self.routes_changed
        return {"id": TABLE, "location": REGION, "properties": {"routes": routes, "subnets": subnets}}

    def network(self) -> dict[str, Any]:
        """The network's body."""
        subnets = []
        for number in range(len(self.prefixlens)):
            held = [f"{machine}/networkInterfaces/x/ipConfigurations/i" for pool, _, _, machine in self.nodes()
                    if pool.subnet == number]  # fmt: skip
            held += [
                f"{NETWORK}/../networkInterfaces/o{each}/ipConfigurations/i" for each in range(self.others[number])
            ]
            has = {"addressPrefix": self.prefix(number), "routeTable": {"id": TABLE},
                   "ipConfigurations": [{"id": each} for each in held], **self.subnets_changed}  # fmt: skip
            subnets.append({"id": self.subnet_id(number), "name": f"n{number}", "properties": has})
        space = {"addressPrefixes": ["10.100.0.0/14"]}
        return {
            "id": NETWORK,
            "name": "v",
            "location": REGION,
            "properties": {"addressSpace": space, "subnets": subnets, **self.network_changed},
        }

    def answers(self) -> dict[str, Any]:
        """Bodies and lists by path, without what some tests change."""
        usages = []
        for number in range(len(self.prefixlens)):
            used = sum(pool.nodes for pool in self.pools if pool.subnet == number) + self.others[number]
            usable = ip_network(self.prefix(number)).num_addresses - 5
            usages.append({"id": self.subnet_id(number), "currentValue": used, "limit": usable, "unit": "Count"})
        machines = {
            f"{CLUSTER}/agentPools/{pool.name}/machines": [
                {"name": name, "properties": {"network": {"ipAddresses": [{"ip": address}]}, "resourceId": machine}}
                for of, name, address, machine in self.nodes() if of is pool
            ]
            for pool in self.pools
        }  # fmt: skip
        compute = f"{SUBSCRIPTION}/providers/Microsoft.Compute"
        used = {family: 0 for family, _ in SIZES.values()}
        for pool in self.pools:
            family, cores = SIZES[pool.size]
            used[family] += cores * pool.nodes
        quotas = [{"name": {"value": name}, "limit": self.quota, "currentValue": count} for name, count in used.items()]
        quotas.append({"name": {"value": "cores"}, "limit": self.quota, "currentValue": sum(used.values())})
        return {
            CLUSTER: self.cluster(),
            NETWORK: self.network(),
            TABLE: self.table(),
            f"{NETWORK}/usages": usages,
            f"{compute}/locations/{REGION}/usages": quotas,
            f"{compute}/skus": [size(name, *of) for name, of in SIZES.items()],
            f"{SUBSCRIPTION}/providers/Microsoft.Authorization/locks": [],
            ASSIGNMENTS: [assignment(NETWORK)],
            f"{CLUSTER}/upgradeProfiles/default": upgrades(self.version, "1.32.4", "1.31.9"),
            f"{SUBSCRIPTION}/providers/Microsoft.ContainerService/locations/{REGION}/kubernetesVersions": {
                "values": [{"version": each} for each in ("1.31", "1.32")]
            },
            **machines,
            **self.changed,
        }

    def context(self, **more: Any) -> RunningContext:
        """What a check is told of it."""
        reader: Any = Reader(self)
        cluster = Cluster.parse(self.cluster())
        return RunningContext(reader, self.cluster(), look(reader, cluster), **more)


class Reader:
    """Answers what a world answers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._answers = world.answers()

    def prefetch(self, _: object) -> None:
        """Nothing is asked early."""

    def get(self, path: str, *_: str) -> Any:
        """A body, or None."""
        return self._answer(path, None)

    def list(self, path: str, *_: str, whole: bool = False, **__: int) -> Any:
        """A list."""
        if whole and path in self.world.unlisted:
            raise AzureError(200, "", "Azure's answer has no list")
        return [] if path in self.world.unlisted else self._answer(path, [])

    def again(self, read: Any, _: float) -> Any:
        """A second look, which sees the same."""
        return self._answers.get(read.path)

    def _answer(self, path: str, nothing: Any) -> Any:
        self.world.asked.append(path)
        if path in self.world.hidden:
            raise self.world.hidden[path]
        return self._answers.get(path, nothing)


def upgrades(version: str, *offered: str) -> dict[str, Any]:
    """The versions on offer; none is no list, as Azure shows it."""
    profile = {"kubernetesVersion": version, "upgrades": [{"kubernetesVersion": each} for each in offered] or None}
    return {"properties": {"controlPlaneProfile": profile, "agentPoolProfiles": None}}


def assignment(scope: str, role: str = "network contributor", principal: str = "p", **more: Any) -> dict[str, Any]:
    """A role of what the cluster runs as; of a role that is not known by its name, its definition's own name."""
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ROLE_IDS.get(role, role)}"
    has = {"scope": scope, "principalId": principal, "roleDefinitionId": definition, **more}
    return {"id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/x", "properties": has}


def route(name: str, prefix: str, address: str) -> dict[str, Any]:
    """A route to an appliance."""
    has = {"addressPrefix": prefix, "nextHopType": "VirtualAppliance", "nextHopIpAddress": address}
    return {"name": name, "properties": has}


def size(name: str, family: str, cores: int) -> dict[str, Any]:
    """A VM size as the list of a region has it."""
    return {"resourceType": "virtualMachines", "name": name, "family": family, "locations": [REGION],
            "capabilities": [{"name": "vCPUs", "value": str(cores)}]}  # fmt: skip


def _dotted(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
