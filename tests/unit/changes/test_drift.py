"""What an existing cluster has that was not asked for, field by field."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from azext_kubenet.azure.resources import Names
from azext_kubenet.changes.drift import cluster_drift, remedy, unlike
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED
from azext_kubenet.options.create_options import AksOptions, Provenance
from azext_kubenet.options.identity import Identity

NAMES = Names("s", "rg", "c", "net", "sub", "rg", "s")
USER = Identity(USER_ASSIGNED)
CLUSTER: dict[str, Any] = {
    "name": "c",
    "location": "westeurope",
    "identity": {"type": "UserAssigned", "userAssignedIdentities": {NAMES.new_identity_id.upper(): {}}},
    "properties": {
        "provisioningState": "Succeeded",
        "kubernetesVersion": "1.33.1",
        "networkProfile": {"networkPlugin": "kubenet", "networkPolicy": "calico", "outboundType": "loadBalancer"},
        "agentPoolProfiles": [
            {"count": 3, "maxPods": 110, "vmSize": "Standard_D2s_v5", "vnetSubnetID": NAMES.subnet_id.upper()}
        ],
        "servicePrincipalProfile": {"clientId": "msi"},
    },
}


def cluster(**changes: Any) -> dict[str, Any]:
    """The cluster with other values: `pool__count`, `network__networkPlugin`, `identity__type`, or a property."""
    changed = copy.deepcopy(CLUSTER)
    places = {
        "pool": changed["properties"]["agentPoolProfiles"][0],
        "network": changed["properties"]["networkProfile"],
        "identity": changed["identity"],
        "top": changed,
    }
    for name, value in changes.items():
        place, _, key = name.partition("__")
        if key:
            places[place][key] = value
        else:
            changed["properties"][name] = value
    return changed


# what is asked for, the cluster, what was typed
SAME = (
    ("nothing in particular", cluster(), {}),
    ("just what there is", cluster(), {
        "node_count": 3, "max_pods": 110, "node_vm_size": "standard_d2s_v5", "location": "West Europe",
        "kubernetes_version": "1.33.1", "network_policy": "calico"}),
    ("a version by its first two numbers", cluster(), {"kubernetes_version": "1.33"}),
    ("a count that the autoscaler changed", cluster(pool__count=7, pool__enableAutoScaling=True), {"node_count": 3}),
    ("a cluster that is still being made", cluster(provisioningState="Creating"), {}),
    ("a cluster that is being upgraded", cluster(provisioningState="Upgrading"), {}),
    ("options that nobody compares", cluster(), {"tags": {"a": "b"}, "max_count": 9}),
)  # fmt: skip

# what differs, the cluster, what was typed, the line
DIFFERING = (
    ("the plugin", cluster(network__networkPlugin="azure"), {}, "networkPlugin is azure, not kubenet"),
    ("the subnet", cluster(pool__vnetSubnetID="/other"), {}, f"vnetSubnetID is /other, not {NAMES.subnet_id}"),
    ("no subnet at all", cluster(pool__vnetSubnetID=None), {}, f"vnetSubnetID is None, not {NAMES.subnet_id}"),
    ("a subnet whose name begins alike", cluster(pool__vnetSubnetID=NAMES.subnet_id + "2"), {},
     f"vnetSubnetID is {NAMES.subnet_id}2, not {NAMES.subnet_id}"),
    ("the count", cluster(), {"node_count": 5}, "count is 3, not 5"),
    ("the pods of a node", cluster(), {"max_pods": 60}, "maxPods is 110, not 60"),
    ("the size of a node", cluster(), {"node_vm_size": "Standard_B2s"}, "vmSize is Standard_D2s_v5, not Standard_B2s"),
    ("the region", cluster(), {"location": "northeurope"}, "location is westeurope, not northeurope"),
    ("the version", cluster(), {"kubernetes_version": "1.34.2"}, "kubernetesVersion is 1.33.1, not 1.34.2"),
    ("a version that only begins alike", cluster(kubernetesVersion="1.33.11"), {"kubernetes_version": "1.33.1"},
     "kubernetesVersion is 1.33.11, not 1.33.1"),
    ("a failed cluster", cluster(provisioningState="Failed"), {}, "provisioningState is Failed"),
    ("a cancelled cluster", cluster(provisioningState="Canceled"), {}, "provisioningState is Canceled"),
    ("a cluster that is being deleted", cluster(provisioningState="Deleting"), {}, "provisioningState is Deleting"),
    ("another identity", cluster(identity__userAssignedIdentities={"/mine": {}}), {},
     f"identity is /mine, not {NAMES.new_identity_id}"),
    ("no such identity", cluster(identity__userAssignedIdentities=None, identity__type="SystemAssigned"), {},
     f"identity is SystemAssigned, not {NAMES.new_identity_id}"),
)  # fmt: skip


@pytest.mark.parametrize(("shown", "typed"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_a_cluster_that_is_as_asked_for(shown: dict[str, Any], typed: dict[str, Any]) -> None:
    assert cluster_drift(shown, NAMES, USER, None, AksOptions(asked=typed)) == ()


@pytest.mark.parametrize(("shown", "typed", "line"), [row[1:] for row in DIFFERING], ids=[row[0] for row in DIFFERING])
def test_a_cluster_that_differs(shown: dict[str, Any], typed: dict[str, Any], line: str) -> None:
    assert cluster_drift(shown, NAMES, USER, None, AksOptions(asked=typed)) == (line,)


def test_all_that_differs_comes_together() -> None:
    typed = {"node_count": 5, "max_pods": 60, "location": "northeurope"}
    assert len(cluster_drift(cluster(network__networkPlugin="azure"), NAMES, USER, None, AksOptions(asked=typed))) == 4


# what is asked for, the identity, its principal, whether the cluster of that client id has it
PRINCIPALS = (
    ("an existing service principal", Identity(SERVICE_PRINCIPAL, None, "app", "x"), None, "app", True),
    ("another service principal", Identity(SERVICE_PRINCIPAL, None, "app", "x"), None, "other", False),
    ("the one that an earlier run made", Identity(SERVICE_PRINCIPAL, create=True), {"appId": "app"}, "app", True),
    ("another than an earlier run made", Identity(SERVICE_PRINCIPAL, create=True), {"appId": "app"}, "other", False),
    ("a new one, where the cluster has an identity", Identity(SERVICE_PRINCIPAL, create=True), None, "msi", False),
)


@pytest.mark.parametrize(
    ("identity", "principal", "client", "same"), [row[1:] for row in PRINCIPALS], ids=[row[0] for row in PRINCIPALS]
)
def test_the_service_principal(identity: Identity, principal: dict | None, client: str, same: bool) -> None:
    shown = cluster(servicePrincipalProfile={"clientId": client}, top__identity=None)
    assert (cluster_drift(shown, NAMES, identity, principal, AksOptions(asked={})) == ()) is same


def test_a_system_assigned_identity() -> None:
    wanted = Identity(SYSTEM_ASSIGNED)
    assert cluster_drift(cluster(), NAMES, wanted, None, AksOptions(asked={})) == (
        "identity.type is UserAssigned, not SystemAssigned",
    )
    shown = cluster(identity__type="SystemAssigned", identity__userAssignedIdentities=None)
    assert cluster_drift(shown, NAMES, wanted, None, AksOptions(asked={})) == ()


def test_a_cluster_that_shows_as_little_as_azure_ever_does_is_judged_without_a_crash() -> None:
    lines = cluster_drift(
        {"location": "westeurope", "properties": {}}, NAMES, USER, None, AksOptions(asked={"node_count": 3})
    )
    assert "networkPlugin is None, not kubenet" in lines
    assert "count is None, not 3" in lines


# -- whether a cluster can be the one that was sent

SENT: dict[str, Any] = {
    "location": "West Europe",
    "tags": {"team": "web"},
    "identity": {"type": "UserAssigned", "userAssignedIdentities": {NAMES.new_identity_id: {}}},
    "properties": {
        "kubernetesVersion": "",
        "dnsPrefix": "c-rg-s",
        "networkProfile": {"networkPlugin": "kubenet", "podCidr": "10.244.0.0/16", "networkPolicy": "calico"},
        "agentPoolProfiles": [
            {"name": "nodepool1", "count": 3, "vmSize": "", "maxPods": 110, "vnetSubnetID": NAMES.subnet_id},
            {"name": "work", "count": 5, "mode": "User"},
        ],
        "servicePrincipalProfile": {"clientId": "msi", "secret": "never shown"},
    },
}
# what Azure shows, what of it was sent as something else
SHOWN: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("just what was sent", {}, ""),
    ("what Azure fills in", {"pool__vmSize": "Standard_D2s_v5", "kubernetesVersion": "1.33", "pool__osType": "L"}, ""),
    ("other capitals", {"pool__vnetSubnetID": NAMES.subnet_id.upper(), "network__networkPlugin": "Kubenet"}, ""),
    ("pools in another order", {"turned": True}, ""),
    ("another number of nodes", {"pool__count": 5}, "count is 5, not 3"),
    ("another subnet", {"pool__vnetSubnetID": "/x"}, f"vnetSubnetID is /x, not {NAMES.subnet_id}"),
    ("another range", {"network__podCidr": "10.99.0.0/16"}, "podCidr is 10.99.0.0/16, not 10.244.0.0/16"),
    ("another identity", {"identity__type": "SystemAssigned"}, "identity is"),
    ("somebody else's tag", {"top__tags": {"team": "sales"}}, "tag team is sales, not web"),
    ("no tag", {"top__tags": None}, "tag team is None, not web"),
    ("another region", {"top__location": "northeurope"}, "location is northeurope, not West Europe"),
    ("a pool more", {"more": True}, "pools is more nodepool1 work, not nodepool1 work"),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_a_cluster_that_is_not_as_it_was_sent_is_told_field_by_field(changes: dict[str, Any], told: str) -> None:
    shown = copy.deepcopy(SENT)
    shown["location"] = "westeurope"
    del shown["properties"]["servicePrincipalProfile"]["secret"]
    pools = shown["properties"]["agentPoolProfiles"]
    places = {
        "pool": pools[0],
        "network": shown["properties"]["networkProfile"],
        "identity": shown["identity"],
        "top": shown,
    }
    for name, value in changes.items():
        place, _, key = name.partition("__")
        (places[place] if key else shown["properties"])[key or place] = value
    if shown["properties"].pop("turned", False):
        pools.reverse()
    if shown["properties"].pop("more", False):
        pools.append({"name": "more", "count": 1})
    found = unlike(SENT, shown)
    assert len(found) == bool(told), found
    assert not told or found[0].startswith(told)


# what differs, the cluster, what of it was wanted, names of typed options, names in the plan, the advice
MINE = cluster(identity__userAssignedIdentities={"/mine": {}})
SYSTEM = cluster(identity__type="SystemAssigned", identity__userAssignedIdentities=None)
PRINCIPAL = cluster(top__identity=None, servicePrincipalProfile={"clientId": "app"})
OTHER_SUBNET = cluster(pool__vnetSubnetID="/other")
REMEDIES = (
    ("an identity that was typed before", MINE, {}, (), (), "add --assign-identity /mine,"),
    ("another identity than is typed now", MINE, {}, ("assign_identity",), (),
     "use --assign-identity /mine instead of --assign-identity,"),
    ("a system-assigned identity", SYSTEM, {}, (), (), "add --identity-type systemAssigned,"),
    ("a service principal", PRINCIPAL, {}, (), (), "add --service-principal app --client-secret @FILE,"),
    ("a subnet of another name than the default", OTHER_SUBNET, {}, (), (), "add --vnet-subnet-id /other,"),
    ("a subnet that was named by its parts", OTHER_SUBNET, {}, ("vnet_name", "subnet_name"), (),
     "use --vnet-subnet-id /other instead of --vnet-name, --subnet-name,"),
    ("a subnet of the plan", OTHER_SUBNET, {}, (), ("vnet_subnet_id",),
     "the value is from the plan: make the plan again with --vnet-subnet-id /other,"),
    ("a count that is typed", cluster(), {"node_count": 5}, ("node_count",), (), "use --node-count 3,"),
    ("a count of the plan", cluster(), {"node_count": 5}, (), ("node_count",),
     "the value is from the plan: make the plan again with --node-count 3,"),
    ("a plugin that nothing can name", cluster(network__networkPlugin="azure"), {}, (), (), "choose another name"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "wanted", "typed", "planned", "advice"), [row[1:] for row in REMEDIES], ids=[row[0] for row in REMEDIES]
)
def test_advice_knows_whether_a_value_was_typed(  # pylint: disable=too-many-positional-arguments
    shown: dict[str, Any], wanted: dict[str, Any], typed: tuple[str, ...], planned: tuple[str, ...], advice: str
) -> None:
    (line,) = cluster_drift(shown, NAMES, USER, None, AksOptions(asked=wanted))
    said = remedy(line, shown, Provenance(frozenset(typed), frozenset(planned)))
    assert said.startswith(advice)
    assert "choose another name for the cluster: -n NAME" in said


@pytest.mark.parametrize(
    ("wanted", "found"),
    [({}, "nodepool1"), ({"nodepool_name": "apps"}, "apps"), ({"nodepool_name": "gone"}, "nodepool1")],
)
def test_the_first_pool_is_known_by_its_name_or_its_mode_and_by_no_place(wanted: dict[str, Any], found: str) -> None:
    shown = cluster()
    (own,) = shown["properties"]["agentPoolProfiles"]
    other = {**own, "name": "apps", "mode": "User", "vmSize": "Standard_D8s_v5", "count": 9}
    shown["properties"]["agentPoolProfiles"] = [other, {**own, "name": "nodepool1", "mode": "System"}]
    typed = {"node_vm_size": "standard_d2s_v5", "node_count": 3, **wanted}
    assert (cluster_drift(shown, NAMES, USER, None, AksOptions(asked=typed)) == ()) is (found == "nodepool1")


# what a cluster runs as, without an identity of its own
RUNS_AS = (
    ("an application", {"clientId": "app-1"}, "identity is service principal app-1, not "),
    ("nothing that is shown", None, "identity is not shown, not "),
)


@pytest.mark.parametrize(("principal", "words"), [row[1:] for row in RUNS_AS], ids=[row[0] for row in RUNS_AS])
def test_a_cluster_without_an_identity_is_told_by_what_it_runs_as(principal: Any, words: str) -> None:
    found = {**cluster(servicePrincipalProfile=principal), "identity": None}
    lines = [line for line in cluster_drift(found, NAMES, USER, None, AksOptions()) if line.startswith("identity")]
    assert [line[: len(words)] for line in lines] == [words]
    assert ("--service-principal app-1" in remedy(lines[0], found, Provenance())) == (principal is not None)


#: What may stand in a place of an answer instead of what should.
HOLES = (None, [], {}, "", [None])


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


def test_no_hole_in_a_cluster_makes_it_fail() -> None:
    sent = {**copy.deepcopy(CLUSTER), "tags": {"team": "web"}}
    for path in places(sent):
        for value in HOLES:
            found = copy.deepcopy(sent)
            holder: Any = found
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = value
            for identity in (USER, Identity(SYSTEM_ASSIGNED), Identity(SERVICE_PRINCIPAL)):
                for line in (*cluster_drift(found, NAMES, identity, None, AksOptions()), *unlike(sent, found)):
                    assert remedy(line, found, Provenance())
