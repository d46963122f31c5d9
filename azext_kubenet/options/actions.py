"""What was typed, word for word: an option given twice adds up or contradicts itself, and an empty value is none.

argparse keeps the last of an option that comes twice and says nothing of the others.
"""

import argparse
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, NamedTuple

from azext_kubenet.addressing.cidr import quoted
from azext_kubenet.addressing.model import Finding, Severity, advise
from azext_kubenet.errors import WrongUsage

#: Where a parser's namespace keeps what was typed: azure-cli hands names that begin so to no command.
_KEPT = "_kubenet_typed"
#: Of options that take several words in one go, those of which one value counts: a subnet has one prefix [A14].
_ONE_VALUE = ("subnet_prefix",)
#: Options that are not spelled like their names.
_SPELLED = {"resource_group_name": "--resource-group", "map_file": "--map", "export_file": "--export"}
#: Options that say themselves what is wrong with an empty value: they are read as ranges, numbers or lists.
_READ_ELSEWHERE = (
    "within", "exclude_prefixes", "pod_cidr", "service_cidr", "dns_service_ip", "docker_bridge_address", "max_surge",
    "growth", "pool", "plan",
)  # fmt: skip


class Contradiction(NamedTuple):
    """Values of one option that cannot all hold, each as typed: `("--pod-cidr", "10.1.0.0/16")`."""

    typed: tuple[tuple[str, str], ...]


class AddsUp(argparse.Action):  # pylint: disable=too-few-public-methods
    """Of an option that takes several values: those of each time that it is given."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        times = _times(self, namespace, values, option_string)
        words = [word for _, given in times for word in given]
        value: Any = list(dict.fromkeys(words)) if len(times) > 1 else words
        if len(times) > 1 and self.dest in _ONE_VALUE and len({word.strip() for word in words}) > 1:
            value = _contradiction(times)
        if self.dest == "vnet_address_prefixes" and len(times) > 1 and _sizes_among(words):
            value = _contradiction(times)
        setattr(namespace, self.dest, value)


class Once(argparse.Action):  # pylint: disable=too-few-public-methods
    """Of an option that takes one value: that value, however often it is given."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        times = _times(self, namespace, values, option_string)
        alike = len({given.strip() if isinstance(given, str) else given for _, given in times}) == 1
        setattr(namespace, self.dest, times[0][1] if alike else _contradiction(times))


def _times(action: argparse.Action, namespace: Any, values: Any, option: str | None) -> list[tuple[str, Any]]:
    """Spelling and value of each time that an option was given so far, in the spelling of its choices."""
    kept: dict[str, list[tuple[str, Any]]] = vars(namespace).setdefault(_KEPT, {})
    times = kept.setdefault(action.dest, [])
    times.append((option or action.option_strings[0], _chosen(action, values)))
    return times


def _chosen(action: argparse.Action, values: Any) -> Any:
    """Values as the choices of an option spell them: `Tenant` is `tenant`."""
    if isinstance(values, list):
        return [_chosen(action, each) for each in values]
    return next((each for each in action.choices or () if each.lower() == str(values).lower()), values)


def _sizes_among(words: list[str]) -> bool:
    """Whether one of several prefixes is a size: that is for a network of one."""
    each = list(dict.fromkeys(part for word in words for part in word.replace(",", " ").split()))
    return len(each) > 1 and any(part.startswith("/") for part in each)


def _contradiction(times: Iterable[tuple[str, Any]]) -> Contradiction:
    shown = ((option, " ".join(given) if isinstance(given, list) else str(given)) for option, given in times)
    return Contradiction(tuple(dict.fromkeys(shown)))


def keep_every_word(settings: MutableMapping[str, Any]) -> None:
    """Give an option the action under which no value that was typed is lost. settings: as they are registered."""
    own = settings.get("action")
    if isinstance(own, str):  # store_true says the same each time, append adds up already
        return
    settings["action"] = AddsUp if settings.get("nargs") == "+" else Once


def refuse_contradictions(options: Mapping[str, Any]) -> None:
    """Raise WrongUsage with every option that was given twice with values that cannot both hold."""
    found = [value.typed for value in options.values() if isinstance(value, Contradiction)]
    if found:
        lines = [
            f"{typed[0][0]} is given more than once: "
            + " and ".join(f"{option} {_shown(text)}" for option, text in typed)
            for typed in found
        ]
        raise WrongUsage("\n".join(lines), [f"keep one, such as {each[0][0]} {_shown(each[0][1])}" for each in found])


def _shown(text: str) -> str:
    """A value as it was typed, if that is short and plain."""
    return text if text and len(text) < 60 and text.isprintable() else quoted(text)


def empty_values(options: Mapping[str, Any]) -> list[Finding]:
    """A finding for each option that was typed with nothing, as by a variable that is not set."""
    found = []
    for name, value in options.items():
        if name not in _READ_ELSEWHERE and _empty(value):
            option = _SPELLED.get(name, "--" + name.replace("_", "-"))
            message = f"{option}: the value is empty, as that of a variable that is not set is"
            advice = f"give a value, or leave {option} out"
            found.append(Finding("empty-value", Severity.ERROR, (option,), message, advise(advice)))
    return found


def without_empty(options: Mapping[str, Any]) -> dict[str, Any]:
    """The same options, those that were typed with nothing left out."""
    return {name: None if name not in _READ_ELSEWHERE and _empty(value) else value for name, value in options.items()}


def _empty(value: Any) -> bool:
    """Whether a value, or one of several, is a text of nothing but blanks."""
    words = value if isinstance(value, list) else [value]
    return any(isinstance(word, str) and not word.strip() for word in words)
