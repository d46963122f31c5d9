"""The rows about names and routes. Lengths: resource-name-rules; the node group's J19, routes B22, both as reported.
Codes of the other rows are our model (see core.names).
"""

from __future__ import annotations

from typing import Any

from ..callers.client import SUB
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, IDENTITY, NET, TABLE, cluster, network, subnet
from ..server.server import LoopbackArm
from .refusal_row import Row, World, own_table, simple

LONG = "l" * 70
HERE = {"location": "westeurope"}


def _cluster(sentence: str, name: str = CLUSTER, **properties: Any) -> Row:
    pool = properties.pop("pool", {})

    def request(world: World) -> tuple[str, str, Any]:
        body = cluster(world["subnet"], world["identity"], pool=pool)
        body["properties"].update(properties)
        return "PUT", name, body

    return Row(sentence, "InvalidParameter", 400, request, version=AKS_VERSION)


def _long(path: str, length: int) -> str:
    return f"{path.rpartition('/')[0]}/{'x' * length}"


NAMES = [
    _cluster("a node group of 81 characters (J19)", nodeResourceGroup="m" * 81),
    Row(
        "a node group that becomes too long by itself (J19)",
        "InvalidParameter",
        400,
        lambda world: ("PUT", f"resourceGroups/{LONG}/{CLUSTER.split('/', 2)[2]}", cluster(None, None)),
        lambda arm, world: arm.put(f"{SUB}/resourceGroups/{LONG}", bodies.group()),
        AKS_VERSION,
    ),
    _cluster("a cluster's name of 64 characters", _long(CLUSTER, 64)),
    _cluster("a cluster's name that ends in a hyphen", CLUSTER + "-"),
    _cluster("a pool's name of 13 characters", pool={"name": "p" * 13}),
    _cluster("a pool's name with a capital", pool={"name": "Pool"}),
    _cluster("a DNS prefix of 55 characters", dnsPrefix="d" * 55),
    simple("a network's name of 65 characters (J20)", "InvalidResourceName", network("10.0.0.0/16"), _long(NET, 65)),
    simple("a network's name with a blank", "InvalidResourceName", network("10.0.0.0/16"), NET + " x"),
    simple(
        "a subnet's name of 81 characters", "InvalidResourceName", subnet("192.168.8.0/24"), f"{NET}/subnets/{'s' * 81}"
    ),
    simple(
        "a subnet's name that is too long, inline",
        "InvalidResourceName",
        network("10.0.0.0/16", **{"s" * 81: "10.0.0.0/24"}),
    ),
    simple("a table's name of 81 characters", "InvalidResourceName", HERE, _long(TABLE, 81)),
    simple("an identity's name of 129 characters", "InvalidResourceName", HERE, _long(IDENTITY, 129)),
    simple(
        "a group's name of 91 characters (J20)", "InvalidResourceGroup", bodies.group(), f"resourceGroups/{'g' * 91}"
    ),
    simple("a group's name that ends in a period", "InvalidResourceGroup", bodies.group(), "resourceGroups/g."),
]


def _route(prefix: str, name: str = "") -> dict[str, Any]:
    properties = {"addressPrefix": prefix, "nextHopType": "Internet"}
    return {"properties": properties, **({"name": name} if name else {})}


def _routed(arm: LoopbackArm, world: World) -> None:
    own_table(arm, world)
    arm.put(f"{SUB}/{TABLE}/routes/one", _route("10.9.0.0/16"))


ROUTES = [
    simple("a second route to the same range (B22)", "RouteConflict", _route("10.9.0.0/16"), TABLE + "/routes/two",
           before=_routed),
    simple(
        "two routes to one range, inline (B22)",
        "RouteConflict",
        {**HERE, "properties": {"routes": [_route("10.9.0.0/16", "one"), _route("10.9.0.0/16", "two")]}},
        TABLE,
    ),
]  # fmt: skip
ROWS = NAMES + ROUTES
