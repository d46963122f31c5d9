"""A loopback Azure that can be made anew at once, and an `az` whose runs can be killed at any of their requests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.loopback.core.ledger import Entry
from tests.loopback.core.wire import Answer, Call, Drop
from tests.loopback.server import rig
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.server import LoopbackArm
from tests.support.az import Installed, WarmAz
from tests.support.warm_client import Job

BEFORE, AFTER = "before", "after"
KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Wait:
    """A wait of a run: how long, which function waited, and the last lines that the user had read by then."""

    seconds: float
    where: str
    told: str


@dataclass(frozen=True)
class Ran:
    """What a run left."""

    code: int
    out: str
    err: str
    waits: tuple[Wait, ...] = ()
    writes: tuple[Entry, ...] = ()
    requests: int = 0

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def waited(self) -> float:
        """Seconds spent on what passes by itself; not those between looks at what is under way."""
        return sum(wait.seconds for wait in self.waits if wait.where == "wait")


@dataclass
class Cut:
    """Sends a signal to the run at its request number `at`, before or after the server has acted on it."""

    at: int
    when: str = BEFORE
    signal: int = signal.SIGKILL
    seen: int = 0
    done: str = ""

    def count(self, call: Call, bench: Bench) -> None:
        self.seen += 1
        if self.when == BEFORE:
            self._strike(call, bench)

    def acted(self, call: Call, bench: Bench) -> None:
        if self.when == AFTER:
            self._strike(call, bench)

    def _strike(self, call: Call, bench: Bench) -> None:
        if self.seen == self.at and not self.done:
            self.done = f"{call.method} {call.path}"
            os.kill(bench.pid(), self.signal)
            if self.signal == signal.SIGKILL:
                raise Drop


@dataclass
class Bench:
    """One server and one quick `az` for many runs, each in an Azure of its own."""

    arm: LoopbackArm
    folder: Path
    warm: WarmAz
    #: Started anew for each run, as users start it.
    installed: Installed
    cut: Cut | None = None
    #: What Azure holds after an undisturbed run, by the way of create.
    learned: dict[str, list[str]] = field(default_factory=dict)
    _pid: int = 0
    _started: threading.Event = field(default_factory=threading.Event)

    @property
    def cloud(self) -> Cloud:
        return self.arm.cloud

    @property
    def config(self) -> Path:
        return self.folder / "home"

    @property
    def env(self) -> dict[str, str]:
        """The environment of each run."""
        return {
            **self.arm.env(self.config),
            **dict.fromkeys(rig.CA_VARIABLES, self.arm.authority),
            "AZURE_EXTENSION_DIR": str(self.warm.installed.extensions),
            "PYTHONSAFEPATH": "1",
        }

    def log_in(self, index: Path) -> None:
        """Make the configuration of all runs. index: one that has az's index of commands."""
        shutil.copytree(index, self.config)
        rig.prepare_config(self.config, self.arm)

    def fresh(self, **options: Any) -> Cloud:
        """Put an empty Azure in the place of the one there was; options as in `Options`."""
        cloud = self.arm.empty(**options).cloud
        cloud.before.append(self._count)
        cloud.after.append(self._acted)
        return cloud

    def clock(self) -> float:
        """Seconds that the run has waited by now, in its own time, in which waits are free."""
        return sum(seconds for seconds, _, _ in self._waits())

    def pid(self) -> int:
        """The process of the run that goes on."""
        self._started.wait(30)
        return self._pid

    def run(
        self,
        argv: Sequence[str],
        stdin: str | bytes | None = None,
        cut: Cut | None = None,
        env: Mapping[str, str] | None = None,
        waiting: bool = False,
    ) -> Ran:
        """One run of `az` against the Azure there is, in which waits are free, unless asked; cut off where asked."""
        self.cut = cut or Cut(0)
        begun, seen = len(self.cloud.ledger), self.cut
        self._clock.unlink(missing_ok=True)
        (self.folder / "in").write_bytes(stdin.encode() if isinstance(stdin, str) else stdin or b"")
        self._started.clear()
        with (
            (self.folder / "in").open("rb") as given,
            (self.folder / "out").open("wb") as out,
            (self.folder / "err").open("wb") as err,
        ):
            streams = [given.fileno(), out.fileno(), err.fileno()]
            job = Job(
                self.warm.door,
                list(argv),
                str(self.folder),
                {**self.env, **(env or {})},
                streams,
                clock="" if waiting else str(self._clock),
            )
            self._pid = job.pid
            self._started.set()
            code = job.wait()
        written = (self.folder / "err").read_bytes()
        return Ran(
            code,
            (self.folder / "out").read_text(encoding="utf-8"),
            written.decode("utf-8", errors="backslashreplace"),
            tuple(Wait(seconds, where, _last_lines(written[:length])) for seconds, where, length in self._waits()),
            tuple(entry for entry in list(self.cloud.ledger)[begun:] if entry.is_write),
            seen.seen,
        )

    @property
    def _clock(self) -> Path:
        return self.folder / "clock"

    def _waits(self) -> list[tuple[float, str, int]]:
        """The waits of the run, so far."""
        lines = self._clock.read_text(encoding="utf-8").splitlines() if self._clock.is_file() else []
        return [json.loads(line) for line in lines]

    def _count(self, call: Call) -> Answer | None:
        if self.cut:
            self.cut.count(call, self)
        return None

    def _acted(self, call: Call, answer: Answer) -> Answer | None:
        if self.cut:
            self.cut.acted(call, self)
        return None


def _last_lines(written: bytes) -> str:
    """The last lines: steps that run side by side speak at the same time."""
    return "\n".join(written.decode("utf-8", errors="replace").rstrip("\n").split("\n")[-3:])
