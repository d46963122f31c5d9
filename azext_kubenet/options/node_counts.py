"""From the text of options to the surge of node pools and to their growth."""

import re
from collections.abc import Iterable
from dataclasses import replace

from azext_kubenet.addressing.cidr import NotANetwork, quoted
from azext_kubenet.addressing.findings import Finding, Fix, SetOptions, Severity, advise
from azext_kubenet.addressing.model import MaxSurge

_SURGE = r"([0-9]{1,6})(%?)"
#: Growth in a year that is worth planning for: our own bound.
_MOST_GROWTH = 1000
_MOST_PERCENT = 100
#: What may be said of a surge, in words.
SURGES = "a whole number of nodes such as 1, or a percentage such as 33%"


class MeantSurge(NotANetwork):
    """A surge in other words than are taken. surge: the one that was meant"""

    def __init__(self, message: str, surge: MaxSurge):
        super().__init__("malformed-max-surge", message, value=str(surge))
        self.surge = surge


def read_max_surge(text: str) -> MaxSurge:
    """A number of nodes such as `1`, or a percentage such as `33%`. Raises NotANetwork when it is neither."""
    match = re.fullmatch(_SURGE, text.strip())
    if match:
        return MaxSurge(int(match.group(1)), bool(match.group(2)))
    if re.fullmatch("[0-9]+%?", text.strip()):
        message = f"{quoted(text)} is more than a node pool can surge by"
        raise NotANetwork("malformed-max-surge", message, value="100%")
    message = f"invalid value {quoted(text)}: expected a number of nodes or a percentage"
    meant = meant_surge(text)
    if meant is None:
        raise NotANetwork("malformed-max-surge", message, takes=SURGES)
    raise MeantSurge(message, meant)


def meant_surge(text: str) -> MaxSurge | None:
    """The surge that another spelling stands for: `20 %`, `20percent`, `1O%`, `5nodes`; None where it is not clear."""
    match = re.fullmatch(r"(\w+?)\s*(%+|percent|per cent|pct|nodes?|)", text.strip(), re.ASCII | re.IGNORECASE)
    number = meant_number(match[1]) if match else None
    if match is None or not number:
        return None
    percent = match[2][:1].lower() in ("%", "p") and bool(match[2])
    return MaxSurge(number, percent) if number <= _MOST_PERCENT or not percent else None


def meant_number(text: str) -> int | None:
    """A number of which digits were typed as the letters that look like them, `4O`; None for what is none."""
    if not re.fullmatch(r"[0-9OolI]{1,6}", text) or not re.search("[0-9]", text):
        return None
    return int(text.translate(str.maketrans("OolI", "0011")))


def read_growth(text: str) -> int:
    """Growth a year in percent, 1 to 1000: `25%`, or `25`. Raises NotANetwork when it is not."""
    match = re.fullmatch(_SURGE, text.strip())
    if not match or not 1 <= int(match.group(1)) <= _MOST_GROWTH:
        message = f"invalid value {quoted(text)}: expected a yearly percentage from 1% to {_MOST_GROWTH}%"
        raise NotANetwork("malformed-growth", message, value="25%")
    return int(match.group(1))


def growth_findings(text: str | None, percent: int | None) -> list[Finding]:
    """A growth that was typed without a percent sign, where a surge so typed is a number of nodes."""
    if text is None or percent is None or "%" in text:
        return []
    message = f"--growth {percent} is read as {percent}% a year, not as a number of nodes"
    advice = advise(f"use --growth {percent}% to say so")
    return [Finding("growth-without-percent", Severity.INFO, ("--growth",), message, advice)]


def with_min_count(findings: Iterable[Finding], least: object, nodes: int) -> list[Finding]:
    """The findings whose advice goes with --min-count: a lower --max-count needs a lower one, too.

    least: as typed, None where it was not; nodes: of the first pool, of which AKS takes no fewer than the least
    """
    if least is None:
        return [*findings]
    return [replace(each, fixes=tuple(_above(fix, int(str(least)), nodes) for fix in each.fixes)) for each in findings]


def _above(fix: Fix, least: int, nodes: int) -> Fix:
    if not isinstance(fix, SetOptions) or int(dict(fix.values).get("--max-count", least)) >= least:
        return fix
    values = dict(fix.values)
    lower = min(int(values["--max-count"]), int(values.get("--node-count", nodes)))
    return replace(fix, values=(*fix.values, ("--min-count", str(lower))))
