"""The workflows of the repository name what there is (targets, scripts, versions) and may do only what they need."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))

Step = dict[str, Any]


def read(path: Path) -> dict[Any, Any]:
    """A file as YAML; `on` is read as true, as YAML 1.1 has it."""
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every job, by workflow and name."""
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            yield f"{path.stem}.{name}", job


def steps() -> Iterator[tuple[str, Step]]:
    """Every step, by its job."""
    for name, job in jobs():
        for step in job["steps"]:
            yield name, step


def scripts() -> Iterator[tuple[str, str]]:
    """The script of every step that has one."""
    for name, step in steps():
        if "run" in step:
            yield name, step["run"]


def variable(name: str) -> str:
    """The value that the Makefile gives a variable."""
    return re.search(rf"^{name} := (.*)$", MAKEFILE, re.MULTILINE)[1]


def test_there_are_workflows_with_steps():
    assert {path.name for path in WORKFLOWS} == {"ci.yml", "release.yml"}
    assert sum(1 for _ in scripts()) > 10


def test_every_target_that_is_made_exists():
    made = {word for _, script in scripts() for word in re.findall(r"\bmake ([a-z]+)\b", script)}
    assert made >= {"check", "test", "demo", "trust", "release"}
    assert made <= TARGETS


def test_every_script_and_list_of_requirements_that_is_named_exists():
    named = {word for _, script in scripts() for word in re.findall(r"\b(?:scripts|requirements)/[\w./]+", script)}
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def pythons() -> set[str]:
    """Every Python that a step sets up."""
    found = set()
    for name, job in jobs():
        matrix = job.get("strategy", {}).get("matrix", {})
        several = [*matrix.get("python", []), *(each["python"] for each in matrix.get("include", []))]
        for step in job["steps"]:
            asked = step.get("with", {}).get("python-version")
            found |= set(several) if asked == "${{ matrix.python }}" else {asked} if asked else set()
            assert asked is None or isinstance(asked, str), f"{name}: a version is a text, 3.10 is none"
    return found


def test_the_pythons_are_those_that_the_package_is_classified_for():
    classified = re.findall(r'"Programming .* (3\.\d+)"', (ROOT / "setup.py").read_text(encoding="utf-8"))
    assert pythons() == set(classified)


def test_the_azure_clis_are_those_that_make_supports():
    text = " ".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    named = set(re.findall(r"\b2\.\d+\.0\b", text))
    oldest = re.search(r'"azext.minCliCoreVersion": *"([^"]*)"', (ROOT / "azext_metadata.json").read_text("utf-8"))[1]
    assert named == {variable("AZ_NEWEST"), oldest}


def test_actions_are_pinned_by_commit_and_each_to_one():
    """A tag can be moved to other code; a commit cannot."""
    used: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for line in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8")):
            pinned = re.fullmatch(r"([\w-]+/[\w-]+)@([0-9a-f]{40})  # (v\d+\.\d+\.\d+)", line)
            assert pinned, line
            used.setdefault(pinned[1], set()).add(pinned[2] + pinned[3])
    assert {name: pins for name, pins in used.items() if len(pins) > 1} == {}
    assert {name.split("/")[0] for name in used} == {"actions", "hashicorp"}


def test_no_job_may_do_more_than_it_needs():
    for path in WORKFLOWS:
        assert read(path)["permissions"] == {}
    writes = {
        name: sorted(what for what, how in job["permissions"].items() if how == "write")
        for name, job in jobs()
        if set(job["permissions"].values()) != {"read"}
    }
    assert writes == {"release.publish": ["attestations", "contents", "id-token"]}
    assert [name for name, job in jobs() if not job.get("timeout-minutes")] == []


def test_a_checkout_leaves_no_key_behind():
    kept = [
        name
        for name, step in steps()
        if step.get("uses", "").startswith("actions/checkout@") and step["with"]["persist-credentials"] is not False
    ]
    assert kept == []


def test_no_script_has_a_value_of_others_pasted_into_it():
    """A branch's name could be a command; in a variable of the environment it is a text."""
    assert [(name, script) for name, script in scripts() if "${{" in script] == []


def test_a_release_is_made_of_a_tag_alone():
    assert read(ROOT / ".github" / "workflows" / "release.yml")[True] == {"push": {"tags": ["v*"]}}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_scripts_of_bash_are_clean(path):
    beside = Path(sys.executable).with_name("shellcheck")
    program = str(beside) if beside.exists() else shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed")
    windows = {name for name, job in read(path)["jobs"].items() if str(job["runs-on"]).startswith("windows")}
    for name, job in read(path)["jobs"].items():
        for step in job["steps"] if name not in windows else ():
            if "run" in step:
                checked = subprocess.run(
                    [program, "-s", "bash", "-"], input=step["run"], capture_output=True, text=True, check=False
                )
                assert not checked.returncode, f"{name}: {checked.stdout}"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_asks_for_each_thing_once_and_says_what_to_leave_out(path):
    form = read(path)
    assert form["name"]
    assert form["description"]
    ids = [each["id"] for each in form["body"] if "id" in each]
    assert len(ids) == len(set(ids))
    if path.name != "idea.yml":  # nothing is pasted there
        text = path.read_text(encoding="utf-8")
        assert {"secrets", "tokens", "kubeconfigs"} <= set(re.findall(r"\w+", text))
        assert form["body"][-1]["attributes"]["options"][0]["required"] is True


def test_the_form_for_a_fault_asks_for_what_is_needed_to_see_it_again():
    form = read(ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml")
    required = {each["id"] for each in form["body"] if each.get("validations", {}).get("required")}
    assert required >= {"command", "output", "extension-version", "az-version", "python", "system", "cloud"}


def test_pages_of_github_name_files_that_exist():
    pages = [*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md"), *(ROOT / ".github").rglob("*.yml")]
    named = {
        (page.name, word)
        for page in pages
        for word in re.findall(r"\b(?:docs/[\w./]+\w|[A-Z]+\.(?:rst|md))", page.read_text(encoding="utf-8"))
    }
    assert named
    assert [row for row in named if not (ROOT / row[1]).exists()] == []


RELEASE = ROOT / ".github" / "workflows" / "release.yml"


def script_of(beginning: str) -> str:
    """The one script of release.yml in which a line begins so."""
    (found,) = (script for name, script in scripts() if name.startswith("release.") and beginning in script)
    return found


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as the runner does."""
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    env = {
        "PATH": "/usr/bin:/bin",
        "GITHUB_SERVER_URL": "https://example.org",
        "GITHUB_REPOSITORY": "a/b",
        **environment,
    }
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("what", "tag", "repository", "goes_on"),
    [
        ("the tag is the version, the repository is this one", "v1.0.0", "https://example.org/a/b", True),
        ("the tag is another version", "v1.0.1", "https://example.org/a/b", False),
        ("the repository is another", "v1.0.0", "https://example.org/c/d", False),
        ("no repository is named", "v1.0.0", "", False),
    ],
    ids=lambda each: each if isinstance(each, str) and " " in each else "",
)
def test_only_a_tag_that_is_the_version_makes_a_release(tmp_path, what, tag, repository, goes_on):
    (tmp_path / "setup.py").write_text(f'VERSION = "1.0.0"\nREPOSITORY = "{repository}"\n')
    ran = run(script_of("v$version"), tmp_path, GITHUB_REF_NAME=tag)
    assert (ran.returncode == 0) is goes_on, what


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("v1.0.0", "--latest"),
        ("v1.10.2", "--latest"),
        ("v1.0.0a1", "--prerelease"),
        ("v1.0.0b1", "--prerelease"),
        ("v1.0.0rc1", "--prerelease"),
        ("v1.0.0.dev1", "--prerelease"),
    ],
)
def test_what_is_no_release_yet_is_not_the_latest(tmp_path, tag, kind):
    script = script_of("gh release create").partition("gh release create")[0]
    assert run(f'{script}\necho "$kind"', tmp_path, GITHUB_REF_NAME=tag).stdout.strip() == kind


def test_nothing_is_published_that_was_not_built_twice_and_compared_and_checked():
    release = read(RELEASE)["jobs"]
    assert release["publish"]["needs"] == "build"
    assert re.search(r"^diff .*SHA256SUMS$", script_of("make release"), re.MULTILINE)
    published = [step.get("run", step.get("uses", "")) for step in release["publish"]["steps"]]
    checked = next(at for at, each in enumerate(published) if each.startswith("sha256sum --check --strict"))
    assert checked < next(at for at, each in enumerate(published) if "gh release create" in each)


def test_no_step_s_failure_is_passed_over_and_nobody_else_s_code_gets_rights():
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"continue-on-error|\|\| *(true|:)|set \+e|pull_request_target|workflow_run", text), (
            path.name
        )


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "pipelines").glob("*.yml")), ids=lambda path: path.name)
def test_a_pipeline_installs_nothing_whose_sum_it_has_not_checked(path):
    text = path.read_text(encoding="utf-8")
    fetched = [found.start() for found in re.finditer(r"curl -fsSL", text)]
    assert fetched
    for at in fetched:
        after = text[at:]
        assert 0 < after.find("sha256sum --check") < after.find("az extension add")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_says_what_not_to_paste(path):
    text = path.read_text(encoding="utf-8").lower()
    assert not re.search(
        r"(?<!not )(?<!never )\b(paste|give|send|include) (us )?(your )?(passwords|secrets|tokens)", text
    )
