"""One PUT over what was read, whatever happens to it and to its answer: it acts once or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.client import Accepted
from azext_kubenet.azure.cluster_update import ChangedMeanwhile, Sent, Settled, is_settled, send, wait_until_settled
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.waiting import RetryPolicy

CLUSTER = ResourceId("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c")


def body(plugin: str = "kubenet", etag: str = "1", state: str = "Succeeded", pool: str = "Succeeded") -> dict[str, Any]:
    """A cluster."""
    pools = [{"name": "a", "provisioningState": pool}]
    profile = {"networkPlugin": plugin}
    return {
        "eTag": etag,
        "properties": {"provisioningState": state, "networkProfile": profile, "agentPoolProfiles": pools},
    }


def is_moved(found: dict[str, Any]) -> bool:
    return bool(found["properties"]["networkProfile"]["networkPlugin"] == "azure")


class Client:
    """Azure with one cluster, and what happens to each PUT, in turn.

    events: `take` it; `lose` the answer of one that was not taken; `taken` and lost; `busy` without doing anything;
    `other`, that somebody else has changed the cluster before it; `refuse` it
    """

    def __init__(self, *events: str):
        self.events, self.there, self.puts, self.taken = [*events], body(), 0, 0
        self.retry_policy = RetryPolicy(30.0, lambda _: None)
        object.__setattr__(self.retry_policy, "wait", lambda *_: True)
        object.__setattr__(self.retry_policy, "pause", lambda *_: True)

    def get(self, *_: str) -> dict[str, Any]:
        """The cluster."""
        return self.there

    def replace(self, _: str, __: str, sent: dict[str, Any], etag: str, tries: Any) -> Accepted:
        """A PUT."""
        self.puts += 1
        event = self.events.pop(0) if self.events else "take"
        if event == "other":
            self.there = body(etag="other")
        if event in ("lose", "busy"):
            tries.lost = event == "lose"
            raise AzureError(0 if event == "lose" else 503, "", "gone")
        if event == "refuse":
            raise AzureError(400, "NotAllowed", "no")
        if etag != self.there["eTag"]:
            raise AzureError(412, "PreconditionFailed", "changed")
        self.taken += 1
        self.there = body("azure", f"taken-{self.taken}", "Updating")
        if event == "taken":
            tries.lost = True
            raise AzureError(0, "", "gone")
        return Accepted(self.there, "https://operation", None)


# what happens to each PUT, what comes of it, how many were sent
ROWS: tuple[tuple[str, tuple[str, ...], Any, int], ...] = (
    ("it is taken", ("take",), "https://operation", 1),
    ("its answer is lost, and it was not taken: it is sent again", ("lose", "take"), "https://operation", 2),
    ("its answer is lost, and it was taken: it is not sent again", ("taken",), "", 1),
    ("answers are lost, and the second was taken", ("lose", "taken"), "", 2),
    ("the service is busy, and takes it then", ("busy", "busy", "take"), "https://operation", 3),
    ("somebody else has changed the cluster", ("other",), ChangedMeanwhile, 1),
    ("its answer is lost, and somebody else has changed the cluster", ("lose", "other"), ChangedMeanwhile, 2),
    ("it is refused", ("refuse",), AzureError, 1),
)


@pytest.mark.parametrize(("events", "outcome", "puts"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_put_acts_once_or_not_at_all(events: tuple[str, ...], outcome: Any, puts: int) -> None:
    client: Any = Client(*events)
    if isinstance(outcome, str):
        assert send(client, CLUSTER, {}, "1", is_moved).operation == outcome
        assert client.taken == 1
    else:
        with pytest.raises(outcome):
            send(client, CLUSTER, {}, "1", is_moved)
        assert client.taken == 0
    assert client.puts == puts


def test_an_operation_that_failed_is_told_beside_the_cluster() -> None:
    client: Any = Client()
    client.there = body("azure", state="Failed", pool="Failed")
    failure = AzureError(200, "UpgradeFailed", "drain")

    def follow(*_: Any) -> None:
        raise failure

    client.follow = follow
    settled = wait_until_settled(client, CLUSTER, Sent("https://operation"), lambda _: None)
    assert (settled.error, settled.has_succeeded) == (failure, False)


def test_an_operation_that_cannot_be_seen_is_judged_by_the_cluster() -> None:
    client: Any = Client()
    error = AzureError(403, "AuthorizationFailed", "no")
    error.unseen = True

    def follow(*_: Any) -> None:
        raise error

    client.follow, client.there = follow, body("azure")
    assert wait_until_settled(client, CLUSTER, Sent("https://operation"), lambda _: None).has_succeeded


# the cluster's state, its pool's, whether nothing is under way, whether all went well
STATES = (
    ("Succeeded", "Succeeded", True, True),
    ("Updating", "Succeeded", False, True),
    ("Succeeded", "Updating", False, True),
    ("Failed", "Succeeded", True, False),
    ("Succeeded", "Failed", True, False),
    ("Canceled", "Canceled", True, False),
    ("", "", True, True),
)


@pytest.mark.parametrize(("state", "pool", "settled", "well"), STATES)
def test_a_cluster_is_as_well_as_the_worst_of_its_pools(state: str, pool: str, settled: bool, well: bool) -> None:
    found = body("azure", state=state, pool=pool)
    assert is_settled(found) is settled
    assert Settled(found).has_succeeded is well
