"""What all kinds of resources have in common: missing parents, locations, etags, long-running writes and deletes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from . import errors, names
from .ids import ResourceId
from .operations import Operation
from .options import LOCATIONS, canonical_location
from .store import Body, new_etag
from .wire import Answer, Call

if TYPE_CHECKING:
    from ..server.cloud import Cloud


class Kind:
    """One resource type. Subclasses say how a body is completed (`build`), refused (`check`) and shown (`row`)."""

    type = ""
    tracked = True  # has a location and tags of its own
    group_word = "resourceGroups"
    retry_after = ""  # Azure's own Retry-After on a PUT, sent only where a pace is set
    creates_once = False  # whether If-None-Match has an effect
    verbs: tuple[str, ...] = ("GET", "PUT", "DELETE", "PATCH")

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    # -- what subclasses fill in

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        """The properties to keep, from those sent."""
        return dict(sent.get("properties") or {})

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        """Raise what Azure would refuse."""

    def check_delete(self, rid: ResourceId) -> None:
        """Raise when something still uses the resource."""

    def after_put(self, rid: ResourceId, body: Body) -> None:
        """What else a write makes."""

    def after_delete(self, rid: ResourceId) -> None:
        """What else goes with it."""

    def row(self, key: str) -> Body:
        """The resource as a GET shows it, its inner parts shared with the store: to be read, never to be changed."""
        body = self.cloud.store[key]
        return {**body, "properties": {**body["properties"], "provisioningState": self.state(key)}}

    def render(self, key: str) -> Body:
        """The same, the caller's own."""
        return copy.deepcopy(self.row(key))

    # -- the verbs

    def get(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "read")
        self.cloud.operations.of(rid.key, look=True)
        if rid.key not in self.cloud.store:
            raise self.missing(rid)
        return Answer(200, self.render(rid.key), self.etag_header(rid.key))

    def list_all(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "read")
        if rid.parent:
            found = self.cloud.store.children(rid.parent.key, rid.types[-1])
        else:
            found = self.cloud.store.of_type(self.type, self.cloud.container(rid) + "/")
        return Answer(200, {"value": [self.render(body["id"]) for body in found]})

    def put(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "write")
        names.require(self.type, rid)
        sent = call.body if isinstance(call.body, dict) else {}
        old = self.cloud.store.get(rid.key)
        self.preconditions(rid, call, old)
        frame = self.frame(rid, sent, old)
        self.check(rid, sent, old, call)
        frame["properties"] = self.build(rid, sent, old)
        self.cloud.store[rid.key] = self.finish(rid, frame, sent, old)
        self.after_put(rid, self.cloud.store[rid.key])
        operation = self.begin(rid, call, "Updating" if old else self.first_state)
        return Answer(200 if old else 201, self.render(rid.key), self.async_headers(rid, operation, False))

    def patch(self, rid: ResourceId, call: Call) -> Answer:
        """Tags alone, as ``az tag`` and ``az resource update`` send them (recorded: virtualNetworks PATCH 200,
        synchronous).
        """
        self.require_parents(rid, "write")
        if rid.key not in self.cloud.store:
            raise self.missing(rid)
        body = self.cloud.store[rid.key]
        body["tags"] = (call.body or {}).get("tags") or {}
        self.touch(rid.key)
        return Answer(200, self.render(rid.key))

    def delete(self, rid: ResourceId, call: Call) -> Answer:
        """202 with both headers; 204 when it is not there but its group is (recorded: virtualNetworks)."""
        self.require_parents(rid, "delete")
        if rid.key not in self.cloud.store:
            return Answer(204)
        self.preconditions(rid, call, self.cloud.store[rid.key])
        self.check_delete(rid)
        operation = self.begin(rid, call, "Deleting")
        operation.on_done = lambda: self.remove(rid)
        return Answer(202, None, self.async_headers(rid, operation, True))

    # -- the parts

    first_state = "Updating"

    def frame(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        """All but the properties."""
        body: Body = {
            "id": old["id"] if old else self.canonical(rid),
            "name": old["name"] if old else rid.name,
            "type": self.type,
        }
        if self.tracked:
            body["location"] = self.location(rid, sent, old)
            tags = sent["tags"] if sent.get("tags") is not None else (old or {}).get("tags")
            if tags is not None:
                body["tags"] = tags
        return body

    def finish(self, rid: ResourceId, body: Body, sent: Body, old: Body | None) -> Body:
        """Microsoft.Network has an etag in the body, and so on."""
        body["etag"] = new_etag()
        return body

    def canonical(self, rid: ResourceId) -> str:
        """The id as Azure prints it, the types in Azure's own case (BEHAVIOUR.md "Ids")."""
        types = tuple(self.type.split("/")[1:])
        namespace = self.type.split("/")[0]
        group = (
            self.cloud.store[self.cloud.group_key(rid)]["name"] if self.group_word == "resourceGroups" else rid.group
        )
        return ResourceId(rid.subscription, group, namespace, types, rid.names).text(self.group_word)

    def location(self, rid: ResourceId, sent: Body, old: Body | None) -> str:
        """LocationRequired and InvalidResourceLocation are our wording; LocationNotAvailableForResourceType is
        recorded.
        """
        if not sent.get("location"):
            raise errors.wrapped(400, "LocationRequired", "The location property is required for this definition.")
        location = canonical_location(str(sent["location"]))
        if location not in LOCATIONS:
            raise errors.wrapped(
                400,
                "LocationNotAvailableForResourceType",
                "The provided location '{}' is not available for resource type '{}'.".format(
                    sent["location"], self.type
                ),
            )
        if old and old["location"] != location:
            raise errors.wrapped(
                409,
                "InvalidResourceLocation",
                "The resource '{}' already exists in location '{}' in resource group '{}'.".format(
                    rid.name, old["location"], rid.group
                ),
            )
        return location

    def require_parents(self, rid: ResourceId, verb: str) -> None:
        """The group, then the parent resource, must be there (recorded: ResourceGroupNotFound,
        ParentResourceNotFound, ResourceNotFound).
        """
        self.cloud.require_group(rid, verb)
        parent = rid.parent
        if parent and parent.key not in self.cloud.store:
            if verb == "write":
                raise errors.parent_not_found(verb, "/".join(rid.types), parent.text())
            raise errors.resource_not_found(parent.type_and_names, rid.group)

    def missing(self, rid: ResourceId) -> Exception:
        if rid.parent:
            return errors.child_not_found(rid.text())
        return errors.resource_not_found(rid.type_and_names, rid.group)

    def preconditions(self, rid: ResourceId, call: Call, old: Body | None) -> None:
        """If-Match and If-None-Match as HTTP has them.

        That a creation with `If-None-Match: *` is answered 201, or 412 if the cluster exists, is documented
        (use-etags.md of AKS). Code, words and shape of the refusal are ours: none was recorded. For no other kind is
        If-None-Match documented (azure-facts T1): there it has no effect here, so that nothing relies on it. Not every
        SDK puts an etag into quotes.
        """
        wanted, etag = call.header("If-Match").strip('"'), (old or {}).get("etag") or (old or {}).get("eTag")
        etag = str(etag or "").strip('"')
        if (
            (wanted and wanted != "*" and wanted != etag)
            or (wanted and not old)
            or (self.creates_once and call.header("If-None-Match") == "*" and old)
        ):
            raise errors.wrapped(
                412, "PreconditionFailed", f"A condition that the request sets for '{rid.name}' is not met."
            )

    def state(self, key: str) -> str:
        """Not Succeeded while a write to the resource or to its parent goes on."""
        operation = self.cloud.operations.of(key)
        return (
            operation.state
            if operation
            else self.cloud.store[key].get("properties", {}).get("provisioningState", "Succeeded")
        )

    def begin(self, rid: ResourceId, call: Call, state: str) -> Operation:
        """Start the long-running operation of a write. Network operations carry the request's api-version."""
        operations = self.cloud.operations
        return operations.start(
            Operation(
                self.type.split("/")[0],
                self.cloud.location_of(rid),
                rid.key,
                state,
                call.api_version,
                operations.polls,
                0.0,
                on_done=lambda: self.touch(rid.key),
            )
        )

    def async_headers(self, rid: ResourceId, operation: Operation, with_location: bool) -> dict[str, str]:
        headers = self.cloud.operations.headers(rid.subscription, operation, with_location)
        if self.retry_after and self.cloud.options.pace:
            headers["Retry-After"] = self.retry_after
        return headers

    def etag_header(self, key: str) -> dict[str, str]:
        etag = self.cloud.store[key].get("etag")
        return {"ETag": etag} if etag else {}

    def touch(self, key: str) -> None:
        """A new etag: Azure's is another one once the operation has ended."""
        if key in self.cloud.store and "etag" in self.cloud.store[key]:
            self.cloud.store[key]["etag"] = new_etag()
        self.cloud.store.version += 1

    def remove(self, rid: ResourceId) -> None:
        """The resource and everything below it."""
        for key in [*self.cloud.store.under(rid.key), rid.key]:
            self.cloud.store.pop(key, None)
        self.after_delete(rid)


class Shown(Kind):
    """Something that is only read: a view of other resources, kept nowhere."""

    tracked = False

    def get(self, rid: ResourceId, call: Call) -> Answer:
        raise self.missing(rid)

    def put(self, rid: ResourceId, call: Call) -> Answer:
        """MethodNotAllowed is our model, as for every verb that a kind does not have."""
        raise errors.wrapped(405, "MethodNotAllowed", f"{call.method} is not supported for '{self.type}'.")

    patch = delete = put


def require(sent: Body, *path: str) -> Any:
    """A value deep in a body, None where a step is missing."""
    value: Any = sent
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
