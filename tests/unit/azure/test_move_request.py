"""What is sent to move a cluster: what was read, without what Azure alone writes, and nothing else changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.azure import move_request
from azext_kubenet.azure.bodies import within
from azext_kubenet.azure.move_request import differences, on_overlay, sendable, with_engine, with_identity
from tests.loopback import recordings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


def sdk_read_only(model: Any, path: str = "", depth: int = 0) -> Iterator[str]:
    """Where the SDK's model of a cluster has fields that it never sends, by a walk over its classes."""
    import azure.mgmt.containerservice.models as models

    model({})  # fields are found out at the first instance
    for field in model._attr_to_rest_field.values():
        at = f"{path}.{field._rest_name}" if path else field._rest_name
        if field._visibility == ["read"]:
            yield at
            continue
        names = str(field._type)
        for name in dir(models):
            inner = getattr(models, name)
            if f"models._models.{name}'" in names and hasattr(inner, "as_dict") and depth < 6:
                many = "list" in names or "_deserialize_sequence" in names or "_deserialize_dict" in names
                yield from sdk_read_only(inner, f"{at}.*" if many else at, depth + 1)


def test_the_fields_left_out_are_those_that_the_sdk_never_sends() -> None:
    models = pytest.importorskip("azure.mgmt.containerservice.models")
    if not hasattr(models.ManagedCluster, "__init_subclass__") or hasattr(models.ManagedCluster, "_attribute_map"):
        pytest.skip("the SDK of this azure-cli is of an older kind")
    ours = {*move_request.READ_ONLY}
    theirs = {each.replace(".status.provisioningError", ".status") for each in sdk_read_only(models.ManagedCluster)}
    of_identities = {each for each in ours if each.startswith("identity.userAssignedIdentities")}
    assert theirs - ours == set()
    assert ours - theirs - of_identities == set()


BODY = {
    "id": "/subscriptions/s/x",
    "eTag": "e",
    "tags": {"a": "b"},
    "identity": {
        "type": "UserAssigned",
        "principalId": "p",
        "userAssignedIdentities": {"/i": {"principalId": "p", "clientId": "c"}},
    },
    "properties": {
        "provisioningState": "Succeeded",
        "unknownToUs": {"kept": [1]},
        "agentPoolProfiles": [{"name": "a", "count": 3, "provisioningState": "Succeeded", "eTag": "f"}],
        "networkProfile": {
            "networkPlugin": "kubenet",
            "podCidr": "10.244.0.0/16",
            "podCidrs": ["10.244.0.0/16"],
            "networkPolicy": "calico",
            "loadBalancerProfile": {"managedOutboundIPs": {"count": 1}, "effectiveOutboundIPs": [{"id": "/ip"}]},
        },
    },
}


def test_nothing_is_lost_but_what_azure_writes_and_what_was_read_stays_as_it_was() -> None:
    before = copy.deepcopy(BODY)
    assert {*differences(BODY, sendable(BODY))} == {
        "id", "eTag", "identity.principalId", "identity.userAssignedIdentities./i.principalId",
        "identity.userAssignedIdentities./i.clientId", "properties.provisioningState", "properties.agentPoolProfiles",
        "properties.networkProfile.loadBalancerProfile.effectiveOutboundIPs",
    }  # fmt: skip
    assert sendable(BODY)["properties"]["agentPoolProfiles"] == [{"name": "a", "count": 3}]
    assert before == BODY


# what is asked, what is changed of what would be sent otherwise
CHANGES: tuple[tuple[str, Any, dict[str, Any]], ...] = (
    ("Overlay with the same pods", lambda: on_overlay(BODY, "10.244.0.0/16"),
     {"networkPlugin": ("kubenet", "azure"), "networkPluginMode": (None, "overlay")}),
    ("Overlay with other pods, in both fields", lambda: on_overlay(BODY, "10.240.0.0/14"),
     {"networkPlugin": ("kubenet", "azure"), "networkPluginMode": (None, "overlay"),
      "podCidr": ("10.244.0.0/16", "10.240.0.0/14"), "podCidrs": (["10.244.0.0/16"], ["10.240.0.0/14"])}),
    ("no engine", lambda: with_engine(BODY, "none"), {"networkPolicy": ("calico", "none")}),
    ("Cilium, with its data plane", lambda: with_engine(BODY, "cilium"),
     {"networkPolicy": ("calico", "cilium"), "networkDataplane": (None, "cilium")}),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "changed"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_a_change_changes_what_it_says_and_nothing_else(asked: Any, changed: dict[str, Any]) -> None:
    found = differences(sendable(BODY), asked())
    assert found == {f"properties.networkProfile.{key}": value for key, value in changed.items()}


def test_another_identity_takes_the_place_of_the_one_that_was_there() -> None:
    assert with_identity(BODY, "/new")["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {"/new": {}}}


@given(JSON)
def test_a_body_of_any_shape_is_sent_without_a_fault(body: Any) -> None:
    for each in ({"properties": body}, {"properties": {"agentPoolProfiles": body, "networkProfile": body}}):
        assert "eTag" not in sendable({**each, "eTag": "e"})
        on_overlay(each if isinstance(each["properties"], dict) else {}, "10.0.0.0/8")


#: Where what is sent differs from what azure-cli sent in the recorded move, and why.
ON_PURPOSE = {
    "properties.networkProfile.loadBalancerProfile.effectiveOutboundIPs": "Azure writes it: today's SDK leaves it out",
    "properties.storageProfile": "what was read is sent back: the SDK of then lost it",
    "properties.workloadAutoScalerProfile": "the same",
    "properties.securityProfile": "the same",
    "properties.windowsProfile": "the same",
    "tags": "the same",
    "kind": "the same",
}


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_the_recorded_move_is_sent_as_it_was_recorded() -> None:
    lines = [*recordings.lines("managedClusters")]
    moves = [
        at for at, each in enumerate(lines)
        if each["method"] == "PUT" and "aks update" in str(each.get("command"))
        and within(each["request_body"], "properties", "networkProfile").get("networkPluginMode") == "overlay"
        and within(lines[at - 1]["response_body"], "properties", "networkProfile").get("networkPlugin") == "kubenet"
    ]  # fmt: skip
    assert moves
    for at in moves:
        read, sent = lines[at - 1]["response_body"], lines[at]["request_body"]
        ours = on_overlay(read, read["properties"]["networkProfile"]["podCidr"])
        unlike = {key for key in differences(sent, ours) if not key.startswith(tuple(ON_PURPOSE))}
        pools = zip(sent["properties"]["agentPoolProfiles"], ours["properties"]["agentPoolProfiles"], strict=True)
        of_pools = {key for one, other in pools for key in differences(one, other)}
        assert unlike <= {"properties.agentPoolProfiles"}, unlike
        assert of_pools <= {"nodeImageVersion", "nodeLabels"}, "the image is sent back as it was read"
