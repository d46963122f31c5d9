"""Whether a cluster has moved: every sign is looked at, none is trusted alone, and what nobody looked at is named."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.checks.moving.proof import Before, Proof, prove
from azext_kubenet.discovery.inside_cluster import Condition, InsideCluster, InsideNode
from azext_kubenet.discovery.inspection import NotInspected

SUB = "/subscriptions/s"
NODES = f"{SUB}/resourceGroups/MC_g_c"
CLUSTER = f"{SUB}/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
SUBNET = f"{SUB}/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/a"
OWN = f"{SUB}/resourceGroups/n/providers/Microsoft.Network/routeTables/own"
MANAGED = f"{NODES}/providers/Microsoft.Network/routeTables/aks"
SETS = f"{NODES}/providers/Microsoft.Compute/virtualMachineScaleSets"
TABLES = f"{NODES}/providers/Microsoft.Network/routeTables"
ALL_TABLES = f"{SUB}/providers/Microsoft.Network/routeTables"
REFUSED = AzureError(403, "AuthorizationFailed", "no")
NODE_ROUTE = {"name": "aks-a-1-vmss000000____102440024", "properties": {"addressPrefix": "10.244.0.0/24"}}
ELSEWHERE = {"name": "aks-a-1-vmss000001____101920024", "properties": {"addressPrefix": "10.192.0.0/24"}}
OTHERS_ROUTE = {"name": "aks-a-2-vmss000000____102443024", "properties": {"addressPrefix": "10.244.3.0/24"}}
OWN_ROUTE = {"name": "to-office", "properties": {"addressPrefix": "10.244.9.0/24"}}
DEFAULT = {"name": "out", "properties": {"addressPrefix": "0.0.0.0/0"}}


def scale_set(pool: str, overlay: bool) -> dict[str, Any]:
    tags = {"aks-managed-poolName": pool, **({"aks-managed-azure-cni-overlay": "true"} if overlay else {})}
    return {"id": f"{SETS}/aks-{pool}-1-vmss", "tags": tags}


def table(name: str, *routes: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "properties": {"routes": [*routes]}}


class Client:
    """Azure, by path; a list of answers is given one after the other, the last again and again."""

    def __init__(self, **changed: Any):
        names = {"subnet": SUBNET, "own": OWN, "managed": MANAGED, "sets": SETS, "tables": TABLES, "all": ALL_TABLES}
        self.answers: dict[str, Any] = {
            SUBNET: {"id": SUBNET, "name": "a", "properties": {}},
            SETS: [[scale_set("a", True), scale_set("b", True)]],
            **{names[key]: value for key, value in changed.items()},
        }
        self.retry_policy = RetryPolicy(0.0, lambda _: None)
        object.__setattr__(self.retry_policy, "pause", lambda *_: True)

    def get(self, path: str, *_: str) -> Any:
        """What is there."""
        found = self.answers.get(path)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(found, AzureError):
            raise found
        return found

    def list(self, path: str, *_: str, **__: bool) -> Any:
        """What is in a list."""
        return self.get(path) or []


def cluster(plugin: str = "azure", state: str = "Succeeded", pool: str = "Succeeded") -> dict[str, Any]:
    pools = [
        {"name": name, "count": 2, "vnetSubnetID": SUBNET, "provisioningState": at, "type": "VirtualMachineScaleSets"}
        for name, at in (("a", "Succeeded"), ("b", pool))
    ]
    profile = {"networkPlugin": plugin, "networkPluginMode": "overlay", "podCidr": "10.244.0.0/16"}
    inner = {"provisioningState": state, "nodeResourceGroup": "MC_g_c", "networkProfile": profile,
             "agentPoolProfiles": pools}  # fmt: skip
    return {"id": CLUSTER, "properties": inner}


def proof(
    client: Any,
    body: dict[str, Any] | None = None,
    before: str = MANAGED,
    look: Any = None,
    asked: str = "",
    engine: str = "",
) -> Proof:
    tables = (ResourceId(before),) if before else ()
    return prove(client, body or cluster(), Before(tables, "10.244.0.0/16", asked, engine), look, lambda _: None)


def inside(ready: str = "True") -> Any:
    node = InsideNode("n1", conditions=(Condition("Ready", ready),))
    return lambda: InsideCluster(nodes=(node,))


def on(name: str) -> dict[str, Any]:
    return {"id": SUBNET, "name": "a", "properties": {"routeTable": {"id": name}}}


FAILED, HALF, POOLLESS = cluster(state="Failed"), cluster(pool="Failed"), cluster()
POOLLESS["properties"]["agentPoolProfiles"] = []
CLOSED: Any = lambda: NotInspected("forbidden")  # noqa: E731
# what there is, what is wrong, what was not looked at
ROWS: tuple[tuple[str, Proof, tuple[str, ...], tuple[str, ...]], ...] = (
    ("all is as it should be, and nobody looked inside", proof(Client()), (), ("nodes, pods",)),
    ("all is as it should be, inside too", proof(Client(), look=inside()), (), ()),
    ("a node is not Ready", proof(Client(), look=inside("False")), ("nodes are not Ready: n1",), ()),
    ("nobody can look inside", proof(Client(), look=CLOSED), (), ("forbidden", "nodes, pods")),
    ("the cluster is Failed", proof(Client(), FAILED, look=inside()), ("half moved",), ()),
    ("a pool is Failed", proof(Client(), HALF, look=inside()), ("half moved", "pool b is Failed"), ()),
    ("it is still on kubenet", proof(Client(), cluster("kubenet"), look=inside()), ("the cluster is kubenet",), ()),
    ("one of two scale sets is not marked",
     proof(Client(sets=[[scale_set("a", True), scale_set("b", False)]]), look=inside()), ("of b are not marked",), ()),
    ("none of two is, which proves nothing",
     proof(Client(sets=[[scale_set("a", False), scale_set("b", False)]]), look=inside()), (),
     ("none has the tag aks-managed-azure-cni-overlay",)),
    ("scale sets may not be read", proof(Client(sets=REFUSED), look=inside()), (),
     ("the scale sets of its nodes", "machines of pool a", "machines of pool b")),
    ("routes of nodes are left", proof(Client(managed=table(MANAGED, NODE_ROUTE)), look=inside()),
     ("1 route of nodes still",), ()),
    ("routes of nodes go a little later",
     proof(Client(managed=[table(MANAGED, NODE_ROUTE), table(MANAGED, NODE_ROUTE), None]), look=inside()), (), ()),
    ("an own table stays, with its own routes",
     proof(Client(own=table(OWN, OWN_ROUTE, DEFAULT), subnet=on(OWN)), before=OWN, look=inside()), (), ()),
    ("AKS's table is still on the subnet", proof(Client(managed=table(MANAGED), subnet=on(MANAGED)), look=inside()),
     ("aks, which AKS made for kubenet, is still on a subnet",), ()),
    ("the subnet may not be read", proof(Client(subnet=REFUSED), look=inside()), (), ("subnet a",)),
    ("a table may not be read", proof(Client(managed=REFUSED), look=inside()), (), ("route table aks",)),
    ("a later run finds the tables by the routes of its nodes, which are left",
     proof(Client(all=[[table(OWN, DEFAULT), table(MANAGED, NODE_ROUTE)]], managed=table(MANAGED, NODE_ROUTE)),
           before="", look=inside()), ("1 route of nodes still",), ()),
    ("a later run finds no route", proof(Client(all=[[table(OWN, DEFAULT)]]), before="", look=inside()), (), ()),
    ("a later run may not list tables", proof(Client(all=REFUSED), before="", look=inside()), (),
     ("the route tables of the subscription of its network",)),
    ("routes of another cluster's nodes are none of its own",
     proof(Client(managed=table(MANAGED, OTHERS_ROUTE)), look=inside()), (), ()),
    ("routes of its nodes count wherever they lead",
     proof(Client(managed=table(MANAGED, ELSEWHERE)), look=inside()), ("1 route of nodes still",), ()),
    ("the engine that was asked for is not on", proof(Client(), look=inside(), engine="cilium"),
     ("its network policy engine is none, and cilium was asked for",), ()),
    ("one of two scale sets of a pool is not marked",
     proof(Client(sets=[[scale_set("a", True), scale_set("b", False), scale_set("b", True)]]), look=inside()),
     ("of b are not marked",), ()),
    ("a pool has no scale set, and the other's is not marked",
     proof(Client(sets=[[scale_set("a", False)]]), look=inside()), (),
     ("machines of pool b", "none has the tag")),
    ("nothing may be read but the cluster",
     proof(Client(sets=REFUSED, subnet=REFUSED, managed=REFUSED)), ("nothing was seen but the cluster itself",),
     ("the scale sets of its nodes", "machines of pool a", "machines of pool b", "subnet a", "route table aks",
      "nodes, pods")),
    ("no pool is shown", proof(Client(), POOLLESS, look=inside()), ("no pool of the cluster is shown",), ()),
    ("another pod CIDR was asked for", proof(Client(), asked="10.240.0.0/12", look=inside()),
     ("its pod CIDR is 10.244.0.0/16, and 10.240.0.0/12 was asked for",), ()),
    ("the pod CIDR is the one asked for", proof(Client(), asked="10.244.1.0/16", look=inside()), (), ()),
)  # fmt: skip


@pytest.mark.parametrize(("found", "wrong", "unseen"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_every_sign_is_looked_at(found: Proof, wrong: tuple[str, ...], unseen: tuple[str, ...]) -> None:
    assert found.holds is not bool(wrong)
    for texts, told in ((wrong, found.wrong), (unseen, found.not_looked_at)):
        assert len(told) == len(texts), told
        for text, line in zip(texts, told, strict=True):
            assert text in line


def test_an_own_table_that_is_off_the_subnet_is_told_as_left_over() -> None:
    assert proof(Client(own=table(OWN, DEFAULT)), before=OWN).tables_kept == [OWN]
    assert proof(Client(own=table(OWN, DEFAULT), subnet=on(OWN)), before=OWN).tables_kept == []


@pytest.mark.parametrize(
    ("client", "before", "left"),
    [(Client(), MANAGED, []), (Client(), "", []), (Client(managed=REFUSED), MANAGED, None),
     (Client(all=REFUSED), "", None)],
    ids=["the table is gone", "no table has any", "the table may not be read", "tables may not be listed"],
)  # fmt: skip
def test_no_route_is_left_only_where_somebody_looked(client: Client, before: str, left: list[str] | None) -> None:
    assert proof(client, before=before).routes_left == left
