"""Resource ids: what they name, what contains what, and that capitals never count."""

from __future__ import annotations

import shlex

import pytest

from azext_kubenet.azure.resource_id import NETWORK, SUBNET, ResourceId

SUBSCRIPTION = "/subscriptions/s"
GROUP = f"{SUBSCRIPTION}/resourceGroups/g"
NET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/n"
MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/m"
ASSIGNMENT = f"{NET}/subnets/a/providers/Microsoft.Authorization/roleAssignments/r"
ON_MANAGEMENT_GROUP = f"{MANAGEMENT_GROUP}/providers/Microsoft.Authorization/roleAssignments/r"

# what it is, the id, its name, subscription, group, kind, parent
PARTS = (
    ("a subnet", f"{NET}/subnets/a", "a", "s", "g", SUBNET, NET),
    ("a subnet in capitals", f"{NET}/subnets/a".upper(), "A", "S", "G", SUBNET.upper(), NET),
    ("a subnet with a slash at the end", f"{NET}/subnets/a/", "a", "s", "g", SUBNET, NET),
    ("a subnet without a slash before it", f"{NET}/subnets/a"[1:], "a", "s", "g", SUBNET, NET),
    ("a network", NET, "n", "s", "g", NETWORK, GROUP),
    ("a resource group", GROUP, "g", "s", "g", "", SUBSCRIPTION),
    ("a subscription", SUBSCRIPTION, "s", "s", "", "", ""),
    ("a role definition", f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/d", "d", "s", "",
     "Microsoft.Authorization/roleDefinitions", SUBSCRIPTION),
    ("a resource provider", f"{SUBSCRIPTION}/providers/Microsoft.Network", "Microsoft.Network", "s", "", "",
     SUBSCRIPTION),
    ("a management group", MANAGEMENT_GROUP, "m", "", "", "Microsoft.Management/managementGroups", ""),
    ("a role assignment on a subnet", ASSIGNMENT, "r", "s", "g", "Microsoft.Authorization/roleAssignments",
     f"{NET}/subnets/a"),
    ("a role assignment on a management group", ON_MANAGEMENT_GROUP, "r", "", "",
     "Microsoft.Authorization/roleAssignments", MANAGEMENT_GROUP),
    ("a kind that nobody knows", f"{GROUP}/providers/Contoso.Stuff/things/t/parts/p", "p", "s", "g",
     "Contoso.Stuff/things/parts", f"{GROUP}/providers/Contoso.Stuff/things/t"),
    ("nothing", "", "", "", "", "", ""),
    ("the root", "/", "", "", "", "", ""),
    ("a name", "a", "a", "", "", "", ""),
    ("a path of something else", "x/y", "y", "", "", "", ""),
    ("an id that ends in a type", f"{NET}/subnets", "subnets", "s", "g", "", NET.removesuffix("/n")),
    ("an id with a query", f"{NET}?api-version=1", "n?api-version=1", "s", "g", "", GROUP),
    ("an id with a space", f"{NET} /subnets/a", "a", "s", "g", "", f"{NET} "),
    ("an id with an empty name", f"{GROUP}/providers/Microsoft.Network/virtualNetworks//subnets/a", "a", "s", "g", "",
     f"{GROUP}/providers/Microsoft.Network/virtualNetworks/"),
)  # fmt: skip

# what is asked, the scope, the resource, whether the scope contains it
CONTAINED = (
    ("a resource contains itself", f"{NET}/subnets/a", f"{NET}/subnets/a", True),
    ("whatever the capitals", f"{NET}/subnets/a".upper(), f"{NET}/subnets/a", True),
    ("and a slash at the end", f"{NET}/", NET, True),
    ("a network contains its subnet", NET, f"{NET}/subnets/a", True),
    ("a group contains a network", "/subscriptions/s/resourcegroups/g", NET, True),
    ("a subscription contains a group", SUBSCRIPTION, GROUP, True),
    ("the root contains everything", "/", NET, True),
    ("an empty id contains nothing", "", NET, False),
    ("a subnet contains a role assignment on it", f"{NET}/subnets/a", ASSIGNMENT, True),
    ("a subnet does not contain one whose name begins with its own", f"{NET}/subnets/a", f"{NET}/subnets/ab", False),
    ("nor the other way round", f"{NET}/subnets/ab", f"{NET}/subnets/a", False),
    ("a group does not contain what lies in one with a longer name", GROUP, f"{GROUP}2/providers/x", False),
    ("a subscription does not contain what lies in one with a longer name",
     SUBSCRIPTION, "/subscriptions/s2/resourceGroups/g", False),
    ("a subnet does not contain its network", f"{NET}/subnets/a", NET, False),
    ("a management group is not seen to contain a subscription", MANAGEMENT_GROUP, NET, False),
)  # fmt: skip

# what it is, the id, whether it is one of a subnet
SUBNET_IDS = (
    ("a subnet", f"{NET}/subnets/a", True),
    ("in other capitals", f"{NET}/subnets/a".replace("resourceGroups", "resourcegroups"), True),
    ("with a slash at the end", f"{NET}/subnets/a/", True),
    ("a network", NET, False),
    ("something below a subnet", f"{NET}/subnets/a/parts/b", False),
    ("a role assignment on a subnet", ASSIGNMENT, False),
    ("a subnet of another kind of network", NET.replace("virtualNetworks", "virtualHubs") + "/subnets/a", False),
    ("a subnet of another provider", NET.replace("Microsoft.Network", "Contoso.Network") + "/subnets/a", False),
    ("a subnet without a resource group", f"{NET}/subnets/a".replace("/resourceGroups/g", ""), False),
    ("a name", "a", False),
    ("nothing", "", False),
)


@pytest.mark.parametrize(
    ("text", "name", "subscription", "group", "kind", "parent"),
    [row[1:] for row in PARTS],
    ids=[row[0] for row in PARTS],
)
def test_an_id_is_taken_apart(  # pylint: disable=too-many-positional-arguments
    text: str, name: str, subscription: str, group: str, kind: str, parent: str
) -> None:
    found = ResourceId(text)
    assert (found.name, found.subscription, found.group, found.kind) == (name, subscription, group, kind)
    assert found.parent.canonical == ResourceId(parent).canonical


@pytest.mark.parametrize("text", [row[1] for row in PARTS], ids=[row[0] for row in PARTS])
def test_the_scopes_of_an_id_contain_it(text: str) -> None:
    found = ResourceId(text)
    for scope in (found.parent, found.group_id, found.subscription_id):
        assert not scope or scope.contains(found)


@pytest.mark.parametrize("text", [row[1] for row in PARTS], ids=[row[0] for row in PARTS])
def test_an_id_is_the_same_in_other_capitals_and_is_shown_as_it_came(text: str) -> None:
    one, other = ResourceId(text), ResourceId(f"{text.upper()}/")
    assert one == other
    assert len({one, other}) == 1
    assert str(one) == f"{one}" == text


def test_an_id_is_another_than_one_with_a_longer_name_and_than_its_own_text() -> None:
    assert ResourceId(f"{NET}/subnets/a") != ResourceId(f"{NET}/subnets/ab")
    assert ResourceId(NET) != NET


def test_an_empty_id_is_nothing() -> None:
    assert not ResourceId()
    assert ResourceId(NET)
    assert (ResourceId().group_id, ResourceId().subscription_id) == (ResourceId(), ResourceId())


@pytest.mark.parametrize(
    ("scope", "resource", "expected"), [row[1:] for row in CONTAINED], ids=[row[0] for row in CONTAINED]
)
def test_a_scope_contains(scope: str, resource: str, expected: bool) -> None:
    assert ResourceId(scope).contains(ResourceId(resource)) is expected


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in SUBNET_IDS], ids=[row[0] for row in SUBNET_IDS])
def test_the_id_of_a_subnet_is_told_from_others(text: str, expected: bool) -> None:
    assert ResourceId(text).is_a(SUBNET) is expected
    if expected:
        found = ResourceId.parse(text, SUBNET)
        assert (found.subscription, found.group, found.parent.name, found.name) == ("s", "g", "n", "a")
        return
    with pytest.raises(ValueError, match="is not the id of a subnet: expected /subscriptions/SUBSCRIPTION/") as raised:
        ResourceId.parse(text, SUBNET)
    assert str(raised.value).endswith("/providers/Microsoft.Network/virtualNetworks/NAME/subnets/NAME")


def test_a_group_is_named_by_its_subscription_and_name() -> None:
    assert ResourceId.of_group("s", "g") == ResourceId(GROUP)
    assert not ResourceId.of_group("s", "")
    assert not ResourceId.of_group("", "g")


@pytest.mark.parametrize("group", ["g", "team(eu)", "a.b_c-d"])
def test_its_place_is_typed_as_it_stands(group: str) -> None:
    found = ResourceId(f"/subscriptions/s/resourceGroups/{group}/providers/Microsoft.Network/routeTables/t").place
    assert shlex.split(found) == ["-g", group, "-n", "t"]
