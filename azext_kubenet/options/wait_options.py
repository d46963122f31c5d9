"""What the options of `wait` ask: which cluster, what it is waited for, how often it is looked at, and how long."""

from dataclasses import dataclass

from azext_kubenet.errors import WrongUsage, refuse
from azext_kubenet.options.typed import Typed

#: What may be waited for without a value.
_STATES = ("created", "updated", "deleted", "exists")
_NUMBERS = ("interval", "timeout")


@dataclass(frozen=True)
class WaitOptions:
    """What is asked.

    group, name: of the cluster
    conditions: what azure-cli's own code of waiting is told, by its names: states, query, interval and timeout
    """

    group: str
    name: str
    conditions: dict[str, object]

    @property
    def timeout(self) -> int:
        """Seconds after which nobody waits any more."""
        return int(str(self.conditions["timeout"]))

    def again(self) -> list[str]:
        """The words, after the place, that wait for the same once more, as often and as long."""
        states = [f"--{each}" for each in _STATES if self.conditions[each]]
        numbers = [word for each in _NUMBERS for word in (f"--{each}", str(self.conditions[each]))]
        return [*(states or ["--custom", str(self.conditions["custom"])]), *numbers]


def read_wait_options(typed: Typed) -> WaitOptions:
    """The options. Raises WrongUsage, and Refused for a value that is empty."""
    refuse(typed.empty(("resource_group_name", "name", "custom")))
    states, custom = {each: typed.flag(each) for each in _STATES}, typed.text("custom")
    if not any(states.values()) and not custom:
        raise WrongUsage(
            "nothing is named that is to be waited for",
            "use --created, --updated, --deleted, --exists, or --custom with a JMESPath query",
        )
    several = [f"--{each}" for each, is_asked in states.items() if is_asked] + (["--custom"] if custom else [])
    if len(several) > 1:
        raise WrongUsage(f"{', '.join(several)}: only one thing can be waited for", f"keep one, such as {several[0]}")
    _require_query(custom)
    numbers = {each: int(typed.text(each)) for each in _NUMBERS}
    for each, number in numbers.items():
        if number < 1:
            raise WrongUsage(f"invalid --{each} {number}: expected a number of seconds from 1", f"use --{each} 60")
    group, name = typed.text("resource_group_name").strip(), typed.text("name").strip()
    return WaitOptions(group, name, {**states, "custom": custom or None, **numbers})


def _require_query(custom: str) -> None:
    """Raise WrongUsage for what is no JMESPath query, before anybody waits."""
    from jmespath import compile as compiled
    from jmespath.exceptions import JMESPathError

    try:
        compiled(custom or "@")
    except JMESPathError as error:
        first = str(error).splitlines()[0]
        raise WrongUsage(
            f"--custom: this is no JMESPath query: {first}", "use one such as --custom \"powerState.code=='Running'\""
        ) from error
