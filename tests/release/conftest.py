"""One release for all tests of a run, made as `make release` makes it, and a web server for its folder."""

import fcntl
import functools
import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PYTHON = ROOT / ".venv" / "release" / "bin" / "python"
#: What the extension requires, so that an install needs no network.
WHEELS = ROOT / ".venv" / "bundle"
MISSING = "what builds a release is not set up: run make .venv/bundle/.stamp"
#: 1 January 2026, 12:34:56: any time does, but the fall-backs.
EPOCH = "1767270896"
URL = "https://kubenet.example/files"


@pytest.fixture(scope="session")
def builder() -> Path:
    """The python with what builds a release; make test sets it up."""
    if not (PYTHON.is_file() and any(WHEELS.glob("*.whl"))):
        (pytest.fail if "KUBENET_AZ" in os.environ and "CI" in os.environ else pytest.skip)(MISSING)
    return PYTHON


def outside() -> dict[str, str]:
    """The caller's environment without what is there for this python alone."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@pytest.fixture(scope="session")
def released(builder, tmp_path_factory) -> Path:
    """The folder of a release; the first of pytest's workers makes it for all."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "released"
    with (shared / "released.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "SHA256SUMS").is_file():
            subprocess.run(
                [builder, "-m", "scripts.release", "--out", folder, "--wheels", WHEELS, "--url", URL],
                cwd=ROOT,
                env={**outside(), "SOURCE_DATE_EPOCH": EPOCH},
                stdout=subprocess.DEVNULL,
                check=True,
            )
    return folder


@pytest.fixture(scope="session")
def wheel(released) -> Path:
    """The wheel of the release."""
    [path] = released.glob("*.whl")
    return path


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, *_):
        """Keep the log out of the tests' output."""


@pytest.fixture
def served(tmp_path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address from which a web server of this machine serves it."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
