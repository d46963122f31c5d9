"""What the wheel promises: its one dependency, its metadata, its version, and nothing of the rig in it.

How it is built, and that it is the same bytes twice, is tried in tests/release.
"""

import ast
import json
import os
import re
import subprocess
import zipfile
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
METADATA = "azext_metadata.json"


def version():
    """VERSION of setup.py, without running it."""
    assigned = {
        target.id: statement.value.value
        for statement in ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")).body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    return assigned["VERSION"]


@pytest.fixture(scope="module")
def wheel():
    path = ROOT / "dist" / f"kubenet-{version()}-py3-none-any.whl"
    if not path.is_file():
        pytest.skip("the wheel is not built: run make wheel")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_depends_on_netaddr_alone(wheel):
    described = message_from_bytes(wheel.read(f"kubenet-{version()}.dist-info/METADATA"))
    required = described.get_all("Requires-Dist")
    assert [re.match(r"[\w.-]+", each).group() for each in required] == ["netaddr"]


def test_the_wheel_tells_its_licence_its_pythons_and_true_links(wheel):
    described = message_from_bytes(wheel.read(f"kubenet-{version()}.dist-info/METADATA"))
    assert (described["License-Expression"], described.get_all("License-File")) == ("MIT", ["LICENSE"])
    assert described["Requires-Python"] == ">=3.10"
    pythons = [each for each in described.get_all("Classifier") if re.search(r"Python :: 3\.\d+$", each)]
    assert [each.rpartition(".")[2] for each in pythons] == ["10", "11", "12", "13", "14"]
    addresses = [each.partition(", ")[2] for each in described.get_all("Project-URL")]
    assert {urlsplit(each).scheme for each in addresses} == {"https"}


def test_a_preview_is_called_one_as_long_as_its_version_is_one():
    """azure-cli keeps azext.isPreview for previews: Azure/azure-cli, doc/extensions/versioning_guidelines.md."""
    marked = json.loads((ROOT / METADATA).read_text(encoding="utf-8"))
    assert re.fullmatch(r"\d+\.\d+\.\d+(b[1-9]\d*)?", version())
    assert ("azext.isPreview" in marked) == ("b" in version())
    assert "azext.isExperimental" not in marked


def test_the_pages_name_the_versions_that_the_package_asks_for():
    """HISTORY.rst and docs/policy.rst say of azure-cli and Python what the wheel demands and is classified for."""
    oldest = json.loads((ROOT / METADATA).read_text(encoding="utf-8"))["azext.minCliCoreVersion"]
    pythons = re.findall(r'"Programming .* (3\.\d+)"', (ROOT / "setup.py").read_text(encoding="utf-8"))
    for page in ("HISTORY.rst", "docs/policy.rst"):
        text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
        assert oldest in text, page
        assert f"{pythons[0]} to {pythons[-1]}" in text, page
    assert f"--version {version()}``" in text


def test_every_wheel_that_a_page_names_is_this_version_s():
    pages = [*ROOT.glob("*.rst"), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.rst")]
    named = {
        (str(page.relative_to(ROOT)), name)
        for page in pages
        for name in re.findall(r"kubenet-\d[\w.]*(?=-py3|-offline|\.cdx|\.tar)", page.read_text(encoding="utf-8"))
    }
    assert {row for row in named if row[1] != f"kubenet-{version()}"} == set()


def test_a_wheel_is_built_by_one_setuptools_everywhere():
    """Its version is in the wheel: what `python -m build` fetches and what make installs must be one."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    [demanded] = re.findall(r'^requires = \["(setuptools==[\d.]+)"\]$', settings, re.MULTILINE)
    assert demanded in (ROOT / "requirements" / "build.txt").read_text(encoding="utf-8").split()


def test_the_bundle_s_wheel_is_the_one_that_tests_run_with():
    pins = [
        re.findall(r"^netaddr==[\d.]+", (ROOT / "requirements" / name).read_text(encoding="utf-8"), re.MULTILINE)
        for name in ("bundle.txt", "test.txt")
    ]
    assert pins[0] == pins[1] != []


def test_the_wheel_holds_the_extension_and_nothing_of_the_rig(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"azext_kubenet", f"kubenet-{version()}.dist-info"}


def test_the_wheel_holds_every_module_that_there_is(wheel):
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "azext_kubenet").rglob("*.py")}
    assert {name for name in wheel.namelist() if name.endswith(".py")} == modules


def test_azure_cli_finds_the_metadata_in_the_wheel(wheel):
    carried = json.loads(wheel.read(f"azext_kubenet/{METADATA}"))
    assert carried == json.loads((ROOT / "azext_kubenet" / METADATA).read_text(encoding="utf-8"))
    assert carried["azext.minCliCoreVersion"]


def test_the_metadata_at_the_top_is_a_link_to_the_package_s():
    link = ROOT / METADATA
    assert link.is_symlink()
    assert not os.path.isabs(os.readlink(link))
    assert link.resolve() == (ROOT / "azext_kubenet" / METADATA).resolve()
    assert link.is_file()


def test_the_version_is_the_newest_of_the_history():
    history = (ROOT / "HISTORY.rst").read_text(encoding="utf-8")
    entries = re.findall(r"^(\d+\.\d+\.\d+\S*)\n[+^~=-]+$", history, re.MULTILINE)
    assert entries[:1] == [version()]


def test_az_extension_add_brought_the_dependency_along():
    if "KUBENET_AZ" not in os.environ:
        pytest.skip("no installed extension is named: run make test")
    installed = Path(os.environ["AZURE_EXTENSION_DIR"]) / "kubenet"
    assert (installed / "netaddr").is_dir()
    assert (installed / "azext_kubenet" / METADATA).is_file()


def test_the_extension_runs_on_the_oldest_azure_cli_that_it_admits():
    """make test runs on minCliCoreVersion, so that it is a promise kept and not a wish."""
    oldest = json.loads((ROOT / METADATA).read_text(encoding="utf-8"))["azext.minCliCoreVersion"]
    shown = subprocess.run(
        ["make", "--no-print-directory", "-s", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout
    assert oldest in shown.split("AZ_VERSIONS='")[1].split("'")[0].split()
