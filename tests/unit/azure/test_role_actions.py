"""What roles allow: a role that exists for a task passes for it, and a dumb reader agrees."""

from __future__ import annotations

import fnmatch
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.azure.role_actions import ON_SUBNET, ON_TABLE, permits
from azext_kubenet.checks.caller_rights import GRANT

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
CLUSTER = "Microsoft.ContainerService/managedClusters/write"
READS = ["Microsoft.Authorization/*/read", "Microsoft.Resources/subscriptions/resourceGroups/read"]

# the role, its actions and notActions as Microsoft's page of built-in roles has them, what it is for, and not for
# https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
ROLES = (
    ("Owner", ["*"], [], [*ON_SUBNET, *ON_TABLE, GRANT, CLUSTER, f"{IDENTITY}/assign/action"], []),
    ("Contributor", ["*"], ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"],
     [*ON_SUBNET, *ON_TABLE, CLUSTER, f"{IDENTITY}/assign/action", f"{IDENTITY}/write"], [GRANT]),
    ("Network Contributor", [*READS, "Microsoft.Network/*"], [], [*ON_SUBNET, *ON_TABLE], [GRANT, CLUSTER]),
    ("Managed Identity Operator", [*READS, f"{IDENTITY}/*/read", f"{IDENTITY}/*/assign/action"], [],
     [f"{IDENTITY}/read", f"{IDENTITY}/assign/action"], [f"{IDENTITY}/write", *ON_SUBNET]),
    ("Managed Identity Contributor", [f"{IDENTITY}/read", f"{IDENTITY}/*/read", f"{IDENTITY}/*/write"], [],
     [f"{IDENTITY}/write"], [f"{IDENTITY}/assign/action"]),
    ("Azure Kubernetes Service Contributor Role",
     ["Microsoft.ContainerService/managedClusters/read", CLUSTER, "Microsoft.Resources/deployments/*"], [], [CLUSTER],
     [*ON_SUBNET]),
    ("User Access Administrator", ["*/read", "Microsoft.Authorization/*"], [], [GRANT, ON_SUBNET[0]], [ON_SUBNET[1]]),
    ("Role Based Access Control Administrator", ["Microsoft.Authorization/roleAssignments/write", "*/read"], [],
     [GRANT], [CLUSTER]),
    ("Reader", ["*/read"], [], [ON_SUBNET[0]], [ON_SUBNET[1], CLUSTER, GRANT]),
    ("a custom role with the two actions of Microsoft's page", list(ON_SUBNET), [], [*ON_SUBNET], [*ON_TABLE]),
)  # fmt: skip


@pytest.mark.parametrize(("actions", "refused", "can", "cannot"), [row[1:] for row in ROLES], ids=[r[0] for r in ROLES])
def test_a_role_passes_for_what_it_is_for(
    actions: list[str], refused: list[str], can: list[str], cannot: list[str]
) -> None:
    entries = [{"actions": actions, "notActions": refused}]
    assert [each for each in can if not permits(entries, each)] == []
    assert [each for each in cannot if permits(entries, each)] == []


WORDS = ("Microsoft.Network", "virtualNetworks", "subnets", "join", "action", "write", "Read")
ACTIONS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map("/".join)
PATTERNS = st.lists(
    st.lists(st.sampled_from((*WORDS, "*", "*Net*", "sub*")), min_size=1, max_size=5).map("/".join), max_size=3
)
ENTRIES = st.lists(st.fixed_dictionaries({"actions": PATTERNS, "notActions": PATTERNS}), max_size=4)


def dumb_permits(entries, action):
    def among(patterns):
        return any(fnmatch.fnmatchcase(action.lower(), each.lower()) for pattern in patterns for each in said(pattern))

    def said(pattern):
        """The pattern with each `/*/` as it is and as a plain `/`, in every combination."""
        first, *rest = pattern.split("/*/")
        for joints in product(("/*/", "/"), repeat=len(rest)):
            yield first + "".join(joint + part for joint, part in zip(joints, rest, strict=True))

    return any(among(entry["actions"]) and not among(entry["notActions"]) for entry in entries)


@given(ENTRIES, ACTIONS)
def test_permissions_are_read_as_a_dumb_reader_would(entries, action):
    assert permits(entries, action) == dumb_permits(entries, action)


@given(ENTRIES, ENTRIES, ACTIONS)
def test_more_entries_never_take_a_right_away(some, more, action):
    assert not permits(some, action) or permits(some + more, action)


def test_a_pattern_is_no_expression():
    assert not permits([{"actions": ["Microsoft.Network/virtualNetworks/.+", "[a-z]*"]}], "Microsoft.Network/x/read")
    assert permits([{"actions": ["microsoft.NETWORK/*/Action"], "notActions": None}], "Microsoft.Network/a/b/action")
