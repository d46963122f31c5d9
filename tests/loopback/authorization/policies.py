"""Azure Policy: assignments, definitions and initiatives over the wire, and what their rules deny (azure-facts T3).

No recording holds any of it: the shapes are those of Microsoft's REST reference and of the definitions that
Azure/azure-policy publishes; RequestDisallowedByPolicy and its words are as people report them
(microsoft/vscode-apimanagement#348). Nothing but "deny" has an effect here. Assignments to management groups hold for
every subscription; their scope is put in the place of the subscription's.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..core import errors, ids
from ..core.store import Body
from ..core.wire import Answer, Call, Refusal
from . import built_in_policies, policy_rules

if TYPE_CHECKING:
    from ..server.cloud import Cloud

PROVIDER = "/providers/Microsoft.Authorization/"
ASSIGNMENTS = "Microsoft.Authorization/policyAssignments"
MANAGEMENT = "/providers/microsoft.management/"
#: A rule of mode Indexed is not asked about groups, nor about what has no location of its own, such as a subnet.
GROUP = "microsoft.resources/subscriptions/resourcegroups"


class Kept:
    """What assignments, definitions and initiatives have in common: kept as they are put, under their own ids."""

    word = ""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def built_in(self) -> list[Body]:
        """Those that are there from the start."""
        return []

    def all_get(self, call: Call, scope: str, name: str) -> Answer:
        found = [*self.built_in(), *self._kept()]
        return Answer(200, {"value": copy.deepcopy(found)})

    def one_get(self, call: Call, scope: str, name: str) -> Answer:
        body = self.find(f"{'' if scope == '/' else scope}{PROVIDER}{self.word}/{name}")
        if not body:
            code = self.word[0].upper() + self.word[1:].removesuffix("s") + "NotFound"
            raise errors.wrapped(404, code, f"The {self.word.removesuffix('s')} '{name}' could not be found.")
        return Answer(200, body)

    def one_put(self, call: Call, scope: str, name: str) -> Answer:
        return Answer(201, self.keep(scope, name, (call.body or {}).get("properties") or {}))

    def one_delete(self, call: Call, scope: str, name: str) -> Answer:
        body = self.cloud.store.pop(f"{scope}{PROVIDER}{self.word}/{name}", None)
        return Answer(200, body) if body else Answer(204)

    def keep(self, scope: str, name: str, sent: Body) -> Body:
        """Store one."""
        key = f"{'' if scope == '/' else scope}{PROVIDER}{self.word}/{name}"
        body: Body = {
            "properties": {"displayName": name, **self.completed(scope, sent)},
            "id": key,
            "type": f"Microsoft.Authorization/{self.word}",
            "name": name,
        }
        self.cloud.store[key] = body
        return body

    def completed(self, scope: str, sent: Body) -> Body:
        """The properties to keep."""
        return dict(sent)

    def find(self, resource: str) -> Body | None:
        """One by its id."""
        known = {str(body["id"]).lower(): body for body in self.built_in()}
        return self.cloud.store.get(resource) or known.get(resource.lower())

    def _kept(self) -> list[Body]:
        return self.cloud.store.of_type(f"Microsoft.Authorization/{self.word}")


class Definitions(Kept):
    word = "policyDefinitions"

    def built_in(self) -> list[Body]:
        return built_in_policies.definitions()

    def completed(self, scope: str, sent: Body) -> Body:
        return {"policyType": "Custom", "mode": "Indexed", "parameters": {}, **sent}


class Initiatives(Kept):
    word = "policySetDefinitions"

    def built_in(self) -> list[Body]:
        return built_in_policies.initiatives()

    def completed(self, scope: str, sent: Body) -> Body:
        return {"policyType": "Custom", "parameters": {}, **sent}


class Assignments(Kept):
    """A list shows what holds at the scope, from above, and, without ``atScope()``, what lies below it."""

    word = "policyAssignments"

    def all_get(self, call: Call, scope: str, name: str) -> Answer:
        at_scope = "atscope()" in call.param("$filter").lower()
        found = [
            body
            for body in self._kept()
            if _over(body, scope) or (not at_scope and ids.covers(scope, body["properties"]["scope"]))
        ]
        return Answer(200, {"value": copy.deepcopy(found)})

    def completed(self, scope: str, sent: Body) -> Body:
        return {"enforcementMode": "Default", "notScopes": [], "parameters": {}, **sent, "scope": scope}


class Exemptions(Kept):
    """What an assignment does not hold for. Its list is that of assignments (our model); days on which one ends count
    as not yet come.
    """

    word = "policyExemptions"

    def all_get(self, call: Call, scope: str, name: str) -> Answer:
        found = [body for body in self._kept() if _over(body, scope) or ids.covers(scope, body["properties"]["scope"])]
        return Answer(200, {"value": copy.deepcopy(found)})

    def completed(self, scope: str, sent: Body) -> Body:
        return {"exemptionCategory": "Waiver", **sent, "scope": scope}

    def frees(self, assignment: Body, target: str) -> bool:
        """Whether a resource is exempt from all of an assignment."""
        return any(
            _over(body, target) and str(body["properties"]["policyAssignmentId"]).lower() == assignment["id"].lower()
            for body in self._kept()
            if not body["properties"].get("policyDefinitionReferenceIds")
        )


class Policies:
    """The four kinds, and what they deny."""

    def __init__(self, cloud: Cloud) -> None:
        self.exemptions = Exemptions(cloud)
        self.definitions, self.initiatives = Definitions(cloud), Initiatives(cloud)
        self.assignments = Assignments(cloud)

    def require_allowed(self, resource: Body) -> None:
        """RequestDisallowedByPolicy for a resource that some rule denies."""
        refused = self.denial(resource)
        if refused:
            raise refused

    def denial(self, resource: Body) -> Refusal | None:
        """The refusal of the first policy that denies a resource."""
        for assignment, definition, parameters in self._over(str(resource["id"])):
            if self._denies(definition, resource, parameters):
                return _refusal(resource, assignment, definition)
        return None

    @staticmethod
    def _denies(definition: Body, resource: Body, parameters: dict[str, Any]) -> bool:
        properties = definition["properties"]
        rule = properties.get("policyRule") or {}
        given = {name: each.get("defaultValue") for name, each in (properties.get("parameters") or {}).items()}
        given.update(parameters)
        effect = policy_rules.value_of((rule.get("then") or {}).get("effect"), given)
        indexed = str(properties.get("mode", "")).lower() == "indexed"
        beside = resource["type"].lower() == GROUP or not resource.get("location")
        if str(effect).lower() != "deny" or (indexed and beside):
            return False
        return policy_rules.holds(rule.get("if"), resource, given)

    def _over(self, target: str) -> Iterator[tuple[Body, Body, dict[str, Any]]]:
        """Assignment, definition and parameters of each policy that holds for a resource."""
        for assignment in self.assignments._kept():
            properties = assignment["properties"]
            excluded = any(ids.covers(each, target) for each in properties["notScopes"])
            excluded = excluded or self.exemptions.frees(assignment, target)
            if not _over(assignment, target) or excluded or properties["enforcementMode"].lower() == "donotenforce":
                continue
            given = {name: each.get("value") for name, each in (properties["parameters"] or {}).items()}
            wanted = str(properties["policyDefinitionId"])
            one, several = self.definitions.find(wanted), self.initiatives.find(wanted)
            if one:
                yield assignment, one, given
            for part in (several or {}).get("properties", {}).get("policyDefinitions", []):
                definition = self.definitions.find(str(part["policyDefinitionId"]))
                inner = {
                    name: policy_rules.value_of(each.get("value"), given)
                    for name, each in (part.get("parameters") or {}).items()
                }
                if definition:
                    yield assignment, definition, inner


def _over(assignment: Body, scope: str) -> bool:
    """Whether an assignment holds at a scope: it lies there or above it."""
    place = str(assignment["properties"]["scope"])
    return place.lower().startswith(MANAGEMENT) or ids.covers(place, scope)


def _refusal(resource: Body, assignment: Body, definition: Body) -> Refusal:
    """Code, words and shape as reported."""
    known = {
        "policyAssignment": {"name": assignment["properties"]["displayName"], "id": assignment["id"]},
        "policyDefinition": {"name": definition["properties"]["displayName"], "id": definition["id"]},
    }
    info = {
        "policyDefinitionDisplayName": definition["properties"]["displayName"],
        "policyDefinitionEffect": "deny",
        "policyAssignmentId": assignment["id"],
        "policyDefinitionId": definition["id"],
    }
    return errors.wrapped(
        403,
        "RequestDisallowedByPolicy",
        f"Resource '{resource['name']}' was disallowed by policy. Policy identifiers: '{json.dumps([known])}'.",
        target=resource["name"],
        additionalInfo=[{"type": "PolicyViolation", "info": info}],
    )
