"""Planning around many excluded prefixes, beside what netaddr's own IPSet takes to read and subtract the same lines.

Ours reads the text with its checks, makes reservations, and judges a whole plan around them. IPSet reads the same lines
and subtracts them from private space, which is less: it chooses nothing. Each measurement has a process of its own,
the two take turns, and the median counts.

run alone: python -m benchmarks.exclusions
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1_000, 10_000, 100_000)
REPEATS = 5
#: Of all lengths from /16 to /30: as much space in each (many small ones), or as many prefixes of each.
SPREADS = ("even space", "even count")
_BLOCKS = ((0x0A000000, 8, 14), (0xAC100000, 12, 1), (0xC0A80000, 16, 1))  # first address, prefix, share


@dataclass(frozen=True)
class Row:
    """One line of the comparison: medians of several runs."""

    size: int
    spread: str
    ours_seconds: float
    ipset_seconds: float
    ours_peak_mib: float
    ipset_peak_mib: float

    @property
    def ratio(self) -> float:
        """How much of IPSet's time ours takes."""
        return self.ours_seconds / self.ipset_seconds


def lines(size: int, spread: str) -> str:
    """Random private prefixes from /16 to /30, one a line; the same ones every time."""
    dice = random.Random(size)
    lengths = range(16, 31)
    weights = [1 << length for length in lengths] if spread == "even space" else [1] * len(lengths)
    found = []
    for length in dice.choices(lengths, weights, k=size):
        first, prefix, _ = dice.choices(_BLOCKS, [share for *_, share in _BLOCKS])[0]
        value = first | dice.getrandbits(length - prefix) << (32 - length) if length > prefix else first
        found.append(f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}/{length}")
    return "\n".join(found)


def ours(text: str) -> None:
    """What `plan --exclude-prefixes @file` does with the file."""
    from azext_kubenet.addressing.model import ClusterSize, RangeRequests
    from azext_kubenet.addressing.planner.plan_result import plan_ranges
    from azext_kubenet.options.range_lists import read_list

    listing = read_list(text)
    assert not listing.faults
    plan_ranges(ClusterSize(), RangeRequests(), listing.taken)


def ipset(text: str) -> None:
    """Read and subtract, with netaddr's own means."""
    from netaddr import IPNetwork, IPSet

    private = IPSet(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
    _ = private - IPSet([IPNetwork(line) for line in text.splitlines()])


def _measure_here(name: str, size: int, spread: str) -> None:
    """Seconds and peak memory of one of the two in this process, as JSON; what is imported counts for neither."""
    text = lines(size, spread)
    ours("10.0.0.0/8")
    ipset("10.0.0.0/8")
    start = time.perf_counter()
    {"ours": ours, "ipset": ipset}[name](text)
    print(json.dumps({"seconds": time.perf_counter() - start, "peak_mib": _peak_mib()}))


def _peak_mib() -> float:
    """Peak memory of this process: VmHWM, as ru_maxrss can hold the peak of the parent that it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measure(name: str, size: int, spread: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.exclusions", name, str(size), spread]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def run(sizes: tuple = SIZES, repeats: int = REPEATS) -> list:
    """A row for every size and spread."""
    rows = []
    for spread in SPREADS:
        for size in sizes:
            turns = [(_measure("ours", size, spread), _measure("ipset", size, spread)) for _ in range(repeats)]
            mine, theirs = zip(*turns, strict=True)
            rows.append(
                Row(
                    size,
                    spread,
                    *(
                        statistics.median(each[key] for each in some)
                        for key in ("seconds", "peak_mib")
                        for some in (mine, theirs)
                    ),
                )
            )
    return rows


def table(rows: list) -> str:
    """The rows as people read them."""
    heads = ("excluded", "lengths", "ours s", "IPSet s", "ratio", "ours peak MiB", "IPSet peak MiB")
    form = "{:>9}  {:<10}  {:>7}  {:>7}  {:>6}  {:>13}  {:>14}"
    return "\n".join(
        [
            form.format(*heads),
            *(
                form.format(
                    f"{row.size:,}",
                    row.spread,
                    f"{row.ours_seconds:.3f}",
                    f"{row.ipset_seconds:.3f}",
                    f"{row.ratio:.2f}",
                    f"{row.ours_peak_mib:.1f}",
                    f"{row.ipset_peak_mib:.1f}",
                )
                for row in rows
            ),
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        _measure_here(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    else:
        print(table(run()))
