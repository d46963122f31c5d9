"""The rows about moves from kubenet to Azure CNI Overlay, and about policy engines. Which codes are reported and which
are our model: see aks.move_rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..aks.mishaps import Mishaps
from ..callers.client import SUB
from ..core.wire import Call
from ..seeds.bodies import AKS_VERSION, CLUSTER, TABLE, cluster, overlay, subnet
from ..server.server import LoopbackArm
from .refusal_row import Request, Row, World, own_table

Step = Callable[[LoopbackArm, World], object]
Change = Callable[[dict[str, Any]], object]
ROLE = "f0000000-0000-4000-8000-000000000001"
PROVIDER = "/providers/Microsoft.Authorization/"
LONG = "a" * 64


def nothing(*_: object) -> None:
    """Change nothing."""


def _move(
    sentence: str,
    code: str,
    first: Step = nothing,
    then: Step = nothing,
    change: Change = nothing,
    made: dict[str, Any] | None = None,
    status: int = 400,
    **profile: Any,
) -> Row:
    """first: what is there before the cluster. made: how the cluster is made. then: what happens before the PUT; the
    cluster as it is kept then is sent back, with the plugin and `profile`. change: of the body that is sent.
    """

    def before(arm: LoopbackArm, world: World) -> None:
        world["make"] = nothing
        first(arm, world)
        body = cluster(world["subnet"], world["identity"], **made or {})
        world["make"](body)
        arm.put(f"{SUB}/{CLUSTER}", body)
        then(arm, world)
        world["sent"] = overlay(arm.state[f"{SUB}/{CLUSTER}"], **profile)
        change(world["sent"])

    def request(world: World) -> Request:
        return "PUT", CLUSTER, world["sent"]

    return Row(sentence, code, status, request, before, AKS_VERSION)


def _pool(**properties: Any) -> Step:
    """Have the pool be so, whatever creation would say."""
    return lambda arm, world: arm.state[f"{SUB}/{CLUSTER}"]["properties"]["agentPoolProfiles"][0].update(properties)


def _old(arm: LoopbackArm, world: World) -> None:
    _pool(orchestratorVersion="1.26.3")(arm, world)
    arm.state[f"{SUB}/{CLUSTER}"]["properties"]["kubernetesVersion"] = "1.26.3"


def _aks_network(arm: LoopbackArm, world: World) -> None:
    world["subnet"] = None


def _system(arm: LoopbackArm, world: World) -> None:
    world["identity"] = None


def _service_principal(arm: LoopbackArm, world: World) -> None:
    made = arm.cloud.directory.add_service_principal("sp")
    arm.grant(made["id"], "Network Contributor", world["subnet"])

    def make(body: dict[str, Any]) -> None:
        body.pop("identity")
        body["properties"]["servicePrincipalProfile"] = {"clientId": made["appId"], "secret": "s"}

    world["make"] = make


def _long_group(arm: LoopbackArm, world: World) -> None:
    world["make"] = lambda body: body["properties"].update(nodeResourceGroup=LONG)


def _long_subnet(arm: LoopbackArm, world: World) -> None:
    world["subnet"] = arm.put(f"{world['network']}/subnets/{LONG}", subnet("192.168.9.0/24"))["id"]
    arm.grant(world["principal"], "Network Contributor", world["subnet"])


def _table_elsewhere(arm: LoopbackArm, world: World) -> None:
    table = arm.state[world["subnet"]]["properties"]["routeTable"]
    arm.put(world["network"] + "/subnets/other", subnet("192.168.2.0/24", routeTable=table))


def _second_cluster(arm: LoopbackArm, world: World) -> None:
    arm.put(f"{SUB}/{CLUSTER}2", cluster(world["subnet"], world["identity"]))


def _may(scope: str, *actions: str) -> Step:
    """Leave the identity with these rights alone, there."""

    def apply(arm: LoopbackArm, world: World) -> None:
        for each in arm.state.of_type("Microsoft.Authorization/roleAssignments"):
            if each["properties"]["principalId"] == world["principal"]:
                del arm.state[each["id"]]
        rights = {"actions": list(actions), "notActions": [], "dataActions": [], "notDataActions": []}
        role = {"roleName": "few", "type": "CustomRole", "assignableScopes": [SUB], "permissions": [rights]}
        definition = f"{SUB}{PROVIDER}roleDefinitions/{ROLE}"
        caller = {"Authorization": "Bearer " + arm.token()}
        arm.cloud.handle(Call("PUT", definition, {"api-version": "2022-04-01"}, caller, {"properties": role}))
        held = {"roleDefinitionId": definition, "principalId": world["principal"], "principalType": "ServicePrincipal"}
        arm.put(f"{SUB}/{scope}{PROVIDER}roleAssignments/{ROLE}", {"properties": held})

    return apply


def _own_table(arm: LoopbackArm, world: World) -> None:
    own_table(arm, world)
    arm.grant(world["principal"], "Network Contributor", f"{SUB}/{TABLE}")


def _mishap(what: Callable[[Mishaps], object]) -> Step:
    return lambda arm, world: what(Mishaps(arm.cloud, f"{SUB}/{CLUSTER}"))


def _moved(arm: LoopbackArm, world: World) -> None:
    arm.put(f"{SUB}/{CLUSTER}", overlay(arm.state[f"{SUB}/{CLUSTER}"]))


NETWORK = "resourceGroups/g/providers/Microsoft.Network"
JOIN, WRITE = "Microsoft.Network/virtualNetworks/subnets/join/action", "Microsoft.Network/virtualNetworks/subnets/write"
TABLES = ("Microsoft.Network/routeTables/read", "Microsoft.Network/routeTables/write")
ENGINES = [
    _move("a move with Calico (K20)", "ValidationError", made={"networkPolicy": "calico"}),
    _move(
        "a move that takes Calico off (K20)", "ValidationError", made={"networkPolicy": "calico"}, networkPolicy="none"
    ),
    _move("a move that brings Calico (K20)", "ValidationError", networkPolicy="calico"),
    _move("a move to Cilium at once (K12)", "ValidationError", networkDataplane="cilium"),
    _move("the dataplane Cilium without its policy (K44)", "BadRequest", then=_moved, networkDataplane="cilium"),
    _move("the policy Cilium without its dataplane (K44)", "BadRequest", then=_moved, networkPolicy="cilium"),
    _move(
        "Cilium on kubenet (K12)",
        "BadRequest",
        networkPlugin="kubenet",
        networkPluginMode=None,
        networkPolicy="cilium",
        networkDataplane="cilium",
    ),
]
PLUGINS = [
    _move(
        "back to kubenet (K2)", "PropertyChangeNotAllowed", then=_moved, networkPlugin="kubenet", networkPluginMode=None
    ),
    _move("from Overlay to node subnets", "PropertyChangeNotAllowed", then=_moved, networkPluginMode=""),
    _move("from kubenet to node subnets", "PropertyChangeNotAllowed", networkPluginMode=None),
    _move("kubenet with a mode (K39)", "UnsupportedNetworkPluginModeWithNetworkPlugin", networkPlugin="kubenet"),
]
RANGES = [
    _move(
        "fewer blocks than nodes and surge (K6)", "InsufficientSubnetSize", podCidr="10.244.0.0/23", made={"count": 2}
    ),
    _move(
        "fewer blocks than an autoscaler may want (K6)",
        "InsufficientSubnetSize",
        made={"pool": {"enableAutoScaling": True, "minCount": 1, "maxCount": 240}},
    ),
    _move("pods in a reserved range (K27)", "InvalidParameter", podCidr="172.30.0.0/16"),
    _move("pods over services", "PodCidrOverlapServiceCidr", podCidr="10.0.0.0/16"),
    _move("pods over the cluster's subnet", "PodCidrOverlapExistingSubnetsCidr", podCidr="192.168.0.0/16"),
    _move("pods over AKS's subnet", "PodCidrOverlapExistingSubnetsCidr", first=_aks_network, podCidr="10.224.0.0/16"),
    _move("two ranges that disagree (K14)", "InvalidParameter", podCidr="10.250.0.0/16", podCidrs=["10.244.0.0/16"]),
]
CLUSTERS = [
    _move("a move of Kubernetes 1.26 (K3)", "InvalidParameter", then=_old),
    _move("a move with a pool of Kubernetes 1.26 (K3)", "InvalidParameter", then=_pool(orchestratorVersion="1.26.3")),
    _move("a move of an availability set (K36)", "InvalidParameter", then=_pool(type="AvailabilitySet")),
    _move("a move of a Windows pool (K3)", "InvalidParameter", then=_pool(osType="Windows")),
    _move("a move of a pool with a subnet for pods (K3)", "InvalidParameter", then=_pool(podSubnetID="x")),
    _move("a move of a size DCsv2 (K10)", "InvalidParameter", then=_pool(vmSize="Standard_DC4s_v2")),
    _move("a node resource group of 64 characters (J18)", "InvalidParameter", first=_long_group),
    _move("a subnet of 64 characters (J18)", "InvalidParameter", first=_long_subnet),
    _move("a route table on another subnet (K22)", "InvalidParameter", then=_table_elsewhere),
    _move("a route table of two clusters (K22)", "InvalidParameter", then=_second_cluster),
    _move("a move by a system-assigned identity, own subnet (K18)", "InvalidParameter", first=_system),
    _move("a move by a service principal, own subnet (K18)", "InvalidParameter", first=_service_principal),
    _move(
        "an identity that may join and not write (K19)",
        "LinkedAuthorizationFailed",
        then=_may(NETWORK, JOIN),
        status=403,
    ),
    _move(
        "an identity that may not delete routes (K19)",
        "CustomRouteTableMissingPermission",
        first=_own_table,
        then=_may(NETWORK, JOIN, WRITE, *TABLES),
    ),
    _move(
        "a ConfigMap of the user's for masquerading (K24)", "InvalidParameter", then=_mishap(Mishaps.masquerade_by_hand)
    ),
    _move(
        "a disruption budget that never can be met (K25)",
        "UnsatisfiablePDB",
        then=_mishap(lambda found: found.block_drain(early=True)),
    ),
]
ROWS = ENGINES + PLUGINS + RANGES + CLUSTERS
