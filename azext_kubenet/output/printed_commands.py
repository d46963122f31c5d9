"""Commands in what people read: in a run with --subscription they work in that subscription, too. Pure."""

import re
import shlex
from dataclasses import replace

from azext_kubenet.addressing.findings import Advice, Finding, Fix, RunCommand

#: A command and what is typed after it, up to the end of the command in its sentence.
_COMMAND = re.compile(
    r"\baz (?P<words>[a-z][a-z-]*(?: [a-z][a-z-]*)*)(?= -)(?P<rest>(?:(?!;|, or |, and |\n| && | \(|\)).)*)"
)
#: Commands that name no resource of a subscription, or are typed with the option anyway.
_WITHOUT = ("login", "account", "ad", "rest", "kubenet")
#: Those of ours that name a cluster that exists.
_OF_CLUSTER = ("kubenet check", "kubenet migrate", "kubenet wait")
#: An option that says where something is, with its subscription.
_PLACED = re.compile(r" --(ids|subscription|resource-id)\b| --scope /subscriptions/")


def in_subscription(text: str, subscription: str) -> str:
    """A text whose commands name a subscription, where their options do not: what they delete is then this run's."""

    def named(found: re.Match[str]) -> str:
        words, rest = found["words"], found["rest"]
        is_without = words.split()[0] in _WITHOUT and words not in _OF_CLUSTER
        if is_without or _PLACED.search(rest):
            return found[0]
        return f"az {words} --subscription {shlex.quote(subscription)}{rest}"

    return _COMMAND.sub(named, text) if subscription else text


def finding_in_subscription(finding: Finding, subscription: str) -> Finding:
    """A finding whose commands name the subscription, if it was typed: in files they are read elsewhere."""

    def named(fix: Fix) -> Fix:
        if isinstance(fix, Advice):
            return Advice(in_subscription(fix.sentence, subscription))
        if isinstance(fix, RunCommand):
            return fix._replace(command=in_subscription(fix.command, subscription))
        return fix

    return replace(finding, fixes=tuple(map(named, finding.fixes)))
