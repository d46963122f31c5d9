"""Faults of running clusters, one at a time: each is found by exactly the check that should, and mended as printed.

A fault is put into a healthy cluster. `check` must find it by its own rules and by no other; the first commands that it
prints are typed as they stand; then `check` must find nothing of it any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import (
    CHECK,
    CLUSTER,
    CORP,
    IDENTITY,
    JOBS,
    NET,
    NODES,
    NSG,
    OWN_TABLE,
    autoscaled,
    network_of_aks,
    own_network,
    own_table,
    several_subnets,
)
from tests.loopback.aks.mishaps import Mishaps
from tests.loopback.callers.client import SUB
from tests.loopback.seeds.scene import peer
from tests.support.printed import commands

QUOTA = f"{SUB}/providers/Microsoft.Compute/locations/westeurope/usages/standardDSv5Family"


class Fault(NamedTuple):
    """A fault.

    what: it is, in words; shape: of the cluster; inject: puts it in; rules: that find it, errors and warnings
    options: what else is typed; mends: whether the printed commands mend it, else only that they run
    """

    what: str
    shape: Callable[[Cloud], Mishaps]
    inject: Callable[[Cloud, Mishaps], Any]
    rules: frozenset[str]
    options: str = ""
    mends: bool = True


def fault(
    what: str, shape: Callable[[Cloud], Mishaps], inject: Callable[[Cloud, Mishaps], Any], *rules: str, **more: Any
) -> Fault:
    """A row of the table."""
    return Fault(what, shape, inject, frozenset(rules), **more)


def quota(cloud: Cloud, _: Mishaps) -> None:
    """The quota of the size's family is nearly used."""
    cloud.arm.put(QUOTA, {"limit": 19})


def another_table(cloud: Cloud, at: Mishaps) -> None:
    """A table of the team's takes the place of the cluster's."""
    route = {"addressPrefix": "10.99.0.0/16", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.30.9.9"}
    team = {"location": "westeurope", "properties": {"routes": [{"name": "to-office", "properties": route}]}}
    cloud.arm.put(OWN_TABLE, team)
    at.put_table(OWN_TABLE)


def lock(cloud: Cloud, at: Mishaps) -> None:
    """A lock on the table, and a node without a route since."""
    at.lose_route()
    place = f"{at.table.text()}/providers/Microsoft.Authorization/locks/keep"
    cloud.arm.put(place, {"properties": {"level": "ReadOnly"}})


def own_route(cloud: Cloud, _: Mishaps) -> None:
    """A route of the user's own to a part of the pod CIDR."""
    has = {"addressPrefix": "10.244.99.0/24", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.30.9.9"}
    cloud.arm.put(f"{OWN_TABLE}/routes/to-lab", {"properties": has})


def attach(name: str) -> Callable[[Cloud, Mishaps], None]:
    """The cluster's table is on a subnet that is no pool's."""

    def put(cloud: Cloud, at: Mishaps) -> None:
        at.put_table(at.table.text(), f"{CORP}/subnets/{name}")

    return put


def lock_nodes(cloud: Cloud, at: Mishaps) -> None:
    """A lock on the group of the nodes."""
    place = f"{at.table.text().partition('/providers/')[0]}/providers/Microsoft.Authorization/locks/keep"
    cloud.arm.put(place, {"properties": {"level": "CanNotDelete"}})


def no_role(cloud: Cloud, _: Mishaps) -> None:
    """Another identity takes the place of the one that has the role."""
    stranger = cloud.arm.put(IDENTITY.replace("team", "stranger"), {"location": "westeurope"})["properties"]
    identity = cloud.arm.cloud.store[CLUSTER]["identity"]
    for each in identity["userAssignedIdentities"].values():
        each["principalId"] = stranger["principalId"]


def rule(direction: str, target: str) -> Callable[[Cloud, Mishaps], None]:
    """A security rule of somebody's that denies all traffic to somewhere."""

    def inject(cloud: Cloud, _: Mishaps) -> None:
        has = {
            "priority": 300, "direction": direction, "access": "Deny", "protocol": "*", "sourceAddressPrefix": "*",
            "sourcePortRange": "*", "destinationAddressPrefix": target, "destinationPortRange": "*",
        }  # fmt: skip
        cloud.arm.put(f"{NSG}/securityRules/no", {"properties": has})

    return inject


def delegated(cloud: Cloud, _: Mishaps) -> None:
    """The subnet is delegated to another service."""
    has = {"name": "web", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}
    cloud.arm.cloud.store[NODES]["properties"]["delegations"] = [has]


def gateway(cloud: Cloud, _: Mishaps) -> None:
    """A NAT gateway comes to the subnet."""
    nat = f"{NET}/natGateways/nat"
    cloud.arm.put(f"{NET}/publicIPAddresses/nat-ip", {"location": "westeurope", "sku": {"name": "Standard"}})
    addresses = [{"id": f"{NET}/publicIPAddresses/nat-ip"}]
    cloud.arm.put(nat, {"location": "westeurope", "sku": {"name": "Standard"},
                        "properties": {"publicIpAddresses": addresses}})  # fmt: skip
    cloud.arm.cloud.store[NODES]["properties"]["natGateway"] = {"id": nat}


def to_nowhere(cloud: Cloud, at: Mishaps) -> None:
    """A route of somebody's drops all traffic."""
    has = {"addressPrefix": "0.0.0.0/0", "nextHopType": "None"}
    cloud.arm.put(f"{at.table.text()}/routes/drop", {"properties": has})


def no_way_out(cloud: Cloud, _: Mishaps) -> None:
    """The route to the firewall leads to the internet since."""
    has = {"addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"}
    cloud.arm.put(f"{OWN_TABLE}/routes/to-firewall", {"properties": has})


def hub(cloud: Cloud, _: Mishaps) -> None:
    """A peer has addresses in the pod CIDR."""
    other = f"{NET}/virtualNetworks/hub"
    space = {"addressSpace": {"addressPrefixes": ["10.244.64.0/20"]}}
    cloud.arm.put(other, {"location": "westeurope", "properties": space})
    peer(cloud.arm, CORP, other)


def more_space(cloud: Cloud, _: Mishaps) -> None:
    """The network has a second prefix, which is in the pod CIDR."""
    cloud.arm.cloud.store[CORP]["properties"]["addressSpace"]["addressPrefixes"].append("10.244.0.0/16")


def in_pods(cloud: Cloud, at: Mishaps) -> None:
    """A subnet in that prefix."""
    more_space(cloud, at)
    cloud.arm.put(f"{CORP}/subnets/lab", {"properties": {"addressPrefix": "10.244.9.0/24"}})


def ports(_: Cloud, at: Mishaps) -> None:
    """Each node is given more SNAT ports than there are."""
    at.body["properties"]["networkProfile"]["loadBalancerProfile"]["allocatedOutboundPorts"] = 8000


FAULTS = (
    # -- the cluster and what it runs as
    fault("the cluster failed", own_network, lambda _, at: at.fail("Throttled", "too many"), "cluster-state"),
    fault("a pool failed", own_network, lambda _, at: at.fail(pool="user"), "pool-state"),
    fault("a lock keeps nodes from being removed", own_network, lock_nodes, "locks"),
    fault("the identity has lost its role", own_network, no_role, "identity-rights"),
    # -- the subnet and the way out
    fault("pods are denied", own_network, rule("Inbound", "10.244.0.0/16"), "network-security-group"),
    fault("the internet is denied", own_network, rule("Outbound", "Internet"), "outbound-security-rules"),
    fault("the subnet is delegated", own_network, delegated, "subnet-delegation"),
    fault("a NAT gateway came to the subnet", own_network, gateway, "nat-gateway"),
    fault("all traffic is dropped", own_network, to_nowhere, "default-route"),
    fault("the firewall is passed by", own_table, no_way_out, "outbound-route"),
    fault("SNAT ports are too few", own_network, ports, "snat-ports"),
    # -- what came since
    fault("a peer is in the pods", own_network, hub, "peered-network-overlap"),
    fault("a subnet is in the pods", own_network, in_pods, "existing-subnet-overlap", mends=False),
    fault("a prefix of the network is in the pods", own_network, more_space, "pod-vnet-overlap"),
    # -- room
    fault("the subnet has no room for the surge", own_network, lambda _, at: at.scale(244, pool="user"),
          "upgrade-room"),
    fault("the quota has no room for the surge", own_network, quota, "upgrade-room"),
    fault("the autoscaler may outgrow the subnet", several_subnets,
          lambda _, at: at.body["properties"]["agentPoolProfiles"][1].update(
              enableAutoScaling=True, minCount=1, maxCount=90), "peak-room"),
    # -- route tables
    fault("the table is off the subnet", own_network, lambda _, at: at.lose_table(), "route-table-missing"),
    fault("the table is off one of two subnets", several_subnets, lambda _, at: at.lose_table(JOBS),
          "route-table-missing"),
    fault("the table of AKS's own network is off", network_of_aks, lambda _, at: at.lose_table(),
          "route-table-missing"),
    fault("a table of the user's own is off", own_table, lambda _, at: at.lose_table(), "route-table-missing"),
    fault("another table is on the subnet", own_network, another_table, "route-table-replaced"),
    fault("another table is on one of two subnets", several_subnets,
          lambda cloud, at: (cloud.arm.put(OWN_TABLE, {"location": "westeurope", "properties": {}}),
                             at.put_table(OWN_TABLE, JOBS)), "route-table-replaced"),
    fault("the table is on a subnet that is no pool's", own_network, attach("data"), "route-table-shared"),
    # -- routes
    fault("a lock keeps a route from being written", own_network, lock, "routes-missing", "locks"),
    fault("a node has no route", own_network, lambda _, at: at.lose_route(), "routes-missing"),
    fault("nodes came and their routes did not", own_network, lambda _, at: at.scale(7, pool="user", routed=False),
          "routes-missing"),
    fault("a route is left over", own_network, lambda _, at: at.stale_route(), "routes-stale"),
    fault("nodes went and their routes did not", own_network, lambda _, at: at.scale(1, pool="user", routed=False),
          "routes-stale"),
    fault("a route leads elsewhere", own_network, lambda _, at: at.misroute(), "routes-wrong-next-hop"),
    fault("a node got another address", own_network, lambda _, at: at.readdress(), "routes-wrong-next-hop"),
    fault("two routes are for one block", own_network, lambda _, at: at.second_route(), "routes-of-one-block"),
    fault("a node's route is outside of the pod CIDR", own_network, lambda _, at: at.route_outside(),
          "routes-outside-pod-cidr"),
    fault("a route of the user's own is inside the pod CIDR", own_table,
          own_route, "routes-in-pod-cidr"),
    fault("nodes that are asked about do not fit", autoscaled, lambda _, at: None, "added-nodes-room",
          options="--add-nodes 300"),
)  # fmt: skip


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row.what.replace(" ", "-"))
def test_a_fault_is_found_by_its_own_check_and_mended_by_what_is_printed(cloud: Cloud, row: Fault) -> None:
    made = row.shape(cloud)
    row.inject(cloud, made)
    ran = cloud(f"{CHECK} {row.options} --fail-on never -o json")
    assert ran.code == 0, ran.err
    found = [each for each in ran.json["findings"] if each["severity"] != "info"]
    assert {each["rule"] for each in found} == row.rules, ran.err
    printed = [first_way(each["recommendation"]) for each in found]
    assert all(printed), ran.err
    for lines in dict.fromkeys(printed):
        for line in lines:
            typed = cloud.shell(line)
            assert typed.code == 0, (line, typed.err)
    asked_anew = any("az kubenet check" in line for lines in printed for line in lines)
    if row.mends and not asked_anew:
        again = cloud(f"{CHECK} {row.options} --fail-on never -o json").json
        assert [each for each in again["findings"] if each["severity"] != "info"] == []


def first_way(recommendation: str) -> tuple[str, ...]:
    """The commands of the first of the ways that a recommendation offers: those that `&&` joins belong together."""
    ways = recommendation.replace(", for fewer nodes", "").split("; or ")[0].split(", or ")[0]
    return tuple(commands(ways))
