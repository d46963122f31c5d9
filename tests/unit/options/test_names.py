"""Names that Azure would refuse are found before anyone is asked, typed and derived ones alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azext_kubenet.azure.resources import Names
from azext_kubenet.options.names import derived_name_findings, name_findings, node_group_name


def names(group: str = "app", cluster: str = "kube", vnet: str = "", subnet: str = "") -> Names:
    return Names("", group, cluster, vnet or f"{cluster}-vnet", subnet or f"{cluster}-subnet", group, "")


def found(node_group: str = "", dns_prefix: str = "", by_id: bool = False, **named: str) -> list[Any]:
    return name_findings(names(**named), subnet_by_id=by_id, node_group=node_group, dns_prefix=dns_prefix)


# the option at fault; how it is named, given a name; the longest that Azure accepts
LENGTHS: tuple[tuple[str, Callable[[str], list[Any]], int], ...] = (
    ("--resource-group", lambda name: found(group=name), 90),
    ("--name", lambda name: found(cluster=name, vnet="net", subnet="nodes"), 63),
    ("--vnet-name", lambda name: found(vnet=name), 64),
    ("--subnet-name", lambda name: found(subnet=name), 80),
    ("--node-resource-group", lambda name: found(node_group=name), 80),
    ("--dns-name-prefix", lambda name: found(dns_prefix=name), 54),
)


@pytest.mark.parametrize(("option", "of", "longest"), LENGTHS, ids=[row[0] for row in LENGTHS])
def test_the_longest_name_is_taken_and_a_longer_one_is_not(
    option: str, of: Callable[[str], list[Any]], longest: int
) -> None:
    assert of("n" * longest) == []
    (finding,) = of("n" * (longest + 1))
    assert (finding.rule, finding.subject, finding.acceptable) == ("name-not-allowed", (option,), "")
    assert f"{longest + 1} characters" in finding.message
    assert f"at most {longest}" in finding.message
    assert finding.recommendation == f"use {option} NAME"


# the option at fault, and what is named so
WRONG = (
    ("--resource-group", {"group": "ends.with.a."}),
    ("--resource-group", {"group": "with blank"}),
    ("--name", {"cluster": "kube.one", "vnet": "net", "subnet": "nodes"}),
    ("--vnet-name", {"vnet": "-net"}),
    ("--vnet-name", {"vnet": "net."}),
    ("--vnet-name", {"vnet": "n"}),
    ("--subnet-name", {"subnet": "a/b"}),
    ("--node-resource-group", {"node_group": "nodes!"}),
    ("--node-resource-group", {"group": "Demo-1", "node_group": "demo-1"}),
    ("--dns-name-prefix", {"dns_prefix": "kube_one"}),
)


@pytest.mark.parametrize(("option", "named"), WRONG)
def test_a_name_of_other_characters_is_not_taken(option: str, named: dict[str, str]) -> None:
    (finding,) = found(**named)
    assert finding.subject == (option,)


# Names that people have, and that must pass: OK in Azure by its own rules.
@pytest.mark.parametrize(
    "named",
    [
        {"group": "rg(test).Zürich_1"},
        {"vnet": "1net_", "subnet": "s"},
        {"vnet": "corp.net-1", "subnet": "Nodes.1_a"},
        {"node_group": "MC_app_kube_westeurope"},
        {"dns_prefix": "Kube-app-5b0000"},
    ],
)
def test_what_azure_accepts_is_not_refused(named: dict[str, str]) -> None:
    assert found(**named) == []


def test_a_network_named_by_id_has_its_names_already() -> None:
    assert found(by_id=True, vnet="n" * 70, subnet="s" * 90) == []


def test_a_long_name_of_the_cluster_makes_a_long_name_of_its_network() -> None:
    (finding,) = found(cluster="c" * 62)
    assert "virtual network" in finding.message
    assert "67 characters" in finding.message


def test_the_node_resource_group_is_called_after_group_cluster_and_region() -> None:
    assert node_group_name(names(), "West Europe") == "MC_app_kube_westeurope"
    long = names(group="app-platformteam-sandbox-westeurope", cluster="aks-app-platformteam-sandbox-westeurope")
    (finding,) = derived_name_findings(long, "westeurope", "")
    assert (finding.subject, finding.recommendation) == (("--node-resource-group",), "use --node-resource-group NAME")
    assert derived_name_findings(long, "westeurope", "nodes") == []
    assert derived_name_findings(long, "", "") == [], "the region is not known yet"
