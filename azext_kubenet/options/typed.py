"""The options of one command as azure-cli hands them over: what was typed, and what is a default."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from azext_kubenet.addressing.cidr import quoted
from azext_kubenet.addressing.findings import Advice, Finding, LeaveOut, Severity, advise
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.actions import Contradiction
from azext_kubenet.options.node_counts import meant_number

#: Options that are not spelled like their names.
_SPELLED = {
    "resource_group_name": "--resource-group",
    "map_file": "--map",
    "export_file": "--export",
    "findings_file": "--findings",
    "save_file": "--save",
}
#: Options that say themselves what is wrong with an empty value: they are read as ranges, numbers or lists.
_READ_ELSEWHERE = (
    "within", "exclude_prefixes", "pod_cidr", "service_cidr", "dns_service_ip", "docker_bridge_address", "max_surge",
    "growth", "pool", "plan",
)  # fmt: skip
#: Options that take a number, each with one that can be typed: what is none is a finding beside all others.
_NUMBERS = {"node_count": 3, "max_count": 3, "max_pods": 110, "extra_ips": 5}


class Typed:
    """Options by parameter name: the boundary between azure-cli, which has no types for them, and typed values.

    Raises WrongUsage with every option that was given twice with values that cannot both hold.
    """

    def __init__(self, values: Mapping[str, object]):
        _refuse_contradictions(values.values())
        self._values = dict(values)

    def value(self, name: str) -> Any:
        """What was typed; None for a default, and for an option that was typed with nothing."""
        found = self._values.get(name)
        if getattr(found, "is_default", False) or (name not in _READ_ELSEWHERE and _is_empty(found)):
            return None
        return found

    def text(self, name: str) -> str:
        """What was typed, or the default; "" for neither."""
        found = self._values.get(name)
        return "" if found is None or _is_empty(found) else str(found)

    def words(self, name: str) -> tuple[str, ...]:
        """What was typed for an option that takes several words, or once."""
        found = self.value(name)
        return tuple(found) if isinstance(found, list | tuple) else () if found is None else (found,)

    def number(self, name: str) -> int | None:
        """A number that was typed, as a plain int; None for what is none, of which malformed() tells."""
        found = self.value(name)
        return None if found is None or isinstance(found, str) else int(found)

    def malformed(self) -> list[Finding]:
        """A finding for each option that was typed with something that is no number."""
        found = []
        for name, example in _NUMBERS.items():
            typed = self.value(name)
            if isinstance(typed, str):
                option = spelled(name)
                message = f"invalid {option} {quoted(typed)}: expected a whole number"
                least = self.number("node_count") if name == "max_count" else None  # at most there are no fewer
                meant = _digits(typed) or meant_number(typed.strip()) or least or example
                advice = advise(f"give {option} a whole number, such as {meant}")
                found.append(Finding("malformed-number", Severity.ERROR, (option,), message, advice))
        return found

    def flag(self, name: str) -> bool:
        """Whether a switch is on."""
        return bool(self._values.get(name))

    def passed_on(self, names: Iterable[str]) -> dict[str, object]:
        """Values of some options, defaults among them, as azure-cli has read them."""
        return {name: self._values[name] for name in names if name in self._values}

    def under(self, others: "Typed") -> "Typed":
        """These options, and where others have a value, theirs."""
        return Typed({**self._values, **others.all})

    def changed(self, values: Mapping[str, object]) -> "Typed":
        """These options with other values; None takes one out."""
        return Typed({**self._values, **values})

    @property
    def all(self) -> dict[str, object]:
        """Every value that was typed, by name; of what is read as ranges or numbers, an empty one is a value, too."""
        found = {name: self.value(name) for name in self._values}
        return {name: value for name, value in found.items() if value is not None and value is not False}

    @property
    def names(self) -> frozenset[str]:
        """The options that were typed."""
        return frozenset(name for name, value in self.all.items() if value not in ("", []))

    def empty(self, names: Iterable[str] = ()) -> list[Finding]:
        """A finding for each option, or each of some, that was typed with nothing, as by a variable that is not set."""
        found = []
        for name in names or self._values:
            if name not in _READ_ELSEWHERE and _is_empty(self._values.get(name)):
                option = spelled(name)
                message = f"{option}: the value is empty, perhaps that of a variable that is not set"
                fixes = Advice("give a value"), LeaveOut((option,))
                found.append(Finding("empty-value", Severity.ERROR, (option,), message, fixes))
        return found


def spelled(name: str) -> str:
    """An option as it is typed, by its parameter's name."""
    return _SPELLED.get(name, "--" + name.replace("_", "-"))


def parameter(option: str) -> str:
    """The name of a range's parameter, by its option."""
    return option.removeprefix("--").replace("-", "_")


def _digits(text: str) -> str:
    """A whole number that was written with separators or an exponent, in digits; "" for any other text."""
    if re.fullmatch(r"[1-9][0-9]{0,2}([.,' ][0-9]{3})+", text.strip()):
        return re.sub("[^0-9]", "", text)
    short = re.fullmatch(r"([1-9][0-9]{0,3})[eE]\+?([0-3])", text.strip())
    return short[1] + "0" * int(short[2]) if short else ""


def _refuse_contradictions(values: Iterable[object]) -> None:
    found = [value.typed for value in values if isinstance(value, Contradiction)]
    if found:
        lines = [_more_than_once(typed) for typed in found]
        raise WrongUsage("\n".join(lines), [_one_of(each) for each in found])


def _more_than_once(typed: tuple[tuple[str, str], ...]) -> str:
    if any(_is_document(text) for _, text in typed):
        return f"{typed[0][0]} is given more than once"
    return f"{typed[0][0]} is given more than once: " + " and ".join(f"{each} {_shown(text)}" for each, text in typed)


def _one_of(typed: tuple[tuple[str, str], ...]) -> str:
    """What to type of an option that is given more than once; a document by the file that it is in."""
    option, text = typed[0]
    return f"keep one: {option} @FILE" if _is_document(text) else f"keep one, such as {option} {_shown(text)}"


def _is_document(text: str) -> bool:
    """Whether a value is the contents of a file, which nobody has typed."""
    return "\n" in text or text.lstrip().startswith("{")


def _shown(text: str) -> str:
    """A value as it was typed, if that is short and plain."""
    return text if text and len(text) < 60 and text.isprintable() else quoted(text)


def _is_empty(value: Any) -> bool:
    """Whether a value, or one of several, is a text of blanks and commas, as between values that are not set."""
    words = value if isinstance(value, list) else [value]
    return any(isinstance(word, str) and not word.replace(",", " ").strip() for word in words)
