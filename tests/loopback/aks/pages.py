"""Lists in pages as AKS has them: a `nextLink` after all, and nothing on the page that it names (recorded: all lists of
agent pools since 24 November 2023, and the machines' since 2025). The figures of its token are ours.
"""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING

from ..core.store import Body
from ..core.wire import Answer, Call

if TYPE_CHECKING:
    from ..server.cloud import Cloud

TOKEN = "19037"  # a place in a list


def answer(cloud: Cloud, call: Call, entries: list[Body]) -> Answer:
    """All of it at once, then the empty page."""
    if call.param("$skipToken") or call.param("skipToken"):
        return Answer(200, {"value": []})
    query = f"%24skipToken={TOKEN}&api-version={call.api_version}&skipToken={TOKEN}"
    return Answer(200, {"value": entries, "nextLink": f"{cloud.base_url}{urllib.parse.quote(call.path)}?{query}"})
