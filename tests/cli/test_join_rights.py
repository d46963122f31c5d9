"""Rights on what is attached to a subnet that AKS must write. That AKS fails without them is not verified [I16]: this
server is told to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Cloud, enter
from tests.loopback.callers.client import SUB
from tests.loopback.server.server import LoopbackArm
from tests.support.az import Az

NET = f"{SUB}/resourceGroups/net/providers/Microsoft.Network"
CORP, NSG = f"{NET}/virtualNetworks/corp", f"{NET}/networkSecurityGroups/corp-nsg"
CREATE = (
    f"kubenet create -g app -n kube --no-ssh-key -o none --propagation-timeout 1 --vnet-subnet-id {CORP}/subnets/nodes"
)


@pytest.fixture
def strict(az: Az) -> Iterator[Cloud]:
    """A loopback Azure whose AKS needs the rights, and a network of somebody else's in it."""
    with LoopbackArm(attaching_is_linked=True) as arm:
        for group in ("net", "app"):
            arm.put(f"{SUB}/resourceGroups/{group}", {"location": "westeurope"})
        arm.put(NSG, {"location": "westeurope", "properties": {"securityRules": []}})
        nodes = {"addressPrefix": "10.30.1.0/24", "networkSecurityGroup": {"id": NSG}}
        properties = {
            "addressSpace": {"addressPrefixes": ["10.30.0.0/16"]},
            "subnets": [{"name": "nodes", "properties": nodes}],
        }
        arm.put(CORP, {"location": "westeurope", "properties": properties})
        yield enter(arm, az)


def test_the_right_that_may_be_missing_is_named_with_a_command_that_gives_it(strict):
    ran = strict(f"{CREATE} --dry-run")
    assert (ran.code, strict.writes) == (0, [])
    (line,) = [each for each in ran.err.splitlines() if "[join-rights]" in each]
    assert "Microsoft.Network/networkSecurityGroups/join/action on network security group corp-nsg" in line
    given = strict.shell(re.search(r"created: (az .*)$", line)[1])
    assert given.code == 0, given.err
    then = strict(CREATE)
    assert then.code == 0, then.err
    assert "[join-rights]" not in then.err


def test_without_it_such_an_azure_refuses_and_what_was_warned_of_is_seen(strict):
    ran = strict(CREATE)
    assert ran.code == 1
    assert "[join-rights]" in ran.err
    assert "LinkedAuthorizationFailed" in ran.err
