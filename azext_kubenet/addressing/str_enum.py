"""A closed set of words: enum.StrEnum, which Python has from 3.11 on."""

from enum import Enum


class StrEnum(str, Enum):
    """A member is its value: it prints, compares and becomes JSON as that text.

    Python 3.10, on which azure-cli runs, has no such class; ours is used on all, so that all behave alike.
    """

    def __str__(self) -> str:
        return str.__str__(self.value)

    def __format__(self, format_spec: str) -> str:
        return str.__format__(self.value, format_spec)
