"""A service principal's password: in the cluster's body, and in nothing that is printed, kept, logged or listed."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.loopback.core.wire import Answer, Call
from tests.loopback.server.faults import ALWAYS, Fault, refusal, to
from tests.trust.bench import Bench, Ran
from tests.trust.ways import WHERE

#: azure-cli's own line with the command line that it was given, at the start of every run with --debug.
OWN_LINE = "Command arguments: ["
LOGGED = {"AZURE_LOGGING_ENABLE_LOG_FILE": "true"}
Count = Callable[..., None]


@dataclass
class Safe:
    """A password, how it is given, and where it may not be."""

    bench: Bench
    form: str
    password: str
    app: str

    @property
    def words(self) -> list[str]:
        given = {
            "typed": self.password,
            "from a file": f"@{self.bench.folder / 'password'}",
            "from a pipe": "@-",
        }
        options = (
            ["--create-service-principal"] if self.form == "made" else
            ["--service-principal", self.app, "--client-secret", given[self.form]]
        )  # fmt: skip
        return ["kubenet", "create", *WHERE.split(), *options]

    def run(self, *more: str) -> Ran:
        """One run with every log there is turned on."""
        piped = self.password if self.form == "from a pipe" else None
        return self.bench.run([*self.words, *more], stdin=piped, env=LOGGED)

    def sent(self) -> list[str]:
        """The passwords in the bodies of clusters."""
        bodies = [entry.body for entry in self.bench.cloud.ledger.writes() if "managedClusters" in entry.path]
        profiles = [body["properties"]["servicePrincipalProfile"] for body in bodies if isinstance(body, dict)]
        return [profile["secret"] for profile in profiles]

    def leaks(self, ran: Ran) -> dict[str, list[str]]:
        """What holds the password, place by place; by azure-cli's own doing the echo of a command line may."""
        known = {self.password, *self.sent()} - {""}
        kept = {str(path.relative_to(self.bench.config)): path for path in files(self.bench.config)}
        ledger = self.bench.cloud.ledger
        texts = {
            "standard output": [ran.out],
            "standard error": ran.err.splitlines(),
            "configuration directory": [
                f"{name}: {line}"
                for name, path in kept.items()
                for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
            ],
            "printed ledger": [str(ledger), repr(list(ledger)), json.dumps([each.as_dict() for each in ledger])],
            "Azure's answers": [json.dumps(dict(self.bench.cloud.store.items()))],
        }
        allowed = OWN_LINE if self.form == "typed" else "\0"
        return {
            place: [line for line in lines if any(each in line for each in known) and allowed not in line]
            for place, lines in texts.items()
        }


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@pytest.fixture(params=["typed", "from a file", "from a pipe", "made"])
def safe(bench: Bench, request: pytest.FixtureRequest) -> Iterator[Safe]:
    """A password of this test's own, in each of the ways to give one; the logs of the run are removed after it."""
    password = "" if request.param == "made" else "Pa55-" + secrets.token_hex(12)
    (bench.folder / "password").write_text(password, encoding="utf-8")
    app = bench.cloud.directory.add_service_principal("ours")["appId"]
    yield Safe(bench, request.param, password, app)
    (bench.folder / "password").unlink(missing_ok=True)
    for name in ("logs", "commands"):
        shutil.rmtree(bench.config / name, ignore_errors=True)


def assert_nowhere(safe: Safe, ran: Ran, row: str, count: Count) -> None:
    found = safe.leaks(ran)
    assert not any(found.values()), {place: [line[:600] for line in lines] for place, lines in found.items() if lines}
    assert list(files(safe.bench.config / "logs")), "azure-cli has kept a log"
    count("SECRETS", f"{safe.form}, {row}", searches=len(found), places=list(found))


@pytest.mark.parametrize("more", ["", "--debug"])
def test_a_password_is_in_the_cluster_s_body_alone(safe: Safe, more: str, count: Count) -> None:
    ran = safe.run(*more.split())
    assert ran.code == 0, ran.err
    assert safe.sent() == ([safe.password] if safe.password else safe.sent())
    assert len(safe.sent()) == 1
    assert len(safe.sent()[0]) > 20
    assert_nowhere(safe, ran, f"created {more}".strip(), count)


def echo(call: Call) -> Answer | None:
    """A refusal that prints the body that it was sent, as careless services do."""
    if not to("PUT", "managedClusters")(call):
        return None
    return Answer(400, {"code": "InvalidParameter", "message": f"Cannot read {json.dumps(call.body)}", "subcode": ""})


def lost(call: Call) -> Answer | None:
    """Azure is out of order, whenever a cluster is sent."""
    return refusal(503, "ServerTimeout") if to("PUT", "managedClusters")(call) else None


SENDING = to("PUT", "managedClusters")
FAILURES: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("the answer echoes the body", lambda cloud: cloud.before.append(echo)),
    ("the answer never comes", lambda cloud: Fault(times=ALWAYS).put_into(cloud, SENDING)),
    ("Azure is out of order", lambda cloud: cloud.before.append(lost)),
    ("the cluster is refused", lambda cloud: Fault(refusal(409, "QuotaExceeded", "managedClusters"), times=ALWAYS)
     .put_into(cloud, SENDING)),
)  # fmt: skip


@pytest.mark.sweep
@pytest.mark.parametrize(("what", "install"), FAILURES, ids=[row[0] for row in FAILURES])
def test_a_password_is_in_no_error(safe: Safe, what: str, install: Callable[[Any], object], count: Count) -> None:
    install(safe.bench.cloud)
    ran = safe.run("--debug", "--propagation-timeout", "20")
    assert ran.code == 1
    assert_nowhere(safe, ran, what, count)


def test_a_password_is_in_no_process_list(safe: Safe, count: Count) -> None:
    """Looked for at each request of a true `az`, which a shell script starts as the user's shell does."""
    if safe.form == "typed":
        pytest.skip("a password on the command line is on the process list by the user's own doing")
    lists: list[str] = []

    def look(call: Call) -> None:
        known = {safe.password} - {""}
        if call.path.lower().endswith("/managedclusters/c") and isinstance(call.body, dict):
            known.add(call.body["properties"]["servicePrincipalProfile"]["secret"])
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                text = path.read_bytes().decode(errors="replace")
            except OSError:
                continue
            lists.extend(text for each in known if each in text)
        looks.append(len(known))

    looks: list[int] = []
    safe.bench.cloud.before.append(look)
    program = str(safe.bench.installed.program)
    done = subprocess.run(
        [program, *safe.words], env=safe.bench.env, text=True, capture_output=True, check=False,
        input=safe.password if safe.form == "from a pipe" else "", timeout=120, cwd=safe.bench.folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sum(looks)
    assert not lists
    count("SECRETS", f"{safe.form}, process list", searches=len(looks), places=["process list, at each request"])


def test_a_password_is_in_no_dry_run_and_in_no_plan(safe: Safe, count: Count) -> None:
    ran = safe.run("--dry-run", "--debug")
    assert ran.code == 0, ran.err
    assert not ran.writes
    assert_nowhere(safe, ran, "dry run", count)
