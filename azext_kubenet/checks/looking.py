"""What a check asks of Azure: a read is made once, whoever asks for it, and what cannot be read is raised."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from azext_kubenet.azure import bodies
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.reads import Read, Reader

T = TypeVar("T")


class Unreadable(Exception):
    """What a check must see could not be read.

    what: in words; scope: its id; cause: Azure's refusal, or no answer; mend: what to do to have it read, "" for what
    its cause tells
    """

    def __init__(self, what: str, scope: str, cause: AzureError, mend: str = ""):
        super().__init__(f"{what} could not be read: {cause}")
        self.what = what
        self.scope = scope
        self.cause = cause
        self.mend = mend


@dataclass(frozen=True)
class Looking:
    """What can be asked. Whatever cannot be read is raised as Unreadable."""

    reader: Reader

    def look_at(self, what: str, read: Read) -> Json | None:
        """What lies at a path; None if nothing does. what: in words"""
        return self.read(what, read.path, read)

    def list_of(self, what: str, scope: str, read: Read) -> list[Json]:
        """The items of a list. what: in words; scope: what it is a list of"""
        return self.optional_list(what, scope, read)

    def optional(self, what: str, scope: str, read: Read) -> Json:
        """What a read shows that only makes the answer better; empty for nothing.

        Raises Unreadable whatever keeps it from being read: Azure decides without it.
        """
        return _seen(what, scope, lambda: self.reader.get(read.path, read.api_version)) or {}

    def optional_list(self, what: str, scope: str, read: Read) -> list[Json]:
        """The same of a list."""
        found = _seen(what, scope, lambda: self.reader.list(read.path, read.api_version, read.filter, whole=read.whole))
        return [*bodies.objects(found)]

    def filled_list(self, what: str, scope: str, read: Read) -> list[Json]:
        """The same of a list that is never empty: no item, or no list, is no answer, and raised as Unreadable."""
        found = self.optional_list(what, scope, read)
        if not found:
            raise unlisted(what, scope)
        return found

    def read(self, what: str, scope: str, read: Read) -> Json | None:
        """The same of what is told of under another id. scope: that one"""
        return _seen(what, scope, lambda: self.reader.get(read.path, read.api_version))


def unlisted(what: str, scope: str) -> Unreadable:
    """What is told of a list that cannot be empty, and in which Azure shows nothing."""
    return Unreadable(what, scope, AzureError(200, "", "Azure's answer lists nothing"))


def _seen(what: str, scope: str, ask: Callable[[], T]) -> T:
    try:
        return ask()
    except AzureError as error:
        raise Unreadable(what, scope, error) from error
