"""The bodies of a fleet as the store keeps them, beyond those of an estate: subnets, tables, scale sets, interfaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from ipaddress import IPv4Network
from typing import Any

from ..aks import defaults
from ..core.ids import ResourceId
from ..core.options import TENANT
from ..core.store import Body
from .estate_bodies import NET, Maker
from .estate_space import text
from .fleet_plan import MACHINES, SCALE_SET, Plan, Pool

COMPUTE = "Microsoft.Compute"
SIZE = "Standard_D4s_v5"
FIGURES = "0123456789abcdefghijklmnopqrstuvwxyz"


@cache
def base36(number: int) -> str:
    """The six figures at the end of a node's name."""
    figures = ""
    for _ in range(6):
        number, figure = divmod(number, 36)
        figures = FIGURES[figure] + figures
    return figures


class FleetMaker(Maker):
    """Makes bodies; all that is random in them comes from one seed."""

    def subnet(self, resource: str, prefix: str, table: str = "", nat: str = "") -> Body:
        """A subnet with what hangs on it."""
        hanging = {key: {"id": value} for key, value in (("routeTable", table), ("natGateway", nat)) if value}
        return {
            "id": resource,
            "name": resource.rpartition("/")[2],
            "type": NET + "/virtualNetworks/subnets",
            "properties": {
                "addressPrefix": prefix,
                **hanging,
                "delegations": [],
                "privateEndpointNetworkPolicies": "Disabled",
                "privateLinkServiceNetworkPolicies": "Enabled",
            },
            "etag": self.etag(),
        }

    def plain(self, resource: str, type_: str, location: str, properties: Body, **more: Any) -> Body:
        """A resource of which nothing special is to be said."""
        return self._top(resource, type_, location, properties, **more)

    def table(self, resource: str, location: str, routes: Iterable[tuple[str, str, str]]) -> Iterator[Body]:
        """A route table, then its routes: name, prefix, next hop."""
        yield self.plain(resource, NET + "/routeTables", location, {"disableBgpRoutePropagation": False})
        etag = self.etag()
        for name, prefix, hop in routes:
            properties = {
                "addressPrefix": prefix,
                "nextHopType": "VirtualAppliance",
                "nextHopIpAddress": hop,
                "hasBgpOverride": False,
            }
            id_ = f"{resource}/routes/{name}"
            yield {"id": id_, "name": name, "type": NET + "/routeTables/routes", "etag": etag, "properties": properties}

    def scale_set(self, scope: str, name: str, location: str, plan: Plan, pool: Pool, subnet: str) -> Body:
        """A scale set as AKS makes it; tags as captured (existing-clusters R7)."""
        tags = {"aks-managed-poolName": pool.name, "aks-managed-orchestrator": f"Kubernetes:{plan.version}"}
        if pool.overlay:
            tags["aks-managed-azure-cni-overlay"] = "true"
        place = {"name": "ipconfig1", "properties": {"primary": True, "subnet": {"id": subnet}}}
        interface = {"name": name, "properties": {"primary": True, "ipConfigurations": [place]}}
        profile = {
            "osProfile": {"computerNamePrefix": name},
            "networkProfile": {"networkInterfaceConfigurations": [interface]},
        }
        properties = {"orchestrationMode": "Uniform", "virtualMachineProfile": profile}
        resource = f"{scope}/providers/{COMPUTE}/virtualMachineScaleSets/{name}"
        sku = {"name": SIZE, "tier": "Standard", "capacity": pool.nodes}
        return self.plain(resource, COMPUTE + "/virtualMachineScaleSets", location, properties, sku=sku, tags=tags)

    def interfaces(self, names: Iterable[str], location: str, subnet: str, addresses: Iterator[str]) -> Iterator[Body]:
        """Network interfaces, given by their ids, each with an address of the subnet."""
        etag, place = self.etag(), {"id": subnet}
        for resource in names:
            inner = {
                "privateIPAddress": next(addresses),
                "privateIPAllocationMethod": "Dynamic",
                "subnet": place,
                "primary": True,
            }
            id_ = f"{resource}/ipConfigurations/ipconfig1"
            configuration = {"id": id_, "name": "ipconfig1", "properties": inner}
            single = "/virtualMachines/" not in resource
            yield {
                "id": resource,
                "name": resource.rpartition("/")[2],
                "type": f"{NET}/networkInterfaces"
                if single
                else f"{COMPUTE}/virtualMachineScaleSets/virtualMachines/networkInterfaces",
                "location": location,
                "etag": etag,
                "properties": {"provisioningState": "Succeeded", "ipConfigurations": [configuration]},
            }

    def fleet_cluster(self, rid: ResourceId, location: str, plan: Plan, subnets: list[str], identity: str) -> Body:
        """A cluster as AKS would show it. subnets: of each pool, in turn; empty in a network of AKS's making."""
        places = [{"vnetSubnetID": subnet} for subnet in subnets] or [{} for _ in plan.pools]
        pools = [{**_sent(pool), **place} for pool, place in zip(plan.pools, places, strict=True)]
        sent = {"agentPoolProfiles": pools, "networkProfile": _profile(plan), "kubernetesVersion": plan.version}
        sent["supportPlan"] = plan.support
        if plan.identity == "ServicePrincipal":
            sent["servicePrincipalProfile"] = {"clientId": self.guid()}
        properties = defaults.properties(rid, sent, None, location, plan.version)
        properties["powerState"] = {"code": plan.power}
        for shown, pool in zip(properties["agentPoolProfiles"], plan.pools, strict=True):
            shown["powerState"] = {"code": plan.power}
            _counted(shown, pool)
        if plan.state != "Succeeded":
            properties["provisioningState"] = plan.state
        type_ = "Microsoft.ContainerService/ManagedClusters"
        tags = {} if plan.tags is None else {"tags": plan.tags}
        body = self.plain(rid.text("resourcegroups"), type_, location, properties, kind="Base", **tags)
        del body["etag"]
        sku = {"name": "Base", "tier": plan.tier}
        return {**body, "sku": sku, **self._identity(plan, identity), "eTag": self.guid()}

    def _identity(self, plan: Plan, identity: str) -> Body:
        if plan.identity == "SystemAssigned":
            return {"identity": {"type": "SystemAssigned", "principalId": self.guid(), "tenantId": TENANT}}
        if plan.identity == "UserAssigned":
            ids = {"principalId": self.guid(), "clientId": self.guid()}
            return {"identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: ids}}}
        return {}


def _profile(plan: Plan) -> Body:
    """The network profile as it would be sent."""
    mode = {"networkPluginMode": "overlay"} if plan.plugin == "overlay" else {}
    pods = {"podCidr": plan.pods} if plan.kubenet else {}
    plugin = "azure" if mode else plan.plugin
    return {"networkPlugin": plugin, **mode, **pods, "outboundType": plan.outbound, "networkPolicy": plan.policy}


def _sent(pool: Pool) -> Body:
    body: Body = {"name": pool.name, "type": pool.kind, "mode": "System" if pool.system else "User"}
    if pool.windows:
        body |= {"osType": "Windows", "osSKU": "Windows2022"}
    if pool.kind == MACHINES:
        scale = {"size": SIZE, "count": pool.nodes}
        if pool.autoscaled:
            scale = {"size": SIZE, "minCount": pool.least, "maxCount": pool.most}
        body["virtualMachinesProfile"] = {"scale": {"autoscale" if pool.autoscaled else "manual": [scale]}}
    elif pool.autoscaled:
        body |= {"enableAutoScaling": True, "minCount": pool.least, "maxCount": pool.most}
    return body


def _counted(shown: Body, pool: Pool) -> None:
    """A pool of machines has neither count nor size of its own (recorded: managedClusters)."""
    if pool.kind == MACHINES:
        shown.pop("count", None)
        shown.pop("vmSize", None)
        shown["virtualMachineNodesStatus"] = [{"size": SIZE, "count": pool.nodes}]
    else:
        shown |= {"count": pool.shown, "vmSize": SIZE}


def node_names(pool: Pool, figures: str) -> tuple[str, list[str]]:
    """The scale set of a pool, "" where it has none, and its nodes."""
    if pool.kind != SCALE_SET:
        return "", [f"aks-{pool.name}-m{index}-{figures}-vm" for index in range(pool.nodes)]
    name = f"aks{pool.name}" if pool.windows else f"aks-{pool.name}-{figures}-vmss"
    return name, [name + base36(index) for index in range(pool.nodes)]


def interface_ids(scope: str, scale_set: str, nodes: list[str]) -> list[str]:
    """The interfaces of nodes: below their scale set, or by themselves."""
    if not scale_set:
        return [f"{scope}/providers/{NET}/networkInterfaces/{node}-nic" for node in nodes]
    base = f"{scope}/providers/{COMPUTE}/virtualMachineScaleSets/{scale_set}/virtualMachines"
    return [f"{base}/{index}/networkInterfaces/{scale_set}" for index in range(len(nodes))]


def blocks(pods: str) -> Iterator[str]:
    """The /24 of the nodes."""
    network = IPv4Network(pods)
    first = int(network.network_address)
    return (text((first + 256 * index, 24)) for index in range(network.num_addresses // 256))


def hosts(prefix: str) -> Iterator[str]:
    """The addresses that Azure gives out: from the fifth to the last but one."""
    network = IPv4Network(prefix)
    first, last = int(network.network_address) + 4, int(network.broadcast_address)
    return ("{}.{}.{}.{}".format(*address.to_bytes(4, "big")) for address in range(first, last))
