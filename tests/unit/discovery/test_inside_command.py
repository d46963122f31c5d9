"""The command that looks inside a cluster, run by a shell with a kubectl that prints what it is given, and jq."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet.discovery.inside_cluster import (
    Budget,
    CalicoObject,
    DaemonSet,
    InsideCluster,
    InsideNode,
    IpMasq,
    Policy,
)
from azext_kubenet.discovery.inside_command import Part, inside_command, policies_command
from azext_kubenet.discovery.inside_output import understand, understand_policies
from tests.support.effort import tries
from tests.unit.discovery.cluster_inside import budget, needs_jq, node, run

#: What Azure gives back of an output at most.
MOST = 512_000
pytestmark = needs_jq


def looked(tmp_path: Path, objects: dict[str, Any], **more: Any) -> InsideCluster:
    return understand(run(tmp_path, objects, **more))


def container(**security: Any) -> dict[str, Any]:
    return {"name": "c", "securityContext": security}


def daemon_set(name: str, *containers: Any, host: bool = True, init: bool = False, **labels: str) -> dict[str, Any]:
    key = "initContainers" if init else "containers"
    spec = {"hostNetwork": host, key: [*containers]}
    return {
        "metadata": {"namespace": "kube-system", "name": name, "labels": labels},
        "spec": {"template": {"spec": spec}},
    }


@pytest.mark.parametrize("shell", [each for each in ("bash", "dash", "sh") if shutil.which(each)])
def test_every_part_is_seen_in_any_shell(tmp_path: Path, shell: str) -> None:
    seen = looked(
        tmp_path,
        {
            "nodes": [node("n1", "10.244.0.0/24", "10.0.0.4"), node("N2", None, "10.0.0.5", ("Ready", "Unknown"))],
            "budgets": [budget("free", 1), budget("held", 0)],
            "maps": [{"metadata": {"name": "azure-ip-masq-agent-config"}, "data": {"a": "b"}}],
            "sets": [
                daemon_set("writes", {**container(privileged=True), "command": ["iptables", "-A"]}),
                daemon_set("by-init", container(capabilities={"add": ["NET_ADMIN"]}), init=True),
                daemon_set("of-aks", container(privileged=True), **{"kubernetes.azure.com/managedby": "aks"}),
                daemon_set("not-privileged", container(privileged=False), {"name": "bare"}),
                daemon_set("own-network", container(privileged=True), host=False),
            ],
            "policies": [
                {"metadata": {"namespace": "a", "name": "all"}, "spec": {"ingress": [{"ports": [{"port": 80}]}]}},
                {"metadata": {"namespace": "a", "name": "some"}, "spec": {
                    "ingress": [{"from": [{"ipBlock": {"cidr": "10.244.0.0/16"}}], "ports": [{"port": "http"}]}],
                    "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]}},
            ],
            "calico": [{"kind": "GlobalNetworkPolicy", "metadata": {"name": "deny"}}],
        },
        shell=shell,
    )  # fmt: skip
    assert [(each.name, each.block, each.address) for each in seen.nodes] == [
        ("n1", IPNetwork("10.244.0.0/24"), "10.0.0.4"), ("n2", None, "10.0.0.5"),
    ]  # fmt: skip
    assert [bool(each.not_ready) for each in seen.nodes] == [False, True]
    assert seen.budgets == (Budget("shop", "held", "3", "", 3, 3, 3),)
    assert seen.ip_masq == (IpMasq("azure-ip-masq-agent-config", '{"a":"b"}'),)
    assert seen.daemon_sets == (
        DaemonSet("kube-system", "writes", True, False),
        DaemonSet("kube-system", "by-init", False, False),
        DaemonSet("kube-system", "of-aks", False, True),
    )
    assert seen.policies == (Policy("a", "some", ("0.0.0.0/0", "10.244.0.0/16"), ("http",)),)
    assert seen.calico == (CalicoObject("GlobalNetworkPolicy", "", "deny"),)
    assert dict(seen.counts) == dict(zip(Part, (2, 2, 1, 5, 2, 1), strict=True))
    assert (seen.cut, seen.unread) == ({}, {})


def test_a_node_whose_machine_is_off_on_purpose_is_not_missed(tmp_path: Path) -> None:
    nodes = [node(name, "10.244.0.0/24", "10.0.0.4", ("Ready", "Unknown")) for name in ("off", "broken")]
    nodes[0]["spec"]["taints"] = [{"key": "node.cloudprovider.kubernetes.io/shutdown", "effect": "NoSchedule"}]
    nodes[1]["spec"]["taints"] = [{"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}]
    assert [each.name for each in looked(tmp_path, {"nodes": nodes}).nodes if each.not_ready] == ["broken"]


def test_an_empty_cluster_is_seen_to_be_empty(tmp_path: Path) -> None:
    assert looked(tmp_path, {}) == InsideCluster(counts=dict.fromkeys(Part, 0))


def test_nothing_that_changes_the_cluster_is_typed(tmp_path: Path) -> None:
    run(tmp_path, {"calico": []})
    assert {line.split()[0] for line in (tmp_path / "typed").read_text().splitlines()} == {"get", "api-resources"}
    assert "\n" not in inside_command()
    assert len(inside_command()) < 4000


# what is wrong, objects, errors of kubectl, the part that is unread, words of why
FAILURES: tuple[tuple[str, dict[str, Any], dict[str, str], Part, str], ...] = (
    ("kubectl may not", {}, {"budgets": "Error from server (Forbidden): pdb is forbidden"}, Part.BUDGETS, "forbidden"),
    ("kubectl fails without a word", {}, {"nodes": ""}, Part.NODES, "no reason"),
    ("what it prints is no JSON", {"nodes": "no JSON"}, {}, Part.NODES, "parse error"),
    ("what it prints is cut", {"nodes": '{"items": [{"metadata": {"name": "a"}}'}, {}, Part.NODES, "Unfinished"),
    ("what it prints is no list", {"budgets": "{}"}, {}, Part.BUDGETS, "null"),
    ("what it prints is empty", {"policies": ""}, {}, Part.POLICIES, "no reason"),
    ("an item is no object", {"budgets": "[1]"}, {}, Part.BUDGETS, "no reason"),
    ("kinds are not told", {}, {"api-resources": "no"}, Part.CALICO, "no reason"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("objects", "errors", "part", "why"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES]
)
def test_a_part_that_fails_is_unread_and_the_others_are_seen(
    tmp_path: Path, objects: dict[str, Any], errors: dict[str, str], part: Part, why: str
) -> None:
    if part is Part.CALICO:
        errors = {**errors, "unknown": "no such kind"}
        why = "no such kind"
    seen = looked(tmp_path, objects, errors=errors)
    assert [*seen.unread] == [part]
    assert why in seen.unread[part]
    assert set(seen.counts) == set(Part) - {part}


def test_a_warning_of_kubectl_is_no_failure(tmp_path: Path) -> None:
    found = [budget("held", 0)]
    seen = looked(tmp_path, {"budgets": found}, warnings={"budgets": "Warning: policy/v1beta1 is deprecated"})
    assert (len(seen.budgets), seen.unread, seen.cut) == (1, {}, {})


def test_a_large_cluster_fits(tmp_path: Path) -> None:
    nodes = [
        node(f"aks-nodepool1-12345678-vmss{number:06d}", f"10.{number // 256}.{number % 256}.0/24", "10.0.0.4",
             ("Ready", "Unknown"), ("NetworkUnavailable", "True"))
        for number in range(400)
    ]  # fmt: skip
    budgets = [budget(f"budget-{number}-{'x' * 40}", 0, namespace="n" * 40) for number in range(300)]
    printed = run(tmp_path, {"nodes": nodes, "budgets": budgets})
    seen = understand(printed)
    assert (len(seen.nodes), len(seen.budgets), seen.cut, seen.unread) == (400, 300, {}, {})
    assert len(printed) < MOST


def test_no_cluster_prints_more_than_azure_gives_back_and_what_is_cut_is_told(tmp_path: Path) -> None:
    long = "x" * 200
    objects = {
        "nodes": [node(f"{number}{long}", "10.0.0.0/24", "10.0.0.4") for number in range(2000)],
        "budgets": [budget(f"{number}{long}", 0) for number in range(3000)],
        "maps": [{"metadata": {"name": "azure-ip-masq-agent-config"}, "data": {"a": "é" * 50_000}}],
        "sets": [daemon_set(f"{number}{long}", container(privileged=True)) for number in range(2000)],
        "policies": [
            {"metadata": {"namespace": long, "name": f"{number}"}, "spec": {"egress": [{"ports": [{"port": "a"}]}]}}
            for number in range(2000)
        ],
        "calico": [{"kind": "GlobalNetworkPolicy", "metadata": {"name": f"{number}{long}"}} for number in range(2000)],
    }
    printed = run(tmp_path, objects)
    seen = understand(printed)
    assert len(printed.encode()) < MOST
    assert set(seen.cut) == set(Part)
    assert (seen.ip_masq, seen.counts[Part.IP_MASQ]) == ((), 1)
    assert 0 < len(seen.nodes) < 2000
    assert seen.cut[Part.NODES] == f"{len(seen.nodes)} of 2000 fit into the output of a command"


names = st.text(alphabet="abcxyz019-", min_size=1, max_size=20)
blocks = st.none() | st.integers(0, 255).map(lambda number: f"10.244.{number}.0/24")
states = st.sampled_from(["True", "False", "Unknown"])


@tries(50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(names, blocks, states, states), max_size=8),
    st.lists(
        st.tuples(
            names, st.integers(0, 2), st.sampled_from([{"minAvailable": 1}, {"maxUnavailable": "0%"}, {}]),
            st.integers(0, 5), st.integers(0, 5),
        ),
        max_size=8,
    ),
)  # fmt: skip
def test_what_is_seen_is_what_there_is(nodes: list[Any], budgets: list[Any]) -> None:
    objects = {
        "nodes": [node(n, b, "10.0.0.4", ("Ready", r), ("NetworkUnavailable", u)) for n, b, r, u in nodes],
        "budgets": [budget(n, a, spec=s, pods=p, healthy=h) for n, a, s, p, h in budgets],
    }
    with TemporaryDirectory() as folder:
        seen = looked(Path(folder), objects)

    def as_told(each: InsideNode) -> tuple[Any, ...]:
        return each.name, each.block, each.not_ready is None, each.network_unavailable is not None

    assert [*map(as_told, seen.nodes)] == [
        (n, IPNetwork(b) if b else None, r == "True", u == "True") for n, b, r, u in nodes
    ]
    assert [*seen.budgets] == [
        Budget("shop", n, str(s.get("minAvailable", "")), str(s.get("maxUnavailable", "")), p, h, 3)
        for n, a, s, p, h in budgets if a == 0
    ]  # fmt: skip
    assert (seen.cut, seen.unread) == ({}, {})


def whole_policy(kind: str, name: str) -> dict[str, Any]:
    """A policy as it is given back, and beside it what the cluster alone writes."""
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "n", "labels": None},
            "spec": {"order": 1, "text": "ü"}}  # fmt: skip


@pytest.mark.parametrize("shell", [each for each in ("bash", "dash") if shutil.which(each)])
@pytest.mark.parametrize("calico", [None, [], ["GlobalNetworkPolicy"]], ids=["no Calico", "no rule of its", "one"])
def test_policies_are_printed_whole_in_any_shell(tmp_path: Path, shell: str, calico: list[str] | None) -> None:
    wanted = [whole_policy("NetworkPolicy", "p")]
    objects: dict[str, Any] = {"policies": [{**wanted[0], "status": {"x": 1}}]}
    if calico is not None:
        objects["calico"] = [whole_policy(kind, "c") for kind in calico]
        wanted += objects["calico"]
    printed = run(tmp_path, objects, shell=shell, command=policies_command())
    assert understand_policies(printed) == wanted


def test_policies_that_kubectl_fails_for_are_not_known(tmp_path: Path) -> None:
    printed = run(tmp_path, {}, {"policies": "Error from server (Forbidden): no"}, command=policies_command())
    assert understand_policies(printed) is None
