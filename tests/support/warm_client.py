"""Asks a warm `az` (see warm_az) for a run: in the name of a program, or from a test."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys


class Job:
    """A run that was asked for; it begins at once. More is what else the process shall know (see warm_az.child)."""

    def __init__(self, door: str, words: list[str], folder: str, env: dict[str, str], streams: list[int], **more):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(door)
        asked = json.dumps({"words": words, "folder": folder, "env": env, **more}).encode() + b"\n"
        sent = socket.send_fds(self._socket, [asked], streams)
        self._socket.sendall(asked[sent:])
        self._answers = self._socket.makefile()
        self.pid = json.loads(self._answers.readline())["pid"]

    def wait(self) -> int:
        """The exit code, below zero for a signal, once the run has ended."""
        line = self._answers.readline()
        self._answers.close()
        self._socket.close()
        return json.loads(line)["code"]


def main(door: str, words: list[str]) -> None:
    """Be the program `az`; with the name of a file in KUBENET_TEST_CLOCK, one to whom waits are free."""
    clock = os.environ.get("KUBENET_TEST_CLOCK", "")
    code = Job(door, words, os.getcwd(), dict(os.environ), [0, 1, 2], clock=clock).wait()
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)
