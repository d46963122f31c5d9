"""What a dry run shows is exactly what the run writes."""

from __future__ import annotations

import json

import pytest

from tests.loopback.callers.client import SUB
from tests.loopback.server.cloud import Cloud
from tests.trust.bench import Bench
from tests.trust.test_rollback import WAYS
from tests.trust.ways import GROUP, put

KUBELET = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kubelet"


def _identities(cloud: Cloud) -> None:
    put(cloud, GROUP, {"location": "westeurope"})
    for name in ("", "2"):
        put(cloud, KUBELET + name, {"location": "westeurope"})


# what is typed beside the way's own words, and what is there
MORE = {
    "": lambda _: None,
    f"--assign-kubelet-identity {SUB}/{KUBELET} --assign-identity {SUB}/{KUBELET}2": _identities,
    "--role Contributor --role-scope vnet": lambda _: None,
    "--tags team=web": lambda _: None,
}
BY_WAY = ("user-assigned, new network", "system-assigned", "new service principal", "existing service principal",
          "own route table", "subnet to be made", "existing network, by id")  # fmt: skip
ROWS = [(way, "") for way in BY_WAY] + [(BY_WAY[0], more) for more in MORE if more]
#: What of a step's kind is written: the last but one word of a path.
WRITTEN = {
    "resource provider": "register", "resource group": "resourcegroups", "virtual network": "virtualnetworks",
    "subnet": "subnets", "identity": "userassignedidentities", "service principal": "serviceprincipals",
    "role assignment": "roleassignments", "cluster": "managedclusters",
}  # fmt: skip


def written(path: str) -> str:
    """The kind of what a write is about; "" for what a service principal needs besides."""
    words = path.lower().rstrip("/").split("/")
    if words[-1] in ("applications", "addpassword"):
        return ""
    return words[-1] if words[-1] in ("register", "serviceprincipals") else words[-2]


@pytest.mark.parametrize(("way", "more"), ROWS, ids=[f"{way} {more}".strip() for way, more in ROWS])
def test_a_preview_is_exactly_the_writes(bench: Bench, way: str, more: str) -> None:
    cloud = bench.fresh()
    words = [*WAYS[way].prepare(cloud, bench.folder), *more.split()]
    MORE[more](cloud)
    dry = bench.run([*words, "--dry-run", "-o", "json"])
    assert (dry.code, list(dry.writes)) == (0, []), dry.err
    shown = sorted(WRITTEN[row["kind"]] for row in json.loads(dry.out) if row["action"] == "create")
    ran = bench.run(words)
    assert ran.code == 0, ran.err
    assert sorted(filter(None, (written(each.path) for each in ran.writes))) == shown, ran.err
