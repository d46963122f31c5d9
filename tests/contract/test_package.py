"""What the wheel promises: its one dependency, its metadata, its version, and nothing of the rig in it."""

import ast
import json
import os
import re
import subprocess
import zipfile
from email import message_from_bytes
from pathlib import Path

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
