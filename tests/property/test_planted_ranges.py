"""Ranges that were planted in documents of every kind: each is taken, told as not taken, or the list is refused.

The oracle knows no column, no key and no format: it counts what it planted. Planted networks are apart from each other,
so that none is taken because another one is.
"""

from __future__ import annotations

import csv
import io
import ipaddress
import json
from typing import Any, NamedTuple

import yaml
from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.options.range_lists import read_list
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from tests.support.effort import tries

#: Titles of columns and keys: known ones, ones that only sound so, filters, names, and words of anybody's.
TITLES = st.one_of(
    st.sampled_from([
        "prefix", "CIDR", "addressPrefix", "address_space", "Network", "subnets", "IPv4 Net", "podCidr", "serviceCidr",
        "vpc_cidr", "Netz", "Uplink", "hub", "allowed_ips", "source", "Message", "growth", "sizes", "name", "Standort",
        "Notes", "value", "items", "data", "properties", "ip", "gateway", "reasons", "x y", "findings", "dns",
    ]),
    st.text(alphabet="abcXYZ_- ", min_size=1, max_size=8).map(str.strip).filter(bool),
)  # fmt: skip
NOTHING = st.sampled_from(["", "x", "Bonn", "24", "10.0.0.1", "fd00::/8", "true", "AzureCloud"])


class Planted(NamedTuple):
    """A text with ranges in it, and those ranges."""

    text: str
    networks: tuple[str, ...]


class Garden:
    """Gives out networks, no two of which touch, as people write them."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.given: list[str] = []

    def network(self) -> str:
        """Another network, of a /16 of its own."""
        length = self._draw(st.integers(17, 30))
        base = 0x0A000000 + (len(self.given) << 17)
        self.given.append(f"{ipaddress.IPv4Address(base)}/{length}")
        return self.given[-1]

    def cell(self) -> str:
        """A text with one network or two in it, or none."""
        shape = self._draw(st.sampled_from(["whole", "whole", "two", "sentence", "mask", "ends", "code", "none"]))
        if shape == "none":
            return self._draw(NOTHING)
        text = self.network()
        lan = ipaddress.IPv4Network(text)
        if shape == "two":
            return f"{text}, {self.network()}"
        return {
            "whole": text,
            "sentence": f"was {text} before",
            "mask": f"{lan[0]}/{lan.netmask}",
            "ends": f"{lan[0]}-{lan[-1]}",
            "code": f"`{text}`",
        }[shape]


def all_are_accounted_for(planted: Planted) -> None:
    """Taken and told are all that was planted; else the list is refused, with an error."""
    listing = read_list(planted.text)
    reading = read_ranges(Typed({"exclude_prefixes": [planted.text]}))
    refused = any(each.severity.value == "error" for each in reading.findings)
    assert refused == bool(listing.faults or not listing.taken)
    if refused:
        return
    taken = list(ipaddress.collapse_addresses(ipaddress.IPv4Network(str(each)) for each in listing.networks))
    there = [each for each in planted.networks if any(ipaddress.IPv4Network(each).subnet_of(one) for one in taken)]
    told = sum(each.number for each in listing.lost)
    assert len(there) + told == len(planted.networks)
    assert bool(told) == ("ranges-not-taken" in {each.rule for each in reading.findings})


@st.composite
def tables(draw: st.DrawFn) -> Planted:
    """CSV with titles in any order, several columns of ranges, rows too short and too long, a second header."""
    garden = Garden(draw)
    width = draw(st.integers(1, 5))
    rows = [draw(st.lists(TITLES, min_size=width, max_size=width))]
    for _ in range(draw(st.integers(1, 5))):
        rows.append([garden.cell() for _ in range(draw(st.sampled_from([width, width, width, 1, width + 1])))])
        if width > 1 and draw(st.integers(0, 3)) == 0:  # inventories number their rows so
            rows.append([draw(st.sampled_from(["#", "#2", "# 10"])), *(garden.cell() for _ in range(width - 1))])
        if draw(st.integers(0, 9)) == 0:
            rows.append(draw(st.lists(TITLES, min_size=width, max_size=width)))
    out = io.StringIO()
    csv.writer(out, delimiter=draw(st.sampled_from(",;\t|")), lineterminator="\n").writerows(rows)
    return Planted(out.getvalue(), tuple(garden.given))


@st.composite
def lengths_apart(draw: st.DrawFn) -> Planted:
    """Networks whose length or size is in another column or under another key, beside others in one cell."""
    garden = Garden(draw)
    address, length = draw(st.sampled_from([
        ("Net", "Len"), ("Network", "bits"), ("ip", "x"), ("cidr", "Len"), ("start", "size"), ("Netz", "Mask"),
    ]))  # fmt: skip
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        base, bits = garden.network().split("/")
        size = 2 ** (32 - int(bits)) if length == "size" and int(bits) <= 26 else int(bits)
        rows.append({"Prefix": garden.network(), address: base, length: size})
    if draw(st.booleans()):
        return Planted(json.dumps([garden.network(), *rows, {"x": []}]), tuple(garden.given))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=draw(st.sampled_from(",;\t")), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return Planted(out.getvalue(), tuple(garden.given))


@st.composite
def trees(draw: st.DrawFn, deepest: int = 4) -> tuple[Any, tuple[str, ...]]:
    """A list or an object with ranges anywhere inside, at values and at keys."""
    garden = Garden(draw)

    def value(depth: int) -> Any:
        kind = draw(st.sampled_from(["text", "text", "list", "object"])) if depth else "text"
        if kind == "list":
            return [value(depth - 1) for _ in range(draw(st.integers(0, 3)))]
        if kind == "object":
            titles = draw(st.lists(TITLES, max_size=4, unique=True))
            if draw(st.integers(0, 5)) == 0:
                titles.append(garden.network())
            return {title: value(depth - 1) for title in titles}
        return garden.cell() if draw(st.integers(0, 5)) else draw(st.none() | st.integers(0, 32) | st.booleans())

    found = [value(deepest) for _ in range(draw(st.integers(1, 3)))]
    return (found if draw(st.booleans()) else {draw(TITLES): found}), tuple(garden.given)


@st.composite
def json_texts(draw: st.DrawFn) -> Planted:
    """Trees as JSON."""
    tree, networks = draw(trees())
    return Planted(
        json.dumps(tree, indent=draw(st.sampled_from([None, 2])), ensure_ascii=draw(st.booleans())), networks
    )


@st.composite
def yaml_texts(draw: st.DrawFn) -> Planted:
    """Trees as YAML, some of it in braces; a key may come twice."""
    tree, networks = draw(trees())
    text = yaml.safe_dump(tree, default_flow_style=draw(st.sampled_from([False, None])), allow_unicode=True, width=999)
    if isinstance(tree, dict) and draw(st.booleans()):
        more = f"10.{draw(st.integers(200, 250))}.0.0/16"
        text += f"{yaml.safe_dump(next(iter(tree))).splitlines()[0]}: {{prefix: {more}}}\n"
        networks = (*networks, more)
    return Planted(text, networks)


@st.composite
def markdown(draw: st.DrawFn) -> Planted:
    """A page with a table, perhaps two, and words around them."""
    garden = Garden(draw)
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 2))):
        lines += draw(st.sampled_from([[], ["# Networks", ""], ["Some words of ours.", ""]]))
        width = draw(st.integers(2, 4))
        titles = draw(st.lists(TITLES, min_size=width, max_size=width))
        lines += ["| " + " | ".join(titles) + " |", "|" + draw(st.sampled_from(["---|", ":--|", " --- |"])) * width]
        for _ in range(draw(st.integers(1, 4))):
            lines.append("| " + " | ".join(garden.cell() for _ in range(width)) + " |")
        lines.append("")
    return Planted("\n".join(lines) + "\n", tuple(garden.given))


@st.composite
def aligned(draw: st.DrawFn) -> Planted:
    """What `az -o table` prints, also where wide letters move its cells."""
    garden = Garden(draw)
    width = draw(st.integers(1, 4))
    titles = draw(st.lists(TITLES, min_size=width, max_size=width))
    rows = [[garden.cell() or "-" for _ in range(width)] for _ in range(draw(st.integers(1, 4)))]
    if draw(st.booleans()):
        titles, width = ["name", *titles], width + 1
        rows = [["\u6771\u4eac", *row] for row in rows]
    sizes = [max(len(row[at]) for row in [titles, *rows]) for at in range(width)]
    moved = draw(st.integers(0, 2))
    lines = ["  ".join(each.ljust(size) for each, size in zip(row, sizes, strict=True)) for row in [titles, *rows]]
    lines.insert(1, "  ".join("-" * size for size in sizes))
    lines[2:] = [line.replace("\u6771", "\u6771" + " " * moved) for line in lines[2:]]
    return Planted("\n".join(lines) + "\n", tuple(garden.given))


@st.composite
def code(draw: st.DrawFn) -> Planted:
    """Variables of Terraform, of a shell, and settings."""
    garden = Garden(draw)
    lines = draw(st.sampled_from([["set -eu"], ["[site]"], ["locals {"]]))
    for _ in range(draw(st.integers(1, 5))):
        name = draw(st.sampled_from(["vnet", "pod_cidr", "allowed_ips", "note", "DOCKER", "subnets"]))
        form = draw(st.sampled_from(['{} = "{}"', '{}="{}"', '{} = ["{}"]']))
        lines = [*lines, form.format(name, garden.cell())]
    return Planted("\n".join(lines) + "\n", tuple(garden.given))


@tries(1000)
@given(st.one_of(tables(), lengths_apart(), json_texts(), yaml_texts(), markdown(), aligned(), code()))
def test_what_was_planted_is_taken_or_told(planted: Planted) -> None:
    all_are_accounted_for(planted)
