"""`az kubenet migrate` as people type it: looked at, moved, proven, and gone on with wherever it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import (
    CLUSTER,
    DATA,
    IDENTITY,
    NODES,
    OWN_TABLE,
    autoscaled,
    calico,
    cluster,
    network,
    network_of_aks,
    own_network,
    own_table,
    pool,
    several_subnets,
    stopped,
)
from tests.loopback.aks.mishaps import Mishaps
from tests.loopback.core.wire import Answer
from tests.loopback.server.faults import refusal, to
from tests.support.az import Az, Ran

MIGRATE = "kubenet migrate -g shop -n kube"
REFUSED = refusal(403, "AuthorizationFailed")
#: What is accepted in a move without a look inside.
MOVE = f"{MIGRATE} --accept-risk cluster-not-inspected policy-gap --yes"
SHAPES = (own_network, network_of_aks, own_table, several_subnets, autoscaled, calico)


@pytest.fixture
def cloud(cloud: Cloud, free_waits: None) -> Cloud:
    """One whose `az` waits for nothing."""
    return cloud


def puts(cloud: Cloud) -> list[dict[str, Any]]:
    """The bodies of the PUTs of the cluster that were taken."""
    sent = [each for each in cloud.arm.ledger.writes() if each.method == "PUT" and each.path.lower() == CLUSTER.lower()]
    return [each.body for each in sent if each.status < 400]


def begun(cloud: Cloud, shape: Callable[[Cloud], Mishaps]) -> Mishaps:
    """A cluster, and an empty ledger."""
    made = shape(cloud)
    cloud.arm.ledger.clear()
    return made


def proven(ran: Ran) -> dict[str, Any]:
    """The report of a cluster that has moved, and is proven to have."""
    assert ran.code == 0, ran.err
    report: dict[str, Any] = ran.json
    assert report["proof"]["holds"], report["proof"]
    assert (report["proof"]["networkPlugin"], report["proof"]["networkPluginMode"]) == ("azure", "overlay")
    assert report["proof"]["routesLeft"] in (0, None)
    assert {each["state"] for each in report["steps"]} == {"done"}
    return report


# -- the good way


@pytest.mark.parametrize("shape", SHAPES)
def test_a_ready_cluster_of_each_shape_is_moved_and_proven_and_a_second_run_writes_nothing(
    cloud: Cloud, shape: Callable[[Cloud], Mishaps]
) -> None:
    begun(cloud, shape)
    report = proven(cloud(f"{MOVE} -o json"))
    assert [each["moved"] for each in report["pools"]] == [True] * len(report["pools"])
    engine = shape is calico
    assert [each["step"] for each in report["steps"]] == ["policy", "overlay"][0 if engine else 1 :]  # noqa: E203
    assert len(puts(cloud)) == len(report["steps"])
    cloud.arm.ledger.clear()
    again = proven(cloud(f"{MOVE} -o json"))
    assert (cloud.writes, again["readiness"], again["from"]) == ([], "moved", "azure overlay")


def test_a_dry_run_shows_the_steps_that_a_move_takes_and_writes_nothing(cloud: Cloud) -> None:
    begun(cloud, calico)
    words = "--accept-risk cluster-not-inspected policy-gap --then cilium --save before.json"
    dry = cloud(f"{MIGRATE} {words} --dry-run -o json")
    assert (dry.code, cloud.writes) == (0, []), dry.err
    assert not (cloud.az.home / "before.json").exists()
    done = proven(cloud(f"{MIGRATE} {words} --yes -o json"))
    keys = ("step", "action", "detail")
    assert [[each[key] for key in keys] for each in dry.json["steps"]] == [
        [each[key] for key in keys] for each in done["steps"]
    ]
    assert [each["step"] for each in done["steps"]] == ["save", "policy", "overlay", "engine"]
    assert done["proof"]["networkPolicy"] == "cilium"


def test_each_put_is_what_was_read_with_one_change_and_only_over_that(cloud: Cloud) -> None:
    begun(cloud, calico)
    cloud(f"{MOVE} -o none")
    policy, overlay = (each["properties"]["networkProfile"] for each in puts(cloud))
    assert {key for key in overlay if overlay[key] != policy.get(key)} == {"networkPlugin", "networkPluginMode"}
    assert (policy["networkPolicy"], policy["networkPlugin"]) == ("none", "kubenet")
    assert overlay["podCidrs"] == [overlay["podCidr"]]
    sent = [each for each in cloud.arm.ledger.writes() if each.method == "PUT"]
    assert all(each.headers.get("If-Match") or each.headers.get("if-match") for each in sent)


def test_another_range_for_pods_is_found_and_sent_in_both_fields(cloud: Cloud) -> None:
    begun(cloud, own_network)
    report = proven(cloud(f"{MOVE} --pod-cidr /15 -o json"))
    profile = puts(cloud)[0]["properties"]["networkProfile"]
    assert profile["podCidr"] == report["podCidr"]
    assert profile["podCidr"].endswith("/15")
    assert profile["podCidrs"] == [profile["podCidr"]]


def test_what_there_was_is_written_once_and_kept_by_later_runs(cloud: Cloud) -> None:
    begun(cloud, own_table)
    proven(cloud(f"{MOVE} --save before.json -o json"))
    path = cloud.az.home / "before.json"
    saved = path.read_text(encoding="utf-8")
    document = json.loads(saved)
    assert document["cluster"]["properties"]["networkProfile"]["networkPlugin"] == "kubenet"
    assert [each["id"] for each in document["routeTables"]] == [OWN_TABLE]
    assert document["networkSecurityGroups"]
    cloud(f"{MOVE} --save before.json -o none")
    assert path.read_text(encoding="utf-8") == saved


def test_a_file_of_somebody_else_is_not_written_over(cloud: Cloud) -> None:
    begun(cloud, own_network)
    (cloud.az.home / "mine.json").write_text("{}", encoding="utf-8")
    ran = cloud(f"{MOVE} --save mine.json")
    assert (ran.code, cloud.writes) == (1, [])
    assert "use --save mine-2.json" in ran.err


def test_templates_and_leftovers_are_told(cloud: Cloud) -> None:
    begun(cloud, _own_table_without_firewall)
    report = proven(cloud(f"{MOVE} -o json"))
    assert 'network_plugin_mode = "overlay"' in report["handOver"]["terraform"]
    assert report["handOver"]["arm"]["networkPluginMode"] == "overlay"
    assert (
        f"az network route-table show --ids {OWN_TABLE} --query '[subnets, routes]'" in report["handOver"]["commands"]
    )


def _own_table_without_firewall(cloud: Cloud) -> Mishaps:
    network(cloud)
    cloud.arm.put(OWN_TABLE, {"location": "westeurope", "properties": {"routes": []}})
    cloud.arm.cloud.store[NODES]["properties"]["routeTable"] = {"id": OWN_TABLE}
    cloud.arm.grant(cloud.arm.cloud.store[IDENTITY]["properties"]["principalId"], "Network Contributor", OWN_TABLE)
    return cluster(cloud, pool("system", 3, NODES))


# -- who is asked, and who is not


def test_without_a_terminal_nobody_can_be_asked_and_nothing_is_written(cloud: Cloud) -> None:
    begun(cloud, own_network)
    ran = cloud(f"{MIGRATE} --accept-risk cluster-not-inspected")
    assert (ran.code, cloud.writes) == (1, [])
    assert "az kubenet migrate -g shop -n kube --accept-risk cluster-not-inspected --yes" in ran.err


# what is typed, the exit code, what is said
WRONG = (
    (f"{MIGRATE} --yes", 1, "cluster-not-inspected"),
    (f"{MOVE} --pod-cidr 10.30.1.0/16", 1, "10.30.0.0/16"),
    (f"{MOVE} --pod-cidr 10.30.0.0/16", 1, "pod-cidr-for-overlay"),
    (f"{MOVE} --then cilum", 2, "cilum"),
    (f"{MOVE} --until nowhere", 2, "nowhere"),
    (f"{MIGRATE} --accept-risk nothing", 1, "use any of: policy-gap, cluster-not-inspected"),
    (f"{MIGRATE} --skip-checks nothing", 1, "unknown-check"),
    (f"{MOVE} --save before.txt", 1, "before.txt does not end in .json"),
    (f"{MOVE} --save -", 1, "use --save cluster.json"),
    (f"{MOVE} --save ''", 1, "--save: the value is empty"),
    (f"{MOVE} --save /dev/full", 1, "/dev/full"),
    (f"{MOVE} --accept-risk ''", 1, "--accept-risk: the value is empty"),
    (f"{MOVE} --dry-run --no-wait", 2, "a dry run has nothing to wait for"),
    (f"kubenet migrate -g shop -n {CLUSTER} --yes", 2, "a name is meant here"),
    ("kubenet migrate -g shop -n 'ku be' --yes", 3, "cluster ku be does not exist"),
    (f"{MOVE} --assign-identity {NODES}", 1, "is not the id of a user-assigned identity"),
    ("kubenet migrate -g shop -n nope --yes", 3, "cluster nope does not exist"),
    ("kubenet migrate -g nope -n kube --yes", 3, "resource group nope does not exist"),
)


@pytest.mark.parametrize(("typed", "code", "said"), WRONG)
def test_what_cannot_be_meant_is_said_and_nothing_is_written(cloud: Cloud, typed: str, code: int, said: str) -> None:
    begun(cloud, own_network)
    ran = cloud(typed)
    assert (ran.code, ran.out, cloud.writes) == (code, "", [])
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_logged_out_azure_cli_says_how_to_log_in(az: Az) -> None:
    ran = az(MOVE)
    assert (ran.code, ran.out) == (1, "")
    assert "az login" in ran.err


def test_a_cluster_on_another_plugin_is_none_to_move(cloud: Cloud) -> None:
    network(cloud)
    cluster(cloud, pool("system", 3, NODES), networkPlugin="azure", podCidr=None)
    cloud.arm.ledger.clear()
    ran = cloud(MOVE)
    assert (ran.code, cloud.writes) == (1, [])
    assert "not on kubenet" in ran.err


@pytest.mark.parametrize("output", ["json", "jsonc", "yaml", "table", "tsv", "none"])
def test_the_report_comes_in_every_output(cloud: Cloud, output: str) -> None:
    begun(cloud, own_network)
    ran = cloud(f"{MIGRATE} --accept-risk cluster-not-inspected --dry-run -o {output}")
    assert ran.code == 0, ran.err
    assert bool(ran.out.strip()) is (output != "none")


# -- where it stops, and goes on


def test_a_stopped_cluster_is_not_moved(cloud: Cloud) -> None:
    begun(cloud, stopped)
    ran = cloud(MOVE)
    assert (ran.code, cloud.writes) == (1, [])
    assert "az aks start -g shop -n kube" in ran.err


def test_until_a_step_and_the_same_command_goes_on(cloud: Cloud) -> None:
    made = begun(cloud, calico)
    ran = cloud(f"{MOVE} --until policy -o json")
    assert (ran.code, len(puts(cloud))) == (0, 1), ran.err
    assert made.body["properties"]["networkProfile"]["networkPlugin"] == "kubenet"
    report = proven(cloud(f"{MOVE} -o json"))
    assert [each["step"] for each in report["steps"]] == ["overlay"]


def test_no_wait_ends_at_the_first_change_and_goes_on(cloud: Cloud) -> None:
    begun(cloud, calico)
    for _ in range(6):  # while one is under way, no other is sent
        ran = cloud(f"{MOVE} --no-wait -o json")
        assert (ran.code, ran.out) == (0, ""), "azure-cli prints nothing then"
        assert ("to go on: az kubenet migrate -g shop -n kube" in ran.err) is not ("is on Azure CNI Overlay" in ran.err)
    proven(cloud(f"{MOVE} -o json"))
    assert len(puts(cloud)) == 2


# how a move ends, what is said of it
ENDS: tuple[tuple[str, Callable[[Mishaps], Any], str], ...] = (
    ("Failed, with pools that moved", lambda at: at.fail_next_move("InternalOperationError", "nodes did not come up"),
     "nodes did not come up"),
    ("Failed, before any moved", lambda at: at.fail_next_move("QuotaExceeded", "no cores", rolled=False), "no cores"),
    ("Canceled", lambda at: at.cancel_next_move(), "cancel"),
    ("a budget that lets no node go", lambda at: at.block_drain(), '--command "kubectl get pdb --all-namespaces"'),
)  # fmt: skip


@pytest.mark.parametrize(("end", "said"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_a_move_that_azure_did_not_finish_is_told_and_finished_by_the_same_command(
    cloud: Cloud, end: Callable[[Mishaps], Any], said: str
) -> None:
    made = begun(cloud, own_network)
    end(made)
    ran = cloud(f"{MOVE} -o json")
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert "it shows Azure CNI Overlay, and not all of it is in order" in ran.err
    command = next(line.rpartition(": ")[2] for line in ran.err.splitlines() if "az kubenet migrate -g shop" in line)
    made.let_drain()
    cloud.arm.ledger.clear()
    report = proven(cloud(f"{command.removeprefix('az ')} --yes -o json"))
    assert [(each["step"], each["action"]) for each in report["steps"]] == [("overlay", "update")]
    assert len(puts(cloud)) == 1


def test_a_change_by_somebody_else_is_not_written_over(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    made = begun(cloud, own_network)
    clusters = cloud.arm.cloud.clusters
    put = clusters.put

    def somebody_first(rid: Any, call: Any) -> Any:
        made.body["tags"] = {"by": "somebody"}
        made.body["eTag"] = "other"
        monkeypatch.setattr(clusters, "put", put)
        return put(rid, call)

    monkeypatch.setattr(clusters, "put", somebody_first)
    ran = cloud(MOVE)
    assert (ran.code, ran.out) == (1, "")
    assert "was changed by someone else" in ran.err
    assert made.body["properties"]["networkProfile"]["networkPlugin"] == "kubenet"
    assert made.body["tags"] == {"by": "somebody"}


def test_an_identity_is_granted_what_it_needs_and_assigned(cloud: Cloud) -> None:
    begun(cloud, _as_itself)
    refused = cloud(MOVE)
    assert (refused.code, cloud.writes) == (1, [])
    for _ in range(2):  # the same command again moves nothing: since when the identity is known everywhere is not shown
        ran = cloud(f"{MOVE} --assign-identity {IDENTITY} -o json")
        assert ran.code == 0, ran.err
        assert [each["identity"]["type"] for each in puts(cloud)] == ["UserAssigned"]
        assert "Azure takes hours" in ran.err
    command = ran.err.rpartition("to go on: az ")[2].strip()
    report = proven(cloud(f"{command} --yes -o json"))
    assert [each["step"] for each in report["steps"]] == ["overlay"]


def test_nothing_is_granted_where_the_cluster_was_changed_since_it_was_judged(cloud: Cloud) -> None:
    made = begun(cloud, _as_itself)
    looks = iter(range(10))

    def somebody(call: Any) -> None:
        if call.method == "GET" and call.path.lower() == CLUSTER.lower() and next(looks) == 1:
            made.body["tags"] = {"by": "somebody"}

    cloud.arm.cloud.before.append(somebody)
    ran = cloud(f"{MOVE} --assign-identity {IDENTITY}")
    assert (ran.code, cloud.writes) == (1, [])
    assert "was changed by someone else since it was judged: tags" in ran.err


def test_an_identity_that_is_not_there_is_an_error_of_a_dry_run_too(cloud: Cloud) -> None:
    begun(cloud, _as_itself)
    ran = cloud(f"{MIGRATE} --accept-risk cluster-not-inspected --assign-identity {IDENTITY}2 --dry-run")
    assert (ran.code, cloud.writes) == (1, [])
    assert f"identity {IDENTITY.rpartition('/')[2]}2 does not exist" in ran.err


def test_what_came_while_the_engine_was_taken_off_is_judged_before_the_move(cloud: Cloud) -> None:
    made = begun(cloud, calico)

    def somebody(call: Any) -> None:
        if call.method == "PUT" and call.path.lower() == CLUSTER.lower():
            made.put_table(made.table.text(), DATA)

    cloud.arm.cloud.before.append(somebody)
    ran = cloud(MOVE)
    assert (ran.code, ran.out, len(puts(cloud))) == (1, "", 1)
    assert made.body["properties"]["networkProfile"]["networkPlugin"] == "kubenet"
    assert "is not ready any more: route-table-elsewhere" in ran.err
    assert "az network vnet subnet update --ids" in ran.err
    assert "to have it back: az aks update -g shop -n kube --network-policy calico" in ran.err


@pytest.mark.parametrize(("looks", "code"), [(2, 0), (20, 1)], ids=["for a moment", "for good"])
def test_surge_nodes_that_are_still_there_are_waited_for_before_the_move(cloud: Cloud, looks: int, code: int) -> None:
    begun(cloud, calico)
    full = {"id": NODES, "currentValue": 251, "limit": 251, "unit": "Count", "name": {"value": "SubnetSpace"}}
    seen = iter(range(100))

    def crowded(call: Any) -> Answer | None:
        of_network = "/virtualnetworks/corp/usages" in call.path.lower()
        return Answer(200, {"value": [full]}) if of_network and puts(cloud) and next(seen) < looks else None

    cloud.arm.cloud.before.append(crowded)
    ran = cloud(f"{MOVE} -o json")
    assert (ran.code, len(puts(cloud))) == (code, 2 - code), ran.err
    assert "upgrade-room: looking again in 30 s" in ran.err
    assert ("is not ready any more: upgrade-room" in ran.err) is bool(code)


def test_a_look_inside_that_failed_is_no_look(cloud: Cloud) -> None:
    begun(cloud, own_network)
    run_command = to("POST", "runCommand")
    cloud.arm.cloud.before.append(lambda call: REFUSED if run_command(call) else None)
    ran = cloud(f"{MIGRATE} --inspect-cluster --yes")
    assert (ran.code, ran.out, puts(cloud)) == (1, "", [])
    assert "cluster-not-inspected: nothing was seen inside the cluster" in ran.err


# -- a cluster that has left kubenet


def moved(cloud: Cloud, words: str = "") -> None:
    """A cluster that has moved, and an empty ledger."""
    begun(cloud, own_network)
    proven(cloud(f"{MOVE} {words} -o json"))
    cloud.arm.ledger.clear()


def half_moved(cloud: Cloud) -> Mishaps:
    made = own_network(cloud)
    made.fail_next_move("InternalOperationError", "nodes did not come up")
    assert cloud(MOVE).code == 1
    return made


def test_a_dry_run_on_a_half_moved_cluster_says_so_and_is_no_success(cloud: Cloud) -> None:
    begun(cloud, half_moved)
    ran = cloud(f"{MIGRATE} --dry-run -o json")
    assert (ran.code, ran.json["readiness"], ran.json["proof"], cloud.writes) == (1, "half-moved", None, [])
    assert "not all of it has moved; to have AKS finish it: az kubenet migrate -g shop -n kube" in ran.err


def test_list_and_check_lead_to_a_cluster_that_is_halfway(cloud: Cloud) -> None:
    begun(cloud, half_moved)
    ran = cloud("kubenet list -o json")
    assert (ran.code, ran.json) == (0, []), ran.err
    assert "1 cluster on Azure CNI Overlay not in state Succeeded" in ran.err
    assert "kube in resource group shop (Failed)" in ran.err
    assert "not in state" not in cloud("kubenet list -g net").err
    checked = cloud("kubenet check -g shop -n kube")
    assert checked.code == 1
    command = next(line for line in checked.err.splitlines() if "az kubenet migrate" in line).partition(": az ")[2]
    assert cloud(f"{command} -o json").json["readiness"] == "half-moved"
    cloud(f"{MOVE} -o none")
    assert "not in state" not in cloud("kubenet list").err


def test_a_failed_move_is_not_sent_again_by_a_run_that_does_not_wait_for_its_end(cloud: Cloud) -> None:
    made = own_network(cloud)
    made.block_drain()
    codes = [cloud(f"{MOVE} --no-wait").code for _ in range(4)]
    assert (codes, len(puts(cloud))) == ([0, 0, 1, 1], 1)
    ran = cloud(f"{MOVE} --no-wait")
    assert "it shows Azure CNI Overlay, and not all of it is in order: cluster Failed" in ran.err
    assert "Azure says why: UpgradeFailed: Drain node failed" in ran.err
    made.let_drain()
    proven(cloud(f"{MOVE} -o json"))


def test_a_move_that_fails_while_a_run_waits_for_it_is_told_and_not_sent_again_by_that_run(cloud: Cloud) -> None:
    made = own_network(cloud)
    made.block_drain()
    assert cloud(f"{MOVE} --no-wait").code == 0
    ran = cloud(MOVE)
    assert (ran.code, ran.out, len(puts(cloud))) == (1, "", 1), ran.err
    assert "the move of cluster kube has failed, and nothing was written now" in ran.err
    assert "Azure says why: UpgradeFailed" in ran.err


def test_a_half_moved_cluster_that_is_stopped_is_started_first(cloud: Cloud) -> None:
    made = half_moved(cloud)
    made.stop()
    cloud.arm.ledger.clear()
    ran = cloud(MOVE)
    assert (ran.code, cloud.writes) == (1, [])
    assert "az aks start -g shop -n kube" in ran.err


def test_what_comes_too_late_is_said_and_a_moved_cluster_is_still_a_good_end(cloud: Cloud) -> None:
    moved(cloud)
    ran = cloud(f"{MOVE} --pod-cidr /15 --save before.json -o json")
    assert (ran.code, cloud.writes) == (0, [])
    assert "on Azure CNI Overlay by now, with pod CIDR 10.244.0.0/16, not /15" in ran.err
    assert "nothing was written to before.json" in ran.err
    assert cloud(f"{MOVE} --pod-cidr 10.244.0.0/16 -o json").json["findings"] == []


def test_a_moved_cluster_without_an_engine_is_told_what_that_means(cloud: Cloud) -> None:
    begun(cloud, calico)
    ran = cloud(f"{MOVE} -o json")
    assert proven(ran)["readiness"] == "moved"
    assert "no network policy engine is on: network policies, if there are any, are not enforced" in ran.err


def test_an_engine_is_put_on_only_where_there_is_none(cloud: Cloud) -> None:
    moved(cloud, "--then cilium")
    ran = cloud(f"{MOVE} --then calico")
    assert (ran.code, cloud.writes) == (1, [])
    assert "network policy engine cilium is on, and calico is put on only where there is none" in ran.err
    assert "az aks update" not in ran.err, "Azure refuses that"


def test_a_group_that_may_not_be_read_stands_in_the_saved_file_by_its_id_and_is_said(cloud: Cloud) -> None:
    begun(cloud, own_table)
    groups = to("GET", "networkSecurityGroups")
    cloud.arm.cloud.before.append(lambda call: REFUSED if groups(call) else None)
    ran = cloud(f"{MOVE} --save before.json -o json")
    document = json.loads((cloud.az.home / "before.json").read_text(encoding="utf-8"))
    assert [each["notRead"] for each in document["networkSecurityGroups"]]
    assert "could not be read, and stands in before.json by its id alone" in ran.err


def _as_itself(cloud: Cloud) -> Mishaps:
    network(cloud)
    return cluster(cloud, pool("system", 3, NODES), identity=None)


def test_the_identity_that_goes_is_named_with_how_to_see_what_it_may_do(cloud: Cloud) -> None:
    begun(cloud, own_network)
    other = cloud.seed("resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/other",
                       {"location": "westeurope"})  # fmt: skip
    ran = cloud(f"{MIGRATE} --accept-risk cluster-not-inspected --assign-identity {other} --dry-run -o json")
    (told,) = [each for each in ran.json["findings"] if each["rule"] == "identity-replaced"]
    assert "identity team is replaced by other" in told["message"]
    assert told["recommendation"].startswith("see what that is, and grant it to other: az role assignment list --all")


def test_what_is_left_of_a_run_that_ended_before_the_identity_has_the_identity_in_it(cloud: Cloud) -> None:
    begun(cloud, _as_itself)
    ran = cloud(f"{MOVE} --save before.json --until save --assign-identity {IDENTITY}")
    assert (ran.code, puts(cloud)) == (0, []), ran.err
    assert f"--assign-identity {IDENTITY}" in ran.err.rpartition("to go on: ")[2]


def test_a_refused_grant_names_no_option_of_another_command(cloud: Cloud) -> None:
    begun(cloud, _as_itself)
    grants = to("PUT", "roleAssignments")
    cloud.arm.cloud.before.append(lambda call: REFUSED if grants(call) else None)
    ran = cloud(f"{MOVE} --assign-identity {IDENTITY}")
    assert (ran.code, puts(cloud)) == (1, [])
    assert "az role assignment create --assignee-object-id" in ran.err
    assert "--skip-subnet-role-assignment" not in ran.err


def test_until_a_step_that_there_is_not_does_nothing_beyond_it(cloud: Cloud) -> None:
    begun(cloud, own_network)
    ran = cloud(f"{MOVE} --until policy -o json")
    assert (ran.code, cloud.writes) == (0, []), ran.err


def test_a_change_between_the_look_and_the_move_stops_it(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    made = begun(cloud, own_network)
    looks = iter(range(10))

    def somebody(call: Any) -> None:
        if call.method == "GET" and call.path.lower() == CLUSTER.lower() and next(looks) == 1:
            made.body["tags"] = {"by": "somebody"}

    cloud.arm.cloud.before.append(somebody)
    ran = cloud(MOVE)
    assert (ran.code, ran.out, cloud.writes) == (1, "", [])
    assert "was changed by someone else since it was judged: tags" in ran.err
    assert "nothing was written over that" in ran.err


def test_a_moved_cluster_is_proven_by_a_dry_run_too(cloud: Cloud) -> None:
    moved(cloud)
    dry = cloud(f"{MIGRATE} --dry-run -o json")
    assert (dry.code, dry.json["proof"]["holds"], cloud.writes) == (0, True, [])


def test_a_proxys_password_is_in_no_saved_file(cloud: Cloud) -> None:
    made = begun(cloud, own_network)
    made.body["properties"]["httpProxyConfig"] = {"httpProxy": "http://user:hunter2@proxy.example:3128"}
    ran = cloud(f"{MOVE} --save before.json -o json")
    assert "http://proxy.example:3128" in (cloud.az.home / "before.json").read_text(encoding="utf-8")
    assert puts(cloud)[0]["properties"]["httpProxyConfig"]["httpProxy"] == "http://user:hunter2@proxy.example:3128"
    assert "hunter2" not in ran.out + ran.err


def test_create_for_a_cluster_that_has_moved_says_so_and_ends_well(cloud: Cloud) -> None:
    moved(cloud)
    ran = cloud(f"kubenet create -g shop -n kube --vnet-subnet-id {NODES} --assign-identity {IDENTITY} -o json")
    assert (ran.code, cloud.writes) == (0, []), ran.err
    assert ran.json["networkProfile"]["networkPluginMode"] == "overlay"
    assert "has moved from kubenet to Azure CNI Overlay" in ran.err


def test_what_decides_and_was_not_seen_stops_a_move_unless_its_name_is_typed(cloud: Cloud) -> None:
    begun(cloud, own_network)
    locks = to("GET", "Microsoft.Authorization")
    cloud.arm.cloud.before.append(lambda call: REFUSED if locks(call) and call.path.endswith("/locks") else None)
    refused = cloud(MOVE)
    assert (refused.code, refused.out, cloud.writes) == (1, "", [])
    assert "locks could not be looked at" in refused.err
    dry = cloud(f"{MIGRATE} --accept-risk cluster-not-inspected --dry-run -o json")
    assert dry.json["readiness"] == "unknown"
    command = next(line for line in refused.err.splitlines() if "--skip-checks locks" in line).rpartition(": az ")[2]
    proven(cloud(f"{command} --yes -o json"))


def test_where_azure_refuses_the_move_once_the_engine_is_off_the_way_back_to_it_is_told(cloud: Cloud) -> None:
    made = begun(cloud, calico)
    made.masquerade_by_hand()
    ran = cloud(MOVE)
    assert (ran.code, len(puts(cloud))) == (1, 1)
    assert "it is on kubenet: cluster Succeeded" in ran.err
    assert "calico is off, and network policies are not enforced meanwhile" in ran.err
    back = next(line.rpartition("to have it back: az ")[2] for line in ran.err.splitlines() if "have it back" in line)
    assert cloud(back).code == 0
    assert made.body["properties"]["networkProfile"]["networkPolicy"] == "calico"


def test_one_cluster_is_moved_at_a_time(cloud: Cloud) -> None:
    begun(cloud, own_network)
    ran = cloud(f"kubenet migrate --ids {CLUSTER} {CLUSTER} --yes")
    assert (ran.code, cloud.writes) == (2, [])


# -- what Azure says and does not do, and what others do meanwhile


def _without_effect(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, which: Callable[[Any], bool]) -> None:
    """Azure takes some PUTs of the cluster, and does nothing."""
    clusters = cloud.arm.cloud.clusters
    put = clusters.put

    def taken(rid: Any, call: Any) -> Any:
        if not which(call.body["properties"]["networkProfile"]):
            return put(rid, call)
        shown = cloud.arm.cloud.shown(CLUSTER)
        assert shown is not None
        return Answer(200, shown)

    monkeypatch.setattr(clusters, "put", taken)


@pytest.mark.parametrize(
    ("shape", "words", "which", "step", "taken"),
    [
        (own_network, "", lambda sent: sent["networkPlugin"] == "azure", "overlay", 1),
        (own_network, "--then cilium", lambda sent: sent["networkPlugin"] == "azure", "overlay", 1),
        (calico, "", lambda sent: sent["networkPolicy"] == "none", "policy", 1),
        (own_network, "--then cilium", lambda sent: sent.get("networkPolicy") == "cilium", "engine", 2),
    ],
    ids=["the move", "the move before an engine", "an engine off", "an engine on"],
)
def test_a_step_that_the_cluster_does_not_show_is_not_done(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, shape: Any, words: str, which: Any, step: str, taken: int
) -> None:
    begun(cloud, shape)
    _without_effect(cloud, monkeypatch, which)
    ran = cloud(f"{MOVE} {words} -o json")
    assert (ran.code, ran.out, len(puts(cloud))) == (1, "", taken), ran.err
    assert (
        f"step {step} of cluster kube stopped: Azure has taken the change, and the cluster does not show it" in ran.err
    )


def test_a_cluster_that_was_made_anew_meanwhile_is_left_alone(cloud: Cloud) -> None:
    made = begun(cloud, calico)
    made.body["properties"]["resourceUID"] = "first"
    polls = iter(range(100))

    def anew(call: Any) -> None:
        if puts(cloud) and call.method == "GET" and call.path.lower() == CLUSTER.lower() and next(polls) == 0:
            made.body["properties"]["resourceUID"] = "second"

    cloud.arm.cloud.before.append(anew)
    ran = cloud(f"{MOVE} -o json")
    assert (ran.code, ran.out, len(puts(cloud))) == (1, "", 1)
    assert "cluster kube is another one now" in ran.err


def test_no_engine_is_taken_off_where_a_policy_of_azure_refuses_the_move(cloud: Cloud) -> None:
    begun(cloud, calico)
    rule = {"if": {"allOf": [
        {"field": "type", "equals": "Microsoft.ContainerService/managedClusters"},
        {"field": "Microsoft.ContainerService/managedClusters/networkProfile.networkPlugin", "equals": "azure"},
    ]}, "then": {"effect": "deny"}}  # fmt: skip
    has = {"displayName": "kubenet only", "mode": "All", "policyRule": rule}
    policy = cloud.seed("providers/Microsoft.Authorization/policyDefinitions/only", {"properties": has})
    assignment = {"properties": {"policyDefinitionId": policy}}
    cloud.seed("providers/Microsoft.Authorization/policyAssignments/only", assignment)
    ran = cloud(f"{MIGRATE} --accept-risk cluster-not-inspected policy-gap --dry-run -o json")
    (told,) = [each for each in ran.json["findings"] if each["rule"] == "policies"]
    assert "'kubenet only'" in told["message"]
    assert "cluster kube on Azure CNI Overlay" in told["message"]


def test_while_something_is_under_way_no_step_is_sent(cloud: Cloud) -> None:
    made = begun(cloud, calico)
    looks = iter(range(100))

    def somebody(call: Any) -> None:
        if call.method == "GET" and call.path.lower() == CLUSTER.lower() and next(looks) == 1:
            made.body["properties"]["provisioningState"] = "Scaling"

    cloud.arm.cloud.before.append(somebody)
    ran = cloud(f"{MOVE} -o json")
    assert (ran.code, ran.out, cloud.writes) == (1, "", [])
    assert "an operation is under way on cluster kube" in ran.err


def test_a_put_that_meets_another_operation_is_told_to_wait(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(cloud, own_network)
    busy = {"code": "OperationNotAllowed", "message": "Another operation (Updating) is in progress, please wait for it"}
    clusters = cloud.arm.cloud.clusters
    monkeypatch.setattr(clusters, "put", lambda *_: Answer(409, {"error": busy}))
    ran = cloud(MOVE)
    assert (ran.code, ran.out) == (1, "")
    assert "somebody else's operation is under way; to wait for it, and go on: az kubenet migrate -g shop" in ran.err


def test_nothing_is_sent_over_a_cluster_of_which_no_pool_is_shown(cloud: Cloud) -> None:
    made = begun(cloud, own_network)
    made.body["properties"]["agentPoolProfiles"] = None
    ran = cloud(f"{MOVE} --skip-checks limits-measured route-table-missing locks route-table-elsewhere")
    assert (ran.code, cloud.writes) == (1, [])
    assert "does not show cluster kube whole" in ran.err


def test_a_half_moved_cluster_gets_no_other_identity(cloud: Cloud) -> None:
    begun(cloud, half_moved)
    other = cloud.seed("resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/other",
                       {"location": "westeurope"})  # fmt: skip
    cloud.arm.ledger.clear()
    ran = cloud(f"{MOVE} --assign-identity {other} --until identity")
    assert (ran.code, cloud.writes) == (1, [])
    assert "leave --assign-identity out" in ran.err


def test_a_saved_file_of_another_cluster_of_the_same_name_is_no_saved_state(cloud: Cloud) -> None:
    made = begun(cloud, own_network)
    made.body["properties"]["resourceUID"] = "first"
    assert cloud(f"{MOVE} --save before.json --until save").code == 0
    made.body["properties"]["resourceUID"] = "second"
    ran = cloud(f"{MOVE} --save before.json")
    assert (ran.code, cloud.writes) == (1, [])
    assert "use --save before-2.json" in ran.err


def test_a_new_identity_is_granted_the_zone_and_the_kubelets_identity_too(cloud: Cloud) -> None:
    made = begun(cloud, _as_itself)
    zone = cloud.seed("resourceGroups/net/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io",
                      {"location": "global"})  # fmt: skip
    kubelet = cloud.seed("resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kubelet",
                         {"location": "westeurope"})  # fmt: skip
    properties = made.body["properties"]
    properties["apiServerAccessProfile"] = {"enablePrivateCluster": True, "privateDNSZone": zone}
    properties["identityProfile"] = {"kubeletidentity": {"resourceId": kubelet, "clientId": "c", "objectId": "o"}}
    ran = cloud(f"{MOVE} --assign-identity {IDENTITY}")
    assert "Private DNS Zone Contributor on privatelink.westeurope.azmk8s.io" in ran.err
    assert "Managed Identity Operator on kubelet" in ran.err


def test_an_identity_whose_name_a_shell_would_read_is_quoted_in_what_goes_on(cloud: Cloud) -> None:
    begun(cloud, _as_itself)
    cloud.seed("resourceGroups/team(eu)", {"location": "westeurope"})
    odd = cloud.seed("resourceGroups/team(eu)/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one",
                     {"location": "westeurope"})  # fmt: skip
    ran = cloud(*f"{MOVE} --until save --save before.json --assign-identity".split(), odd)
    assert f"--assign-identity '{odd}'" in ran.err
