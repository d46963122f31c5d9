"""The README shows what the commands print: its plan blocks are run, and compared letter by letter."""

import json
import re
from ipaddress import ip_network
from itertools import combinations
from pathlib import Path

import pytest

from tests.cli.running_clusters import CHECK, NODES, before_a_move, cluster, network, pool
from tests.loopback.seeds import bodies

README = Path(__file__).parents[2] / "README.rst"
_BLOCK = re.compile(r"\.\. code-block:: console\n\n((?:    .*\n|\n)+)")


def _plans() -> list[tuple[str, str]]:
    """Command and output of every block that runs `az kubenet plan` alone."""
    blocks = ["\n".join(line[4:] for line in block.splitlines()) for block in _BLOCK.findall(README.read_text())]
    plans = [
        block.strip("\n").split("\n", 1)
        for block in blocks
        if block.startswith("$ az kubenet plan") and "|" not in block
    ]
    return [(command.removeprefix("$ az "), output) for command, output in plans]


def _shown(command: str) -> list[str]:
    """The output of the block that begins with a command."""
    blocks = [
        "\n".join(line[4:] for line in block.splitlines()).strip("\n") for block in _BLOCK.findall(README.read_text())
    ]
    (found,) = [block for block in blocks if block.startswith(f"$ az {command}\n")]
    return found.splitlines()[1:]


def test_a_check_of_the_readme_prints_what_the_readme_shows(cloud):
    network(cloud, "10.30.1.0/26")
    user = pool("user", 42, NODES, most=60, upgradeSettings={"maxSurge": "33%"})
    cluster(cloud, pool("system", 3, NODES), user)
    ran = cloud(f"{CHECK} -o table")
    assert ran.code == 1
    assert [line.rstrip() for line in (ran.err + ran.out).splitlines()] == _shown(f"{CHECK} -o table")


STORY = next(
    block
    for block in _BLOCK.findall(README.read_text())
    if "az kubenet migrate" in block and "$ az kubenet list" in block
)


def test_the_story_of_a_move_in_the_readme_is_what_the_commands_print(cloud):
    """From the list to the proof, in one Azure; how long a step took is another number each time."""
    shown = [line[4:] for line in STORY.strip("\n").split("\n")]
    before_a_move(cloud)
    printed = []
    for line in (each for each in shown if each.startswith("$ az ")):
        ran = cloud(line.removeprefix("$ az "))
        printed += [line, *(each.rstrip() for each in (ran.err + ran.out).splitlines())]
    told = [[re.sub(r"done in \d+ s", "done", each) for each in lines] for lines in (printed, shown)]
    assert told[0] == told[1]
    assert printed[-1] == "true"


NIGHT = re.search(r"\.\. code-block:: bash\n\n((?:    .*az kubenet list(?:.*\n)+?    exit.*\n))", README.read_text())


def test_the_nightly_job_of_the_readme_looks_at_every_cluster_and_fails_for_one_that_needs_somebody(cloud):
    assert NIGHT is not None
    lines = [line[4:] for line in NIGHT[1].splitlines()]
    assert len(lines) == 3
    network(cloud)
    made = cluster(cloud, pool("system", 3, NODES))
    cloud.seed(
        "resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/lab", bodies.cluster(None, None)
    )
    quiet = cloud.shell("\n".join(lines))
    assert (quiet.code, quiet.out) == (0, "")
    made.lose_table()
    assert cloud.shell("\n".join(lines)).code == 1
    reports = {path.name.split(".")[2]: json.loads(path.read_text()) for path in cloud.az.home.glob("*.json")}
    found = ((name, each) for name, report in reports.items() for each in report["findings"])
    rules = [(name, each["rule"]) for name, each in found if each["severity"] == "error"]
    assert (sorted(reports), rules) == (["kube", "lab"], [("kube", "route-table-missing")])
    assert len([*cloud.az.home.glob("*.xml")]) == 2


NAMES = ["a plan", "a refusal", "a reason", "sizes", "a comparison"]


LOOP = re.search(r"\.\. code-block:: bash\n\n((?:    .*for n in(?:.*\n)+?    done\n))", README.read_text())


def test_the_loop_of_the_readme_places_six_clusters_apart_from_each_other(az):
    assert LOOP is not None
    lines = [line[4:] for line in LOOP[1].splitlines()]
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


def test_the_readme_has_what_it_should_show():
    assert len(_plans()) == len(NAMES)


@pytest.mark.parametrize(("command", "output"), _plans(), ids=NAMES)
def test_a_plan_of_the_readme_prints_what_the_readme_shows(cold_az, command, output):
    result = cold_az(command)
    shown = [line.rstrip() for line in (result.err + result.out).splitlines()]
    assert shown == output.splitlines()
