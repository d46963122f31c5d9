"""The route table of a kubenet cluster, and the routes that the cloud provider writes into it (azure-facts H1, H2,
B13).

The table's name follows the one listing recorded in 2020: ``aks-agentpool-<digits>-routetable``, a route a node, next
hop VirtualAppliance. Routes are named as since Kubernetes 1.21, ``<node>____<block without punctuation>`` (azure-facts
B21). The association with the subnet is as documented.

A block for which the table has another's route stays without one: RouteConflict (B22). So do all blocks while a
ReadOnly lock forbids to write the table (T4). That the cluster is Succeeded all the same is our model.

A cluster keeps to the table with which it was made. AKS puts it on the cluster's subnets at each PUT of the cluster,
and at none of a pool (existing-clusters R16). Our model: it does so for its own table alone, and where a subnet has
none; a table of one's own, or another table, is for the user to put where it belongs.

Only the routes of nodes that go now are taken away, and no route is mended (R12, R13: what is not named after a node
that is known stays).
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from ..core.ids import ResourceId, parse
from ..core.resources import require
from ..core.store import Body, new_etag
from ..network import addresses
from . import rules
from .belongings import NETWORK, put
from .defaults import digits
from .instances import Node, group_of

if TYPE_CHECKING:
    from ..server.cloud import Cloud


def table_of(cloud: Cloud, rid: ResourceId, body: Body, subnet: str) -> ResourceId:
    """The table with which the cluster was made; that of its first subnet, else AKS's own, where that is not known."""
    kept = parse(cloud.memory.tables.get(rid.key, ""))
    if kept is None or kept.key not in cloud.store:
        kept = parse(require(cloud.store.get(subnet, {}), "properties", "routeTable", "id") or "")
    if kept is None or kept.key not in cloud.store:
        group = group_of(body)
        name = f"aks-agentpool-{digits(rid)}-routetable"
        kept = ResourceId(group.subscription, group.group, NETWORK, ("routeTables",), (name,))
    cloud.memory.tables[rid.key] = kept.text()
    return kept


def attach(cloud: Cloud, body: Body, table: ResourceId, subnets: set[str]) -> None:
    """Make AKS's own table where it is not there, and put it on the subnets that have none."""
    if not table.key.startswith(group_of(body).key + "/"):
        return
    if table.key not in cloud.store:
        inner = {"disableBgpRoutePropagation": False, "resourceGuid": str(uuid.uuid4())}
        put(cloud, table, body["location"], inner)
    for subnet in sorted(subnets):
        kept = cloud.store.get(subnet)
        if kept and not require(kept, "properties", "routeTable", "id") and not _locked(cloud, subnet):
            kept["properties"]["routeTable"] = {"id": table.text()}
            kept["etag"] = new_etag()


def _locked(cloud: Cloud, resource: str) -> bool:
    return bool(cloud.roles.locks.locking("write", resource))


def write(cloud: Cloud, rid: ResourceId, body: Body, nodes: list[Node], gone: set[str]) -> None:
    """Take away the routes of nodes that are gone, and write those that lack."""
    table = parse(cloud.memory.tables.get(rid.key, ""))
    if table is None or table.key not in cloud.store or _locked(cloud, table.text()):
        return
    for route in cloud.store.children(table.key, "routes"):
        if node_of(route) in gone:
            del cloud.store[route["id"]]
    routes = cloud.store.children(table.key, "routes")
    mine = {node_of(route) for route in routes if is_of(rid, route)}
    used = {route["properties"]["addressPrefix"] for route in routes if is_of(rid, route)}
    others = {route["properties"]["addressPrefix"] for route in routes if not is_of(rid, route)}
    pods = addresses.read(body["properties"]["networkProfile"]["podCidr"])
    assert pods is not None
    blocks = (str(block) for block in pods.subnets(new_prefix=rules.NODE_BLOCK) if str(block) not in used)
    for node in nodes:
        block = "" if node.name in mine else next(blocks, "")
        if block and block not in others:
            put_route(cloud, table, route_name(node.name, block), block, node.address)


def put_route(cloud: Cloud, table: ResourceId, name: str, block: str, address: str) -> Body:
    """A route to a node, with no question asked."""
    inner = {
        "addressPrefix": block,
        "nextHopType": "VirtualAppliance",
        "nextHopIpAddress": address,
        "hasBgpOverride": False,
    }
    made = put(cloud, table.child("routes", name), "", inner)
    del made["location"]
    return made


def route_name(node: str, block: str) -> str:
    """The name of a node's route."""
    return f"{node}____{re.sub('[.:/]', '', block)}"


def node_of(route: Body) -> str:
    """The node that a route is named after."""
    return str(route["name"]).partition("____")[0]


def is_of(rid: ResourceId, route: Body) -> bool:
    """Whether a route is named after a node of the cluster, one in a scale set or a single machine."""
    return f"-{digits(rid)}-vm" in str(route["name"])


def stays(body: Body, table: str) -> bool:
    """Whether a move to Azure CNI Overlay leaves the table on the subnets: it is the user's, and egress needs it (K33;
    that AKS takes it off where egress does not is our reading of K7).
    """
    outbound = str(body["properties"]["networkProfile"]["outboundType"]).lower()
    return outbound == "userdefinedrouting" and not table.lower().startswith(group_of(body).key + "/")


def drop(cloud: Cloud, rid: ResourceId, nodes: set[str]) -> None:
    """Take away the routes of nodes that do without."""
    for route in cloud.store.children(cloud.memory.tables.get(rid.key, ""), "routes"):
        if node_of(route) in nodes:
            del cloud.store[route["id"]]


def retire(cloud: Cloud, rid: ResourceId, body: Body, subnets: list[str]) -> None:
    """After a move to Azure CNI Overlay (K7, K33): AKS's table is deleted with all that is in it, the user's keeps all
    but the routes to nodes. Another table than the cluster's stays where it is (our model).
    """
    table = cloud.memory.tables.pop(rid.key, "").lower()
    for subnet in subnets:
        kept = cloud.store.get(subnet, {"properties": {}})
        if str(require(kept, "properties", "routeTable", "id")).lower() == table and not stays(body, table):
            inner = {key: value for key, value in kept["properties"].items() if key != "routeTable"}
            cloud.store[subnet] = {**kept, "properties": inner, "etag": new_etag()}
    managed = table.startswith(group_of(body).key + "/")
    for route in cloud.store.children(table, "routes"):
        if managed or is_of(rid, route):
            del cloud.store[route["id"]]
    if managed:
        cloud.store.pop(table, None)


def remove(cloud: Cloud, rid: ResourceId, body: Body) -> None:
    """Own tables lose the node routes, subnets the managed table (azure-facts H5, K7)."""
    group = group_of(body)
    subnets = [cloud.store.get(pool.get("vnetSubnetID") or "", {}) for pool in body["properties"]["agentPoolProfiles"]]
    named = [str(require(subnet, "properties", "routeTable", "id") or "").lower() for subnet in subnets]
    for table in {cloud.memory.tables.get(rid.key, "").lower(), *named} - {""}:
        for route in cloud.store.children(table, "routes"):
            if is_of(rid, route):
                del cloud.store[route["id"]]
    for subnet, table in zip(subnets, named, strict=True):
        if table.startswith(group.key + "/"):
            subnet["properties"].pop("routeTable", None)
