"""How long a refused plan takes to say what to type: all fixes are found together, and each is tried."""

from __future__ import annotations

import statistics
from typing import NamedTuple

from tests.property.refusals import ALL, refusals


class Waits(NamedTuple):
    """Seconds of a refusal, in the middle and at worst."""

    number: int
    median: float
    worst: float


def run(number: int = ALL) -> Waits:
    """Waits of random refusals, the same ones on every run."""
    seconds = [each for _, _, each in refusals(number)]
    return Waits(number, statistics.median(seconds), max(seconds))
