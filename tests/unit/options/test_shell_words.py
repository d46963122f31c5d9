"""Ids and names as shells deliver them."""

from __future__ import annotations

import argparse

import pytest
from knack.validators import DefaultStr

from azext_kubenet.options.shell_words import read_id, read_resource_id, read_word

SUBSCRIPTION = "/subscriptions/5b000000-0000-4000-8000-000000000001"
ID = f"{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/corp/subnets/nodes"

DELIVERED = (
    ID, f"{ID}\r", f"{ID}\r\n", f" {ID} ", f"{ID}/", f"'{ID}'", f'"{ID}"', f"/{ID}", ID[1:], f"\ufeff{ID}",
)  # fmt: skip


@pytest.mark.parametrize("text", DELIVERED)
def test_an_id_is_read_whatever_is_around_it(text: str) -> None:
    assert read_id(text) == ID


def test_capitals_stay_as_they_are() -> None:
    assert read_id(ID.upper() + "\r") == ID.upper()


@pytest.mark.parametrize(
    "text",
    ["", " ", "system", "none", "Network Contributor", "kube", "https://vault/subscriptions/x", "a b", "subscriptions"],
)
def test_what_is_no_id_is_left(text: str) -> None:
    assert read_id(text) is text


def test_a_default_stays_one() -> None:
    default = DefaultStr("none")
    assert read_id(default) is default
    assert read_id(DefaultStr(ID)).is_default  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("before", "mangled"),
    [("C:/Program Files/Git", ID), ("C:\\Program Files\\Git", ID.replace("/", "\\")), ("D:/msys64", SUBSCRIPTION)],
)
def test_an_id_behind_a_path_says_whose_doing_that_is(before: str, mangled: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as told:
        read_id(before + mangled)
    assert f"your shell put {before} there" in str(told.value)
    assert str(told.value).endswith("export MSYS_NO_PATHCONV=1")


def test_a_name_ends_where_its_line_does() -> None:
    assert read_word("app\r\n") == "app"
    assert read_word("two words") == "two words"


@pytest.mark.parametrize("text", ["nodes", "/subscriptions/x/y", f"{SUBSCRIPTION}/resourceGroups/net", "a b"])
def test_what_must_be_an_id_is_refused_with_its_value(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a resource id") as told:
        read_resource_id(text)
    assert text in str(told.value)


@pytest.mark.parametrize(("text", "read"), [(f"{ID}\r", ID), ("", ""), (" ", " ")])
def test_an_empty_id_is_left_to_be_told_as_such(text: str, read: str) -> None:
    assert read_resource_id(text) == read
