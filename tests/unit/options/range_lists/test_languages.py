"""Titles in other languages, as UTF-8 and as Excel of Windows writes them."""

from __future__ import annotations

import base64

import pytest

from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from tests.unit.options.range_lists.test_range_lists_findings import named

TABLES = (
    ("Netz", "10.1.0.0/16", "10.1.0.0/16"),
    ("Netz;Pr\u00e4fixl\u00e4nge", "10.1.0.0;16", "10.1.0.0/16"),
    ("VLAN;Name;Netz;Gateway", "10;B\u00fcro;10.1.0.0/16;10.1.0.1", "10.1.0.0/16 B\u00fcro"),
    ("Bereich;Beschreibung", "10.1.0.0-10.1.0.255;B\u00fcro", "10.1.0.0/24 B\u00fcro"),
    ("Startadresse;Endadresse;Name", "10.1.0.0;10.1.3.255;a", "10.1.0.0/22 a"),
    ("Quellnetz;Netz", "10.9.0.0/16;10.1.0.0/16", "10.1.0.0/16"),
    ("R\u00e9seau", "10.1.0.0/16", "10.1.0.0/16"),
    ("Sous-r\u00e9seau;Longueur du pr\u00e9fixe;Nom", "10.1.0.0;16;si\u00e8ge", "10.1.0.0/16 si\u00e8ge"),
    ("Adresse de d\u00e9but;Adresse de fin;Nom", "10.1.0.0;10.1.3.255;a", "10.1.0.0/22 a"),
    ("Red;M\u00e1scara;Puerta de enlace;Descripci\u00f3n", "10.1.0.0;255.255.0.0;10.1.0.1;sede", "10.1.0.0/16 sede"),
    ("Direcci\u00f3n IP;Prefijo;Nombre", "10.1.0.0;16;sede", "10.1.0.0/16 sede"),
    ("Netwerk;Subnetmasker;Omschrijving", "10.1.0.0;255.255.0.0;kantoor", "10.1.0.0/16 kantoor"),
    ("Sub-rede;Comprimento do prefixo;Nome", "10.1.0.0;16;sede", "10.1.0.0/16 sede"),
    ("Endere\u00e7o de rede;M\u00e1scara de sub-rede;Nome", "10.1.0.0;255.255.0.0;sede", "10.1.0.0/16 sede"),
    ("IP,Hostname", "10.1.0.5,web1", "10.1.0.5/32 web1"),
    ("Server;IP-Adresse", "web1;10.1.0.5", "10.1.0.5/32 web1"),
    ("Name;IP;Gateway", "web1;10.1.0.5;10.1.0.1", "10.1.0.5/32 web1"),
)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize(("titles", "row", "expected"), TABLES, ids=[row[0] for row in TABLES])
def test_a_title_is_known_in_other_languages(titles: str, row: str, expected: str, encoding: str) -> None:
    content = f"{titles}\n{row}\n".encode(encoding)
    text = content.decode() if encoding == "utf-8" or content.isascii() else base64.b64encode(content).decode()
    reading = read_ranges(Typed({"exclude_prefixes": [text]}))
    assert named(reading) == [expected]
    assert {each.severity.value for each in reading.findings} <= {"info", "warning"}


def test_an_address_of_a_machine_without_its_prefix_length_hides_no_other() -> None:
    reading = read_ranges(Typed({"exclude_prefixes": ["name,ip\na,\nb,10.1.0.0\nc,10.1.0.6\n"]}))
    assert named(reading) == ["10.1.0.6/32 c"]
    assert [each.rule for each in reading.findings] == ["malformed-range", "entries-without-range", "single-addresses"]
