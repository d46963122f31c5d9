"""Azure Resource Graph: one query over all subscriptions that the caller may read, a thousand rows a page.

As Microsoft documents it (concepts "Work with large data sets", "Guidance for throttled requests", "Query
language"): at most 1,000 rows a page and as many when nothing is said; ``$skipToken`` only while rows remain, only
when the result has an ``id`` column, and never for a query that limits its rows itself; subscriptions that may not be
read are absent without a word; of more than 10,000 subscriptions the first are looked at, which only a header tells;
two headers with every answer say what is left of 15 queries in 5 seconds.

Of an order with ties ("Guidance for pagination", 2026) pages may hold a row twice and another never. Here such a
result has no second page, so that nobody relies on one. The shapes
of refusals are as people report them in public (Azure/azure-powershell#13762, Azure/azure-sdk-for-java#29924). Only
``objectArray`` is modelled, and the `resources` table holds what has a location: networks with their subnets and
peerings inside, never a subnet by itself.

The result of one query is worked out once and paged from memory as long as nothing is written and no operation ends.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..core.bulk import uncollected
from ..core.errors import bad_query, query_refused, wrapped
from ..core.options import TENANT
from ..core.wire import Answer, Call, Refusal
from . import kql, kql_words, rows
from .kql import Query
from .kql_values import Row

if TYPE_CHECKING:
    from ..server.cloud import Cloud

PATH = "/providers/microsoft.resourcegraph/resources"
VERSIONS = ("2021-03-01", "2022-10-01", "2024-04-01")
PAGE, QUOTA, WINDOW = 1000, 15, 5.0
KEPT_RESULTS = 8
INVALID = (
    "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before "
    "retrying."
)
THROTTLED = (
    "Client application has been throttled and should not attempt to repeat the request until an amount of time has "
    "elapsed. Please see help to learn how to resolve: aka.ms/resourcegraph-throttling"
)


def is_query(call: Call) -> bool:
    """Whether a call is for Resource Graph."""
    return call.method == "POST" and call.path.rstrip("/").lower() == PATH


class ResourceGraph:
    """Answers queries; keeps the last few results."""

    def __init__(self, cloud: Cloud, clock: Callable[[], float] = time.monotonic) -> None:
        self.cloud, self.clock = cloud, clock
        self._asked: dict[str, deque[float]] = {}
        self._results: dict[object, tuple[Query, list[Row]]] = {}

    def answer(self, call: Call) -> Answer:
        """One page."""
        if call.api_version not in VERSIONS:
            raise wrapped(
                400,
                "NoRegisteredProviderFound",
                f"No registered resource provider found for API version '{call.api_version}' for type 'resources'. The "
                f"supported api-versions are '{', '.join(VERSIONS)}'.",
            )
        headers = self._quota(call.caller)
        body = call.body if isinstance(call.body, dict) else {}
        try:
            scope, cut = rows.scope(self.cloud, call.caller, body)
            query, found = self._result(call.caller, scope, body)
            more = {"x-ms-tenant-subscription-limit-hit": "true"} if cut else {}
            return Answer(200, self._page(body, query, found), {**headers, **more})
        except Refusal as refused:
            refused.answer.headers.update(headers)
            raise

    # -- throttling

    def _quota(self, caller: str) -> dict[str, str]:
        """The two headers; 429 once the quota is used up, where one is set. Without one, each window looks new."""
        quota = self.cloud.options.graph_quota
        asked, time_now = self._asked.setdefault(caller, deque()), self.clock()
        while asked and (not quota or time_now - asked[0] >= WINDOW):
            asked.popleft()
        left = (quota or QUOTA) - len(asked)
        after = math.ceil(WINDOW - (time_now - asked[0])) if asked else int(WINDOW)
        headers = {"x-ms-user-quota-remaining": str(max(left - 1, 0)), "x-ms-user-quota-resets-after": _clock(after)}
        if left < 1:
            refused = query_refused(429, "RateLimiting", {"code": "RateLimiting", "message": THROTTLED})
            refused.answer.headers.update({**headers, "Retry-After": str(after)})
            raise refused
        asked.append(time_now)
        return headers

    # -- the result

    def _result(self, caller: str, scope: list[str], body: dict[str, Any]) -> tuple[Query, list[Row]]:
        text = body.get("query")
        if not isinstance(text, str) or not text.strip():
            raise bad_query("InvalidQuery", INVALID)
        running = tuple(sorted(each.id for each in self.cloud.operations.running()))
        key = (text, caller, tuple(scope), self.cloud.store.version, running)
        if key not in self._results:
            while len(self._results) >= KEPT_RESULTS:
                del self._results[next(iter(self._results))]
            query = parsed(text)
            with uncollected():
                self._results[key] = query, query.run(rows.rows(self.cloud, caller, scope, query.table))
        return self._results[key]

    def _page(self, body: dict[str, Any], query: Query, rows: list[Row]) -> dict[str, Any]:
        options = body.get("options") or {}
        if str(options.get("resultFormat") or "objectArray").lower() != "objectarray":
            raise bad_query("InvalidResultFormat", "The result format 'table' is not modelled.")
        top = _whole(options, "$top", 1, PAGE) or PAGE
        start = 0 if query.limited else _whole(options, "$skip", 0, None) or 0
        if options.get("$skipToken"):
            start = _read_token(options["$skipToken"])
        page = rows[start : start + top]  # noqa: E203
        more = start + len(page) < len(rows)
        paged = more and "id" in query.columns and not query.limited and not query.tied
        return {
            "totalRecords": len(rows),
            "count": len(page),
            "data": [{name: row[name] for name in query.columns} for row in page],
            "facets": [],
            "resultTruncated": "true" if more and not paged else "false",
            **({"$skipToken": _token(start + len(page))} if paged else {}),
        }


def parsed(text: str) -> Query:
    """A query, or Azure's refusal of one that cannot be read: where, and at which word."""
    try:
        return kql.parse(text)
    except kql_words.Unreadable as error:
        before = text[: error.position]
        raise query_refused(
            400,
            "BadRequest",
            {"code": "InvalidQuery", "message": INVALID},
            {
                "code": "ParserFailure",
                "message": f"ParserFailure: {error.wanted} is wanted",
                "line": before.count("\n") + 1,
                "characterPositionInLine": len(before) - before.rfind("\n") - 1,
                "token": error.token or "<EOF>",
            },
        ) from None


def _clock(seconds: int) -> str:
    return f"00:00:{max(seconds, 0):02d}"


def _whole(options: dict[str, Any], name: str, least: int, most: int | None) -> int | None:
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        raise bad_query("InvalidQueryOptions", f"The option {name} is {value!r}; from {least} to {most} is allowed.")
    return value


def _token(start: int) -> str:
    return base64.b64encode(json.dumps({"start": start, "tenant": TENANT}).encode()).decode()


def _read_token(text: object) -> int:
    try:
        return int(json.loads(base64.b64decode(str(text), validate=True))["start"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise bad_query("InvalidSkipToken", "The provided $skipToken is not valid.") from None
