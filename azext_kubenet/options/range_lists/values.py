"""The values of an option that takes several ranges: each a range, or a list of them, with what is to be said of it."""

import os
import re
import shlex
from collections.abc import Callable, Sequence

from azext_kubenet.addressing.cidr import NotANetwork, quoted
from azext_kubenet.addressing.model import Finding, Reservation, Severity, advise
from azext_kubenet.options.range_lists import Listing, read_list, without_colours
from azext_kubenet.options.yaml_text import as_json

#: A value that its message quotes whole, as no list is.
_WORD = re.compile(r"[^\s\[{,;\"]+")


def read_values(
    option: str,
    values: Sequence[str],
    takes_addresses: bool,
    fault: Callable[[str, NotANetwork, str], None],
    findings: list[Finding],
) -> list[Reservation]:
    """All ranges of the values of an option.

    takes_addresses: whether a single address may be one of them; fault: notes what is no range, and where it stands;
    findings: where all else is noted.
    """
    found: list[Reservation] = []
    for number, value in enumerate(values, start=1):
        if value.startswith("@") and "\n" not in value:  # azure-cli has read the files that it could
            findings.append(_no_file(option, value[1:]))
            continue
        listing = read_list(as_json(without_colours(value)))
        if not listing.taken and listing.faults and os.path.isfile(value):
            findings.append(_no_at(option, value))
            continue
        which = f" {_nth(number)} list" if len(values) > 1 and not _WORD.fullmatch(value) else ""
        found.extend(listing.taken)
        if listing.singles and not takes_addresses:
            message = f"{listing.first_single} has no prefix length"
            instead = f"{listing.first_single}/PREFIX, such as 10.244.0.0/16"
            fault(option, NotANetwork("malformed-range", message, value=instead), which)
            listing.singles = 0
        for line, path, each in listing.faults:
            fault(option, each, which + _where(value, line, path))
        if listing.more_faults:
            more = f"{option}{which}: {listing.more_faults:,} more entries are no networks"
            findings.append(Finding("malformed-range", Severity.ERROR, (option,), more))
        findings += _not_taken(option, value, listing, which)
    return found


def _where(value: str, line: int, path: str) -> str:
    """The place of a fault in a list: ` line 3 (results[1].prefix)`."""
    return (f" line {line}" if line and "\n" in value else "") + (f" ({path})" if path else "")


def _no_file(option: str, path: str) -> Finding:
    """What is wrong with a file that azure-cli could not read, or with a value that only looks like one."""
    there = os.path.expanduser(path)
    if os.path.isdir(there):
        why, advice = f"{path} is a folder", f"name a file in it, such as @{os.path.join(path, 'ranges.csv')}"
    elif os.path.exists(there):
        why, advice = f"file {path} may not be read", f"allow it: chmod u+r {shlex.quote(path)}"
    elif path[:1].isdigit() and "/" in path:
        why, advice = f"'@{path}' is not an IPv4 network, and there is no file {path}", f"use {path} without @"
    else:
        why, advice = f"there is no file {path}", "name a file that exists"
    return Finding("no-such-file", Severity.ERROR, (option,), f"{option}: {why}", advise(advice))


def _no_at(option: str, name: str) -> Finding:
    """The name of a file was given, and not its content."""
    message = f"{option}: {quoted(name)} is the name of a file, and no IPv4 network"
    advice = f"put @ before a file's name: {shlex.quote(f'@{name}')}"
    return Finding("malformed-range", Severity.ERROR, (option,), message, advise(advice))


def _nth(number: int) -> str:
    """A number from 1 as people count: 1st, 2nd."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _not_taken(option: str, value: str, listing: Listing, which: str) -> list[Finding]:
    """What a list has that is no fault and is not used, or is used as something else than it is written as.

    which: says which of several lists it is.
    """
    found: list[tuple[str, Severity, str, str]] = []
    for lost in listing.lost:
        ranges, verb = ("1 range", "is") if lost.number == 1 else (f"{lost.number:,} ranges", "are")
        first = _where(value, lost.line, lost.path)
        message = f"{first}: {ranges} of {lost.where} {verb} not taken, such as {lost.first}"
        advice = f"add what is in use: {option} {lost.first}"
        found.append(("ranges-not-taken", Severity.WARNING, message, advice))
    if listing.part:
        message = f"{_where(value, *listing.part[1:])}: the list is a part of a longer one: {listing.part.why}"
        found.append(("list-is-a-part", Severity.WARNING, message, "export all pages, and give those"))
    if listing.ipv6:
        ranges = "1 IPv6 range is" if listing.ipv6 == 1 else f"{listing.ipv6:,} IPv6 ranges are"
        found.append(("ipv6-passed-over", Severity.INFO, f": {ranges} passed over, as only IPv4 is planned", ""))
    if listing.without_range:
        entry = "1 entry has" if listing.without_range == 1 else f"{listing.without_range:,} entries have"
        verb = "is" if listing.without_range == 1 else "are"
        first = _where(value, *listing.first_without)
        found.append(("entries-without-range", Severity.INFO, f"{first}: {entry} no range and {verb} passed over", ""))
    if listing.singles:
        counts = "1 address without prefix length counts" if listing.singles == 1 else \
            f"{listing.singles:,} addresses without prefix length count"  # fmt: skip
        message = f": {counts} as a /32, such as {listing.first_single}"
        found.append(("single-addresses", Severity.INFO, message, ""))
    if listing.hosts:
        counts = "1 address of a machine counts" if listing.hosts == 1 else \
            f"{listing.hosts:,} addresses of machines count"  # fmt: skip
        message = f": {counts} as the network around it, such as {listing.first_host}"
        found.append(("addresses-of-hosts", Severity.INFO, message, ""))
    found += [(rule, Severity.INFO, f": {what}", "") for rule, what in listing.form]
    return [
        Finding(rule, severity, (option,), f"{option}{which}{what}", advise(advice))
        for rule, severity, what, advice in found
    ]
