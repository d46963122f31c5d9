"""The values of an option that takes several ranges, each a range or a list of ranges, and findings on them."""

import os
import re
import shlex
from collections.abc import Callable, Iterator, Sequence

from azext_kubenet.addressing.cidr import NotANetwork, quoted
from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.free_space import merged_networks
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.addressing.summaries import default_routes
from azext_kubenet.options.file_patterns import Opened
from azext_kubenet.options.range_lists import Listing, read_list
from azext_kubenet.options.range_lists.listing import Fault
from azext_kubenet.options.range_lists.lost import Used, still_lost

#: Ranges of a column or a key that are named, at most, when they were not used.
_RANGES_SHOWN = 3
#: Ranges of one that are typed in the advice, at most.
_RANGES_TYPED = 10
#: A value that its message quotes whole, as no list is.
_WORD = re.compile(r"[^\s\[{,;\"]+")


def read_values(
    option: str,
    values: Sequence[Opened],
    takes_addresses: bool,
    fault: Callable[[NotANetwork, str, str, int], None],
    findings: list[Finding],
) -> list[Reservation]:
    """Return all ranges of the values of an option.

    takes_addresses: whether a single address may be one of them
    fault: notes what is not a range, where it is in words, the value that it is in, and its line
    findings: where all else is noted
    """
    found: list[Reservation] = []
    read: list[tuple[int, str, str, Listing]] = []
    listings = [_read(value, name) for value, name in values]
    if takes_addresses or any(each.taken for each in listings):
        _pass_over_ipv6(values, listings)
    for number, ((value, name), listing) in enumerate(zip(values, listings, strict=True), start=1):
        if value.startswith("@") and "\n" not in value and not name:  # azure-cli has read the files that it could
            findings.append(_no_file(option, value[1:]))
            continue
        if not listing.taken and listing.faults and os.path.isfile(value):
            findings.append(_no_at(option, value))
            continue
        which = f" {_nth(number)} list" if len(values) > 1 and not _WORD.fullmatch(value) else ""
        which = f" {name}" if name else which
        found.extend(listing.taken)
        if listing.singles and not takes_addresses:
            fault(_without_length(listing.first_single), which, value, 0)
            listing.singles = 0
        for line, path, each in listing.faults:
            fault(each, which + _where(value, line, path), value, line)
        if listing.more_faults:
            rest = _counted(listing.more_faults, "more entry is not a network", "more entries are not networks")
            findings.append(Finding("malformed-range", Severity.ERROR, (option,), f"{option}{which}: {rest}"))
        read.append((len(findings), value, which, listing))
    used = _used(option, found) if any(each[-1].lost for each in read) else Used((), ())
    for at, value, which, listing in reversed(read):
        listing.lost = still_lost(listing.lost, used)
        findings[at:at] = _not_taken(option, value, listing, which)
    return found


def _without_length(address: str) -> NotANetwork:
    """Return what is wrong with an address where a range is to be taken from."""
    instead = f"{address}/PREFIX, such as 10.244.0.0/16"
    return NotANetwork("malformed-range", f"{address} has no prefix length", value=instead)


def _read(value: str, name: str) -> Listing:
    """Return the ranges of one value."""
    listing = read_list(value)
    if name and not value.strip():
        listing.faults = [Fault(0, "", _emptied(name))]
    return listing


def _pass_over_ipv6(values: Sequence[Opened], listings: Sequence[Listing]) -> None:
    """Make typed values that are IPv6 no faults: it harms nothing to exclude them, or to have others to take from."""
    for (value, _), listing in zip(values, listings, strict=True):
        if listing.ipv6 and _WORD.fullmatch(value):
            listing.faults = []


def _used(option: str, found: Sequence[Reservation]) -> Used:
    """Return what is used of all ranges: the default route is no exclusion, so it covers nothing."""
    networks = [each.network for each in found]
    left_out = default_routes(networks) if option == "--exclude-prefixes" else frozenset()
    return Used(merged_networks(each for each in networks if each not in left_out), merged_networks(networks))


def _where(value: str, line: int, path: str) -> str:
    """Return the place of a fault in a list: ` line 3 (results[1].prefix)`."""
    return (f" line {line}" if line and "\n" in value else "") + (f" ({path})" if path else "")


def _in_brackets(value: str, line: int, path: str) -> str:
    """Return the place of a range in a list: ` (line 3, results[1].prefix)`."""
    parts = [part for part in (f"line {line}" if line and "\n" in value.strip() else "", path) if part]
    return f" ({', '.join(parts)})" if parts else ""


def _listed(shown: list[str], number: int) -> str:
    """Return the first of so many things, and how many more there are: `a, b and 7 more`."""
    more = number - len(shown)
    return (
        f"{', '.join(shown)} and {more:,} more"
        if more
        else " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
    )


def _no_file(option: str, path: str) -> Finding:
    """Return what is wrong with a file that azure-cli could not read, or with a value that only looks like one."""
    there = os.path.expanduser(path)
    if not path:
        why, advice = "no file name follows @", "type the name of a file after it, such as @ranges.csv"
    elif os.path.isdir(there):
        why, advice = f"{path} is a folder", f"use a file in it, such as @{os.path.join(path, 'ranges.csv')}"
    elif os.path.exists(there):
        why, advice = f"no permission to read file {path}", f"grant it: chmod u+r {shlex.quote(path)}"
    elif path[:1].isdigit() and "/" in path:
        why, advice = f"'@{path}' is not an IPv4 network, and file {path} does not exist", f"use {path} without @"
    else:
        why, advice = f"file {path} does not exist", "use the name of an existing file"
    return Finding("no-such-file", Severity.ERROR, (option,), f"{option}: {why}", advise(advice))


def _emptied(name: str) -> NotANetwork:
    """Return what is wrong with an empty file that a pattern matches, perhaps the one that a pipe is to write."""
    advice = (
        f"if this command line writes to {name}, the shell has already emptied it: write to another name and rename "
        f"that, ... > new.tmp && mv new.tmp {shlex.quote(name)}; otherwise delete the file"
    )
    return NotANetwork("list-without-ranges", "the file is empty", advice)


def _no_at(option: str, name: str) -> Finding:
    """Return what is wrong where the name of a file was given in place of its content."""
    message = f"{option}: {quoted(name)} is the name of a file, not an IPv4 network"
    advice = f"put @ before the file name: {shlex.quote(f'@{name}')}"
    return Finding("malformed-range", Severity.ERROR, (option,), message, advise(advice))


def _nth(number: int) -> str:
    """Return a number from 1 as people count: 1st, 2nd."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _counted(number: int, one: str, several: str) -> str:
    """Return a number with what it counts: `1 range is`, `2,000 ranges are`."""
    return f"1 {one}" if number == 1 else f"{number:,} {several}"


def _not_taken(option: str, value: str, listing: Listing, which: str) -> list[Finding]:
    """Return findings on what is not a fault and is not used, or is used as something else than it is written as.

    which: says which of several lists it is
    """
    infos = [*_ignored(value, listing), *_used_otherwise(listing)]
    infos += [(rule, f": {words}") for rule, words in listing.form]
    found = [
        Finding(rule, Severity.WARNING, (option,), f"{option}{which}{message}", advise(advice))
        for rule, message, advice in _missing(option, value, listing)
    ]
    return found + [Finding(rule, Severity.INFO, (option,), f"{option}{which}{message}") for rule, message in infos]


def _missing(option: str, value: str, listing: Listing) -> Iterator[tuple[str, str, str]]:
    """Yield rule, message and advice on ranges that may be in use and are not among those of the list."""
    for lost in listing.lost:
        ranges = _counted(lost.number, f"range in {lost.where} is", f"ranges in {lost.where} are")
        shown = [f"{each.text}{_in_brackets(value, *each.spot())}" for each in lost.ranges[:_RANGES_SHOWN]]
        message = f": {ranges} not used: {_listed(shown, lost.number)}"
        which = "ranges that are in use" if option == "--exclude-prefixes" else "blocks that may be used"
        words = list(dict.fromkeys(each.text for each in lost.ranges))[:_RANGES_TYPED]
        yield "ranges-not-taken", message, f"add the {which}: {option} {' '.join(words)}"
    if listing.part:
        message = f"{_where(value, *listing.part[1:])}: the list is incomplete: {listing.part.why}"
        yield "list-is-a-part", message, "export all pages and use them together"


def _ignored(value: str, listing: Listing) -> Iterator[tuple[str, str]]:
    """Yield rule and message on entries that are not IPv4 ranges."""
    if listing.ipv6:
        ranges = _counted(listing.ipv6, "IPv6 range is", "IPv6 ranges are")
        yield "ipv6-passed-over", f": {ranges} ignored; only IPv4 is supported"
    if listing.without_range and not _told_as_lost(listing):
        entries = _counted(listing.without_range, "entry has no range and is", "entries have no range and are")
        yield "entries-without-range", f"{_where(value, *listing.first_without)}: {entries} ignored"
    if listing.commented:
        lines = _counted(listing.commented, "commented line holds ranges and is", "commented lines hold ranges and are")
        yield "commented-ranges", f": {lines} ignored, such as {listing.first_commented}"


def _told_as_lost(listing: Listing) -> bool:
    """Return whether the one entry without a range is that of a range that is told as not used."""
    line, path = listing.first_without
    spots = [each.spot() for lost in listing.lost for each in lost.ranges[:_RANGES_SHOWN]]
    return listing.without_range == 1 and any(
        where.startswith(path) if path else line and line == number for number, where in spots
    )


def _used_otherwise(listing: Listing) -> Iterator[tuple[str, str]]:
    """Yield rule and message on addresses that are used as networks."""
    if listing.singles:
        addresses = _counted(listing.singles, "address without prefix length is", "addresses without prefix length are")
        yield "single-addresses", f": {addresses} used as /32, such as {listing.first_single}"
    if listing.hosts:
        addresses = _counted(listing.hosts, "host address is", "host addresses are")
        yield "addresses-of-hosts", f": {addresses} used as the network that contains it, such as {listing.first_host}"
