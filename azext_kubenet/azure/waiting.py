"""Waiting for what passes by itself: how long, how often to look, and not in silence."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Say = Callable[[str], None]

#: Seconds of waiting from which on the user is told.
_WORTH_SAYING = 2.0
#: Seconds between two looks of a thread that waits whether it still should.
_SLICE_SECONDS = 0.25


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait for what passes by itself, in seconds, and whom to tell."""

    seconds: float
    say: Say
    _over: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)

    def wait(self, seconds: float, why: str) -> bool:
        """Wait, and say so if it is worth it; whether to go on: not once nobody waits for what comes of it."""
        if seconds >= _WORTH_SAYING and not self._over.is_set():
            self.say(f"  {why}; retrying in {seconds:.0f} s")
        return self._sleep(seconds)

    def pause(self, seconds: float) -> bool:
        """Wait without a word; whether to go on."""
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
        """Have all who wait stop waiting, and try nothing again."""
        self._over.set()

    def resume(self) -> None:
        """Wait again, from now on."""
        self._over.clear()


def intervals(longest: float) -> Iterator[float]:
    """Seconds to wait between looks: short at first, then ever longer up to the longest."""
    seconds = min(1.0, longest)
    while True:
        yield seconds
        seconds = min(seconds * 1.5, longest)
