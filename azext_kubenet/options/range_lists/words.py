"""The words of a cell or a line that may be ranges, without what programs and people put around them."""

import re

_SEPARATORS = re.compile(r"[ ,;|]+")
_BETWEEN = re.compile(r"[\s,;|#]")
#: Dashes of office programs; spaces of no width, which they put in as well.
_DASHES = {0x2013: "-", 0x2014: "-", 0x200B: None, 0xFEFF: None}
#: What programs put around a text that is to stay one: quotes, an equals sign, the brackets of a list; emphasis of
#: Markdown.
_AROUND = "[]'\"=()`*"
#: A link of Markdown, which shows its text.
_LINK = re.compile(r"\[([^][]*)\]\([^()\s]*\)")
#: An address with its mask behind it, as routers write both.
_SPACED_MASK = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3}){3})[ \t]+(255(?:\.[0-9]{1,3}){3})(?![0-9./])", re.ASCII)

_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_BEFORE = re.compile(rf"(?<![0-9.]){_ADDRESS}\Z", re.ASCII)
#: Words and dots between the two ends of a range; blanks around a slash; brackets around a mask.
_TO = "to|until|till|through|thru|bis|tot|hasta|fino|at\u00e9|\u00e0|a|al"
_ENDS = re.compile(rf"(?<=[0-9])(?: (?:{_TO}) | ?(?:\.{{2,3}}|\u2026) ?)({_ADDRESS})(?![0-9./])", re.IGNORECASE)
_SLASHED = re.compile(r"(?<=[0-9])(?: /|/ | / )(255(?:\.[0-9]{1,3}){3}|3[0-2]|[12][0-9]|[89])(?![0-9./])", re.ASCII)
_BRACKETED = re.compile(r"(?<=[0-9]) ?\((?:(255(?:\.[0-9]{1,3}){3})|/([0-9]{1,2}))\)", re.ASCII)
#: Words between an address and its mask.
_MASK_WORDS = re.compile(
    r"(?<=[0-9]) (?:with )?(?:sub-?net ?|net-?|netz|subnetz)?(?:mask|maske|masque|m\u00e1scara|maschera)(?: ?[:=])? ?"
    r"(255(?:\.[0-9]{1,3}){3})(?![0-9./])",
    re.ASCII | re.IGNORECASE,
)
#: Emphasis of a part of a range.
_BOLD = re.compile(
    rf"(\*\*|__|[*_`])({_ADDRESS})\1(/[0-9]{{1,2}})(?![0-9])"
    rf"|({_ADDRESS})(/?)(\*\*|__|[*_`])(/?[0-9]{{1,2}})\6",
    re.ASCII,
)


def as_written_usually(text: str) -> str:
    """Return a text of the same length and lines in which ranges of other forms have the usual one.

    `10.1.0.0 to 10.1.0.9`, `10.1.0.0 / 16`, `10.1.0.0 (255.255.0.0)`, `10.1.0.0 mask 255.255.0.0`,
    `**10.1.0.0**/16`; blanks fill it up.
    """
    if "*" in text or "_" in text or "`" in text:
        text = _BOLD.sub(_without_emphasis, text)
    if " " in text or ".." in text or "\u2026" in text:
        text = _ENDS.sub(lambda found: _behind_address(found, f"-{found[1]}"), text)
    if " " in text:
        text = _SLASHED.sub(lambda found: _behind_address(found, f"/{found[1]}"), text)
    if " 255." in text or "=255." in text or ":255." in text:
        text = _MASK_WORDS.sub(lambda found: _behind_address(found, f"/{found[1]}"), text)
    if "(" in text:
        text = _BRACKETED.sub(lambda found: _behind_address(found, f"/{found[1] or found[2]}"), text)
    return text


def _without_emphasis(found: re.Match[str]) -> str:
    return _filled(found, "".join(found.group(2, 3) if found[1] else found.group(4, 5, 7)))


def _behind_address(found: re.Match[str], instead: str) -> str:
    at = found.start()
    return _filled(found, instead) if _BEFORE.search(found.string, max(0, at - 16), at) else found[0]


def _filled(found: re.Match[str], instead: str) -> str:
    return instead.ljust(len(found[0]))


def words_of(text: str) -> list[str]:
    """Return the words of a cell; the dash of a range may have spaces around it."""
    text = without_links(text)
    if text.isascii() and not _BETWEEN.search(text):
        return [word] if (word := bare(text)) else []
    joined = " ".join(text.partition("#")[0].translate(_DASHES).split())
    joined = with_masks(joined).replace(" -", "-").replace("- ", "-")
    return [word for word in (bare(each) for each in _SEPARATORS.split(joined)) if word]


def without_links(text: str) -> str:
    """Return a text with what a link of Markdown shows in place of the link."""
    return _LINK.sub(r"\1", text) if "](" in text else text


def bare(word: str) -> str:
    """Return a word without what programs put around it; a star behind a dot is a wildcard and no emphasis."""
    found = word.strip(_AROUND)
    return f"{found}*" if found.endswith(".") and f"{found}*" in word else found


def with_masks(text: str) -> str:
    """Return a text in which a mask that follows an address and a space follows a slash."""
    return _SPACED_MASK.sub(r"\1/\2", text) if " 255." in text or "\t255." in text else text
