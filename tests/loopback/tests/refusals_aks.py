"""The rows about clusters; `refusals` has the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..callers.client import SUB
from ..seeds.bodies import AKS_VERSION, CLUSTER, IDENTITY, TABLE, cluster, subnet
from ..server.server import LoopbackArm
from .refusal_row import NOBODY, Request, Row, World, own_table, simple


def _aks(
    sentence: str,
    code: str,
    pool: dict[str, Any] | None = None,
    count: int = 3,
    status: int = 400,
    location: str = "westeurope",
    before: Callable[[LoopbackArm, World], object] = lambda arm, world: None,
    version: str = AKS_VERSION,
    **profile: Any,
) -> Row:
    def request(world: World) -> Request:
        where = {"subnet": world["subnet"], **world.get("use", {})}["subnet"]
        body = cluster(
            where, world.get("use", {}).get("identity", world["identity"]), count, location, pool=pool or {}, **profile
        )
        return "PUT", CLUSTER, world.get("use", {}).get("change", lambda sent: sent)(body)

    return Row(sentence, code, status, request, before, version)


def _use(**choice: Any) -> Callable[[LoopbackArm, World], object]:
    """Another subnet or identity, or a change of the body, for the cluster of a row."""

    def apply(arm: LoopbackArm, world: World) -> None:
        world["use"] = {key: value(arm, world) if key != "change" else value for key, value in choice.items()}

    return apply


def _subnet_with(prefix: str, **properties: Any) -> Callable[[LoopbackArm, World], str]:
    """A further subnet that the identity may join; its id."""

    def make(arm: LoopbackArm, world: World) -> str:
        made = arm.put(world["network"] + "/subnets/made", subnet(prefix, **properties))
        arm.grant(world["principal"], "Network Contributor", made["id"])
        return str(made["id"])

    return make


def _gateway(arm: LoopbackArm, world: World) -> object:
    gateway = arm.put(SUB + "/resourceGroups/g/providers/Microsoft.Network/natGateways/gw", {"location": "westeurope"})
    return arm.put(world["subnet"], subnet("192.168.1.0/24", natGateway={"id": gateway["id"]}))


def _routed(prefix: str) -> Callable[[LoopbackArm, World], object]:
    """An own table with one route, to the internet."""

    def apply(arm: LoopbackArm, world: World) -> None:
        own_table(arm, world)
        arm.put(f"{SUB}/{TABLE}/routes/r", {"properties": {"addressPrefix": prefix, "nextHopType": "Internet"}})

    return apply


def _system(arm: LoopbackArm, world: World) -> None:
    own_table(arm, world)
    world["identity"] = None


def _stranger(arm: LoopbackArm, world: World) -> str:
    return str(arm.put(f"{SUB}/{IDENTITY}9", {"location": "westeurope"})["id"])


def _service_principal(client: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        body.pop("identity")
        body["properties"]["servicePrincipalProfile"] = {"clientId": client, "secret": "s"}
        return body

    return change


RANGES = [
    _aks(
        "services over an existing subnet (G4, F9)",
        "ServiceCidrOverlapExistingSubnetsCidr",
        serviceCidr="192.168.2.0/24",
        dnsServiceIP="192.168.2.10",
    ),
    _aks("pods over an existing subnet (G2)", "PodCidrOverlapExistingSubnetsCidr", podCidr="192.168.0.0/16"),
    _aks("pods over services (G6)", "PodCidrOverlapServiceCidr", podCidr="10.0.0.0/16"),
    _aks("a DNS address outside the services (C5)", "DnsServiceIpOutOfServiceCidr", serviceCidr="10.2.0.0/16"),
    _aks("the DNS address of the kubernetes service (C4)", "DnsServiceIpConflicting", dnsServiceIP="10.0.0.1"),
    _aks("the DNS address at the network's own (C6)", "InvalidParameter", dnsServiceIP="10.0.0.0"),
    _aks("the DNS address at the broadcast address (C6)", "InvalidParameter", dnsServiceIP="10.0.255.255"),
    _aks("no DNS address at all", "InvalidParameter", dnsServiceIP="ten"),
    _aks("a service range of /11 (C1)", "InvalidParameter", serviceCidr="10.0.0.0/11", podCidr="172.20.0.0/16"),
    _aks("services with host bits (C9)", "InvalidParameter", serviceCidr="10.0.0.1/16"),
    _aks("pods with host bits", "InvalidParameter", podCidr="10.244.0.1/16"),
    _aks("pods in IPv6", "InvalidParameter", podCidr="fd00::/64"),
    _aks("services that cannot be read", "CidrStringParseError", serviceCidr="10.0.0.0"),
    _aks("services in public space (C10)", "InvalidParameter", serviceCidr="172.10.0.0/16", dnsServiceIP="172.10.0.10"),
    _aks(
        "services in multicast space (C10)", "InvalidParameter", serviceCidr="224.0.0.0/16", dnsServiceIP="224.0.0.10"
    ),
    _aks("pods over 172.31.0.0/16 (F2)", "InvalidParameter", podCidr="172.16.0.0/12"),
    _aks("pods over 169.254.0.0/16 (F1)", "InvalidParameter", podCidr="169.254.0.0/16"),
    _aks("pods over 192.0.2.0/24 (F3)", "InvalidParameter", podCidr="192.0.0.0/16"),
    _aks(
        "services over 172.30.0.0/16 (F2)", "InvalidParameter", serviceCidr="172.30.0.0/20", dnsServiceIP="172.30.0.10"
    ),
    _aks("a docker bridge, which the API no longer has (D2)", "InvalidParameter", dockerBridgeCidr="172.17.0.1/16"),
    _aks("fewer /24 blocks than nodes (B2)", "InsufficientPodCidr", podCidr="10.244.0.0/23"),
    _aks("Azure network policy (J4)", "NetworkPolicyAzureNotSupportedForKubenet", networkPolicy="azure"),
]
CLUSTERS = [
    _aks("more than 400 nodes (B4)", "KubenetNodeCountTotalExceedsLimit", count=401, podCidr="10.128.0.0/9"),
    _aks(
        "an autoscaler that may pass 400 (B5)",
        "KubenetNodeCountTotalExceedsLimit",
        {"enableAutoScaling": True, "minCount": 1, "maxCount": 401},
    ),
    _aks("five pods a node (B9)", "InvalidParameter", {"maxPods": 5}),
    _aks("251 pods a node (B8)", "InvalidParameter", {"maxPods": 251}),
    _aks("a pool for fewer than 30 pods (B9)", "InvalidParameter", {"maxPods": 10}, count=2),
    _aks("a Windows pool (J3)", "InvalidParameter", {"osType": "Windows"}),
    _aks("no system pool", "InvalidParameter", {"mode": "User"}),
    _aks("a network in another region (A12)", "InvalidParameter", location="eastus"),
    _aks("a subnet that is not there", "SubnetNotFound", before=_use(subnet=lambda arm, world: world["subnet"] + "9")),
    _aks(
        "a delegated subnet (A10)",
        "SubnetIsDelegated",
        before=_use(
            subnet=_subnet_with(
                "192.168.5.0/24",
                delegations=[{"name": "d", "properties": {"serviceName": "Microsoft.Sql/managedInstances"}}],
            )
        ),
    ),
    _aks(
        "fewer addresses than nodes (A5)",
        "InsufficientSubnetSize",
        count=4,
        before=_use(subnet=_subnet_with("192.168.5.0/29")),
    ),
    _aks(
        "an identity without the right to join (I1)",
        "LinkedAuthorizationFailed",
        status=403,
        before=_use(identity=_stranger),
    ),
    _aks(
        "an identity that is not there",
        "ResourceNotFound",
        status=404,
        before=_use(identity=lambda arm, world: f"{SUB}/{IDENTITY}9"),
    ),
    _aks(
        "a service principal that is not there",
        "ServicePrincipalNotFound",
        before=_use(change=_service_principal(NOBODY)),
    ),
    _aks(
        "an own route table without the right to write it (I3)", "CustomRouteTableMissingPermission", before=own_table
    ),
    _aks(
        "an own route table with a system-assigned identity (I8)",
        "CustomRouteTableWithUnsupportedMSIType",
        before=_system,
    ),
    _aks(
        "userDefinedRouting without a table (H11)",
        "RouteTableMissingDefaultRouteError",
        outboundType="userDefinedRouting",
    ),
    _aks(
        "userDefinedRouting without a default route (H22)",
        "RouteTableMissingDefaultRouteError",
        before=_routed("10.0.0.0/8"),
        outboundType="userDefinedRouting",
    ),
    _aks(
        "userDefinedRouting to the internet (H22)",
        "RouteTableInvalidNextHop",
        before=_routed("0.0.0.0/0"),
        outboundType="userDefinedRouting",
    ),
    _aks(
        "userAssignedNATGateway without a gateway (H23)",
        "SubnetNotAssociatedWithNATGateway",
        outboundType="userAssignedNATGateway",
    ),
    _aks("a NAT gateway on the subnet with a load balancer (H13)", "InvalidParameter", before=_gateway),
    _aks("a managed NAT gateway with an own subnet (H10)", "InvalidParameter", outboundType="managedNATGateway"),
    _aks(
        "another pod range for a cluster that is there (B12)",
        "PropertyChangeNotAllowed",
        podCidr="10.245.0.0/16",
        before=lambda arm, world: arm.put(f"{SUB}/{CLUSTER}", cluster(world["subnet"], world["identity"])),
    ),
    simple("the pool of a cluster that is not there", "ResourceNotFound", None, CLUSTER + "/agentPools/p", "GET", 404),
]
