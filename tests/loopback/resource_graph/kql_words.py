"""The words of a query: from text to tokens, and the steps that every part of the parser takes over them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*)"
    r"|(?P<string>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>mv-expand|project-away|!?(?:in|contains|has|startswith|endswith)~?(?![\w])|[A-Za-z_]\w*)"
    r"|(?P<sign>=~|!~|==|!=|<=|>=|[<>=|,.()\[\]])"
)


class Unreadable(Exception):
    """What the service would answer ParserFailure to."""

    def __init__(self, token: str, position: int, wanted: str) -> None:
        super().__init__(f"{wanted}, not {token or 'the end'!r} at {position}")
        self.token, self.position, self.wanted = token, position, wanted


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    """The words of a query; Unreadable for a sign that the language here has not."""
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise Unreadable(text[position], position, "a word or a sign")
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0], position))
        position = match.end()
    return [*found, Token("end", "", len(text))]


class Words:
    """A place in the words of a query."""

    def __init__(self, text: str) -> None:
        self._tokens, self._next = tokens(text), 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    @property
    def _ahead(self) -> Token:
        """The word after the next."""
        return self._tokens[min(self._next + 1, len(self._tokens) - 1)]

    def _take(self, *texts: str) -> str:
        """The next word if it is one of these, and go on; "" when it is not."""
        token = self._token
        if token.kind in ("name", "sign") and token.text in texts:
            self._next += 1
            return token.text
        return ""

    def _want(self, *texts: str) -> str:
        return self._take(*texts) or self._fail(" or ".join(texts))

    def _kind(self, kind: str) -> str:
        token = self._token
        if token.kind != kind:
            self._fail(f"a {kind}")
        self._next += 1
        return token.text

    def _fail(self, wanted: str) -> str:
        raise Unreadable(self._token.text, self._token.position, wanted)

    def _many(self, part: Callable[[], Any]) -> list[Any]:
        found = [part()]
        while self._take(","):
            found.append(part())
        return found

    def _integer(self) -> int:
        token = self._token
        number = self._kind("number")
        if not number.isdigit():
            raise Unreadable(token.text, token.position, "a whole number")
        return int(number)
