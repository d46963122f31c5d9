"""What AKS refuses at the PUT that moves a cluster from kubenet to Azure CNI Overlay, or that rolls all its nodes for
another policy engine. Rows: existing-clusters K13 to K47, azure-facts K1 to K12.

No refusal of a move was recorded. Where a row gives a code or words, they are named at the rule; everywhere else the
code is InvalidParameter, and that a thing is refused at the PUT and not by the operation is our model.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..authorization import linked
from ..core import errors
from ..core.ids import ResourceId, parse
from ..core.resources import require
from ..core.store import Body
from ..network import address_rules, addresses
from . import counts, node_routes, own_network, rules
from .instances import group_of

if TYPE_CHECKING:
    from ..server.cloud import Cloud

OLDEST = (1, 27)  # K3
LONGEST_NAME = 63  # azure-facts J18
CONFIDENTIAL = re.compile(r"^standard_dc\d+m?s_v2$", re.IGNORECASE)  # K10
POLICY = "networkProfile.networkPolicy"
WRITE, ROUTES = "Microsoft.Network/virtualNetworks/subnets/write", "Microsoft.Network/routeTables/routes/delete"
SUBNETS = "Microsoft.Network/virtualNetworks/subnets"


def is_overlay(network: Body) -> bool:
    """Whether a profile is that of Azure CNI Overlay."""
    mode = str(network.get("networkPluginMode") or "").lower()
    return network.get("networkPlugin") == "azure" and mode == "overlay"


def is_move(before: Body, after: Body) -> bool:
    """Whether a profile becomes that of Azure CNI Overlay, and was kubenet's."""
    return before.get("networkPlugin") == "kubenet" and is_overlay(after)


def is_moving(cloud: Cloud, rid: ResourceId, old: Body, after: Body) -> bool:
    """Whether a PUT moves the cluster, or goes on with a move that was left halfway (K40)."""
    return rid.key in cloud.memory.moving or is_move(old["properties"]["networkProfile"], after)


def engine(network: Body) -> str:
    """The policy engine, "" for none: `null` and `none` both pass (K20)."""
    wanted = str(network.get("networkPolicy") or "none").lower()
    return "" if wanted == "none" else wanted


def dataplane(network: Body) -> str:
    """What carries the packets of Azure CNI."""
    return str(network.get("networkDataplane") or "azure").lower()


def rolls(before: Body, after: Body) -> bool:
    """Whether all nodes are made anew for another engine (K21, K44, K45)."""
    return engine(before) != engine(after) or dataplane(before) != dataplane(after)


def plugins(before: Body, after: Body) -> None:
    """From kubenet to Azure CNI Overlay, and to nothing else; no way back (K2; the code is our model). K39: as
    reported.
    """
    target = "networkProfile.networkPlugin"
    left = is_overlay(before) and not is_overlay(after)
    elsewhere = before.get("networkPlugin") == "kubenet" != after["networkPlugin"] and not is_overlay(after)
    if left or elsewhere:
        text = f"Changing property '{target}' from {_words(before)} to {_words(after)} is not allowed."
        raise errors.aks("PropertyChangeNotAllowed", text, target)
    mode = str(after.get("networkPluginMode") or "")
    if mode and after["networkPlugin"] == "kubenet":
        raise errors.aks(
            "UnsupportedNetworkPluginModeWithNetworkPlugin",
            f"NetworkPluginMode {mode} is not supported with NetworkPlugin kubenet",
            "networkProfile.networkPluginMode",
        )


def _words(network: Body) -> str:
    return " ".join(str(network[key]) for key in ("networkPlugin", "networkPluginMode") if network.get(key))


def check(cloud: Cloud, rid: ResourceId, body: Body, old: Body, principal: str, moving: bool) -> None:
    """Everything about a PUT that moves a cluster or rolls its nodes; nothing about another."""
    before, network = old["properties"]["networkProfile"], body["properties"]["networkProfile"]
    rolling = rolls(before, network)
    if moving:
        _no_engine(before, network)
        _version(body["properties"])
        _pools(body["properties"]["agentPoolProfiles"])
        _range(cloud, rid, body)
        _names(body)
        _table(cloud, rid, body)
        _identity(cloud, rid, body, principal)
        if rid.key in cloud.memory.masquerading:  # K24: its words were not seen
            text = "The ConfigMap azure-ip-masq-agent-config in kube-system must be deleted before the update."
            raise errors.aks("InvalidParameter", text, "networkProfile.networkPluginMode")
    elif rolling:
        _cilium(network)
    if (moving or rolling) and rid.key in cloud.memory.unsatisfiable:  # K25: code and words as documented
        raise errors.aks(
            "UnsatisfiablePDB", f"{cloud.memory.undrainable[rid.key].message}: can't proceed with put operation"
        )


def _no_engine(before: Body, after: Body) -> None:
    """Before and after: it is taken off first, and put back later (K3, K20). Code as reported for Azure CNI; that for
    kubenet was not seen.
    """
    found = engine(before) or engine(after) or (dataplane(after) if dataplane(after) != "azure" else "")
    if found:
        text = f"Cannot update cluster to Azure CNI Overlay while using network policies ({found})."
        raise errors.aks("ValidationError", text, POLICY)


def _cilium(network: Body) -> None:
    """Engine and data plane together, and only after the move (K12, K44). The words of the first are as reported."""
    cilium = engine(network) == "cilium"
    if dataplane(network) == "cilium" and not cilium:
        raise errors.aks("BadRequest", "Cilium dataplane requires network policy cilium.", POLICY)
    if cilium and dataplane(network) != "cilium":
        raise errors.aks("BadRequest", "Network policy cilium requires the dataplane cilium.", POLICY)
    if cilium and network["networkPlugin"] != "azure":
        raise errors.aks("BadRequest", "The dataplane cilium requires network plugin azure.", POLICY)


def _version(properties: Body) -> None:
    """K3, of the control plane and of each pool."""
    pools = [pool.get("currentOrchestratorVersion") for pool in properties["agentPoolProfiles"]]
    for version in (properties.get("currentKubernetesVersion"), *pools):
        if tuple(int(part) for part in str(version).split(".")[:2]) < OLDEST:
            text = f"Azure CNI Overlay needs Kubernetes {OLDEST[0]}.{OLDEST[1]} or later, not {version}."
            raise errors.aks("InvalidParameter", text, "kubernetesVersion")


def _pools(pools: list[Body]) -> None:
    """Windows and subnets of pods (K3), availability sets (K36), sizes (azure-facts K10)."""
    for pool in pools:
        sizes = [size for size, _ in counts.wanted(pool)]
        for wrong, why, key in (
            (str(pool.get("osType")).lower() == "windows", "runs Windows", "osType"),
            (bool(pool.get("podSubnetID")), "has a subnet for pods", "podSubnetID"),
            (str(pool.get("type")).lower() == "availabilityset", "is an availability set", "type"),
            (any(CONFIDENTIAL.match(size) for size in sizes), "is of a DCsv2 size", "vmSize"),
        ):
            if wrong:
                text = "Pool {} {}, which a move to Azure CNI Overlay does not take.".format(pool["name"], why)
                raise errors.aks("InvalidParameter", text, f"agentPoolProfile.{key}")


def _range(cloud: Cloud, rid: ResourceId, body: Body) -> None:
    """One range (K14: what Azure makes of two that disagree is not known, so that nothing may rely on it); a /24 for
    the most nodes of each pool and its surge (K6: code and target as reported); not that of the nodes (AKS's own
    network here, a network of one's own in `checks`).
    """
    network, target = body["properties"]["networkProfile"], "networkProfile.podCIDR"
    if network["podCidrs"][0] != network["podCidr"]:
        text = "podCidr {} is not the first of podCidrs {}.".format(network["podCidr"], network["podCidrs"])
        raise errors.aks("InvalidParameter", text, target)
    pods, pools = addresses.read(network["podCidr"]), body["properties"]["agentPoolProfiles"]
    most = sum(counts.most(pool) + counts.surge(pool, counts.most(pool)) for pool in pools)
    if pods and most * 2 ** (32 - rules.NODE_BLOCK) > pods.num_addresses:
        text = f"Pre-allocated IPs {most * 256} exceeds IPs available {pods.num_addresses} in pod CIDR {pods}."
        raise errors.aks("InsufficientSubnetSize", text, target)
    kept = [cloud.store.get(subnet) for subnet in own_network.subnets_of(cloud, rid, body, group_of(body))]
    rules.against_subnets(network, {each["name"]: address_rules.readable(each["properties"]) for each in kept if each})


def _names(body: Body) -> None:
    """J18: they become labels of nodes. What a longer one does at a move is our model."""
    wanted = [("node resource group", str(body["properties"]["nodeResourceGroup"]))]
    for subnet in _own_subnets(body):
        found = parse(subnet)
        if found:
            wanted += [("subnet", found.name), ("virtual network", found.names[0]), ("resource group", found.group)]
    for what, name in wanted:
        if len(name) > LONGEST_NAME:
            text = f"The name of the {what} has {len(name)} characters, and Azure CNI Overlay takes {LONGEST_NAME}."
            raise errors.aks("InvalidParameter", text, "name")


def _own_subnets(body: Body) -> list[str]:
    """The subnets of the user's that pools are in."""
    pools = body["properties"]["agentPoolProfiles"]
    return sorted({str(pool["vnetSubnetID"]) for pool in pools if pool.get("vnetSubnetID")})


def _cluster_table(cloud: Cloud, rid: ResourceId, body: Body) -> str:
    """The id of the cluster's table, in lower case."""
    subnet = own_network.subnet_of(cloud, rid, body, group_of(body))
    return node_routes.table_of(cloud, rid, body, subnet).key


def _table(cloud: Cloud, rid: ResourceId, body: Body) -> None:
    """On the cluster's subnets alone (K22: reported as "an error about a custom route table"), and of no other cluster
    (our model: the nodes of that one would lose it).
    """
    table = _cluster_table(cloud, rid, body)
    mine = {subnet.lower() for subnet in own_network.subnets_of(cloud, rid, body, group_of(body))}
    for subnet in cloud.store.of_type(SUBNETS, f"/subscriptions/{rid.subscription}/"):
        on = str(require(subnet, "properties", "routeTable", "id") or "").lower()
        if on == table and subnet["id"].lower() not in mine:
            text = "The custom route table {} is on subnet {}, too, which is not the cluster's.".format(
                on, subnet["id"]
            )
            raise errors.aks("InvalidParameter", text, "agentPoolProfile.vnetSubnetID")
    others = [key for key, other in cloud.memory.tables.items() if other.lower() == table and key != rid.key]
    if others:
        text = f"The custom route table {table} is that of {others[0]}, too."
        raise errors.aks("InvalidParameter", text, "agentPoolProfile.vnetSubnetID")


def _identity(cloud: Cloud, rid: ResourceId, body: Body, principal: str) -> None:
    """Who takes the table off: a user-assigned identity (K18: documented; in AKS's network a system-assigned one was
    recorded), which may write the subnets and delete routes (K19: derived, the codes are those of a creation).
    """
    table, subnets = _cluster_table(cloud, rid, body), _own_subnets(body)
    own_table = not table.startswith(group_of(body).key + "/")
    assigned = require(body, "identity", "userAssignedIdentities")
    if cloud.options.move_wants_identity and not assigned and (subnets or own_table):
        text = "A move to Azure CNI Overlay with an own subnet or route table needs a user-assigned identity."
        raise errors.aks("InvalidParameter", text, "identity")
    if not principal:
        return
    for subnet in subnets:
        if not cloud.roles.allows(principal, WRITE, subnet):
            action = "Microsoft.ContainerService/managedClusters/write"
            raise linked.refusal(principal, action, rid.text(), WRITE, subnet)
    if own_table and not cloud.roles.allows(principal, ROUTES, table):
        raise errors.aks(
            "CustomRouteTableMissingPermission",
            f"The cluster's identity may not delete routes of {table}. Please see https://aka.ms/aks/customrt for more "
            "information",
        )
