"""``python -m tests.loopback``: start the loopback Azure Resource Manager for a shell, or around one command.

python -m tests.loopback                          until Ctrl-C; prints the lines to paste into a shell
python -m tests.loopback --pace 20 -- make demo   around one command, whose exit code is kept
python -m tests.loopback --exec az group list     the same
python -m tests.loopback --scene --exec az …      one network with all that a planner should see around it (see scene)
python -m tests.loopback --estate --exec az …     20,000 networks and what goes with them (see estate)
python -m tests.loopback --fleet --exec az …      2,000 kubenet clusters in 200 subscriptions (see fleet)
python -m tests.loopback --situation FILE         a reported situation: its state, its commands, what came of them
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from .callers import situations
from .seeds import estate, fleet, scene
from .server import rig
from .server.server import LoopbackArm


def arguments(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The server's own options, and the command after ``--exec`` or ``--``."""
    command: list[str] = []
    for mark in ("--exec", "--"):
        if mark in words and not command:
            command = words[words.index(mark) + 1 :]  # noqa: E203
            words = words[: words.index(mark)]
    parser = argparse.ArgumentParser(
        prog="python -m tests.loopback", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on; default: a free one")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds that a cluster takes; default 0")
    parser.add_argument("--polls", type=int, default=1, help="polls that find an operation still running; default 1")
    parser.add_argument("--true-login", action="store_true", help="log in with az itself instead of writing its files")
    parser.add_argument("--verbose", action="store_true", help="print each request to standard error")
    parser.add_argument("--scene", action="store_true", help="seed one network and its surroundings")
    parser.add_argument("--foreign-peer", action="store_true", help="with --scene: a peer in another tenant too")
    parser.add_argument(
        "--estate", type=int, nargs="?", const=20_000, metavar="NETWORKS", help="seed an estate; default size 20000"
    )
    parser.add_argument(
        "--fleet", type=int, nargs="?", const=2_000, metavar="CLUSTERS", help="seed a fleet; default size 2000"
    )
    parser.add_argument("--situation", type=Path, metavar="FILE", help="play a reported situation (see situations)")
    return parser.parse_args(words), command


def seed(arm: LoopbackArm, options: argparse.Namespace) -> None:
    """Put in what the options ask for; what was made goes to standard error."""
    if options.scene:
        made = scene.scene(arm, options.foreign_peer)
        print(
            f"# scene: {made.network}", *map("# cluster: {}".format, made.clusters.values()), sep="\n", file=sys.stderr
        )
    if options.estate:
        counts = estate.build(arm, options.estate, 2 * options.estate, options.estate // 10).counts
        print("# estate:", *(f"{count} {name}" for name, count in counts.items()), file=sys.stderr)
    if options.fleet:
        counts = fleet.build(arm, options.fleet, max(options.fleet // 10, 1)).counts
        print("# fleet:", *(f"{count} {name}" for name, count in counts.items()), file=sys.stderr)


def main(words: list[str]) -> int:
    """Run until the command ends, or until Ctrl-C."""
    options, command = arguments(words)
    if options.situation:
        with tempfile.TemporaryDirectory(prefix="loopback-az-", ignore_cleanup_errors=True) as folder:
            situations.play(options.situation, Path(folder))
        return 0
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with (
        tempfile.TemporaryDirectory(prefix="loopback-az-", ignore_cleanup_errors=True) as folder,
        LoopbackArm(port=options.port, pace=options.pace, polls=options.polls, verbose=options.verbose) as arm,
    ):
        seed(arm, options)
        log_in = rig.log_in if options.true_login else rig.prepare_config
        env = log_in(folder, arm)
        if command:
            return _around(command, env, stopped)
        print(f"# A loopback Azure Resource Manager at {arm.url}. Paste this into another shell, then use az there.")
        print(rig.exports(env))
        print(f"# GET or DELETE {arm.url}/loopback/ledger, POST {arm.url}/loopback/seed. Ctrl-C stops.", flush=True)
        stopped.wait()
    return 0


def _around(command: list[str], env: dict[str, str], stopped: threading.Event) -> int:
    if command[0] == "az":
        command = [rig.az_program(), *command[1:]]
    env["PATH"] = "{}:{}".format(Path(rig.az_program()).parent, env.get("PATH", ""))
    with subprocess.Popen(command, env=env) as process:
        while process.poll() is None:
            if stopped.wait(0.05):
                process.terminate()
        return process.returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        sys.exit(f"python -m tests.loopback: {error}")
