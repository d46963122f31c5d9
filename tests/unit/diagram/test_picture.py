"""What is drawn, read back: to scale, legible, told in words as well, and safe whatever the names are."""

import re
from dataclasses import replace
from itertools import combinations, product
from xml.etree import ElementTree

import pytest
from netaddr import IPNetwork

from azext_kubenet import diagram
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reservation, fixed, sized
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.diagram.scene import scene_of
from tests.unit.diagram.reading import SIGHTS, SVG, Picture, apart, check_geometry, check_scale, contrast
from tests.unit.diagram.verdicts import CASES, CROWD, NETWORK

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
SCRIPT = '<script>alert("1")</script>'
HOSTILE = (
    "</title></svg>" + SCRIPT,
    "]]>" + SCRIPT + "<![CDATA[",
    '"><x onload=alert(1) y="',
    "' &amp; &#60; &bogus;",
    "bell\x07 escape\x1b[31m null\x00 lone \ud800",
    "turned \u202e moc.live",
    "W" * 3000,
    "\u7db2\u8def" * 90,
    "a\nb\tc",
    "{}%s{0}",
    "",
)


def drawn(case):
    return Picture(diagram.svg(case()))


@every_case
def test_the_geometry_holds(case):
    picture = drawn(case)
    check_geometry(picture)
    assert picture.ranges


def test_a_wrong_place_is_found():
    each = next(each for each in drawn(CASES["crowded"]).ranges if not each.data.get("data-widened"))
    check_scale(each)
    for wrong in (replace(each, x=each.x + 1), replace(each, width=each.width + 1)):
        with pytest.raises(AssertionError):
            check_scale(wrong)


@every_case
def test_every_range_of_the_plan_is_drawn_and_named(case):
    verdict, picture = case(), drawn(case)
    plan = verdict.plan
    places = {(each.data["data-first"], each.data["data-last"]) for each in picture.ranges}
    bridge = plan.docker_bridge.cidr if plan.docker_bridge else None
    for network in plan.networks():
        assert str(network) in picture.named
        assert network == bridge or (str(network[0]), str(network[-1])) in places, network
    footnote = f"Docker bridge {bridge}: stays inside each node and is not sent to Azure."
    assert bridge is None or footnote in picture.words


@every_case
def test_every_range_of_others_is_named_with_its_number_and_told(case):
    picture = drawn(case)
    for each in case().reservations:
        assert f"{each.network}, {each.reason}" in picture.told
        assert f"{each.network} {each.reason}" in picture.words


def test_seventeen_exclusions_are_all_named():
    taken = [Reservation(IPNetwork(f"10.{8 * place}.0.0/16"), f"site {place}", Origin.USER) for place in range(1, 18)]
    picture = Picture(diagram.svg(plan_ranges(ClusterSize(), RangeRequests(), taken)))
    assert [each for each in taken if f"{each.network} {each.reason}" not in picture.words] == []


def test_a_piece_that_is_partly_free_says_so():
    def pieces(taken):
        wish = RangeRequests(pods=fixed(IPNetwork("10.4.0.0/16")))
        return {
            each.says: each.classes for each in Picture(diagram.svg(plan_ranges(ClusterSize(), wish, taken))).ranges
        }

    apart = [Reservation(IPNetwork(f"10.0.{4 * place}.0/24"), f"site {place}", Origin.USER) for place in range(4)]
    says = "1-4: 10.0.0.0 - 10.0.12.255: 4 ranges with gaps: site 0; site 1; site 2 and 1 more"
    assert pieces(apart)[says] == ("kn-user", "kn-gaps")
    close = [Reservation(IPNetwork(f"10.2.{place}.0/24"), "site", Origin.USER) for place in range(8)]
    assert pieces(close)["1-8: 10.2.0.0 - 10.2.7.255: 8 ranges: site (8 times)"] == ("kn-user",)


@every_case
def test_the_picture_says_the_verdict_in_words(case):
    verdict, picture = case(), drawn(case)
    assert picture.root.get("role") == "img"
    assert picture.root.get("aria-labelledby") == "kn-title kn-desc"
    assert picture.root.find('*[@id="kn-title"]').text == picture.root.find(f"{SVG}title").text
    warnings = sum(each.severity is Severity.WARNING for each in verdict.findings)
    more = f"; {warnings} warning{'s' * (warnings > 1)}" if warnings else ""
    assert picture.outcome == ("refused" if verdict.refused else f"nothing collides{more}")
    errors = [each for each in verdict.findings if each.severity is Severity.ERROR]
    for each in errors:
        assert each.message in picture.told
        assert each.message in picture.words
        assert each.recommendation in picture.words
    assert errors or all(text in picture.told for text in ("supports up to", "is the first limit"))
    assert errors or all(text in picture.words for text in ("supports up to", "is the first limit"))


def test_what_collides_with_what_is_framed_numbered_and_said_with_its_advice():
    picture = drawn(CASES["overlaps"])
    frames = {each.says for each in picture.painted if "kn-clash" in each.classes and each.says}
    assert frames == {
        "subnet 10.20.17.0/24 overlaps 10.20.16.0/20 (subnet aks-blue of vnet-hub)",
        "pod CIDR 10.0.0.0/12 overlaps service CIDR 10.1.0.0/16",
        "pod CIDR 10.0.0.0/12 overlaps 10.1.0.0/16 (peered network vnet-shared), "
        "10.2.0.0/16 (peered network vnet-identity)",
        "service CIDR 10.1.0.0/16 overlaps 10.1.0.0/16 (peered network vnet-shared)",
    }
    for text in (
        "collides with 8: 10.20.16.0/20 (subnet aks-blue of vnet-hub)",
        "collides with service CIDR 10.1.0.0/16",
        "collides with 2: 10.1.0.0/16 (peered network vnet-shared)",
        "collides with 3: 10.2.0.0/16 (peered network vnet-identity)",
        "collides with pod CIDR 10.0.0.0/12",
    ):
        assert text in picture.words
    pills = {each.y for each in picture.painted if "kn-pill-hit" in each.classes}
    assert len(pills) == 3  # below the subnet, the pods and the services
    for case in ("empty", "crowded", "no_space", "too_small"):
        assert not [each for each in drawn(CASES[case]).painted if "kn-clash" in each.classes]


def test_what_fails_stands_above_what_does_not():
    heads = [each.says for each in drawn(CASES["overlaps"]).texts if "kn-h2" in each.classes]
    assert heads[:5] == [
        "Refused", "Subnet 10.20.17.0/24", "Pods 10.0.0.0/12", "Services 10.1.0.0/16", "Network 10.20.0.0/16",
    ]  # fmt: skip
    assert [each.says for each in drawn(CASES["no_space"]).texts if "kn-h2" in each.classes][:2] == [
        "Refused", "Searched block 10.30.0.0/16",
    ]  # fmt: skip


def test_a_range_that_is_network_and_subnet_collides_once():
    wish = RangeRequests(pods=fixed(IPNetwork("10.1.0.0/16")), subnet=fixed(IPNetwork("10.1.2.0/26")))
    verdict = plan_ranges(ClusterSize(), wish, [], ["pod-subnet-overlap", "pod-vnet-overlap"])
    picture = Picture(diagram.svg(verdict))
    assert picture.words.count("collides with network and subnet 10.1.2.0/26") == 1
    assert picture.words.count("collides with pod CIDR 10.1.0.0/16") == 1
    assert picture.told.count("Collision: ") == 1


def test_what_is_excluded_whole_is_said_to_be_all_of_it():
    taken = [Reservation(IPNetwork("10.0.0.0/8"), "excluded", Origin.USER)]
    wish = RangeRequests(within=(IPNetwork("10.1.2.0/26"),))
    picture = Picture(diagram.svg(plan_ranges(ClusterSize(), wish, taken)))
    assert "10.0.0.0/8: under 0.1% planned, all in use, nothing free" in picture.words
    assert "all of it in use" in picture.words
    assert "99.9%" not in picture.text


@every_case
def test_each_range_is_drawn_large_enough_to_see_its_pattern(case):
    """A range of the plan takes at least an eighth of what is drawn around it, and the bridge is no bar at all."""
    picture = drawn(case)
    for each in picture.ranges:
        kind = next((name for name in each.classes if name.startswith("kn-plan-")), "")
        name = each.says.removesuffix(" collides")
        if each.height == 15 and name.partition(" ")[2] in _panels(picture):
            assert kind != "kn-plan-docker-bridge"
            at = [one for one in picture.ranges if one.says.removesuffix(" collides") == name]
            assert max(one.width for one in at) >= 448 / 8 - 1, each


def _panels(picture):
    heads = [each.says for each in picture.texts if "kn-h2" in each.classes]
    return {head.split()[-1] for head in heads if "/" in head}


def test_ranges_that_clusters_may_share_are_not_framed():
    taken = [Reservation(IPNetwork("10.244.0.0/16"), "pods of cluster old", Origin.CLUSTER)]
    verdict = plan_ranges(ClusterSize(), RangeRequests(pods=fixed(IPNetwork("10.244.0.0/16"))), taken)
    assert not verdict.refused
    picture = Picture(diagram.svg(verdict))
    assert picture.outcome == "shares addresses with 1 range of other clusters"
    assert not [each for each in picture.painted if "kn-clash" in each.classes]


def test_ranges_of_clusters_that_are_not_connected_are_drawn_as_what_may_be_shared():
    """The verdict agrees with the note on them: nothing is called free of others that others have as well."""
    elsewhere = [Reservation(IPNetwork("10.244.0.0/16"), "pods of cluster far", Origin.CLUSTER)]
    picture = Picture(diagram.svg(plan_ranges(ClusterSize(), RangeRequests(), (), (), elsewhere)))
    assert picture.outcome == "shares addresses with 1 range of other clusters"
    shared = [each.says for each in picture.ranges if each.classes == ("kn-elsewhere",)]
    assert shared == ["10.244.0.0/16: pods of cluster far"]
    assert "cluster not connected: may be shared" in picture.words


def test_an_accepted_risk_is_not_called_free_of_collisions():
    taken = [Reservation(IPNetwork("10.244.0.0/15"), "office", Origin.USER)]
    verdict = plan_ranges(
        ClusterSize(), RangeRequests(pods=fixed(IPNetwork("10.244.0.0/16"))), taken, ["excluded-range-overlap"]
    )
    assert not verdict.refused
    assert Picture(diagram.svg(verdict)).outcome == "1 overlap, not refused; 1 warning"


def test_a_hole_collides_with_nothing_and_its_own_network_is_free():
    taken = [Reservation(IPNetwork("10.0.0.0/8"), "on-premises", Origin.USER)]
    verdict = plan_ranges(ClusterSize(), RangeRequests(within=(IPNetwork("10.20.0.0/16"),), vnet=sized(22)), taken)
    seen = scene_of(verdict)
    assert not seen.collisions
    assert "nothing collides; 1 warning" in Picture(diagram.svg(verdict)).told
    inside = next(each for each in seen.details if each.block == IPNetwork("10.20.0.0/22"))
    assert (inside.planned_size, inside.taken_size, inside.free) == (256, 0, 768)
    outside = next(each for each in seen.overview if each.block == IPNetwork("10.0.0.0/8"))
    assert (outside.planned_size, outside.taken_size, outside.free) == (1024, 1 << 24, 0)


def test_the_largest_free_block_is_drawn_when_there_is_no_space():
    verdict, picture = CASES["no_space"](), drawn(CASES["no_space"])
    free = verdict.shortage.largest_free
    shown = {(each.data["data-first"], each.data["data-last"]) for each in picture.ranges if "kn-free" in each.classes}
    assert shown == {(str(free[0]), str(free[-1]))}
    assert f"largest free block {free}" in [each.says for each in picture.texts]


def test_given_ranges_of_a_refused_plan_differ_from_chosen_ones():
    styles = {each.says: each.classes for each in drawn(CASES["too_small"]).ranges}
    assert styles["network and subnet 10.1.2.0/26"] == ("kn-plan-subnet",)
    assert styles["pods 10.244.0.0/16"] == ("kn-plan-pods", "kn-tried")


def test_capacity_bars_are_to_one_scale_and_the_shortest_is_marked():
    picture = drawn(CASES["crowded"])
    bars = [each for each in picture.painted if "kn-track" in each.classes and each.height == 14]
    assert [round(each.width * 400 / 448) for each in bars] == [59, 256, 400]
    binds = [each for each in picture.painted if "kn-first" in each.classes]
    assert [round(each.y + 1.5) for each in binds] == [round(bars[0].y)]
    nodes = [
        each for each in picture.painted if "kn-nodes" in each.classes and each.height == 10 and each.y > bars[0].y
    ]
    assert [round(each.width * 400 / 448) for each in nodes[:3]] == [40, 40, 40]
    lacking = next(each for each in drawn(CASES["too_small"]).painted if "kn-lack" in each.classes and each.says)
    assert (lacking.says, round(lacking.width * 400 / 448)) == ("7 too few", 7)


# (theme, paper): what is told apart by colour must be seen on it.
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@every_case
def test_every_text_has_the_contrast_of_wcag_aa(case, theme):
    picture = drawn(case)
    for place, each in enumerate(picture.painted):
        if each.data is not None:
            continue
        under = [
            box
            for box in picture.painted[:place]
            if box.data is not None
            and box.holds(each.x + each.width / 2, each.y + each.height / 2)
            and picture.style(box.classes, "fill", theme).startswith("#")
        ]
        ground = picture.style(under[-1].classes if under else ("kn-paper",), "fill", theme)
        assert contrast(picture.style(each.classes, "fill", theme), ground) >= 4.5, (each, ground)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_lines_of_every_kind_stand_out(theme):
    picture = drawn(CASES["crowded"])
    grounds = [picture.style((name,), "fill", theme) for name in ("kn-paper", "kn-track")]
    names = [f"kn-{origin.value}" for origin in Origin]
    names += [f"kn-plan-{kind}" for kind in ("vnet", "subnet", "pods", "services", "docker-bridge")]
    for name, ground in product([*names, "kn-mixed", "kn-elsewhere", "kn-free", "kn-clash", "kn-window"], grounds):
        assert contrast(picture.style((name,), "stroke", theme), ground) >= 3, (name, ground)


def test_every_kind_has_a_pattern_of_its_own():
    picture = drawn(CASES["crowded"])
    patterns = {
        each.get("id"): [path.get("d") for path in each.findall("{*}path")]
        for each in picture.root.findall("{*}defs/{*}pattern")
    }
    for origin in Origin:
        assert picture.style((f"kn-{origin.value}",), "fill") == f"url(#kn-{origin.value})"
    shapes = [tuple(patterns[f"kn-{name}"]) for name in [*(origin.value for origin in Origin), "mixed"]]
    assert len(set(shapes)) == len(shapes)
    ours = [tuple(patterns[f"kn-plan-{name}"]) for name in ("vnet", "subnet", "pods", "services", "docker-bridge")]
    assert len(set(ours)) == len(ours)


#: How far apart colours of one group are at least, as CIE76 has it: of the plan's ranges, and of the pale others.
@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_kinds_differ_in_colour_for_every_eye_and_in_grey(theme, sight):
    """Four kinds of the plan, and eight of others, are told apart by lightness alone if need be."""
    picture = drawn(CASES["crowded"])
    ours = [f"kn-g-plan-{name}" for name in ("vnet", "subnet", "pods", "services")]
    others = [f"kn-g-{name}" for name in (*(origin.value for origin in Origin), "mixed")]
    for names, least in ((ours, 11), (others, 3.5)):
        colours = [picture.style((name,), "fill", theme) for name in names]
        for one, other in combinations(colours, 2):
            assert apart(one, other, sight) >= least, (one, other)


def test_paper_is_white_and_dark_is_dark():
    picture = drawn(CASES["empty"])
    assert picture.style(("kn-paper",), "fill", "print") == "#ffffff"
    assert contrast(picture.style(("kn-paper",), "fill", "dark"), "#000000") < 1.3
    assert "print-color-adjust:exact" in picture.css
    assert "url(#kn-user)" in picture.css.partition("@media print{")[2]


@every_case
def test_the_same_verdict_gives_the_same_bytes(case):
    for draw in (diagram.svg, diagram.html, diagram.text):
        assert draw(case()) == draw(case())


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_breaks_out(name):
    taken = [replace_reason(each, name) for each in CROWD]
    for wish in (
        RangeRequests(vnet=fixed(*NETWORK)),
        RangeRequests(vnet=fixed(*NETWORK), pods=fixed(IPNetwork("10.0.0.0/12"))),
    ):
        verdict = plan_ranges(ClusterSize(), wish, taken)
        picture = Picture(diagram.svg(verdict))
        check_geometry(picture)
        assert {each.tag.partition("}")[2] for each in picture.root.iter()} <= {
            "svg",
            "title",
            "desc",
            "style",
            "defs",
            "pattern",
            "rect",
            "path",
            "text",
        }  # nothing that loads, runs or leads anywhere
        page = diagram.html(verdict)
        assert "<script" not in page
        ElementTree.fromstring("<body" + page.partition("<body")[2].removesuffix("</html>\n"))
        for text in (picture.text, page, diagram.text(verdict)):
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", text)
        assert diagram.text(verdict).isascii()


def replace_reason(each, reason):
    return Reservation(each.network, reason, each.origin)


def test_a_picture_of_a_hundred_thousand_ranges_stays_small():
    nets = [IPNetwork((10 << 24 | number << 8, 24 + number % 4), version=4) for number in range(0, 65536, 2)]
    nets += [IPNetwork((172 << 24 | 16 << 16 | number << 4, 29), version=4) for number in range(65536)]
    nets += [IPNetwork((20 << 24 | number << 12, 28), version=4) for number in range(1696)]
    kinds = [*Origin]
    taken = [Reservation(net, f"network of team {place} <&>", kinds[place % 7]) for place, net in enumerate(nets)]
    assert len(taken) == 100_000
    wish = RangeRequests(vnet=fixed(*(IPNetwork(f"10.{number}.0.0/16") for number in range(40))))
    verdict = plan_ranges(ClusterSize(), wish, taken)
    picture = Picture(diagram.svg(verdict))
    check_geometry(picture)
    assert len(picture.text.encode()) < 300_000
    assert len(diagram.html(verdict).encode()) < 600_000
    assert len(diagram.text(verdict).splitlines()) < 60
    notes = {line.rstrip(".").partition(":")[0] for line in picture.told.splitlines()}
    assert "1,696 ranges outside these blocks are not drawn" in notes
    assert "34 more prefixes of the network are not drawn" in notes
    for origin, count in {each: sum(one.origin is each for one in taken) for each in Origin}.items():
        assert re.search(rf"(?<![0-9,]){count:,} ranges: ", picture.told), origin
