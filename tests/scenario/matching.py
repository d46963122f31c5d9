"""Which recorded request a request is: by method, address, and the body of whatever writes."""

from __future__ import annotations

import difflib
import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from azext_kubenet.azure import api_versions

Json = Any

CLUSTER = re.compile(r"/managedClusters/[^/]+$")
#: `az aks create` sends clusters, and reads them, with the API version of its SDK: each azure-cli has another.
SDK = "that of azure-cli's SDK"
#: What one azure-cli states in a cluster's body and another leaves to Azure, whose default it is. So one recording
#: serves both; of these keys, any other value counts.
SAID_OR_NOT = (
    ("properties.agentPoolProfiles.scaleSetEvictionPolicy", "Delete"),  # stated by 2.75
    ("properties.agentPoolProfiles.spotMaxPrice", -1),  # stated by 2.75
    ("sku", {"name": "Base", "tier": "Free"}),  # stated by 2.91
)


def address(request: Any) -> tuple[str, list[tuple[str, str]]]:
    """Host and path, and the query in one order."""
    parts = urlsplit(request.uri)
    path = unquote(parts.path)
    query = sorted(parse_qsl(parts.query))
    if CLUSTER.search(path):
        query = [(name, _cluster_api(value) if name == "api-version" else value) for name, value in query]
    return f"{parts.scheme}://{parts.netloc}{path}", query


def _cluster_api(version: str) -> str:
    return version if version == api_versions.CLUSTER_API else SDK


def same_address(one: Any, other: Any) -> None:
    """A matcher for vcrpy."""
    assert address(one) == address(other), f"{address(one)} is not {address(other)}"


def same_body(one: Any, other: Any) -> None:
    """A matcher for vcrpy: the bodies say the same; what differs is shown line by line."""
    sent, recorded = said(one), said(other)
    assert sent == recorded, "\n" + "\n".join(
        difflib.unified_diff(_lines(recorded), _lines(sent), "recorded", "sent", n=1, lineterm="")
    )


def said(request: Any) -> Json:
    """What a body says: without nulls, and in a cluster's without the defaults that not every azure-cli states."""
    try:
        body = json.loads(request.body or b"null")
    except ValueError:
        return request.body
    if CLUSTER.search(urlsplit(request.uri).path):
        for place, default in SAID_OR_NOT:
            body = _less(body, place.split("."), default)
    return _without_nulls(body)


def explained(error: Any) -> str:
    """What vcrpy found no match for, in few words: a body that differs, a request too many, or one that is new."""
    lines = [f"{error.failed_request.method} {error.failed_request.uri}"]
    bodies = [
        text for _, _, failed in error.similar_requests for name, text in failed if len(failed) == 1 and "body" in name
    ]
    if error.reason == "already_played":
        lines.append("was sent more often than it was recorded")
    elif bodies:
        lines.extend(["was recorded with another body:", *bodies])
    else:
        lines.append("was never recorded")
    return "\n".join([*lines, "if that is as it should be: make record"])


def _less(body: Json, place: list[str], default: Json) -> Json:
    if isinstance(body, list):
        return [_less(each, place, default) for each in body]
    if not isinstance(body, dict) or place[0] not in body:
        return body
    if len(place) == 1:
        return {key: value for key, value in body.items() if key != place[0] or value != default}
    return {**body, place[0]: _less(body[place[0]], place[1:], default)}


def _without_nulls(body: Json) -> Json:
    if isinstance(body, dict):
        return {key: _without_nulls(value) for key, value in body.items() if value is not None}
    return [_without_nulls(each) for each in body] if isinstance(body, list) else body


def _lines(body: Json) -> list[str]:
    return json.dumps(body, indent=1, sort_keys=True, default=str).splitlines()
