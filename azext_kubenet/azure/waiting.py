"""Retry policy for transient failures: time budget, poll intervals, progress messages."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Say = Callable[[str], None]

#: Seconds of waiting from which on the user is told of it.
_WORTH_SAYING = 2.0
#: Seconds after which a waiting thread checks again whether it should go on waiting.
_SLICE_SECONDS = 0.25


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait for transient failures, in seconds, and how to report it."""

    seconds: float
    say: Say
    _over: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)

    def wait(self, seconds: float, why: str) -> bool:
        """Wait, and report a wait of two seconds or more; return whether to retry, False once the caller gave up."""
        if seconds >= _WORTH_SAYING and not self._over.is_set():
            self.say(f"  {why}; retrying in {seconds:.0f} s")
        return self._sleep(seconds)

    def pause(self, seconds: float) -> bool:
        """Wait without a message; return whether to go on."""
        return self._sleep(seconds)

    def _sleep(self, seconds: float) -> bool:
        if threading.current_thread() is threading.main_thread():
            time.sleep(seconds)  # Ctrl-C ends it
            return not self._over.is_set()
        left = seconds
        while left > 0 and not self._over.is_set():
            time.sleep(min(left, _SLICE_SECONDS))
            left -= _SLICE_SECONDS
        return not self._over.is_set()

    def give_up(self) -> None:
        """Stop all waits, and retry nothing any more."""
        self._over.set()

    def resume(self) -> None:
        """Wait again, from now on."""
        self._over.clear()


def intervals(longest: float) -> Iterator[float]:
    """Yield the seconds to wait between polls, growing from one second to the longest."""
    seconds = min(1.0, longest)
    while True:
        yield seconds
        seconds = min(seconds * 1.5, longest)
