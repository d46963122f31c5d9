"""What every ring of tests shares: hypothesis profiles, the shared recordings, and the real `az` as a process."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.internal.conjecture import providers as hypothesis_providers

from tests.loopback import recordings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
NO_CONSTANTS = hypothesis_providers._local_constants
CONFIG_DIR = pytest.StashKey[str]()
NO_SHARED = f"the recorded answers and schemas of Azure are not beside the clone ({SHARED.name}/)"

CACHE = ROOT / ".venv" / "cache" / "hypothesis"
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(CACHE)
# The same cases on every run, on every machine, in every order: a change is judged by what it changes.
settings.register_profile(
    "fixed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    database=None,
    print_blob=True,
)
# Others on every run, and more (tests.effort), what failed the last time first: for make trust. What it finds becomes a
# fixed example.
settings.register_profile(
    "explore",
    settings.get_profile("fixed"),
    derandomize=False,
    max_examples=100 * int(os.environ.get("KUBENET_EXPLORE") or 5),
    database=DirectoryBasedExampleDatabase(CACHE / "examples"),
)
settings.load_profile("fixed")


@pytest.hookimpl(trylast=True)  # once --hypothesis-profile has been read
def pytest_configure(config):
    """Keep tests that load azure-cli in this process away from the user's own ~/.azure."""
    if settings.default.derandomize:
        # hypothesis also draws constants out of the local modules that are loaded by then: its cases would hang on
        # which tests ran before, and on every number in the code under test; no setting turns that off
        hypothesis_providers._get_local_constants = lambda: NO_CONSTANTS
    config.stash[CONFIG_DIR] = os.environ["AZURE_CONFIG_DIR"] = tempfile.mkdtemp(prefix="kubenet-azure-")


def pytest_unconfigure(config):
    shutil.rmtree(config.stash.get(CONFIG_DIR, ""), ignore_errors=True)


def pytest_terminal_summary(terminalreporter):
    """What has come to the recorded answers since they were taken up: told, and no test's business."""
    news = recordings.news() if recordings.available() else []
    if news:
        terminalreporter.section("new in ../shared/azure, not covered")
        terminalreporter.write_line("; ".join(news))
        terminalreporter.write_line(recordings.HOW_TO_TAKE_UP)


def pytest_runtest_setup(item):
    if item.get_closest_marker("needs_shared") and not SHARED.is_dir():
        pytest.skip(NO_SHARED)


@pytest.fixture(scope="session")
def needs_shared() -> Path:
    """The folder with what real Azure answered; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(NO_SHARED)
    return SHARED


@dataclass(frozen=True)
class Ran:
    """What a process left: its exit code and all that it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """Standard output, read as the JSON that it must then be."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Az:
    """The `az` program with the wheel installed, in a home of its own, logged out."""

    program: Path
    home: Path
    extensions: Path

    def __call__(self, *arguments, stdin=None, env=None, timeout=120) -> Ran:
        """Run `az`; a single string is split as a shell would."""
        words = shlex.split(arguments[0]) if len(arguments) == 1 else [str(word) for word in arguments]
        done = subprocess.run(
            [self.program, *words],
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
    def environment(self):
        """The caller's, without what would lead az elsewhere than to the wheel and to nowhere in Azure."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "ARM_", "PYTHON"))}
        return {
            **kept,
            "HOME": str(self.home),
            "AZURE_CONFIG_DIR": str(self.home / ".azure"),
            "AZURE_EXTENSION_DIR": str(self.extensions),
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            "PATH": os.pathsep.join([str(self.program.parent), kept["PATH"]]),
            # az runs `python -m`, which would put the working directory before the installed extension
            "PYTHONSAFEPATH": "1",
        }


def _installed_az():
    program = Path(os.environ.get("KUBENET_AZ") or Path(sys.executable).parent / "az")
    extensions = Path(os.environ.get("AZURE_EXTENSION_DIR") or program.parent.parent / "extensions")
    return program, extensions


@pytest.fixture
def az(tmp_path) -> Az:
    """The real `az`, with a throw-away home; skipped unless the extension is installed in it."""
    program, extensions = _installed_az()
    if not (program.is_file() and (extensions / "kubenet").is_dir()):
        # make test names the program: then its absence is a fault
        (pytest.fail if "KUBENET_AZ" in os.environ else pytest.skip)(
            "az with the kubenet extension is not installed beside this python: run make test"
        )
    home = tmp_path / "home"
    home.mkdir()
    # with the index of commands, which az would otherwise build anew in every home
    seed = program.parent.parent / "config"
    if seed.is_dir():
        shutil.copytree(seed, home / ".azure")
    return Az(program, home, extensions)
