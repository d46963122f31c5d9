"""The report, read back: one page with all that a network team asks for, and fit for a screen reader."""

import re
from datetime import date
from html import unescape
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from azext_kubenet import diagram
from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.network_models import BY_KEY
from azext_kubenet.diagram import forecast
from tests.unit.diagram.reports import ABOUT, complete, page
from tests.unit.diagram.verdicts import CASES

every_case = pytest.mark.parametrize("name", CASES)
SVG = "{http://www.w3.org/2000/svg}"


def body(text):
    return ElementTree.fromstring("<body" + text.partition("<body")[2].partition("</html>")[0])


def words(element):
    return " ".join("".join(element.itertext()).split())


def seen(text):
    """What the page says outside of drawings."""
    plain = re.sub(r"</?(span|a|strong|code|time)\b[^>]*>", "", re.sub(r"<svg.*?</svg>", " ", text, flags=re.S))
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", plain).split()))


@every_case
def test_the_page_needs_nothing_else_and_leads_nowhere_else(name):
    text = page(name)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert not re.search(r"<(script|link|img|iframe|object)|@import|src=|href=\"[^#]|url\((?!#)", text)
    assert set(re.findall(r'https?://[^"]*', text)) == {"http://www.w3.org/2000/svg"}


@every_case
def test_all_links_lead_to_something_on_the_page_and_no_id_is_there_twice(name):
    root = body(page(name))
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    targets = {each.get("href").removeprefix("#") for each in root.iter() if each.get("href")}
    assert targets <= set(ids)
    labels = {word for each in root.iter() for word in each.get("aria-labelledby", "").split()}
    assert labels <= set(ids)


@every_case
def test_headings_are_in_order_and_every_table_has_a_caption_and_heads(name):
    root = body(page(name))
    levels = [int(each.tag[1]) for each in root.iter() if each.tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in root.iter("table"):
        assert words(table.find("caption"))
        assert all(head.get("scope") == "col" for head in table.findall("thead/tr/th"))
        for row in table.findall("tbody/tr"):
            assert row[0].get("scope") == "row"
            assert len(row) == len(table.findall("thead/tr/th"))


@every_case
def test_every_drawing_has_a_title_and_a_description(name):
    drawings = [each for each in body(page(name)).iter(f"{SVG}svg") if each.get("aria-hidden") != "true"]
    assert len(drawings) > 1
    for each in drawings:
        assert each.get("role") == "img"
        assert words(each.find(f"{SVG}title"))
        assert words(each.find(f"{SVG}desc"))


@pytest.mark.parametrize("name", ["empty", "crowded"])
def test_the_page_has_what_a_network_team_asks_for(name):
    """Title, command, date, reasons, DNS service IP, capacity, growth, comparison, and every range with its owner."""
    result, text = complete(name), page(name)
    said = seen(text)
    assert "<title>IP address plan for an AKS cluster on kubenet" in text
    assert ("in network vnet-hub" in text) == (name == "crowded")
    assert "Made on 2026-11-27" in said
    assert f"Command {ABOUT.command}" in said
    assert set(map(" ".join, map(str.split, result.reasons.values()))) <= {
        words(row[4]) for row in body(text).find(".//table").findall("tbody/tr")
    }
    assert f"DNS service IP {result.plan.dns_ip}" in said
    assert f"kubenet retires on {limits.KUBENET_RETIREMENT}" in said
    for model in BY_KEY.values():
        assert model.name in said
    for reason in (*result.comparison.article.reasons, *result.comparison.recommended.reasons):
        assert reason in said
    for each in result.reservations:
        assert f"{each.network}" in said
        assert each.reason in said


@every_case
def test_every_finding_stands_there_with_what_to_do_and_the_errors_first(name):
    result = complete(name)
    rows = [row for row in body(page(name)).iter("tr") if row.get("id", "").startswith("f")]
    assert len(rows) == len(result.findings)
    grave = [Severity(words(row[0])) for row in rows]
    assert grave == sorted(grave, key=list(Severity).index)
    for row in rows:
        each = result.findings[int(row.get("id")[1:]) - 1]
        assert words(row[1]) == f"{each.message} [{each.rule}]"
        assert words(row[2]).startswith(each.recommendation)
    if result.refused:
        heads = [words(each) for each in body(page(name)).iter("h2")]
        assert heads[0] == "Findings"


def test_an_error_that_can_be_accepted_says_how():
    accepted = "to continue anyway: --accept-risk peered-network-overlap"
    assert accepted in seen(page("overlaps"))


def test_each_collision_is_said_beside_its_range_with_a_link_to_the_other_and_to_the_advice():
    root = body(page("overlaps"))
    panel = next(each for each in root.iter("article") if words(each.find("h3")) == "Subnet 10.20.17.0/24")
    subnet = [*(words(item) for item in panel.iter("li")), *(link.get("href") for link in panel.iter("a"))]
    assert "collides with 8: 10.20.16.0/20 (subnet aks-blue of vnet-hub)" in subnet
    assert "error: use --subnet-prefix 10.20.0.0/24" in subnet
    assert {"#r8", "#f3"} <= set(subnet)
    row = next(each for each in root.iter("tr") if each.get("id") == "r8")
    assert [words(cell) for cell in row] == ["8", "10.20.16.0/20", "other subnet", "subnet aks-blue of vnet-hub"]


def test_errors_stand_before_notes_beside_a_range():
    root = body(page("overlaps"))
    panel = next(each for each in root.iter("article") if words(each.find("h3")) == "Pods 10.0.0.0/12")
    told = [words(each).partition(":")[0] for each in panel.iter("li") if words(each).startswith(("error:", "info:"))]
    assert told == ["error", "error", "info", "info"]


def test_limits_are_dated_and_those_after_the_end_of_kubenet_say_so():
    said = seen(page("crowded"))
    assert "16 months after this report" in said
    assert "about January 2037, in 10.1 years: after kubenet retires" in said
    assert "about January 2044, in 17.1 years: after kubenet retires" in said
    assert "when each limit is reached" in page("crowded").lower()


def test_without_growth_or_a_day_nothing_is_dated():
    undated = seen(page("crowded", growth=None))
    assert "Add --growth 25% to the command" in undated
    assert "Reached" not in undated
    assert "Made on" not in seen(page("crowded", diagram.About()))
    assert "in 17.1 years" in seen(page("crowded", diagram.About()))


def test_a_title_of_ones_own_is_the_heading():
    text = page("empty", diagram.About(title="Payments <prod> & test"))
    assert "<h1>Payments &lt;prod&gt; &amp; test</h1>" in text


def test_the_end_of_kubenet_is_the_day_of_the_facts():
    assert f"{forecast.RETIREMENT.day} March {forecast.RETIREMENT.year}" == limits.KUBENET_RETIREMENT
    assert date(2028, 3, 31) == forecast.RETIREMENT


@every_case
def test_the_bridge_is_a_footnote_and_no_drawing(name):
    result = complete(name)
    text = page(name)
    bridge = result.plan.docker_bridge
    assert bridge is None or f"Docker bridge {bridge.cidr}: stays inside each node" in seen(text)
    assert "kn-plan-docker-bridge" not in " ".join(re.findall(r"<figure>.*?</figure>", text, re.S))


def test_no_width_is_given_in_css_to_a_drawing_that_stands_alone():
    """One library draws nothing where a style says `height:auto`."""
    assert "height:auto" not in diagram.svg(complete("empty"))
