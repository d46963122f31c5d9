"""What README.rst and the pages of docs/guide show is what the commands print: every block is run, and compared."""

from __future__ import annotations

import json
from ipaddress import ip_network
from itertools import combinations
from typing import Any

import pytest

from tests.cli.conftest import Cloud
from tests.cli.guide_pages import Block, block, differences, pages, stories
from tests.cli.guide_situations import LOGGED_OUT, SITUATIONS
from tests.support.az import Az

STORIES = [story for page in pages() for story in stories(page)]


@pytest.mark.parametrize("story", STORIES, ids=[f"{story[0].page}:{story[0].line}" for story in STORIES])
def test_a_block_does_what_its_page_shows(story: tuple[Block, ...], request: pytest.FixtureRequest) -> None:
    if story[0].situation == LOGGED_OUT:
        shell = request.getfixturevalue("az").shell
    else:
        cloud = request.getfixturevalue("cloud")
        SITUATIONS[story[0].situation](cloud)
        shell = cloud.shell
    faults = [*differences(story, shell)]
    if faults:
        pytest.fail("\n\n".join(faults), pytrace=False)


# -- what a page says of its scripts, beside that they run


def test_the_loop_of_the_guide_places_six_clusters_apart_from_each_other(az: Az) -> None:
    lines = block("docs/guide/plan.rst", "for n in").text.splitlines()
    assert len(lines) == 3
    ran = az.shell("\n".join(lines))
    assert ran.code == 0, ran.err
    plans = [json.loads((az.home / f"cluster{number}.json").read_text()) for number in range(1, 7)]
    ranges = [
        ip_network(each)
        for plan in plans
        for each in (*plan["vnetAddressPrefixes"], plan["podCidr"], plan["serviceCidr"])
    ]
    assert [pair for pair in combinations(ranges, 2) if pair[0].overlaps(pair[1])] == []
    assert not any(each.overlaps(ip_network("10.0.0.0/8")) for each in ranges)
    assert all(plan["capacity"]["nodes"] >= 40 for plan in plans)


def _built(cloud: Cloud) -> list[Any]:
    """What the article's names stand for in Azure: the cluster, its network, its role."""
    words = "-g myResourceGroup -n"
    network = cloud(f"network vnet show {words} myAKSVnet").json
    made = cloud(f"aks show {words} myAKSCluster").json
    roles = cloud(f"role assignment list --scope {network['id']}").json
    (first,) = made["agentPoolProfiles"]
    ranges = [network["addressSpace"]["addressPrefixes"], [each["addressPrefix"] for each in network["subnets"]]]
    pods = {key: made["networkProfile"][key] for key in ("networkPlugin", "podCidr", "serviceCidr", "dnsServiceIp")}
    runs_as = made["servicePrincipalProfile"]["clientId"] == "msi"
    return [
        ranges,
        pods,
        first["vnetSubnetId"],
        first["count"],
        runs_as,
        [each["roleDefinitionName"] for each in roles],
    ]


def test_the_article_and_our_one_command_come_to_the_same(cloud: Cloud) -> None:
    page = "docs/guide/newcomer.rst"
    built = []
    for beginning in ("az group create", "--vnet-name myAKSVnet"):
        cloud.arm.empty()
        assert [*differences((block(page, beginning),), cloud.shell)] == []
        built.append(_built(cloud))
    assert built[0] == built[1]
    assert built[0][-2:] == [False, ["Contributor"]]
