"""What travels: a call that came in, an answer that goes out. Neither knows HTTP libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """One request, its path already percent-decoded and its JSON body already parsed."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    caller: str = ""

    def param(self, name: str) -> str:
        """A query parameter by its name without case, "" when it is absent."""
        return next((value for key, value in self.query.items() if key.lower() == name.lower()), "")

    def header(self, name: str) -> str:
        """A request header by its name without case, "" when it is absent."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    @property
    def api_version(self) -> str:
        return self.param("api-version")


@dataclass
class Answer:
    """One response: a status, a body that is sent as JSON unless it is None, and headers."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """An error that Azure would answer with; `errors` makes them."""

    def __init__(self, answer: Answer, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.answer, self.code, self.message = answer, code, message


class Drop(Exception):
    """Raised by a fault: the connection is closed and nothing is answered."""
