"""What an activity log says of writes that failed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_kubenet.azure.activity_log import FailedWrite, failed_writes

POLICY = "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/tags"


def event(message: object, at: str = "2026-11-26T12:04:33.1Z", status: str = "Failed", by: str = "p") -> dict[str, Any]:
    """An event, as the REST reference shows one."""
    text = message if isinstance(message, str) else json.dumps(message)
    return {"eventTimestamp": at, "status": {"value": status}, "properties": {"statusMessage": text}, "caller": by}


def written(at: str, by: str = "p", operation: str = "Microsoft.Network/routeTables/write") -> dict[str, Any]:
    """A write that succeeded."""
    return {**event("", at, "Succeeded", by), "operationName": {"value": operation}}


# what there is, what is found
LOGS: tuple[tuple[str, list[Any], list[FailedWrite]], ...] = (
    ("nothing", [], []),
    ("a write that succeeded", [event({"error": {"code": "X"}}, status="Succeeded")], []),
    ("a refusal by a policy",
     [event({"error": {"code": "RequestDisallowedByPolicy", "message": f"by policy {POLICY}, see"}})],
     [FailedWrite("RequestDisallowedByPolicy", "2026-11-26T12:04", POLICY)]),
    ("the earliest of a code",
     [event({"code": "ScopeLocked"}), event({"code": "ScopeLocked"}, at="2026-11-25T01:00:00Z")],
     [FailedWrite("ScopeLocked", "2026-11-25T01:00")]),
    ("a failure that is over, as the same one wrote the table since",
     [event({"code": "ScopeLocked"}), written("2026-11-26T12:05:00Z")], []),
    ("one that came after a write",
     [event({"code": "ScopeLocked"}), written("2026-11-26T12:03:00Z")],
     [FailedWrite("ScopeLocked", "2026-11-26T12:04")]),
    ("one after which somebody else wrote the table",
     [event({"code": "ScopeLocked"}), written("2026-11-26T12:05:00Z", "q")],
     [FailedWrite("ScopeLocked", "2026-11-26T12:04")]),
    ("one after which a policy was evaluated",
     [event({"code": "ScopeLocked"}), written("2026-11-26T12:05:00Z", operation="policies/audit/action")],
     [FailedWrite("ScopeLocked", "2026-11-26T12:04")]),
    ("two codes, the earlier first",
     [event({"code": "RouteConflict"}), event({"code": "ScopeLocked"}, at="2026-11-25T01:00:00Z")],
     [FailedWrite("ScopeLocked", "2026-11-25T01:00"), FailedWrite("RouteConflict", "2026-11-26T12:04")]),
    ("no JSON", [event("<html>")], []),
    ("no code", [event({"error": {"message": "x"}}), event({"error": {"code": "not a code; rm -rf"}})], []),
    ("junk", [{}, {"status": None}, {"status": {"value": "Failed"}, "properties": {"statusMessage": None}}], []),
)  # fmt: skip


@pytest.mark.parametrize(("events", "found"), [row[1:] for row in LOGS], ids=[row[0] for row in LOGS])
def test_failed_writes_are_told_by_their_codes(events: list[Any], found: list[FailedWrite]) -> None:
    assert failed_writes(events) == found
