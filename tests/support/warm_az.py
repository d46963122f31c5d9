"""A process that has azure-cli loaded, and forks a child for each run of `az` that it is asked for at its socket.

The child runs azure-cli's own main module, with the words, folder, environment and standard streams of whoever asks
(see warm_client). What a run has imported the process imports too, but for extensions, so that the next runs need not.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
import time
import traceback
from typing import Any

#: Imported by a run itself, as users have it.
NOT_OURS_TO_LOAD = ("azext_", "__")


class Door:
    """Where jobs come in. Ends when standard input does."""

    def __init__(self, path: str) -> None:
        self.selector = selectors.DefaultSelector()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        self.socket.listen(64)
        self.selector.register(self.socket, selectors.EVENT_READ, self.accept)
        self.selector.register(0, selectors.EVENT_READ)

    def serve(self) -> None:
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    return
                key.data()

    def accept(self) -> None:
        """Take a job, fork a child for it, and tell its process id."""
        asker, _ = self.socket.accept()
        data, streams, _, _ = socket.recv_fds(asker, 1 << 16, 3)
        while data and not data.endswith(b"\n"):
            data += asker.recv(1 << 16)
        if not data:
            asker.close()
            return
        job = json.loads(data)
        learned, told = os.pipe()
        pid = os.fork()
        if not pid:
            self.selector.close()
            asker.close()
            os.close(learned)
            child(job, streams, told)
        os.close(told)
        for stream in streams:
            os.close(stream)
        run = Run(pid, asker, learned)
        self.selector.register(asker, selectors.EVENT_READ, run.abandoned)
        self.selector.register(learned, selectors.EVENT_READ, lambda: self.follow(run))
        run.say({"pid": pid})

    def follow(self, run: Run) -> None:
        """Read on what a child has imported; at the end of that it has ended."""
        if run.read_on():
            return
        self.selector.unregister(run.learned)
        self.selector.unregister(run.asker)
        run.end()


class Run:
    """A child, who asked for it, and what it has imported."""

    def __init__(self, pid: int, asker: socket.socket, learned: int) -> None:
        self.pid, self.asker, self.learned = pid, asker, learned
        self.names = b""

    def say(self, answer: dict[str, int]) -> None:
        with contextlib.suppress(OSError):
            self.asker.sendall(json.dumps(answer).encode() + b"\n")

    def abandoned(self) -> None:
        """Whoever asked has gone."""
        with contextlib.suppress(OSError):
            if not self.asker.recv(1):
                os.kill(self.pid, signal.SIGKILL)

    def read_on(self) -> bool:
        more = os.read(self.learned, 1 << 16)
        self.names += more
        return bool(more)

    def end(self) -> None:
        os.close(self.learned)
        _, status = os.waitpid(self.pid, 0)
        self.say({"code": os.waitstatus_to_exitcode(status)})
        self.asker.close()
        load(self.names.decode().split())


def load(names: list[str]) -> None:
    """Import what a run has imported."""
    fresh = [name for name in names if not name.startswith(NOT_OURS_TO_LOAD) and name not in sys.modules]
    for name in fresh:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if fresh:
        quick_yaml()
        gc.collect()
        gc.freeze()


def quick_yaml() -> None:
    """Read the help file of `az aks create`, whose options every run lends, by the parser in C: the same answer."""
    import yaml

    if hasattr(yaml, "CSafeLoader"):
        yaml.safe_load = functools.partial(yaml.load, Loader=yaml.CSafeLoader)


def child(job: dict[str, Any], streams: list[int], told: int) -> None:
    """One run of `az`."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(job["folder"])
        configure_anew(os.environ["AZURE_CONFIG_DIR"], job["env"]["AZURE_CONFIG_DIR"])
        os.environ.clear()
        os.environ.update(job["env"])
        take_over(streams)
        if job.get("clock"):
            no_waiting(job["clock"])
        code = az(job["words"])
        end_as_python_does()
        sys.stdout.flush()
        sys.stderr.flush()
        with open(told, "w") as target:
            target.write("\n".join(sys.modules))
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def end_as_python_does() -> None:
    """Wait for threads, then run what was registered for the end: the process ends without."""
    shutdown: Any = getattr(threading, "_shutdown")  # noqa: B009
    shutdown()
    atexit._run_exitfuncs()


def configure_anew(was: str, now: str) -> None:
    """Have the paths that azure-cli worked out while it was imported lie in the folder of this run's configuration."""
    for name, module in [*sys.modules.items()]:
        if name.startswith("azure.cli."):
            for key, value in [*vars(module).items()]:
                if isinstance(value, str) and value.startswith(was):
                    setattr(module, key, now + value.removeprefix(was))


def take_over(streams: list[int]) -> None:
    """Have the standard streams of whoever asked."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = open(0, encoding="utf-8", errors=sys.stdin.errors, closefd=False)  # noqa: SIM115
    stdout: Any = sys.stdout
    stdout.reconfigure(line_buffering=os.isatty(1))


def no_waiting(clock: str) -> None:
    """Make waits free: time.sleep returns at once, and moves time.monotonic on.

    clock: a file with a line for each wait: seconds, the function that waited, how much stood on standard error (0
    where that is no file).
    """
    monotonic, lock = time.monotonic, threading.Lock()
    skipped = [0.0]

    def sleep(seconds: float) -> None:
        frame: Any = sys._getframe(1)
        while frame.f_code.co_name in ("_sleep", "pause"):  # of the retry policy: who waits is whoever called it
            frame = frame.f_back
        with lock:
            sys.stderr.flush()
            skipped[0] += seconds
            with open(clock, "a", encoding="utf-8") as target:
                target.write(json.dumps([seconds, frame.f_code.co_name, _told()]) + "\n")

    for name, quick in (("sleep", sleep), ("monotonic", lambda: monotonic() + skipped[0])):
        setattr(time, name, quick)


def _told() -> int:
    try:
        return os.lseek(2, 0, os.SEEK_CUR)
    except OSError:  # a pipe
        return 0


def az(words: list[str]) -> int:
    """What `az` does with these words; its exit code."""
    sys.argv = ["az", *words]
    try:
        runpy.run_module("azure.cli", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(end.code + "\n")
            return 1
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    Door(sys.argv[1]).serve()
