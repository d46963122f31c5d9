"""The activity log of a resource: what tests put there, by the filter that Azure wants."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ..callers.client import SUB, Client
from ..core.options import CALLER_OBJECT
from ..server.server import LoopbackArm

LOG = f"{SUB}/providers/microsoft.insights/eventtypes/management/values"
TABLES = f"{SUB}/resourceGroups/g/providers/Microsoft.Network/routeTables"
DAY = datetime(2026, 11, 26, 12, 4, tzinfo=timezone.utc)


@pytest.fixture
def log(arm: LoopbackArm) -> list[str]:
    """Three writes; their resources."""
    at = arm.cloud.activity_log
    at.add(f"{TABLES}/t", "ScopeLocked", "locked", DAY)
    at.add(f"{TABLES}/t", at=DAY + timedelta(hours=1), by="someone")
    at.add(f"{TABLES}/other", "RouteConflict", at=DAY)
    return [event["resourceId"] for event in at.events]


def codes(client: Client, filter_: str) -> list[tuple[str, str]]:
    """Name of the resource and state of each event that is shown."""
    shown: list[dict[str, Any]] = client.get(f"{LOG}?$filter={filter_}", version="2015-04-01").body["value"]
    return [(event["resourceId"].rpartition("/")[2], event["status"]["value"]) for event in shown]


def test_events_are_found_by_time_and_by_resource_the_latest_first(client: Client, log: list[str]) -> None:
    since = "eventTimestamp ge '2026-11-26T00:00:00Z'"
    assert codes(client, f"{since} and resourceUri eq '{log[0].upper()}'") == [("t", "Succeeded"), ("t", "Failed")]
    assert len(codes(client, since)) == 3
    assert codes(client, "eventTimestamp ge '2026-11-26T12:30:00Z'") == [("t", "Succeeded")]
    assert codes(client, "eventTimestamp ge '2026-11-27T00:00:00Z'") == []


def test_without_a_start_nothing_is_shown(client: Client, log: list[str]) -> None:
    reply = client.send("GET", f"{LOG}?$filter=resourceUri eq '{log[0]}'", version="2015-04-01")
    assert (reply.status, reply.code) == (400, "BadRequest")


def test_who_may_not_read_the_resource_is_shown_nothing_of_it() -> None:
    table = f"{TABLES}/t"
    with LoopbackArm(caller_role="") as arm:
        client = Client(arm)
        wanted = f"{LOG}?$filter=eventTimestamp ge '2026-11-26T00:00:00Z' and resourceUri eq '{table}'"
        assert client.send("GET", wanted, version="2015-04-01").status == 403
        arm.grant(CALLER_OBJECT, "Reader", table)
        assert client.send("GET", wanted, version="2015-04-01").status == 200
        client.close()
