"""Situations that people reported, as they are told beside the clone: what the commands do, and what Azure then holds.

What Azure answers in them is the reports' model of it; what is its own server's is ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.loopback.callers.situations import Played, Typed


def left(typed: Typed) -> list[str]:
    """What the account says is left: the group of each command, in order."""
    return re.findall(r"^  [a-z ]+ \S.*?: (?:az|for) (\S+)", typed.err, re.MULTILINE)


def nothing_was_deleted(played: Played) -> None:
    """No DELETE was taken, and what a cluster stands on is there."""
    for each in played.typed:
        if "kubenet create" in each.line:
            assert each.deleted == [], each.err
    assert played.there("userAssignedIdentities")
    assert played.there("roleAssignments")


def the_account_begins_with_the_cluster(played: Played) -> None:
    """The cluster is Succeeded by then: what is left is told, the cluster first, by commands that show it."""
    assert left(played.typed[0])[:3] == ["aks", "resource", "resource"], played.typed[0].err
    assert " delete " not in played.typed[0].err


def nothing_under_it_is_removed(played: Played) -> None:
    assert played.codes == [1]
    nothing_was_deleted(played)
    the_account_begins_with_the_cluster(played)


def it_counts_as_made(played: Played) -> None:
    assert played.codes == [1, 1]
    first, second = played.typed
    assert (second.deleted, left(second)[0]) == ([], "aks")
    removed = "managedClusters" in first.deleted
    assert removed or (first.deleted, left(first)[0]) == ([], "aks"), "if anything was removed, the cluster first"


def it_succeeds(played: Played) -> None:
    assert set(played.codes) == {0}, [each.err for each in played.typed]
    nothing_was_deleted(played)
    for each in played.typed:
        if "aks show" in each.line:
            assert each.out.strip() == '"Succeeded"'


def it_succeeds_not_proven(played: Played) -> None:
    """Not being able to look is a warning: exit code 0, and the cluster lives."""
    it_succeeds(played)
    for each in played.typed:
        if "kubenet create" in each.line:
            assert "[not-proven]" in each.err


def a_principal_is_made_once(played: Played) -> None:
    assert played.codes == [0], played.typed[0].err
    made = [each for each in played.typed[0].entries if each.method == "POST" and each.status == 201]
    assert len({each.path for each in made}) == len(made), "nothing was made twice"
    assert len(played.there("managedClusters")) == 1


def the_refusal_is_told_and_no_more_is_asked(played: Played) -> None:
    assert played.codes == [1]
    assert "AuthorizationFailed" in played.typed[0].err
    assert "Traceback" not in played.typed[0].err
    throttled = [each for each in played.typed[0].entries if each.status == 429]
    assert len(throttled) == 1, "what was throttled is not tried again once there is an answer"


def the_token_is_asked_for_anew_once(played: Played) -> None:
    assert played.codes == [1]
    assert len(played.typed[0].sent("PUT", "managedClusters")) == 2
    assert "az login" in played.typed[0].err
    assert left(played.typed[0])[:2] == ["role", "identity"]


def the_group_is_still_there(played: Played) -> None:
    assert played.codes == [1, 0]
    nothing_was_deleted(played)
    the_account_begins_with_the_cluster(played)


def the_pool_is_named(played: Played) -> None:
    assert played.codes == [0, 0, 1]
    assert "az network vnet subnet update" in played.typed[-1].err
    assert "/subnets/jobs" in played.typed[-1].err


def the_last_run_tells_what_is_missing(played: Played) -> None:
    assert [code for code, each in zip(played.codes, played.typed, strict=True) if "kubenet create" in each.line] == [
        0,
        1,
    ]


def one_is_proven_and_one_is_told(played: Played) -> None:
    """Whichever is later: it sees the other before it is sent, or both are sent in the same moment, and stay."""
    assert len(played.typed[0].out.splitlines()) == 1, "one of the two is proven"
    late = len(played.there("managedClusters")) == 2
    told = "ERROR: cluster kube exists, but subnet nodes has route table" if late else "cannot share a subnet"
    assert told in played.typed[0].err


Holds = Callable[[Played], None]
# what happened; the seed; what must hold
SITUATIONS: tuple[tuple[str, str, Holds], ...] = (
    ("creation fails, and the DELETE of the cluster is refused", "C1a", nothing_under_it_is_removed),
    ("code of az aks create fails once the cluster is accepted", "C1b", it_counts_as_made),
    ("one token request fails while the cluster is polled", "C1c", it_succeeds),
    ("the caller has rights on his own group and the network alone", "C2a", it_succeeds_not_proven),
    ("the caller has rights on his own group alone", "C2b", it_succeeds_not_proven),
    ("the subnet has a route table that the caller may not read", "C2c", it_succeeds_not_proven),
    ("the route table is busy for twenty seconds", "C2d", it_succeeds),
    ("the cluster's operation answers 503 for thirty seconds", "C3", it_succeeds),
    ("one read is throttled, and another refused", "C31", the_refusal_is_told_and_no_more_is_asked),
    ("the cluster's PUT refuses the token", "C32", the_token_is_asked_for_anew_once),
    ("Graph does not know a new application at once", "C33a", a_principal_is_made_once),
    ("Graph does not know it for its password at once", "C33b", a_principal_is_made_once),
    ("AKS does not know a new password at once", "C33c", a_principal_is_made_once),
    ("nobody has the registry that is to be attached, with rollback", "C42", the_group_is_still_there),
    ("a pool is in a subnet without the table", "C23", the_pool_is_named),
    ("the user's own table is taken off", "C26a", the_last_run_tells_what_is_missing),
    ("a node's route is missing", "C26b", the_last_run_tells_what_is_missing),
    ("two clusters are created in one subnet at once", "C18", one_is_proven_and_one_is_told),
)


@pytest.mark.needs_shared
@pytest.mark.sweep
@pytest.mark.parametrize(("seed", "holds"), [row[1:] for row in SITUATIONS], ids=[row[0] for row in SITUATIONS])
def test_a_reported_situation(play: Callable[[str], Played], seed: str, holds: Holds) -> None:
    holds(play(seed))
