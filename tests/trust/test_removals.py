"""A rollback in which each removal fails in turn: what it stands on stays, and so does all that was not reached yet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.loopback.server.faults import ALWAYS, Fault, refusal, to
from tests.trust.bench import Bench
from tests.trust.test_faults import sound
from tests.trust.test_rollback import NEW_PRINCIPAL, SYSTEM, USUAL, WAYS, deletes, ending, removals
from tests.trust.ways import contents

#: What a run of each way makes, in the order in which a rollback removes it.
REMOVED = {
    USUAL: ["managedClusters", "roleAssignments", "userAssignedIdentities", "virtualNetworks", "resourceGroups"],
    SYSTEM: ["managedClusters", "roleAssignments", "virtualNetworks", "resourceGroups"],
    "subnet to be made": ["managedClusters", "roleAssignments", "userAssignedIdentities", "subnets"],
}
ROWS = [(way, kind) for way, kinds in REMOVED.items() for kind in kinds]
#: How the account calls a kind, and the group of the command that removes it.
WORDS = {
    "managedClusters": ("cluster ", "aks"), "roleAssignments": ("role assignment ", "role"),
    "userAssignedIdentities": ("identity ", "identity"), "virtualNetworks": ("virtual network ", "network"),
    "subnets": ("subnet ", "network"), "resourceGroups": ("resource group ", "group"),
}  # fmt: skip


def there(state: list[str]) -> dict[str, int]:
    """How many there are of each kind that is removed."""
    keys = [line.split(" ", 1)[0].lower() for line in state]
    return {kind: sum(key.split("/")[-2] == kind.lower() for key in keys if "/" in key) for kind in WORDS}


@pytest.mark.parametrize(("way", "kind"), ROWS, ids=[f"{kind}, {way}" for way, kind in ROWS])
def test_a_removal_that_fails_ends_the_rollback(bench: Bench, way: str, kind: str, count: Callable[..., None]) -> None:
    cloud = bench.fresh()
    words = [*WAYS[way].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    before = there(contents(cloud))
    ending("managedClusters")(cloud)
    Fault(refusal(403, "AuthorizationFailed"), times=ALWAYS).put_into(cloud, to("DELETE", kind))
    ran = bench.run(words)
    sound(ran)
    assert ran.code == 1, ran.err
    order = [each for each in REMOVED[way] if each != kind]
    reached = REMOVED[way].index(kind)
    # Independent steps of one stage may be removed either way round, all that is below it stays.
    gone = deletes(ran)
    assert kind not in gone
    after = there(contents(cloud))
    stays = {each for each in REMOVED[way] if after[each] > before[each]}
    assert kind in stays, ran.err
    assert {*order[:reached]} - {"userAssignedIdentities", "virtualNetworks"} <= {*gone}, ran.err
    assert "resourceGroups" in stays or "resourceGroups" not in REMOVED[way], "what is not empty stays"
    assert stays == {*REMOVED[way]} - {*gone}, "what was deleted is gone, and nothing else"
    told = ran.err.partition("the rollback stopped: ")[2]
    assert told.startswith(WORDS[kind][0]), ran.err
    commands = [command.split()[1] for command in removals(ran.err)]
    assert sorted(commands) == sorted(WORDS[each][1] for each in stays), "all that is left is told"
    row = f"{way}: DELETE {kind} refused"
    count("EACH REMOVAL IN TURN", row, removed=len(gone), left=len(stays), told=len(commands))


def test_an_application_that_may_not_be_deleted_is_told_by_its_object_id(bench: Bench) -> None:
    cloud = bench.fresh()
    words = [*WAYS[NEW_PRINCIPAL].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    ending("managedClusters")(cloud)
    Fault(refusal(403, "Authorization_RequestDenied"), times=ALWAYS).put_into(cloud, to("DELETE", "applications"))
    ran = bench.run(words)
    sound(ran)
    assert ran.code == 1
    (application,) = cloud.directory.objects["applications"]
    assert f"az ad app delete --id {application}" in ran.err
    assert "the rollback stopped: service principal " in ran.err
