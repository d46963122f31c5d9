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
    CORP,
    DATA,
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
from tests.loopback.seeds import bodies
from tests.loopback.seeds.scene import peer
from tests.support.printed import commands

QUOTA = f"{SUB}/providers/Microsoft.Compute/locations/westeurope/usages/standardDSv5Family"


class Fault(NamedTuple):
    """A fault.

    what: it is, in words; shape: of the cluster; inject: puts it in; rules: that find it, errors and warnings
    options: what else is typed; mends: whether the printed commands mend it as they stand, without a word to fill in
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


def second_cluster(cloud: Cloud, subnet: str, pods: str) -> None:
    """Another cluster with its nodes in a subnet."""
    other = f"{SUB}/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/other"
    cloud.arm.put(other, bodies.cluster(subnet, IDENTITY, podCidr=pods))


def denied(cloud: Cloud, direction: str, **sides: str) -> None:
    """A rule of the security group denies all traffic, or that of some sides alone."""
    names = ("sourcePortRange", "sourceAddressPrefix", "destinationAddressPrefix", "destinationPortRange")
    has = {"priority": 200, "direction": direction, "access": "Deny", "protocol": "*", **dict.fromkeys(names, "*")}
    cloud.arm.put(f"{NSG}/securityRules/deny-all", {"properties": {**has, **sides}})


def kept(scope: str, level: str = "ReadOnly") -> Callable[[Cloud, Mishaps], None]:
    """A lock at a scope."""

    def put(cloud: Cloud, _: Mishaps) -> None:
        cloud.arm.put(f"{scope}/providers/Microsoft.Authorization/locks/keep", {"properties": {"level": level}})

    return put


def without_rights(cloud: Cloud, _: Mishaps) -> None:
    """The identity has lost its role."""
    principal = cloud.arm.cloud.store[IDENTITY]["properties"]["principalId"]
    for each in cloud.arm.cloud.store.of_type("Microsoft.Authorization/roleAssignments"):
        if each["properties"]["principalId"] == principal:
            del cloud.arm.cloud.store[each["id"]]


def balancer(cloud: Cloud, at: Mishaps) -> None:
    """Each node has so many SNAT ports that one address has not enough."""
    at.body["properties"]["networkProfile"]["loadBalancerProfile"]["allocatedOutboundPorts"] = 8000


def peered(cloud: Cloud, _: Mishaps) -> None:
    """A network with the pods' range was peered."""
    branch = f"{NET}/virtualNetworks/branch"
    properties = {"addressSpace": {"addressPrefixes": ["10.244.0.0/16"]}, "subnets": []}
    cloud.arm.put(branch, {"location": "westeurope", "properties": properties})
    peer(cloud.arm, CORP, branch)


def routed(cloud: Cloud, _: Mishaps) -> None:
    """The default route leads nowhere."""
    has = {"addressPrefix": "0.0.0.0/0", "nextHopType": "None"}
    cloud.arm.put(f"{OWN_TABLE}/routes/to-firewall", {"properties": has})


def changed(path: str, value: Any) -> Callable[[Cloud, Mishaps], None]:
    """A property of the cluster is another."""

    def change(_: Cloud, at: Mishaps) -> None:
        at.body["properties"][path] = value

    return change


def gateway(cloud: Cloud, _: Mishaps) -> None:
    """A NAT gateway comes to the subnet."""
    address, nat = f"{NET}/publicIPAddresses/nat-ip", f"{NET}/natGateways/nat"
    standard: dict[str, Any] = {"location": "westeurope", "sku": {"name": "Standard"}}
    cloud.arm.put(address, standard)
    cloud.arm.put(nat, {**standard, "properties": {"publicIpAddresses": [{"id": address}]}})
    cloud.arm.cloud.store[NODES]["properties"]["natGateway"] = {"id": nat}


def more_space(cloud: Cloud, _: Mishaps) -> None:
    """The network has a second prefix, which is in the pod CIDR."""
    cloud.arm.cloud.store[CORP]["properties"]["addressSpace"]["addressPrefixes"].append("10.244.0.0/16")


def in_pods(cloud: Cloud, at: Mishaps) -> None:
    """A subnet in that prefix."""
    more_space(cloud, at)
    cloud.arm.put(f"{CORP}/subnets/lab", {"properties": {"addressPrefix": "10.244.9.0/24"}})


def default_route(table: str, name: str, hop: str) -> Callable[[Cloud, Mishaps], None]:
    """The default route of a table leads elsewhere. table: its id, "" for the cluster's own"""

    def put(cloud: Cloud, at: Mishaps) -> None:
        has = {"addressPrefix": "0.0.0.0/0", "nextHopType": hop}
        cloud.arm.put(f"{table or at.table.text()}/routes/{name}", {"properties": has})

    return put


FAULTS = (
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
    fault("another cluster with the same pods came into the subnet", own_network,
          lambda cloud, at: second_cluster(cloud, NODES, "10.244.0.0/16"), "subnet-of-another-cluster", mends=False),
    fault("another cluster with other pods came into the subnet", own_network,
          lambda cloud, at: second_cluster(cloud, NODES, "10.100.0.0/16"), "subnet-of-another-cluster", mends=False),
    fault("the table serves another cluster's subnet", own_network,
          lambda cloud, at: (second_cluster(cloud, DATA, "10.244.0.0/16"), at.put_table(at.table.text(), DATA)),
          "route-table-of-another-cluster"),
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
    # -- what is around
    fault("a rule denies all traffic inward", own_network, lambda cloud, _: denied(cloud, "Inbound"),
          "network-security-group"),
    fault("a rule denies all traffic outward", own_network, lambda cloud, _: denied(cloud, "Outbound"),
          "network-security-group", "outbound-security-rules"),
    fault("the subnet was delegated", own_network,
          lambda cloud, _: cloud.arm.cloud.store[NODES]["properties"].update(
              delegations=[{"name": "d", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}]),
          "subnet-delegation"),
    fault("a lock on the node resource group", own_network, kept(f"{SUB}/resourceGroups/MC_shop_kube_westeurope"),
          "locks"),
    fault("a lock on the subnet", own_network, kept(NODES), "locks"),
    fault("a lock against deletion of the subscription", own_network, kept(SUB, "CanNotDelete"), "locks"),
    fault("the identity has lost its role", own_network, without_rights, "identity-rights"),
    fault("a load balancer with too few ports", own_network, balancer, "snat-ports"),
    fault("the default route drops all traffic", own_table, routed, "outbound-route", mends=False),
    fault("a network with the pods' range was peered", own_network, peered, "peered-network-overlap"),
    fault("a rule denies traffic to pods", own_network,
          lambda cloud, _: denied(cloud, "Inbound", destinationAddressPrefix="10.244.0.0/16"),
          "network-security-group"),
    fault("a rule denies the internet", own_network,
          lambda cloud, _: denied(cloud, "Outbound", destinationAddressPrefix="Internet"), "outbound-security-rules"),
    fault("a NAT gateway came to the subnet", own_network, gateway, "nat-gateway"),
    fault("a route in AKS's table drops all traffic", own_network, default_route("", "drop", "None"),
          "default-route"),
    fault("the firewall is passed by", own_table, default_route(OWN_TABLE, "to-firewall", "Internet"),
          "outbound-route"),
    fault("a subnet came into the pods' range", own_network, in_pods, "existing-subnet-overlap", mends=False),
    fault("the network got a prefix in the pods' range", own_network, more_space, "pod-vnet-overlap"),
    # -- states
    fault("the last operation failed", own_network,
          lambda _, at: at.fail("OverconstrainedAllocationRequest", "no room"), "cluster-state"),
    fault("the last operation on a pool failed", own_network, lambda _, at: at.fail(pool="user"), "pool-state"),
    fault("a version out of support", own_network, changed("currentKubernetesVersion", "1.24.9"), "kubernetes-support",
          mends=False),
    fault("nodes that are asked about do not fit", autoscaled, lambda _, at: None, "added-nodes-room",
          options="--add-nodes 300"),
)  # fmt: skip


@pytest.mark.usefixtures("free_waits")
@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row.what.replace(" ", "-"))
def test_a_fault_is_found_by_its_own_check_and_mended_by_what_is_printed(cloud: Cloud, row: Fault) -> None:
    made = row.shape(cloud)
    row.inject(cloud, made)
    ran = cloud(f"{CHECK} {row.options} --fail-on never -o json")
    assert ran.code == 0, ran.err
    found = [each for each in ran.json["findings"] if each["severity"] != "info"]
    assert {each["rule"] for each in found} == row.rules, ran.err
    printed = [first_way(each["recommendation"]) for each in found] if row.mends else []
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
