"""Management locks as Azure shows them. Pure."""

from typing import NamedTuple

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, text, within
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId

READ_ONLY, CAN_NOT_DELETE = "readonly", "cannotdelete"


class Lock(NamedTuple):
    """A lock.

    id: its own; scope: the subscription, the resource group or the resource that it is on, and all below
    level: what it forbids, in lower case: READ_ONLY, CAN_NOT_DELETE
    """

    id: ResourceId
    scope: ResourceId
    level: str

    @classmethod
    def parse(cls, body: Json) -> "Lock":
        """Parse a lock."""
        lock_id = ResourceId(text(body, "id"))
        return cls(lock_id, lock_id.parent, text(within(body, "properties"), "level").lower())


def locks_read(scope: str) -> Read:
    """The locks on a subscription or a resource group, and those on what is in it. [T4] recorded locks"""
    return Read(f"{scope}/providers/Microsoft.Authorization/locks", api_versions.LOCKS_API, True, whole=True)
