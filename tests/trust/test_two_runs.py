"""Somebody else acts between our look and our write: what is theirs stays as it is, and the loser says what is left.

A second run is told by what it leaves in Azure at one moment of ours. That Azure takes two kubenet clusters in one
subnet which are sent in the same moment is our model [A9, H4].
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest

from azext_kubenet.azure import resources
from tests.loopback.callers.client import SUB
from tests.loopback.core.options import CALLER_OBJECT
from tests.loopback.core.wire import Call
from tests.loopback.seeds import bodies
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.faults import Where, to
from tests.loopback.server.server import seed
from tests.trust.bench import Bench
from tests.trust.test_faults import sound
from tests.trust.test_rollback import deletes
from tests.trust.ways import BY_NAME, CLUSTER, GROUP, NETWORK, SUBNET, put

TABLE = "TWO AT ONCE"
USUAL, OWN = "user-assigned, new network", "existing network, by id"
ROLES, CLUSTERS = to("PUT", "roleAssignments"), to("PUT", "managedClusters")
OTHER = f"{SUB}/resourceGroups/b/providers/Microsoft.ContainerService/managedClusters/other"


def a_cluster(at: str, *, young: bool = False) -> Callable[[Cloud], list[str]]:
    """Another cluster in our subnet, by its id; a young one has no route table there yet."""

    def come(cloud: Cloud) -> list[str]:
        group = at.partition("/providers/")[0].removeprefix(f"{SUB}/")
        if group != GROUP:
            put(cloud, group, bodies.group())
        own = put(cloud, f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/theirs", bodies.group())
        principal = cloud.store[own]["properties"]["principalId"]
        cloud.roles.assign(SUBNET, "00000000-0000-0000-0000-0000000000aa", grant(principal), CALLER_OBJECT)
        seed(cloud, at, bodies.cluster(SUBNET, own, count=7))
        if young:
            cloud.store[SUBNET]["properties"].pop("routeTable")
        return [at]

    return come


def grant(principal: str) -> dict[str, str]:
    """What gives a principal Network Contributor."""
    role = resources.role_definition_id(SUB.rpartition("/")[2], resources.ROLE_IDS["network contributor"])
    return {"roleDefinitionId": role, "principalId": principal, "principalType": "ServicePrincipal"}


def a_table(cloud: Cloud) -> list[str]:
    """A route table on our subnet."""
    table = put(cloud, f"{NETWORK}/routeTables/theirs", {"location": "westeurope", "properties": {}})
    cloud.store[SUBNET]["properties"]["routeTable"] = {"id": table}
    return [table, SUBNET]


def a_group_with_a_network(cloud: Cloud) -> list[str]:
    """Our group, with a network of our name that has other ranges."""
    put(cloud, GROUP, bodies.group())
    return [put(cloud, f"{NETWORK}/virtualNetworks/c-vnet", bodies.network("10.9.0.0/16"))]


# who comes, before which of our requests, our way, what we say, whether our own cluster is there in the end
ROWS: tuple[tuple[str, Callable[[Cloud], list[str]], Where, str, str, bool], ...] = (
    ("another cluster in the subnet, before our last look", a_cluster(OTHER, young=True), ROLES, OWN,
     "cannot share a subnet", False),
    ("another cluster in the subnet, after our last look", a_cluster(OTHER), CLUSTERS, OWN, "cannot share a table",
     True),
    ("a route table on the subnet", a_table, ROLES, OWN, "has route table", False),
    ("a cluster of our name, before our last look", a_cluster(CLUSTER), ROLES, OWN, "has route table", False),
    ("a cluster of our name, after our last look", a_cluster(CLUSTER), CLUSTERS, OWN, "was created by someone else",
     False),
    ("our group, with our network in it", a_group_with_a_network, to("PUT", "resourceGroups"), USUAL,
     "existing resources are never overwritten", False),
)  # fmt: skip


@pytest.mark.parametrize("rollback", [True, False], ids=["with rollback", "without"])
@pytest.mark.parametrize(("who", "come", "where", "way", "told", "ours"), ROWS, ids=[row[0] for row in ROWS])
def test_what_comes_between_look_and_write_is_left_as_it_is(
    bench: Bench,
    who: str,
    come: Callable[[Cloud], list[str]],
    where: Where,
    way: str,
    told: str,
    ours: bool,
    rollback: bool,
    count: Callable[..., None],
) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME[way].prepare(cloud, bench.folder), "--propagation-timeout", "20"]
    before, theirs = set(cloud.store), dict[str, str]()

    def meanwhile(call: Call) -> None:
        if where(call) and not theirs:
            theirs.update({each: shown(cloud, each) for each in come(cloud)})

    cloud.before.append(meanwhile)
    ran = bench.run([*words, *(["--rollback-on-failure"] if rollback else [])])
    sound(ran)
    assert ran.code == 1, ran.err
    assert told in ran.err
    assert {each: shown(cloud, each) for each in theirs} == theirs, "what is theirs is as it was"
    assert not {path for path in deletes(ran) if any(path.lower() in each.lower() for each in theirs)}
    mine = {each.path for each in ran.writes if each.method == "PUT" and each.status == 201}
    left = sorted(each.split("/")[-2] for each in mine if cloud.shown(each) or each.lower() in cloud.store)
    assert (CLUSTER in mine) is ours
    assert before <= set(cloud.store), "what was there before is there"
    count(TABLE, f"{who}, {'rollback' if rollback else 'no rollback'}",
          before=[f"{len(before)} things"], theirs=["as it was"], ours=[" ".join(left) or "nothing"])  # fmt: skip


def shown(cloud: Cloud, each: str) -> str:
    """What Azure holds of it, to compare; of what AKS itself changes, nothing."""
    body = copy.deepcopy(cloud.store[each])
    for key in ("etag", "eTag", "systemData"):
        body.pop(key, None)
    return json.dumps(body, sort_keys=True, default=str)
