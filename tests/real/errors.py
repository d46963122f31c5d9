"""The recorded and the reported errors of real Azure, each with the requests at which a creation could meet it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.loopback import recordings
from tests.loopback.core.wire import Answer, Call

Line = recordings.Line

#: Errors of kinds that a creation does not send, by the request that answers alike: the same service, or ARM itself.
INSTEAD = {
    ("agentPools", "PUT"): "PUT managedClusters",
    ("agentPools", "GET"): "GET managedClusters",
    ("networkSecurityGroups", "PUT"): "PUT virtualNetworks",
    ("routeTables", "PUT"): "PUT subnets",
    ("armErrors", "PUT"): "PUT managedClusters",
    ("armErrors", "GET"): "GET managedClusters",
    ("armErrors", "POST"): "PUT virtualNetworks",
    ("resourceGroups", "HEAD"): "GET resourceGroups",
    ("agentPools", "DELETE"): "DELETE virtualNetworks",
    ("networkSecurityGroups", "DELETE"): "DELETE virtualNetworks",
    ("routeTables", "DELETE"): "DELETE virtualNetworks",
    ("managedClusters", "DELETE"): "DELETE virtualNetworks",
    ("subnets", "DELETE"): "DELETE virtualNetworks",
    ("armErrors", "DELETE"): "DELETE virtualNetworks",
    ("clusterUpdates", "GET"): "GET managedClusters",
    ("machines", "GET"): "GET managedClusters",
    ("scaleSets", "GET"): "GET managedClusters",
    ("gateways", "PUT"): "PUT virtualNetworks",
    ("resourceGraph", "POST"): "POST resources",
    ("graph", "GET"): "GET applications",
    ("graph", "POST"): "POST applications",
}
#: Requests whose path ends with the collection and not with a name.
LISTS = ("GET roleAssignments", "GET roleDefinitions", "GET applications", "POST applications", "POST resources")
#: Where the reported ones were met, unless at the cluster.
REPORTED_AT = {"NetcfgSubnetRangesOverlap": "PUT subnets", "NetcfgSubnetRangeOutsideVnet": "PUT subnets"}


@dataclass(frozen=True)
class RealError:
    """One code, as one kind of request was answered with it.

    kinds: of what it was recorded; request: where a creation meets it, such as `PUT subnets`, `poll Microsoft.Network`,
    or the kind whose `operation` ends with it; ends: how that operation ends.
    """

    kinds: tuple[str, ...]
    status: int
    code: str
    message: str
    request: str
    answer: Answer
    ends: str = ""

    @property
    def name(self) -> str:
        return f"{self.request}: {self.code or 'no code'} ({self.ends or self.status})"

    def meets(self, call: Call) -> bool:
        """Whether a request is the one that is answered so."""
        method, kind = self.request.split(" ")
        path = call.path.rstrip("/")
        if method == "poll":
            return call.method == "GET" and kind in path and re.search(r"/operations/[^/]+$", path, re.I) is not None
        end = "$" if self.request in LISTS else "/[^/]+$"
        return call.method == method and re.search(f"/{kind}{end}", path, re.I) is not None


def told(body: Any) -> tuple[str, str]:
    """Code and message of an error's body: wrapped, flat, or of the old Graph; ("", "") of any other."""
    inner = body
    for key in ("error", "Error", "odata.error"):
        if isinstance(body, dict) and isinstance(body.get(key), dict):
            inner = body[key]
    if not isinstance(inner, dict):
        return "", ""
    code, message = (inner.get(each) or inner.get(each.title()) or "" for each in ("code", "message"))
    return str(code).strip(), str(message["value"] if isinstance(message, dict) else message).strip()


def recorded() -> Iterator[RealError]:
    """Each distinct one: code, status and request, with all kinds of resource that were answered with it."""
    found: dict[str, RealError] = {}
    for kind, line in _lines():
        error = _of(kind, line)
        if error:
            known = found.setdefault(error.name, error)
            found[error.name] = replace(known, kinds=tuple(dict.fromkeys((*known.kinds, kind))))
    yield from found.values()


def _lines() -> Iterator[tuple[str, Line]]:
    for kind in recordings.kinds():
        yield from ((kind, line) for line in recordings.lines(kind))


def _of(kind: str, line: Line) -> RealError | None:
    body, status = line["response_body"], line["status"]
    code, message = told(body)
    if status >= 400:
        headers = {key: value for key, value in (line["response_headers"] or {}).items() if key == "retry-after"}
        return RealError((kind,), status, code, message, _request(kind, line), Answer(status, body, headers))
    if isinstance(body, dict) and isinstance(body.get("error"), dict) and body.get("status") in ("Failed", "Canceled"):
        resource = "managedClusters" if "ContainerService" in line["path"] else "virtualNetworks"
        at, ends = f"operation {resource}", str(body["status"])
        return RealError((kind,), status, code, message, at, Answer(200, body["error"]), ends)
    return None


def _request(kind: str, line: Line) -> str:
    if kind == "asyncOperations":
        found = re.search(r"/providers/(Microsoft\.[^/]+)/.*/operations/", line["path"])
        return f"poll {found[1]}" if found else "DELETE resourceGroups"
    return INSTEAD.get((kind, line["method"]), f"{line['method']} {kind}")


def reported() -> Iterator[RealError]:
    """The reported ones: flat as AKS answers, wrapped as Network does. Their words are not Azure's."""
    for row in recordings.reported():
        request = REPORTED_AT.get(row["code"], "PUT managedClusters")
        inner = {"code": row["code"], "message": row["gist"], "subcode": "", "details": None}
        body = {"error": inner} if request in REPORTED_AT.values() else inner
        yield RealError(("reported",), row["status"], row["code"], row["gist"], request, Answer(row["status"], body))


def all_of_them() -> list[RealError]:
    """Recorded and reported; none without the recordings."""
    return sorted([*recorded(), *reported()], key=lambda each: each.name) if recordings.available() else []
