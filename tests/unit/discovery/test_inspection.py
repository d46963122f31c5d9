"""A look inside: what is sent, and what each of its failures is told as: "not looked at", and never "fine"."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.discovery.inside_cluster import InsideCluster
from azext_kubenet.discovery.inside_command import Part, inside_command, policies_command
from azext_kubenet.discovery.inspection import NotInspected, look_inside, policies_inside

ID = "/subscriptions/s/resourceGroups/my (g)/providers/Microsoft.ContainerService/managedClusters/c"
EMPTY = "\n".join(f"kubenet-begin {part.name}\n=0\nkubenet-end 1 1" for part in Part)
FORBIDDEN = "\n".join(
    f'kubenet-begin {part.name}\nError from server (Forbidden): x is forbidden\n="failed"\nkubenet-end 1 1'
    for part in Part
)


class Client:
    """Answers a command with a result, or an error; notes what was sent."""

    caller = Caller("me", "User")

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.sent: list[Any] = []

    def result_of(self, path: str, body: Any, *_: object) -> Any:
        self.sent.append((path, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"properties": {"provisioningState": "Succeeded", **self.answer}}


def look(client: Any, token: Any = lambda: "the-token", **properties: Any) -> InsideCluster | NotInspected:
    return look_inside(client, Cluster.parse({"id": ID, "properties": properties}), token)


def test_a_look_is_one_command_and_takes_a_token_only_where_the_cluster_does() -> None:
    plain, entra = Client({"exitCode": 0, "logs": EMPTY}), Client({"exitCode": 0, "logs": EMPTY})
    assert look(plain) == look(entra, aadProfile={"managed": True}) == InsideCluster(counts=dict.fromkeys(Part, 0))
    body = {"command": inside_command(), "context": ""}
    assert plain.sent == [(f"{ID}/runCommand", body)]
    assert entra.sent == [(f"{ID}/runCommand", {**body, "clusterToken": "the-token"})]


def test_what_cannot_be_asked_is_not_asked() -> None:
    client = Client({"logs": EMPTY})
    assert look(client, powerState={"code": "Stopped"}) == NotInspected(
        "the cluster is stopped", "start it, and run the command again: az aks start -g 'my (g)' -n c"
    )
    assert look(client, apiServerAccessProfile={"disableRunCommand": True}) == NotInspected(
        "run command is disabled on the cluster",
        "to have it looked at, run: az aks update -g 'my (g)' -n c --enable-run-command",
    )

    def no_login() -> str:
        raise RuntimeError("interaction_required")

    failed = look(client, no_login, aadProfile={"managed": True})
    assert isinstance(failed, NotInspected)
    assert "interaction_required" in failed.why
    assert not client.sent


# what Azure answers, words of why, words of what to do
FAILURES: tuple[tuple[str, Any, str, str], ...] = (
    ("the caller may not", AzureError(403, "AuthorizationFailed", "No."), "No.", '--role "Contributor" --scope'),
    ("the pod does not start", AzureError(404, "NotFound", "Not Found"), "Not Found", "its pod did not start"),
    ("the pod is slow", AzureError(400, "KubernetesPerformanceError", "30 s"), "30 s", "its pod did not start"),
    ("a webhook denies it", {"reason": 'admission webhook "validation.gatekeeper.sh" denied the request'}, "denied",
     "namespace aks-command"),
    ("no result in time", AzureError(0, "", "there was no result within 300 s"), "300 s", "again"),
    ("no answer", AzureError(0, "", "no answer: lost"), "no answer", "again"),
    ("the caller may list nothing", {"exitCode": 0, "logs": FORBIDDEN}, "x is forbidden",
     "administrator of the cluster"),
    ("a shell that fails", {"exitCode": 127, "logs": "sh: kubectl: not found"}, "exit code 127", "again"),
    ("nothing printed", {"exitCode": 0, "logs": ""}, "it printed nothing", "again"),
    ("no logs", {"exitCode": None}, "it printed nothing", "again"),
    ("it failed", {"provisioningState": "Failed", "reason": "no nodes"}, "state is Failed; no nodes", "again"),
)  # fmt: skip


@pytest.mark.parametrize(("answer", "why", "mend"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
def test_a_failure_is_told_with_what_may_be_done(answer: Any, why: str, mend: str) -> None:
    seen = look(Client(answer))
    assert isinstance(seen, NotInspected)
    assert (why in seen.why, mend in seen.mend) == (True, True), seen


def test_what_was_printed_whole_before_a_failure_is_seen_and_the_rest_is_not() -> None:
    seen = look(Client({"exitCode": 137, "logs": "kubenet-begin NODES\n=0\nkubenet-end 1 1\nkubenet-begin BUDG"}))
    assert isinstance(seen, InsideCluster)
    assert [*seen.counts] == [Part.NODES]
    assert set(seen.unread) == set(Part) - {Part.NODES}


# what a command printed, what is known of the policies by it
PRINTED: tuple[tuple[str, str, list[Any] | None], ...] = (
    ("no policy, no Calico", "kubenet-lists 1\n[]", []),
    ("one policy", 'kubenet-lists 1\n[{"kind": "NetworkPolicy"}]', [{"kind": "NetworkPolicy"}]),
    ("one of Calico's too", 'kubenet-lists 2\n[{"kind": "A"}]\n[{"kind": "B"}]', [{"kind": "A"}, {"kind": "B"}]),
    ("a complaint beside it", "kubenet-lists 1\nWarning: old\n[]", []),
    ("the second list is missing", 'kubenet-lists 2\n[{"kind": "A"}]', None),
    ("the list is cut", 'kubenet-lists 1\n[{"kind": "A"}, {"ki', None),
    ("refused", "kubenet-lists 1\nError from server (Forbidden): no", None),
    ("nothing", "", None),
)


@pytest.mark.parametrize(("logs", "wanted"), [row[1:] for row in PRINTED], ids=[row[0] for row in PRINTED])
def test_policies_are_known_whole_or_not_at_all(logs: str, wanted: list[Any] | None) -> None:
    client: Any = Client({"exitCode": 0, "logs": logs})
    found = policies_inside(client, Cluster.parse({"id": ID, "properties": {}}), lambda: "")
    assert client.sent == [(f"{ID}/runCommand", {"command": policies_command(), "context": ""})]
    assert found == wanted if wanted is not None else isinstance(found, NotInspected)
