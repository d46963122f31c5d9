"""Random refusals, the same on every run: what is typed, and whether what is then recommended gives a plan.

run alone: python -m tests.property.refusals [NUMBER]      prints the table, and what is left
"""

import random
import statistics
import sys
import time
from collections import Counter

from azext_kubenet.addressing.findings import SetOptions, Severity
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.addressing.planner.suggestions import fixes_together
from tests.unit.addressing.asking import elsewhere, question, split

#: As many as the promise is about.
ALL = 4_000
SEED = 20261126
#: Where ranges are typed and excluded: close together, so that they meet often.
PLACES = (
    "10.0.0.0/8", "10.0.0.0/14", "10.1.2.0/24", "10.244.0.0/15", "172.16.0.0/12", "172.30.0.0/15", "192.168.0.0/16",
    "192.168.0.0/22", "100.64.0.0/10", "20.0.0.0/15", "192.0.2.0/23", "0.0.0.0/7", "239.0.0.0/7",
)  # fmt: skip
_RANGES = {
    "--vnet-address-prefixes": (8, 29),
    "--subnet-prefix": (20, 30),
    "--pod-cidr": (12, 26),
    "--service-cidr": (10, 30),
}
_TAKEN = ("--exclude-prefixes", "--exclude-prefixes", "--exclude-prefixes", "--routes", "--peered-networks")


def _block(dice, low, high):
    """A network in one of the places, most often at its beginning."""
    first, _, size = dice.choice(PLACES).partition("/")
    one, two, three, four = map(int, first.split("."))
    start, length = one << 24 | two << 16 | three << 8 | four, max(int(size), dice.randint(low, high))
    start |= dice.choice((0, dice.getrandbits(length - int(size)))) << 32 - length
    return ".".join(str(start >> shift & 255) for shift in (24, 16, 8, 0)) + f"/{length}"


def _sizes(dice):
    found = []
    if dice.random() < 0.25:
        pools = [f"np{at}:{dice.randint(0, 12)}:{dice.randint(1, 90)}" for at in range(dice.randint(1, 3))]
        found += ["--pool", *pools]
    else:
        nodes = dice.choice((1, 2, 3, 5, 20, 60, 370, 420))
        found += ["--node-count", str(nodes)] if dice.random() < 0.5 else []
        found += ["--max-count", str(dice.choice((nodes, nodes + 50, 1, 8, 300)))] if dice.random() < 0.4 else []
    found += ["--max-pods", str(dice.choice((5, 10, 30, 250, 300)))] if dice.random() < 0.25 else []
    found += ["--max-surge", dice.choice(("0", "1", "33%", "100%", "120%"))] if dice.random() < 0.3 else []
    return found + (["--extra-ips", str(dice.choice((1, 40, 300)))] if dice.random() < 0.15 else [])


def typed(dice):
    """A line of options, and of what stands for what is there."""
    found = _sizes(dice)
    for option, (low, high) in _RANGES.items():
        if dice.random() < 0.5:
            found += [option, _block(dice, low, high) if dice.random() < 0.75 else f"/{dice.randint(low, high)}"]
    if dice.random() < 0.15:
        found += ["--dns-service-ip", _block(dice, 24, 24).rpartition(".")[0] + dice.choice((".10", ".1", ".77"))]
    found += ["--docker-bridge-address", _block(dice, 16, 28)] if dice.random() < 0.15 else []
    found += ["--within", _block(dice, 10, 26)] if dice.random() < 0.2 else []
    for option in sorted(set(dice.choices(_TAKEN, k=2))):
        found += [option, *(_block(dice, 8, 26) for _ in range(dice.randint(1, 6)))]
    if dice.random() < 0.2:
        found += ["--clusters", *(_block(dice, 12, 20) for _ in range(2))]
    return " ".join(found)


def plan(line):
    """What a line gives."""
    options = split(line)
    return plan_ranges(*question(options), (), elsewhere(options))


def retyped(line, fix):
    """The line with the options of a fix in place of what was typed for them."""
    values = split(line)
    for option, value in fix.values:
        values[option] = value.split()
        if option == "--pool":
            values.pop("--node-count", None)
            values.pop("--max-count", None)
    return " ".join(word for option, words in values.items() for word in (option, *words))


def without(line, options):
    """The line without some options."""
    return " ".join(word for option, words in split(line).items() if option not in options for word in (option, *words))


def refusals(number):
    """So many lines that are refused, with what is said of them and the seconds that it took."""
    dice, found = random.Random(SEED), 0
    while found < number:
        line = typed(dice)
        start = time.perf_counter()
        result = plan(line)
        seconds = time.perf_counter() - start
        if result.refused:
            found += 1
            yield line, result, seconds


class Tally:
    """How refusals fared."""

    def __init__(self):
        self.counts, self.left, self.seconds = Counter(), [], []

    def take(self, line, result, seconds):
        self.seconds.append(seconds)
        self.counts["refused"] += 1
        errors = [each for each in result.findings if each.severity is Severity.ERROR]
        self._together(line, errors)
        self._line(line, result)
        before = {(each.rule, each.subject) for each in errors}
        for finding in errors:
            for fix in [each for each in finding.fixes if isinstance(each, SetOptions)]:
                self._single(line, finding, fix, before)

    def _together(self, line, errors):
        """The first thing to type of each finding, typed together."""
        fixes = fixes_together(errors)
        if fixes is None:
            self.counts["nothing to type"] += 1
            return
        again = plan(retyped(line, fixes))
        self._count("together", not again.refused, line, fixes, again)

    def _line(self, line, result):
        """What is printed as one command line."""
        if result.mended is None:
            self.counts["no line"] += 1
            return
        again = plan(without(retyped(line, result.mended.whole), result.mended.without))
        self._count("line", not again.refused, line, result.mended.whole, again)

    def _single(self, line, finding, fix, before):
        again = plan(retyped(line, fix))
        after = {(each.rule, each.subject) for each in again.findings if each.severity is Severity.ERROR}
        new = {(rule, subject) for rule, subject in after - before if rule != "no-space" or rule not in dict(before)}
        self._count("single", not new and (finding.rule, finding.subject) not in after, line, fix, again)

    def _count(self, what, good, line, fix, again):
        self.counts[what, good] += 1
        if not good:
            errors = [(each.rule, *each.subject) for each in again.findings if each.severity is Severity.ERROR]
            self.left.append((what, line, str(fix), errors))

    def share(self, what):
        """How many of a hundred succeeded."""
        good, bad = self.counts[what, True], self.counts[what, False]
        return 100 * good / max(1, good + bad)

    def table(self):
        rows = [f"{'refusals':<48}{self.counts['refused']:>8,}"]
        for what, words in (
            ("together", "first fixes of all findings, typed together"),
            ("line", "the one command line"),
            ("single", "each fix, typed alone"),
        ):
            good, bad = self.counts[what, True], self.counts[what, False]
            rows.append(f"{words:<48}{good + bad:>8,} typed, {good:,} succeed, {self.share(what):.2f} %")
        rows.append(f"{'nothing to type, what must change is said':<48}{self.counts['nothing to type']:>8,}")
        rows.append(f"{'no command line that would pass':<48}{self.counts['no line']:>8,}")
        middle, worst = 1000 * statistics.median(self.seconds), 1000 * max(self.seconds)
        rows.append(f"{'milliseconds of a refusal, median and worst':<48}{middle:>8.1f} {worst:.1f}")
        return "\n".join(rows)


def tallied(number):
    """The tally of so many refusals."""
    tally = Tally()
    for each in refusals(number):
        tally.take(*each)
    return tally


if __name__ == "__main__":
    told = tallied(int(sys.argv[1]) if len(sys.argv) > 1 else ALL)
    print(told.table())
    for row in told.left[:40]:
        print(*row, sep="\n    ")
