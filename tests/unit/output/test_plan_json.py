"""The answer of `plan`: the keys that scripts rely on, plain values, and the rows of its table."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any

import pytest

from azext_kubenet._format import create_table, plan_table
from azext_kubenet.addressing.explanation import described
from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.model import ClusterSize, RangeRequests
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from azext_kubenet.output.plan_json import answer, finding_dict

#: The answer of a plan without options, as the interface promises it. Other keys may be added, none may change.
PROMISED = {
    "vnetAddressPrefixes": ["192.168.0.0/16"],
    "subnetPrefix": "192.168.1.0/24",
    "podCidr": "10.244.0.0/16",
    "serviceCidr": "10.0.0.0/16",
    "dnsServiceIp": "10.0.0.10",
    "dockerBridgeAddress": "172.17.0.1/16",
    "networkPlugin": "kubenet",
    "planVersion": "1.0",
    "nodeCount": 3,
    "maxPods": 110,
    "maxSurge": "10%",
    "capacity": {
        "nodes": 228,
        "pods": 25080,
        "services": 65534,
        "limitedBy": "subnet",
        "nodesBySubnet": 228,
        "nodesByPodCidr": 232,
        "nodesByRoutes": 363,
    },
    "findings": [],
}


def plan(accept: tuple[str, ...] = (), **options: Any) -> dict[str, Any]:
    """The answer to these options."""
    reading = read_ranges(Typed(options))
    verdict = plan_ranges(reading.size, reading.requests, reading.reservations, accept)
    assert not verdict.refused, verdict.findings
    return answer(described(verdict))


def test_every_promised_key_has_the_promised_value() -> None:
    given = plan()
    assert {key: given[key] for key in PROMISED} == PROMISED
    assert given["aksArguments"].startswith(
        "--network-plugin kubenet --pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/16 --dns-service-ip 10.0.0.10"
    )


def test_the_docker_bridge_is_no_argument_of_az_aks_create() -> None:
    assert "docker" not in plan(docker_bridge_address="172.18.0.1/16")["aksArguments"]


@pytest.mark.parametrize(
    ("options", "scaled"),
    [
        ({"max_count": 60}, "--node-count 3 --max-pods 110 --enable-cluster-autoscaler --min-count 3 --max-count 60"),
        ({"max_count": 3}, "--node-count 3 --max-pods 110"),
        ({"pool": [["a:3", "b:1:9"]]}, "--node-count 3 --max-pods 110"),
        ({"pool": [["a:3:5"]]}, "--max-pods 110 --enable-cluster-autoscaler --min-count 3 --max-count 5"),
    ],
)
def test_the_arguments_scale_the_first_pool_to_what_the_plan_was_made_for(options: dict, scaled: str) -> None:
    assert plan(**options)["aksArguments"].endswith(scaled)


def test_arguments_without_a_subnet_say_that_it_is_missing_and_how_to_get_it() -> None:
    lacking = plan()["aksArgumentsLack"]
    assert list(lacking) == ["--vnet-subnet-id"]
    assert lacking["--vnet-subnet-id"].startswith("az network vnet subnet show -g GROUP --vnet-name VNET -n SUBNET")


def test_a_plan_without_a_docker_bridge_says_null_and_has_its_row() -> None:
    given = plan(subnet_prefix=["10.1.2.0/26"], exclude_prefixes=["10.0.0.0/8", "172.16.0.0/12"])
    assert given["dockerBridgeAddress"] is None
    assert "dockerBridgeAddress" not in given["reasons"]
    assert [(each["rule"], each["severity"]) for each in given["findings"]] == [
        ("docker-bridge-without-place", "info"),
        ("hole-in-excluded-range", "warning"),
    ]
    assert list(plan_table(given)[-1].values()) == ["Docker bridge", "", "", "none planned", "not sent to Azure"]


def test_a_stated_maximum_is_in_the_answer_and_none_is_not() -> None:
    assert plan(max_count=100)["maxCount"] == 100
    assert "maxCount" not in plan()


def test_a_finding_has_the_promised_keys() -> None:
    given = plan(("excluded-range-overlap",), pod_cidr="10.244.0.0/16", exclude_prefixes=["10.240.0.0/12"])["findings"]
    (finding,) = [each for each in given if each["rule"] == "excluded-range-overlap"]
    assert finding.pop("accepted") is True  # of an error that was lowered, alone
    assert all(set(each) == {"rule", "severity", "options", "message", "recommendation"} for each in given)
    assert finding["severity"] == "warning"
    assert "--pod-cidr" in finding["options"]


def test_the_severity_and_the_options_of_a_finding_are_plain() -> None:
    given = finding_dict(Finding("rule", Severity.INFO, ("--a", "--b"), "message", advise("advice")))
    assert given == {
        "rule": "rule", "severity": "info", "options": ["--a", "--b"], "message": "message", "recommendation": "advice",
    }  # fmt: skip
    assert type(given["severity"]) is str


@pytest.mark.parametrize(
    "options", [{}, {"max_count": 300, "extra_ips": 9}, {"vnet_address_prefixes": ["10.1.0.0/16", "10.3.0.0/16"]}]
)
def test_an_answer_is_made_of_plain_types_alone(options: dict) -> None:
    from knack.util import todict

    given = plan(**options)
    assert _types(given) <= {dict, list, str, int}
    assert json.loads(json.dumps(given)) == given
    assert todict(given) == given


def test_an_answer_stays_plain_where_azure_cli_marks_its_defaults() -> None:
    from azure.cli.core.commands.validators import DefaultInt, DefaultStr

    given = plan(
        node_count=DefaultInt(3), max_pods=DefaultInt(110), max_surge=DefaultStr("10%"), extra_ips=DefaultInt(0)
    )
    assert _types(given) <= {dict, list, str, int}


def _types(value: Any) -> set[type]:
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return {type(value)}.union(*map(_types, children))


def test_the_table_has_a_row_a_range() -> None:
    rows = plan_table(plan())
    assert all(list(row) == ["Range", "CIDR", "Addresses", "Holds", "Demand"] for row in rows)
    assert [list(row.values()) for row in rows] == [
        ["Virtual network", "192.168.0.0/16", "65536", "", ""],
        ["Subnet", "192.168.1.0/24", "256", "228 nodes", "3 nodes + 1 surge"],
        ["Pod CIDR", "10.244.0.0/16", "65536", "232 nodes", "3 nodes + 1 surge"],
        ["Route table", "", "", "363 nodes", "3 nodes + 1 surge"],
        ["Service CIDR", "10.0.0.0/16", "65536", "65534 services", ""],
        ["DNS service IP", "10.0.0.10", "", "", ""],
        ["Docker bridge", "172.17.0.1/16", "65536", "", "not sent to Azure"],
    ]


def test_the_table_has_a_row_for_each_prefix_of_the_network() -> None:
    rows = plan_table(plan(vnet_address_prefixes=["10.1.0.0/16", "10.3.0.0/24"]))
    assert [(row["CIDR"], row["Addresses"]) for row in rows[:2]] == [("10.1.0.0/16", "65536"), ("10.3.0.0/24", "256")]


def test_the_table_tells_of_the_other_addresses_and_of_no_surge() -> None:
    rows = plan_table(plan(extra_ips=5, max_surge="0"))
    assert [row["Demand"] for row in rows if row["Range"] in ("Subnet", "Pod CIDR")] == [
        "3 nodes + 5 others",
        "3 nodes",
    ]


def test_a_dry_run_is_a_row_a_step() -> None:
    step = {"id": "/x", "detail": "d", "name": "n", "kind": "k", "action": "create"}
    assert create_table([step]) == [OrderedDict(action="create", kind="k", name="n", detail="d")]
    assert create_table([]) == []


def test_a_cluster_is_shown_by_its_keys_in_the_order_of_the_alphabet() -> None:
    assert list(create_table({"b": 1, "a": 2})) == ["a", "b"]
    assert create_table(None) is None


def test_what_is_said_of_growth_is_plain() -> None:
    said = answer(described(plan_ranges(ClusterSize(), RangeRequests()), 25))
    for each in [*said["growth"], *said["nextSizes"]]:
        assert all(type(value) in (str, int, float) for value in each.values() if value != each.get("then"))
        assert all(type(sentence) is str for sentence in each.get("then", []))
