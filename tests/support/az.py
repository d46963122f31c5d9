"""The real `az` with the extension installed: started anew, or from a process that has it loaded (see warm_az)."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import warm_az

MISSING = "az with the kubenet extension is not installed beside this python: run make test"


@dataclass(frozen=True)
class Ran:
    """What a process left: its exit code and all that it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as the JSON that it must then be."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Installed:
    """An `az`, and the folder of its extensions."""

    program: Path
    extensions: Path

    @property
    def environment(self) -> dict[str, str]:
        """The caller's, without what would lead az elsewhere than to the wheel and to nowhere in Azure."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "ARM_", "PYTHON"))}
        return {
            **kept,
            "AZURE_EXTENSION_DIR": str(self.extensions),
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            "PATH": os.pathsep.join([str(self.program.parent), kept["PATH"]]),
            # az runs `python -m`, which would put the working directory before the installed extension
            "PYTHONSAFEPATH": "1",
        }


def installed_az() -> Installed:
    """The `az` that make names, else the one beside this python."""
    program = Path(os.environ.get("KUBENET_AZ") or Path(sys.executable).parent / "az")
    return Installed(program, Path(os.environ.get("AZURE_EXTENSION_DIR") or program.parent.parent / "extensions"))


def required_az() -> Installed:
    """The same; the test is skipped where it is not there, and fails where make has named it."""
    found = installed_az()
    if not (found.program.is_file() and (found.extensions / "kubenet").is_dir()):
        (pytest.fail if "KUBENET_AZ" in os.environ else pytest.skip)(MISSING)
    return found


@dataclass(frozen=True)
class Az:
    """An `az` in a home of its own, logged out."""

    installed: Installed
    home: Path

    def __call__(
        self, *arguments: Any, stdin: str | None = None, env: Mapping[str, str] | None = None, timeout: float = 120
    ) -> Ran:
        """Run `az`; a single string is split as a shell would."""
        words = shlex.split(arguments[0]) if len(arguments) == 1 else [str(word) for word in arguments]
        return self.run([str(self.installed.program), *words], stdin, env, timeout)

    def shell(self, script: str, env: Mapping[str, str] | None = None) -> Ran:
        """Run a script as a user's shell does, with `az` on the path."""
        return self.run(["bash", "-o", "pipefail", "-c", script], None, env)

    def run(
        self,
        command: list[str],
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
    ) -> Ran:
        """Run a command in this home."""
        done = subprocess.run(
            command,
            input=stdin,
            env={**self.environment, **(env or {})},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    @property
    def environment(self) -> dict[str, str]:
        """Of the installed one, with this home."""
        return {
            **self.installed.environment,
            "HOME": str(self.home),
            "AZURE_CONFIG_DIR": str(self.home / ".azure"),
        }


def furnish(home: Path, index: Path) -> None:
    """Make a home for an `az`, with the index of commands, which az would otherwise build anew in every home."""
    home.mkdir(parents=True, exist_ok=True)
    if index.is_dir():
        shutil.copytree(index, home / ".azure", dirs_exist_ok=True)


def index_of_commands(installed: Installed, folder: Path) -> Path:
    """The configuration of an `az` that has run once: building its index of commands takes seconds."""
    ready = installed.program.parent.parent / "config"
    if not ready.is_dir():
        furnish(folder, ready)
        Az(installed, folder)("kubenet", "plan")
        ready = folder / ".azure"
    return ready


class WarmAz:
    """A process that has azure-cli loaded, and a program `az` that has it do a run."""

    def __init__(self, installed: Installed, index: Path, folder: Path) -> None:
        self.installed = Installed(folder / "bin" / "az", installed.extensions)
        self.door = str(folder / "door")
        self._python = installed.program.with_name("python")
        self._config = folder / "config"
        self._index = index
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> WarmAz:
        program = self.installed.program
        program.parent.mkdir()
        shutil.copytree(self._index, self._config)
        program.write_text(
            f"#!{self._python} -IS\nimport sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
            f"import warm_client\nwarm_client.main({self.door!r}, sys.argv[1:])\n",
            encoding="utf-8",
        )
        program.chmod(0o755)
        own = {"AZURE_CONFIG_DIR": str(self._config), "AZ_INSTALLER": "PIP"}
        self._process = subprocess.Popen(
            [str(self._python), warm_az.__file__, self.door],
            env={**self.installed.environment, **own},
            stdin=subprocess.PIPE,
        )
        while not Path(self.door).exists() and self._process.poll() is None:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait(30)
