"""SIGTERM as Ctrl-C: a job that is cancelled, a container that is stopped, `timeout`; they, too, get an account."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType


class Terminated(KeyboardInterrupt):
    """The process was asked to end."""


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Raise Terminated in the main thread at SIGTERM, as Python itself raises KeyboardInterrupt at Ctrl-C.

    Where somebody else handles or ignores that signal already, or this is not the main thread, nothing is changed.
    """
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def terminate(_: int, __: FrameType | None) -> None:
        raise Terminated("terminated (SIGTERM)")

    signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
