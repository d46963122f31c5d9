"""Plans and places for the tests, by name."""

from dataclasses import replace
from typing import Any

import pytest
from netaddr import IPAddress, IPNetwork

from azext_kubenet import export as formats
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, MaxSurge, Pool
from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY, NetworkPlugin
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.export import Target
from tests.support.plans import CONVENTIONAL

PLAN = CONVENTIONAL
#: The network plugins that a plan is exported for.
PLUGINS = [pytest.param(KUBENET, id="kubenet"), pytest.param(OVERLAY, id="overlay")]
POOLS = {
    **PLAN,
    "vnetAddressPrefixes": ["10.1.0.0/16", "10.2.0.0/20"],
    "subnetPrefix": "10.1.2.0/24",
    "podCidr": "172.16.0.0/16",
    "serviceCidr": "192.168.0.0/16",
    "dnsServiceIp": "192.168.0.10",
    "maxPods": 60,
    "pools": [
        {"name": "system", "count": 3, "maxCount": 3, "maxSurge": "33%"},
        {"name": "work", "count": 2, "maxCount": 9, "maxSurge": "2"},
    ],
}
NO_SURGE = {**POOLS, "pools": [{**each, "maxSurge": "0"} for each in POOLS["pools"]]}
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
THERE = Target(
    "demo", "kube", None, "hub", "nodes", vnet_exists=True, subnet_exists=True, subscription=SUBSCRIPTION
)  # fmt: skip

#: A subnet whose own route table is in a third resource group.
TABLE = replace(
    THERE,
    vnet_group="net",
    route_table=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Routes/providers/Microsoft.Network/routeTables/to-fw",
)

#: name -> plan, place
CASES: dict[str, tuple[dict[str, Any], Target]] = {
    "all of it is made": (PLAN, Target(location="westeurope")),
    "the names are those of create": (PLAN, Target()),
    "the subnet is made in a network": (POOLS, Target("demo", "kube", "westeurope", "hub", vnet_exists=True)),
    "network and subnet are there": (POOLS, THERE),
    "network and subnet are in another group": (
        POOLS,
        Target("demo", "kube", "westeurope", "hub", "nodes", "net", True, True, SUBSCRIPTION),
    ),
    "the subnet is made in another group": (PLAN, Target("demo", "kube", "westeurope", "hub", "nodes", "net", True)),
    "the network is made in another group": (PLAN, Target("demo", "kube", "westeurope", vnet_group="net")),
    "the subnet has a route table of its own": (POOLS, TABLE),
    "one pool is scaled to the plan's maximum": (
        {**PLAN, "maxCount": 60},
        Target("demo", "kube", "westeurope", node_vm_size="Standard_D4s_v5"),
    ),
    "no pool surges": (NO_SURGE, Target(location="westeurope")),
}


def result_of(plan: dict[str, Any], plugin: NetworkPlugin = KUBENET) -> PlanResult:
    """The result that has this answer, as far as it is exported."""
    pools = tuple(
        Pool(
            each["name"], each["count"], each.get("maxCount") or each["count"],
            _surge(each.get("maxSurge") or plan["maxSurge"]),
        )
        for each in plan.get("pools", ())
    )  # fmt: skip
    size = ClusterSize(
        plan["nodeCount"], plan.get("maxCount"), plan["maxPods"], _surge(plan["maxSurge"]), pools=pools,
        network_plugin=plugin,
    )  # fmt: skip
    return PlanResult(
        AddressPlan(
            size=size,
            vnet=tuple(map(IPNetwork, plan["vnetAddressPrefixes"])),
            subnet=IPNetwork(plan["subnetPrefix"]),
            pods=IPNetwork(plan["podCidr"]),
            services=IPNetwork(plan["serviceCidr"]),
            dns_ip=IPAddress(plan["dnsServiceIp"]),
            docker_bridge=IPNetwork(plan["dockerBridgeAddress"]),
        ),
        (),
    )


def _surge(text: str) -> MaxSurge:
    return MaxSurge(int(str(text).strip("%")), str(text).endswith("%"))


def export(ending: str, plan: dict[str, Any], place: Target, plugin: NetworkPlugin = KUBENET) -> str:
    """A plan, by the keys of its answer, as the text of a file."""
    return formats.export(ending, result_of(plan, plugin), place)
