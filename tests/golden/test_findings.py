"""What is read when a plan is refused, and beside one that is not."""

import pytest

from tests.unit.addressing.asking import ask

QUESTIONS = {
    "conventional": "",
    "dns-not-base-plus-10": "--dns-service-ip 10.0.0.11",
    "article-first-failure": "--vnet-address-prefixes 10.0.0.0/16 --service-cidr 10.0.0.0/16",
    "pods-over-services": "--pod-cidr 10.0.0.0/12 --service-cidr 10.1.0.0/16",
    "docker-bridge-over-subnet": "--docker-bridge-address 192.168.1.1/24 --subnet-prefix 192.168.1.0/24",
    "reserved-by-aks": "--vnet-address-prefixes 172.30.0.0/15 --subnet-prefix 172.30.1.0/24",
    "service-cidr-too-large": "--service-cidr 10.0.0.0/11",
    "routes": "--max-count 364",
    "subnet-too-small": "--subnet-prefix 10.1.0.0/29 --max-count 100 --extra-ips 1 --node-count 5",
    "pod-cidr-too-small": "--pod-cidr 10.244.0.0/22 --node-count 4",
    "excluded": "--pod-cidr 10.244.0.0/16 --vnet-address-prefixes 10.1.0.0/16 --exclude-prefixes 10.1.1.0/24 "
    "10.1.2.0/24 10.1.3.0/24 10.1.4.0/24 10.244.0.0/15",
    "no-space-for-pods": "--max-count 100 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/17 "
    "192.168.128.0/18 100.64.0.0/10",
    "no-space-together": "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/17 192.168.128.0/18 "
    "192.168.192.0/19 192.168.224.0/20 192.168.240.0/21 100.64.0.0/10 --node-count 6 "
    "--max-surge 33% --extra-ips 100",
    "no-space-within": "--within 10.0.0.0/28 --max-count 50 --vnet-address-prefixes /26",
    "sizes-that-contradict": "--vnet-address-prefixes /24 --subnet-prefix /20",
    "everything-at-once": "--pod-cidr 172.244.0.0/25 --service-cidr 100.64.0.0/30 --dns-service-ip 10.0.0.10 "
    "--docker-bridge-address 172.17.0.0/16 --subnet-prefix 11.0.0.0/30 --max-surge 0 "
    "--max-pods 300",
}
#: The same beside what is read in Azure: line of options, and what is there.
SURROUNDED = {
    "peered": (
        "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.1.0/24 --service-cidr 10.50.0.0/16",
        "--peered-networks 10.1.128.0/17 10.50.1.0/24 10.50.2.0/24 10.50.3.0/24 10.50.4.0/24",
    ),
    "routed": (
        "--vnet-address-prefixes 10.1.0.0/16 --pod-cidr 10.244.0.0/16 --docker-bridge-address 172.17.0.1/16",
        "--routes 10.244.8.0/22 172.16.0.0/14",
    ),
    "connected-cluster": (
        "--vnet-address-prefixes 10.1.0.0/16 --pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/16",
        "--clusters 10.1.64.0/18 10.244.0.0/16 10.0.0.0/16",
    ),
    "clusters-elsewhere": (
        "",
        "--clusters-elsewhere 10.244.0.0/16 10.244.0.0/16 10.244.0.0/17 10.244.128.0/17 10.0.0.0/16 192.168.0.0/16",
    ),
    "other-network": (
        "--vnet-address-prefixes 10.1.0.0/16 --pod-cidr 10.2.0.0/16",
        "--other-networks 10.1.0.0/20 10.2.0.0/20",
    ),
    "everyone-at-once": (
        "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.8.0/24 --pod-cidr 10.1.0.0/16",
        "--existing-subnets 10.1.1.0/24 --peered-networks 10.1.2.0/24 --routes 10.1.3.0/24 "
        "--clusters 10.1.4.0/24 --clusters-elsewhere 10.1.5.0/24 --other-networks 10.1.6.0/24 "
        "--exclude-prefixes 10.1.7.0/24",
    ),
}


def text_of(line, surroundings=""):
    verdict = ask(f"{line} {surroundings}")
    parts = [f"$ az kubenet plan {line}".rstrip()]
    parts += [
        f"beside {each.network} ({each.reason})" for each in (*verdict.reservations, *verdict.elsewhere) if surroundings
    ]
    parts += [f"refused: {'yes' if verdict.refused else 'no'}"]
    for finding in verdict.findings:
        parts += [
            "",
            f"{finding.severity.value}: {finding.rule} ({', '.join(finding.subject)})",
            f"  {finding.message}",
            f"  -> {finding.recommendation}",
        ]
    return "\n".join(parts) + "\n"


@pytest.mark.parametrize("name", QUESTIONS)
def test_findings_read_as_they_did(name, golden):
    golden(f"findings/{name}.txt", text_of(QUESTIONS[name]))


@pytest.mark.parametrize("name", SURROUNDED)
def test_findings_on_what_is_there_read_as_they_did(name, golden):
    golden(f"findings/{name}.txt", text_of(*SURROUNDED[name]))
