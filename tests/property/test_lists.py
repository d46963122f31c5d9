"""Lists: no text is too strange to be read or refused, what a dumb writer wrote reads back, and lines are exact."""

from __future__ import annotations

import csv
import io
import ipaddress
import json
import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from azext_kubenet.addressing.cidr import HostBits, NotANetwork, read_networks
from azext_kubenet.options.range_lists import read_list, titles
from azext_kubenet.options.range_lists.listing import FAULTS_KEPT
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from tests.support.effort import tries

NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])
#: Words that are neither ranges nor IPv6, and mean one word in every format.
BAD = st.sampled_from(["ten", "10.0.0.0", "10.0.0.0/33", "10.0.0.9-10.0.0.1", "999.1.1.1/8", "10/8", "nonsense"])
NAMES = st.text(alphabet="abÄ \"',;|\t\n#-", max_size=8)


@st.composite
def network(draw: st.DrawFn) -> str:
    length = draw(st.integers(0, 32))
    value = draw(st.integers(0, 2**32 - 1)) >> (32 - length) << (32 - length)
    return f"{ipaddress.IPv4Address(value)}/{length}"


# --- no text raises ------------------------------------------------------------------------------------------------

keys = st.one_of(
    st.sampled_from(
        [
            *titles.KINDS["sure"],
            *titles.KINDS["likely"],
            *titles.KINDS["masks"],
            *titles.KINDS["starts"],
            *titles.KINDS["ends"],
            "isFolder",
            "Tags",
        ]
    ),
    st.sampled_from(["name", "value", "data", "results", "Key", "Value", "site", "AddressPrefix", "a b", ""]),
    st.text(max_size=5),
)
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), network(), BAD, st.text(max_size=20),
    st.sampled_from(["24", "255.0.0.0", "10.0.0.0", "fd00::/8", "https://x/y", "0.0.0.0", "Name", "\ud800", "#"]),
)  # fmt: skip
trees = st.recursive(
    leaves, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(keys, inside, max_size=4), max_leaves=20
)
tables = st.builds(
    lambda delimiter, newline, rows: newline.join(delimiter.join(row) for row in rows),
    st.sampled_from(",;\t|"),
    NEWLINES,
    st.lists(st.lists(keys | leaves.map(str), min_size=1, max_size=4), min_size=1, max_size=6),
)


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with a few pieces cut out or put in."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        end = at + draw(st.integers(0, 3))
        text = (
            text[:at]
            + draw(st.sampled_from(['"', "{", "]", ",", "\n", "\r", "\x00", "\ufeff", "#", "-", ""]))
            + text[end:]
        )
    return text


@tries(700)
@given(
    st.one_of(
        st.text(max_size=200),
        st.text(alphabet='[]{}",:0123456789./-#\n\t abcdefipx;|', max_size=200),
        mutated(trees.map(json.dumps)),
        mutated(st.lists(trees, max_size=3).map(lambda each: json.dumps(each, indent=1, ensure_ascii=False))),
        mutated(tables),
    )
)
@example("[" * 5000)
@example('{"a":' * 5000)
@example('"\n"')
@example('prefix,"\n10.0.0.0/8')
@example("sep=\n\nprefix\n1")
@example('sep="\nprefix,b\n1')
def test_no_text_raises_and_every_finding_is_one_line(text: str) -> None:
    reading = read_ranges(Typed({"exclude_prefixes": [text]}))
    for finding in reading.findings:
        assert "\n" not in finding.message
        assert len(finding.message) < 1200
        finding.message.encode()
        finding.recommendation.encode()
    for each in reading.reservations:
        assert each.network.version == 4
        assert each.reason.isprintable()


# --- what was written reads back -----------------------------------------------------------------------------------


def mask_of(text: str) -> str:
    return str(ipaddress.IPv4Network(text).netmask)


def base_of(text: str) -> str:
    return text.partition("/")[0]


#: How a dumb writer writes one range as an object.
OBJECTS = {
    "a key that is sure": lambda text, key, name: {key: text, "name": name},
    "a key that is likely": lambda text, key, name: {"network": text, "comment": name},
    "an address and a length": lambda text, key, name: {"subnet": base_of(text), "mask": text.partition("/")[2]},
    "a cidr that is a number": lambda text, key, name: {"Address": base_of(text), "CIDR": int(text.partition("/")[2])},
    "an address and a netmask": lambda text, key, name: {"Address": base_of(text), "Mask": mask_of(text), "Site": name},
    "a list in an object": lambda text, key, name: {"name": name, "addressSpace": {"addressPrefixes": [text]}},
    "two ends": lambda text, key, name: {
        "start_address": str(ipaddress.IPv4Network(text)[0]), "end_address": str(ipaddress.IPv4Network(text)[-1]),
    },
}  # fmt: skip


@tries(300)
@given(
    st.lists(st.tuples(network(), NAMES, st.sampled_from(sorted(OBJECTS))), min_size=1, max_size=8),
    st.sampled_from(titles.KINDS["sure"]),
    st.sampled_from(["", "value", "results", "data", "items", "prefixes", "Vpcs"]),
    st.sampled_from([None, 1, "\t"]),
)
def test_objects_read_back(rows: list[tuple[str, str, str]], key: str, wrapping: str, indent: Any) -> None:
    objects = [OBJECTS[form](text, key, name) for text, name, form in rows]
    listing = read_list(json.dumps({wrapping: objects, "count": 1} if wrapping else objects, indent=indent))
    assert [fault.fault.message for fault in listing.faults] == []
    written = {text for text, _, form in rows if not (form == "an address and a length" and text == "0.0.0.0/0")}
    assert {str(each) for each in listing.networks} >= written - {"0.0.0.0/0"}
    assert {str(each) for each in listing.networks} <= {text for text, *_ in rows}
    lines = read_list("\n".join(json.dumps(each) for each in objects))
    assert {(each.network, each.reason) for each in lines.taken} == {
        (each.network, each.reason) for each in listing.taken
    }


@tries(300)
@given(
    st.lists(st.tuples(network(), NAMES), min_size=1, max_size=8),
    st.sampled_from(",;\t|"),
    NEWLINES,
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["whole", "length", "netmask", "ends"]),
    st.sampled_from(titles.KINDS["sure"]),
    st.sampled_from(["", "\ufeff"]),
)
def test_tables_read_back(
    rows: list[tuple[str, str]], delimiter: str, newline: str, quoting: int, form: str, title: str, mark: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    titles = {"whole": [title.upper()], "ends": ["Start IP", "End IP"]}.get(form, ["Network", "Mask"])
    writer.writerow(["VLAN", *titles, "Site Name"])
    for text, name in rows:
        lan = ipaddress.IPv4Network(text)
        cells = {"whole": [text], "length": [base_of(text), text.partition("/")[2]],
                 "netmask": [base_of(text), mask_of(text)], "ends": [str(lan[0]), str(lan[-1])]}[form]  # fmt: skip
        writer.writerow(["7", *cells, name.replace("\n", newline)])
    listing = read_list(mark + out.getvalue())
    assert [fault.fault.message for fault in listing.faults] == []
    assert [str(each) for each in listing.networks] == [text for text, _ in rows]
    assert listing.without_range == 0


@tries(200)
@given(st.lists(network(), max_size=10), st.sampled_from(["\n", "\r\n", " ", ", ", " # x\n"]))
def test_the_simple_forms_are_the_same_list(texts: list[str], between: str) -> None:
    plain = read_list(between.join(texts))
    assert [str(each) for each in plain.networks] == texts
    wrapped = [json.dumps(texts), json.dumps({"value": texts}, indent=2), "Prefix\n" + between.join(texts)]
    for text in wrapped if texts else ():
        listing = read_list(text)
        assert {str(each) for each in listing.networks} == set(texts)
        assert listing.faults == []


# --- lines are exact -----------------------------------------------------------------------------------------------


@st.composite
def written(draw: st.DrawFn) -> tuple[str, list[tuple[int, str]]]:
    """JSON with blanks and line ends wherever they may be, and the line and path of every bad range in it."""
    newline = draw(NEWLINES)
    pieces: list[str] = []
    bad: list[tuple[int, str]] = []

    def gap() -> None:
        pieces.extend(draw(st.lists(st.sampled_from([" ", newline, "\t"]), max_size=2)))

    def range_at(path: str) -> None:
        if draw(st.booleans()):
            bad.append(("".join(pieces).replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1, path))
            pieces.append(json.dumps(draw(BAD)))
        else:
            pieces.append(json.dumps(draw(network())))

    def record(path: str) -> None:
        pieces.append("{")
        for title, text in draw(
            st.permutations([("name", '"a\\n]}\\"{["'), ("site", '{"name": ["10/8"]}'), ("cidr", "")])
        ):
            gap()
            pieces.append(json.dumps(title))
            gap()
            pieces.append(":")
            gap()
            if title == "cidr":
                range_at(f"{path}.cidr")
            else:
                pieces.append(text)
            gap()
            pieces.append(",")
        pieces[-1] = "}"

    pieces.append('{"results":[')
    count = draw(st.integers(1, 8))
    for number in range(count):
        gap()
        draw(st.sampled_from([record, range_at]))(f"results[{number}]")
        gap()
        pieces.append("," if number + 1 < count else "]}")
    return "".join(pieces), bad


@tries(300)
@given(written())
def test_a_bad_range_in_json_is_named_with_its_own_line(case: tuple[str, list[tuple[int, str]]]) -> None:
    text, bad = case
    listing = read_list(text)
    assert [(each.line, each.path) for each in listing.faults] == bad[:FAULTS_KEPT]
    assert len(listing.faults) + listing.more_faults == len(bad)


@tries(300)
@given(
    st.lists(st.tuples(NAMES, st.one_of(network(), BAD, st.just(""))), min_size=1, max_size=10),
    st.sampled_from(",;\t|"),
    NEWLINES,
    st.integers(0, 2),
)
def test_a_bad_row_is_named_with_the_line_where_it_begins(
    rows: list[tuple[str, str]], delimiter: str, newline: str, blank: int
) -> None:
    text = newline * blank + f"comment{delimiter}cidr{newline}"
    bad, empty = [], []
    for name, cell in rows:
        line = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        if not cell:
            empty.append(line)
        elif "/" not in cell or cell in ("10.0.0.0/33", "999.1.1.1/8", "10/8"):
            bad.append(line)
        quoted = name.replace('"', '""').replace("\n", newline)
        text += f'"x{quoted}"{delimiter}{cell}{newline}'
    listing = read_list(text)
    if bad or len(empty) < len(rows):
        assert [each.line for each in listing.faults] == bad[:FAULTS_KEPT]
        assert listing.without_range == len(empty)
        assert listing.first_without[0] == (empty[0] if empty else 0)


# --- no range is lost without a word -------------------------------------------------------------------------------

CIDR = re.compile(r"[0-9.]+/[0-9]+")
#: Titles that people think of, known to us or not, and texts that stand in cells beside ranges.
TITLES = st.one_of(
    keys, st.sampled_from(["Uplink", "pods", "vpc_cidr", "IPv4 Net", "Notes", "ip", "Start IP", "End IP", "Mask"])
)
HOLDERS = st.one_of(
    network(), network().map("was {} before".format), network().map("({})".format), st.just(""), st.just("x"), NAMES,
    st.tuples(network(), network()).map(", ".join), st.sampled_from(["10.0.0.1", "255.255.0.0", "24", "fd00::/8"]),
)  # fmt: skip


def everything_is_told(text: str) -> None:
    """Every CIDR of a text is taken, inside of one that is, told as lost, or the list is refused. Dumb: no columns."""
    listing = read_list(text)
    if listing.faults:
        return
    taken = [ipaddress.IPv4Network(str(each)) for each in listing.networks]
    sure = [each for each in taken if each.prefixlen >= 8]  # only all lists together tell what a summary covers
    lost = [
        lan
        for lan in (ipaddress.IPv4Network(each, strict=False) for each in CIDR.findall(text))
        if lan.prefixlen > 1 and not covered(lan, sure if lan.prefixlen >= 8 else taken)
    ]
    assert sum(each.number for each in listing.lost) == len(lost)
    assert taken, "a list of which nothing was taken is refused"


def covered(lan: ipaddress.IPv4Network, taken: list[ipaddress.IPv4Network]) -> bool:
    """Whether every address of a network is in one of others, or in several that touch."""
    return any(lan.subnet_of(each) for each in ipaddress.collapse_addresses(taken))


@tries(500)
@given(
    st.lists(TITLES, min_size=1, max_size=5),
    st.lists(st.lists(HOLDERS, min_size=1, max_size=5), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
)
@example(["prefix", "Uplink"], [["10.0.0.0/16", "10.9.0.0/30"]], ",")
@example(["header-network", "address", "netmask"], [["container", "10.9.0.0/16", "24"]], ",")
def test_no_range_of_a_table_goes_without_a_word(titles: list[str], rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([titles, *rows])
    text = "\n".join(line for line in out.getvalue().split("\n") if not line.lstrip().startswith("#"))
    if "#" not in text:
        everything_is_told(text)


@tries(500)
@given(
    st.recursive(
        HOLDERS | st.none() | st.integers(0, 32),
        lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TITLES | network(), inside, max_size=4),
        max_leaves=15,
    )
)
@example([{"cidr": "10.0.0.0/16", "x": {"10.9.0.0/16": None}}])
@example([{"prefix": "10.0.0.0/16", "allowed_cidr": ["10.9.0.0/16"]}, {"podCidr": "10.1.0.0/16"}])
def test_no_range_of_a_document_goes_without_a_word(value: Any) -> None:
    text = json.dumps(value)
    if text[:1] in "[{" and "#" not in text:
        everything_is_told(text)


# --- plain lists are what they were --------------------------------------------------------------------------------


@tries(300)
@given(
    st.lists(
        st.tuples(st.one_of(network(), BAD, st.just("10.1.2.3/8")), st.sampled_from(["", "  # used", "#", ",", "\t"]))
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_plain_list_is_its_lines(lines: list[tuple[str, str]], newline: str) -> None:
    listing = read_list(newline.join(f"{word}{tail}" for word, tail in lines))
    if not lines:
        assert [each.fault.rule for each in listing.faults] == ["list-without-ranges"]
        return
    found: list[str] = []
    bad: list[int] = []
    for number, (word, _) in enumerate(lines, start=1):
        try:
            found += [str(each) for each in read_networks(word)]
        except NotANetwork as fault:
            bad.append(number)
            found += [str(fault.network)] if isinstance(fault, HostBits) else []
    assert [str(each) for each in listing.networks] == found
    assert [each.line for each in listing.faults] == bad[:FAULTS_KEPT]
    assert len(listing.faults) + listing.more_faults == len(bad)
