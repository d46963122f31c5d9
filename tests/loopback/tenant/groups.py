"""Resource groups: synchronous to make, 202 with a location to delete, and all that is in them goes too
(BEHAVIOUR.md "Asynchrony").
"""

from __future__ import annotations

from ..core import errors, names
from ..core.ids import ResourceId
from ..core.operations import Operation
from ..core.options import LOCATIONS, canonical_location
from ..core.resources import Kind
from ..core.store import Body
from ..core.wire import Answer, Call


class ResourceGroups(Kind):
    type = "Microsoft.Resources/resourceGroups"

    def location(self, rid: ResourceId, sent: Body, old: Body | None) -> str:
        """LocationNotAvailableForResourceGroup is recorded; InvalidResourceGroupLocation is reported, with 409."""
        if not sent.get("location"):
            raise errors.wrapped(400, "LocationRequired", "The location property is required for this definition.")
        location = canonical_location(sent["location"])
        if location not in LOCATIONS:
            raise errors.wrapped(
                400,
                "LocationNotAvailableForResourceGroup",
                "The provided location '{}' is not available for resource "
                "group. List of available regions is '{}'.".format(sent["location"], ",".join(LOCATIONS)),
            )
        if old and old["location"] != location:
            raise errors.wrapped(
                409,
                "InvalidResourceGroupLocation",
                "Invalid resource group location '{}'. The Resource group already exists in location '{}'.".format(
                    location, old["location"]
                ),
            )
        return location

    def canonical(self, rid: ResourceId) -> str:
        return rid.text()

    def require_parents(self, rid: ResourceId, verb: str) -> None:
        """A subscription is all that a group needs."""

    def missing(self, rid: ResourceId) -> Exception:
        return errors.group_not_found(rid.group)

    def put(self, rid: ResourceId, call: Call) -> Answer:
        names.require(self.type, rid)
        sent, old = call.body or {}, self.cloud.store.get(rid.key)
        running = self.cloud.operations.of(rid.key)
        if running and running.state == "Deleting":
            raise errors.group_being_deleted(rid.group)
        body = {**self.frame(rid, sent, old), "properties": {"provisioningState": "Succeeded"}}
        if sent.get("managedBy"):
            body["managedBy"] = sent["managedBy"]
        self.cloud.store[rid.key] = body
        return Answer(200 if old else 201, self.render(rid.key))

    def list_all(self, rid: ResourceId, call: Call) -> Answer:
        """Those that the caller may read."""
        groups = self.cloud.store.of_type(self.type, f"/subscriptions/{rid.subscription}/")
        action = "Microsoft.Resources/subscriptions/resourceGroups/read"
        if call.caller and not self.cloud.roles.allows(call.caller, action, f"/subscriptions/{rid.subscription}"):
            groups = [group for group in groups if self.cloud.roles.allows(call.caller, action, group["id"])]
        return Answer(200, {"value": [self.render(group["id"]) for group in groups]})

    def head(self, rid: ResourceId, call: Call) -> Answer:
        """``az group exists`` (recorded: 204 and 404)."""
        self.cloud.operations.of(rid.key, look=True)
        return Answer(204 if rid.key in self.cloud.store else 404)

    def delete(self, rid: ResourceId, call: Call) -> Answer:
        if rid.key not in self.cloud.store:
            raise self.missing(rid)
        operation = self.cloud.operations.start(
            Operation(
                "Microsoft.Resources",
                "",
                rid.key,
                "Deleting",
                call.api_version,
                self.cloud.operations.polls,
                0.0,
                on_done=lambda: self.remove(rid),
            )
        )
        return Answer(202, None, self.cloud.operations.group_headers(rid.subscription, operation))

    def remove(self, rid: ResourceId) -> None:
        """Clusters first: each takes its node resource group with it."""
        for body in self.cloud.store.of_type("Microsoft.ContainerService/ManagedClusters", rid.key + "/"):
            self.cloud.clusters.remove(self.cloud.parse(body["id"]))
        for body in self.cloud.store.of_type("Microsoft.ManagedIdentity/userAssignedIdentities", rid.key + "/"):
            self.cloud.identities.remove(self.cloud.parse(body["id"]))
        super().remove(rid)
