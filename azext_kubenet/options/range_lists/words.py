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
