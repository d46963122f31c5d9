"""Remedies for the outbound type, typed as they are printed: afterwards the command goes through."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Cloud
from tests.loopback.callers.client import SUB

NET = f"{SUB}/resourceGroups/net/providers/Microsoft.Network"
CORP = f"{NET}/virtualNetworks/corp"
TABLE = f"{NET}/routeTables/corp-routes"
CREATE = "kubenet create -g app -n kube -l westeurope --no-ssh-key -o none --dry-run"
IN_CORP = "--vnet-resource-group net --vnet-name corp"
#: What is a user's own to fill in.
FIREWALL = "10.30.9.4"
TO_INTERNET = [{"name": "to-internet", "properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"}}]
NOT_DEFAULT = [{"name": "default", "properties": {"addressPrefix": "10.0.0.0/8", "nextHopType": "VnetLocal"}}]


def corp(cloud: Cloud, routes: list[dict[str, object]] | None = None, subnet: bool = True) -> None:
    """A network, with a subnet, with a table of these routes."""
    for group in ("net", "app"):
        cloud.arm.put(f"{SUB}/resourceGroups/{group}", {"location": "westeurope"})
    nodes: dict[str, object] = {"addressPrefix": "10.30.1.0/24"}
    if routes is not None:
        cloud.arm.put(TABLE, {"location": "westeurope", "properties": {"routes": routes}})
        nodes["routeTable"] = {"id": TABLE}
    subnets = [{"name": "nodes", "properties": nodes}] if subnet else []
    properties = {"addressSpace": {"addressPrefixes": ["10.30.0.0/16"]}, "subnets": subnets}
    cloud.arm.put(CORP, {"location": "westeurope", "properties": properties})


def commands(text: str) -> list[str]:
    """The commands of the first remedy, without `az`."""
    (line,) = [each for each in text.splitlines() if each.startswith("  -> ")]
    chain = re.search(r": (az .*?)(?:;|, or|$)", line)
    assert chain, line
    return [each.removeprefix("az ").replace("FIREWALL_ADDRESS", FIREWALL) for each in chain[1].split(" && ")]


# what is there, the options, what they are called in the next run
ROWS = (
    ("a subnet without a table", corp, f"{IN_CORP} --subnet-name nodes", "userDefinedRouting", ""),
    ("a subnet that is new", lambda cloud: corp(cloud, subnet=False), f"{IN_CORP} --subnet-name nodes",
     "userDefinedRouting", ""),
    ("nothing at all", lambda cloud: None, "", "userDefinedRouting", "--vnet-name kube-vnet --subnet-name kube-subnet"),
    ("a default route of another name", lambda cloud: corp(cloud, TO_INTERNET), f"{IN_CORP} --subnet-name nodes",
     "userDefinedRouting", ""),
    ("a route that is called default and is none", lambda cloud: corp(cloud, NOT_DEFAULT),
     f"{IN_CORP} --subnet-name nodes", "userDefinedRouting", ""),
    ("a subnet without a gateway", corp, f"{IN_CORP} --subnet-name nodes",
     "userAssignedNATGateway", ""),
    ("no network for a gateway", lambda cloud: None, "", "userAssignedNATGateway", ""),
)  # fmt: skip


@pytest.mark.parametrize(
    ("there", "options", "outbound", "more"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_is_proposed_succeeds_and_suffices(cloud, there, options, outbound, more):
    there(cloud)
    command = f"{CREATE} {options} --outbound-type {outbound}"
    ran = cloud(command)
    assert (ran.code, cloud.writes) == (1, [])
    for each in commands(ran.err):
        typed = cloud(f"{each} -o none")
        assert typed.code == 0, (each, typed.err)
    then = cloud(f"{command} {more}")
    assert then.code == 0, then.err
