"""Waiting for what passes by itself: how long, how often to look, and not in silence."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Say = Callable[[str], None]

#: Seconds of waiting from which on the user is told.
_WORTH_SAYING = 2.0


@dataclass(frozen=True)
class Patience:
    """How long to wait for what passes by itself, in seconds, and whom to tell."""

    seconds: float
    say: Say

    def wait(self, seconds: float, why: str) -> None:
        """Wait, and say so if it is worth it."""
        if seconds >= _WORTH_SAYING:
            self.say(f"  {why}: waiting {seconds:.0f} s")
        time.sleep(seconds)


def intervals(longest: float) -> Iterator[float]:
    """Seconds to wait between looks: short at first, then ever longer up to the longest."""
    seconds = min(1.0, longest)
    while True:
        yield seconds
        seconds = min(seconds * 1.5, longest)
