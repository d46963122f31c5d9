"""A gap in Azure's answer is never a no: what the whole answer allows, no answer with a hole refuses.

The oracle is dumb: each field of an answer is left out, null, empty or of another type in turn, and no error may come
of it. Versions and providers are recorded answers, where there are recordings; sizes and quotas are of the documented
form.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks import CheckContext, Machines
from tests.loopback import recordings
from tests.unit.checks.obstacles import A_VERSION, QUOTAS, SIZES, VERSIONS, a_quota, a_size
from tests.unit.checks.test_checks_empty_answers import GONE, emptied, holes
from tests.unit.checks.wire import A_PROVIDER, SUB, but, run, situation

pytestmark = pytest.mark.usefixtures("one_after_another")

D2, D4 = "Standard_D2s_v5", "Standard_D4s_v5"
AKS = f"{SUB}/providers/Microsoft.ContainerService"
CHECKS = ("vm-size-offered", "zones-offered", "vcpu-quota", "kubernetes-version", "region-offered")
#: What may stand in a field instead.
INSTEAD = (GONE, None, [], {}, "", True, 0.5, [None], [{}], [""])
ELSEWHERE: list[dict[str, Any]] = [
    {"type": "Location", "values": ["eastus"], "restrictionInfo": {"locations": ["eastus"]}, "reasonCode": "QuotaId"},
    {"type": "Zone", "values": ["eastus"], "restrictionInfo": {"locations": ["eastus"], "zones": ["1"]}},
]
ZONE_3: dict[str, Any] = {
    "type": "Zone",
    "values": ["westeurope"],
    "restrictionInfo": {"locations": ["westeurope"], "zones": ["3"]},
    "reasonCode": "NotAvailableForSubscription",
}
ALL_SIZES = [
    {"resourceType": "disks", "name": "Premium_LRS", "locations": ["westeurope"]},
    a_size(D4, vcpus=4, zones=("1", "2")),
    a_size(D2, restrictions=(*ELSEWHERE, ZONE_3)),
]
ALL_QUOTAS = [a_quota("cores", 10, 2), a_quota("standardDSv5Family", 10, 2), a_quota("standardFSv2Family", 0, 0)]


def typed(*sizes: str, zones: tuple[str, ...] = (), version: str = "") -> CheckContext:
    return but(situation(), machines=Machines(sizes, zones), kubernetes_version=version)


#: What is asked for, what Azure shows, and of which answer each field is taken away.
ROWS: tuple[tuple[str, CheckContext, dict[str, Any], str], ...] = (
    ("the sizes, for a size", typed(D2), {SIZES: ALL_SIZES}, SIZES),
    ("the sizes, for zones of a size", typed(D2, zones=("1", "2")), {SIZES: ALL_SIZES}, SIZES),
    ("the sizes, for zones of no size", typed(zones=("2",)), {SIZES: ALL_SIZES}, SIZES),
    ("the sizes, for the quota", typed(D2), {SIZES: ALL_SIZES, QUOTAS: ALL_QUOTAS}, SIZES),
    ("the quotas", typed(D2), {SIZES: ALL_SIZES, QUOTAS: ALL_QUOTAS}, QUOTAS),
    ("the versions, for a minor one", typed(version="1.34"), {VERSIONS: A_VERSION}, VERSIONS),
    ("the versions, for a patch", typed(version="1.34.2"), {VERSIONS: A_VERSION}, VERSIONS),
    ("a provider, for the region", typed(), {AKS: A_PROVIDER}, AKS),
)


def is_said_so(path: tuple[Any, ...], value: object) -> bool:
    """Whether this is what Azure itself writes for "none", so that it is no gap.

    A size in no zone shows an empty list of zones; a patch that there is not is not among the keys.
    """
    if path[-1] == "zones" and "locationInfo" in path and value == []:
        return True
    return len(path) > 1 and path[-2] == "patchVersions" and value is GONE


def with_gaps(body: Any) -> Iterator[tuple[str, Any]]:
    """The body with each field in turn as it may not be, named.

    Entries of lists stay: without one it is another list. Of a list of resources our client passes on objects alone.
    """
    for path in holes(body):
        values = INSTEAD if isinstance(path[-1], str) else ({}, None, "") if len(path) > 1 else ({},)
        for value in values:
            if not is_said_so(path, value):
                yield f"{'/'.join(map(str, path))}={'gone' if value is GONE else value!r}", emptied(body, path, value)


def refusals(wanted: CheckContext, answers: dict[str, Any]) -> list[str]:
    return [each.message for each in run(wanted, answers)[0] if each.severity.value == "error"]


@pytest.mark.sweep
@pytest.mark.parametrize(("wanted", "answers", "path"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_gap_is_no_refusal(wanted: CheckContext, answers: dict[str, Any], path: str) -> None:
    assert refusals(wanted, answers) == []
    found = {name: refusals(wanted, {**answers, path: body}) for name, body in with_gaps(answers[path])}
    assert len(found) > 20
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.sweep
@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
@pytest.mark.parametrize("patched", [False, True], ids=["a minor version", "a patch of it"])
@pytest.mark.parametrize("place", [0, -1], ids=["the first recorded", "the last"])
def test_a_gap_in_a_recorded_list_of_versions_is_no_refusal(place: int, patched: bool) -> None:
    answers = [
        line["response_body"]
        for line in recordings.lines("aksOther")
        if "/kubernetesversions" in line["path"].lower() and line["status"] == 200
    ]
    assert answers
    answer = answers[place]
    newest = answer["values"][-1]
    version = next(iter(newest["patchVersions"])) if patched else newest["version"]
    wanted = but(typed(version=version), long_term=True)
    assert refusals(wanted, {VERSIONS: answer}) == []
    found = {name: refusals(wanted, {VERSIONS: body}) for name, body in with_gaps(answer)}
    assert {name: told for name, told in found.items() if told} == {}


#: What is asked for, what Azure shows, and the check that says what it did not look at.
SILENT: tuple[tuple[str, CheckContext, dict[str, Any], list[str]], ...] = (
    ("no sizes", typed(D2), {SIZES: []}, ["vm-size-offered"]),
    ("no list of sizes", typed(D2), {SIZES: None}, ["vm-size-offered"]),
    ("no sizes, for zones", typed(zones=("1",)), {SIZES: []}, ["zones-offered"]),
    ("no sizes of machines", typed(D2), {SIZES: ALL_SIZES[:1]}, ["vm-size-offered"]),
    ("no quotas", typed(D2), {SIZES: ALL_SIZES, QUOTAS: []}, ["vcpu-quota"]),
    ("no list of quotas", typed(D2), {SIZES: ALL_SIZES, QUOTAS: None}, ["vcpu-quota"]),
    ("not the quota of the family", typed(D2), {SIZES: ALL_SIZES, QUOTAS: ALL_QUOTAS[:1]}, ["vcpu-quota"]),
    ("no versions", typed(version="1.34"), {VERSIONS: {"values": []}}, ["kubernetes-version"]),
    ("no list of versions", typed(version="1.34"), {VERSIONS: None}, ["kubernetes-version"]),
    ("no regions of clusters", typed(), {AKS: {"registrationState": "Registered"}}, ["region-offered"]),
    ("no answer about the provider", typed(), {AKS: AzureError(503, "", "later")}, ["providers-registered"]),
)


@pytest.mark.parametrize(("wanted", "answers", "told"), [row[1:] for row in SILENT], ids=[row[0] for row in SILENT])
def test_what_azure_does_not_list_is_said_not_to_be_looked_at(
    wanted: CheckContext, answers: dict[str, Any], told: list[str]
) -> None:
    found = [each for each in run(wanted, answers)[0] if each.rule in (*CHECKS, "providers-registered")]
    assert [each.rule for each in found] == told
    assert [each.severity.value for each in found] == ["warning"] * len(told)
    assert all("not checked" in each.message for each in found)


def test_what_is_unlimited_has_room() -> None:
    unlimited = [a_quota("cores", -1, 500), a_quota("standardDSv5Family", -1, 500)]
    assert run(typed(D2), {SIZES: ALL_SIZES, QUOTAS: unlimited})[0] == []


#: A restriction, the zones that are typed, and what is told of it.
RESTRICTED: tuple[tuple[str, dict[str, Any], tuple[str, ...], list[tuple[str, str]]], ...] = (
    ("of this region", {"type": "Location", "values": ["West Europe"]}, (), [("vm-size-offered", "error")]),
    ("of this region, in another field", {"type": "Location", "restrictionInfo": {"locations": ["westeurope"]}}, (),
     [("vm-size-offered", "error")]),
    ("of another region", ELSEWHERE[0], (), []),
    ("of zones of another region", ELSEWHERE[1], ("1",), []),
    ("of no region", {"type": "Location", "values": None}, (), [("vm-size-offered", "warning")]),
    ("of a zone", ZONE_3, ("1",), []),
    ("of a zone that is typed", ZONE_3, ("1", "3"), [("zones-offered", "error")]),
    ("of no zone", {**ZONE_3, "restrictionInfo": None}, ("3",), [("vm-size-offered", "warning")]),
    ("of a kind that nobody knows", {"type": "Host", "values": ["westeurope"]}, (), [("vm-size-offered", "warning")]),
    ("of a kind that nobody knows, elsewhere", {"type": "Host", "values": ["eastus"]}, (), []),
)  # fmt: skip


@pytest.mark.parametrize(
    ("restriction", "zones", "told"), [row[1:] for row in RESTRICTED], ids=[row[0] for row in RESTRICTED]
)
def test_a_restriction_holds_where_it_says(
    restriction: dict[str, Any], zones: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    found, _ = run(typed(D2, zones=zones), {SIZES: [a_size(D2, restrictions=(restriction,))]})
    assert [(each.rule, each.severity.value) for each in found] == told


def test_zones_that_are_not_shown_are_said_not_to_be_looked_at() -> None:
    size = copy.deepcopy(a_size(D2))
    del size["locationInfo"]
    found, _ = run(typed(D2, zones=("1",)), {SIZES: [size]})
    assert [(each.rule, each.severity.value) for each in found] == [("zones-offered", "warning")]


def test_a_size_that_is_closed_is_not_suggested() -> None:
    closed = {"type": "Location", "values": ["westeurope"]}
    found, _ = run(typed("Standard_D2s_v4"), {SIZES: [a_size(D2, restrictions=(closed,)), a_size("Standard_F2")]})
    assert [D2 in each.recommendation for each in found] == [False]
