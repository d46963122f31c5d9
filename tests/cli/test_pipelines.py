"""The pipelines of docs/pipelines: read as YAML, and each script of theirs run as the runner would, by a real `az`.

What the runners themselves do with a file (login, upload) is not tried: nobody but them can read it for certain.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from azext_kubenet.output.findings_file import Report
from tests.cli.conftest import Cloud
from tests.cli.guide_pages import block
from tests.cli.running_clusters import own_network
from tests.loopback.aks.mishaps import Mishaps
from tests.loopback.seeds import bodies
from tests.support import wheels
from tests.support.az import Ran
from tests.support.paths import ROOT

FOLDER = ROOT / "docs" / "pipelines"
NIGHTLY, CREATE, DEVOPS = "github-nightly.yml", "github-create.yml", "azure-pipelines.yml"
GITHUB = (NIGHTLY, CREATE)
#: A version of the extension, wherever a page or a pipeline names one.
_VERSION = re.compile(r"(?:kubenet-|KUBENET_VERSION: |kubenetVersion: )(\d+\.\d+\.\d+\w*)")
_GIVEN = re.compile(r"\$\{\{ vars\.(\w+) \}\}|\$\((\w+)\)")


def pipeline(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def jobs(name: str) -> dict[str, Any]:
    """By name; Azure Pipelines lists them."""
    found = pipeline(name)["jobs"]
    return dict(found) if isinstance(found, dict) else {each["job"]: each for each in found}


def scripts(name: str, job: str) -> list[tuple[str, dict[str, str]]]:
    """The scripts of a job, each with its environment."""
    common = pipeline(name).get("env", {})
    found = []
    for step in jobs(name)[job]["steps"]:
        script = step.get("run") or step.get("inputs", {}).get("inlineScript")
        if script:
            found.append((script, {**common, **step.get("env", {})}))
    return found


# -- what they say


@pytest.mark.parametrize("name", [NIGHTLY, CREATE, DEVOPS])
def test_a_job_ends_by_itself_logs_in_without_a_secret_and_pins_what_it_uses(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert not re.search(r"secrets\.|password|client-secret|client_secret", text, re.IGNORECASE)
    for job in jobs(name).values():
        assert 0 < (job.get("timeout-minutes") or job.get("timeoutInMinutes")) <= 120
        used = [str(step.get("uses") or step.get("task") or "x@1") for step in job["steps"]]
        assert [each for each in used if not re.search(r"@v?\d", each)] == []
    assert "--upgrade -y" in text
    assert "SHA256SUMS" in text


@pytest.mark.parametrize("name", GITHUB)
def test_a_workflow_has_the_right_to_a_token_where_it_logs_in_and_nowhere_else(name: str) -> None:
    for job in jobs(name).values():
        rights = job.get("permissions") or pipeline(name)["permissions"]
        logs_in = any(str(step.get("uses", "")).startswith("azure/login@") for step in job["steps"])
        assert (rights.get("id-token") == "write") == logs_in
        uploads = any("upload-sarif" in str(step.get("uses", "")) for step in job["steps"])
        assert (rights.get("security-events") == "write") == uploads


def test_no_two_runs_work_on_one_cluster() -> None:
    assert jobs(CREATE)["create"]["concurrency"]["cancel-in-progress"] is False
    assert pipeline(NIGHTLY)["concurrency"]["cancel-in-progress"] is False


def test_pages_and_pipelines_name_one_version() -> None:
    paths = [*FOLDER.glob("*.yml"), *(ROOT / "docs" / "guide").glob("*.rst")]
    named = {version for path in paths for version in _VERSION.findall(path.read_text(encoding="utf-8"))}
    assert len(named) == 1, named


# -- what they do


class Runner:
    """A machine of a runner: an empty folder, no extension, and a release to download."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.cloud, self.work = cloud, cloud.az.home
        self.extensions, self.release, self.needed = folder / "extensions", folder / "release", folder / "needed"
        (self.version,) = {*_VERSION.findall((FOLDER / NIGHTLY).read_text(encoding="utf-8"))}
        wheels.release(cloud.az.installed.extensions / "kubenet", self.release, self.version)
        with zipfile.ZipFile(self.release / f"kubenet-{self.version}-offline.zip") as bundle:
            bundle.extractall(self.needed)

    def run(self, name: str, job: str = "check") -> Ran:
        """Run the scripts of a job; the first that fails, or the last."""
        address = self.release.as_uri()
        given = {"KUBENET_URL": address, "kubenetUrl": address, "kubenetVersion": self.version}
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.needed / f"kubenet-{self.version}-offline")}
        for script, said in scripts(name, job):
            filled = {key: _GIVEN.sub(lambda found: given[found[1] or found[2]], value) for key, value in said.items()}
            env = {**self.cloud.env, **filled, **pip, "AZURE_EXTENSION_DIR": str(self.extensions)}
            shell = ["bash", "-eo", "pipefail"] if name in GITHUB else ["bash"]
            ran = self.cloud.az.run([*shell, "-c", script], None, env)
            if ran.code:
                break
        return ran


@pytest.fixture
def runner(cold_cloud: Cloud, tmp_path: Path) -> Runner:
    return Runner(cold_cloud, tmp_path / "runner")


@pytest.fixture
def made(runner: Runner) -> Mishaps:
    return own_network(runner.cloud)


def results(path: Path) -> Iterator[tuple[str, str]]:
    """Rule and level of each finding of a SARIF file with one run, as code scanning takes it."""
    (run,) = json.loads(path.read_text(encoding="utf-8"))["runs"]
    for each in run["results"]:
        yield each["ruleId"], each["level"]


def test_the_nightly_workflow_is_green_until_a_cluster_needs_somebody(runner: Runner, made: Mishaps) -> None:
    ran = runner.run(NIGHTLY)
    assert ran.code == 0, ran.err
    findings = runner.work / "findings.sarif"
    assert "error" not in [level for _, level in results(findings)]
    made.lose_table()
    assert runner.run(NIGHTLY).code == 1
    assert ("route-table-missing", "error") in [*results(findings)]
    assert (runner.work / "report.json").stat().st_size > 100


def test_the_nightly_workflow_is_green_where_there_is_no_cluster(runner: Runner) -> None:
    ran = runner.run(NIGHTLY)
    assert ran.code == 0, ran.err
    # so that what was found before is closed
    (empty,) = json.loads((runner.work / "findings.sarif").read_text(encoding="utf-8"))["runs"]
    assert (empty["tool"]["driver"]["name"], empty["results"]) == (Report([], command="check").tool, [])


def test_a_wheel_with_another_sum_is_not_installed(runner: Runner) -> None:
    with next(runner.release.glob("*.whl")).open("ab") as wheel:
        wheel.write(b"something else")
    ran = runner.run(NIGHTLY)
    assert ran.code != 0
    assert not runner.extensions.exists()


def test_the_plan_of_a_pull_request_is_what_is_created_and_the_next_run_writes_nothing(runner: Runner) -> None:
    assert runner.run(CREATE, "plan").code == 0
    plan = json.loads((runner.work / "plan.json").read_text())
    ran = runner.run(CREATE, "create")
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert runner.cloud.sent("managedClusters")["properties"]["networkProfile"]["podCidr"] == plan["podCidr"]
    runner.cloud.arm.ledger.clear()
    assert runner.run(CREATE, "create").code == 0
    assert runner.cloud.writes == []


def failures(folder: Path) -> list[str]:
    """What a tab of tests would show as failed."""
    cases = (case for path in sorted(folder.glob("*.xml")) for case in ElementTree.parse(path).iter("testcase"))
    return [str(case.get("name")) for case in cases if case.find("failure") is not None]


def test_the_nightly_pipeline_of_azure_devops_is_green_until_a_cluster_needs_somebody(
    runner: Runner, made: Mishaps
) -> None:
    ran = runner.run(DEVOPS)
    assert (ran.code, ran.out) == (0, ran.out), ran.err
    assert len([*(runner.work / "reports").glob("*.xml")]) == 1
    assert failures(runner.work / "reports") == []
    made.lose_table()
    assert runner.run(DEVOPS).code == 1
    assert "route-table-missing" in failures(runner.work / "reports")


def test_the_job_at_night_looks_at_every_cluster_and_fails_for_one_that_needs_somebody(cloud: Cloud) -> None:
    script = block("docs/guide/scripts.rst", "rm -rf reports && mkdir reports").text
    made = own_network(cloud)
    cloud.seed(
        "resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/lab", bodies.cluster(None, None)
    )
    quiet = cloud.shell(script)
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    made.lose_table()
    assert cloud.shell(script).code == 1
    reports = cloud.az.home / "reports"
    assert failures(reports) == ["route-table-missing"]
    assert sorted(path.name.split(".")[2] for path in reports.glob("*.json")) == ["kube", "lab"]
