"""What goes wrong with Azure: a vocabulary for the server's seam (`Cloud.before`, `Cloud.after`).

A `Fault` is an answer, or none at all, in place of the deed or after it, so many times. What it answers is a recorded
answer of the real Azure where one is at hand, else our own of the same shape. Other faults have functions of their own:
an operation that ends badly or slowly, a token that has expired, a route table or routes that come late or never.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from .. import recordings
from ..core.ids import parse
from ..core.operations import Operation
from ..core.options import CALLER_OBJECT
from ..core.resources import require
from ..core.store import Body
from ..core.wire import Answer, Call, Drop
from .cloud import Cloud

Where = Callable[[Call], bool]
ALWAYS = 10**9


# -- where


def kind_of(path: str) -> str:
    """The type that a path is about: `virtualNetworks`, or `resourceGroups`, or `applications`."""
    parts = [part for part in path.strip("/").split("/") if part]
    return parts[-2] if len(parts) > 1 else ""


def to(method: str, kind: str) -> Where:
    """Requests of one method to one resource of a type, such as PUT virtualNetworks."""
    return lambda call: call.method == method and kind_of(call.path).lower() == kind.lower()


def posts(word: str) -> Where:
    """POSTs to a list or an action, such as `applications` or `addPassword`."""
    return lambda call: call.method == "POST" and call.path.rpartition("/")[2].lower() == word.lower()


def polls(call: Call) -> bool:
    """Looks at an operation."""
    return call.method == "GET" and kind_of(call.path).lower() in ("operations", "operationresults")


def reads(call: Call) -> bool:
    """All GETs but those of tokens."""
    return call.method == "GET" and anything(call)


def anything(call: Call) -> bool:
    """All but the requests for tokens, which go to the machine's own endpoint and not to Azure."""
    return not call.path.lower().startswith(("/msi/", "/metadata/"))


# -- what is answered


@cache
def recorded(code: str, kind: str) -> Answer | None:
    """The first recorded refusal with a code, of one file of recordings, with the headers that it came with."""
    if not recordings.available():
        return None
    for line in recordings.lines(kind):
        found = recordings.error_of(line)
        if found and found[0] == code:
            kept = {
                name: value for name, value in (line["response_headers"] or {}).items() if name.lower() == "retry-after"
            }
            return Answer(found[1], line["response_body"], kept)
    return None


def refusal(status: int, code: str, kind: str = "", flat: bool = False, message: str = "", **headers: str) -> Answer:
    """A refusal: the recorded one where `kind` names a file that has it, else one of the same shape.

    flat: as AKS answers; headers: instead of those recorded.
    """
    found = recorded(code, kind) if kind else None
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if found:
        return Answer(found.status, copy.deepcopy(found.body), given or dict(found.headers))
    inner = {"code": code, "message": message or f"Azure's words for {code}."}
    return Answer(status, inner if flat else {"error": inner}, given)


# -- faults of one request


@dataclass
class Fault:
    """An answer in place of Azure's own; without one, the connection is reset.

    acted: whether Azure has acted on the request before; times: how often it happens; hits: how often it has.
    """

    answer: Answer | None = None
    acted: bool = False
    times: int = 1
    hits: int = 0

    def put_into(self, cloud: Cloud, where: Where) -> Fault:
        """Have it happen to the first requests that `where` picks."""

        def hits(call: Call) -> bool:
            if self.hits >= self.times or not where(call):
                return False
            self.hits += 1
            return True

        def before(call: Call) -> Answer | None:
            return self._answer() if hits(call) else None

        def after(call: Call, _: Answer) -> Answer | None:
            return self._answer() if hits(call) else None

        if self.acted:
            cloud.after.append(after)
        else:
            cloud.before.append(before)
        return self

    def _answer(self) -> Answer:
        if self.answer is None:
            raise Drop
        return copy.deepcopy(self.answer)


# -- faults of a running operation


def on_operation(cloud: Cloud, kind: str, change: Callable[[Operation, str], None], times: int = 1) -> None:
    """Change the operation that a PUT of some type has begun; `change` is given it, and the resource's id."""
    where, left = to("PUT", kind), [times]

    def after(call: Call, answer: Answer) -> Answer | None:
        rid = parse(call.path)
        if rid and left[0] and answer.status in (200, 201) and where(call):
            operation = cloud.operations.of(rid.key)
            if operation:
                left[0] -= 1
                change(operation, rid.key)
        return None

    cloud.after.append(after)


def ends(cloud: Cloud, kind: str, outcome: str, error: dict[str, Any], times: int = 1) -> None:
    """The operation ends as Failed or Canceled, and the resource is left in that state."""

    def change(operation: Operation, key: str) -> None:
        fail = operation.on_failed

        def failed() -> None:
            if fail:
                fail()
            cloud.store[key]["properties"]["provisioningState"] = outcome

        operation.outcome, operation.error, operation.on_failed = outcome, error, failed

    on_operation(cloud, kind, change, times)


def superseded() -> dict[str, Any]:
    """The recorded error of an operation that another one has cancelled (BEHAVIOUR.md "Errors")."""
    detail = "CanceledAndSupersededDueToAnotherOperation"
    for line in recordings.lines("asyncOperations") if recordings.available() else ():
        error = require(line["response_body"] or {}, "error")
        if isinstance(error, dict) and any(each.get("code") == detail for each in error.get("details") or ()):
            return dict(error)
    return {"code": "Canceled", "message": "Operation was canceled.", "details": [{"code": detail, "message": ""}]}


def slow(cloud: Cloud, kind: str, looks: int, words: tuple[str, ...]) -> None:
    """The operation takes that many looks, and says these words meanwhile."""

    def change(operation: Operation, _: str) -> None:
        operation.polls, operation.steps = looks, words

    on_operation(cloud, kind, change)


# -- faults of a longer time


def token_expires(cloud: Cloud, where: Where) -> Fault:
    """From the first request that `where` picks, every token that was in use by then is refused, as one expired is."""
    refused: set[str] = set()
    used: set[str] = set()
    fault = Fault()
    text = "The access token expiry UTC time is earlier than current UTC time."
    answer = refusal(401, "ExpiredAuthenticationToken", message=text, WWW_Authenticate='Bearer error="invalid_token"')

    def before(call: Call) -> Answer | None:
        token = call.header("Authorization")
        if not token:
            return None
        used.add(token)
        if not refused and where(call):
            refused.update(used)
        if token not in refused:
            return None
        fault.hits += 1
        return copy.deepcopy(answer)

    cloud.before.append(before)
    return fault


def tokens_last(cloud: Cloud, seconds: int) -> None:
    """Tokens say that they last no longer, so that no cache keeps them."""

    def after(call: Call, answer: Answer) -> Answer | None:
        if call.path.lower() == "/msi/token" and answer.status == 200:
            answer.body["expires_on"] = str(int(answer.body["expires_on"]) - 24 * 3600 + seconds)
        return None

    cloud.after.append(after)


def caller_may_not(cloud: Cloud, action: str, told: bool = True) -> None:
    """The caller lacks one right, whatever roles he has. told: whether the permissions API says so, which knows
    nothing of deny assignments and conditions.
    """
    allows, permissions = cloud.roles.allows, cloud.roles.permissions

    def without(principal: str, asked: str, place: str, about: Body | None = None) -> bool:
        hit = principal == CALLER_OBJECT and asked.lower() == action.lower()
        return not hit and allows(principal, asked, place, about)

    def lacking(principal: str, place: str) -> list[dict[str, Any]]:
        found = copy.deepcopy(permissions(principal, place))
        if principal == CALLER_OBJECT:
            for each in found:
                each["notActions"] = [*each["notActions"], action]
        return found

    cloud.roles.allows = without  # type: ignore[method-assign, assignment]
    if told:
        cloud.roles.permissions = lacking  # type: ignore[method-assign, assignment]


def table_comes_late(cloud: Cloud, looks: int = ALWAYS) -> None:
    """After creation the subnet has no route table until it was looked at so many times."""

    def take(cluster: Body) -> Callable[[], None]:
        subnet = cloud.store[_subnet(cluster)]
        table = subnet["properties"].pop("routeTable")

        def give() -> None:
            subnet["properties"]["routeTable"] = table

        return give

    _comes_late(cloud, "subnets", looks, take)


def routes_come_late(cloud: Cloud, looks: int = ALWAYS, kept: int = 0) -> None:
    """After creation the route table has only the first `kept` routes until it was looked at so many times."""

    def take(cluster: Body) -> Callable[[], None]:
        table = cloud.store[_subnet(cluster)]["properties"]["routeTable"]["id"]
        routes = cloud.store.children(table, "routes")[kept:]
        for route in routes:
            del cloud.store[route["id"]]

        def give() -> None:
            for route in routes:
                cloud.store[route["id"]] = route

        return give

    _comes_late(cloud, "routeTables", looks, take)


def _subnet(cluster: Body) -> str:
    return str(cluster["properties"]["agentPoolProfiles"][0]["vnetSubnetID"])


def _comes_late(cloud: Cloud, kind: str, looks: int, take: Callable[[Body], Callable[[], None]]) -> None:
    """Take something away when a cluster was made, and give it back once a type was looked at so many times."""
    seen, held = [0], list[Callable[[], None]]()
    makes, looked = to("PUT", "managedClusters"), to("GET", kind)

    def after(call: Call, answer: Answer) -> Answer | None:
        if makes(call) and answer.status == 201:
            held.append(take(cloud.store[call.path]))
        return None

    def before(call: Call) -> Answer | None:
        if held and looked(call):
            seen[0] += 1
            if seen[0] > looks:
                held.pop()()
        return None

    cloud.after.append(after)
    cloud.before.append(before)
