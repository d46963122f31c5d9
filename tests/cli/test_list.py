"""`az kubenet list` as people type it, over a fleet of which the truth is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cloud, enter
from tests.loopback.core.errors import wrapped
from tests.loopback.core.options import CALLER_OBJECT
from tests.loopback.core.wire import Answer, Call
from tests.loopback.seeds import fleet
from tests.loopback.seeds.fleet import Fleet, Member
from tests.loopback.server.server import LoopbackArm
from tests.support.az import Az, Installed, furnish

LIST = "kubenet list --fail-on never"
CLUSTERS, SUBSCRIPTIONS = 60, 6


@pytest.fixture(scope="module")
def lent(quick: Installed, index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cloud, Fleet]]:
    """A fleet that all tests here share, as none of them changes anything, and a login to all of its subscriptions."""
    home = tmp_path_factory.mktemp("home")
    furnish(home, index)
    with LoopbackArm() as arm:
        made = fleet.build(arm, CLUSTERS, SUBSCRIPTIONS)
        yield enter(arm, Az(quick, home)), made


@pytest.fixture
def estate(lent: tuple[Cloud, Fleet]) -> Fleet:
    """The fleet."""
    return lent[1]


@pytest.fixture
def reader(lent: tuple[Cloud, Fleet]) -> Cloud:
    """`az`, logged in to where the fleet is."""
    return lent[0]


def listed(cloud: Cloud, words: str = LIST) -> list[dict[str, Any]]:
    ran = cloud(f"{words} -o json")
    assert ran.code == 0, ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def nodes_of(member: Member) -> int:
    """What it has, or starts with."""
    return member.shown if member.plan.power == "Stopped" else member.nodes


def test_every_kubenet_cluster_is_listed_with_what_is_true_of_it(reader: Cloud, estate: Fleet) -> None:
    found = {each["id"].lower(): each for each in listed(reader)}
    assert set(found) == {member.id.lower() for member in estate.kubenet}
    for member in estate.kubenet:
        shown, plan = found[member.id.lower()], member.plan
        nodes = nodes_of(member)
        blocks = 1 << 24 - int(plan.pods.rpartition("/")[2])
        assert (shown["name"], shown["resourceGroup"].lower()) == (member.name, member.group.lower())
        assert (shown["nodeCount"], shown["freeBlocks"]) == (nodes, blocks - nodes)
        assert shown["freeInSubnet"] == min(subnet.free for subnet in member.subnets), member
        lost = plan.own_table and not plan.attached  # then nothing shows that the table is this cluster's
        assert shown["freeRoutes"] == (None if lost else 400 - member.routes)
        assert shown["network"] == ("own" if plan.own else "managed")
        assert (shown["kubernetesVersion"], shown["tier"]) == (plan.version, plan.tier)
        assert (shown["identityType"], shown["outboundType"]) == (plan.identity, plan.outbound)
        assert shown["networkPolicy"] == ("calico" if plan.policy == "calico" else None)
        assert shown["powerState"] == plan.power
        if plan.power == "Running":
            rooms = (shown["freeInSubnet"], shown["freeBlocks"], 400 - member.routes, 399 - nodes)
            assert shown["headroom"] == min(rooms), member


def test_blockers_are_those_that_the_fleet_was_given(reader: Cloud, estate: Fleet) -> None:
    found = {each["id"].lower(): each for each in listed(reader)}
    for member in estate.kubenet:
        plan, shown = member.plan, found[member.id.lower()]
        expected = {
            "cluster-state": plan.state == "Failed",
            "power": plan.power == "Stopped",
            "kubernetes-version": plan.version.startswith("1.26"),
            "network-policy": plan.policy == "calico",
            "windows": any(pool.windows for pool in plan.pools),
            "availability-set": any(pool.kind == "AvailabilitySet" for pool in plan.pools),
            "route-table-missing": not plan.attached,
            "route-table-elsewhere": plan.extra_subnet and plan.own,
            "identity": plan.identity == "ServicePrincipal" or (plan.identity == "SystemAssigned" and plan.own),
            "surge-room": shown["canUpgrade"] is False,
        }
        assert shown["blockers"] == [*filter(expected.__getitem__, shown["blockers"])]
        assert set(shown["blockers"]) == {name for name, holds in expected.items() if holds}, member
        grave = "windows" in shown["blockers"]
        assert shown["readiness"] == ("blocked" if grave else "steps" if shown["blockers"] else "ready")


def test_the_least_headroom_comes_first_and_nothing_is_written(reader: Cloud, estate: Fleet) -> None:
    found = listed(reader)
    assert [(each["headroom"], each["name"]) for each in found] == sorted(
        (each["headroom"], each["name"]) for each in found
    )
    assert found[0]["headroom"] == 0
    assert not reader.writes


def test_what_was_looked_at_is_said_on_standard_error(reader: Cloud, estate: Fleet) -> None:
    ran = reader(LIST)
    assert f"{CLUSTERS} kubenet clusters listed; {SUBSCRIPTIONS} subscriptions looked at" in ran.err
    assert "as Azure Resource Graph knows them" in ran.err
    assert "pages read" not in ran.err
    assert "\r" not in ran.err
    assert reader(f"{LIST} --only-show-errors").err == ""


# what is typed, which members are meant
NARROW: tuple[tuple[str, Any], ...] = (
    ("-g fleet-002-0", lambda made, each: each.group == "Fleet-002-0"),
    ("--tag env=prod", lambda made, each: (each.plan.tags or {}).get("env") == "prod"),
    ("--tag ENV", lambda made, each: "env" in (each.plan.tags or {})),
    ("--tag env=prod team=shop", lambda made, each: (each.plan.tags or {}).get("team") == "shop"),
    ("--tag env=prod --tag team=none", lambda made, each: False),
    ("--management-groups {group}", lambda made, each: each.subscription in made.in_group),
    ("--subscription {second}", lambda made, each: each.subscription == made.subscriptions[1]),
    (
        "--management-groups {group} --subscription {second}",
        lambda made, each: each.subscription == made.subscriptions[1],
    ),
    ("--management-groups {group} --subscription {last}", lambda made, each: False),
)


@pytest.mark.parametrize(("words", "meant"), NARROW)
def test_options_narrow_the_list(reader: Cloud, estate: Fleet, words: str, meant: Any) -> None:
    subs = estate.subscriptions
    words = words.format(group=estate.management_group, second=subs[1], last=subs[-1])
    found = {each["id"].lower() for each in listed(reader, f"{LIST} {words}")}
    assert found == {each.id.lower() for each in estate.kubenet if meant(estate, each)}


def test_filters_by_readiness(reader: Cloud, estate: Fleet) -> None:
    every = listed(reader)
    for words, states in (
        ("--blocked", {"blocked"}),
        ("--ready", {"ready"}),
        ("--blocked --ready", {"blocked", "ready"}),
    ):
        found = listed(reader, f"{LIST} {words}")
        assert [each["id"] for each in found] == [each["id"] for each in every if each["readiness"] in states]
        assert {each["readiness"] for each in found} == states


def test_live_reads_each_network_of_what_is_listed_once(reader: Cloud, estate: Fleet) -> None:
    ledger = reader.arm.ledger
    ledger.clear()
    found = listed(reader, f"{LIST} --live -g fleet-002-0")
    asked = [entry.path.lower() for entry in ledger if entry.path.lower().endswith("/usages")]
    members = [each for each in estate.kubenet if each.group == "Fleet-002-0"]
    assert sorted(asked) == sorted({f"{each.network.lower()}/usages" for each in members})
    assert {each["measured"] for each in found} == {"live"}
    by_id = {each["id"].lower(): each for each in found}
    for member in members:
        assert by_id[member.id.lower()]["freeInSubnet"] == min(subnet.free for subnet in member.subnets)


@pytest.mark.parametrize(("words", "code"), [("", 1), ("--fail-on error", 1), ("--fail-on never", 0)])
@pytest.mark.parametrize("output", ["json", "jsonc", "yaml", "yamlc", "table", "tsv", "none"])
def test_the_list_comes_in_every_output_whatever_the_exit_code(
    reader: Cloud, estate: Fleet, output: str, words: str, code: int
) -> None:
    ran = reader(f"kubenet list {words} -o {output}")
    assert ran.code == code
    assert bool(ran.out) is (output != "none")
    assert "Traceback" not in ran.err


def test_the_exit_code_is_that_of_the_worst_cluster_listed(reader: Cloud, estate: Fleet) -> None:
    every = listed(reader)
    groups = {each["resourceGroup"] for each in every}
    codes = set()
    for group in sorted(groups):
        own = [each for each in every if each["resourceGroup"] == group]
        error = any(each["canUpgrade"] is False or each["headroom"] == 0 for each in own)
        warning = error or any(each["canReachPeak"] is False for each in own)
        if (error, warning) in codes:
            continue
        codes.add((error, warning))
        assert reader(f"kubenet list -g {group} -o none").code == int(error)
        assert reader(f"kubenet list -g {group} -o none --fail-on warning").code == int(warning)
    assert len(codes) >= 2


def test_a_script_takes_names_alone(reader: Cloud, estate: Fleet) -> None:
    ran = reader("kubenet", "list", "--fail-on", "never", "--query", "[?canUpgrade==`false`].name", "-o", "tsv")
    expected = [each["name"] for each in listed(reader) if each["canUpgrade"] is False]
    assert ran.out.split() == expected


def test_a_table_has_a_row_a_cluster(reader: Cloud, estate: Fleet) -> None:
    lines = reader(f"{LIST} -o table").out.splitlines()
    assert lines[0].split()[:6] == ["Name", "ResourceGroup", "Version", "Nodes", "Max", "Headroom"]
    assert len(lines) == CLUSTERS + 2


# -- where there is nothing, or little that may be seen


def test_an_empty_list_is_no_error(cloud: Cloud) -> None:
    ran = cloud("kubenet list -o json")
    assert (ran.code, json.loads(ran.out)) == (0, [])
    assert "0 kubenet clusters listed; 1 subscription looked at" in ran.err


def test_logged_out_azure_cli_says_how_to_log_in(az: Az) -> None:
    ran = az("kubenet list")
    assert (ran.code, ran.out) == (1, "")
    assert "az login" in ran.err


def test_a_login_that_may_read_nothing_is_told_what_it_needs(cloud: Cloud) -> None:
    cloud.arm.empty(caller_role="")
    ran = cloud("kubenet list")
    assert (ran.code, ran.out) == (1, "")
    assert "AccessDenied" in ran.err
    assert "az role assignment create" in ran.err


def test_an_unknown_management_group_is_refused_as_azure_says_it(cloud: Cloud) -> None:
    ran = cloud("kubenet list --management-groups nope")
    assert (ran.code, ran.out) == (1, "")
    assert "ManagementGroupsContainInvalidIds" in ran.err
    assert "az account management-group list" in ran.err


# what is typed, what is said
NO_GROUP = (
    ("-g nope", "resource group nope is not in any of the subscriptions that were looked at"),
    ("-g nope --live --tag env", "az group list -o table, or all kubenet clusters: az kubenet list -o table"),
    ("-g Fleet-002-0 --subscription {first}", "is not in subscription {first}, or this login may not read it"),
    ("-g Fleet-002-0 --subscription {first}", "az group list --subscription {first} -o table"),
)


@pytest.mark.parametrize(("words", "said"), NO_GROUP)
def test_a_resource_group_that_does_not_exist_is_not_an_empty_list(
    reader: Cloud, estate: Fleet, words: str, said: str
) -> None:
    ran = reader(f"kubenet list {words.format(first=estate.subscriptions[0])} -o json")
    assert (ran.code, ran.out) == (3, "")
    assert said.format(first=estate.subscriptions[0]) in ran.err


def test_a_resource_group_without_a_kubenet_cluster_is_an_empty_list(reader: Cloud, estate: Fleet) -> None:
    for words in (
        "-g fleet-002-0 --tag env=nowhere",
        f"-g fleet-002-0 --subscription {estate.subscriptions[2]} --tag x",
    ):
        ran = reader(f"kubenet list {words} -o json")
        assert (ran.code, json.loads(ran.out)) == (0, []), ran.err


# what is typed, the exit code, what is said
WRONG = (
    ("kubenet list --tag =x", 2, "invalid --tag '=x'"),
    ("kubenet list --fail-on sometimes", 2, "sometimes"),
    ("kubenet list -g ''", 1, "empty-value"),
    ("kubenet list --subscription nope", 1, "nope"),
)


@pytest.mark.parametrize(("typed", "code", "said"), WRONG)
def test_what_cannot_be_meant_is_said_with_its_exit_code(cloud: Cloud, typed: str, code: int, said: str) -> None:
    ran = cloud.shell(f"az {typed}")
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.fixture
def small(cloud: Cloud) -> tuple[Cloud, Fleet]:
    """A fleet of a test's own, to break."""
    return cloud, fleet.build(cloud.arm, 12, 3)


def refuse(word: str, call: Call) -> Answer | None:
    """Refuse the query that asks for a type."""
    if isinstance(call.body, dict) and word in str(call.body.get("query")):
        return wrapped(403, "AuthorizationFailed", "no authorization for this query").answer
    return None


# the type whose query is refused, the columns that are null, what is said
UNREAD = (
    ("microsoft.network/routetables", ("freeRoutes",), "route tables could not be read"),
    ("microsoft.network/virtualnetworks", ("freeInSubnet",), "virtual networks could not be read"),
    ("microsoft.compute/virtualmachinescalesets", (), "scale sets could not be read"),
    ("microsoft.resources/subscriptions", (), "subscriptions could not be read"),
)


@pytest.mark.parametrize(("kind", "null", "said"), UNREAD)
def test_a_refused_query_leaves_its_columns_null_and_is_said(
    small: tuple[Cloud, Fleet], kind: str, null: tuple[str, ...], said: str
) -> None:
    cloud, made = small
    cloud.arm.before.append(partial(refuse, kind))
    ran = cloud(LIST)
    assert ran.code == 0, ran.err
    found = ran.json
    assert len(found) == len(made.kubenet)
    assert f"WARNING: {said} from Azure Resource Graph (AuthorizationFailed)" in ran.err
    for column in null:
        assert {each[column] for each in found} == {None}
        assert {each["canUpgrade"] for each in found} <= {None, False}
        assert "ready" not in {each["readiness"] for each in found}


def test_without_the_clusters_there_is_no_list(small: tuple[Cloud, Fleet]) -> None:
    cloud, _ = small
    cloud.arm.before.append(partial(refuse, "microsoft.containerservice/managedclusters"))
    ran = cloud(LIST)
    assert (ran.code, ran.out) == (1, "")
    assert "the clusters in Azure Resource Graph could not be read" in ran.err


def test_networks_that_may_not_be_counted_live_are_said(small: tuple[Cloud, Fleet]) -> None:
    cloud, made = small
    refused = wrapped(403, "AuthorizationFailed", "no authorization").answer
    cloud.arm.before.append(lambda call: refused if call.path.lower().endswith("/usages") else None)
    ran = cloud(f"{LIST} --live")
    assert ran.code == 0, ran.err
    assert {each["measured"] for each in ran.json} == {"resourceGraph"}
    assert f"{len({each.network for each in made.kubenet})} virtual networks not counted live" in ran.err
    assert "az role assignment create" in ran.err


def test_with_reader_on_one_group_the_network_elsewhere_is_not_known(small: tuple[Cloud, Fleet]) -> None:
    cloud, made = small
    member = next(each for each in made.kubenet if each.plan.own and each.plan.power == "Running")
    for key in [key for key in cloud.arm.cloud.store if "/roleassignments/" in key.lower()]:
        del cloud.arm.cloud.store[key]
    cloud.arm.grant(CALLER_OBJECT, "Reader", f"/subscriptions/{member.subscription}/resourceGroups/{member.group}")
    ran = cloud(LIST)
    assert ran.code == 0, ran.err
    found = {each["id"].lower(): each for each in ran.json}[member.id.lower()]
    assert (found["freeInSubnet"], found["canUpgrade"]) == (None, None)
    assert found["readiness"] in ("unknown", "blocked")
    assert "with a subnet that is not shown" in ran.err


def test_more_subscriptions_than_a_query_takes_are_said(az: Az) -> None:
    with LoopbackArm(graph_subscriptions=2) as arm:
        cloud = enter(arm, az)
        fleet.build(arm, 12, 4)
        ran = cloud(LIST)
    assert ran.code == 0, ran.err
    assert len({each["subscriptionId"] for each in ran.json}) == 2
    assert "WARNING: Azure Resource Graph looked in the first 2 subscriptions only" in ran.err


def test_a_throttled_graph_is_waited_for(az: Az) -> None:
    with LoopbackArm(graph_quota=3) as arm:
        cloud = enter(arm, az)
        made = fleet.build(arm, 12, 3)
        ran = cloud(LIST)
    assert ran.code == 0, ran.err
    assert len(ran.json) == len(made.kubenet)
