"""What the options of `list` ask about the clusters that the login can read."""

from collections.abc import Mapping
from dataclasses import dataclass

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.errors import WrongUsage, refuse
from azext_kubenet.options.check_options import NEVER
from azext_kubenet.options.typed import Typed


@dataclass(frozen=True)
class ListOptions:
    """What is asked.

    group: of the clusters, "" for all
    management_groups: names of those to look in, none for all that the login can read
    tags: that a cluster must have, by name in lower case, with their values, None for any
    live: whether to count the addresses of subnets now
    fail_on: the least severity of a state that makes the run fail, None for none
    blocked, ready: whether to list only clusters that are; both for either
    """

    group: str
    management_groups: tuple[str, ...]
    tags: Mapping[str, str | None]
    live: bool
    fail_on: Severity | None
    blocked: bool
    ready: bool

    def wants(self, group: str, tags: Mapping[str, str]) -> bool:
        """Whether a cluster of a group, with some tags, is asked for. Azure takes names of tags in any case."""
        if self.group and group.lower() != self.group.lower():
            return False
        has = {name.lower(): value for name, value in tags.items()}
        return all(name in has and value in (None, has[name]) for name, value in self.tags.items())

    def fails(self, *, error: bool, warning: bool) -> bool:
        """Whether a cluster that is in a state of either severity makes the run fail."""
        if self.fail_on is None:
            return False
        return error or (warning and self.fail_on is Severity.WARNING)


def read_list_options(typed: Typed) -> ListOptions:
    """The options. Raises WrongUsage, and Refused for a value that is empty: it would list more than was meant."""
    refuse(typed.empty(("resource_group_name", "management_groups", "tag")))
    wanted = typed.text("fail_on")
    return ListOptions(
        group=typed.text("resource_group_name").strip(),
        management_groups=tuple(dict.fromkeys(str(each).strip() for each in typed.words("management_groups"))),
        tags=_tags(typed.words("tag")),
        live=typed.flag("live"),
        fail_on=None if wanted == NEVER else Severity(wanted or Severity.ERROR.value),
        blocked=typed.flag("blocked"),
        ready=typed.flag("ready"),
    )


def _tags(words: tuple[object, ...]) -> dict[str, str | None]:
    """Tags by name, as typed: KEY, or KEY=VALUE, where the value may be empty."""
    found: dict[str, str | None] = {}
    for word in map(str, words):
        name, has_value, value = word.partition("=")
        key = name.strip().lower()
        wanted = value if has_value else None
        if not key:
            raise WrongUsage(
                f"invalid --tag '{word}': expected KEY or KEY=VALUE", "use --tag KEY=VALUE, such as env=prod"
            )
        if found.get(key, wanted) != wanted and None not in (found[key], wanted):
            message = f"--tag: {name} cannot be both '{found[key]}' and '{wanted}'"
            raise WrongUsage(message, f"keep one: --tag {name}={wanted}")
        found[key] = wanted if found.get(key) is None else found[key]
    return found
