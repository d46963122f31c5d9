"""What makes a creation, or a change for which all nodes are made anew, fail long after its PUT was taken: the
operation ends as Failed, and so stays the cluster.

That these come late is as reported; which code the operation ends with is our model, but for
VMExtensionError_OutboundConnFail and VMExtensionError_K8SAPIServerDNSLookupFail, which Microsoft's catalogue of AKS
errors names (microsoft/GitHub-Copilot-for-Azure, aks-known-issues).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..authorization import linked, locks
from ..core.ids import ResourceId, parse
from ..core.resources import require
from ..core.store import Body
from ..network import address_rules, addresses
from . import counts, node_routes, own_network, private, rights
from .instances import group_of
from .memory import Stop

if TYPE_CHECKING:
    from ..server.cloud import Cloud

GROUP_TYPE = "Microsoft.Resources/subscriptions/resourceGroups"
EVERYWHERE = ("*", "internet", "0.0.0.0/0")
Error = dict[str, Any]


def failure(cloud: Cloud, rid: ResourceId, body: Body, principal: str) -> Error | None:
    """The error that the operation ends with, None for one that succeeds."""
    subnets = {
        str(pool["vnetSubnetID"]) for pool in body["properties"]["agentPoolProfiles"] if pool.get("vnetSubnetID")
    }
    found = _group(cloud, rid, body)
    for subnet in sorted(subnets):
        found = found or _table(cloud, body, subnet, principal) or _nodes(cloud, body, subnet)
    return found


def _group(cloud: Cloud, rid: ResourceId, body: Body) -> Error | None:
    """The node resource group carries the cluster's tags; a policy may want others (T3)."""
    group = ResourceId(rid.subscription, body["properties"]["nodeResourceGroup"])
    shown = {"id": group.text(), "name": group.group, "type": GROUP_TYPE}
    refused = cloud.roles.policies.denial({**shown, "location": body["location"], "tags": body.get("tags") or {}})
    if group.key in cloud.store or not refused:
        return None
    return {"code": "ReconcileResourceGroupError", "message": f"{refused.code}: {refused.message}"}


def _table(cloud: Cloud, body: Body, subnet: str, principal: str) -> Error | None:
    """AKS puts its own table on a subnet that has none (H1), which a lock forbids (T4).

    Whether that write needs the rights to join what else hangs on the subnet is not verified (I16): only a server
    with the option `attaching_is_linked` refuses it.
    """
    kept = cloud.store.get(subnet, {})
    if body["properties"]["networkProfile"]["networkPlugin"] != "kubenet" or require(kept, "properties", "routeTable"):
        return None
    scopes = cloud.roles.locks.locking("write", subnet)
    if scopes:
        return {"code": "ScopeLocked", "message": locks.refusal_text("write", subnet, scopes)}
    return _unlinked(cloud, subnet, principal)


def _unlinked(cloud: Cloud, subnet: str, principal: str) -> Error | None:
    """The rights to join what hangs on a subnet, the table apart, which goes or is not there yet."""
    kept = cloud.store.get(subnet, {}).get("properties") or {}
    links = linked.subnet_links({key: value for key, value in kept.items() if key != "routeTable"})
    missing = linked.lacking(cloud, principal, links) if principal and cloud.options.attaching_is_linked else None
    if missing:
        refused = linked.refusal(principal, "Microsoft.Network/virtualNetworks/subnets/write", subnet, *missing)
        return {"code": refused.code, "message": refused.message}
    return None


def _nodes(cloud: Cloud, body: Body, subnet: str) -> Error | None:
    """Nodes that reach neither the internet (H25) nor the API server (H17)."""
    if outbound_denied(cloud, subnet):
        return _extension("OutboundConnFail", 50)
    if private.hides_from_nodes(cloud, body, subnet):
        return _extension("K8SAPIServerDNSLookupFail", 52)
    return None


def _extension(what: str, status: int) -> Error:
    text = f"Unable to establish connection from agents: the extension vmssCSE ended with exit status={status}"
    return {"code": f"VMExtensionError_{what}", "message": text}


def outbound_denied(cloud: Cloud, subnet: str) -> bool:
    """Whether the subnet's security group denies TCP 443 to the whole internet, and allows none of it before.

    A rule for a part of the internet, or of the nodes, that allows counts as enough: what nodes need is more than is
    modelled here.
    """
    group = str(require(cloud.store.get(subnet, {}), "properties", "networkSecurityGroup", "id") or "")
    rules = [each["properties"] for each in cloud.store.children(group, "securityRules")] if group else []
    outward = [each for each in rules if str(each.get("direction", "")).lower() == "outbound"]
    for rule in sorted(outward, key=lambda each: int(each.get("priority") or 0)):
        if str(rule.get("protocol", "*")).lower() not in ("*", "tcp") or not _holds_https(rule):
            continue
        targets = [each.lower() for each in _sides(rule, "destinationAddressPrefix", "destinationAddressPrefixes")]
        allows = str(rule.get("access", "")).lower() == "allow"
        if allows and any(target != "virtualnetwork" and not _is_private(target) for target in targets):
            return False
        sources = [each.lower() for each in _sides(rule, "sourceAddressPrefix", "sourceAddressPrefixes")]
        if not allows and set(targets) & set(EVERYWHERE) and set(sources) & {"*", "virtualnetwork", "0.0.0.0/0"}:
            return True
    return False


def _holds_https(rule: Body) -> bool:
    for text in _sides(rule, "destinationPortRange", "destinationPortRanges"):
        first, _, last = text.partition("-")
        if text == "*" or int(first) <= 443 <= int(last or first):
            return True
    return False


def _is_private(target: str) -> bool:
    return target.startswith(("10.", "192.168.", "172.16.", "100.64."))


def _sides(rule: Body, one: str, several: str) -> list[str]:
    return [str(each) for each in [rule.get(one), *(rule.get(several) or [])] if each]


def locked_nodes(cloud: Cloud, body: Body) -> Error | None:
    """A lock on the node resource group, or in it, keeps a cluster from being deleted (our model)."""
    group = (
        f"{str(body['id']).partition('/resourcegroups/')[0]}/resourceGroups/{body['properties']['nodeResourceGroup']}"
    )
    found = parse(group)
    scopes = cloud.roles.locks.locking("delete", group) if found and found.key in cloud.store else []
    return {"code": "ScopeLocked", "message": locks.refusal_text("delete", group, scopes)} if scopes else None


def of_nodes(cloud: Cloud, rid: ResourceId, body: Body, moving: bool) -> Stop | None:
    """What keeps all nodes from being made anew: locks, no room for the surge of all pools at once (existing-clusters
    K26), a disruption budget (K25). moving: whether a table is taken off, too.
    """
    subnets = own_network.subnets_of(cloud, rid, body, group_of(body))
    found = locked_nodes(cloud, body) or (_undetachable(cloud, rid, body, subnets) if moving else None)
    for subnet in subnets:
        found = found or _surge(cloud, body, subnet)
    if found:
        return Stop(found["code"], found["message"], rolled=False)
    return cloud.memory.undrainable.get(rid.key)


def _undetachable(cloud: Cloud, rid: ResourceId, body: Body, subnets: list[str]) -> Error | None:
    """Routes that may not be deleted, and subnets that may not be written, which a move does (K7)."""
    table = node_routes.table_of(cloud, rid, body, subnets[0]).text()
    wanted = [("delete", table), *(("write", each) for each in subnets if not node_routes.stays(body, table))]
    for verb, target in wanted:
        scopes = cloud.roles.locks.locking(verb, target)
        if scopes:
            return {"code": "ScopeLocked", "message": locks.refusal_text(verb, target, scopes)}
    principal = rights.principal_of(cloud, {}, body)
    found = (_unlinked(cloud, target, principal) for verb, target in wanted if verb == "write")
    return next((each for each in found if each), None)


def _surge(cloud: Cloud, body: Body, subnet: str) -> Error | None:
    """SubnetIsFull: the code of a creation (azure-facts A5); that it comes late is our model."""
    pools = body["properties"]["agentPoolProfiles"]
    there = [pool for pool in pools if str(pool.get("vnetSubnetID") or subnet).lower() == subnet.lower()]
    wanted = sum(counts.surge(pool, counts.count(pool)) for pool in there)
    network = addresses.read(address_rules.prefixes_of(cloud.store[subnet]["properties"])[0])
    free = addresses.usable(network) - len(cloud.store.subnet_users(subnet)) if network else 0
    if wanted <= free:
        return None
    text = f"Subnet {subnet} has {free} free addresses, and all pools together need {wanted} for their surge."
    return {"code": "SubnetIsFull", "message": text}
