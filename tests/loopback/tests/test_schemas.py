"""What ``az`` sends and the server accepts validates against the schemas that Microsoft publishes
(../shared/azure/README.md has the recipe).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft4Validator, ValidationError, validators
from referencing import Registry
from referencing.jsonschema import DRAFT4

from .. import recordings
from ..callers.article import Story
from ..core.ids import parse
from ..core.ledger import Entry
from ..seeds import bodies

pytestmark = pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
SCHEMAS = recordings.FOLDER / "schemas"
COMMON = "https://schema.management.azure.com/schemas/common/definitions.json"
KNOWN = {  # type -> version, file, resource
    "microsoft.network/virtualnetworks": ("2025-07-01", "Microsoft.Network.NRP.json", "virtualNetworks"),
    "microsoft.network/virtualnetworks/subnets": (
        "2024-07-01",
        "Microsoft.Network.NRP.json",
        "virtualNetworks_subnets",
    ),
    "microsoft.containerservice/managedclusters": (
        "2026-05-01",
        "Microsoft.ContainerService.Aks.json",
        "managedClusters",
    ),
    "microsoft.managedidentity/userassignedidentities": (
        "2024-11-30",
        "Microsoft.ManagedIdentity.json",
        "userAssignedIdentities",
    ),
    "microsoft.authorization/roleassignments": ("2022-04-01", "Microsoft.Authorization.json", "roleAssignments"),
}


def _load(path: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SCHEMAS / path).read_text("utf-8-sig"))
    return loaded


def _enum(_: object, allowed: list[object], value: object, __: object) -> Iterator[ValidationError]:
    """Enums without case, as Azure compares them."""
    if str(value).lower() not in [str(each).lower() for each in allowed]:
        yield ValidationError(f"{value!r} is none of {allowed!r}")


@cache
def _validator(version: str, file: str, resource: str) -> Any:
    registry = Registry[Any]().with_resource(COMMON, DRAFT4.create_resource(_load("common/definitions.json")))
    schema = _load(f"{version}/{file}")
    schema.pop("id")
    schema["$ref"] = "#/resourceDefinitions/" + resource
    with_enum: Any = validators
    return with_enum.extend(Draft4Validator, {"enum": _enum})(schema, registry=registry)


def faults(type_: str, name: str, body: dict[str, Any]) -> list[str]:
    """What the schema of a type says against a body."""
    version, file, resource = KNOWN[type_.lower()]
    whole = {
        "properties": {},
        **body,
        "name": name,
        "type": _spelled(type_, version, file, resource),
        "apiVersion": version,
    }
    return [error.message for error in _validator(version, file, resource).iter_errors(whole)]


def _spelled(type_: str, version: str, file: str, resource: str) -> str:
    allowed: list[str] = _load(f"{version}/{file}")["resourceDefinitions"][resource]["properties"]["type"]["enum"]
    return next((each for each in allowed if each.lower() == type_.lower()), type_)


def writes(story: Story) -> list[tuple[str, str, Entry]]:
    """Type, name and entry of every PUT that a schema is there for."""
    found = []
    for entry in story.entries:
        path = entry.path
        mark = "/providers/Microsoft.Authorization/roleAssignments/"
        rid = parse(path)
        if entry.method == "PUT" and mark in path:
            found.append(("Microsoft.Authorization/roleAssignments", path.rpartition("/")[2], entry))
        elif entry.method == "PUT" and rid and rid.namespace:
            found.append((rid.type, rid.name, entry))
    return found


def test_what_az_sends_in_the_article_validates(story: Story) -> None:
    found = writes(story)
    assert {type_.lower() for type_, _, _ in found} == {
        "microsoft.network/virtualnetworks",
        "microsoft.containerservice/managedclusters",
        "microsoft.authorization/roleassignments",
    }
    for type_, name, entry in found:
        assert not faults(type_, name, entry.body), entry.path


def test_the_bodies_of_our_own_tests_validate() -> None:
    assert not faults("Microsoft.ContainerService/managedClusters", "c", bodies.cluster("/subscriptions/x/s", None))
    assert not faults("Microsoft.Network/virtualNetworks", "n", bodies.network("10.0.0.0/8", s="10.1.0.0/16"))
    assert not faults("Microsoft.Network/virtualNetworks/subnets", "n/s", bodies.subnet("10.1.0.0/16"))


def test_the_schemas_do_refuse(story: Story) -> None:
    cluster = next(entry.body for type_, _, entry in writes(story) if type_.endswith("managedClusters"))
    wrong = {**cluster, "properties": {**cluster["properties"], "networkProfile": {"networkPlugin": "carrier-pigeon"}}}
    assert faults("Microsoft.ContainerService/managedClusters", "c", wrong)
