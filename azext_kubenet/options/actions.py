"""What was typed, word for word: an option that is given twice adds up or contradicts itself.

argparse keeps the last of an option that comes twice and says nothing of the others.
"""

import argparse
from collections.abc import MutableMapping
from typing import Any, NamedTuple

#: Where a parser's namespace keeps what was typed: azure-cli hands names that begin so to no command.
_KEPT = "_kubenet_typed"
#: How options that take several words are registered.
_SEVERAL = ("+", "*")
#: Of options that take several words in one go, those of which one value counts: a subnet has one prefix [A14].
_ONE_VALUE = ("subnet_prefix",)


#: Spelling and value of each time that an option was given.
_Times = list[tuple[str, Any]]


class Contradiction(NamedTuple):
    """Values of one option that cannot all hold, each as typed: `("--pod-cidr", "10.1.0.0/16")`."""

    typed: tuple[tuple[str, str], ...]


class _AddsUp(argparse.Action):  # pylint: disable=too-few-public-methods
    """Of an option that takes several values: those of each time that it is given."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
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

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        times = _times(self, namespace, values, option_string)
        alike = len({given.strip() if isinstance(given, str) else given for _, given in times}) == 1
        setattr(namespace, self.dest, times[0][1] if alike else _contradiction(times))


def _times(action: argparse.Action, namespace: argparse.Namespace, values: Any, option: str | None) -> _Times:
    """Spelling and value of each time that an option was given so far, in the spelling of its choices."""
    kept: dict[str, _Times] = vars(namespace).setdefault(_KEPT, {})
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


def _contradiction(times: _Times) -> Contradiction:
    shown = ((option, " ".join(given) if isinstance(given, list) else str(given)) for option, given in times)
    return Contradiction(tuple(dict.fromkeys(shown)))


def keep_every_word(settings: MutableMapping[str, Any]) -> None:
    """Give an option the action under which no value that was typed is lost. settings: as they are registered."""
    own = settings.get("action")
    if isinstance(own, str):  # store_true says the same each time, append adds up already
        return
    settings["action"] = _AddsUp if settings.get("nargs") in _SEVERAL else Once


def add_up(settings: MutableMapping[str, Any]) -> None:
    """Let an option that is lent add its values up if it takes several; all others are as their command has them."""
    if settings.get("nargs") in _SEVERAL and not settings.get("action"):
        settings["action"] = _AddsUp
