"""Reads a picture back from its text: rectangles, labels and where they lie, colours. No code of drawing is used."""

import math
import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def _widths(text):
    return [int(each) for each in text.split()]


#: Advance widths of DejaVu Sans, the widest sans-serif font in common use, plain and bold, in thousandths of its size,
#: from the blank to the tilde.
PLAIN = _widths("""
    318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636 337
    337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732
    684 989 685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635
    635 411 521 392 634 592 818 592 592 525 636 337 636 838""")
BOLD = _widths("""
    348 456 521 838 696 1002 872 306 457 457 523 838 380 415 380 365 696 696 696 696 696 696 696 696 696 696 400
    400 838 838 838 580 1000 774 762 734 830 683 683 821 837 372 372 775 637 995 837 850 733 850 770 720 682 812
    774 1103 771 724 725 457 365 457 838 500 500 675 716 593 716 678 435 716 712 343 343 665 343 1042 712 687
    716 716 493 595 478 712 652 924 645 652 582 712 365 712 838""")


@dataclass
class Box:
    """Something drawn: its place, its classes, what it says or stands for."""

    x: float
    y: float
    width: float
    height: float
    classes: tuple
    says: str = ""
    data: dict = None

    def meets(self, other):
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, x, y):
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


class Picture:
    """A parsed picture."""

    def __init__(self, text):
        self.text = text
        self.root = ElementTree.fromstring(text.partition("?>")[2] if text.startswith("<?xml") else text)
        _, _, self.width, self.height = map(float, self.root.get("viewBox").split())
        self.css = self.root.find(f"{SVG}style").text
        self.themes = _themes(self.css)
        #: What is painted, in order.
        self.painted = [
            _box(each, self.themes["light"])
            for each in self.root
            if each.tag in (f"{SVG}rect", f"{SVG}text") and each.get("width") != "100%"
        ]

    @property
    def texts(self):
        return [each for each in self.painted if each.data is None]

    @property
    def words(self):
        """All that is written, in order, as one line."""
        return " ".join(" ".join(each.says.split()) for each in self.texts)

    @property
    def ranges(self):
        """Rectangles that stand for a range of addresses."""
        return [each for each in self.painted if each.data and "data-block" in each.data]

    @property
    def told(self):
        """What a screen reader says."""
        return " ".join(self.root.find(f"{SVG}{each}").text for each in ("title", "desc"))

    @property
    def outcome(self):
        """The verdict, as the title has it."""
        return self.root.find(f"{SVG}title").text.partition(": ")[2]

    @property
    def named(self):
        """The networks that a screen reader says."""
        return set(re.findall(r"[0-9.]+/[0-9]+", self.told))

    def style(self, classes, what, theme="light"):
        """The value of a property for classes, the later rule winning."""
        found = [rule[what] for name, rule in self.themes[theme].items() if name in classes and what in rule]
        return found[-1] if found else None


def _themes(css):
    """Rules by class: light, and what dark and print make of it."""
    plain, _, rest = css.partition("@media (prefers-color-scheme:dark){")
    dark, _, on_paper = rest.partition("@media print{")
    light = _rules(plain)
    return {"light": light, "dark": light | _rules(dark), "print": light | _rules(dark) | _rules(on_paper)}


def _rules(css):
    rules = {}
    for name, body in re.findall(r"\.kn \.([\w-]+)\{([^}]*)\}", css):
        rules[name] = dict(each.split(":", 1) for each in body.split(";") if each)
    return rules


def _box(element, rules):
    classes = tuple(element.get("class").split())
    x, y = float(element.get("x")), float(element.get("y"))
    if element.tag == f"{SVG}rect":
        title = element.find(f"{SVG}title")
        return Box(
            x,
            y,
            float(element.get("width")),
            float(element.get("height")),
            classes,
            "" if title is None else title.text,
            dict(element.attrib),
        )
    says = element.text
    size = next((float(rules[name]["font-size"][:-2]) for name in classes if "font-size" in rules.get(name, {})), 13.0)
    bold = any("font-weight" in rules.get(name, {}) for name in classes)
    width = sum(_advance(char, bold) for char in says) * size / 1000
    x -= {"end": width, "middle": width / 2}.get(element.get("text-anchor"), 0)
    return Box(x, y - 0.76 * size, width, 0.98 * size, classes, says)


def _advance(char, bold):
    if " " <= char <= "~":
        return (BOLD if bold else PLAIN)[ord(char) - 32]
    return 0 if unicodedata.combining(char) else 1000


def contrast(one, other):
    """The contrast of two colours as WCAG 2.2 has it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))  # noqa: E203
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


#: What is left of linear red, green and blue for those who lack one kind of cone, as Machado and others have it (2009).
_CONES = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
SIGHTS = tuple(_CONES)


def apart(one, other, sight):
    """How different two colours look, in CIE76."""
    return math.dist(_lab(one, sight), _lab(other, sight))


def _lab(colour, sight):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]  # noqa: E203
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    seen = [min(1, max(0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in _CONES[sight]]
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (sum(a * b for a, b in zip(row, seen, strict=True)) for row in rows)
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x / 0.95047, y, z / 1.08883))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def check_geometry(picture):
    """Everything is to scale, inside the picture, and no two texts touch."""
    for each in picture.painted:
        assert each.x >= 0, each
        assert each.y >= 0, each
        assert each.x + each.width <= picture.width, each
        assert each.y + each.height <= picture.height, each
    texts = sorted(picture.texts, key=lambda each: each.y)
    for place, one in enumerate(texts):
        for other in texts[place + 1 :]:  # noqa: E203
            if other.y > one.y + one.height:
                break
            assert not one.meets(other), (one, other)
    for each in picture.ranges:
        check_scale(each)


def check_scale(each, left=16.0, bar=448.0):
    """A range takes its share of its row, to half a pixel; or it says that it is widened, and holds its place."""
    block = IPv4Network(each.data["data-block"])
    first, last = (int(IPv4Address(each.data[f"data-{end}"])) for end in ("first", "last"))
    assert int(block[0]) <= first <= last <= int(block[-1]), each
    x = left + bar * (first - int(block[0])) / block.num_addresses
    width = bar * (last - first + 1) / block.num_addresses
    if each.data.get("data-widened"):
        assert width < 4, each
        assert each.width == 4, each
        assert each.x - 0.5 <= min(x, left + bar - 4) <= each.x + 0.5, each
    else:
        assert abs(each.x - x) <= 0.5, each
        assert abs(each.width - width) <= 0.5, each
