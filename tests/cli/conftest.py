"""`az` logged out, and `az` logged in to a loopback Azure of the test's own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Az, Ran, _installed_az
from tests.loopback.callers.client import SUB
from tests.loopback.core.ledger import Entry
from tests.loopback.server import rig
from tests.loopback.server.server import LoopbackArm


@dataclass(frozen=True)
class Cloud:
    """`az` with the extension, logged in to a loopback Azure of its own, and that Azure's memory."""

    arm: LoopbackArm
    az: Az
    env: dict[str, str]

    def __call__(self, *arguments: str, stdin: str | None = None) -> Ran:
        """Run `az`; a single string is split as a shell would."""
        return self.az(*arguments, stdin=stdin, env=self.env)

    def shell(self, script: str) -> Ran:
        """Run a script as a user's shell does, with `az` on the path."""
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", script],
            env={**self.az.environment, **self.env},
            cwd=self.az.home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    @property
    def writes(self) -> list[str]:
        """Method and path of every request that was meant to change something, below the subscription."""
        return [f"{entry.method} {entry.path.removeprefix(SUB + '/')}" for entry in self.arm.ledger.writes()]

    def made(self, kind: str) -> list[str]:
        """Names of what was PUT, of one type such as `virtualNetworks`, in the order in which it was."""
        paths = [entry.path.split("/") for entry in self.arm.ledger.writes() if entry.method == "PUT"]
        return [path[-1] for path in paths if path[-2].lower() == kind.lower()]

    def sent(self, kind: str) -> dict[str, Any]:
        """The body of the one PUT of this type."""
        entries = [
            entry
            for entry in self.arm.ledger.writes()
            if entry.method == "PUT" and entry.path.split("/")[-2].lower() == kind.lower()
        ]
        assert len(entries) == 1, [str(entry) for entry in entries]
        return entries[0].body

    def refused(self) -> list[Entry]:
        """The writes that Azure refused."""
        return [entry for entry in self.arm.ledger.writes() if entry.status >= 400]

    def seed(self, path: str, body: dict[str, Any]) -> str:
        """Put a resource there as if it had always been there; its id."""
        return str(self.arm.put(f"{SUB}/{path}", body)["id"])


@pytest.fixture(scope="session")
def command_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of an `az` that has run once: building its index of commands takes seconds."""
    program, extensions = _installed_az()
    seed = program.parent.parent / "config"
    if seed.is_dir() or not program.is_file():
        return seed
    home = tmp_path_factory.mktemp("index")
    (home / ".azure").mkdir()
    Az(program, home, extensions)("kubenet", "plan")
    return home / ".azure"


@pytest.fixture
def az(az: Az, command_index: Path) -> Az:
    """The real `az`, logged out, in a home of its own that has the index of commands."""
    shutil.copytree(command_index, az.home / ".azure", dirs_exist_ok=True)
    return az


@pytest.fixture
def cloud(az: Az) -> Iterator[Cloud]:
    """The real `az`, logged in to an empty loopback Azure."""
    with LoopbackArm() as arm:
        yield enter(arm, az)


@pytest.fixture(scope="module")
def shared_cloud(command_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The same for a whole file: each test there works in a resource group of its own."""
    program, extensions = _installed_az()
    if not (program.is_file() and (extensions / "kubenet").is_dir()):
        pytest.skip("az with the kubenet extension is not installed beside this python: run make test")
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(command_index, home / ".azure")
    with LoopbackArm() as arm:
        yield enter(arm, Az(program, home, extensions))


def enter(arm: LoopbackArm, az: Az) -> Cloud:
    """Log in, into the folder where this `az` keeps its configuration."""
    env = rig.prepare_config(az.home / ".azure", arm)
    keep = ("HOME", "PATH", "AZURE_EXTENSION_DIR")
    return Cloud(arm, az, {key: value for key, value in env.items() if key not in keep} | {"HOME": env["HOME"]})
