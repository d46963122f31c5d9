"""The scripts of the README do what it says of them, beside running: test_guides runs every block of it."""

import json
from ipaddress import ip_network
from itertools import combinations

from tests.cli.guide_pages import block
from tests.cli.running_clusters import NODES, cluster, network, pool
from tests.loopback.seeds import bodies


def test_the_nightly_job_of_the_readme_looks_at_every_cluster_and_fails_for_one_that_needs_somebody(cloud):
    lines = block("README.rst", "az kubenet list --fail-on never --only-show-errors --query").text.splitlines()
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


def test_the_loop_of_the_readme_places_six_clusters_apart_from_each_other(az):
    lines = block("README.rst", "for n in").text.splitlines()
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
