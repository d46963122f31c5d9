"""A process that has azure-cli loaded, and forks a child for each run of `az` that it is asked for.

The child runs azure-cli's own main module. It waits without waiting: time.sleep returns at once, is written down, and
moves time.monotonic on. Asked by a line of JSON on standard input; answers two: the child's pid, and its exit code.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import sys
import threading
import time

#: Imported by a run itself, as the work tree may have changed what they hold.
OURS = "azext_"


def main() -> None:
    """Load what a first run loads, then serve until standard input ends."""
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if not pid:
            child(job)
        say({"pid": pid})
        _, status = os.waitpid(pid, 0)
        say({"code": os.waitstatus_to_exitcode(status)})
        if job.get("learn"):
            load(os.path.join(job["folder"], "modules"))


def say(answer: dict) -> None:
    """A line to whoever asked."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def load(path: str) -> None:
    """Import what a run has imported, so that the next runs need not."""
    with open(path, encoding="utf-8") as source:
        names = json.load(source)
    for name in names:
        if not name.startswith((OURS, "__")) and name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    quick_yaml()
    gc.collect()
    gc.freeze()


def quick_yaml() -> None:
    """Read the help file of `az aks create`, whose options every run lends, by the parser in C: the same answer."""
    import yaml

    if hasattr(yaml, "CSafeLoader"):
        yaml.safe_load = lambda text: yaml.load(text, Loader=yaml.CSafeLoader)


def child(job: dict) -> None:
    """One run of `az`."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        folder = job["folder"]
        os.chdir(folder)
        os.environ.update(job.get("env") or {})
        redirect(0, job.get("stdin") or os.devnull, os.O_RDONLY)
        redirect(1, os.path.join(folder, "out"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        redirect(2, os.path.join(folder, "err"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        sys.stdin = open(0, encoding="utf-8", errors=sys.stdin.errors, closefd=False)  # noqa: SIM115
        slept = no_waiting(os.path.join(folder, "clock"))
        code = az(job["argv"])
        with open(os.path.join(folder, "slept"), "w", encoding="utf-8") as target:
            json.dump(slept, target)
        if job.get("learn"):
            with open(os.path.join(folder, "modules"), "w", encoding="utf-8") as target:
                json.dump(list(sys.modules), target)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def redirect(number: int, path: str, flags: int) -> None:
    """Have a file in place of a standard stream."""
    opened = os.open(path, flags, 0o600)
    os.dup2(opened, number)
    os.close(opened)


def no_waiting(clock: str) -> list:
    """Make waits free; the list of them: seconds, the function that waited, how much stood on standard error.

    clock: a file in which stands how many seconds were waited in all.
    """
    slept: list = []
    monotonic, lock = time.monotonic, threading.Lock()
    skipped = [0.0]

    def sleep(seconds: float) -> None:
        frame = sys._getframe(1)
        if frame.f_code.co_name == "_sleep":  # of patience: who waits is whoever called it
            frame = frame.f_back
        with lock:
            sys.stderr.flush()
            slept.append([seconds, frame.f_code.co_name, os.lseek(2, 0, os.SEEK_CUR)])
            skipped[0] += seconds
            with open(clock, "w", encoding="utf-8") as target:
                target.write(str(skipped[0]))

    time.sleep = sleep
    time.monotonic = lambda: monotonic() + skipped[0]
    return slept


def az(argv: list) -> int:
    """What `az` does with these words; its exit code."""
    sys.argv = ["az", *argv]
    try:
        runpy.run_module("azure.cli", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(end.code + "\n")
            return 1
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    main()
