"""Proof after creation: that pods on one node can reach pods on another.

Kubenet needs the cluster's route table on the subnet [H1, H2], and in it a route a node inside the pod CIDR [B13].
"""

import time
from typing import Any

from netaddr import AddrFormatError, IPNetwork

from azext_kubenet._errors import Refused
from azext_kubenet.addressing.model import AddressPlan
from azext_kubenet.provisioning import resources
from azext_kubenet.provisioning.arm import Door, intervals
from azext_kubenet.provisioning.resources import Names

Json = dict[str, Any]

#: Most seconds between looks: a new node's route is written in batches every 30 seconds [B17].
_LOOK_SECONDS = 10.0
_TABLE_API = "2024-07-01"
_EVERYTHING = IPNetwork("0.0.0.0/0")


def running_nodes(cluster: Json) -> int:
    """Nodes of an existing cluster; none while it is stopped."""
    properties = cluster["properties"]
    if (properties.get("powerState") or {}).get("code") == "Stopped":
        return 0
    return sum(int(pool.get("count") or 0) for pool in properties.get("agentPoolProfiles") or ())


def prove(door: Door, names: Names, plan: AddressPlan, nodes: int) -> None:
    """Wait, as long as patience lasts, until every node has its route. Raises Refused with the remedy."""
    end, said = time.monotonic() + door.patience.seconds, False
    for seconds in intervals(_LOOK_SECONDS):
        table = _table(door, names)
        found = _node_routes(door, table, plan) if table else 0
        if table and found >= nodes:
            return
        if time.monotonic() + seconds > end:
            raise _unproven(names, table, found, nodes)
        if not said:
            door.patience.say(
                f"  proof: {found} of {nodes} nodes have their route in the subnet's route table, waiting"
            )
            said = True
        time.sleep(seconds)


def _table(door: Door, names: Names) -> str:
    """The id of the subnet's route table; nothing without one."""
    subnet = door.get(names.subnet_id, resources.SUBNET_API) or {}
    table = (subnet.get("properties") or {}).get("routeTable") or {}
    return str(table.get("id") or "")


def _node_routes(door: Door, table_id: str, plan: AddressPlan) -> int:
    """Routes of the table that lie inside the pod CIDR."""
    table, pods = door.get(table_id, _TABLE_API) or {}, plan.pods
    routes = table.get("properties", {}).get("routes", ())
    return sum(1 for route in routes if pods is not None and _destination(route) in pods)


def _destination(route: Json) -> IPNetwork:
    """The range that a route is for; all addresses for a service tag, such as AzureCloud.westeurope."""
    try:
        return IPNetwork(route["properties"].get("addressPrefix") or "")
    except AddrFormatError:
        return _EVERYTHING


def _unproven(names: Names, table: str, found: int, nodes: int) -> Refused:
    subnet = f"-g {names.vnet_group} --vnet-name {names.vnet} -n {names.subnet}"
    if not table:
        return Refused(
            f"cluster {names.cluster} exists, but subnet {names.subnet} carries no route table: its pods cannot reach "
            "each other from node to node",
            "attach the cluster's table: az network vnet subnet update "
            f"{subnet} --route-table $(az network route-table list -g $(az aks show -g {names.group} "
            f"-n {names.cluster} --query nodeResourceGroup -o tsv) --query [0].id -o tsv)",
        )
    return Refused(
        f"cluster {names.cluster} exists, but its route table {table.rsplit('/', 1)[-1]} has {found} node routes for "
        f"{nodes} nodes: pods on the others cannot be reached",
        f"look at the table: az network route-table route list --ids {table} -o table; nodes that have just started "
        "get their route within a minute: run the same command again",
    )
