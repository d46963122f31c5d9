"""Texts that azure-cli did not decode as they were meant.

Of a file that is not UTF-8, azure-cli gives characters of UTF-16 where that is possible, and else base64 of its bytes;
standard input may come with its bytes as surrogates. From each of these the bytes can be had again. Of a file in a code
page of Windows the letters of names are a guess; those of ranges are ASCII in all of them.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from azext_kubenet.addressing.cidr import NotANetwork

_RANGE = re.compile(rb"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)
#: How files begin that are not text, and what they are.
_NO_TEXT = (
    (b"PK\x03\x04", "a workbook or an archive"),
    (b"\xd0\xcf\x11\xe0", "a workbook or an office document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
)
#: What makes letters coloured in a terminal.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CODE_PAGE = "the file is not UTF-8 and was read as Windows-1252; letters in names may be wrong"
_SAVE = "save it as CSV UTF-8 or JSON"
#: Base64 that azure-cli gives for bytes is longer than any word of a list.
_LONG = 100
#: What is looked at of a text, in characters.
_LOOKED_AT = 2_000
#: Text in UTF-16 has a NUL byte in each character of ranges; one of these many is none.
_FEW = 8
#: Of a text in a language, hardly a sign has no meaning: one of these many is none.
_MEANINGLESS = 20


class _Decoded(NamedTuple):
    """A text as it was meant.

    form: what to say of the encoding, "" for UTF-8
    """

    text: str
    form: str


def decoded(text: str) -> _Decoded:
    """Return the text that was meant. Raises NotANetwork for what is not text."""
    if text.isascii() and "\x00" not in text and not _BASE64.fullmatch(text):
        return _Decoded(text, "")
    for content in _bytes_of(text):
        if 0 < content.count(b"\x00") * _FEW < len(content) and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise NotANetwork("malformed-list", "the file is not text: it contains NUL bytes", _SAVE)
        for begins, what in _NO_TEXT:
            if content.startswith(begins):
                raise NotANetwork("malformed-list", f"the file is not text but {what}", _SAVE)
        if _RANGE.search(content.replace(b"\x00", b"")):
            return _read(content)
    if len(text) > _LONG and len(text) % 4 == 0 and _BASE64.fullmatch(text):
        raise NotANetwork("malformed-list", "the file is not text", _SAVE)
    if not text.isascii() and _without_meaning(text[:_LOOKED_AT]):
        raise NotANetwork("malformed-list", "the file is not text", _SAVE)
    return _Decoded(text, "")


def _without_meaning(text: str) -> bool:
    """Return whether signs that are no letters of any language are many, as where bytes of a picture were decoded."""
    odd = sum(unicodedata.category(each) in ("Cc", "Cn", "Co", "Cs") and not each.isspace() for each in text)
    return odd * _MEANINGLESS > len(text)


def without_colours(text: str) -> str:
    """Return a text without what colours it in a terminal, as `-o jsonc` and `-o yamlc` do."""
    return _COLOUR.sub("", text) if "\x1b" in text else text


def _bytes_of(text: str) -> Iterator[bytes]:
    """Yield the bytes that a text may have been made of."""
    if any("\udc80" <= each <= "\udcff" for each in text):
        yield text.encode("utf-8", "surrogateescape" if _escaped(text) else "replace")
    if "\x00" in text:
        yield text.encode("utf-8", "surrogatepass")
    elif not text.isascii() and not _RANGE.search(text.encode("utf-8", "surrogatepass")):
        yield text.encode("utf-16-le", "surrogatepass")
        yield text.encode("utf-16-be", "surrogatepass")
    elif len(text) % 4 == 0 and _BASE64.fullmatch(text):
        with suppress(binascii.Error):
            yield base64.b64decode(text, validate=True)


def _escaped(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _read(content: bytes) -> _Decoded:
    """Return bytes as text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _Decoded(content.decode("utf-16", "replace"), "")
    if b"\x00" in content:
        little = content[1::2].count(0) >= content[::2].count(0)
        return _Decoded(content.decode("utf-16-le" if little else "utf-16-be", "replace"), "")
    try:
        return _Decoded(content.decode("utf-8-sig"), "")
    except UnicodeDecodeError:
        return _Decoded(content.decode("cp1252", "replace"), _CODE_PAGE)
