"""Which identity the options ask for: every combination of them."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.choices import IDENTITY_TYPES, SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED
from azext_kubenet.options.identity import Identity, read_identity
from azext_kubenet.options.typed import Typed

OPTIONS = ("identity_type", "assign_identity", "service_principal", "client_secret", "create_service_principal")
APP, SECRET, MINE = (
    "app-id",
    "Hush-hush-1",
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/own",
)
# the options that are given, in the order of OPTIONS, and the identity
ALLOWED: dict[tuple[Any, ...], Identity] = {
    (None, None, None, None, False): Identity(USER_ASSIGNED),
    (None, MINE, None, None, False): Identity(USER_ASSIGNED, MINE),
    (None, None, APP, SECRET, False): Identity(SERVICE_PRINCIPAL, None, APP, SECRET),
    (None, None, None, None, True): Identity(SERVICE_PRINCIPAL, create=True),
    (USER_ASSIGNED, None, None, None, False): Identity(USER_ASSIGNED),
    (USER_ASSIGNED, MINE, None, None, False): Identity(USER_ASSIGNED, MINE),
    (SYSTEM_ASSIGNED, None, None, None, False): Identity(SYSTEM_ASSIGNED),
    (SERVICE_PRINCIPAL, None, APP, SECRET, False): Identity(SERVICE_PRINCIPAL, None, APP, SECRET),
    (SERVICE_PRINCIPAL, None, None, None, True): Identity(SERVICE_PRINCIPAL, create=True),
}
EVERY = list(product((None, *IDENTITY_TYPES), (None, MINE), (None, APP), (None, SECRET), (False, True)))


@pytest.mark.parametrize("given", EVERY, ids=lambda given: " ".join(str(each) for each in given))
def test_a_combination_is_an_identity_or_is_refused_with_advice(given: tuple[Any, ...]) -> None:
    options = dict(zip(OPTIONS, given, strict=True))
    if given in ALLOWED:
        assert read_identity(Typed(options)) == ALLOWED[given]
        return
    with pytest.raises(WrongUsage) as refusal:
        read_identity(Typed(options))
    assert "--" in str(refusal.value)
    assert refusal.value.recommendations
    assert SECRET not in f"{refusal.value} {refusal.value.recommendations}"


def test_the_kind_may_be_typed_in_any_capitals() -> None:
    assert read_identity(Typed({"identity_type": "SYSTEMASSIGNED"})).kind == SYSTEM_ASSIGNED


def test_absent_options_are_as_good_as_none() -> None:
    assert read_identity(Typed({})) == Identity(USER_ASSIGNED)


def test_an_identity_shows_no_secret() -> None:
    identity = Identity(SERVICE_PRINCIPAL, None, APP, SECRET)
    assert SECRET not in f"{identity} {identity!r} {[identity]}"


@pytest.mark.parametrize("missing", ["service_principal", "client_secret"])
def test_half_a_service_principal_is_told_which_half_is_missing(missing: str) -> None:
    options = {"service_principal": APP, "client_secret": SECRET, missing: None}
    with pytest.raises(WrongUsage) as refusal:
        read_identity(Typed({**options, "identity_type": SERVICE_PRINCIPAL}))
    assert "--" + missing.replace("_", "-") in str(refusal.value)
