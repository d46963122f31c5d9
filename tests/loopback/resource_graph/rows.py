"""The rows that Resource Graph has: one a tracked resource, in the columns of its `resources` table.

Types and resource groups are in lower case, ids as Azure Resource Manager has them; texts that are absent are empty
and objects that are absent null, as in the rows that Microsoft's examples show. Which rows a caller sees is decided by
the roles that the caller has at the subscription, or below it.
"""

from __future__ import annotations

import re
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
MOST_GROUPS = 10  # management groups in one query
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


def scope(cloud: Cloud, caller: str, body: dict[str, Any]) -> tuple[list[str], bool]:
    """The scopes to look at, lower case: where the caller may read anything, inside what was asked for. And whether
    some were left out, because a query of the tenant or of management groups has more subscriptions than are allowed.

    Asked for subscriptions of which none is known or readable: NoValidSubscriptionsInQueryRequest, as reported in
    Azure/aztfexport#331 and #475. Nothing asked for and nothing readable: AccessDenied, as reported in
    Azure/azure-sdk-for-java#29924.
    """
    named = [str(each).lower() for each in body.get("subscriptions") or []]
    grouped = _grouped(cloud, body.get("managementGroups") or [])
    if named and grouped is not None:
        raise bad_query("InvalidScope", "A query has either subscriptions or management groups.")
    wanted = set(named) if named else grouped
    found = [each for each in _readable(cloud, caller) if wanted is None or _subscription(each) in wanted]
    first = list(dict.fromkeys(map(_subscription, found)))[: None if named else cloud.options.graph_subscriptions]
    if found:
        kept = [each for each in found if _subscription(each) in set(first)]
        return kept, len(kept) < len(found)
    if wanted is not None:
        raise bad_query(
            "NoValidSubscriptionsInQueryRequest",
            "There must be at least one subscription that is eligible to contain resources. "
            f"Given: '{','.join(named or sorted(wanted))}'.",
        )
    text = "Access is denied to the requested resource. The user might not have enough permission."
    raise query_refused(403, "AccessDenied", {"code": "AccessDenied", "message": text})


def _subscription(scope: str) -> str:
    return scope.split("/")[2]


def _grouped(cloud: Cloud, groups: list[Any]) -> set[str] | None:
    """The subscriptions of management groups, None when none is asked for. The code for a group that is not there is
    the one reported for a name instead of an id (rubrikinc/rubrik-sizing-scripts#87); that for too many is ours.
    """
    if len(groups) > MOST_GROUPS:
        raise bad_query("TooManyManagementGroups", f"At most {MOST_GROUPS} management groups are allowed.")
    found: set[str] | None = None
    for group in map(str, groups):
        members = cloud.subscriptions.in_group(group)
        if members is None:
            text = f"The provided management groups must be valid. Given: '{group}'."
            raise bad_query("ManagementGroupsContainInvalidIds", text)
        found = (found or set()) | members
    return found


def _readable(cloud: Cloud, caller: str) -> list[str]:
    """The scopes of the caller's roles, in known subscriptions of the own tenant, none inside another."""
    found = set()
    for assignment in cloud.store.of_type("Microsoft.Authorization/roleAssignments"):
        properties = assignment["properties"]
        rid = ids.parse(properties["scope"])
        subscription = cloud.subscriptions.get(rid.subscription) if rid else None
        if properties["principalId"].lower() == caller.lower() and subscription and subscription.tenant == TENANT:
            found.add(properties["scope"].rstrip("/").lower())
    return sorted(each for each in found if found.isdisjoint(_above(each)))


def _above(scope: str) -> Iterator[str]:
    """What a scope lies in: each that it begins with, up to a slash."""
    return (scope[: mark.start()] for mark in re.finditer("/", scope))


def rows(cloud: Cloud, caller: str, scopes: list[str], table: str) -> Iterator[Row]:
    """The rows of a table inside the scopes. Events of clusters have a table, but nothing happens here."""
    if table == "resourcecontainers":
        yield from _containers(cloud, scopes)
    if table != "resources":
        return
    rights = {place: cloud.roles.permissions(caller, place) for place in scopes}
    for type_ in cloud.store.types():
        if type_.count("/") != 1 or type_ in UNTRACKED:
            continue
        for place in _permitted(cloud, rights, type_):
            for resource in cloud.store.of_type(type_, place):
                yield _row(cloud, resource)


def _permitted(cloud: Cloud, rights: dict[str, list[dict[str, Any]]], type_: str) -> list[str]:
    """The scopes at which the caller may read resources of a type; a scope without a slash at its end is one thing."""
    return [
        place if place in cloud.store and place.count("/") > 4 else place + "/"
        for place, permissions in rights.items()
        if any(roles.permits(each, type_ + "/read") for each in permissions)
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
