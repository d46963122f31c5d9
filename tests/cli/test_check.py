"""`az kubenet check` as people type it: every output, callers with few rights, clusters that are not on kubenet."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import CHECK, CLUSTER, SHAPES, machines, own_network, stopped
from tests.cli.test_check_faults import QUOTA
from tests.loopback.aks.mishaps import Mishaps
from tests.loopback.core.options import CALLER_OBJECT
from tests.support.az import Az
from tests.support.printed import commands, head


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_healthy_cluster_of_each_shape_gives_no_error_and_no_warning(
    cloud: Cloud, shape: Callable[[Cloud], Mishaps]
) -> None:
    shape(cloud)
    ran = cloud(f"{CHECK} -o json")
    assert ran.code == 0, ran.err
    report = ran.json
    assert [each for each in report["findings"] if each["severity"] != "info"] == []
    assert report["looked"]["notLookedAt"] == []
    assert not cloud.writes


def test_a_cluster_of_three_pools_takes_at_most_fourteen_requests(cloud: Cloud) -> None:
    own_network(cloud)
    cloud.arm.ledger.clear()
    report = cloud(f"{CHECK} -o json").json
    sent = [entry for entry in cloud.arm.ledger if not entry.path.startswith(("/metadata/", "/msi/"))]
    assert report["looked"]["requests"] == len(sent)
    assert report["looked"]["requests"] <= 14


@pytest.mark.parametrize("output", ["json", "jsonc", "yaml", "yamlc", "table", "tsv", "none"])
def test_the_report_comes_in_every_output_whatever_the_exit_code(cloud: Cloud, output: str) -> None:
    made = own_network(cloud)
    made.scale(240, pool="user")
    ran = cloud(f"{CHECK} -o {output}")
    assert ran.code == 1
    assert "ERROR: upgrade-room: " in ran.err
    assert bool(ran.out) is (output != "none")
    assert cloud(f"{CHECK} -o {output} --fail-on never").code == 0


def test_a_script_asks_whether_the_cluster_can_be_upgraded(cloud: Cloud) -> None:
    made = own_network(cloud)
    ask = f"{CHECK} --fail-on never --only-show-errors --query canUpgrade -o tsv"
    assert cloud(ask).out.strip() == "true"
    made.scale(240, pool="user")
    assert cloud(ask).out.strip() == "false"


def test_machines_without_a_scale_set_are_counted(cloud: Cloud) -> None:
    machines(cloud)
    pools = cloud(f"{CHECK} -o json").json["pools"]
    assert [(each["name"], each["count"], each["blocks"]) for each in pools] == [("system", 3, 3), ("singles", 2, 2)]


def test_with_reader_everywhere_everything_is_looked_at(cloud: Cloud) -> None:
    cloud.arm.empty(caller_role="Reader")
    own_network(cloud)
    report = cloud(f"{CHECK} -o json").json
    assert (report["findings"], report["looked"]["notLookedAt"]) == ([], [])


def test_with_reader_on_the_cluster_alone_what_was_not_looked_at_is_said(cloud: Cloud) -> None:
    cloud.arm.empty(caller_role="")
    own_network(cloud)
    cloud.arm.grant(CALLER_OBJECT, "Reader", CLUSTER)
    ran = cloud(f"{CHECK} -o json")
    assert ran.code == 0, ran.err
    report = ran.json
    assert {each["rule"] for each in report["findings"]} == {"not-looked-at"}
    assert report["looked"]["notLookedAt"]
    verdicts = {each["limit"]: each["verdict"] for each in report["limits"]}
    assert verdicts == {**dict.fromkeys(("subnet", "podCidr", "routes", "quota"), "not looked at"), "nodes": "yes"}
    assert report["canUpgrade"] is None
    assert cloud(f"{CHECK} --fail-on warning -o none").code == 1


def test_what_is_printed_for_a_stopped_cluster_without_quota_works_while_it_is_stopped(cloud: Cloud) -> None:
    stopped(cloud)
    cloud.arm.put(QUOTA, {"limit": 10})
    ran = cloud(CHECK)
    assert ran.code == 1
    printed = commands(ran.err)
    assert "do not fit when it starts" in ran.err
    assert "first request more quota, https://aka.ms/aks/quota" in ran.err
    assert {head(each) for each in printed} == {"az aks start", "az kubenet migrate"}
    cloud.arm.put(QUOTA, {"limit": 100})
    started = cloud.shell(printed[0])
    assert started.code == 0, started.err
    assert cloud(f"{CHECK} -o json").json["findings"] == []


@pytest.mark.parametrize("skip", ["", " --skip-checks locks cluster-state"])
def test_a_lowered_finding_does_not_make_an_upgrade_possible(cloud: Cloud, skip: str) -> None:
    made = own_network(cloud)
    assert cloud(f"{CHECK} -o json").json["canUpgrade"] is True
    made.body["properties"]["provisioningState"] = "Failed"
    report = cloud(f"{CHECK}{skip} --fail-on never -o json").json
    assert (report["canUpgrade"], report["findings"][0]["severity"]) == (False, "warning" if skip else "error")


# what is typed, the exit code, what is said
OTHERS = (
    ("kubenet check -g shop -n nope", 3, "cluster nope does not exist in resource group shop"),
    ("kubenet check -g nope -n kube", 3, "resource group nope does not exist"),
    (f"{CHECK} --pool nope:+3", 2, "has no pool nope"),
    (f"{CHECK} --pool user", 2, "invalid --pool user"),
    ("kubenet check -g shop -n 'kube?x=1'", 3, "does not exist in resource group shop"),
    (f"{CHECK} --add-nodes many", 2, "invalid --add-nodes 'many'"),
    (f"{CHECK} --skip-checks nope", 1, "there is no such check"),
    (f"{CHECK} --accept-risk nope", 1, "no rule that can be accepted"),
    (f"{CHECK} --findings x.txt", 1, "unknown-file-ending"),
    (f"{CHECK} --fail-on sometimes", 2, "sometimes"),
)


@pytest.mark.parametrize(("typed", "code", "said"), OTHERS)
def test_what_cannot_be_checked_is_said_with_its_exit_code(cloud: Cloud, typed: str, code: int, said: str) -> None:
    own_network(cloud)
    ran = cloud(typed)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_what_is_printed_for_a_cluster_that_does_not_exist_lists_those_that_do(cloud: Cloud) -> None:
    own_network(cloud)
    printed = commands(cloud("kubenet check -g shop -n nope").err)
    assert [head(each) for each in printed] == ["az aks list", "az kubenet list"]
    for each in printed:
        ran = cloud.shell(each)
        assert (ran.code, "kube" in ran.out) == (0, True), ran.err


def test_a_cluster_that_is_not_on_kubenet_is_none_to_check(cloud: Cloud) -> None:
    made = own_network(cloud)
    made.body["properties"]["networkProfile"].update(networkPlugin="azure", networkPluginMode="overlay")
    ran = cloud(CHECK)
    assert (ran.code, ran.out) == (1, "")
    assert "cluster kube is on azure overlay, not on kubenet" in ran.err


def test_logged_out_azure_cli_says_how_to_log_in(az: Az) -> None:
    ran = az(CHECK)
    assert (ran.code, ran.out) == (1, "")
    assert "az login" in ran.err


def test_findings_are_written_whatever_the_exit_code(cloud: Cloud) -> None:
    made = own_network(cloud)
    made.scale(240, pool="user")
    assert cloud(f"{CHECK} --findings found.json -o none").code == 1
    found = json.loads((cloud.az.home / "found.json").read_text(encoding="utf-8"))
    assert found["checkVersion"] == "1.0"
    assert found["findings"][0]["rule"] == "upgrade-room"


def test_no_cluster_at_all_is_no_success(cloud: Cloud) -> None:
    """A login that has lost its rights lists none: the job that looks at all of them must not look green."""
    (cloud.az.home / "none.txt").write_text("")
    for ids in ("@none.txt", "@-"):
        for form in ("json", "table"):
            ran = cloud(f"kubenet check --ids {ids} --findings none.sarif -o {form}", stdin="")
            assert (ran.code, ran.out) == (2, ""), ids
            assert "--ids names no cluster" in ran.err
        assert "usage" in (cloud.az.home / "none.sarif").read_text()


def test_a_table_of_several_clusters_names_each(cloud: Cloud) -> None:
    own_network(cloud)
    ran = cloud(f"kubenet check --ids {CLUSTER} {CLUSTER} -o table")
    assert ran.code == 0
    head, _, first = (line.split()[:2] for line in ran.out.splitlines()[:3])
    assert (head, first) == (["Cluster", "Limit"], ["kube", "subnet"])


def test_several_clusters_by_their_ids(cloud: Cloud) -> None:
    own_network(cloud)
    ran = cloud(f"kubenet check --ids {CLUSTER} -o json")
    assert ran.code == 0, ran.err
    assert ran.json["id"].lower() == CLUSTER.lower()
    missing = CLUSTER.replace("/kube", "/none")
    ran = cloud(f"kubenet check --ids {CLUSTER} {missing} --findings both.xml -o none")
    assert (ran.code, "cluster none does not exist" in ran.err) == (1, True)
    suites = ElementTree.fromstring((cloud.az.home / "both.xml").read_text(encoding="utf-8"))
    assert f"az kubenet check {CLUSTER}".lower() in [each.get("name", "").lower() for each in suites]
