"""`az kubenet plan --discover tenant` in a large estate, beside reading the same answers and dropping them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import az, plan
from tests.loopback.seeds.estate import build
from tests.loopback.server import rig
from tests.loopback.server.server import LoopbackArm

ROUNDS = 3
NETWORKS, PEERINGS, CLUSTERS = 20_000, 40_000, 2_000
#: Sends the queries of a module with the same client, pages side by side, and keeps nothing of the answers.
_READ = """
import sys
from concurrent.futures import ThreadPoolExecutor


def run(cmd):
    sys.path.insert(0, {extension!r})
    from azext_kubenet.azure.client import connect
    from azext_kubenet.azure.waiting import RetryPolicy
    from azext_kubenet.discovery.{module} import QUERIES

    client = connect(cmd.cli_ctx, RetryPolicy(60.0, lambda line: None))

    def read(query):
        return sum(len(page) for page in client.rows(query))

    with ThreadPoolExecutor(len(QUERIES)) as pool:
        return {{"rows": sum(pool.map(read, QUERIES))}}
"""


@dataclass(frozen=True)
class Cost:
    """Medians of whole processes: seconds, peak memory in MiB; requests of one run."""

    seconds: float
    memory: float
    requests: int


def run() -> dict[str, Cost]:
    """The cost of the plan, and of reading alone."""
    with LoopbackArm() as arm:
        build(arm, networks=NETWORKS, peerings=PEERINGS, clusters=CLUSTERS, seed=1)
        return beside_reading(arm, ["kubenet", "plan", "--discover", "tenant"], "inventory")


def beside_reading(arm: LoopbackArm, words: list[str], module: str) -> dict[str, Cost]:
    """The cost of a command as `ours`, and as `read` of the queries of a module of discovery alone, in turns."""
    with tempfile.TemporaryDirectory(prefix="kubenet-bench-") as name:
        folder, extensions = Path(name), Path(name) / "extensions"
        extension = str((az.extensions() / "kubenet").resolve())
        plan.install_noop(extensions, _READ.format(extension=extension, module=module))
        (extensions / "kubenet").symlink_to(az.extensions() / "kubenet")
        env = {**rig.prepare_config(folder / "az", arm), **az.fixed(extensions)}
        commands = {"ours": words, "read": ["noop", "run"]}
        found: dict[str, list[Cost]] = {each: [] for each in commands}
        for number in range(-1, ROUNDS):
            for each, typed in commands.items():
                arm.ledger.clear()
                cost = _once(typed, env, folder)
                if number >= 0:
                    found[each].append(Cost(*cost, len(arm.ledger)))
    return {
        each: Cost(median(c.seconds for c in costs), median(c.memory for c in costs), costs[0].requests)
        for each, costs in found.items()
    }


#: Runs a command and says its seconds and its peak memory in KiB. A process of its own and a small one: what a process
#: starts is counted as large as itself until it has become another program, and this one holds a whole estate.
_MEASURE = """
import os, sys, time
started = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - started, usage.ru_maxrss)
"""


def _once(words: list[str], env: dict[str, str], folder: Path) -> tuple[float, float]:
    """Wall seconds and peak memory in MiB of one az, which must succeed."""
    command = [sys.executable, "-c", _MEASURE, str(az.program()), *words]
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=True)
    code, seconds, memory = done.stdout.splitlines()[-1].split()
    if int(code):
        raise SystemExit(f"az {' '.join(words)} failed:\n{done.stderr}")
    return float(seconds), int(memory) / 1024
