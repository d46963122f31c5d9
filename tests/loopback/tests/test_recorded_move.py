"""The move from kubenet to Azure CNI Overlay that was recorded, sent again: its answers and operations are as Azure's.

Where the recordings are not beside the repository there is nothing to hold them to, and the test is skipped.
"""

from __future__ import annotations

from typing import Any

import pytest

from .. import recordings
from ..callers.client import SUB, Client
from ..core.store import Body
from ..seeds import bodies
from ..server.server import LoopbackArm

PATH = "resourceGroups/clitest000001/providers/Microsoft.ContainerService/managedClusters/cliakstest000002"
RECORDED = "test_aks_kubenet_to_cni_overlay_migration.yaml#"
#: Shown in the answers to PUTs alone, and empty.
LEFT_OUT = {"nodeLabels"}
#: What says how a thing is, and not what it is called.
SAME = ("provisioningState", "code", "networkPlugin", "networkPluginMode", "networkDataplane", "status", "message")


def recorded(kind: str, number: int) -> recordings.Line:
    """One line of the recorded move, by its number there."""
    return next(line for line in recordings.lines(kind) if line["source"].endswith(f"{RECORDED}{number}"))


def unlike(real: Any, ours: Any, at: str = "") -> list[str]:
    """Where ours lacks a key, has another type, or another state."""
    if type(real) is not type(ours):
        return [at]
    if isinstance(real, dict):
        keys = real.keys() - LEFT_OUT
        lacking = [f"{at}.{key}" for key in keys - ours.keys()]
        return lacking + [each for key in keys & ours.keys() for each in unlike(real[key], ours[key], f"{at}.{key}")]
    if isinstance(real, list):
        pairs = zip(real, ours, strict=True)
        return [each for one, other in pairs for each in unlike(one, other, at + "[]")]
    return [at] if at.rpartition(".")[2] in SAME and real != ours else []


def sent_in(line: recordings.Line) -> Body:
    """The body of a PUT, with other ranges for services: all documents want private ones (azure-facts C10)."""
    properties = line["request_body"]["properties"]
    services = {"serviceCidr": "10.56.0.0/16", "serviceCidrs": ["10.56.0.0/16"], "dnsServiceIP": "10.56.0.10"}
    network = {**properties["networkProfile"], **services}
    return {**line["request_body"], "properties": {**properties, "networkProfile": network}}


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_the_recorded_move_is_answered_as_azure_did() -> None:
    with LoopbackArm(offers=False) as arm:
        client = Client(arm)
        arm.put(SUB + "/resourceGroups/clitest000001", bodies.group("eastus2"))
        for asked, polled, shown in ((2, (None, 10), 11), (13, (14, 33), 34)):
            line = recorded("managedClusters", asked)
            reply = client.put(PATH, sent_in(line), version="2024-07-01")
            assert (reply.status, unlike(line["response_body"], reply.body)) == (line["status"], [])
            named = {name for name in ("azure-asyncoperation", "location") if name in reply.headers}
            assert named == recordings.headers_of(line)
            looks = client.get(reply.headers["azure-asyncoperation"]).body, client.wait(reply).body
            for number, ours in zip(polled, looks, strict=True):
                real = recorded("asyncOperations", number)["response_body"] if number else ours
                assert (real.keys(), unlike(real, ours)) == (ours.keys(), [])
            assert unlike(recorded("managedClusters", shown)["response_body"], client.get(PATH).body) == []
        client.close()
