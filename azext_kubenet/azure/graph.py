"""A query of Azure Resource Graph, over the pages of its answer."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.azure.answers import body_of
from azext_kubenet.azure.api_versions import RESOURCE_GRAPH_API
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, number, objects
from azext_kubenet.azure.transport import Transport

#: Path of Azure Resource Graph, and the most rows that it answers at once.
#: https://learn.microsoft.com/azure/governance/resource-graph/concepts/paging-results
_PATH, MOST_ROWS = "/providers/Microsoft.ResourceGraph/resources", 1000
#: The header by which alone Azure tells that of more than 10,000 subscriptions it has looked at the first. [Q8]
#: https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
_CUT = "x-ms-tenant-subscription-limit-hit"


class Scope(NamedTuple):
    """Where a query looks: in subscriptions, in management groups by their names, or in all that the caller can read.

    Azure takes one of the two.
    """

    subscriptions: Sequence[str] = ()
    management_groups: Sequence[str] = ()


class Page(NamedTuple):
    """A page of rows.

    total: how many rows all pages have together, 0 where Azure does not tell
    is_cut: whether subscriptions were left out, because there are too many of them
    """

    rows: Sequence[Json]
    total: int
    is_cut: bool


def pages(transport: Transport, query: str, scope: Scope) -> Iterator[Page]:
    """The pages that a query has.

    The query must order its rows by columns of which no two rows have the same: paging relies on it.
    """
    body: Json = {"query": query, "options": {"$top": MOST_ROWS, "resultFormat": "objectArray"}}
    if scope.subscriptions:
        body["subscriptions"] = [*scope.subscriptions]
    if scope.management_groups:
        body["managementGroups"] = [*scope.management_groups]
    while True:
        response = transport.send("POST", _PATH, RESOURCE_GRAPH_API, {}, body, is_query=True)
        page = body_of(response)
        if not isinstance(page.get("data"), list):
            raise AzureError(200, "", "Azure Resource Graph's answer has no rows")
        is_cut = response.headers.get(_CUT, "").lower() == "true"
        yield Page([*objects(page.get("data"))], number(page, "totalRecords"), is_cut)
        following = page.get("$skipToken")
        if not following:
            if str(page.get("resultTruncated")).lower() == "true":
                raise AzureError(
                    200, "ResultTruncated", "Azure Resource Graph returned incomplete results and no next page"
                )
            return
        body["options"]["$skipToken"] = following
