"""Kinds whose writes end at once, without an operation to poll."""

from __future__ import annotations

from .ids import ResourceId
from .operations import Operation
from .resources import Kind
from .wire import Answer, Call


class Synchronous(Kind):
    """A kind whose writes end at once."""

    delete_status = 200

    def begin(self, rid: ResourceId, call: Call, state: str) -> Operation:
        return Operation(self.type.split("/")[0], "", rid.key, state, "", 0, 0.0)

    def async_headers(self, rid: ResourceId, operation: Operation, with_location: bool) -> dict[str, str]:
        return {}

    def delete(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "delete")
        if rid.key not in self.cloud.store:
            return Answer(204)
        self.check_delete(rid)
        self.remove(rid)
        return Answer(self.delete_status)
