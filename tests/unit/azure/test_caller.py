"""Who calls, by the token: an object id, and what kind of principal it is."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from azext_kubenet.azure.caller import Caller, caller_of


def token(claims: Any) -> str:
    part = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{part}.c2ln"


# what the token says, the claims, who that is
TOKENS = (
    ("an application or a managed identity", {"oid": "o", "idtyp": "app"}, Caller("o", "ServicePrincipal")),
    ("a user", {"oid": "o", "idtyp": "user"}, Caller("o", "User")),
    ("a user, by what was delegated", {"oid": "o", "scp": "user_impersonation"}, Caller("o", "User")),
    ("somebody", {"oid": "o"}, Caller("o")),
    ("somebody of a tenant", {"oid": "o", "tid": "t"}, Caller("o", "", "t")),
    ("nobody", {"sub": "s"}, Caller()),
    ("a list", ["oid"], Caller()),
)


@pytest.mark.parametrize(("claims", "caller"), [row[1:] for row in TOKENS], ids=[row[0] for row in TOKENS])
def test_a_token_tells_who_calls(claims: Any, caller: Caller) -> None:
    assert caller_of(token(claims)) == caller


@pytest.mark.parametrize("text", ["", "opaque", "a.b.c", "a.%%%.c", "a.e30"])
def test_a_token_that_cannot_be_read_tells_nothing(text: str) -> None:
    assert caller_of(text) == Caller()


def test_a_known_caller_is_named_and_an_unknown_one_can_be_looked_up() -> None:
    assert Caller("o", "User").grant_command("Network Contributor", "/s") == (
        'az role assignment create --assignee-object-id o --assignee-principal-type User --role "Network Contributor" '
        "--scope /s"
    )
    assert Caller("o").grant_command("Reader", "/s") == (
        'az role assignment create --assignee-object-id o --role "Reader" --scope /s'
    )
    assert Caller().grant_command("Reader", "/s") == (
        'az role assignment create --assignee CALLER --role "Reader" --scope /s '
        "(CALLER is shown by: az ad signed-in-user show --query id -o tsv)"
    )
