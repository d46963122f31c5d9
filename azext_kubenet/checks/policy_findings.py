"""How it is told what a policy refuses, may refuse, or keeps from being deleted. [T3]"""

import shlex
from collections.abc import Iterator
from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.azure_errors import is_forbidden
from azext_kubenet.azure.policy_assignments import Applied
from azext_kubenet.azure.policy_expressions import UNKNOWN, member
from azext_kubenet.azure.policy_fields import Each
from azext_kubenet.azure.policy_rules import Rule
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.policy_subjects import Thing


class Judgement(NamedTuple):
    """A policy that refuses something, or may.

    certain: whether it is known to refuse it, whatever other policies do
    holds: whether its rule applies to what is known of the thing
    keeps: whether it refuses deletion instead of creation
    """

    policy: Applied
    title: str
    thing: Thing
    rule: Rule
    certain: bool
    holds: bool
    keeps: bool = False


def told(judged: list[Judgement], context: CheckContext) -> Iterator[Problem]:
    """One finding for what a policy refuses, one for what it may refuse, and one for what it keeps from deletion."""
    groups: dict[tuple[object, ...], list[Judgement]] = {}
    for each in judged:
        key = (each.policy.assignment.id, each.policy.definition, each.keeps, each.certain, each.holds)
        groups.setdefault((*key, each.thing.of_aks), []).append(each)
    for several in groups.values():
        yield _kept(several, context) if several[0].keeps else _refusal(several, context)


def _named(judgement: Judgement) -> str:
    return f"policy {judgement.title!r}, assigned to {_place(judgement.policy.assignment.scope)},"


def _show(judgement: Judgement) -> str:
    assignment = judgement.policy.assignment
    name, scope = map(shlex.quote, (assignment.id.name, str(assignment.scope)))
    return f"show it: az policy assignment show -n {name} --scope {scope}"


def _kept(several: list[Judgement], context: CheckContext) -> Problem:
    """What a policy keeps from being deleted: nothing is refused for that."""
    first = several[0]
    verb = "refuses" if first.holds else "may refuse"
    of_aks = ", which AKS creates" if first.thing.of_aks else ""
    message = f"{_named(first)} {verb} that {listed([each.thing.what for each in several])}{of_aks} be deleted"
    if first.thing.of_aks:
        message += ": the cluster may not be removed completely"
    elif context.wanted.rollback:
        message += ": --rollback-on-failure could not remove what it keeps"
    else:
        message += ": after a failure, what it keeps cannot be removed"
    return Problem(message, _show(first), severity=Severity.INFO)


def _refusal(several: list[Judgement], context: CheckContext) -> Problem:
    first = several[0]
    of_aks = ", which AKS creates" if first.thing.of_aks else ""
    whats = f"{listed([each.thing.what for each in several])}{of_aks}"
    missing = _missing(several)
    if not first.certain:
        may = f"{_named(first)} may refuse {whats}: {_doubt(first, missing)}"
        return Problem(may, _choice(first), severity=Severity.WARNING)
    message, severity = f"{_named(first)} refuses {whats}: {_reason(first, missing)}", None
    if of_aks:
        severity = Severity.WARNING
    if missing:
        return Problem(message, _tags_option(missing, context), ("--tags",), severity)
    if first.thing.subject.type.endswith("/roleAssignments"):
        advice = "have the role assigned as the policy allows it, then add --skip-subnet-role-assignment"
        return Problem(message, f"{advice}; {_show(first)}")
    where = ("--location",) if first.rule.asks("location") else ()
    advice = f"have its owner add an exemption, or choose what it allows; {_show(first)}"
    return Problem(message, advice, where, severity)


def _doubt(first: Judgement, missing: dict[str, str]) -> str:
    """Why a policy may refuse something: what of it the rule does not allow, or what kept it from being judged."""
    if missing:
        return _reason(first, missing)
    if first.holds:
        found = _properties(first, known=True)
        # The list that a count is about is told by the fields of its elements.
        whole = {name for name in found if any(other.startswith(f"{name}.") for other in found)}
        known = [f"{name}={_spelled(value)}" for name, value in found.items() if name not in whole]
        return f"it does not allow {listed(known)}" if known else "whether it applies depends on what is not known here"
    unknown = [*_properties(first, known=False)] or [*_hidden_name(first)]
    asked = f"asks for {listed(unknown)}, which is not known here" if unknown else "depends on what is not known here"
    return f"it was not judged, because its rule {asked}"


def _hidden_name(judgement: Judgement) -> Iterator[str]:
    """Its name, if the rule asked for that in vain."""
    if judgement.thing.subject.name is UNKNOWN and (judgement.rule.asks("name") or judgement.rule.asks("id")):
        yield "its name"


def _properties(judgement: Judgement, *, known: bool) -> dict[str, object]:
    """The properties of a resource that a rule asked for, without the resource's type: those that are known, or not."""
    kind = f"{judgement.thing.subject.type.lower()}/"
    skip = len(kind)
    return {
        name[skip:]: value
        for name, value in judgement.rule.looked_at.items()
        if name.lower().startswith(kind) and "/" not in name[skip:] and _is_known(value) is known
    }


def _is_known(value: object) -> bool:
    return UNKNOWN not in value.values if isinstance(value, Each) else value is not UNKNOWN


def _spelled(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, Each):
        return listed([_spelled(each) for each in value.values])
    if isinstance(value, dict | list):
        return "(as it is sent)"
    return (
        "(not set)" if value is None or value == "" else str(value).lower() if isinstance(value, bool) else str(value)
    )


#: Options of `az aks create` that change a property that policies ask for, by its alias in lower case.
_OPTIONS = {
    "apiserveraccessprofile.enableprivatecluster": "--enable-private-cluster",
    "apiserveraccessprofile.authorizedipranges": "--api-server-authorized-ip-ranges",
    "disablelocalaccounts": "--disable-local-accounts",
    "diskencryptionsetid": "--node-osdisk-diskencryptionset-id",
    "networkprofile.networkpolicy": "--network-policy",
    "networkprofile.outboundtype": "--outbound-type",
    "sku.tier": "--tier",
    "agentpoolprofiles[*].vmsize": "--node-vm-size",
    "agentpoolprofiles[*].enableencryptionathost": "--enable-encryption-at-host",
    "agentpoolprofiles[*].osdisktype": "--node-osdisk-type",
    "agentpoolprofiles[*].ossku": "--os-sku",
    "agentpoolprofiles[*].maxpods": "--max-pods",
    "agentpoolprofiles[*].count": "--node-count",
}


def _choice(judgement: Judgement) -> str:
    """What to do about what a policy may refuse: the options that decide it, if they are known."""
    asked = [name.lower() for known in (True, False) for name in _properties(judgement, known=known)]
    kind = judgement.thing.subject.type.lower()
    if kind.endswith(("/virtualmachinescalesets", "/agentpools")):
        asked = ["agentpoolprofiles[*].vmsize" for each in asked if each in ("sku.name", "vmsize")]
    elif not kind.endswith("/managedclusters"):
        asked = []
    options = [*dict.fromkeys(_OPTIONS[each] for each in asked if each in _OPTIONS)]
    return f"choose what it allows with {' or '.join(options)}; {_show(judgement)}" if options else _show(judgement)


def _missing(several: list[Judgement]) -> dict[str, str]:
    """The tags that are missing or different, each with the value that is wanted, "" for any."""
    return {
        tag: value
        for each in several
        for tag, value in each.rule.tags.items()
        if member(dict(each.thing.subject.tags), tag) is None
        or (value and str(member(dict(each.thing.subject.tags), tag)).lower() != value.lower())
    }


def _reason(judgement: Judgement, missing: dict[str, str]) -> str:
    if missing:
        return (
            f"it requires {listed([f'tag {tag}={value}' if value else f'tag {tag}' for tag, value in missing.items()])}"
        )
    if judgement.rule.asks("location"):
        return f"it does not allow {judgement.thing.subject.location}"
    if judgement.rule.asks("name"):
        return "it does not allow the name"
    return "it does not allow the type"


def _tags_option(missing: dict[str, str], context: CheckContext) -> str:
    typed = {name: value for name, value in context.wanted.tags.items() if name not in missing}
    words = [f"{name}={value or 'VALUE'}" for name, value in {**typed, **missing}.items()]
    return f"use --tags {' '.join(map(shlex.quote, words))}"


def _place(scope: ResourceId) -> str:
    kind = "management group" if "managementgroups/" in scope.canonical else "resource group"
    if scope.subscription and not scope.group:
        kind = "subscription"
    return f"{kind} {scope.name}" if not scope.kind or not scope.subscription else scope.name


def not_read(unseen: list[Unreadable]) -> Iterator[Problem]:
    """One finding for all policies that could not be read."""
    if unseen:
        others = f", and {many(len(unseen) - 1, 'other')}" if len(unseen) > 1 else ""
        yield not_seen(f"{unseen[0]}{others}", unseen[0])


def not_seen(what: str, hidden: Unreadable) -> Problem:
    """What keeps policies from being read. Many callers may not, which is no reason for a warning on each run."""
    severity = Severity.INFO if is_forbidden(hidden.cause) else Severity.WARNING
    return Problem(f"{what}; a policy may refuse what is created", severity=severity)
