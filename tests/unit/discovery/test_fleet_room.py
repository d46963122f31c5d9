"""What a cluster of a fleet has left, where its nodes take more than one of a limit, or not all is shown."""

from __future__ import annotations

from typing import Any

from azext_kubenet.addressing.headroom import LimitKind
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery import fleet_room
from azext_kubenet.discovery.fleet import FleetCluster, PoolSubnet
from azext_kubenet.discovery.fleet_rows import ShownSubnet, ShownTable
from azext_kubenet.discovery.node_subnets import SubnetUsage


def test_a_node_of_a_dual_stack_cluster_takes_two_routes_and_a_peak_may_be_unknown() -> None:
    pool = {"name": "a", "count": 190, "type": "VirtualMachineScaleSets", "upgradeSettings": {"maxSurge": "10"}}
    profile = {"networkPlugin": "kubenet", "podCidr": "10.244.0.0/16", "ipFamilies": ["IPv4", "IPv6"]}
    subnet = ResourceId("/subscriptions/s/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/n")
    table = ShownTable(ResourceId(f"{subnet.parent}-table"), 380, ())

    def room(surge: str, **more: Any) -> fleet_room.Room:
        shown = {**pool, "upgradeSettings": {"maxSurge": surge}, **more}
        body = {"id": "/subscriptions/s/x", "properties": {"networkProfile": profile, "agentPoolProfiles": [shown]}}
        cluster = Cluster.parse(body)
        there = PoolSubnet(subnet, cluster.pools, 190, ShownSubnet(subnet, 0, 1019, table.id))
        return fleet_room.measure(FleetCluster(cluster, {}, (there,), table), {subnet: SubnetUsage(0, 1019)})

    assert (room("10").can_upgrade, room("11").can_upgrade) == (True, False)
    assert (room("10").headroom, room("10").limited_by, room("10").free_in_subnet) == (10, LimitKind.ROUTES, 829)
    assert (room("1").can_reach_peak, room("1", enableAutoScaling=True).can_reach_peak) == (True, None)
