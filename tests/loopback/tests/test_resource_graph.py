"""Azure Resource Graph: what a query gives, how its pages follow, what is refused, and what a caller sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ..callers.client import SUB, Client, Reply
from ..core.options import CALLER_OBJECT, SUBSCRIPTION, TENANT
from ..seeds import bodies
from ..seeds.bodies import NET
from ..server.server import LoopbackArm

URL = "/providers/Microsoft.ResourceGraph/resources"
NETWORKS = "resources | where type =~ 'Microsoft.Network/virtualNetworks'"
OTHER = "5b000000-0000-4000-8000-0000000000aa"
STRANGE = "5b000000-0000-4000-8000-0000000000bb"
World = dict[str, Any]


def ask(client: Client, query: str, version: str = "2022-10-01", **more: Any) -> Reply:
    """One request; options by their names without the ``$``."""
    named = {("$" + key if key in ("top", "skip", "skipToken") else key): value for key, value in more.items()}
    scope = {key: named.pop(key) for key in ("subscriptions", "managementGroups") if key in named}
    return client.send("POST", URL, {"query": query, "options": named, **scope}, version=version)


def data(client: Client, query: str, **more: Any) -> list[dict[str, Any]]:
    reply = ask(client, query, **more)
    assert reply.status == 200, reply.body
    rows: list[dict[str, Any]] = reply.body["data"]
    return rows


def pages(client: Client, query: str, top: int) -> Iterator[Reply]:
    """All pages, as a client follows them."""
    reply = ask(client, query, top=top)
    yield reply
    while "$skipToken" in reply.body:
        reply = ask(client, query, top=top, skipToken=reply.body["$skipToken"])
        yield reply


# -- rows


def test_a_row_is_what_a_get_shows_in_the_columns_of_the_table(client: Client, world: World) -> None:
    shown = client.get(NET).body
    assert data(client, NETWORKS) == [
        {
            "id": shown["id"],
            "name": "n",
            "type": "microsoft.network/virtualnetworks",
            "tenantId": TENANT,
            "kind": "",
            "location": "westeurope",
            "resourceGroup": "g",
            "subscriptionId": SUBSCRIPTION,
            "managedBy": "",
            **dict.fromkeys(("sku", "plan", "tags", "identity", "zones", "extendedLocation")),
            "properties": shown["properties"],
        }
    ]


def test_parts_of_a_resource_are_no_rows(client: Client, world: World) -> None:
    assert [row["type"] for row in data(client, "resources | project type | order by type asc")] == [
        "microsoft.managedidentity/userassignedidentities",
        "microsoft.network/virtualnetworks",
    ]
    assert [row["type"] for row in data(client, "resourcecontainers | project type")] == [
        "microsoft.resources/subscriptions",
        "microsoft.resources/subscriptions/resourcegroups",
    ]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("| project name", [{"name": "n"}]),
        ("| project a = properties.subnets[0].name, b = tostring(tags)", [{"a": "s", "b": ""}]),
        (
            "| project properties.addressSpace.addressPrefixes[0]",
            [{"properties_addressSpace_addressPrefixes_0": "192.168.0.0/16"}],
        ),
        ("| project x = properties['enableDdosProtection'], y = properties.subnets[7].name", [{"x": False, "y": None}]),
        ("| extend n = array_length(properties.subnets) | project n, name", [{"n": 2, "name": "n"}]),
        ("| where isnotempty(properties.nothing)", []),
        ("| where isnotempty(properties.addressSpace) and name == 'n' | project name", [{"name": "n"}]),
        ("| where name != 'n' or not(location =~ 'WESTEUROPE') | project name", []),
        ("| where subscriptionId in~ ('x', '" + SUBSCRIPTION.upper() + "') | count", [{"Count": 1}]),
        ("| where name !in ('n') | count", [{"Count": 0}]),
        ("| mv-expand s = properties.subnets | project s.name | order by s_name desc | limit 1", [{"s_name": "s"}]),
        (
            "| mv-expand s = properties.subnets | where s.name endswith 'R' | project x = toupper(tostring(s.name))",
            [{"x": "OTHER"}],
        ),
        ("| mv-expand p = properties.virtualNetworkPeerings | project p", []),
        ("| mv-expand p = properties.nothing | project p", [{"p": None}]),
        (
            "| project id, name, kind | project-away id",
            [{"name": "n", "kind": ""}],
        ),
        ("| project strcat(name, '!')", "ParserFailure"),
    ],
)
def test_the_language(client: Client, world: World, rest: str, expected: Any) -> None:
    if isinstance(expected, str):
        assert ask(client, f"{NETWORKS} {rest}").body["error"]["details"][1]["code"] == expected
    else:
        assert data(client, f"{NETWORKS} {rest}") == expected


def test_an_equals_sign_minds_case_where_a_tilde_does_not(client: Client, world: World) -> None:
    """The column is in lower case, whatever Azure Resource Manager prints."""
    assert not data(client, "resources | where type == 'Microsoft.Network/virtualNetworks'")
    assert data(client, "resources | where type == 'microsoft.network/virtualnetworks'")


def test_an_order_without_a_word_is_descending(client: Client, world: World) -> None:
    expand = f"{NETWORKS} | mv-expand s = properties.subnets | project name = tostring(s.name) | order by name"
    assert [row["name"] for row in data(client, expand)] == ["s", "other"]
    assert [row["name"] for row in data(client, expand + " asc")] == ["other", "s"]


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ("resources | summarize count() by type", "summarize"),
        ("resources | join kind=inner (resources) on id", "join"),
        ("resources | where nothing == 1", "nothing"),
        ("resources | where Type =~ 'x'", "Type"),
        ("resources | project id | where name == 'x'", "name"),
        ("resources | WHERE name == 'x'", "WHERE"),
        ("resources | where name = 'x'", "="),
        ("resources | where name == 'x", "'"),
        ("resources | project id, ", "<EOF>"),
        ("networkresources | project id", "networkresources"),
        ("resources | mv-expand properties.a limit 401", "limit"),
        ("resources | where toString(name) == 'x'", "toString"),
        ("resources | where split(name) == 'x'", "<EOF>"),
        ("resources; drop", ";"),
    ],
)
def test_what_is_not_known_is_refused_as_azure_refuses_it(client: Client, query: str, token: str) -> None:
    """The shape is reported in public; which queries are refused is our model, and smaller than Azure's language."""
    reply = ask(client, query)
    assert (reply.status, reply.code) == (400, "BadRequest")
    invalid, failure = reply.body["error"]["details"]
    assert invalid["code"] == "InvalidQuery"
    assert failure["code"] == "ParserFailure"
    if query != "resources | where split(name) == 'x'":
        assert failure["token"] == token
        where = len(query) if token == "<EOF>" else query.index(token, 1 if token in ("'",) else 0)
        assert (failure["line"], failure["characterPositionInLine"]) == (1, where)


# -- pages


@pytest.fixture
def many(arm: LoopbackArm) -> LoopbackArm:
    """25 networks, 5 subnets in each."""
    arm.put(SUB + "/resourceGroups/g", bodies.group())
    for number in range(25):
        subnets = {f"s{part}": f"10.{number}.{part}.0/24" for part in range(5)}
        arm.put(f"{SUB}/{NET}{number:02d}", bodies.network(f"10.{number}.0.0/16", **subnets))
    return arm


def test_pages_hold_each_row_once_and_say_how_many_there_are(many: LoopbackArm, client: Client) -> None:
    many.ledger.clear()
    replies = list(pages(client, f"{NETWORKS} | project id, name | order by id asc", 10))
    assert [reply.body["count"] for reply in replies] == [10, 10, 5]
    assert {reply.body["totalRecords"] for reply in replies} == {25}
    assert {reply.body["resultTruncated"] for reply in replies} == {"false"}
    assert [row["name"] for reply in replies for row in reply.body["data"]] == [
        f"n{number:02d}" for number in range(25)
    ]
    assert len(many.ledger) == 3
    assert not many.ledger.writes()


def test_without_an_id_or_with_a_limit_there_is_no_next_page(many: LoopbackArm, client: Client) -> None:
    for query in (f"{NETWORKS} | project name", f"{NETWORKS} | project id | limit 20"):
        reply = ask(client, query, top=10)
        assert (reply.body["count"], reply.body["resultTruncated"]) == (10, "true")
        assert "$skipToken" not in reply.body


def test_a_page_is_full_to_the_last_row_without_a_token_for_nothing(many: LoopbackArm, client: Client) -> None:
    reply = ask(client, f"{NETWORKS} | project id", top=25)
    assert (reply.body["count"], "$skipToken" in reply.body) == (25, False)
    assert ask(client, f"{NETWORKS} | project id | order by id asc", skip=20).body["count"] == 5


def test_an_expansion_goes_no_further_than_its_limit(many: LoopbackArm, client: Client) -> None:
    query = NETWORKS + " | mv-expand s = properties.subnets limit {} | project id = tostring(s.id)"
    assert ask(client, query.format(3)).body["totalRecords"] == 75
    assert ask(client, query.format(400)).body["totalRecords"] == 125


def test_a_write_between_two_pages_is_seen(many: LoopbackArm, client: Client) -> None:
    """Azure keeps no picture of the moment of the first page (our model)."""
    query = f"{NETWORKS} | project id | order by id asc"
    first = ask(client, query, top=20)
    many.put(f"{SUB}/{NET}99", bodies.network("10.99.0.0/16"))
    second = ask(client, query, top=20, skipToken=first.body["$skipToken"])
    assert (second.body["count"], second.body["totalRecords"]) == (6, 26)


@pytest.mark.parametrize("error", [None, {"code": "Unlucky"}])
def test_a_result_follows_operations_that_end(arm: LoopbackArm, client: Client, world: World, error: Any) -> None:
    client.put(NET, bodies.network("192.168.0.0/16", s="192.168.1.0/24", other="192.168.2.0/24"))
    states = [data(client, NETWORKS + " | project s = properties.provisioningState")[0]["s"]]
    operation = arm.cloud.operations.of(f"{SUB}/{NET}")
    assert operation is not None
    operation.error = error
    client.get(NET)
    client.get(NET)
    states.append(data(client, NETWORKS + " | project s = properties.provisioningState")[0]["s"])
    assert states == ["Updating", "Succeeded"]


@pytest.mark.parametrize(
    "options", [{"top": 0}, {"top": 1001}, {"top": "9"}, {"skip": -1}, {"skipToken": "x"}, {"resultFormat": "table"}]
)
def test_options_out_of_bounds_are_refused(client: Client, world: World, options: Any) -> None:
    reply = ask(client, NETWORKS, **options)
    assert (reply.status, reply.code) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("version", "status"), [("2021-03-01", 200), ("2022-10-01", 200), ("2024-04-01", 200), ("2019-04-01", 400)]
)
def test_versions(client: Client, world: World, version: str, status: int) -> None:
    assert ask(client, NETWORKS, version=version).status == status


# -- throttling


def test_a_quota_refuses_with_the_time_to_wait_and_ends_by_itself() -> None:
    """15 queries in 5 seconds, as documented; the clock is the test's own."""
    now = [100.0]
    with LoopbackArm(graph_quota=15) as arm:
        arm.cloud.resource_graph.clock = lambda: now[0]
        client = Client(arm)
        left = [ask(client, "resources").headers["x-ms-user-quota-remaining"] for _ in range(15)]
        now[0] += 2
        refused = ask(client, "resources")
        now[0] += 3
        again = ask(client, "resources")
        client.close()
    assert left == [str(number) for number in range(14, -1, -1)]
    assert (refused.status, refused.code) == (429, "RateLimiting")
    assert (refused.headers["retry-after"], refused.headers["x-ms-user-quota-resets-after"]) == ("3", "00:00:03")
    assert (again.status, again.headers["x-ms-user-quota-remaining"]) == (200, "14")


def test_without_a_quota_nothing_is_refused(client: Client) -> None:
    headers = [ask(client, "resources").headers for _ in range(20)]
    assert {each["x-ms-user-quota-remaining"] for each in headers} == {"14"}


# -- who sees what


def test_what_may_not_be_read_is_absent_without_a_word(arm: LoopbackArm, client: Client, world: World) -> None:
    arm.add_subscription(OTHER)
    arm.add_subscription(STRANGE, readable=False)
    arm.add_subscription("5b000000-0000-4000-8000-0000000000cc", tenant="7e000000-0000-4000-8000-0000000000cc")
    for scope in (OTHER, STRANGE):
        arm.put(f"/subscriptions/{scope}/resourceGroups/G2", bodies.group())
        arm.put(f"/subscriptions/{scope}/{NET}".replace("/g/", "/G2/"), bodies.network("10.0.0.0/16"))
    found = {row["subscriptionId"]: row["resourceGroup"] for row in data(client, NETWORKS)}
    assert found == {SUBSCRIPTION: "g", OTHER: "g2"}
    asked = data(client, NETWORKS + " | project subscriptionId", subscriptions=[OTHER, STRANGE])
    assert asked == [{"subscriptionId": OTHER}]
    assert len(data(client, NETWORKS, managementGroups=[TENANT])) == 2
    reply = ask(client, NETWORKS, subscriptions=[STRANGE])
    assert (reply.status, reply.body["error"]["details"][0]["code"]) == (400, "NoValidSubscriptionsInQueryRequest")


def test_roles_below_the_subscription_show_what_is_below_them(client: Client) -> None:
    with LoopbackArm(caller_role="") as arm:
        bodies.small_world(arm, SUB)
        caller = Client(arm)
        nothing = ask(caller, NETWORKS)
        arm.grant(CALLER_OBJECT, "Network Contributor", SUB + "/resourceGroups/g")
        some = data(caller, "resources | project name")
        arm.grant(CALLER_OBJECT, "Reader", SUB)
        everything = data(caller, "resources | project name")
        caller.close()
    assert (nothing.status, nothing.code) == (403, "AccessDenied")
    assert some == [{"name": "n"}]
    assert {row["name"] for row in everything} == {"n", "i"}
