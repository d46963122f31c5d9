"""Microsoft.Authorization: role assignments, role definitions, permissions. Shapes and codes: recorded
roleAssignments, roleDefinitions.

Custom roles can be made and assigned; conditions hold for writing and deleting assignments; deny assignments are not
modelled.
"""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any

from ..core import errors, ids
from ..core.operations import now
from ..core.options import SUBSCRIPTION, TENANT
from ..core.store import Body
from ..core.wire import Answer, Call
from . import conditions as conditions_of_roles
from . import roles
from .locks import Locks
from .policies import Kept, Policies
from .role_definitions import PROVIDER, RoleDefinitions, conditions

if TYPE_CHECKING:
    from ..server.cloud import Cloud

READ_BY_RIGHT = ("locks", "policyassignments", "policyexemptions", "roleassignments")


def split(path: str) -> tuple[str, str]:
    """The scope and what follows the provider; ("", "") for a path of another provider."""
    position = path.lower().rfind(PROVIDER.lower())
    if position < 0 or position + len(PROVIDER) >= len(path):
        return "", ""
    return "/" + path[:position].strip("/"), path[position + len(PROVIDER) :].strip("/")  # noqa: E203


class Authorization:
    """Assignments are kept in the store under their own ids, like any resource."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.definitions, self.locks, self.policies = RoleDefinitions(cloud), Locks(cloud), Policies(cloud)
        self._others: dict[str, object] = {
            "roledefinitions": self.definitions,
            "locks": self.locks,
            "policyassignments": self.policies.assignments,
            "policydefinitions": self.policies.definitions,
            "policysetdefinitions": self.policies.initiatives,
            "policyexemptions": self.policies.exemptions,
        }

    def answer(self, call: Call, scope: str, rest: str) -> Answer:
        """One call to ``{scope}/providers/Microsoft.Authorization/{rest}``."""
        kind, _, name = rest.partition("/")
        handler = self._handler(kind.lower(), f"{'one' if name else 'all'}_{call.method.lower()}")
        if handler is None:
            raise errors.wrapped(
                404,
                "InvalidResourceType",
                f"The resource type '{kind}' could not be found in the namespace "
                f"'Microsoft.Authorization' for api version '{call.api_version}'.",
            )
        _require_place(scope)
        if call.method in ("PUT", "DELETE"):
            action = "Microsoft.Authorization/{}/{}".format(kind, "write" if call.method == "PUT" else "delete")
            self.require(call.caller, action, f"{scope}{PROVIDER}{rest}", self._about(call, scope, rest))
        if kind.lower() in READ_BY_RIGHT and call.method == "GET":
            self.require(call.caller, f"Microsoft.Authorization/{kind}/read", scope)
        self._require_scope(scope)
        if kind.lower() == "roleassignments":
            self.locks.require_free(call.method, f"{scope}{PROVIDER}{rest}")
        answered: Answer = handler(call, scope, name)
        return answered

    def _about(self, call: Call, scope: str, rest: str) -> Body:
        """The assignment that is written, or the one that is deleted: what conditions are about."""
        if call.method == "PUT":
            return dict((call.body or {}).get("properties") or {}) if isinstance(call.body, dict) else {}
        return dict(self.cloud.store.get(f"{scope}{PROVIDER}{rest}", {}).get("properties") or {})

    def _handler(self, kind: str, verb: str) -> Any:
        """A method of this class for assignments and permissions, of another for the others; None when there is
        none.
        """
        if kind in self._others:
            return getattr(self._others[kind], verb, None)
        return getattr(self, f"_{kind}_{verb}", None)

    # -- who may do what

    def grant(self, principal: str, role: str, scope: str, condition: str = "") -> str:
        """Assign a built-in role from within a test, as if it had been long ago; the assignment's id."""
        name = str(uuid.uuid4())
        definition = f"/subscriptions/{SUBSCRIPTION}{PROVIDER}roleDefinitions/{roles.guid_of(role)}"
        sent = {"roleDefinitionId": definition, "principalId": principal}
        sent.update({"condition": condition, "conditionVersion": "2.0"} if condition else {})
        body = self._assignment(scope, name, sent, principal, None)
        body["properties"]["createdOn"] = "2024-05-02T08:15:30.1234567Z"
        self.cloud.store[body["id"]] = body
        return str(body["id"])

    def permissions(self, principal: str, scope: str) -> list[dict[str, Any]]:
        """The permission sets of every role that the principal, or a group of his, has at the scope or above.

        That an entry carries the condition of its assignment is documented (Permission in Microsoft's REST
        reference), and in no recording.
        """
        found: list[dict[str, Any]] = []
        for properties in self._held(principal, scope):
            definition = self.definitions.find(scope, properties["roleDefinitionId"].rpartition("/")[2])
            more = {key: properties[key] for key in ("condition", "conditionVersion") if properties.get(key)}
            found += [{**each, **more} for each in definition["properties"]["permissions"]] if definition else []
        return found

    def _held(self, principal: str, scope: str) -> list[Body]:
        """The properties of the assignments that give a principal anything at a scope."""
        who = {principal.lower(), *self.cloud.directory.groups_of(principal)}
        return [
            properties
            for properties in (assignment["properties"] for assignment in self._assignments())
            if properties["principalId"].lower() in who and ids.covers(properties["scope"], scope)
        ]

    def allows(self, principal: str, action: str, scope: str, about: Body | None = None) -> bool:
        """Whether the principal may do it there; about: the assignment that is written or deleted."""
        return any(
            roles.permits(permission, action) and _fulfilled(permission, action, about)
            for permission in self.permissions(principal, scope)
        )

    def require(self, caller: str, action: str, scope: str, about: Body | None = None) -> None:
        """AuthorizationFailed, as recorded, unless the caller may. The words for a condition are as reported
        (Azure/enterprise-azure-policy-as-code#787).
        """
        if self.allows(caller, action, scope, about):
            return
        barred = any(roles.permits(each, action) for each in self.permissions(caller, scope) if each.get("condition"))
        raise errors.unauthorized(caller, action, scope, barred)

    def _permissions_all_get(self, call: Call, scope: str, name: str) -> Answer:
        return Answer(200, {"value": self.permissions(call.caller, scope)})

    # -- role assignments

    def _assignments(self) -> list[Body]:
        return self.cloud.store.of_type("Microsoft.Authorization/roleAssignments")

    def _roleassignments_all_get(self, call: Call, scope: str, name: str) -> Answer:
        """At, above and below the scope; ``atScope()`` leaves out what is below (recorded)."""
        wanted = conditions(call.param("$filter"))
        at_scope = any(key == "atscope" for key, _ in wanted)
        found = [
            body
            for body in self._assignments()
            if ids.covers(body["properties"]["scope"], scope)
            or (not at_scope and ids.covers(scope, body["properties"]["scope"]))
        ]
        for key, value in wanted:
            if key in ("principalid", "assignedto"):
                who = {value.lower(), *(self.cloud.directory.groups_of(value) if key == "assignedto" else ())}
                found = [body for body in found if body["properties"]["principalId"].lower() in who]
        return Answer(200, {"value": copy.deepcopy(found)})

    def _roleassignments_one_get(self, call: Call, scope: str, name: str) -> Answer:
        body = self.cloud.store.get(f"{scope}{PROVIDER}roleAssignments/{name}")
        if not body:
            raise errors.wrapped(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")
        return Answer(200, body)

    def _roleassignments_one_delete(self, call: Call, scope: str, name: str) -> Answer:
        body = self.cloud.store.pop(f"{scope}{PROVIDER}roleAssignments/{name}", None)
        return Answer(200, body) if body else Answer(204)

    def _roleassignments_one_put(self, call: Call, scope: str, name: str) -> Answer:
        """201 each time, as recorded, with nobody as its maker."""
        sent = (call.body or {}).get("properties") or {}
        key = f"{scope}{PROVIDER}roleAssignments/{name}"
        self.policies.require_allowed(
            {"id": key, "name": name, "type": "Microsoft.Authorization/roleAssignments", "properties": sent}
        )
        body = self.assign(scope, name, (call.body or {}).get("properties") or {}, call.caller)
        return Answer(201, {**body, "properties": {**body["properties"], "createdBy": None}})

    def seed(self, scope: str, rest: str, body: Body, caller: str) -> Body:
        """Keep one thing of Microsoft.Authorization from within a test."""
        kind, _, name = rest.partition("/")
        other = self._others.get(kind.lower())
        if isinstance(other, Locks | Kept):
            return other.keep(scope, name, dict(body.get("properties") or {}))
        return self.assign(scope, name, dict(body.get("properties") or {}), caller)

    def assign(self, scope: str, name: str, sent: Body, caller: str) -> Body:
        """Check an assignment and keep it."""
        key = f"{scope}{PROVIDER}roleAssignments/{name}"
        old = self.cloud.store.get(key)
        self._check_assignment(scope, name, sent, old)
        self.cloud.store[key] = self._assignment(scope, name, sent, caller, old)
        return self.cloud.store[key]

    def _check_assignment(self, scope: str, name: str, sent: Body, old: Body | None) -> None:
        """PrincipalNotFound, UnmatchedPrincipalType and RoleAssignmentExists are recorded; the others are our
        wording.
        """
        try:
            uuid.UUID(name)
        except ValueError:
            raise errors.wrapped(
                400,
                "InvalidRoleAssignmentId",
                f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
            ) from None
        principal, role = str(sent.get("principalId") or ""), str(sent.get("roleDefinitionId") or "")
        if not self.definitions.find(scope, role.rpartition("/")[2]):
            raise errors.wrapped(
                400,
                "RoleDefinitionDoesNotExist",
                "The specified role definition with ID '{}' does not exist.".format(
                    role.rpartition("/")[2].replace("-", "")
                ),
            )
        kind = self.cloud.directory.kind_of(principal)
        if kind is None:
            raise errors.principal_not_found(principal, TENANT)
        if sent.get("principalType") and sent["principalType"].lower() != kind.lower():
            raise errors.wrapped(
                400,
                "UnmatchedPrincipalType",
                "The PrincipalId '{}' has type '{}' , which is different from specified PrinciaplType '{}'.".format(
                    principal.replace("-", ""), kind, sent["principalType"]
                ),
            )
        wanted = (scope.lower(), principal.lower(), role.rpartition("/")[2].lower())
        for body in self._assignments():
            if _identity(body) == wanted and body is not old:
                raise errors.wrapped(409, "RoleAssignmentExists", "The role assignment already exists.")
        if old and _identity(old) != wanted:
            raise errors.wrapped(
                400,
                "RoleAssignmentUpdateNotPermitted",
                "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
            )

    def _assignment(self, scope: str, name: str, sent: Body, caller: str, old: Body | None) -> Body:
        created = old["properties"] if old else {"createdOn": now(), "createdBy": caller}
        role = sent["roleDefinitionId"]
        return {
            "properties": {
                "roleDefinitionId": role,
                "principalId": sent["principalId"],
                "principalType": self.cloud.directory.kind_of(sent["principalId"]) or "ServicePrincipal",
                "scope": scope,
                "condition": sent.get("condition"),
                "conditionVersion": sent.get("conditionVersion"),
                "createdOn": created["createdOn"],
                "updatedOn": now(),
                "createdBy": created["createdBy"],
                "updatedBy": caller,
                "delegatedManagedIdentityResourceId": None,
                "description": sent.get("description"),
            },
            "id": f"{scope}{PROVIDER}roleAssignments/{name}",
            "type": "Microsoft.Authorization/roleAssignments",
            "name": name,
        }

    def _require_scope(self, scope: str) -> None:
        """A group or resource that is a scope must be there (recorded: ResourceGroupNotFound, ResourceNotFound)."""
        rid = ids.parse(scope)
        if rid is None:
            return
        self.cloud.require_group(rid)
        if rid.namespace and rid.key not in self.cloud.store:
            raise errors.resource_not_found(rid.type_and_names, rid.group)


def _require_place(scope: str) -> None:
    """Recorded: what is no scope at all is told before rights are looked at."""
    if ids.parse(scope) is None and not scope.startswith("/providers") and scope != "/":
        raise errors.wrapped(404, "InvalidResourceNamespace", f"The resource namespace '{scope}' is invalid.")


def _fulfilled(permission: Body, action: str, about: Body | None) -> bool:
    """Whether a permission has no condition, or one that holds; what it asks of other things is not modelled."""
    condition = permission.get("condition")
    return not condition or about is None or conditions_of_roles.holds(str(condition), action, about)


def _identity(body: Body) -> tuple[str, str, str]:
    properties = body["properties"]
    return (
        properties["scope"].lower(),
        properties["principalId"].lower(),
        properties["roleDefinitionId"].rpartition("/")[2].lower(),
    )
