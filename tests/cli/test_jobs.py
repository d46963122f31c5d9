"""Twelve jobs of a platform engineer, each as it is typed: what comes out is used for the next thing."""

from __future__ import annotations

import json
import shutil
import subprocess
from ipaddress import IPv4Network, ip_network
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Cloud
from tests.loopback.seeds import bodies
from tests.support.az import Az, Ran

RANGES = ("subnetPrefix", "podCidr", "serviceCidr")
ON_PREMISES = ip_network("10.0.0.0/8")
EVERYTHING = "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10"


def blocks(plan: dict[str, Any]) -> list[IPv4Network]:
    """The network, pods and services of a plan: what must be apart from everybody else's."""
    return [IPv4Network(each) for each in (*plan["vnetAddressPrefixes"], plan["podCidr"], plan["serviceCidr"])]


def typed(az: Az | Cloud, script: str) -> Ran:
    """A script as it is typed into bash."""
    ran = az.shell(f"export AZURE_CORE_ONLY_SHOW_ERRORS=true\n{script}")
    assert "Traceback" not in ran.err
    return ran


def planned(az: Az | Cloud, script: str) -> Any:
    """What a script prints, if nothing was refused."""
    ran = typed(az, script)
    assert ran.code == 0, ran.err
    return ran.json


def home(az: Az | Cloud) -> Path:
    return az.az.home if isinstance(az, Cloud) else az.home


def test_job_1_a_26_carved_out_of_the_on_premises_range_is_planned_and_the_rest_of_it_avoided(az: Az) -> None:
    plan = planned(az, "az kubenet plan --subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 --max-count 40")
    assert plan["subnetPrefix"] == "10.1.2.0/26"
    assert not any(ip_network(plan[key]).overlaps(ON_PREMISES) for key in ("podCidr", "serviceCidr"))
    assert [each["rule"] for each in plan["findings"]] == ["hole-in-excluded-range"]
    assert plan["capacity"]["nodes"] >= 40


LOOP = """\
for n in 1 2 3 4 5 6; do
    [ -s cluster$n.json ] || az kubenet plan --max-count 40 --pod-cidr /18 \\
        --exclude-prefixes 10.0.0.0/8 '@cluster*.json' > cluster$n.json
done"""


def test_job_2_six_clusters_in_a_loop_are_apart_and_the_loop_can_be_run_again(az: Az) -> None:
    for _ in range(2):
        ran = typed(az, LOOP)
        assert ran.code == 0, ran.err
        plans = [json.loads((az.home / f"cluster{number}.json").read_text()) for number in range(1, 7)]
        ranges = [each for plan in plans for each in blocks(plan)]
        assert [pair for pair in combinations(ranges, 2) if pair[0].overlaps(pair[1])] == []
        assert not any(each.overlaps(ON_PREMISES) for each in ranges)


def test_job_2_a_loop_that_is_run_again_leaves_every_plan_as_it_is_and_makes_the_one_that_is_missing(az: Az) -> None:
    (az.home / "cluster1.json").write_text(json.dumps(planned(az, "az kubenet plan --service-cidr 192.168.128.0/17")))
    files = [az.home / f"cluster{number}.json" for number in range(1, 7)]
    assert typed(az, LOOP).code == 0
    before = [file.read_bytes() for file in files]
    files[3].write_text("")  # what a refused plan leaves behind
    assert typed(az, LOOP).code == 0
    after = [file.read_bytes() for file in files]
    assert [*after[:3], *after[4:]] == [*before[:3], *before[4:]]
    assert json.loads(after[3])["podCidr"] == json.loads(before[3])["podCidr"]


def test_job_3_a_plan_that_is_made_again_into_its_own_file_says_that_the_shell_has_emptied_it(az: Az) -> None:
    ran = typed(az, "az kubenet plan -o json > x.json\naz kubenet plan --plan @x.json --max-count 50 -o json > x.json")
    assert ran.code == 1
    assert "the plan is empty" in ran.err
    assert "> to the same file empties it before it is read: write to another file" in ran.err


def test_job_2_a_loop_goes_no_further_in_silence_after_a_refusal(az: Az) -> None:
    script = (
        "az kubenet plan --max-count 900 -o json > cluster1.json; az kubenet plan --exclude-prefixes '@cluster*.json'"
    )
    ran = typed(az, script)
    assert (ran.code, ran.out) == (1, "")
    assert "cluster1.json: the file is empty" in ran.err


def test_job_3_a_plan_for_300_nodes_keeps_what_still_holds_and_says_what_moves(az: Az) -> None:
    plan = planned(
        az, "az kubenet plan --max-count 40 -o json > old.json\naz kubenet plan --plan @old.json --max-count 300"
    )
    old = json.loads((az.home / "old.json").read_text())
    assert plan["vnetAddressPrefixes"] == old["vnetAddressPrefixes"]
    assert plan["serviceCidr"] == old["serviceCidr"]
    assert plan["capacity"]["nodes"] >= 300
    moved = {each["message"].partition(" of the earlier plan becomes ")[0] for each in plan["findings"]}
    assert moved == {f"subnet {old['subnetPrefix']}", f"pod CIDR {old['podCidr']}"}
    assert {(each["rule"], each["severity"]) for each in plan["findings"]} == {("range-moved", "warning")}


def test_job_3_the_same_through_a_pipe_and_on_to_create(cloud: Cloud) -> None:
    ran = typed(
        cloud,
        "az kubenet plan --max-count 40 -o json | az kubenet plan --plan @- --max-count 300 -o json |"
        " az kubenet create -g demo -n kube -l westeurope --no-ssh-key --plan @- --dry-run -o table",
    )
    assert ran.code == 0, ran.err
    assert "192.168.0.0/23" in ran.out


def test_job_3_one_of_the_six_is_made_again_apart_from_the_other_five(az: Az) -> None:
    again = "az kubenet plan --plan @cluster3.json --max-count 50 --exclude-prefixes 10.0.0.0/8 '@cluster*.json'"
    plan = planned(az, f"{LOOP}\n{again}")
    others = [json.loads((az.home / f"cluster{number}.json").read_text()) for number in (1, 2, 4, 5, 6)]
    taken = [each for other in others for each in blocks(other)]
    assert not [each for each in blocks(plan) if any(each.overlaps(other) for other in taken)]
    third = json.loads((az.home / "cluster3.json").read_text())
    assert {key: plan[key] for key in ("podCidr", "serviceCidr")} == {
        key: third[key] for key in ("podCidr", "serviceCidr")
    }


def test_job_4_a_spoke_takes_its_network_from_the_block_of_the_team(az: Az) -> None:
    options = "--within 10.20.0.0/16 --vnet-address-prefixes /22 --exclude-prefixes 10.0.0.0/8 10.20.0.0/22"
    plan = planned(az, f"az kubenet plan --max-count 100 {options}")
    (network,) = map(IPv4Network, plan["vnetAddressPrefixes"])
    assert network.prefixlen == 22
    assert network.subnet_of(IPv4Network("10.20.0.0/16"))
    assert network != IPv4Network("10.20.0.0/22")
    assert IPv4Network(plan["subnetPrefix"]).subnet_of(network)
    assert not any(ip_network(plan[key]).overlaps(ON_PREMISES) for key in ("podCidr", "serviceCidr"))


def test_job_5_the_sizes_for_a_ticket_are_enough_when_they_are_given_and_nothing_smaller_is(az: Az) -> None:
    demand = "--max-count 300 --max-surge 33%"
    sizes = planned(az, f"az kubenet plan {demand} --query sizes -o json")
    assert sizes == {"subnet": "/23", "podCidr": "/15", "serviceCidr": "/28"}
    ranges = "--subnet-prefix 10.8.0.0{subnet} --pod-cidr {podCidr} --service-cidr {serviceCidr}"
    given = f"az kubenet plan {demand} {ranges}"
    assert typed(az, given.format(**sizes)).code == 0
    for key, size in sizes.items():
        smaller = f"/{int(size[1:]) + 1}"
        assert typed(az, given.format(**{**sizes, key: smaller})).code == 1, key
    explained = az.shell(f"az kubenet plan {demand} --explain -o none")
    assert "smallest for the request: a subnet of /23, a pod CIDR of /15, a service CIDR of /28" in explained.err


def test_job_6_a_comparison_recommends_a_model_for_what_is_needed(az: Az) -> None:
    script = "az kubenet plan --subnet-prefix 10.1.2.0/24 --compare --needs pods-reachable --query comparison"
    comparison = planned(az, script)
    assert {each["model"] for each in comparison["models"]} >= {"kubenet"}
    recommended = comparison["recommended"]["model"]
    assert recommended != "kubenet"
    (row,) = (each for each in comparison["models"] if each["model"] == recommended)
    assert row["unmet"] == []


@pytest.mark.parametrize("ending", ["json", "bicep", "bicepparam", "tf", "tfvars.json", "sh"])
def test_job_7_an_export_in_each_format_has_the_ranges_of_the_plan_and_is_written_again(az: Az, ending: str) -> None:
    script = f"az kubenet plan --max-count 40 --pod-cidr 10.99.0.0/16 --export main.{ending}"
    plan = planned(az, script)
    text = (az.home / f"main.{ending}").read_text(encoding="utf-8")
    assert not [plan[key] for key in RANGES if plan[key] not in text]
    if ending.endswith("json"):
        json.loads(text)
    if ending == "sh":
        bash = shutil.which("bash") or "bash"
        assert subprocess.run([bash, "-n", str(az.home / "main.sh")], check=False).returncode == 0
    assert planned(az, script) == plan
    assert (az.home / f"main.{ending}").read_text(encoding="utf-8") == text


def test_job_8_a_pipeline_has_the_findings_of_a_refused_plan_as_junit_sarif_and_json(az: Az) -> None:
    for ending in ("xml", "sarif", "json"):
        script = f"az kubenet plan --pod-cidr 10.0.0.0/16 --service-cidr 10.0.0.0/16 --findings findings.{ending}"
        ran = typed(az, script)
        assert (ran.code, ran.out) == (1, "")
    (rule,) = {"pod-service-overlap"}
    suite = ElementTree.parse(az.home / "findings.xml")
    assert [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None] == [rule]
    sarif = json.loads((az.home / "findings.sarif").read_text())
    assert [each["ruleId"] for run in sarif["runs"] for each in run["results"]] == [rule]
    assert rule in (az.home / "findings.json").read_text()


def test_job_10_nothing_free_at_all_says_what_was_searched_and_what_to_do(az: Az) -> None:
    ran = typed(az, f"az kubenet plan --exclude-prefixes {EVERYTHING}")
    assert (ran.code, ran.out) == (1, "")
    assert "[no-space]" in ran.err
    for words in ("blocked by: 10.0.0.0/8", "searched: ", "-> "):
        assert words in ran.err


def test_job_10_what_to_do_then_works_a_block_that_is_freed_for_each_range(az: Az) -> None:
    freed = "--subnet-prefix 10.1.2.0/26 --pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/20"
    script = f"az kubenet plan --exclude-prefixes {EVERYTHING} {freed}"
    assert typed(az, script).code == 1
    plan = planned(az, f"{script} --accept-risk excluded-range-overlap")
    assert (plan["podCidr"], plan["serviceCidr"]) == ("10.244.0.0/16", "10.0.0.0/20")


HUB = "resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub"


def test_job_11_what_the_account_can_see_is_avoided_and_a_plan_made_again_looks_again(cloud: Cloud) -> None:
    cloud.seed("resourceGroups/net", bodies.group())
    cloud.seed(HUB, bodies.network("192.168.0.0/16"))
    plan = planned(cloud, "az kubenet plan --discover subscription -o json | tee old.json")
    assert not any(each.overlaps(ip_network("192.168.0.0/16")) for each in blocks(plan))
    kept = planned(cloud, "az kubenet plan --plan @old.json")
    assert [kept[key] for key in RANGES] == [plan[key] for key in RANGES]
    cloud.seed(HUB.replace("hub", "late"), bodies.network(plan["vnetAddressPrefixes"][0]))
    moved = planned(cloud, "az kubenet plan --plan @old.json")
    assert moved["vnetAddressPrefixes"] != plan["vnetAddressPrefixes"]
    assert "range-moved" in {each["rule"] for each in moved["findings"]}
    assert moved["podCidr"] == plan["podCidr"]


def test_job_11_a_plan_made_again_in_a_network_that_exists_keeps_its_place_there(cloud: Cloud) -> None:
    cloud.seed("resourceGroups/net", bodies.group())
    cloud.seed(HUB, bodies.network("10.50.0.0/16", web="10.50.0.0/24"))
    plan = planned(
        cloud, "az kubenet plan -g net --vnet-name hub --subnet-name aks --max-count 40 -o json | tee old.json"
    )
    again = planned(cloud, "az kubenet plan --plan @old.json --max-count 300")
    assert again["network"]["vnetId"] == plan["network"]["vnetId"]
    assert again["vnetAddressPrefixes"] == ["10.50.0.0/16"]
    assert again["serviceCidr"] == plan["serviceCidr"]
    subnet = IPv4Network(again["subnetPrefix"])
    assert subnet.prefixlen == 23
    assert subnet.subnet_of(IPv4Network("10.50.0.0/16"))
    assert not subnet.overlaps(IPv4Network("10.50.0.0/24"))


def test_job_12_a_map_is_drawn_of_a_plan_and_of_a_refused_one_and_drawn_again(az: Az) -> None:
    for ending in ("svg", "html"):
        for _ in range(2):
            plan = planned(az, f"az kubenet plan --max-count 40 --map map.{ending}")
        text = (az.home / f"map.{ending}").read_text(encoding="utf-8")
        assert not [plan[key] for key in RANGES if plan[key] not in text]
        refused = typed(az, f"az kubenet plan --exclude-prefixes {EVERYTHING} --map refused.{ending}")
        assert refused.code == 1
        assert "10.0.0.0/8" in (az.home / f"refused.{ending}").read_text(encoding="utf-8")
