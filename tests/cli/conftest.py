"""`az` logged out, and `az` logged in to a loopback Azure of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.loopback.callers.client import SUB
from tests.loopback.callers.situations import Played, Situation
from tests.loopback.core.ledger import Entry
from tests.loopback.server import rig
from tests.loopback.server.server import LoopbackArm
from tests.support.az import Az, Installed, Ran, furnish
from tests.support.paths import SHARED


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
        return self.az.shell(script, self.env)

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
def shared_arm() -> Iterator[LoopbackArm]:
    """The one server of a worker."""
    with LoopbackArm() as arm:
        yield arm


@pytest.fixture
def arm(shared_arm: LoopbackArm) -> LoopbackArm:
    """A loopback Azure in which there is nothing."""
    return shared_arm.empty()


@pytest.fixture
def cloud(az: Az, arm: LoopbackArm) -> Cloud:
    """The real `az`, logged in to an empty loopback Azure."""
    return enter(arm, az)


@pytest.fixture
def free_waits(cloud: Cloud, tmp_path: Path) -> None:
    """Whatever the test's own `az` waits for takes no time."""
    cloud.env["KUBENET_TEST_CLOCK"] = str(tmp_path / "clock")


@pytest.fixture
def cold_cloud(cold_az: Az, arm: LoopbackArm) -> Cloud:
    """The same, with an `az` that is started anew for each command."""
    return enter(arm, cold_az)


@pytest.fixture(scope="module")
def shared_cloud(quick: Installed, index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The same for a whole file: each test there works in a resource group of its own."""
    home = tmp_path_factory.mktemp("home")
    furnish(home, index)
    with LoopbackArm() as arm:
        yield enter(arm, Az(quick, home))


def enter(arm: LoopbackArm, az: Az) -> Cloud:
    """Log in, into the folder where this `az` keeps its configuration."""
    env = {**rig.prepare_config(az.home / ".azure", arm), **dict.fromkeys(rig.CA_VARIABLES, arm.authority)}
    keep = ("HOME", "PATH", "AZURE_EXTENSION_DIR")
    return Cloud(arm, az, {key: value for key, value in env.items() if key not in keep} | {"HOME": env["HOME"]})


@pytest.fixture
def play(az: Az) -> Iterator[Callable[[str], Played]]:
    """Types the commands of a reported situation, by its name, against a loopback Azure of its own."""
    with ExitStack() as stack:

        def play(seed: str) -> Played:
            path = SHARED / "cases" / "seeds" / f"{seed}.json"
            if not path.is_file():
                pytest.skip(f"there is no {path.relative_to(SHARED)} in {SHARED.name}/")
            situation = Situation.read(path)
            arm = stack.enter_context(situation.server())
            cloud = enter(arm, az)
            situation.enter(arm)
            work = az.home / "work"
            work.mkdir()
            return Played([*situation.typed(arm, {**az.environment, **cloud.env}, work)], arm)

        yield play
