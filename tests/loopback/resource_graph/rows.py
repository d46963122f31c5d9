"""The rows that Resource Graph has: one a tracked resource, in the columns of its `resources` table.

Types and resource groups are in lower case, ids as Azure Resource Manager has them; texts that are absent are empty
and objects that are absent null, as in the rows that Microsoft's examples show. Which rows a caller sees is decided by
the roles that the caller has at the subscription, or below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..authorization import roles
from ..core import ids
from ..core.errors import bad_query, query_refused
from ..core.options import TENANT
from ..core.store import Body
from ..tenant.subscriptions import below, shown
from .kql_values import Row

if TYPE_CHECKING:
    from ..server.cloud import Cloud

GROUPS = "microsoft.resources/resourcegroups"
SUBSCRIPTIONS = "microsoft.resources/subscriptions"
UNTRACKED = ("microsoft.authorization/roleassignments", "microsoft.authorization/roledefinitions", GROUPS)


class Resource(Row):
    """A row whose properties are put together only when they are asked for: most rows fall to the first ``where``."""

    __slots__ = ("cloud", "key")

    def __init__(self, cloud: Cloud, key: str, columns: Row) -> None:
        super().__init__(columns)
        self.cloud, self.key = cloud, key

    def __missing__(self, name: str) -> Any:
        if name != "properties":
            raise KeyError(name)
        kind = self.cloud.kinds.get(self["type"])
        body = kind.row(self.key) if kind else self.cloud.store[self.key]
        value = self["properties"] = body.get("properties")
        return value


def scope(cloud: Cloud, caller: str, body: dict[str, Any]) -> list[str]:
    """The scopes to look at, lower case: where the caller may read anything, inside what was asked for.

    Asked for subscriptions of which none is known or readable: NoValidSubscriptionsInQueryRequest, as reported in
    Azure/aztfexport#331 and #475. Nothing asked for and nothing readable: AccessDenied, as reported in
    Azure/azure-sdk-for-java#29924.
    """
    wanted = [str(each).lower() for each in body.get("subscriptions") or []]
    groups = [str(each).lower() for each in body.get("managementGroups") or []]
    if any(group != TENANT for group in groups) or (groups and wanted):
        raise bad_query("InvalidManagementGroups", "Only the tenant's root group is modelled.")
    readable = _readable(cloud, caller)
    found = [each for each in readable if not wanted or each.split("/")[2] in wanted]
    if found:
        return found
    if wanted:
        raise bad_query(
            "NoValidSubscriptionsInQueryRequest",
            "There must be at least one subscription that is eligible to contain resources. "
            f"Given: '{','.join(wanted)}'.",
        )
    text = "Access is denied to the requested resource. The user might not have enough permission."
    raise query_refused(403, "AccessDenied", {"code": "AccessDenied", "message": text})


def _readable(cloud: Cloud, caller: str) -> list[str]:
    """The scopes of the caller's roles, in known subscriptions of the own tenant, none inside another."""
    found = set()
    for assignment in cloud.store.of_type("Microsoft.Authorization/roleAssignments"):
        properties = assignment["properties"]
        rid = ids.parse(properties["scope"])
        subscription = cloud.subscriptions.get(rid.subscription) if rid else None
        if properties["principalId"].lower() == caller.lower() and subscription and subscription.tenant == TENANT:
            found.add(properties["scope"].rstrip("/").lower())
    return sorted(each for each in found if not any(each != other and ids.covers(other, each) for other in found))


def rows(cloud: Cloud, caller: str, scopes: list[str], table: str) -> Iterator[Row]:
    """The rows of a table inside the scopes."""
    if table == "resourcecontainers":
        yield from _containers(cloud, scopes)
        return
    for type_ in cloud.store.types():
        if type_.count("/") != 1 or type_ in UNTRACKED:
            continue
        for place in _permitted(cloud, caller, scopes, type_):
            for resource in cloud.store.of_type(type_, place):
                yield _row(cloud, resource)


def _permitted(cloud: Cloud, caller: str, scopes: list[str], type_: str) -> list[str]:
    """The scopes at which the caller may read resources of a type; a scope without a slash at its end is one thing."""
    return [
        place if place in cloud.store and place.count("/") > 4 else place + "/"
        for place in scopes
        if any(roles.permits(each, type_ + "/read") for each in cloud.roles.permissions(caller, place))
    ]


def _row(cloud: Cloud, body: Body) -> Resource:
    parts = str(body["id"]).split("/")
    row = Resource(
        cloud,
        str(body["id"]).lower(),
        {
            "id": body["id"],
            "name": body["name"],
            "type": body["type"].lower(),
            "tenantId": TENANT,
            "kind": body.get("kind") or "",
            "location": body.get("location") or "",
            "resourceGroup": parts[4].lower(),
            "subscriptionId": parts[2],
            "managedBy": body.get("managedBy") or "",
        },
    )
    for name in ("sku", "plan", "tags", "identity", "zones", "extendedLocation"):
        row[name] = body.get(name)
    return row


def _containers(cloud: Cloud, scopes: list[str]) -> Iterator[Row]:
    """Subscriptions and resource groups, of the table `resourcecontainers`."""
    for subscription in cloud.subscriptions.own():
        if below(subscription).lower() in scopes:
            yield _container(shown(subscription), subscription.id, "", SUBSCRIPTIONS, subscription.name)
    for place in scopes:
        for body in cloud.store.of_type(GROUPS, place):
            group = body["name"].lower()
            yield _container(body, body["id"].split("/")[2], group, SUBSCRIPTIONS + "/resourcegroups", body["name"])


def _container(body: Body, subscription: str, group: str, type_: str, name: str) -> Row:
    row: Row = dict.fromkeys(("sku", "plan", "tags", "identity", "zones", "extendedLocation"))
    return row | {
        "id": body["id"],
        "name": name,
        "type": type_,
        "tenantId": TENANT,
        "kind": "",
        "location": body.get("location") or "",
        "resourceGroup": group,
        "subscriptionId": subscription,
        "managedBy": body.get("managedBy") or "",
        "properties": body.get("properties") or {"state": body.get("state")},
        "tags": body.get("tags"),
    }
