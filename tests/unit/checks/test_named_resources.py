"""What options of az aks create name, in the lists of their subscriptions."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.options.create_options import AksOptions
from tests.unit.checks.wire import GROUP, REFUSED, SUB, but, run, situation

ACR = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/one"
WORKSPACE = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/w"
ELSEWHERE = ACR.replace("/subscriptions/s/", "/subscriptions/t/")
LISTED = [{"id": ACR.upper(), "name": "One"}, {"name": None}, {}]
ROWS: tuple[tuple[str, dict[str, str], dict[str, Any], list[str]], ...] = (
    ("a registry by name", {"--attach-acr": "one"}, {f"{SUB}/resources": LISTED}, []),
    ("no such registry", {"--attach-acr": "nosuch"}, {f"{SUB}/resources": LISTED}, ["no such resource"]),
    ("no registry at all", {"--attach-acr": "one"}, {f"{SUB}/resources": None}, ["no such resource"]),
    ("registries may not be read", {"--attach-acr": "one"}, {f"{SUB}/resources": REFUSED}, ["not checked"]),
    ("a registry by id", {"--attach-acr": ACR}, {f"{SUB}/resources": LISTED}, []),
    ("a registry elsewhere", {"--attach-acr": ELSEWHERE}, {f"{SUB}/resources": LISTED}, ["in subscription t"]),
    ("a workspace that is not there", {"--workspace-resource-id": WORKSPACE}, {f"{SUB}/resources": LISTED},
     ["Azure shows this login no such resource"]),
    ("a subnet", {"--pod-subnet-id": f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/p"}, {},
     ["was not looked at"]),
)  # fmt: skip


@pytest.mark.parametrize(("named", "answers", "told"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_azure_does_not_show_is_told(named: dict[str, str], answers: dict[str, Any], told: list[str]) -> None:
    found = [
        each for each in run(but(situation(), named_resources=named), answers)[0] if each.rule == "named-resources"
    ]
    assert [each.severity.value for each in found] == ["warning"] * len(told)
    assert all(words in each.message for each, words in zip(found, told, strict=True))


def test_options_that_others_look_at_are_left_to_them() -> None:
    asked = {"attach_acr": "one", "snapshot_id": WORKSPACE, "vnet_subnet_id": ACR, "tier": "free", "node_count": 3}
    assert AksOptions(asked=asked).named_resources == {"--attach-acr": "one", "--snapshot-id": WORKSPACE}
