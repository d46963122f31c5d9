"""The rig: a login written by hand equals a true one, and whatever was started is gone afterwards."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ..server import rig
from ..server.server import LoopbackArm

World = dict[str, Any]


def test_the_written_login_is_the_true_login(arm: LoopbackArm, tmp_path: Path) -> None:
    """What `prepare_config` writes says the same as what az itself writes."""
    rig.prepare_config(tmp_path / "written", arm)
    rig.log_in(tmp_path / "true", arm)
    for name in ("clouds.config", "config"):
        read = {}
        for folder in ("written", "true"):
            read[folder] = configparser.ConfigParser(interpolation=None)
            read[folder].read(tmp_path / folder / name)
        for section in read["true"].sections():
            for key, value in read["true"].items(section):
                assert read["written"].get(section, key) == value, (section, key)
    profiles = [
        json.loads((tmp_path / folder / "azureProfile.json").read_text("utf-8-sig"))["subscriptions"]
        for folder in ("written", "true")
    ]
    assert profiles[0] == profiles[1]


def test_the_environment_is_closed(arm: LoopbackArm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_EXTENSION_DIR", "/ext")
    monkeypatch.setenv("AZURE_DEFAULTS_GROUP", "mine")
    monkeypatch.setenv("MSI_ENDPOINT", "elsewhere")
    env = arm.env(tmp_path)
    assert env["AZURE_EXTENSION_DIR"] == "/ext"
    assert env["HOME"] == str(tmp_path)
    assert "AZURE_DEFAULTS_GROUP" not in env
    assert "MSI_ENDPOINT" not in env
    assert env["AZURE_CORE_COLLECT_TELEMETRY"] == "false"


def _main(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).resolve().parents[3]
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}  # `-m` needs the work tree
    env = {**kept, "TMPDIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "tests.loopback", *words],
        cwd=root,
        env=env,
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_around_a_command_its_exit_code_is_kept_and_nothing_is_left(tmp_path: Path) -> None:
    done = _main(
        "--exec",
        sys.executable,
        "-c",
        "import os,sys; print(os.environ['AZURE_CONFIG_DIR']); sys.exit(7)",
        folder=tmp_path,
    )
    assert done.returncode == 7, done.stderr
    assert done.stdout.strip().startswith(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_around_az_after_two_dashes(tmp_path: Path) -> None:
    done = _main(
        "--", "az", "group", "create", "-n", "g", "-l", "westeurope", "--query", "name", "-o", "tsv", folder=tmp_path
    )
    assert (done.returncode, done.stdout.strip()) == (0, "g"), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_server_leaves_no_thread_and_no_file() -> None:
    before = set(threading.enumerate())  # another test may have a server of its own under way
    with LoopbackArm() as arm:
        bundle, own = arm.ca_bundle, set(threading.enumerate()) - before
        assert "loopback-arm" in {thread.name for thread in own}
    assert not os.path.exists(bundle)
    assert not own & set(threading.enumerate())
