"""The pictures in a real browser, where Chromium is there: what only a layout shows, in both themes, at any width."""

import json
import re
import shutil
import subprocess
from html import unescape

import pytest

from azext_kubenet import diagram
from tests.unit.diagram.reading import contrast
from tests.unit.diagram.reports import ABOUT, complete, page

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here: apt-get install chromium")

#: Looks at the page as it is laid out, and leaves what it found in an attribute of the root.
_LOOK = """
const colour = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
const box = each => { const r = each.getBoundingClientRect();
  return {x: r.x, y: r.y + scrollY, width: r.width, height: r.height}; };
const own = each => [...each.childNodes].some(one => one.nodeType == 3 && one.textContent.trim());
const found = {inner: innerWidth, scroll: document.documentElement.scrollWidth, texts: [], drawn: [], grounds: []};
for (const each of document.querySelectorAll("body *")) {
  if (!own(each) || each.closest("style,script,title,desc,defs")) continue;
  const style = getComputedStyle(each), svg = each.closest("svg.kn");
  const scale = svg && each.localName == "text" ? each.getScreenCTM().a : 1;
  found.texts.push({...box(each), size: parseFloat(style.fontSize) * scale, says: each.textContent.trim(),
    colour: colour(each.localName == "text" ? style.fill : style.color), svg: each.localName == "text" ?
    [...document.querySelectorAll("svg.kn")].indexOf(svg) : -1});
}
for (const each of document.querySelectorAll("svg.kn > rect, svg.kn > a > rect")) {
  const fill = getComputedStyle(each).fill;
  if (fill.startsWith("url")) found.drawn.push({...box(each), says: each.getAttribute("class")});
}
found.grounds.push(colour(getComputedStyle(document.body).backgroundColor));
const track = document.querySelector(".kn-track");
if (track) found.grounds.push(colour(getComputedStyle(track).fill));
document.documentElement.setAttribute("data-found", JSON.stringify(found));
"""


def looked_at(text, width, dark, folder):
    """What the browser makes of a page. The policy of the page is taken out, as it lets no script run, nor this one."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    file = folder / "page.html"
    file.write_text(text.replace("</body>", f"<script>{_LOOK}</script></body>"), encoding="utf-8")
    theme = "--blink-settings=preferredColorScheme=0" if dark else "--blink-settings=preferredColorScheme=1"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile"]
    words = [BROWSER, *options, theme, f"--window-size={width},1200", "--dump-dom", file.as_uri()]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=90, check=True)
    return json.loads(unescape(re.search(r'data-found="([^"]*)"', ran.stdout)[1]))


def alone(name):
    """The picture alone, as a browser shows it."""
    style = "<style>body{margin:0;background:white}@media (prefers-color-scheme:dark){body{background:#0f1318}}</style>"
    svg = diagram.svg(complete(name), ABOUT).partition("\n")[2]
    return f"<!DOCTYPE html><html><head>{style}</head><body>{svg}</body></html>"


LOOKS = [
    pytest.param(made, name, width, dark, id=f"{name}-{made.__name__}-{width}-{'dark' if dark else 'light'}")
    for made, name, width, dark in (
        (page, "crowded", 500, False), (page, "crowded", 900, True), (page, "crowded", 1400, False),
        (page, "overlaps", 500, True), (page, "overlaps", 900, False), (page, "no_space", 500, False),
        (page, "too_small", 500, False), (page, "wide_pods", 1400, True),
        (alone, "crowded", 500, False), (alone, "overlaps", 500, True), (alone, "wide_pods", 500, False),
    )
]  # fmt: skip


@pytest.mark.parametrize(("made", "name", "width", "dark"), LOOKS)
def test_it_can_be_read(made, name, width, dark, tmp_path):
    """Nothing is wider than the window, no text is under 11 pixels, over another, on a pattern, or faint."""
    found = looked_at(made(name), width, dark, tmp_path)
    assert found["inner"] == width
    assert found["scroll"] <= width
    assert found["texts"]
    assert [each for each in found["texts"] if each["size"] < 11] == []
    light = [sum(ground) for ground in found["grounds"]]
    assert all(each < 150 for each in light) if dark else all(each > 600 for each in light)
    for each in found["texts"]:
        for ground in found["grounds"]:
            assert contrast(_hex(each["colour"]), _hex(ground)) >= 4.5, each
    _apart([each for each in found["texts"] if each["svg"] >= 0], found["drawn"])


def _apart(texts, drawn):
    for place, one in enumerate(texts):
        for other in texts[place + 1 :]:  # noqa: E203
            assert one["svg"] != other["svg"] or not _meet(one, other), (one, other)
        for other in drawn:
            assert not _meet(one, other), (one, other)


def _meet(one, other, slack=1.5):
    """Whether two boxes share more than a line, as the box of a text is higher than its letters."""
    return (
        min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"]) > slack
        and min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"]) > 2 * slack
    )


def _hex(colour):
    return "#" + "".join(f"{round(part):02x}" for part in colour)


def test_it_prints(tmp_path):
    file, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    file.write_text(page("crowded"), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
    words = [BROWSER, *options, f"--print-to-pdf={printed}", file.as_uri()]
    subprocess.run(words, capture_output=True, timeout=90, check=True)
    content = printed.read_bytes()
    assert content.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 10
