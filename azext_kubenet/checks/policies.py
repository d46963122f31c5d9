"""Whether an Azure policy refuses what is created, as far as its rule can be read. [T3]

Read are the assignments; sets and policies only where one may refuse something. Decision 0023
"""

import shlex
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.azure_errors import is_forbidden
from azext_kubenet.azure.policy_assignments import (
    Applied,
    Assignment,
    Definition,
    Exemption,
    applied,
    assignments_read,
    definition_read,
    exemptions_read,
)
from azext_kubenet.azure.policy_expressions import UNKNOWN, member
from azext_kubenet.azure.policy_rules import Rule
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Check, Problem
from azext_kubenet.checks.context import CheckContext, Unreadable
from azext_kubenet.checks.policy_subjects import Thing, things

#: Effects that refuse a creation, and that change it before it is judged.
_REFUSES, _CHANGES = "deny", ("modify", "append")
#: Most policies that are read one by one; what is beyond them is told.
_MOST = 60


class Judgement(NamedTuple):
    """A policy that refuses something, or may. certain: whether that is known."""

    policy: Applied
    title: str
    thing: Thing
    rule: Rule
    certain: bool


def _policies(context: CheckContext) -> Iterator[Problem]:
    """No policy refuses what is created."""
    made = [*things(context)]
    try:
        assignments = _assignments(context, made)
    except Unreadable as hidden:
        yield _not_seen(str(hidden), hidden)
        return
    due = [each for each in assignments if each.enforced and not each.audits_only and _concerns(each, made)]
    policies, unseen = _policies_of(context, due)
    definitions, more_unseen = _definitions(context, policies)
    judged = _judged(policies, definitions, made)
    yield from _told(_not_exempt(context, judged), context)
    yield from _not_read([*unseen, *more_unseen])
    if len({each.definition for each in policies}) > _MOST:
        yield Problem(f"more than {_MOST} policies may apply, and the others were not read", severity=Severity.INFO)


def _concerns(assignment: Assignment, made: Iterable[Thing]) -> bool:
    return any(assignment.covers(each.id) for each in made)


# -- what is read


def _assignments(context: CheckContext, made: list[Thing]) -> list[Assignment]:
    """All that is assigned, in the subscription or, where that may not be read, in the groups that exist."""
    try:
        return _assigned(context, context.subscription_id)
    except Unreadable as hidden:
        groups = {each.id.group_id for each in made if not each.of_aks} if is_forbidden(hidden.cause) else set()
        if context.existing.group is None:
            groups.discard(ResourceId(context.names.group_id))
        if not groups:
            raise
        context.reader.prefetch(assignments_read(str(each)) for each in groups)
        found = {each.id: each for group in groups for each in _assigned(context, str(group))}
        return [*found.values()]


def _assigned(context: CheckContext, scope: str) -> list[Assignment]:
    read = assignments_read(scope)
    return [*map(Assignment.parse, context.optional_list(f"the policies assigned to {scope}", scope, read))]


def _policies_of(context: CheckContext, due: list[Assignment]) -> tuple[list[Applied], list[Unreadable]]:
    """The policies of the assignments, without those that are known to refuse nothing."""
    context.reader.prefetch(definition_read(each.definition) for each in due if each.is_set)
    found, unseen = list[Applied](), list[Unreadable]()
    for assignment in due:
        try:
            policy_set = _shown(context, assignment.title, assignment.definition) if assignment.is_set else {}
        except Unreadable as hidden:
            unseen.append(hidden)
            continue
        found += (each for each in applied(assignment, policy_set) if each.definition and _may_act(each))
    return found, unseen


def _may_act(policy: Applied) -> bool:
    """Whether a policy refuses or changes something, by the effect that it is given."""
    effect = policy.effect if policy.effect is not None else member(policy.parameters, "effect")
    return not isinstance(effect, str) or effect.lower() in (_REFUSES, *_CHANGES)


def _definitions(
    context: CheckContext, policies: list[Applied]
) -> tuple[dict[ResourceId, Definition], list[Unreadable]]:
    """The definitions of policies, by their ids."""
    wanted = {each.definition: each.assignment.title for each in policies}
    due = dict([*wanted.items()][:_MOST])
    context.reader.prefetch(map(definition_read, due))
    found, unseen = dict[ResourceId, Definition](), list[Unreadable]()
    for definition, title in due.items():
        try:
            found[definition] = Definition.parse(_shown(context, title, definition))
        except Unreadable as hidden:
            unseen.append(hidden)
    return found, unseen


def _shown(context: CheckContext, title: str, definition: ResourceId) -> dict[str, object]:
    return context.optional(f"policy {title!r}", str(definition), definition_read(definition))


def _not_exempt(context: CheckContext, judged: list[Judgement]) -> list[Judgement]:
    """The judgements without those of what is exempt; without a look at exemptions, none is certain."""
    if not judged:
        return []
    scope = context.subscription_id
    try:
        answer = context.optional_list(f"the exemptions from policies in {scope}", scope, exemptions_read(scope))
    except Unreadable as hidden:
        if hidden.cause.status != 404:
            return [each._replace(certain=False) for each in judged]
        answer = []  # where nobody knows of exemptions, there are none
    exemptions, left = [*map(Exemption.parse, answer)], []
    for each in judged:
        found = [exemption for exemption in exemptions if exemption.frees(each.policy, each.thing.id)]
        if not any(exemption.certain for exemption in found):
            left.append(each._replace(certain=each.certain and not found))
    return left


# -- what is thought of it


def _judged(policies: list[Applied], definitions: dict[ResourceId, Definition], made: list[Thing]) -> list[Judgement]:
    """What each policy refuses, or may. What AKS makes counts where it is certain, and nothing else is refused."""
    found, changed = list[Judgement](), _changed_tags(policies, definitions, made)
    for policy in (each for each in policies if each.definition in definitions):
        of_this = [_judge(policy, definitions[policy.definition], thing) for thing in made]
        own = [each for each in of_this if each and not each.thing.of_aks]
        of_aks = [each for each in of_this if each and each.thing.of_aks and each.certain]
        found += own or of_aks
    return [each._replace(certain=each.certain and not _may_be_changed(each, changed)) for each in found]


def _judge(policy: Applied, definition: Definition, thing: Thing) -> Judgement | None:
    """What a policy does to one thing; None if nothing."""
    if not _applies(policy, definition, thing):
        return None
    rule = Rule(thing.subject, {**definition.defaults, **policy.parameters})
    effect = policy.effect if policy.effect is not None else rule.value(definition.effect)
    if effect is None or (isinstance(effect, str) and effect.lower() != _REFUSES):
        return None
    refused = rule.holds(definition.condition)
    if refused is False:
        return None
    exact = not rule.looked_at & {*thing.subject.aliases}
    certain = refused is True and isinstance(effect, str) and exact and not policy.assignment.narrowed
    return Judgement(policy, definition.title, thing, rule, certain)


def _applies(policy: Applied, definition: Definition, thing: Thing) -> bool:
    looks = definition.mode == "all" or (definition.mode == "indexed" and thing.indexed)
    return looks and policy.assignment.covers(thing.id)


def _changed_tags(policies: list[Applied], definitions: dict[ResourceId, Definition], made: list[Thing]) -> set[object]:
    """Tags that policies may add before others judge; UNKNOWN stands for all."""
    found = set[object]()
    for policy in (each for each in policies if each.definition in definitions):
        definition = definitions[policy.definition]
        rules = (
            Rule(each.subject, {**definition.defaults, **policy.parameters})
            for each in made
            if _applies(policy, definition, each)
        )
        for rule in rules:
            effect = policy.effect if policy.effect is not None else rule.value(definition.effect)
            if str(effect).lower() in _CHANGES and rule.holds(definition.condition) is not False:
                found |= {*_operations(rule, definition.details)}
    return found


def _operations(rule: Rule, details: object) -> Iterator[object]:
    """The fields that a policy changes, in lower case."""
    operations = details.get("operations") if isinstance(details, dict) else details
    for each in operations if isinstance(operations, list) else ():
        name = rule.value(each.get("field")) if isinstance(each, dict) else UNKNOWN
        yield name.lower() if isinstance(name, str) else UNKNOWN


def _may_be_changed(judgement: Judgement, changed: set[object]) -> bool:
    """Whether a tag that a policy asks for may be added by another policy first."""
    spelled = {
        form.format(tag.lower()) for tag in judgement.rule.tags for form in ("tags[{}]", "tags['{}']", "tags.{}")
    }
    return bool(judgement.rule.tags) and (UNKNOWN in changed or bool(spelled & changed))


# -- how it is told


def _told(judged: list[Judgement], context: CheckContext) -> Iterator[Problem]:
    """One finding for what a policy refuses, and one for what it may refuse."""
    groups: dict[tuple[ResourceId, ResourceId, bool, bool], list[Judgement]] = {}
    for each in judged:
        key = (each.policy.assignment.id, each.policy.definition, each.certain, each.thing.of_aks)
        groups.setdefault(key, []).append(each)
    for (_, _, certain, of_aks), several in groups.items():
        yield _refusal(several, context, certain=certain, of_aks=of_aks)


def _refusal(several: list[Judgement], context: CheckContext, *, certain: bool, of_aks: bool) -> Problem:
    first = several[0]
    assignment = first.policy.assignment
    policy = f"policy {first.title!r}, assigned to {_place(assignment.scope)},"
    whats = listed([each.thing.what for each in several])
    show = f"show it: az policy assignment show -n {assignment.id.name} --scope {assignment.scope}"
    missing = _missing(several)
    if not certain:
        # What AKS makes counts only where it is certain.
        why = _reason(first, missing) if missing else "its rule depends on what is not known here"
        return Problem(f"{policy} may refuse {whats}: {why}", show, severity=Severity.WARNING)
    message = f"{policy} refuses {whats}{', which AKS creates' if of_aks else ''}: {_reason(first, missing)}"
    if missing:
        return Problem(message, _tags_option(missing, context), ("--tags",), Severity.WARNING if of_aks else None)
    if first.thing.subject.type.endswith("/roleAssignments"):
        advice = f"have the role assigned as the policy allows it, then add --skip-subnet-role-assignment; {show}"
        return Problem(message, advice)
    where = ("--location",) if "location" in first.rule.looked_at else ()
    advice = f"have its owner add an exemption, or choose what it allows; {show}"
    return Problem(message, advice, where, Severity.WARNING if of_aks else None)


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
    if "location" in judgement.rule.looked_at:
        return f"it does not allow {judgement.thing.subject.location}"
    if "name" in judgement.rule.looked_at:
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


def _not_read(unseen: list[Unreadable]) -> Iterator[Problem]:
    """One finding for all policies that could not be read."""
    if unseen:
        others = f", and {many(len(unseen) - 1, 'other')}" if len(unseen) > 1 else ""
        yield _not_seen(f"{unseen[0]}{others}", unseen[0])


def _not_seen(what: str, hidden: Unreadable) -> Problem:
    """What keeps policies from being read. Many callers may not, which is no reason for a warning on each run."""
    severity = Severity.INFO if is_forbidden(hidden.cause) else Severity.WARNING
    return Problem(f"{what}; a policy may refuse what is created", severity=severity)


CHECKS = (Check("policies", _policies),)
