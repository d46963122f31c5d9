"""Why each range is the one it is, as people read it: beside an answer, and with --explain."""

from dataclasses import replace

import pytest

from azext_kubenet.addressing.explanation import described, reasons
from azext_kubenet.output.explained import explain
from tests.unit.addressing.asking import ask

CASES = {
    "empty": ("", ""),
    "surrounded": (
        "--max-count 40",
        "--vnet-address-prefixes 10.1.0.0/16 10.2.0.0/24 --existing-subnets 10.1.0.0/24 10.1.1.0/24 10.1.2.0/23 "
        "10.1.4.0/22 10.1.8.0/27 --peered-networks 10.240.0.0/12 10.5.0.0/16 --routes 10.0.0.0/16 172.16.0.0/14 "
        "--clusters 10.3.0.0/16 --clusters-elsewhere 10.244.0.0/16 10.0.0.0/16",
    ),
    "scarce": (
        "--pod-cidr /18 --within 192.168.224.0/20 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/17 "
        "192.168.128.0/18 100.64.0.0/11",
        "",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_reasons_read_as_they_did(name, golden):
    typed, there = CASES[name]
    lines = [f"$ az kubenet plan {typed}".rstrip(), *([f"beside {there}"] if there else []), ""]
    for key, text in reasons(ask(f"{typed} {there}"), GIVEN if there else None).items():
        lines += [f"{key}:", f"  {text}"]
    golden(f"reasons-{name}.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("name", CASES)
def test_explanations_read_as_they_did(name, golden):
    typed, there = CASES[name]
    verdict = ask(f"{typed} {there}")
    text = explain(described(replace(verdict, given=GIVEN if there else {})))
    assert len(text.splitlines()) <= 34
    beside = f"beside {there}\n" if there else ""
    golden(f"explain-{name}.txt", f"$ az kubenet plan {typed}".rstrip() + f" --explain\n{beside}\n{text}")


GIVEN = {"vnet": "the address space of virtual network hub-spoke"}
