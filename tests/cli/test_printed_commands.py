"""Commands that messages print, typed as they stand in the situation in which they are printed: they do what they say.

Afterwards the same command is typed again, and the finding is gone. What only shows something ends with exit code 0.
Which commands there are, and that each is in a situation here or elsewhere, is in tests/contract/test_printed_commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.cli.conftest import Cloud
from tests.loopback.callers.client import SUB
from tests.loopback.core.wire import Answer, Call
from tests.loopback.server import faults
from tests.support.az import Ran
from tests.support.printed import commands, filled, head

APP = f"{SUB}/resourceGroups/app"
NET = f"{SUB}/resourceGroups/net/providers/Microsoft.Network"
CORP = f"{NET}/virtualNetworks/corp"
NODES = f"{CORP}/subnets/nodes"
TABLE = f"{NET}/routeTables/corp-routes"
IDENTITY = f"{APP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/team"
NEW = "kubenet create -g app -n kube --no-ssh-key -o none --propagation-timeout 4"
IN_CORP = f"{NEW} --vnet-resource-group net --vnet-name corp --subnet-name nodes"
DRY = f"{IN_CORP} --dry-run"
#: Pods where the table leads elsewhere: the planner itself would choose another range.
ROUTED = f"{DRY} --pod-cidr 10.244.0.0/16 --accept-risk route-in-pod-cidr"
#: What a user fills in.
VALUES = {
    "LOCATION": "westeurope", "GROUP": "net", "VNET": "corp", "NETWORK": "corp", "SUBNET": "nodes", "NAME": "kube",
    "FIREWALL_ADDRESS": "10.30.9.4",
}  # fmt: skip


def group(cloud: Cloud, name: str = "app") -> None:
    cloud.arm.put(f"{SUB}/resourceGroups/{name}", {"location": "westeurope"})


def corp(cloud: Cloud, **nodes: Any) -> None:
    """A network with a subnet, which has this beside its prefix, and a group for a cluster."""
    group(cloud)
    group(cloud, "net")
    subnet = {"name": "nodes", "properties": {"addressPrefix": "10.30.1.0/24", **nodes}}
    properties = {"addressSpace": {"addressPrefixes": ["10.30.0.0/16"]}, "subnets": [subnet]}
    cloud.arm.put(CORP, {"location": "westeurope", "properties": properties})


def with_table(cloud: Cloud, *routes: tuple[str, str]) -> None:
    """The same with a route table."""
    group(cloud, "net")
    shown = [{"name": name, "properties": {"addressPrefix": to, "nextHopType": "None"}} for name, to in routes]
    cloud.arm.put(TABLE, {"location": "westeurope", "properties": {"routes": shown}})
    corp(cloud, routeTable={"id": TABLE})


def with_security_group(cloud: Cloud) -> None:
    """The same with a security group that has no rule for pods."""
    group(cloud, "net")
    nsg = f"{NET}/networkSecurityGroups/corp-nsg"
    denied = {"priority": 4000, "direction": "Inbound", "access": "Deny", "protocol": "*", "sourceAddressPrefix": "*",
              "destinationAddressPrefix": "*", "sourcePortRange": "*", "destinationPortRange": "*"}  # fmt: skip
    rules = [{"name": "deny-all", "properties": denied}]
    cloud.arm.put(nsg, {"location": "westeurope", "properties": {"securityRules": rules}})
    corp(cloud, networkSecurityGroup={"id": nsg})


def with_gateway(cloud: Cloud) -> None:
    """The same with a NAT gateway."""
    group(cloud, "net")
    gateway, address = f"{NET}/natGateways/out", f"{NET}/publicIPAddresses/out"
    cloud.arm.put(address, {"location": "westeurope", "sku": {"name": "Standard"}, "properties": {}})
    addresses = {"publicIpAddresses": [{"id": address}]}
    cloud.arm.put(gateway, {"location": "westeurope", "sku": {"name": "Standard"}, "properties": addresses})
    corp(cloud, natGateway={"id": gateway})


def delegated(cloud: Cloud) -> None:
    corp(cloud, delegations=[{"name": "web", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}])


def made(cloud: Cloud, command: str = IN_CORP) -> None:
    """A cluster in the network."""
    corp(cloud)
    ran = cloud(command)
    assert ran.code == 0, ran.err


def tagged(cloud: Cloud) -> None:
    """A cluster with tags in the network."""
    made(cloud, f"{IN_CORP} --tags team=net cost=old")


def on_the_subnet(cloud: Cloud, key: str, value: object) -> None:
    """Change what Azure holds of the subnet, as somebody else does."""
    with cloud.arm.cloud.lock:
        for place, body in [*cloud.arm.state.items()]:
            if place.lower() == NODES.lower():
                kept = {name: has for name, has in body["properties"].items() if name != key}
                cloud.arm.state[place] = {**body, "properties": {**kept, **({key: value} if value else {})}}


def without_own_table(cloud: Cloud) -> None:
    """A cluster that was created with a table of the user's, which was taken off since."""
    with_table(cloud)
    ran = cloud(IN_CORP)
    assert ran.code == 0, ran.err
    on_the_subnet(cloud, "routeTable", None)


def without_its_table(cloud: Cloud) -> None:
    """A cluster whose table was replaced by another."""
    made(cloud)
    cloud.arm.put(TABLE, {"location": "westeurope", "properties": {"routes": []}})
    on_the_subnet(cloud, "routeTable", {"id": TABLE})


def unregistered(cloud: Cloud) -> None:
    """A provider that is not registered until it is."""
    group(cloud)
    registered: list[bool] = []

    def before(call: Call) -> Answer | None:
        if call.path.lower().endswith("/providers/microsoft.containerservice/register"):
            registered.append(True)
        if not re.search(r"/providers/Microsoft.ContainerService(/register)?$", call.path, re.IGNORECASE):
            return None
        state = "Registered" if registered else "NotRegistered"
        return Answer(200, {"namespace": "Microsoft.ContainerService", "registrationState": state}, {})

    cloud.arm.before.append(before)


def cluster_fails(cloud: Cloud) -> None:
    """Azure accepts the cluster, whose creation then fails."""
    faults.ends(cloud.arm.cloud, "managedClusters", "Failed", {"code": "InternalServerError", "message": "It broke."})


def refused(status: int, code: str) -> Callable[[Cloud], None]:
    """The cluster is refused with a code."""

    def setup(cloud: Cloud) -> None:
        cloud.arm.before.append(
            lambda call: faults.refusal(status, code) if faults.to("PUT", "managedClusters")(call) else None
        )

    return setup


def locked(cloud: Cloud) -> None:
    """A group that may only be read."""
    group(cloud)
    cloud.arm.put(f"{APP}/providers/Microsoft.Authorization/locks/keep", {"properties": {"level": "ReadOnly"}})


def full(cloud: Cloud) -> None:
    """A network without room."""
    group(cloud)
    group(cloud, "net")
    subnet = {"name": "nodes", "properties": {"addressPrefix": "10.30.1.0/24"}}
    properties = {"addressSpace": {"addressPrefixes": ["10.30.1.0/24"]}, "subnets": [subnet]}
    cloud.arm.put(CORP, {"location": "westeurope", "properties": properties})


class Row(NamedTuple):
    """A situation.

    what: in words; there: what brings it about
    command: what is typed, and what is told
    typed: heads of the printed commands that are typed, in this order
    gone: what is said the first time and not the second; "" for commands that only show
    more: options of the second time
    code: that the first ends with
    unknown: words that stand in those commands for what nobody can know; any other is a name that was typed, or seen
    """

    what: str
    there: Callable[[Cloud], None]
    command: str
    typed: tuple[str, ...]
    gone: str = ""
    more: str = ""
    code: int = 1
    unknown: tuple[str, ...] = ()


_UPDATE = "az network vnet subnet update"
ROWS = (
    Row("no group and no region", lambda _: None, f"{NEW} --dry-run", ("az group create",), "does not exist", code=3,
        unknown=("LOCATION",)),
    Row("no such subnet", corp, f"{NEW} --vnet-subnet-id {CORP}/subnets/gone",
        ("az network vnet subnet list",), code=3),
    Row("no such network", corp, f"{NEW} --vnet-resource-group net --vnet-name gone",
        ("az network vnet list",), code=3),
    Row("no such identity", group, f"{NEW} --assign-identity {IDENTITY}", ("az identity list",), code=3),
    Row("no such role", group, f"{NEW} --role Nothing", ("az role definition list",), code=3),
    Row("no group of a network", group, f"{NEW} --vnet-resource-group nowhere --vnet-name corp",
        ("az network vnet list", "az group list"), code=3),
    Row("no network in a group", corp, f"{NEW} --vnet-resource-group net --vnet-name none",
        ("az network vnet list",), code=3),
    Row("no network of a subnet's id", group, f"{NEW} --vnet-subnet-id {NODES}",
        ("az network vnet list", "az group list"), code=3),
    Row("no id of a subnet", corp, f"{NEW} --vnet-subnet-id {TABLE}", ("az network vnet subnet show",), code=2,
        unknown=("GROUP", "VNET", "SUBNET")),
    Row("the id of its network", corp, f"{NEW} --vnet-subnet-id {CORP}", ("az network vnet subnet list",), code=2),
    Row("no id of an identity", group, f"{NEW} --assign-identity {TABLE}", ("az identity list",), code=2),
    Row("a delegated subnet", delegated, DRY, (_UPDATE,), "[subnet-delegation]"),
    Row("a NAT gateway", with_gateway, DRY, (_UPDATE,), "[nat-gateway]"),
    Row("a route inside the pods", lambda cloud: with_table(cloud, ("a", "10.244.3.0/24")), ROUTED,
        ("az network route-table route delete",), "[routes-in-pod-cidr]"),
    Row("routes inside the pods", lambda cloud: with_table(cloud, ("a", "10.244.3.0/24"), ("b-2", "10.244.8.0/23")),
        ROUTED, ("az network route-table route delete",), "[routes-in-pod-cidr]"),
    Row("a group that denies pods", with_security_group, DRY,
        ("az network nsg rule create",), "[network-security-group]"),
    Row("a provider that is not registered", unregistered, f"{NEW} --dry-run",
        ("az provider register",), "[providers-registered]", code=0),
    Row("a cluster that is sent and left", group, f"{NEW} --no-wait", ("az kubenet wait", "az aks get-credentials"),
        code=0),
    Row("a cluster that is there", group, NEW, ("az aks get-credentials",), code=0),
    Row("a network without room", full, "kubenet plan -g net --vnet-name corp --subnet-name new -o none",
        ("az network vnet update",), "[no-space]"),
    Row("the same for a cluster", full, f"{NEW} --vnet-resource-group net --vnet-name corp --subnet-name new --dry-run",
        ("az network vnet update",), "[no-space]"),
    Row("a region that is none", lambda _: None, f"{NEW} -l mars --dry-run", ("az provider show",)),
    Row("a lock on the group", locked, f"{NEW} --dry-run", ("az lock delete",), "[locks]"),
    Row("another pool", corp, f"{IN_CORP} --pool system:3 jobs:2:2:0", ("az aks nodepool add",), "[pool-to-add]",
        code=0),
    Row("options that are not applied", made, f"{IN_CORP} --tier standard --max-surge 1",
        ("az aks nodepool update", "az aks update"), "[not-applied]", code=0),
    Row("options that go with another", made, f"{IN_CORP} --enable-aad --enable-azure-rbac --nodepool-labels a=b",
        ("az aks nodepool update", "az aks update"), "[not-applied]", code=0),
    Row("a feature and an addon", made, f"{IN_CORP} --enable-keda --load-balancer-managed-outbound-ip-count 2",
        ("az aks update", "az aks show"), code=0),
    Row("a registry that is not there", corp, f"{DRY} --attach-acr nosuch", ("az resource list",), code=0),
    # The loopback's tags are our model of Microsoft's REST reference: no answer of Azure's is on record.
    Row("tags that are not applied", tagged, f"{IN_CORP} --tags cost=new 'owner=two words'", ("az tag update",),
        "[not-applied]", code=0),
    Row("options that nobody compares", made, f"{IN_CORP} --enable-addons azure-policy", ("az aks show",), code=0),
    Row("the user's own table was taken off", without_own_table, IN_CORP, (_UPDATE,), "has no route table"),
    Row("another table in its place", without_its_table, IN_CORP, (_UPDATE,), "[route-table-replaced]"),
    Row("an image of the region", refused(400, "K8sVersionNotSupported"), f"{NEW} -l westeurope",
        ("az aks get-versions",)),
    Row("a quota", refused(409, "QuotaExceeded"), f"{NEW} -l westeurope", ("az vm list-usage",)),
    Row("a size", refused(409, "SkuNotAvailable"), f"{NEW} -l westeurope", ("az vm list-skus",)),
    Row("a lock", refused(409, "ScopeLocked"), f"{NEW} -l westeurope", ("az lock list",)),
    Row("a region", refused(400, "NoRegisteredProviderFound"), f"{NEW} -l westeurope", ("az account list-locations",)),
    Row("a network that is not ready", refused(409, "VirtualNetworkNotInSucceededState"), f"{NEW} -l westeurope",
        ("az network vnet show",)),
    Row("a default route", refused(400, "RouteTableInvalidNextHop"), f"{NEW} -l westeurope",
        ("az network vnet subnet show",)),
)  # fmt: skip


def typed(cloud: Cloud, told: str, heads: tuple[str, ...], unknown: tuple[str, ...] = ()) -> None:
    """Type the first printed command of each head."""
    found = commands(told)
    for each in heads:
        printed = next((one for one in found if head(one) == each), "")
        assert printed, f"{each} is not printed:\n{told}\n{found}"
        command = filled(printed, {word: VALUES[word] for word in unknown})
        assert command == filled(printed, VALUES), f"what could be known is left to the user: {printed}"
        ran = cloud.shell(f"{command}{' --interval 1' if each.endswith(' wait') else ''} > out")
        assert ran.code == 0, f"$ {command}\n{ran.err}"


def rerun(cloud: Cloud, row: Row) -> Ran:
    return cloud(f"{row.command} {row.more}")


@pytest.mark.sweep
@pytest.mark.parametrize("row", ROWS, ids=[row.what for row in ROWS])
def test_what_is_printed_does_what_it_says(cloud: Cloud, row: Row) -> None:
    row.there(cloud)
    ran = cloud(row.command)
    assert ran.code == row.code, ran.err
    typed(cloud, ran.err, row.typed, row.unknown)
    if row.gone:
        assert row.gone in ran.err
        again = rerun(cloud, row)
        assert again.code == 0, again.err
        assert row.gone not in again.err


def test_the_command_for_tags_keeps_those_that_are_not_typed(cloud: Cloud) -> None:
    tagged(cloud)
    ran = cloud(f"{IN_CORP} --tags cost=new 'owner=two words'")
    typed(cloud, ran.err, ("az tag update",))
    (tags,) = [body["tags"] for key, body in cloud.arm.state.items() if key.lower().endswith("/managedclusters/kube")]
    assert tags == {"team": "net", "cost": "new", "owner": "two words"}


#: What a run has made, in the order in which its account removes it.
NEW_NETWORK = (
    "az aks delete", "az role assignment delete", "az identity delete", "az network vnet delete", "az group delete",
)  # fmt: skip
NEW_SUBNET = ("az aks delete", "az role assignment delete", "az identity delete", "az network vnet subnet delete")
LEFT = (
    ("a new network", lambda _: None, f"{NEW} -l westeurope", NEW_NETWORK),
    ("a new subnet", corp, f"{NEW} --vnet-resource-group net --vnet-name corp --subnet-name new", NEW_SUBNET),
)


@pytest.mark.sweep
@pytest.mark.parametrize(("there", "command", "heads"), [row[1:] for row in LEFT], ids=[row[0] for row in LEFT])
def test_what_a_failed_run_has_left_is_removed_by_what_it_prints(
    cloud: Cloud, there: Callable[[Cloud], None], command: str, heads: tuple[str, ...]
) -> None:
    there(cloud)
    before = set(cloud.arm.state)
    cluster_fails(cloud)
    ran = cloud(command)
    assert ran.code == 1
    assert "delete the cluster if it exists" in ran.err
    listed = ran.err.partition("(the command removes it):")[2]
    printed = [each for line in listed.splitlines() if line.startswith("  ") for each in commands(line)]
    assert [head(each) for each in printed] == [*heads]
    for each in printed:
        done = cloud.shell(each + (" --yes" if head(each) in ("az aks delete", "az group delete") else ""))
        assert done.code == 0, f"$ {each}\n{done.err}"
    assert {each for each in cloud.arm.state if "/resourcegroups/" in each.lower()} == {
        each for each in before if "/resourcegroups/" in each.lower()
    }


def test_in_a_run_with_a_subscription_the_commands_work_in_that_one(cloud: Cloud) -> None:
    other = "5b000000-0000-4000-8000-0000000000aa"
    cloud.arm.add_subscription(other)
    group(cloud)
    ran = cloud(f"{NEW} --role Nothing --subscription {SUB.rpartition('/')[2]}")
    (command,) = commands(ran.err)
    assert f"--subscription {SUB.rpartition('/')[2]}" in command
    assert cloud.shell(f"{command} > out").code == 0


def test_in_a_run_without_one_they_are_short(cloud: Cloud) -> None:
    group(cloud)
    ran = cloud(f"{NEW} --role Nothing")
    assert ran.code == 3
    assert "--subscription" not in ran.err
