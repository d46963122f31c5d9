"""What was done to a resource, and what was refused: the activity log, as tests fill it. Never recorded.

Shape and filter as in Microsoft's REST reference (Activity Logs - List): `eventTimestamp ge '...'` must be there,
`resourceUri eq '...'` narrows to one resource, other conditions are passed over. Our model: the right to read is asked
for at the resource that the filter names, else at the subscription; no other request leaves a trace here, the ledger
has them.
"""

from __future__ import annotations

import copy
import json
import re
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ..core import errors
from ..core.store import Body
from ..core.wire import Answer, Call

if TYPE_CHECKING:
    from ..server.cloud import Cloud

_PATH = re.compile(
    r"^(/subscriptions/[^/]+)/providers/Microsoft\.Insights/eventtypes/management/values/?$", re.IGNORECASE
)
_SINCE = re.compile(r"eventTimestamp ge '([^']+)'", re.IGNORECASE)
_RESOURCE = re.compile(r"resourceUri eq '([^']+)'", re.IGNORECASE)
_RIGHT = "Microsoft.Insights/eventtypes/values/read"


class ActivityLog:
    """One for the whole server."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.events: list[Body] = []

    def add(self, resource: str, code: str = "", message: str = "", at: datetime | None = None, by: str = "") -> Body:
        """A write of a resource: refused with a code, or done where none is given. at: now, if not given; by: object id
        of who wrote
        """
        kind = "/".join(re.findall(r"/providers/([^/]+)/([^/]+)/", resource)[-1])
        event: Body = {
            "caller": by,
            "correlationId": str(uuid.uuid4()),
            "eventTimestamp": (at or datetime.now(timezone.utc)).strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
            "operationName": {"value": f"{kind}/write", "localizedValue": ""},
            "resourceId": resource,
            "status": {"value": "Failed" if code else "Succeeded", "localizedValue": ""},
            "subStatus": {"value": "Conflict" if code else "OK", "localizedValue": ""},
            "properties": {},
        }
        if code:
            event["properties"] = {"statusMessage": json.dumps({"error": {"code": code, "message": message}})}
        self.events.append(event)
        return event

    def answer(self, call: Call) -> Answer | None:
        """The events that a filter asks for, the latest first; None for another call."""
        match = _PATH.match(call.path)
        if not match or call.method != "GET":
            return None
        filter_ = call.param("$filter")
        since, resource = _SINCE.search(filter_), _RESOURCE.search(filter_)
        self.cloud.roles.require(call.caller, _RIGHT, resource[1] if resource else match[1])
        if since is None:
            raise errors.wrapped(400, "BadRequest", "The filter must have a start: eventTimestamp ge 'TIME'.")
        found = [
            event
            for event in self.events
            if event["resourceId"].lower().startswith(f"{match[1].lower()}/")
            and event["eventTimestamp"][:19] >= since[1][:19]
            and (resource is None or event["resourceId"].lower() == resource[1].lower())
        ]
        found.sort(key=lambda event: str(event["eventTimestamp"]), reverse=True)
        return Answer(200, {"value": copy.deepcopy(found)})
