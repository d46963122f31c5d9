"""Checks of what a command sent, printed and said, beside testsdk's own of its output."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jmespath

from tests.scenario.commands import Ran

Json = Any
Check = Callable[[Ran], None]


@dataclass(frozen=True)
class Option:
    """Words of a command line, and the checks that show that they went somewhere: there is no option without one."""

    words: str
    checks: tuple[Check, ...]

    def __init__(self, words: str, *checks: Check):
        assert checks, f"nothing is checked of {words}"
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "checks", checks)


class Checks:
    """The checks of a scenario. kwargs: what stands for the {names} in commands and in what is expected."""

    kwargs: dict[str, str]

    def sends(self, kind: str, query: str, expected: Json) -> Check:
        """The body of the one write of a kind has this."""

        def check(ran: Ran) -> None:
            found, wanted = jmespath.search(query, ran.sent(kind)), self._filled(expected)
            assert found == wanted, f"{query} of the {kind} is {found!r}, not {wanted!r}"

        return check

    def sends_no_key(self) -> Check:
        """The cluster's body has no SSH key; or there is no cluster to send."""

        def check(ran: Ran) -> None:
            bodies = [each.body for each in ran.writes if each.kind == "managedClusters"]
            assert not any((body["properties"].get("linuxProfile")) for body in bodies), bodies

        return check

    def writes(self, *kinds: str | set[str]) -> Check:
        """Just these kinds are written, in this order; those of a set in any."""

        def check(ran: Ran) -> None:
            found = [each.kind for each in ran.writes]
            left = list(found)
            for kind in kinds:
                wanted = {kind} if isinstance(kind, str) else kind
                part, left = left[: len(wanted)], left[len(wanted) :]  # noqa: E203
                assert sorted(part) == sorted(wanted), f"{found}, not {kinds}"
            assert not left, f"{found}, not {kinds}"

        return check

    def grants(self, principal: str, role: str, *scopes: str) -> Check:
        """Just these grants are written: a role, by the name of its definition, to a principal on each scope."""

        def check(ran: Ran) -> None:
            grants = [each for each in ran.writes if each.kind == "roleAssignments"]
            found = sorted(each.path.split("/providers/Microsoft.Authorization/")[0] for each in grants)
            assert found == sorted(self._filled(scope) for scope in scopes), found
            for each in grants:
                given = each.body["properties"]
                assert given["principalId"] == self._filled(principal), (given, self._filled(principal))
                assert given["roleDefinitionId"].endswith(f"/{role}"), given
                assert given["principalType"] == "ServicePrincipal", given

        return check

    def answered(self, kind: str, query: str, name: str) -> Check:
        """Learn a value from the answer to the one write of a kind, for later checks and commands to use as {name}."""

        def check(ran: Ran) -> None:
            (write,) = [each for each in ran.writes if each.kind == kind]
            self.kwargs[name] = jmespath.search(query, write.answer)
            assert self.kwargs[name], f"the {kind} that was made has no {query}"

        return check

    def prints(self, query: str, name: str) -> Check:
        """Learn a value from standard output, for later checks and commands to use as {name}."""

        def check(ran: Ran) -> None:
            self.kwargs[name] = jmespath.search(query, ran.get_output_in_json())
            assert self.kwargs[name], f"the output has no {query}"

        return check

    def says(self, *texts: str) -> Check:
        """Standard error holds these texts."""

        def check(ran: Ran) -> None:
            for text in texts:
                assert self._filled(text) in ran.error, f"{self._filled(text)!r} is not in:\n{ran.error}"

        return check

    def shows_nowhere(self, *names: str) -> Check:
        """The values of these names are neither printed nor in any body but those of clusters."""

        def check(ran: Ran) -> None:
            bodies = [json.dumps(each.body) for each in ran.requests if each.kind != "managedClusters"]
            for name in names:
                assert self.kwargs[name] not in ran.output + ran.error + "".join(bodies), f"{name} is shown"

        return check

    def _filled(self, value: Json) -> Json:
        if isinstance(value, str):
            return value.format(**self.kwargs)
        if isinstance(value, dict):
            return {key: self._filled(each) for key, each in value.items()}
        return [self._filled(each) for each in value] if isinstance(value, list) else value
