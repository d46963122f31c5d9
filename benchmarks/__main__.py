"""`make bench`: each promise of speed, measured beside its yardstick in one run, with the goal beside the figure.

Nothing is asserted: a machine that is busy with other things prints other figures. Read the ratios.
"""

from __future__ import annotations

import platform
import time

from benchmarks import advice, check, create, estate, exclusions, fleet, peers, plan, refusal

FORM = "{:<56} {:>8}  {:<12} {}"


def line(what: str, measured: float, goal: str, how: str, decimals: int = 2) -> None:
    """One figure with its goal."""
    print(FORM.format(what, f"{measured:.{decimals}f}", goal, how), flush=True)


def main() -> None:
    """Measure and print."""
    started = time.monotonic()
    print(FORM.format("", "measured", "goal", f"(medians; Python {platform.python_version()})"))

    times = plan.run()
    line("az kubenet plan / a command that does nothing", times["plan"].median / times["noop"].median, "at most 1.15",
         f"{times['plan']} / {times['noop']}, {plan.ROUNDS} runs")  # fmt: skip

    cost = create.run()
    raw = cost["raw"]
    for name, title in (("ours", "az kubenet create --no-wait"), ("article", "with the article's identity")):
        ours = cost[name]
        line(f"{title} / the article's {len(create.RAW)} commands", ours.times.median / raw.times.median,
             "at most 0.25", f"{ours.times} / {raw.times}, {create.ROUNDS} runs")  # fmt: skip
        line("    requests to Azure Resource Manager and Graph", ours.requests, "at most 16",
             f"the article's: {raw.requests:.0f}", 0)  # fmt: skip
        line("    requests for a token", ours.tokens, "", f"the article's: {raw.tokens:.0f}", 0)

    late = refusal.run()
    for name, what in (("range", "a wrong range"), ("occupied", "an occupied subnet"), ("right", "a missing right")):
        line(f"refusing {what} / one read, {refusal.DELAY:.0f} s an answer", late[name].median / late["read"].median,
             "at most 2", f"{late[name]} / {late['read']}, {refusal.ROUNDS} runs")  # fmt: skip

    waits = advice.run()
    line(f"seconds of {waits.number:,} random refusals with joint fixes: median", waits.median, "below 1", "", 3)
    line("    the worst of them", waits.worst, "below 1", "", 3)
    around, asked = peers.run()
    line(f"plan, {peers.PEERS} peers in {peers.SUBSCRIPTIONS} subscriptions, {peers.DELAY * 1000:.0f} ms an answer: s",
         around.median, "at most 1.4", f"{around}, {peers.ROUNDS} runs")  # fmt: skip
    line("    requests to Azure Resource Manager", asked, "", "", 0)

    looked = check.run()
    line(f"check, 3 pools of {check.NODES} nodes, {check.DELAY * 1000:.0f} ms an answer / reading alone",
         looked.check.median / looked.read.median, "at most 1.2",
         f"{looked.check} / {looked.read}, {check.ROUNDS} runs")  # fmt: skip
    line("    requests to Azure Resource Manager", looked.requests, "at most 14", "", 0)

    size = f"{estate.NETWORKS} networks, {estate.PEERINGS} peerings, {estate.CLUSTERS} clusters"
    costs = estate.run()
    ours, reading = costs["ours"], costs["read"]
    line(f"plan --discover tenant ({size}) / reading alone", ours.seconds / reading.seconds, "",
         f"{ours.seconds:.1f} s / {reading.seconds:.1f} s, {estate.ROUNDS} runs")  # fmt: skip
    line("    seconds beyond the pages", ours.seconds - reading.seconds, "seconds", "")
    line("    requests", ours.requests, "", f"reading alone: {reading.requests}", 0)
    line("    peak memory, MiB", ours.memory, "", f"reading alone: {reading.memory:.0f} MiB", 0)

    costs = fleet.run()
    ours, reading = costs["ours"], costs["read"]
    line(f"list, {fleet.CLUSTERS} clusters in {fleet.SUBSCRIPTIONS} subscriptions: s beyond the pages",
         ours.seconds - reading.seconds, "at most 1",
         f"{ours.seconds:.1f} s / {reading.seconds:.1f} s, {estate.ROUNDS} runs")  # fmt: skip
    line("    requests", ours.requests, "", f"reading alone: {reading.requests}", 0)
    line("    peak memory, MiB", ours.memory, "", f"reading alone: {reading.memory:.0f} MiB", 0)

    print("\nplanning around excluded prefixes, beside netaddr's IPSet reading and subtracting them;")
    print("goal: a ratio of at most 0.4 at 100,000 prefixes, and not growing with their number")
    print(exclusions.table(exclusions.run()), flush=True)
    print(f"\nmeasured in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
