"""The windows in which AKS may do things of its own accord (recorded: aksMore).

PUT and DELETE are answered 200 at once, and answers have neither type nor provisioningState. Kept as sent, but that a
`startDate` is filled in.
"""

from __future__ import annotations

from datetime import datetime, timezone

from ..core.ids import ResourceId
from ..core.resources import Kind
from ..core.store import Body
from ..core.wire import Answer, Call


class MaintenanceConfigurations(Kind):
    type = "Microsoft.ContainerService/managedClusters/maintenanceConfigurations"
    tracked = False

    def row(self, key: str) -> Body:
        body = self.cloud.store[key]
        return {name: body[name] for name in ("id", "name", "properties")}

    def put(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "write")
        properties = dict((call.body or {}).get("properties") or {})
        window = properties.get("maintenanceWindow")
        if window:
            today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
            properties["maintenanceWindow"] = {**window, "startDate": window.get("startDate") or today}
        self.cloud.store[rid.key] = {**self.frame(rid, {}, self.cloud.store.get(rid.key)), "properties": properties}
        return Answer(200, self.render(rid.key))

    def delete(self, rid: ResourceId, call: Call) -> Answer:
        """200; 204 for what is not there is our model."""
        self.require_parents(rid, "delete")
        return Answer(204 if self.cloud.store.pop(rid.key, None) is None else 200)
