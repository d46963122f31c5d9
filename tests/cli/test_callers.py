"""Five callers, each with `az aks create` and with `az kubenet create` in the same place.

Who succeeds there succeeds here. What a caller may do is our model of Azure (tests/loopback/authorization); that rights
on the subnet alone are enough for `az aks create` was tried [I20]. The table: pytest -s tests/cli/test_callers.py
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from tests.cli.conftest import Cloud, enter
from tests.loopback.callers.client import SUB
from tests.loopback.core.options import CALLER_OBJECT
from tests.loopback.core.wire import Answer, Call
from tests.loopback.seeds import bodies
from tests.loopback.server.server import LoopbackArm
from tests.support.az import Az, Ran

GROUP, NET = f"{SUB}/resourceGroups/rg", f"{SUB}/resourceGroups/net"
CORP = f"{NET}/providers/Microsoft.Network/virtualNetworks/corp"
SUBNET = f"{CORP}/subnets/nodes"
MINE = f"{NET}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine"
COMMON = f"-g rg -n kube -l westeurope --no-ssh-key --vnet-subnet-id {SUBNET}"
RAW = f"aks create {COMMON} --network-plugin kubenet --pod-cidr 10.244.0.0/16"
OURS = f"kubenet create {COMMON}"
HAS_ITS_ROLE = f"--assign-identity {MINE} --skip-subnet-role-assignment"
SECRET = "Pa55-never-shown-word"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
#: As the portal writes "may assign only these roles", with Reader as the only one. [I21]
READERS_ONLY = " AND ".join(
    f"((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/{verb}'}})) OR "
    f"(@{of}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{READER}}}))"
    for verb, of in (("write", "Request"), ("delete", "Resource"))
)


class Caller(NamedTuple):
    """Who calls: the role, scope and condition of each grant; options of both commands, and of one alone.

    directory: whether the caller may ask Microsoft Graph; warned: names of the findings that ours tells
    """

    who: str
    grants: Sequence[tuple[str, ...]]
    raw: str = ""
    ours: str = ""
    directory: bool = True
    warned: tuple[str, ...] = ()


CALLERS = (
    Caller("Owner of the subscription", [("Owner", SUB)]),
    Caller("Contributor on the group, Owner of the network", [("Contributor", GROUP), ("Owner", NET)]),
    Caller(
        "rights on the subnet alone",
        [("Owner", GROUP), ("Owner", SUBNET)],
        warned=("surroundings-unreadable",),
    ),
    Caller(
        "a pipeline without rights in the directory",
        [("Contributor", SUB)],
        "--service-principal APP --client-secret SECRET --skip-subnet-role-assignment",
        "--service-principal APP --client-secret SECRET --skip-subnet-role-assignment",
        directory=False,
    ),
    Caller(
        "may assign other roles only, and the identity has its role",
        [("Contributor", SUB), ("Role Based Access Control Administrator", SUB, READERS_ONLY)],
        HAS_ITS_ROLE,
        f"--assign-identity {MINE}",
    ),
)


@pytest.fixture
def no_directory() -> Answer:
    return Answer(403, {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}})


def run(az: Az, caller: Caller, line: str, more: str, denied: Answer) -> tuple[Cloud, Ran]:
    """One command in an Azure of its own, in which the caller has these rights and no other."""
    with LoopbackArm(caller_role="") as arm:
        cloud = enter(arm, az)
        cloud.seed("resourceGroups/rg", bodies.group())
        cloud.seed("resourceGroups/net", bodies.group())
        cloud.seed(CORP.removeprefix(f"{SUB}/"), bodies.network("10.30.0.0/16", nodes="10.30.1.0/24"))
        cloud.seed(MINE.removeprefix(f"{SUB}/"), {"location": "westeurope"})
        arm.grant(arm.state[MINE]["properties"]["principalId"], "Network Contributor", SUBNET)
        app = arm.cloud.directory.add_service_principal("pipeline")
        arm.grant(app["id"], "Network Contributor", SUBNET)
        for role, scope, *condition in caller.grants:
            arm.grant(CALLER_OBJECT, role, scope, *condition)

        def graph(call: Call) -> Answer | None:
            return denied if call.path.startswith("/v1.0/") and not caller.directory else None

        arm.before.append(graph)
        arm.ledger.clear()
        return cloud, cloud(f"{line} {more}".replace("APP", app["appId"]).replace("SECRET", SECRET).strip())


def told(ran: Ran) -> list[str]:
    """The names of the findings in what was said."""
    return sorted({word[1:-1] for word in ran.err.replace("]:", "]").split() if word[:1] + word[-1:] == "[]"})


@pytest.mark.parametrize("caller", CALLERS, ids=[each.who for each in CALLERS])
def test_who_succeeds_with_az_aks_create_succeeds_here(az: Az, caller: Caller, no_directory: Answer) -> None:
    there, raw = run(az, caller, RAW, caller.raw, no_directory)
    here, ours = run(az, caller, OURS, caller.ours, no_directory)
    for name, cloud, ran in (("az aks create", there, raw), ("az kubenet create", here, ours)):
        asked, wrote = len(cloud.arm.ledger), [each.split("/")[-2] for each in cloud.writes]
        print(f"{caller.who} | {name} | exit {ran.code} | {asked} requests | wrote {wrote} | {told(ran)}")
    assert raw.code == 0, raw.err
    assert ours.code == 0, ours.err
    assert here.refused() == []
    assert here.made("managedClusters") == there.made("managedClusters") == ["kube"]
    assert set(caller.warned) <= set(told(ours)), ours.err
    assert "caller-may" not in ours.err


def test_who_may_assign_other_roles_only_is_warned_and_told_the_command(az: Az, no_directory: Answer) -> None:
    """`az aks create` would make a cluster that may not attach its table, with a warning after two minutes [I6]."""
    caller = CALLERS[4]
    cloud, ran = run(az, caller, OURS, "", no_directory)
    assert ran.code == 1
    assert "under a condition that does not allow role Network Contributor" in ran.err
    assert "have an administrator run this, then run the command again: az role assignment create" in ran.err
    assert "--skip-subnet-role-assignment" in ran.err
    assert cloud.made("managedClusters") == []
