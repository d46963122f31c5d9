"""Policies as Azure shows them: where they are assigned, with which parameters, and what they consist of. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, items, text, texts, within
from azext_kubenet.azure.policy_expressions import UNKNOWN, evaluate, member
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId

_AUTHORIZATION = "/providers/Microsoft.Authorization"
_SET = "policysetdefinitions"
_MANAGEMENT_GROUP = "/providers/microsoft.management/managementgroups/"
#: The initiative that is assigned to most subscriptions by itself, and audits only, unless a parameter says otherwise:
#: Microsoft cloud security benchmark. Azure/azure-policy
_AUDITING = ("1f3afdf9-d0c9-4c3d-847f-89da613e70a8",)


class Assignment(NamedTuple):
    """A policy, or a set of policies, assigned to a scope.

    id: its own; title: as people read it
    scope: what it is assigned to; a management group contains the subscription in whose list it is
    definition: id of the policy or of the set
    parameters: values by name
    excluded: scopes to which it does not apply
    enforced: whether it refuses anything
    overrides: effects that it changes
    narrowed: whether it applies to a part of its scope, or in a mode, which is not looked into
    version: of the policy, such as `1.*.*`, "" for none in particular
    """

    id: ResourceId
    title: str
    scope: ResourceId
    definition: ResourceId
    parameters: Json
    excluded: tuple[ResourceId, ...] = ()
    enforced: bool = True
    overrides: tuple[Json, ...] = ()
    narrowed: bool = False
    version: str = ""

    @classmethod
    def parse(cls, body: Json) -> "Assignment":
        """Parse an assignment."""
        has, assignment_id = within(body, "properties"), ResourceId(text(body, "id"))
        excluded = tuple(map(ResourceId, texts(has, "notScopes")))
        mode = text(has, "enforcementMode").lower()
        partly = [*items(has, "resourceSelectors")] or any(map(_is_management_group, excluded))
        return cls(
            id=assignment_id,
            title=text(has, "displayName") or assignment_id.name,
            scope=assignment_id.parent,
            definition=ResourceId(text(has, "policyDefinitionId")),
            parameters=_values(has),
            excluded=excluded,
            enforced=mode != "donotenforce",
            overrides=tuple(items(has, "overrides")),
            narrowed=bool(partly) or mode not in ("", "default", "donotenforce"),
            version=text(has, "definitionVersion"),
        )

    @property
    def is_set(self) -> bool:
        """Whether it assigns several policies at once."""
        return f"/{_SET}/" in f"/{self.definition.canonical}"

    @property
    def audits_only(self) -> bool:
        """Whether it is known, without a look at it, to refuse nothing."""
        asked = {str(each).lower() for each in self.parameters.values()}
        return self.definition.name.lower() in _AUDITING and "deny" not in asked and not self.overrides

    def covers(self, resource: ResourceId) -> bool:
        """Whether it applies to a resource; its exclusions count."""
        above = _is_management_group(self.scope) or not self.scope or self.scope.contains(resource)
        return above and not any(each.contains(resource) for each in self.excluded)


def _is_management_group(scope: ResourceId) -> bool:
    return f"/{scope.canonical}".startswith(_MANAGEMENT_GROUP)


class Definition(NamedTuple):
    """A policy.

    id: its own; title: as people read it
    mode: what it looks at, in lower case: `all`, `indexed`, or a kind of data
    condition, effect, details: of its rule
    defaults: of its parameters
    version: its newest, "" for one without versions
    """

    id: ResourceId
    title: str
    mode: str
    condition: object
    effect: object
    details: object
    defaults: Json
    version: str = ""

    @classmethod
    def parse(cls, body: Json) -> "Definition":
        """Parse a policy."""
        has, definition_id = within(body, "properties"), ResourceId(text(body, "id"))
        rule = within(has, "policyRule")
        return cls(
            id=definition_id,
            title=text(has, "displayName") or definition_id.name,
            mode=text(has, "mode").lower() or "indexed",
            condition=rule.get("if"),
            effect=within(rule, "then").get("effect"),
            details=within(rule, "then").get("details"),
            defaults=defaults_of(body),
            version=text(has, "version") or text(within(has, "metadata"), "version"),
        )


class Applied(NamedTuple):
    """One policy of an assignment.

    definition: its id
    parameters: values that it is given
    reference: its name in a set, "" outside of one
    effect: what it does instead of what its rule says, None for that
    version: of the policy, "" for none in particular
    """

    assignment: Assignment
    definition: ResourceId
    parameters: Json
    reference: str = ""
    effect: object = None
    version: str = ""

    def is_whole(self, definition: Definition) -> bool:
        """Whether it applies as its definition shows it: in all of its scope, and not in another version."""
        shown = definition.version.partition(".")[0]
        return not self.assignment.narrowed and self.version.partition(".")[0] in ("", shown)


def applied(assignment: Assignment, policy_set: Json) -> Iterator[Applied]:
    """The policies of an assignment. policy_set: what Azure shows of its set, empty where it is none."""
    if not assignment.is_set:
        effect = _overridden(assignment, "")
        yield Applied(assignment, assignment.definition, assignment.parameters, "", effect, assignment.version)
        return
    given = {**defaults_of(policy_set), **assignment.parameters}
    functions = {"parameters": lambda names: _given(given, names)}
    for each in items(within(policy_set, "properties"), "policyDefinitions"):
        values = {name: evaluate(value, functions) for name, value in _values(each).items()}
        reference = text(each, "policyDefinitionReferenceId")
        effect = _overridden(assignment, reference)
        version, definition = text(each, "definitionVersion"), ResourceId(text(each, "policyDefinitionId"))
        yield Applied(assignment, definition, values, reference, effect, version)


def _given(parameters: Json, names: list[object]) -> object:
    found = member(parameters, names[0]) if names else None
    return UNKNOWN if found is None else found


def _overridden(assignment: Assignment, reference: str) -> object:
    """The effect that an assignment gives to one of its policies; None where it leaves it alone."""
    for each in assignment.overrides:
        selectors = [*items(each, "selectors")]
        if text(each, "kind").lower() != "policyeffect":
            continue
        if any(text(selector, "kind").lower() != "policydefinitionreferenceid" for selector in selectors):
            return UNKNOWN
        named = [
            reference in texts(selector, "in") if "in" in selector else reference not in texts(selector, "notIn")
            for selector in selectors
        ]
        if all(named):
            return each.get("value")
    return None


def _values(body: Json) -> Json:
    return {name: value.get("value") for name, value in within(body, "parameters").items() if isinstance(value, dict)}


def defaults_of(body: Json) -> Json:
    """The defaults of the parameters of a policy or a set."""
    found = within(body, "properties", "parameters").items()
    return {name: each.get("defaultValue") for name, each in found if isinstance(each, dict)}


class Exemption(NamedTuple):
    """What an assignment does not apply to after all.

    scope: where; assignment: id of the assignment; references: names of policies in its set, none for all
    certain: whether it counts without a look at a clock or at what it is narrowed to
    """

    scope: ResourceId
    assignment: ResourceId
    references: tuple[str, ...]
    certain: bool

    @classmethod
    def parse(cls, body: Json) -> "Exemption":
        """Parse an exemption."""
        has = within(body, "properties")
        return cls(
            scope=ResourceId(text(body, "id")).parent,
            assignment=ResourceId(text(has, "policyAssignmentId")),
            references=tuple(each.lower() for each in texts(has, "policyDefinitionReferenceIds")),
            certain=not text(has, "expiresOn") and not [*items(has, "resourceSelectors")],
        )

    def frees(self, policy: Applied, resource: ResourceId) -> bool:
        """Whether it is about this policy and this resource."""
        named = not self.references or policy.reference.lower() in self.references
        return named and self.assignment == policy.assignment.id and (_covers(self.scope, resource))


def _covers(scope: ResourceId, resource: ResourceId) -> bool:
    return _is_management_group(scope) or scope.contains(resource)


def assignments_read(scope: str) -> Read:
    """All that is assigned to a scope, above it and below it: that is what no filter gives.

    https://learn.microsoft.com/rest/api/policyauthorization/policy-assignments/list
    """
    return Read(f"{scope}{_AUTHORIZATION}/policyAssignments", api_versions.POLICY_API, True)


def exemptions_read(scope: str) -> Read:
    """The same of exemptions."""
    return Read(f"{scope}{_AUTHORIZATION}/policyExemptions", api_versions.EXEMPTIONS_API, True)


def definition_read(definition: ResourceId) -> Read:
    """A policy, or a set of policies."""
    return Read(str(definition), api_versions.POLICY_API)
