"""A private cluster in networks of others: its DNS zone, the rights there, and the DNS servers of the network."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.cli.conftest import Cloud
from tests.loopback.callers.client import SUB

NET = f"{SUB}/resourceGroups/net/providers/Microsoft.Network"
CORP, TABLE = f"{NET}/virtualNetworks/corp", f"{NET}/routeTables/corp-routes"
NODES = f"{CORP}/subnets/nodes"
NAME = "privatelink.westeurope.azmk8s.io"
ZONE = f"{SUB}/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/{NAME}"
TEAM = f"{SUB}/resourceGroups/app/providers/Microsoft.ManagedIdentity/userAssignedIdentities/team"
CREATE = (
    "kubenet create -g app -n kube -l westeurope --no-ssh-key -o none --enable-private-cluster --propagation-timeout 4 "
    f"--vnet-subnet-id {NODES}"
)


def corp(cloud: Cloud, servers: tuple[str, ...] = (), table: bool = False) -> None:
    """A network with DNS servers, a subnet with a table, and in other groups a zone and an identity."""
    for group in ("net", "app", "dns", "hub"):
        cloud.arm.put(f"{SUB}/resourceGroups/{group}", {"location": "westeurope"})
    cloud.arm.put(ZONE, {"location": "global", "properties": {}})
    cloud.arm.put(TEAM, {"location": "westeurope"})
    cloud.arm.put(TABLE, {"location": "westeurope", "properties": {"routes": []}})
    routed = {"routeTable": {"id": TABLE}} if table else {}
    cloud.arm.put(
        CORP,
        {
            "location": "westeurope",
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.30.0.0/16"]},
                "dhcpOptions": {"dnsServers": [*servers]},
                "subnets": [{"name": "nodes", "properties": {"addressPrefix": "10.30.1.0/24", **routed}}],
            },
        },
    )


@pytest.mark.needs_shared
def test_a_reported_zone_gets_the_rights_that_it_asks_for(play):
    (ran,) = play("C14").typed
    assert ran.code == 0, ran.err
    granted = re.findall(r"^\+ role assignment (.+?) \(", ran.err, re.MULTILINE)
    assert {*granted} == {f"Private DNS Zone Contributor on {NAME}", "Network Contributor on corp"}


def test_the_next_run_finds_them(cloud):
    corp(cloud)
    command = f"{CREATE} --private-dns-zone {ZONE} --assign-identity {TEAM}"
    assert cloud(command).code == 0
    cloud.arm.ledger.clear()
    again = cloud(command)
    assert (again.code, cloud.writes) == (0, []), again.err


def test_where_no_role_is_to_be_assigned_both_commands_are_told_and_suffice(cloud):
    corp(cloud)
    command = f"{CREATE} --private-dns-zone {ZONE} --assign-identity {TEAM}"
    ran = cloud(f"{command} --skip-subnet-role-assignment --dry-run")
    assert (ran.code, cloud.writes) == (0, []), ran.err
    (line,) = [each for each in ran.err.splitlines() if "[role-not-assigned]" in each]
    commands = re.search(r"run: (az .*)$", line)[1].split(" && ")
    assert [re.search(r"--scope (\S+)", each)[1] for each in commands] == [ZONE, CORP]
    for each in commands:
        assert cloud(*shlex.split(each)[1:], "-o", "none").code == 0
    assert "[role-not-assigned]" not in cloud(f"{command} --skip-subnet-role-assignment --dry-run").err
    cloud.arm.ledger.clear()
    assert cloud(f"{command} --skip-subnet-role-assignment").code == 0, "the loopback wants both, as AKS does"
    assert cloud.made("roleAssignments") == []


@pytest.mark.needs_shared
def test_reported_dns_servers_beside_an_own_table_are_refused(play):
    (ran,) = play("C15").typed
    assert (ran.code, ran.writes) == (1, [])
    assert "[private-cluster-dns]" in ran.err


@pytest.mark.parametrize(
    ("picked", "then"),
    [
        (r"use (--private-dns-zone none)", "{}"),
        (r"use (--private-dns-zone \S+privateDnsZones\S+), a zone", "{}"),
        (r"", "--skip-checks private-cluster-dns"),
        (r"", ""),
    ],
    ids=["a public name", "a zone that the servers know", "at one's own risk", "no table"],
)
def test_each_way_out_of_that_works(cloud, picked, then):
    corp(cloud, ("10.1.0.4",), table=True)
    hub = cloud.arm.put(
        f"{SUB}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub",
        {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}},
    )["id"]
    dry = f"{CREATE} --dry-run"
    ran = cloud(dry)
    assert (ran.code, cloud.writes) == (1, [])
    more = then.format(re.search(picked, ran.err)[1]) if picked else then
    proposed = []
    if "privateDnsZones" in more:
        proposed = re.search(r": (az network private-dns zone create .*?), or", ran.err)[1].split(" && ")
    elif not more:
        proposed = re.findall(r"az network vnet subnet update .*? --route-table null", ran.err)
    for each in proposed:
        typed = cloud(f"{each.removeprefix('az ').replace('NETWORK_ID_OF_DNS_SERVERS', hub)} -o none")
        assert typed.code == 0, (each, typed.err)
    assert cloud(f"{dry} {more}").code == 0
