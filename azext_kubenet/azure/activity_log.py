"""Writes that failed, as the activity log of a resource shows them. Pure. [R36]

https://learn.microsoft.com/rest/api/monitor/activity-logs/list
"""

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, text, within
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId

#: A policy assignment's id in what a refusal says.
_ASSIGNMENT = re.compile(r"/[^\s\"',]*/providers/Microsoft\.Authorization/policyAssignments/[^\s\"',/]+", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]{3,60}")


class FailedWrite(NamedTuple):
    """A write that failed: Azure's code for why, when, and the id of the policy assignment that refused it, if one did.

    at: as Azure writes times, to the minute
    """

    code: str
    at: str
    assignment: str = ""


def failed_writes(events: Iterable[Json]) -> list[FailedWrite]:
    """The failed ones among the events of a resource that show a code, the earliest of each code first.

    Those after which the same caller wrote the resource with success are over.
    """
    shown = [*events]
    done = _last_successes(shown)
    found: dict[str, FailedWrite] = {}
    for event in shown:
        time = text(event, "eventTimestamp")
        if text(within(event, "status"), "value").lower() != "failed" or time < done.get(text(event, "caller"), ""):
            continue
        message = text(within(event, "properties"), "statusMessage")
        code, at = _code(message), time[:16]
        match = _ASSIGNMENT.search(message)
        if code and (code not in found or at < found[code].at):
            found[code] = FailedWrite(code, at, match[0] if match else "")
    return sorted(found.values(), key=lambda each: each.at)


def _last_successes(events: Iterable[Json]) -> dict[str, str]:
    """When each caller wrote the resource last with success."""
    done: dict[str, str] = {}
    for event in events:
        operation = text(within(event, "operationName"), "value").lower()
        if text(within(event, "status"), "value").lower() == "succeeded" and operation.endswith("routetables/write"):
            caller = text(event, "caller")
            done[caller] = max(text(event, "eventTimestamp"), done.get(caller, ""))
    return done


def _code(message: str) -> str:
    """The code in an event's status message, which is a text with the error that was answered."""
    try:
        body = json.loads(message)
    except (ValueError, RecursionError):
        return ""
    code = text(within(body, "error"), "code") or text(body, "code")
    return code if _CODE.fullmatch(code) else ""


def writes_read(resource: ResourceId, since: str) -> Read:
    """What was written to a resource, or refused to be. since: a time as Azure writes it"""
    path = f"{resource.subscription_id}/providers/Microsoft.Insights/eventtypes/management/values"
    wanted = f"eventTimestamp ge '{since}' and resourceUri eq '{resource}'"
    return Read(path, api_versions.ACTIVITY_LOG_API, True, wanted)
