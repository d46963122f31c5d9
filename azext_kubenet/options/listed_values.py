"""Faults in an option that takes a list: what is typed instead has all of the list, or names the line of its file."""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace

from azext_kubenet.addressing.cidr import Meant, NotANetwork
from azext_kubenet.addressing.findings import Finding, Severity, advise, use
from azext_kubenet.options.command_line import values_as_typed

#: What is between commas and blanks, and in brackets and quotes.
_RANGE = re.compile(r"""[^\s,;()\[\]{}"']+""")


class ListFaults:
    """The faults of one option, each with what to do about it.

    values: as azure-cli hands them over, with the content of files in place of their names
    """

    def __init__(self, option: str, values: Sequence[str]):
        self._option = option
        self._words = values_as_typed(option) or [*values]
        self._meant: dict[str, str] = {}
        self._typed: list[tuple[Finding, bool]] = []

    def noted_in(self, findings: list[Finding]) -> Callable[[NotANetwork, str, str, int], None]:
        """A function that notes a fault: where it is in words, the value that it is in, and its line there."""
        return lambda *fault: findings.append(self._finding(*fault))

    def _finding(self, error: NotANetwork, where: str, value: str, line: int) -> Finding:
        """The finding of a fault in one of the values. where: in words; line: 0 where the value has only one."""
        message = f"{self._option}{where}: {error.message}"
        typed, fixes = value in self._words and "\n" not in value, error.fixes(self._option)
        if not typed and error.text:
            place = f"line {line}" if line and "\n" in value else f"{error.text} in the file"
            fixes = advise(f"correct {place} to {error.value}")
        elif error.value and not error.text:
            fixes = advise(f"use {error.value} in its place")
        found = Finding(error.rule, Severity.ERROR, (self._option,), message, fixes)
        if typed and error.text:
            self._meant[error.text] = error.value
            self._typed.append((found, isinstance(error, Meant)))
        return found

    def with_whole_lists(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings, of which those on what was typed say the whole list with all of these put right."""
        return [next((self._whole(*each) for each in self._typed if each[0] is one), one) for one in findings]

    def _whole(self, finding: Finding, taken: bool) -> Finding:
        """A finding that says the whole list. taken: whether the plan was made with what was meant"""
        fix = use(self._option, " ".join(shlex.quote(self._right(word)) for word in self._words))
        return replace(finding, fixes=(fix,) if taken else advise(f"use {fix}"))

    def _right(self, word: str) -> str:
        """A word with each range that is in it as it was meant."""
        for text, value in self._meant.items():
            if not _RANGE.fullmatch(text):  # `10,7,0,0/16`: nothing else begins or ends with it
                word = word.replace(text, value)
        return _RANGE.sub(lambda found: self._meant.get(found[0], found[0]), word)
