"""The whole of this Azure without HTTP: it takes a call, finds who answers it, and gives the answer."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from ..aks import availability, clusters, machine_kinds, memory, parts_of_clusters
from ..authorization import assignments
from ..core import errors, ids
from ..core.ids import ResourceId
from ..core.ledger import Ledger
from ..core.operations import Operations
from ..core.options import CALLER_OBJECT, SUBSCRIPTION, TENANT, Options, canonical_location
from ..core.resources import Kind
from ..core.store import Body, Store
from ..core.wire import Answer, Call, Refusal
from ..network import networks, other_kinds, peerings, routing, usages
from ..resource_graph.queries import ResourceGraph, is_query
from ..tenant import activity_log, directory, groups, identities, subscriptions, tags, tenancy
from . import login

Before = Callable[[Call], "Answer | None"]
After = Callable[[Call, Answer], "Answer | None"]
_OPERATION = re.compile(
    r"^/subscriptions/([^/]+)(?:/providers/[^/]+/locations/[^/]+)?/(operations|operationresults)/([^/]+)$",
    re.IGNORECASE,
)
#: What rights and policies call a resource group.
GROUP_TYPE = "Microsoft.Resources/subscriptions/resourceGroups"
VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}


class Cloud:
    """The model. Its seam for faults are two lists of callables: one in `before` may answer in place of the handler,
    one in `after` may replace the answer; either may raise `wire.Drop` to close the connection, before or after the
    deed.
    """

    def __init__(self, options: Options, base_url: str = "https://localhost") -> None:
        self.options, self.base_url = options, base_url
        self.lock = threading.RLock()
        self.store, self.ledger = Store(), Ledger()
        self.subscriptions = tenancy.Subscriptions()
        self.operations = Operations(lambda: self.base_url, options.polls, options.pace)
        self.directory = directory.Directory()
        self.before: list[Before] = []
        self.after: list[After] = []
        self.memory = memory.Memory()
        self.groups = groups.ResourceGroups(self)
        self.clusters = clusters.ManagedClusters(self)
        self.identities = identities.UserAssignedIdentities(self)
        self.networks = networks.VirtualNetworks(self)
        self.roles = assignments.Authorization(self)
        self.resource_graph = ResourceGraph(self)
        self.activity_log = activity_log.ActivityLog(self)
        self.kinds: dict[str, Kind] = {
            kind.type.lower(): kind
            for kind in (
                self.groups,
                self.clusters,
                self.identities,
                identities.FederatedCredentials(self),
                self.networks,
                networks.Subnets(self),
                usages.Usages(self),
                peerings.Peerings(self),
                routing.RouteTables(self),
                routing.Routes(self),
                routing.SecurityGroups(self),
                routing.SecurityRules(self),
                *parts_of_clusters.all_kinds(self),
                *machine_kinds.all_kinds(self),
                *other_kinds.all_kinds(self),
            )
        }
        self.directory.add_caller(CALLER_OBJECT)
        if options.caller_role:
            self.roles.grant(CALLER_OBJECT, options.caller_role, "/subscriptions/" + SUBSCRIPTION)

    def add_subscription(self, id: str, tenant: str = TENANT, readable: bool = True, name: str = "") -> str:
        """Make another subscription known; its scope. The caller gets the same role in it as in the main one, unless
        it is of another tenant or not `readable`.
        """
        self.subscriptions.add(tenancy.Subscription(id, name or f"Loopback {id[:8]}", tenant, readable))
        if tenant == TENANT and readable and self.options.caller_role:
            self.roles.grant(CALLER_OBJECT, self.options.caller_role, "/subscriptions/" + id)
        return "/subscriptions/" + id

    # -- one call

    def handle(self, call: Call) -> Answer:
        """Answer a call and write it into the ledger."""
        with self.lock:
            answer = Answer(0)
            try:
                answer = self._first(self.before, call) or self._refusable(call)
                for hook in list(self.after):
                    answer = hook(call, answer) or answer
            finally:
                self.ledger.add(call, answer)
            return answer

    def _refusable(self, call: Call) -> Answer:
        try:
            return self._route(call)
        except Refusal as refusal:
            return refusal.answer

    @staticmethod
    def _first(hooks: list[Before], call: Call) -> Answer | None:
        for hook in list(hooks):
            answer = hook(call)
            if answer is not None:
                return answer
        return None

    def _route(self, call: Call) -> Answer:
        path = call.path.lower()
        if path.startswith(("/metadata/", "/msi/")):
            return login.answer(self.base_url, call)
        call.caller = login.caller_of(call)
        if path.startswith("/v1.0/"):
            return self.directory.answer(call)
        return self._arm(call)

    def _arm(self, call: Call) -> Answer:
        """MissingApiVersionParameter is our wording."""
        if not call.api_version:
            raise errors.wrapped(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.",
            )
        self.subscriptions.require_tenant(call)
        if is_query(call):
            return self.resource_graph.answer(call)
        operation = _OPERATION.match(call.path)
        if operation:
            polled = self.operations.poll(operation[1], operation[2], operation[3])
            return polled or Answer(
                404, {"error": {"code": "OperationNotFound", "message": "There is no such operation."}}
            )
        scope, authorization_path = assignments.split(call.path)
        if authorization_path:
            self._require_open(call, scope)
            return self.roles.answer(call, scope, authorization_path)
        found = subscriptions.answer(self, call) or availability.answer(self, call) or tags.answer(self, call)
        return found or self.activity_log.answer(call) or self._resource(call)

    def _require_open(self, call: Call, scope: str) -> None:
        """Roles in a subscription without rights may not be read either."""
        rid = ids.parse(scope)
        if rid and self.subscriptions.is_closed(rid.subscription):
            self.roles.require(call.caller, "Microsoft.Authorization/roleAssignments/read", scope)

    def _resource(self, call: Call) -> Answer:
        rid = self.parse(call.path)
        if not self._knows_subscription(rid):
            raise errors.wrapped(
                404, "SubscriptionNotFound", f"The subscription '{rid.subscription}' could not be found."
            )
        if call.method == "POST" and rid.is_collection and rid.names:
            return self._action(rid, call)
        kind = self.kind_of(rid, call.api_version)
        action = "{}/{}".format(GROUP_TYPE if kind is self.groups else kind.type, VERBS.get(call.method, "action"))
        self.roles.require(call.caller, action, rid.text())
        self.roles.locks.require_free(call.method, rid.text())
        self._require_policy(kind, rid, call)
        verb = "list_all" if rid.is_collection and rid.types and call.method == "GET" else call.method.lower()
        if verb == "get" and not rid.group:
            verb = "list_all"
        handler = getattr(kind, verb, None)
        if handler is None:
            raise errors.wrapped(405, "MethodNotAllowed", f"{call.method} is not supported for '{kind.type}'.")
        answer: Answer = handler(rid, call)
        return answer

    def _require_policy(self, kind: Kind, rid: ResourceId, call: Call) -> None:
        """What Azure Policy denies, told before the provider is asked."""
        if call.method != "PUT" or not isinstance(call.body, dict):
            return
        shown = {"id": rid.text(), "name": rid.name, "type": GROUP_TYPE if kind is self.groups else kind.type}
        location = canonical_location(str(call.body.get("location") or ""))
        self.roles.policies.require_allowed({**call.body, **shown, "location": location})

    def _action(self, rid: ResourceId, call: Call) -> Answer:
        target = ResourceId(rid.subscription, rid.group, rid.namespace, rid.types[:-1], rid.names)
        kind = self.kind_of(target, call.api_version)
        action = getattr(kind, "action_" + rid.types[-1].lower(), None)
        if action is None:
            raise errors.wrapped(
                404, "InvalidResourceType", f"The action '{rid.types[-1]}' is not known for '{kind.type}'."
            )
        self.roles.require(call.caller, f"{kind.type}/{rid.types[-1]}/action", rid.text())
        self.roles.locks.require_free(call.method, target.text())
        answer: Answer = action(target, call)
        return answer

    # -- finding things

    @staticmethod
    def parse(path: str) -> ResourceId:
        """The id in a path; a path that holds none is a wrong request."""
        rid = ids.parse(path)
        if rid is None:
            raise errors.wrapped(
                404, "InvalidResourceNamespace", "The resource namespace '{}' is invalid.".format(path.strip("/"))
            )
        return rid

    def _knows_subscription(self, rid: ResourceId) -> bool:
        return self.subscriptions.get(rid.subscription) is not None

    def kind_of(self, rid: ResourceId, version: str) -> Kind:
        """Recorded: InvalidResourceNamespace and InvalidResourceType, both 404."""
        if not rid.namespace:
            return self.groups
        types = rid.types
        wanted = rid.type.lower()
        if wanted in self.kinds:
            return self.kinds[wanted]
        if rid.namespace.lower() not in {known.lower() for known in subscriptions.NAMESPACES}:
            raise errors.wrapped(
                404, "InvalidResourceNamespace", f"The resource namespace '{rid.namespace}' is invalid."
            )
        raise errors.wrapped(
            404,
            "InvalidResourceType",
            "The resource type '{}' could not be found in the namespace '{}' for api version '{}'.".format(
                "/".join(types), rid.namespace, version
            ),
        )

    @staticmethod
    def group_key(rid: ResourceId) -> str:
        return ResourceId(rid.subscription, rid.group).key

    def container(self, rid: ResourceId) -> str:
        """What a list is a list of: the group, or the whole subscription."""
        return ResourceId(rid.subscription, rid.group).key

    def require_group(self, rid: ResourceId, verb: str = "read") -> None:
        """A named group must be there, and for a write not be on its way out (both recorded)."""
        if rid.group and self.group_key(rid) not in self.store:
            raise errors.group_not_found(rid.group)
        running = self.operations.of(self.group_key(rid)) if verb == "write" else None
        if running and running.state == "Deleting":
            raise errors.group_being_deleted(rid.group)

    def location_of(self, rid: ResourceId) -> str:
        """A resource's own location, else its parent's, else its group's."""
        step: ResourceId | None = rid
        while step:
            location = self.store.get(step.key, {}).get("location")
            if location:
                return str(location)
            step = step.parent
        return str(self.store.get(self.group_key(rid), {}).get("location", "westeurope"))

    def shown(self, resource: str) -> Body | None:
        """A resource as a GET would show it, None when it is not there."""
        rid = ids.parse(resource)
        if rid is None or rid.key not in self.store:
            return None
        kind = self.kinds.get(rid.type.lower())
        return kind.render(rid.key) if kind else self.store[rid.key]
