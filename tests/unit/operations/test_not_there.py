"""What is not there is told with a list that can be had: of its group if that is there, in its own subscription."""

from dataclasses import replace

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.reads import Reader
from azext_kubenet.operations.not_there import no_network, no_subnet
from tests.unit.checks.wire import NAMES, Wire

HERE = replace(NAMES, vnet_group="net")
GROUP = f"/subscriptions/{HERE.network_subscription}/resourceGroups/net"
ELSEWHERE = replace(HERE, network_subscription="0e000000-0000-4000-8000-000000000002")
GROUP_ELSEWHERE = f"/subscriptions/{ELSEWHERE.network_subscription}/resourceGroups/net"
OF_NAME = f"az network vnet list --query \"[?name=='{HERE.vnet}']\""
OTHER = f"--subscription {ELSEWHERE.network_subscription}"

# sentence, where the network would be, what is known of its group, what is printed
ROWS = (
    ("the group is there", HERE, {GROUP: {"id": GROUP}}, "az network vnet list -g net -o table"),
    ("the group is not there", HERE, {}, f"{OF_NAME} -o table, or groups: az group list -o table"),
    ("the group may not be read", HERE, {GROUP: AzureError(403, "AuthorizationFailed", "no")}, f"{OF_NAME} -o table"),
    ("it would be in another subscription", ELSEWHERE, {GROUP_ELSEWHERE: {"id": "x"}},
     f"az network vnet list -g net {OTHER} -o table"),
    ("its group is not in another subscription", ELSEWHERE, {},
     f"{OF_NAME} {OTHER} -o table, or groups: az group list {OTHER} -o table"),
)  # fmt: skip


@pytest.mark.parametrize(("names", "answers", "command"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_network_that_is_not_there(names, answers, command) -> None:
    with Reader(Wire(answers)) as reader:
        told = no_network(reader, names)
    assert told.recommendations[0].split(": ", 1)[1] == command


def test_a_subnet_that_is_not_there_is_looked_for_in_its_subscription() -> None:
    assert no_subnet(ELSEWHERE).recommendations[0].endswith(f"--vnet-name {HERE.vnet} {OTHER} -o table")
    assert "--subscription" not in no_subnet(HERE).recommendations[0]
