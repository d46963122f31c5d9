"""Whether an Azure policy refuses what is created, as far as its rule can be read. [T3]

Read are the assignments; sets and policies only where one may refuse something. Decision 0023
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from azext_kubenet.addressing.findings import Severity
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
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.policy_findings import Judgement, not_read, not_seen, told
from azext_kubenet.checks.policy_subjects import Thing, things

#: Effects that refuse a creation, that refuse a deletion, and that change a creation before it is judged.
_REFUSES, _KEEPS, _CHANGES = "deny", "denyaction", ("modify", "append")
#: Most policies that are read one by one; what is beyond them is told.
_MOST = 60


def _policies(context: CheckContext) -> Iterator[Problem]:
    """No policy refuses what is created."""
    yield from policies_on(context, [*things(context)])


def policies_on(context: CheckContext, made: list[Thing], before: Iterable[Thing] = ()) -> Iterator[Problem]:
    """What policies refuse of what is made or changed, or may.

    before: the same as it is now; what is not known to be refused of either is not told
    """
    try:
        assignments = _assignments(context, made)
    except Unreadable as hidden:
        yield not_seen(str(hidden), hidden)
        return
    due = [each for each in assignments if each.enforced and not each.audits_only and _concerns(each, made)]
    policies, unseen = _policies_of(context, due)
    definitions, more_unseen = _definitions(context, policies)
    judged = _judged(policies, definitions, made)
    unclear = {_key(each) for each in _judged(policies, definitions, [*before])}
    judged = [each for each in judged if each.holds or _key(each) not in unclear]
    yield from told(_not_exempt(context, judged), context)
    yield from not_read([*unseen, *more_unseen])
    if len({each.definition for each in policies}) > _MOST:
        yield Problem(f"more than {_MOST} policies may apply, and the others were not read", severity=Severity.INFO)


def _key(judgement: Judgement) -> tuple[ResourceId, ResourceId]:
    return judgement.policy.assignment.id, judgement.policy.definition


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
    return not isinstance(effect, str) or effect.lower() in (_REFUSES, _KEEPS, *_CHANGES)


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
            shown = _shown(context, title, definition)
            if shown:  # one that is gone refuses nothing
                found[definition] = Definition.parse(shown)
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
    """What each policy refuses, or may. What AKS makes counts where nothing else is refused."""
    found, changed = list[Judgement](), _changed_tags(policies, definitions, made)
    for policy in (each for each in policies if each.definition in definitions):
        of_this = [_judge(policy, definitions[policy.definition], thing) for thing in made]
        own = [each for each in of_this if each and not each.thing.of_aks]
        of_aks = [each for each in of_this if each and each.thing.of_aks]
        found += own or [each for each in of_aks if each.holds] or of_aks
    return [each._replace(certain=each.certain and not _may_be_changed(each, changed)) for each in found]


def _judge(policy: Applied, definition: Definition, thing: Thing) -> Judgement | None:
    """What a policy does to one thing; None if nothing."""
    if not _applies(policy, definition, thing):
        return None
    parameters = {**definition.defaults, **policy.parameters}
    rule = Rule(thing.subject, parameters)
    effect = policy.effect if policy.effect is not None else rule.value(definition.effect)
    known = effect.lower() if isinstance(effect, str) else ""
    keeps = known == _KEEPS
    if (known and known != _REFUSES and not keeps) or (keeps and not (thing.made and _of_deletion(rule, definition))):
        return None
    holds = rule.holds(definition.condition)
    if holds is False:
        return None
    # What is certain does not rest on a property: other policies may change it, and its alias may mean another one.
    exact = Rule(replace(thing.subject, body={}, complete=False), parameters).holds(definition.condition)
    whole = policy.is_whole(definition)
    certain = bool(exact and known and whole)
    return Judgement(policy, definition.title, thing, rule, certain, bool(holds and known and whole), keeps)


def _of_deletion(rule: Rule, definition: Definition) -> bool:
    """Whether a policy against actions is against deletions, which is the only action that there is now."""
    names = definition.details.get("actionNames") if isinstance(definition.details, dict) else None
    found = rule.value(names)
    return not isinstance(found, list) or any(not isinstance(each, str) or each.lower() == "delete" for each in found)


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
    """Whether a tag that a policy asks for may be added or changed by another policy first."""
    spelled = {
        form.format(tag.lower()) for tag in judgement.rule.tags for form in ("tags[{}]", "tags['{}']", "tags.{}")
    }
    return bool(judgement.rule.tags) and (UNKNOWN in changed or bool(spelled & changed))


CHECKS = (Check("policies", _policies),)
