"""Wall times of things that take turns, so that whatever else the machine does hits them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: Does one run, told its number; what it starts must have ended when it returns.
Run = Callable[[int], object]


@dataclass(frozen=True)
class Times:
    """Seconds of each run of one thing."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{self.median:.2f} s ({min(self.seconds):.2f} to {max(self.seconds):.2f})"


def take_turns(things: Mapping[str, Run], rounds: int, warm_up: bool = True) -> dict[str, Times]:
    """Run all things once a round, forwards and backwards in turn; the first round may not count."""
    found: dict[str, list[float]] = {name: [] for name in things}
    for number in range(-int(warm_up), rounds):
        for name in list(things)[:: -1 if number % 2 else 1]:
            started = time.perf_counter()
            things[name](number)
            taken = time.perf_counter() - started
            if number >= 0:
                found[name].append(taken)
    return {name: Times(tuple(seconds)) for name, seconds in found.items()}
