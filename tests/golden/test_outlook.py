"""What is read of growth, of the network models and of node pools."""

import pytest

from azext_kubenet._format import plan_table
from azext_kubenet.addressing import growth
from azext_kubenet.addressing.network_models import comparison
from azext_kubenet.output.compared import comparison_json, lines
from azext_kubenet.output.explained import outlook
from tests.unit.addressing.asking import ask

GROWTH = {
    "conventional": ("", None),
    "a-26": ("--subnet-prefix 10.1.2.0/26 --max-count 40", 25),
    "overlay": ("--network-plugin-mode overlay --node-count 100 --max-count 500", 25),
    "routes": ("--subnet-prefix 10.1.2.0/23 --pod-cidr /15 --max-count 363", 10),
}
MODELS = {
    "a-24": ("--subnet-prefix 192.168.1.0/24 --max-surge 0 --max-count 40", ()),
    "a-24-that-has-space": ("--subnet-prefix 192.168.1.0/24 --max-surge 0", ()),
    "reachable-pods": ("--subnet-prefix 192.168.1.0/24", ("pods-reachable",)),
    "virtual-nodes-and-dual-stack": ("--subnet-prefix 192.168.1.0/24", ("virtual-nodes", "dual-stack")),
}
POOLS = {
    "pools-at-fault": "--pool Sys:0 work:10:6 gpu:1::200% gpu:1::0 --max-pods 10",
    "pools-too-large": "--subnet-prefix 10.1.2.0/26 --pool system:3 work:10:60:33%",
    "pools-in-a-subnet-in-use": "--subnet-prefix 10.1.2.0/26 --in-use 12 --pool system:3 work:10:40",
}


@pytest.mark.parametrize("name", GROWTH)
def test_growth_reads_as_it_did(name, golden):
    line, percent = GROWTH[name]
    plan = ask(line).plan
    text = outlook(growth.growth(plan, percent), growth.next_sizes(plan))
    golden(f"growth/{name}.txt", "\n".join([f"$ az kubenet plan {line}".rstrip(), *text]) + "\n")


@pytest.mark.parametrize("name", MODELS)
def test_models_read_as_they_did(name, golden):
    line, needs = MODELS[name]
    plan = ask(line).plan
    found = comparison.compare(plan.size, plan.subnet, needs)
    needed = f" --needs {' '.join(needs)}" if needs else ""
    rows = [" | ".join(map(str, each.values())) for each in plan_table({"comparison": comparison_json(found)})]
    text = [f"$ az kubenet plan {line} --compare{needed}", *lines(found), "", *rows]
    golden(f"models/{name}.txt", "\n".join(text) + "\n")


@pytest.mark.parametrize("name", POOLS)
def test_findings_on_pools_read_as_they_did(name, golden):
    parts = [f"$ az kubenet plan {POOLS[name]}"]
    for finding in ask(POOLS[name]).findings:
        parts += ["", f"{finding.severity.value}: {finding.rule} ({', '.join(finding.subject)})"]
        parts += [f"  {finding.message}", f"  -> {finding.recommendation}"]
    golden(f"findings/{name}.txt", "\n".join(parts) + "\n")
