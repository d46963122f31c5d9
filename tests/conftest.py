"""What every ring of tests shares: hypothesis profiles, the shared recordings, and the real `az`."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.internal.conjecture import providers as hypothesis_providers

from tests.loopback import recordings
from tests.support.az import Az, Installed, WarmAz, furnish, index_of_commands, required_az
from tests.support.effort import USUAL
from tests.support.paths import NO_SHARED, ROOT, SHARED

NO_CONSTANTS = hypothesis_providers._local_constants
CONFIG_DIR = pytest.StashKey[str]()

CACHE = ROOT / ".venv" / "cache" / "hypothesis"
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(CACHE)
# The same cases on every run, on every machine, in every order: a change is judged by what it changes.
settings.register_profile(
    "fixed",
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    database=None,
    print_blob=True,
)
# Others on every run, and several times as many (effort.tries), what failed the last time first: for make trust. What
# it finds becomes a fixed example.
settings.register_profile(
    "explore",
    settings.get_profile("fixed"),
    derandomize=False,
    max_examples=USUAL * int(os.environ.get("KUBENET_EXPLORE") or 5),
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


#: Of a long row of like cases every so many-th is tried; all without a number here.
SWEEP = int(os.environ.get("KUBENET_SWEEP") or 1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Keep every so many-th case of each sweep, in the order of its file: the same ones on every run."""
    seen = {}
    left_out = []
    for item in items:
        if SWEEP > 1 and item.get_closest_marker("sweep"):
            function = (item.path, getattr(item, "originalname", item.name))
            seen[function] = seen.get(function, -1) + 1
            if seen[function] % SWEEP:
                left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        dropped = {*map(id, left_out)}
        items[:] = [item for item in items if id(item) not in dropped]


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


@pytest.fixture(scope="session")
def installed() -> Installed:
    """The `az` that is installed; skipped unless the extension is installed in it."""
    return required_az()


@pytest.fixture(scope="session")
def index(installed, tmp_path_factory) -> Path:
    """The configuration of an `az` that has its index of commands."""
    return index_of_commands(installed, tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="session")
def warm_az(installed, index) -> Iterator[WarmAz]:
    """A process of this worker that has azure-cli loaded."""
    with tempfile.TemporaryDirectory(prefix="kubenet-az-") as folder, WarmAz(installed, index, Path(folder)) as warm:
        yield warm


@pytest.fixture(scope="session")
def quick(installed, request) -> Installed:
    """An `az` that starts quickly; make trust starts the installed one each time (KUBENET_COLD)."""
    return installed if "KUBENET_COLD" in os.environ else request.getfixturevalue("warm_az").installed


@pytest.fixture
def az(quick, index, tmp_path) -> Az:
    """The real `az`, logged out, in a home of its own."""
    furnish(tmp_path / "home", index)
    return Az(quick, tmp_path / "home")


@pytest.fixture
def cold_az(az, installed) -> Az:
    """The same, started anew for each command, as users start it."""
    return Az(installed, az.home)
