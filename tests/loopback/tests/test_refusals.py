"""The server refuses what Azure refuses, with Azure's codes, and leaves everything as it was."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from .. import recordings
from ..callers.client import SUB, Client
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER
from ..server.server import LoopbackArm
from . import refusals
from .refusal_row import Row


@pytest.mark.parametrize("row", refusals.ROWS, ids=[row.sentence for row in refusals.ROWS])
def test_refused(row: Row, arm: LoopbackArm, client: Client, world: dict[str, Any]) -> None:
    row.before(arm, world)
    method, path, body = row.request(world)
    before = copy.deepcopy(dict(arm.state))
    reply = client.send(method, path, body, version=row.version)
    assert (reply.code, reply.status) == (row.code, row.status), reply.body
    assert dict(arm.state) == before
    assert arm.ledger[-1].code == row.code


def real_errors() -> dict[tuple[str, bool], set[tuple[int, bool]]]:
    """(code, a read or not) -> every (status, wrapped or not) that was recorded for it since 2017."""
    known: dict[tuple[str, bool], set[tuple[int, bool]]] = {}
    for line in recordings.all_lines():
        found = recordings.error_of(line)
        if found and recordings.year(line) >= 2017:
            known.setdefault((found[0], line["method"] == "GET"), set()).add(found[1:])
    return known


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_codes_that_were_recorded_have_their_recorded_status_and_shape() -> None:
    known, compared = real_errors(), set()
    for row in refusals.ROWS:
        with LoopbackArm() as arm:
            world = bodies.small_world(arm, SUB)
            row.before(arm, world)
            method, path, body = row.request(world)
            real = known.get((row.code, method == "GET"))
            if real:
                client = Client(arm)
                reply = client.send(method, path, body, version=row.version)
                client.close()
                assert (reply.status, "error" in reply.body) in real, row.sentence
                compared.add(row.code)
    assert len(compared) >= 12, compared


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"networkPolicy": "calico"},
        {"podCidr": "100.64.0.0/10"},
        {"serviceCidr": "10.0.0.0/12"},
        {"podCidr": "192.168.128.0/17"},
        {"serviceCidr": "192.168.64.0/24", "dnsServiceIP": "192.168.64.7"},
        {"pool": {"maxPods": 250}},
        {"count": 4, "podCidr": "10.244.0.0/22"},
    ],
    ids=[
        "defaults",
        "calico",
        "pods in RFC 6598 space (F5)",
        "services of /12 (C1)",
        "pods in free space of the network (G3)",
        "services in free space of the network, another DNS address (G5, C7)",
        "250 pods a node (B8)",
        "exactly enough blocks (B2)",
    ],
)
def test_taken(change: dict[str, Any], client: Client, world: dict[str, Any]) -> None:
    """What Azure takes, or takes with no more than a warning in its documents, is not refused."""
    reply = client.put(CLUSTER, bodies.cluster(world["subnet"], world["identity"], **change), version=AKS_VERSION)
    assert reply.status == 201, reply.body


def test_a_second_cluster_in_the_same_subnet_is_taken(client: Client, world: dict[str, Any]) -> None:
    """BEHAVIOUR.md: Azure took it in 2023; nothing enforces A9."""
    for name in (CLUSTER, CLUSTER + "2"):
        assert (
            client.done("PUT", name, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION).status
            == 201
        )


def test_the_docker_bridge_is_taken_by_an_old_api(client: Client, world: dict[str, Any]) -> None:
    """azure-facts D2, D3."""
    body = bodies.cluster(world["subnet"], world["identity"], dockerBridgeCidr="172.17.0.1/16")
    assert client.put(CLUSTER, body, version="2023-03-01").status == 201
