"""Terraform, read by a parser of HCL, and by terraform itself where it is installed. The provider cannot be had: what
its resources take is a table.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
import pytest

from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY, NetworkPlugin
from azext_kubenet.export import Target
from tests.unit.export.plans import CASES, NO_SURGE, PLAN, PLUGINS, POOLS, TABLE, THERE, export

_REFERENCE = re.compile(r"(?<![\w.\"])((?:data\.)?azurerm_\w+\.\w+|var\.\w+|local\.\w+)")
_ESCAPE = re.compile(r'\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|([nrt"\\]))')

#: What resources and their blocks take, needed first: read off provider azurerm 4.55.
TAKES = {
    "azurerm_resource_group": ("name location", ""),
    "azurerm_virtual_network": ("name resource_group_name location", "address_space lifecycle"),
    "azurerm_subnet": ("name resource_group_name virtual_network_name", "address_prefixes"),
    "azurerm_user_assigned_identity": ("name resource_group_name location", ""),
    "azurerm_role_assignment": ("scope principal_id", "role_definition_name principal_type"),
    "azurerm_kubernetes_cluster": (
        "name resource_group_name location default_node_pool",
        "dns_prefix identity network_profile depends_on lifecycle",
    ),
    "azurerm_kubernetes_cluster.default_node_pool": (
        "name",
        "node_count auto_scaling_enabled min_count max_count max_pods vnet_subnet_id vm_size upgrade_settings",
    ),
    "azurerm_kubernetes_cluster.default_node_pool.upgrade_settings": ("max_surge", ""),
    "azurerm_kubernetes_cluster.identity": ("type", "identity_ids"),
    "azurerm_kubernetes_cluster.network_profile": (
        "network_plugin",
        "network_plugin_mode pod_cidr service_cidr dns_service_ip load_balancer_sku",
    ),
    "azurerm_kubernetes_cluster.lifecycle": ("ignore_changes", ""),
    "azurerm_virtual_network.lifecycle": ("ignore_changes", ""),
    "azurerm_kubernetes_cluster_node_pool": (
        "name kubernetes_cluster_id",
        "for_each mode node_count auto_scaling_enabled min_count max_count max_pods vnet_subnet_id vm_size "
        "upgrade_settings lifecycle",
    ),
    "azurerm_kubernetes_cluster_node_pool.upgrade_settings": ("", "max_surge max_unavailable"),
    "azurerm_kubernetes_cluster_node_pool.lifecycle": ("ignore_changes", ""),
    "data.azurerm_resource_group": ("name", ""),
    "data.azurerm_route_table": ("name resource_group_name", ""),
    "data.azurerm_virtual_network": ("name resource_group_name", ""),
    "data.azurerm_subnet": ("name resource_group_name virtual_network_name", ""),
}


def unquoted(text: str) -> str:
    """A quoted string of HCL; one that interpolates is no plain string."""
    assert text.startswith('"'), text
    assert text.endswith('"'), text
    assert not re.search(r"[$%]\{", text), "an interpolation"
    return _ESCAPE.sub(
        lambda found: (
            chr(int(found[1] or found[2], 16))
            if not found[3]
            else {"n": "\n", "r": "\r", "t": "\t"}.get(found[3], found[3])
        ),
        text[1:-1],
    )


def read(plan: dict[str, Any], place: Target, plugin: NetworkPlugin = KUBENET) -> dict[str, Any]:
    return _plain(hcl2.loads(export(".tf", plan, place, plugin)))


def _plain(thing: Any) -> Any:
    """Without the parser's own marks, and with names unquoted."""
    if isinstance(thing, dict):
        return {key.strip('"'): _plain(each) for key, each in thing.items() if not key.startswith("__")}
    return [_plain(each) for each in thing] if isinstance(thing, list) else thing


def blocks(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """All blocks of a kind by address: `resource` by type.name, `variable` by name."""
    found: dict[str, Any] = {}
    for each in document.get(kind, []):
        for first, inner in each.items():
            if kind in ("resource", "data"):
                prefix = "data." if kind == "data" else ""
                found.update({f"{prefix}{first}.{name}": body for name, body in inner.items()})
            else:
                found[first] = inner
    return found


def texts(thing: Any) -> Iterator[str]:
    if isinstance(thing, dict):
        for each in thing.values():
            yield from texts(each)
    elif isinstance(thing, list):
        for each in thing:
            yield from texts(each)
    elif isinstance(thing, str):
        yield thing


@pytest.mark.parametrize("case", CASES)
def test_every_reference_is_declared_and_every_declaration_is_used(case: str) -> None:
    document = read(*CASES[case])
    declared = {
        *(f"var.{name}" for name in blocks(document, "variable")),
        *(f"local.{name}" for name in blocks(document, "locals")),
        *blocks(document, "resource"),
        *blocks(document, "data"),
    }
    used = {found for text in texts(document) for found in _REFERENCE.findall(text)}
    assert used <= declared
    ends = {each for each in declared if each.startswith(("azurerm_kubernetes_cluster", "data.azurerm_resource_group"))}
    assert declared - used <= ends


MADE = {
    "all of it is made": "resource_group virtual_network subnet",
    "the names are those of create": "resource_group virtual_network subnet",
    "the subnet is made in a network": "subnet",
    "network and subnet are there": "",
    "network and subnet are in another group": "resource_group",
    "the subnet is made in another group": "resource_group subnet",
    "the network is made in another group": "resource_group virtual_network subnet",
    "the subnet has a route table of its own": "resource_group",
    "one pool is scaled to the plan's maximum": "resource_group virtual_network subnet",
    "no pool surges": "resource_group virtual_network subnet",
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_there_is_data_and_what_is_not_is_made(case: str) -> None:
    document = read(*CASES[case])
    made = {address.split(".")[0].removeprefix("azurerm_") for address in blocks(document, "resource")}
    always = {"user_assigned_identity", "role_assignment", "kubernetes_cluster"}
    pools = {"kubernetes_cluster_node_pool"} if "pools" in CASES[case][0] else set()
    assert made == {*MADE[case].split(), *always, *pools}
    there = {address.split(".")[1].removeprefix("azurerm_") for address in blocks(document, "data")}
    tables = {"route_table"} if CASES[case][1].route_table else set()
    assert there == ({"resource_group", "virtual_network", "subnet"} - made) | tables


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("case", CASES)
def test_every_resource_has_what_the_provider_needs_and_nothing_it_does_not_know(
    case: str, plugin: NetworkPlugin
) -> None:
    document = read(*CASES[case], plugin)
    for address, body in {**blocks(document, "resource"), **blocks(document, "data")}.items():
        _check(address.rpartition(".")[0], body)


def _check(kind: str, body: dict[str, Any]) -> None:
    needed, more = (set(words.split()) for words in TAKES[kind])
    assert needed <= set(body) <= needed | more, kind
    for key, inner in body.items():
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            _check(f"{kind}.{key}", inner[0])


@pytest.mark.parametrize("case", CASES)
def test_the_route_table_of_aks_is_left_alone(case: str) -> None:
    document = read(*CASES[case])
    assert not [address for address in blocks(document, "resource") if address.startswith("azurerm_route_table")]
    assert "delegation" not in str(document)
    network = blocks(document, "resource").get("azurerm_virtual_network.network")
    assert network is None or network["lifecycle"] == [{"ignore_changes": ["subnet"]}]


@pytest.mark.parametrize(
    ("plugin", "named"),
    [
        pytest.param(KUBENET, {"network_plugin": "kubenet"}, id="kubenet has no mode"),
        pytest.param(OVERLAY, {"network_plugin": "azure", "network_plugin_mode": "overlay"}, id="Overlay is a mode"),
    ],
)
@pytest.mark.parametrize("case", CASES)
def test_the_cluster_has_the_plugin_of_the_plan(case: str, plugin: NetworkPlugin, named: dict[str, str]) -> None:
    cluster = blocks(read(*CASES[case], plugin), "resource")["azurerm_kubernetes_cluster.cluster"]
    (profile,) = cluster["network_profile"]
    assert {key: unquoted(each) for key, each in profile.items() if key.startswith("network_plugin")} == named


def test_the_cluster_waits_for_the_grant() -> None:
    cluster = blocks(read(PLAN, Target()), "resource")["azurerm_kubernetes_cluster.cluster"]
    assert cluster["depends_on"] == ["${azurerm_role_assignment.cluster}"]


def test_the_identity_is_granted_the_route_table_that_plan_has_read_before_the_cluster_is_made() -> None:
    document = read(POOLS, TABLE)
    resources, variables = blocks(document, "resource"), blocks(document, "variable")
    grant = resources["azurerm_role_assignment.route_table"]
    assert grant["scope"] == "${data.azurerm_route_table.nodes.id}"
    assert unquoted(grant["role_definition_name"]) == "Network Contributor"
    assert unquoted(variables["route_table_name"]["default"]) == "to-fw"
    assert unquoted(variables["route_table_resource_group"]["default"]) == "Routes"
    needed = resources["azurerm_kubernetes_cluster.cluster"]["depends_on"]
    assert needed == ["${azurerm_role_assignment.cluster}", "${azurerm_role_assignment.route_table}"]


def test_a_region_that_nothing_tells_is_asked_for() -> None:
    assert "default" not in blocks(read(PLAN, Target()), "variable")["location"]
    assert blocks(read(PLAN, THERE), "variable")["location"]["default"] in ("null", None)
    assert unquoted(blocks(read(PLAN, Target(location="uksouth")), "variable")["location"]["default"]) == "uksouth"


@pytest.mark.parametrize(("plan", "ignored"), [(PLAN, False), (POOLS, True), ({**PLAN, "maxCount": 60}, True)])
def test_the_number_of_nodes_is_the_autoscaler_s_where_there_is_one(plan: dict[str, Any], ignored: bool) -> None:
    resources = blocks(read(plan, Target()), "resource")
    assert ("lifecycle" in resources["azurerm_kubernetes_cluster.cluster"]) == ignored


def test_no_surge_is_left_to_the_provider_on_the_system_pool_alone() -> None:
    resources = blocks(read(NO_SURGE, Target()), "resource")
    assert "upgrade_settings" not in resources["azurerm_kubernetes_cluster.cluster"]["default_node_pool"][0]
    first, second = blocks(read(NO_SURGE, Target()), "variable")["pools"]["default"]
    assert "max_surge" not in first
    assert (second["max_surge"], second["max_unavailable"]) == ('"0"', '"1"')


# -- terraform itself


@pytest.fixture
def terraform(tmp_path: Path):
    """terraform(words, stdin) in an empty folder; skipped where it is not installed."""
    program = shutil.which("terraform")
    if not program:
        pytest.skip("terraform is not installed")
    (tmp_path / "rc").touch()
    env = {**os.environ, "TF_CLI_CONFIG_FILE": str(tmp_path / "rc"), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}

    def run(*words: str, stdin: str = "") -> str:
        done = subprocess.run(
            [program, *words], cwd=tmp_path, env=env, input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("case", CASES)
def test_terraform_would_format_it_the_same(case: str, plugin: NetworkPlugin, terraform: Any, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(export(".tf", *CASES[case], plugin), encoding="utf-8")
    assert terraform("fmt", "-check", "-diff", "main.tf") == ""


def evaluated(plan: dict[str, Any], place: Target, terraform: Any, folder: Path, *expressions: str) -> list[Any]:
    """What terraform makes of expressions of variables alone."""
    variables = [each for each in export(".tf", plan, place).split("\n\n") if each.startswith("variable ")]
    (folder / "main.tf").write_text("\n".join(variables), encoding="utf-8")
    printed = terraform("console", "-no-color", stdin=f"jsonencode([{', '.join(expressions)}])")
    return json.loads(json.loads(printed))


def inner(text: str) -> str:
    """An expression, out of the parser's own ${ }."""
    return text.removeprefix("${").removesuffix("}")


def test_terraform_reads_the_plan_from_it(terraform: Any, tmp_path: Path) -> None:
    resources = blocks(read(POOLS, THERE), "resource")
    cluster = resources["azurerm_kubernetes_cluster.cluster"]
    wanted = {
        **{key: each for key, each in cluster["default_node_pool"][0].items() if "var." in str(each)},
        **{key: each for key, each in cluster["network_profile"][0].items() if "var." in each},
        "more": resources["azurerm_kubernetes_cluster_node_pool.more"]["for_each"],
    }
    surge = wanted.pop("upgrade_settings")[0]["max_surge"]
    asked = {**wanted, "surge": surge}
    found = evaluated(POOLS, THERE, terraform, tmp_path, *map(inner, asked.values()))
    assert dict(zip(asked, found, strict=True)) == {
        "name": "system",
        "node_count": 3,
        "auto_scaling_enabled": False,
        "min_count": None,
        "max_count": None,
        "max_pods": 60,
        "vm_size": None,
        "pod_cidr": "172.16.0.0/16",
        "service_cidr": "192.168.0.0/16",
        "dns_service_ip": "192.168.0.10",
        "surge": "33%",
        "more": {"work": {"name": "work", "count": 2, "max_count": 9, "max_surge": "2", "max_unavailable": None}},
    }


NASTY = [
    "${file('x')}",
    "%{ if true }",
    "$${x}",
    "$$${x}",
    "%%{x}",
    'a"b',
    "a\\",
    "\\${x}",
    "a\nb",
    "\u2028\x07",
    "𝒳",
    "#",
]


def test_terraform_reads_nasty_names_as_they_are(terraform: Any, tmp_path: Path) -> None:
    for name in NASTY:
        assert evaluated(PLAN, Target(cluster=name), terraform, tmp_path, "var.cluster_name") == [name]
