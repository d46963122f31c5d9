"""What a query of Resource Graph is about: subscriptions, management groups, tags and groups; and where it is cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ..callers.client import SUB, Client
from ..core.options import SUBSCRIPTION, TENANT
from ..seeds import bodies
from ..seeds.bodies import NET
from ..server.server import LoopbackArm
from .test_resource_graph import NETWORKS, ask, data, pages

SECOND, THIRD, CLOSED, FOREIGN = (f"5b000000-0000-4000-8000-0000000000{number}" for number in ("a2", "a3", "a4", "a5"))
HIT = "x-ms-tenant-subscription-limit-hit"


@pytest.fixture
def wide(arm: LoopbackArm) -> LoopbackArm:
    """A network in each of five subscriptions, two of which may not be read; three management groups."""
    arm.add_subscription(SECOND)
    arm.add_subscription(THIRD)
    arm.add_subscription(CLOSED, readable=False)
    arm.add_subscription(FOREIGN, tenant="7e000000-0000-4000-8000-0000000000cc")
    tags = {SUBSCRIPTION: {"env": "Prod"}, SECOND: {"env": "test"}}
    for number, scope in enumerate((SUBSCRIPTION, SECOND, THIRD, CLOSED, FOREIGN)):
        arm.put(f"/subscriptions/{scope}/resourceGroups/Gr-{number}", bodies.group())
        network = bodies.network(f"10.{number}.0.0/16") | ({"tags": tags[scope]} if scope in tags else {})
        arm.put(f"/subscriptions/{scope}/{NET}".replace("/g/", f"/Gr-{number}/"), network)
    arm.put_into("platform", SUBSCRIPTION, SECOND.upper())
    arm.put_into("closed", CLOSED)
    arm.put_into("mixed", THIRD, CLOSED, FOREIGN)
    return arm


def seen(client: Client, query: str = NETWORKS, **scope: Any) -> set[str]:
    """The subscriptions of the rows."""
    return {str(row["subscriptionId"]) for row in data(client, query + " | project subscriptionId", **scope)}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, {SUBSCRIPTION, SECOND, THIRD}),
        ({"managementGroups": [TENANT]}, {SUBSCRIPTION, SECOND, THIRD}),
        ({"managementGroups": ["platform"]}, {SUBSCRIPTION, SECOND}),
        ({"managementGroups": ["PLATFORM", "mixed"]}, {SUBSCRIPTION, SECOND, THIRD}),
        ({"managementGroups": ["mixed"]}, {THIRD}),
        ({"subscriptions": [SECOND, CLOSED]}, {SECOND}),
    ],
)
def test_a_scope_narrows_to_what_may_be_read_of_it(
    wide: LoopbackArm, client: Client, scope: Any, expected: set[str]
) -> None:
    assert seen(client, **scope) == expected


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ({"managementGroups": ["nowhere"]}, "ManagementGroupsContainInvalidIds"),
        ({"managementGroups": ["platform", "nowhere"]}, "ManagementGroupsContainInvalidIds"),
        ({"managementGroups": ["closed"]}, "NoValidSubscriptionsInQueryRequest"),
        ({"managementGroups": ["platform"] * 11}, "TooManyManagementGroups"),
        ({"managementGroups": ["platform"], "subscriptions": [SECOND]}, "InvalidScope"),
    ],
)
def test_a_scope_that_is_none_is_refused(wide: LoopbackArm, client: Client, scope: Any, code: str) -> None:
    reply = ask(client, NETWORKS, **scope)
    assert (reply.status, reply.body["error"]["details"][0]["code"]) == (400, code)


def test_ten_management_groups_are_taken(wide: LoopbackArm, client: Client) -> None:
    assert seen(client, managementGroups=["platform"] * 10) == {SUBSCRIPTION, SECOND}


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("| where resourceGroup =~ 'GR-1'", {SECOND}),
        ("| where resourceGroup == 'Gr-1'", set()),
        ("| where tags['env'] =~ 'prod'", {SUBSCRIPTION}),
        ("| where tags['env'] == 'prod'", set()),
        ("| where isnotnull(tags['env'])", {SUBSCRIPTION, SECOND}),
        ("| where isnull(tags['env'])", {THIRD}),
        ("| where isnotnull(tags['env']) and resourceGroup in~ ('gr-1', 'gr-2')", {SECOND}),
    ],
)
def test_tags_and_groups_are_part_of_the_query(
    wide: LoopbackArm, client: Client, rest: str, expected: set[str]
) -> None:
    """A resource group is in lower case in every row."""
    assert seen(client, f"{NETWORKS} {rest}") == expected


def test_only_what_the_caller_may_read_is_listed(wide: LoopbackArm, client: Client) -> None:
    listed = client.send("GET", "/subscriptions", version="2022-12-01").body["value"]
    assert {each["subscriptionId"] for each in listed} == {SUBSCRIPTION, SECOND, THIRD}
    kind = "resourcecontainers | where type == 'microsoft.resources/subscriptions'"
    assert seen(client, kind) == {SUBSCRIPTION, SECOND, THIRD}


# -- too many subscriptions


@pytest.fixture
def narrow() -> Iterator[Client]:
    """A client of a server that looks at two subscriptions; there are four, and a network in each."""
    with LoopbackArm(graph_subscriptions=2) as arm:
        for number in range(4):
            scope = SUB if not number else arm.add_subscription(f"5b000000-0000-4000-8000-0000000000b{number}")
            arm.put(scope + "/resourceGroups/g", bodies.group())
            arm.put(f"{scope}/{NET}", bodies.network(f"10.{number}.0.0/16"))
        arm.put_into("two", SUBSCRIPTION, "5b000000-0000-4000-8000-0000000000b3")
        client = Client(arm)
        yield client
        client.close()


@pytest.mark.parametrize(
    ("scope", "rows", "hit"),
    [
        ({}, 2, True),
        ({"managementGroups": [TENANT]}, 2, True),
        ({"managementGroups": ["two"]}, 2, False),
        ({"subscriptions": [f"5b000000-0000-4000-8000-0000000000b{number}" for number in (1, 2, 3)]}, 3, False),
    ],
)
def test_of_too_many_subscriptions_the_first_are_looked_at(narrow: Client, scope: Any, rows: int, hit: bool) -> None:
    """Documented for a tenant and for management groups; only a header tells it."""
    reply = ask(narrow, NETWORKS, **scope)
    assert (reply.status, reply.body["totalRecords"], reply.body["resultTruncated"]) == (200, rows, "false")
    assert reply.headers.get(HIT) == ("true" if hit else None)


def test_the_header_comes_with_every_page(narrow: Client) -> None:
    replies = list(pages(narrow, NETWORKS + " | project id | order by id asc", 1))
    assert [(reply.body["count"], reply.headers.get(HIT)) for reply in replies] == [(1, "true"), (1, "true")]


# -- order and pages


@pytest.mark.parametrize(
    ("rest", "followed"),
    [
        ("| project id, location | order by id asc", True),
        ("| project id, location | order by location asc, id desc", True),
        ("| project id, location | order by location asc", False),
        ("| project id, location | order by id asc | order by location asc", False),
        ("| project name, location | order by name asc", False),
        ("| project id", True),
    ],
)
def test_an_order_with_ties_has_no_second_page(narrow: Client, rest: str, followed: bool) -> None:
    reply = ask(narrow, f"{NETWORKS} {rest}", top=1)
    assert ("$skipToken" in reply.body, reply.body["resultTruncated"]) == (followed, "false" if followed else "true")


def test_events_of_clusters_have_a_table_without_rows(client: Client, world: dict[str, Any]) -> None:
    query = (
        "containerserviceeventresources | where type == 'microsoft.containerservice/managedclusters/scheduledevents' "
        "| where properties has 'EOLNotification' | project id, properties"
    )
    assert ask(client, query).body["data"] == []
    assert ask(client, "containerserviceeventresources").body["totalRecords"] == 0
