"""What the server answers has the shape of what Azure answered: the same status, the same asynchronous headers, and
every key that the recorded answers always have. All of it is computed from the recordings.
"""

from __future__ import annotations

from typing import Any

import pytest

from .. import recordings
from ..callers.client import SUB, Client, Reply
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, IDENTITY, NET, SUBNET, TABLE
from . import walk

pytestmark = pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
SINCE = 2023  # BEHAVIOUR.md counts kubenet clusters from then on


def recorded(kind: str, method: str, path: str, status: int) -> list[recordings.Line]:
    """The comparable answers: same kind of path, verb and status, of recent years where there are enough."""
    wanted = recordings.pattern(path if path.startswith("/") else f"{SUB}/{path}")
    found = [
        line
        for line in recordings.lines(kind)
        if line["method"] == method
        and line["status"] == status
        and _alike(recordings.pattern(line["path"]), wanted)
        and _kubenet(kind, method, line)
    ]
    recent = [line for line in found if recordings.year(line) >= SINCE]
    return recent if len(recent) >= 3 else found


def _alike(one: str, other: str) -> bool:
    """The same kind of path; a role is the same thing at any scope, and any scope's parts are told apart by the
    provider's own.
    """
    mark = "providers/microsoft.authorization/"
    if mark in one and mark in other:
        return one.rpartition(mark)[2] == other.rpartition(mark)[2]
    return one == other


def _kubenet(kind: str, method: str, line: recordings.Line) -> bool:
    """Of clusters only kubenet's: others have other keys."""
    if (
        kind != "managedClusters"
        or not isinstance(line["response_body"], dict)
        or "properties" not in line["response_body"]
    ):
        return True
    return bool(line["response_body"]["properties"].get("networkProfile", {}).get("networkPlugin") == "kubenet")


def walked(client: Client, world: dict[str, Any]) -> list[tuple[str, str, str, Reply]]:
    """Every request sent and waited for."""
    replies = []
    for kind, method, path, body in walk.requests(world):
        reply = client.send(method, path, body, version=AKS_VERSION if "ContainerService" in path else "2025-03-01")
        assert reply.status < 400, (method, path, reply.body)
        client.wait(reply)
        replies.append((kind, method, path, reply))
    return replies


def test_every_answer_has_the_recorded_status_headers_and_keys(client: Client, world: dict[str, Any]) -> None:
    faults, compared = [], 0
    for kind, method, path, reply in walked(client, world):
        found = recorded(kind, method, path, reply.status)
        if not found:
            if method == "DELETE" and reply.status == 204:
                continue  # seen for one kind only, taken for all
            statuses = {
                line["status"] for line in recordings.lines(kind) if line["method"] == method and line["status"] < 400
            }
            if statuses and reply.status not in statuses:
                faults.append(f"{method} {path}: status {reply.status}, recorded {sorted(statuses)}")
            continue
        compared += 1
        faults += [f"{method} {path}: lacks {key}" for key in recordings.lacking(reply.body, recordings.always(found))]
        faults += _header_faults(method, path, reply, found)
    assert not faults, "\n".join(faults)
    assert compared >= 40


def _header_faults(method: str, path: str, reply: Reply, found: list[recordings.Line]) -> list[str]:
    """A header that Azure always sends must be there, one that it never sends must not."""
    ours = {name for name in ("azure-asyncoperation", "location") if name in reply.headers}
    must = frozenset.intersection(*map(recordings.headers_of, found))
    may = frozenset.union(*map(recordings.headers_of, found))
    return [f"{method} {path}: header {name}" for name in (must - ours) | (ours - may)]


def test_polls_have_the_recorded_keys(client: Client, world: dict[str, Any]) -> None:
    for kind, path, body, version in (
        ("Microsoft.Network", TABLE, {"location": "westeurope"}, "2025-03-01"),
        ("Microsoft.ContainerService", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), AKS_VERSION),
    ):
        reply = client.put(path, body, version=version)
        for ended in (False, True):
            polled = client.get(reply.headers["azure-asyncoperation"])
            real = [
                line
                for line in recordings.lines("asyncOperations")
                if f"/{kind}/" in line["path"]
                and line["status"] == 200
                and isinstance(line["response_body"], dict)
                and (line["response_body"].get("status") == "Succeeded") == ended
            ]
            assert not recordings.lacking(polled.body, recordings.always(real))
            known = {line["response_body"]["status"] for line in real}
            assert polled.body["status"].replace("/3 ", "/1 ") in known


def test_graph_answers_have_the_recorded_keys(client: Client) -> None:
    application = client.send("POST", "/v1.0/applications", {"displayName": "a"})
    principal = client.send(
        "POST", "/v1.0/servicePrincipals", {"appId": application.body["appId"], "accountEnabled": True}
    )
    password = client.send(
        "POST",
        "/v1.0/applications/{}/addPassword".format(application.body["id"]),
        {
            "passwordCredential": {
                "displayName": "rbac",
                "endDateTime": "2030-01-01T00:00:00Z",
                "startDateTime": "2029-01-01T00:00:00Z",
            }
        },
    )
    found = client.get("/v1.0/servicePrincipals?$filter=appId eq '{}'".format(application.body["appId"]))
    by_id = client.send("POST", "/v1.0/directoryObjects/getByIds", {"ids": [principal.body["id"]]})
    pairs = (
        ("POST", "v1.0/applications", application),
        ("POST", "v1.0/serviceprincipals", principal),
        ("POST", "addpassword", password),
        ("GET", "v1.0/serviceprincipals?", found),
        ("POST", "getbyids", by_id),
    )
    for method, mark, reply in pairs:
        real = [
            line
            for line in recordings.lines("graph")
            if line["method"] == method
            and line["status"] == reply.status
            and mark in line["path"].lower() + "?"
            and isinstance(line["response_body"], dict)
        ]
        assert real, mark
        assert not recordings.lacking(reply.body, recordings.always(real)), mark


@pytest.mark.parametrize(
    ("kind", "path", "ours"),
    [
        ("managedClusters", CLUSTER, "/resourcegroups/"),
        ("userAssignedIdentities", IDENTITY, "/resourcegroups/"),
        ("virtualNetworks", NET, "/resourceGroups/"),
        ("subnets", SUBNET, "/resourceGroups/"),
    ],
)
def test_ids_are_spelled_as_azure_spells_them(
    client: Client, world: dict[str, Any], kind: str, path: str, ours: str
) -> None:
    if kind == "managedClusters":
        client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    body = client.get(path).body
    real = [
        line["response_body"]
        for line in recordings.lines(kind)
        if line["method"] == "GET"
        and line["status"] == 200
        and isinstance(line["response_body"], dict)
        and "id" in line["response_body"]
        and recordings.year(line) >= SINCE
    ]
    spelled = [each["id"].split("/")[3] for each in real]
    assert f"/{max(set(spelled), key=spelled.count)}/" == ours
    assert ours in body["id"]
    types = [each.get("type") for each in real]
    assert body["type"] == max(set(types), key=types.count)
