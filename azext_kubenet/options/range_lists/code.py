"""Code that holds ranges: Bicep, Terraform and its variables, scripts of shells, files of settings; and a plan as TSV.

No language is parsed. What is alone between quotes, brackets and spaces and was meant for a range is one, under the
name that is declared or set before it. What is in a sentence is not used, nor is what a filter lets pass; the second
look of `lost` tells both.
"""

import re
from collections.abc import Iterator
from functools import partial

from azext_kubenet.options.range_lists.listing import Listing, Part, read_cell, reason_of
from azext_kubenet.options.range_lists.lost import Place, in_line, named, note_lost
from azext_kubenet.options.range_lists.rows import begins_as_range, was_meant
from azext_kubenet.options.range_lists.titles import NO_RANGES, is_filter, normal, of_cluster

#: Lines that are looked at to see whether a text is code.
_LINES_TRIED = 200
#: In characters, so that looking at a line of a million signs ends soon.
_LONGEST_LINE = 10_000
_DECLARES = re.compile(
    r"\s*(?:(?:param|var)\s+[A-Za-z_]\w*\b.*=|(?:variable|resource|data|module|output|provider)\s+[\"'\w].*[{=]\s*$"
    r"|variable\s+[\"'][\w-]+[\"']\s*\{|(?:locals|terraform)\s*\{"
    r"|targetScope\s*=|using\s+['\"]|@[A-Za-z]+\(|set -[a-z]+)"
)
_SETS = re.compile(r"\s*(?:(?:export|readonly|local)\s+|\$)?[A-Za-z_]\w*\s*=\s*[\"'(\[{\w./-]")
_CALLS = re.compile(r"\s*az [a-z][a-z -]* --?[a-z]")
_COMMENT = re.compile(r"\s*(?:#|//)")
#: The title of a part of a file of settings.
_SECTION = re.compile(r"\s*\[[\w. -]+\]\s*")
_DECLARED = re.compile(
    r"\s*(?:param|var|variable|output|export|readonly|local|declare(?:\s+-\w+)?)\s+[\"']?([A-Za-z_][\w-]*)"
)
_KEY = re.compile(r"\s*\$?([A-Za-z_][\w-]*)[\"']?\s*[=:]")
#: Keys of what was declared before: its value, and what is said of it.
_VALUE = ("default", "value", "defaultvalue", "type", "description", "nullable", "sensitive")
#: A quoted text, an option of a command, an end of what is meant in a line, or a word.
_TOKEN = re.compile(r"\"([^\"]*)\"|'([^']*)'|(--?[A-Za-z][\w-]*)|(#|//)|([^\s\"'(){}\[\],;=]+)")
_SPLIT = re.compile(r"[\s,;]+")
_PLAN = ("--network-plugin kubenet ", "--network-plugin azure ")
_PARAMETERS = {
    "vnetaddressprefixes": "network", "vnetprefixes": "network", "subnetprefix": "subnet", "podcidr": "pods",
    "servicecidr": "services",
}  # fmt: skip


def is_code(text: str) -> bool:
    """Return whether a text is code: its first line sets something or calls a command, or a line declares."""
    if text.startswith("#!"):
        return True
    tried = [line[:_LONGEST_LINE] for line in text.split("\n", _LINES_TRIED)[:_LINES_TRIED]]
    tried = [line for line in tried if line.strip() and not (_COMMENT.match(line) or _SECTION.fullmatch(line))]
    return bool(tried) and bool(_SETS.match(tried[0]) or _CALLS.match(tried[0]) or any(map(_DECLARES.match, tried)))


def read(text: str) -> Listing:
    """Return the ranges of code."""
    listing = Listing()
    subnets: list[int] = []
    for number, _, name, words in _lines(text):
        for key, word in words:
            title, start = key or name, len(listing.taken)
            kind = _PARAMETERS.get(normal(title), "")
            read_cell(word, listing, reason_of(kind or title), partial(listing.refuse, line=number))
            if of_cluster(title):
                listing.give_to_cluster(start)
            elif kind == "subnet":
                subnets += range(start, len(listing.taken))
    if any(each.of_cluster for each in listing.taken):
        for at in subnets:
            listing.taken[at] = listing.taken[at]._replace(of_cluster=True)
    note_lost(text, listing, _places(text))
    return listing


def _places(text: str) -> Iterator[Place]:
    """Yield every line of code that is not a comment, under the name that is set there."""
    for number, line, name, _ in _lines(text):
        yield in_line(number, "" if normal(name) in NO_RANGES else named("key", name or "code"), line)


def _lines(text: str) -> Iterator[tuple[int, str, str, list[tuple[str, str]]]]:
    """Yield number, line, the name that is set there, and its words that are ranges, with the option before each."""
    name = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or _COMMENT.match(line):
            continue
        found = _DECLARED.match(line) or _KEY.match(line)
        if found and normal(found.group(1)) not in _VALUE:
            name = found.group(1)
        yield number, line, name, list(_ranges(line, name))


def _ranges(line: str, name: str) -> Iterator[tuple[str, str]]:
    option = ""
    for match in _TOKEN.finditer(line):
        double, single, an_option, comment, bare = match.groups()
        if comment:
            return
        if an_option:
            option = an_option.lstrip("-")
            continue
        key = option or name
        if is_filter(key.replace("_", " ")) or normal(key) in NO_RANGES:
            continue
        words = [word for word in _SPLIT.split((double or single or bare or "").strip()) if word]
        if words and all(_is_meant(word) for word in words):
            yield from ((option, word) for word in words)


def _is_meant(word: str) -> bool:
    return ("/" in word or word.count(".") > 3) and word[0].isdigit() and begins_as_range(word) and was_meant(word)


def is_plan(text: str) -> bool:
    """Return whether a text is a plan of this command as `-o tsv` writes it: its values in the order of their keys."""
    return text.startswith(_PLAN) and "\t" in text


def read_plan(text: str) -> Listing:
    """Return the ranges of a plan as TSV, which its arguments tell from the address of its docker bridge."""
    listing = Listing()
    for number, line in enumerate(text.splitlines(), start=1):
        arguments, *cells = line.split("\t")
        kinds = {value: kind for kind, value in re.findall(r"--(pod|service)-cidr (\S+)", arguments)}
        dns = next((at for at, cell in enumerate(cells) if was_meant(cell)), len(cells))
        begin = dns + 2
        for cell in cells[begin:]:  # between them is the docker bridge
            if was_meant(cell) and "/" in cell:
                name = {"pod": "pods", "service": "services"}.get(kinds.get(cell, ""), "subnet")
                read_cell(cell, listing, reason_of(f"plan/{name}"), partial(listing.refuse, line=number))
    listing.give_to_cluster(0)
    listing.part = Part("TSV contains only the number of the network's address prefixes; use -o json", 1)
    return listing
