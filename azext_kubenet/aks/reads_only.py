"""A stretch of time in which nothing in this process can write to Azure, whatever code runs.

`az aks create`'s code writes while it builds a cluster: role assignments, workspaces, rules, deployments. Which options
do that changes with every azure-cli, so the requests are stopped, not the options: azure-cli and its SDKs all send
through requests.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

#: Methods that change nothing.
_READS = ("GET", "HEAD", "OPTIONS")
#: Where a login asks for a token, which is a POST: Microsoft Entra ID, AD FS, Azure Cloud Shell.
_TOKEN = re.compile(r"/oauth2(/v2\.0)?/token$", re.IGNORECASE)


class NotSent(BaseException):
    """A request that was not sent. No code is to take it for a failure and go on, so it is no Exception."""


@contextmanager
def reads_only(closed: Sequence[str] = ()) -> Iterator[None]:
    """Let reads and logins pass; NotSent is raised in the code that asks for anything else.

    closed: beginnings of addresses, or of their paths, below which nothing is asked at all.
    """
    from requests import Session

    send = Session.send

    def guarded(self: Any, request: Any, **kwargs: Any) -> Any:
        path = urlsplit(request.url).path
        reads = request.method in _READS or (request.method == "POST" and _TOKEN.search(path))
        if not reads or any(_below(place, request.url) or _below(place, path) for place in closed):
            raise NotSent(f"{request.method} {path}")
        return send(self, request, **kwargs)

    Session.send = guarded
    try:
        yield
    finally:
        Session.send = send


def _below(place: str, address: str) -> bool:
    return f"{address}/".lower().startswith(f"{place.rstrip('/')}/".lower())
