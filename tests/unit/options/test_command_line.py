"""The command that was typed is printed again with other options; nothing of it is lost, and no secret is shown."""

import shlex
import sys

import pytest

from azext_kubenet.addressing.findings import SetOptions, use
from azext_kubenet.options.command_line import as_typed, has_placeholder, retyped

PODS = use("--pod-cidr", "10.1.0.0/16")
# what is typed after az, options to set, to leave out, the command
ROWS = [
    ("what is not changed stays, quoted", "kubenet plan --exclude-prefixes '@a b.txt' 10.0.0.0/16 --pod-cidr /9",
     PODS, (),
     "az kubenet plan --exclude-prefixes '@a b.txt' 10.0.0.0/16 --pod-cidr 10.1.0.0/16"),
    ("a value behind an equals sign", "kubenet plan --pod-cidr=/16 -m=30", PODS, (),
     "az kubenet plan -m 30 --pod-cidr 10.1.0.0/16"),
    ("other spellings of an option", "kubenet plan -c 3 --subnet-prefixes /26 --max-co 9",
     SetOptions((("--node-count", "2"), ("--subnet-prefix", "/27"), ("--max-count", "8"))), (),
     "az kubenet plan --node-count 2 --subnet-prefix /27 --max-count 8"),
    ("an option in part, as argparse takes it", "kubenet plan --pod-c /16 --explain", PODS, (),
     "az kubenet plan --explain --pod-cidr 10.1.0.0/16"),
    ("an option that was given twice", "kubenet plan --within /a --pod-cidr /16 --pod-cidr /16", PODS, (),
     "az kubenet plan --within /a --pod-cidr 10.1.0.0/16"),
    ("short spellings of names and places", "kubenet create -n 'a b' -g g -l 'west europe' -k 1.30",
     SetOptions((("--name", "a-b"), ("--location", "westeurope"), ("--kubernetes-version", "1.31"))), (),
     "az kubenet create -g g --name a-b --location westeurope --kubernetes-version 1.31"),
    ("what is left out", "kubenet plan --docker-bridge-address foo --pod-cidr /16", PODS, ("--docker-bridge-address",),
     "az kubenet plan --pod-cidr 10.1.0.0/16"),
    ("node pools take the place of all counts", "kubenet plan -c 500 --pool a:500", use("--pool", "a:3 b:4"), (),
     "az kubenet plan --pool a:3 b:4"),
    ("another command is none of ours", "aks create --pod-cidr /16", PODS, (), ""),
    ("a secret is printed by nobody", "kubenet plan --client-secret x --pod-cidr /16", PODS, (), ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "fix", "without", "command"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_the_command_is_printed_as_it_is_to_be_typed(monkeypatch, typed, fix, without, command):
    monkeypatch.setattr(sys, "argv", ["az", *shlex.split(typed)])
    assert retyped(" ".join(typed.split()[:2]).replace("aks create", "kubenet plan"), fix, without) == command


def test_options_are_found_as_they_were_typed(monkeypatch):
    monkeypatch.setattr(
        sys, "argv", ["az", "kubenet", "create", "--within", "10.0.0.0/8", "@f", "--exclude-prefixes=@a"]
    )
    assert as_typed("--exclude-prefixes", "--within") == ["--within", "10.0.0.0/8", "@f", "--exclude-prefixes", "@a"]
    monkeypatch.setattr(sys, "argv", ["pytest", "kubenet", "--within", "10.0.0.0/8"])
    assert as_typed("--within") == []


def test_a_name_that_is_the_users_to_choose_is_a_placeholder():
    assert has_placeholder(use("--name", "NAME"))
    assert has_placeholder(use("--vnet-subnet-id", "/subscriptions/s/resourceGroups/GROUP"))
    assert not has_placeholder(use("--name", "MYNAME-1"))
