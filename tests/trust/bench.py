"""A loopback Azure that can be made anew at once, and an `az` whose runs can be killed at any of their requests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.loopback.core.ledger import Entry
from tests.loopback.core.options import Options
from tests.loopback.core.wire import Answer, Call, Drop
from tests.loopback.server import rig
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.server import LoopbackArm
from tests.trust import zygote

BEFORE, AFTER = "before", "after"
KILLED = -signal.SIGKILL
_END = "-----END CERTIFICATE-----"


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
    """One server and one forking `az` for many runs, each in an Azure of its own."""

    arm: LoopbackArm
    folder: Path
    extensions: str
    program: Path
    cut: Cut | None = None
    #: What Azure holds after an undisturbed run, by the way of create.
    learned: dict[str, list[str]] = field(default_factory=dict)
    _pid: int = 0
    _started: threading.Event = field(default_factory=threading.Event)
    _forker: subprocess.Popen[str] | None = None

    @property
    def cloud(self) -> Cloud:
        return self.arm.cloud

    @property
    def config(self) -> Path:
        return self.folder / "home"

    @property
    def env(self) -> dict[str, str]:
        """The environment of each run. Of the authorities it trusts the server's alone: to read all takes longest."""
        own = self.folder / "ca.pem"
        own.write_text(Path(self.arm.ca_bundle).read_text(encoding="utf-8").partition(_END)[0] + _END + "\n")
        return {
            **self.arm.env(self.config),
            **dict.fromkeys(rig.CA_VARIABLES, str(own)),
            "AZURE_EXTENSION_DIR": self.extensions,
            "PYTHONSAFEPATH": "1",
        }

    def start(self, index: Path) -> None:
        """Log in, and have a first run load what all need. index: a configuration that has az's index of commands."""
        if index.is_dir():
            shutil.copytree(index, self.config, dirs_exist_ok=True)
        rig.prepare_config(self.config, self.arm)
        self._forker = subprocess.Popen(
            [str(self.program.with_name("python")), zygote.__file__],
            env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        for name in ("userAssigned", "servicePrincipal"):
            self.fresh()
            more = ["--create-service-principal"] if name == "servicePrincipal" else []
            words = ["kubenet", "create", "-g", "warm", "-n", "warm", "--location", "westeurope", *more]
            ran = self.run(words, learn=True)
            if ran.code:
                raise AssertionError(f"the first run of az failed:\n{ran.err}")

    def stop(self) -> None:
        """End the forking process."""
        if self._forker and self._forker.stdin:
            self._forker.stdin.close()
            self._forker.wait(30)

    def fresh(self, **options: Any) -> Cloud:
        """Put an empty Azure in the place of the one there was; options as in `Options`."""
        cloud = Cloud(Options(**options), self.arm.url)
        cloud.before.append(self._count)
        cloud.after.append(self._acted)
        self.arm.cloud = cloud
        return cloud

    def clock(self) -> float:
        """Seconds that the run has waited by now, in its own time, in which waits are free."""
        path = self.folder / "clock"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        return float(text or 0)

    def pid(self) -> int:
        """The process of the run that goes on."""
        self._started.wait(30)
        return self._pid

    def run(
        self,
        argv: Sequence[str],
        stdin: str | bytes | None = None,
        cut: Cut | None = None,
        learn: bool = False,
        env: Mapping[str, str] | None = None,
    ) -> Ran:
        """One run of `az` against the Azure there is, cut off where asked."""
        self.cut = cut or Cut(0)
        begun, seen = len(self.cloud.ledger), self.cut
        job: dict[str, Any] = {"argv": list(argv), "folder": str(self.folder), "learn": learn, "env": dict(env or {})}
        if stdin is not None:
            (self.folder / "in").write_bytes(stdin if isinstance(stdin, bytes) else stdin.encode())
            job["stdin"] = str(self.folder / "in")
        (self.folder / "slept").unlink(missing_ok=True)
        (self.folder / "clock").unlink(missing_ok=True)
        assert self._forker
        assert self._forker.stdin
        self._started.clear()
        self._forker.stdin.write(json.dumps(job) + "\n")
        self._forker.stdin.flush()
        self._pid = self._heard()["pid"]
        self._started.set()
        code = self._heard()["code"]
        written = (self.folder / "err").read_bytes()
        return Ran(
            code,
            (self.folder / "out").read_text(encoding="utf-8"),
            written.decode("utf-8", errors="backslashreplace"),
            tuple(self._waits(written)),
            tuple(entry for entry in list(self.cloud.ledger)[begun:] if entry.is_write),
            seen.seen,
        )

    def _heard(self) -> dict[str, int]:
        assert self._forker
        assert self._forker.stdout
        line = self._forker.stdout.readline()
        if not line:
            raise AssertionError("the forking process has ended")
        answer: dict[str, int] = json.loads(line)
        return answer

    def _waits(self, written: bytes) -> list[Wait]:
        path = self.folder / "slept"
        if not path.is_file():
            return []
        return [
            Wait(seconds, where, _last_lines(written[:length]))
            for seconds, where, length in json.loads(path.read_text(encoding="utf-8"))
        ]

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
