"""Every rule: lines of options that break it, and lines nearby that do not."""

import re

import pytest

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.output.plan_json import answer as answer_of
from tests.unit.addressing.asking import answer, ask, names, recommended, split

#: rule -> lines that break it, lines that do not.
ROWS = {
    "count-out-of-range": (
        [
            "--node-count 0",
            "--node-count -1",
            "--extra-ips -1",
            "--node-count 5 --max-count 4",
            "--pool a:0 b:3",
            "--pool a:3 b:5:4",
            "--pool a:3 --extra-ips -1",
        ],
        ["--node-count 1", "--node-count 4 --max-count 4", "--pool a:1 b:0", "--pool a:3 b:0:0", "--pool a:4:4"],
    ),
    "max-surge-out-of-range": (
        ["--max-surge 101%", "--pool a:3 b:3::101%", "--pool a:3 --max-surge 101%"],
        ["--max-surge 100%", "--max-surge 101", "--pool a:3::100%", "--pool a:3::101"],
    ),
    "max-surge-above-nodes": (
        ["--max-surge 33", "--max-surge 4", "--max-surge 101 --max-count 100", "--node-count 1 --max-surge 2"],
        ["--max-surge 3", "--max-surge 33%", "--max-surge 33 --max-count 100", "--pool a:3::33", "--node-count 0"],
    ),
    "max-pods-close-to-block": (
        ["--max-pods 127", "--max-pods 250", "--max-pods 200 --network-plugin-mode overlay"],
        ["--max-pods 126", "--max-pods 251", "--max-pods 110 --network-plugin-mode overlay"],
    ),
    "pods-above-documented": (
        [
            "--max-count 801 --max-pods 250 --network-plugin-mode overlay",
            "--max-count 5000 --max-pods 41 --network-plugin-mode overlay",
        ],
        [
            "--max-count 800 --max-pods 250 --network-plugin-mode overlay",
            "--max-count 5000 --max-pods 40 --network-plugin-mode overlay",
            "--max-count 399 --max-pods 250",
        ],
    ),
    "pool-too-large": (
        [
            "--max-count 1000 --network-plugin-mode overlay",
            "--node-count 1001 --network-plugin-mode overlay",
            "--pool a:3 b:100:910 --network-plugin-mode overlay",
            "--pool a:3 b:100:1001:0 --network-plugin-mode overlay",
        ],
        [
            "--max-count 909 --network-plugin-mode overlay",
            "--pool a:3 b:100:909 c:100:909 --network-plugin-mode overlay",
            "--pool a:3 b:100:1001:0",
        ],
    ),
    "surge-zero": (
        ["--max-surge 0", "--max-surge 0%", "--pool a:3 b:3::0"],
        ["--max-surge 1", "--pool a:3::1 --max-surge 0"],
    ),
    "pool-name-not-allowed": (
        ["--pool System:3", "--pool np-1:3", "--pool 1np:3", "--pool abcdefghijklm:3", "--pool np:3 np_2:3"],
        ["--pool abcdefghijkl:3", "--pool a:3 b2:3"],
    ),
    "pool-name-duplicate": (["--pool np:3 np:4", "--pool a:3 b:3 a:1"], ["--pool np:3 np2:3"]),
    "max-pods-out-of-range": (["--max-pods 251", "--max-pods 9"], ["--max-pods 250", "--max-pods 10"]),
    "too-few-pods-per-pool": (
        [
            "--node-count 2 --max-pods 10",
            "--node-count 1 --max-pods 29",
            "--pool a:3 b:2 --max-pods 10",
            "--pool a:3 b:0:9 --max-pods 29",
        ],
        ["--node-count 3 --max-pods 10", "--node-count 1 --max-pods 30", "--pool a:1 b:0 --max-pods 30"],
    ),
    "too-many-nodes": (
        [
            "--max-count 401 --max-surge 0",
            "--node-count 1000",
            "--pool a:3:200 b:3:201",
            "--max-count 5001 --network-plugin-mode overlay",
        ],
        [
            "--max-count 400 --max-surge 0",
            "--pool a:3:200 b:3:200",
            "--max-count 5000 --network-plugin-mode overlay",
            "--max-count 401 --network-plugin-mode overlay",
        ],
    ),
    "too-many-nodes-to-upgrade": (
        [
            "--max-count 400 --max-surge 0",
            "--node-count 400",
            "--pool a:3:200 b:3:200",
            "--max-count 5000 --network-plugin-mode overlay",
            "--max-count 4546 --network-plugin-mode overlay",
        ],
        [
            "--max-count 399 --max-surge 1",
            "--node-count 401",
            "--node-count 3",
            "--max-count 4545 --network-plugin-mode overlay",
            "--max-count 400 --network-plugin-mode overlay",
        ],
    ),
    "too-many-routes": (
        [
            "--max-count 364",
            "--node-count 301 --max-surge 33%",
            "--max-count 399 --max-surge 2",
            "--pool a:3:200:0 b:3:199:2",
        ],
        [
            "--max-count 363",
            "--node-count 300 --max-surge 33%",
            "--pool a:3:200:0 b:3:199:1",
            "--max-count 399 --network-plugin-mode overlay",
        ],
    ),
    "subnet-size": (
        ["--subnet-prefix 192.168.1.0/30", "--subnet-prefix /30", "--subnet-prefix 0.0.0.0/1"],
        ["--subnet-prefix 192.168.1.0/29 --node-count 2"],
    ),
    "subnet-too-small": (
        [
            "--subnet-prefix 192.168.1.0/29 --node-count 4",
            "--subnet-prefix /28 --extra-ips 9",
            "--subnet-prefix 10.1.0.0/28 --vnet-address-prefixes 10.1.0.0/28 --node-count 12",
            "--subnet-prefix 10.1.0.0/28 --in-use 9",
            "--subnet-prefix 10.1.0.0/28 --pool a:6 b:6",
        ],
        ["--subnet-prefix 192.168.1.0/29 --node-count 3 --max-surge 0", "--subnet-prefix 10.1.0.0/28 --in-use 8"],
    ),
    "subnet-too-small-for-peak": (
        [
            "--subnet-prefix 192.168.1.0/29 --node-count 3",
            "--subnet-prefix 192.168.1.0/27 --max-count 25",
            "--subnet-prefix /28 --extra-ips 8",
            "--subnet-prefix 192.168.1.0/29 --node-count 1 --max-count 9",
            "--subnet-prefix 10.1.0.0/28 --in-use 8",
            "--subnet-prefix 10.1.0.0/28 --pool a:3:5 b:3:5",
        ],
        [
            "--subnet-prefix 192.168.1.0/27 --max-count 24",
            "--subnet-prefix 10.1.0.0/28 --in-use 7",
            "--subnet-prefix 10.1.0.0/28 --pool a:3:5 b:3:5:0",
        ],
    ),
    "pod-cidr-too-small": (
        ["--pod-cidr 10.0.0.0/23", "--pod-cidr /25 --node-count 1", "--pod-cidr /26"],
        ["--pod-cidr 10.1.0.0/22"],
    ),
    "pod-cidr-too-small-for-peak": (
        [
            "--pod-cidr 10.1.0.0/22 --node-count 4",
            "--pod-cidr /16 --max-count 233",
            "--pod-cidr /24 --node-count 1",
            "--pod-cidr /21 --pool a:3 b:4",
            "--pod-cidr /16 --max-count 233 --network-plugin-mode overlay",
        ],
        [
            "--pod-cidr /21 --pool a:3 b:4::0",
            "--pod-cidr 10.244.0.0/16 --max-count 232",
            "--pod-cidr /24 --node-count 1 --max-surge 0",
        ],
    ),
    "pod-cidr-larger-than-useful": (
        ["--pod-cidr 10.0.0.0/14", "--pod-cidr /9", "--pod-cidr /10 --network-plugin-mode overlay"],
        ["--pod-cidr /15", "--pod-cidr /11 --network-plugin-mode overlay"],
    ),
    "service-cidr-too-large": (["--service-cidr 10.0.0.0/11", "--service-cidr /11"], ["--service-cidr /12"]),
    "service-cidr-at-limit": (
        ["--service-cidr 10.16.0.0/12", "--service-cidr /12"],
        ["--service-cidr /13", "--service-cidr /11"],
    ),
    "service-cidr-too-small": (
        ["--service-cidr 10.0.0.0/29", "--service-cidr /29", "--service-cidr 10.0.0.0/30 --dns-service-ip 10.0.0.2"],
        ["--service-cidr 10.0.0.0/28", "--service-cidr 10.0.0.0/29 --dns-service-ip 10.0.0.2"],
    ),
    "service-cidr-without-base-plus-10": (
        ["--service-cidr 10.0.0.0/29 --dns-service-ip 10.0.0.2"],
        ["--service-cidr 10.0.0.0/28 --dns-service-ip 10.0.0.10", "--service-cidr 10.0.0.0/29"],
    ),
    "reserved-range-overlap": (
        [
            "--pod-cidr 172.30.0.0/16",
            "--service-cidr 172.31.4.0/24",
            "--vnet-address-prefixes 172.16.0.0/12",
            "--subnet-prefix 169.254.0.0/24",
            "--docker-bridge-address 192.0.2.1/24",
            "--service-cidr 224.0.0.0/16",
            "--vnet-address-prefixes 172.30.0.0/16 --subnet-prefix 172.30.1.0/24",
            "--vnet-address-prefixes 127.0.0.0/24",
            "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 172.30.1.0/24",
            "--pod-cidr 168.63.0.0/16",
            "--kept-by-azure 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--vnet-address-prefixes 172.31.0.0/16 --what-exists vnet",
        ],
        ["--pod-cidr 172.28.0.0/15", "--vnet-address-prefixes 172.16.0.0/13", "--service-cidr 192.168.2.0/24"],
    ),
    "service-cidr-public": (
        ["--service-cidr 172.244.0.0/16", "--service-cidr 100.0.0.0/9"],
        ["--service-cidr 172.20.0.0/16", "--service-cidr 100.64.0.0/16"],
    ),
    "service-cidr-shared-space": (["--service-cidr 100.64.0.0/16"], ["--service-cidr 10.9.0.0/16"]),
    "subnet-in-cluster-range": (
        [
            "--vnet-address-prefixes 10.1.0.0/16 --what-exists vnet --subnet-prefix 10.1.1.0/24 --clusters 10.1.1.0/24",
            "--vnet-address-prefixes 10.1.0.0/16 --what-exists vnet --subnet-prefix 10.1.1.0/24 --clusters 10.0.0.0/14",
        ],
        [
            "--vnet-address-prefixes 10.1.0.0/16 --what-exists vnet --clusters 10.1.0.0/24",
            "--vnet-address-prefixes 10.1.0.0/16 --what-exists vnet --subnet-prefix 10.1.1.0/24 --clusters 10.1.2.0/24",
            "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.1.0/24 --clusters 10.1.1.0/24",
        ],
    ),
    "pod-cidr-public": (
        ["--pod-cidr 172.244.0.0/16", "--pod-cidr 11.0.0.0/16"],
        ["--pod-cidr 100.64.0.0/16", "--pod-cidr 172.16.0.0/16"],
    ),
    "vnet-public": (
        [
            "--vnet-address-prefixes 11.0.0.0/16",
            "--subnet-prefix 11.0.0.0/24",
            "--vnet-address-prefixes 10.1.0.0/16 12.0.0.0/16",
        ],
        ["--vnet-address-prefixes 100.64.0.0/16", "--subnet-prefix 10.9.9.0/24"],
    ),
    "vnet-outside-within": (
        [
            "--within 10.0.0.0/16 --vnet-address-prefixes 10.1.0.0/16",
            "--within 10.1.0.0/16 --subnet-prefix 10.2.0.0/24",
            "--within 10.1.0.0/16 --vnet-address-prefixes 10.1.0.0/16 10.2.0.0/16",
        ],
        [
            "--within 10.1.0.0/16 --subnet-prefix 10.1.2.0/24",
            "--within 10.1.0.0/17 10.1.128.0/17 --vnet-address-prefixes 10.1.0.0/16",
        ],
    ),
    "dns-service-ip-outside-service-cidr": (
        ["--service-cidr 10.2.0.0/16 --dns-service-ip 10.0.0.10", "--dns-service-ip 8.8.8.8"],
        ["--service-cidr 10.2.0.0/16 --dns-service-ip 10.2.0.10"],
    ),
    "dns-service-ip-unusable": (
        ["--dns-service-ip 10.0.0.0", "--dns-service-ip 10.0.0.1", "--dns-service-ip 10.0.255.255"],
        ["--dns-service-ip 10.0.0.10"],
    ),
    "dns-service-ip-not-base-plus-10": (
        ["--dns-service-ip 10.0.0.11", "--service-cidr 10.0.0.16/28 --dns-service-ip 10.0.0.20"],
        ["--service-cidr 10.0.0.16/28 --dns-service-ip 10.0.0.26", "--dns-service-ip 10.0.0.1"],
    ),
    "docker-bridge-not-an-address": (
        ["--docker-bridge-address 172.17.0.0/16", "--docker-bridge-address 172.17.255.255/16"],
        ["--docker-bridge-address 172.17.0.1/16"],
    ),
    "docker-bridge-not-sent": (["--docker-bridge-address 172.17.0.1/16"], [""]),
    "docker-bridge-without-place": (
        [
            "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12",
            "--subnet-prefix 10.1.2.0/26 --service-cidr 192.168.0.0/16 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12",
        ],
        [
            "",
            "--exclude-prefixes 172.16.0.0/12",  # a place for it is taken elsewhere, and of no plan nothing is said
            "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16",
            "--docker-bridge-address 172.17.0.1/16 --subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8",
        ],
    ),
    "hole-in-excluded-range": (
        [
            "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8",
            "--vnet-address-prefixes 10.1.0.0/16 --exclude-prefixes 10.0.0.0/8",
            "--vnet-address-prefixes 10.1.0.0/16 10.3.0.0/16 --exclude-prefixes 10.2.0.0/15",
            "--within 10.20.0.0/16 --vnet-address-prefixes /22 --exclude-prefixes 10.0.0.0/8",
            "--within 10.20.0.0/17 10.20.128.0/17 --exclude-prefixes 10.0.0.0/8",
        ],
        [
            "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.1.2.0/26",
            "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.1.2.0/27",
            "--pod-cidr 10.1.0.0/16",
            "--pod-cidr 10.1.0.0/16 --exclude-prefixes 10.0.0.0/8",
            "--within 10.20.0.0/16 172.20.0.0/16 --exclude-prefixes 10.0.0.0/8",
        ],
    ),  # what is no hole comes first
    "hole-in-routed-range": (
        ["--subnet-prefix 10.1.2.0/26 --routes 10.0.0.0/8", "--within 10.20.0.0/16 --routes 10.16.0.0/12"],
        [
            "--subnet-prefix 10.1.2.0/26 --routes 10.1.2.0/26",
            "--subnet-prefix 10.1.2.0/26 --peered-networks 10.0.0.0/8",
        ],
    ),
    "excluded-range-itself": (
        [
            "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.1.2.0/26",
            "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.2.0/26 "
            "--exclude-prefixes 10.1.0.0/16 10.1.2.0/26",
            "--within 10.20.0.0/16 --exclude-prefixes 10.20.0.0/16",
        ],
        [
            "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8",
            "--pod-cidr 10.1.0.0/16 --routes 10.2.0.0/16",
            "--subnet-prefix 10.1.2.0/26 --routes 10.1.2.0/26",
        ],
    ),
    "subnet-outside-vnet": (
        [
            "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.2.0.0/24",
            "--vnet-address-prefixes 10.1.0.0/24 --subnet-prefix 10.1.0.0/16",
            "--vnet-address-prefixes 10.1.0.0/25 10.1.0.128/25 --subnet-prefix 10.1.0.0/24",
        ],
        ["--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.2.0/24"],
    ),
    "vnet-prefixes-overlap": (
        [
            "--vnet-address-prefixes 10.1.0.0/16 10.1.2.0/24",
            "--vnet-address-prefixes 10.1.0.0/16 10.1.0.0/16",
            "--vnet-address-prefixes 10.1.0.0/24 10.0.0.0/12 192.168.0.0/16",
        ],
        ["--vnet-address-prefixes 10.1.0.0/16 10.2.0.0/16"],
    ),
    "pod-subnet-overlap": (
        [
            "--pod-cidr 10.1.0.0/16 --subnet-prefix 10.1.2.0/24",
            "--pod-cidr 10.1.0.0/16 --vnet-address-prefixes 10.0.0.0/12 --subnet-prefix 10.1.2.0/24",
        ],
        ["--pod-cidr 10.1.0.0/16 --subnet-prefix 10.2.0.0/24"],
    ),
    "pod-vnet-overlap": (
        [
            "--pod-cidr 10.1.0.0/16 --vnet-address-prefixes 10.0.0.0/12",
            "--pod-cidr 10.1.0.0/16 --vnet-address-prefixes 10.0.0.0/12 --subnet-prefix 10.2.0.0/24",
        ],
        ["--pod-cidr 10.1.0.0/16 --vnet-address-prefixes 10.2.0.0/16"],
    ),
    "service-subnet-overlap": (
        ["--service-cidr 10.1.0.0/16 --subnet-prefix 10.1.2.0/24"],
        ["--service-cidr 10.1.0.0/16 --subnet-prefix 10.2.0.0/24"],
    ),
    "service-vnet-overlap": (
        [
            "--service-cidr 10.1.0.0/16 --vnet-address-prefixes 10.0.0.0/12",
            "--service-cidr 10.0.0.0/16 --vnet-address-prefixes 10.0.0.0/16 --dns-service-ip 10.0.0.10",
        ],
        ["--service-cidr 10.1.0.0/16 --vnet-address-prefixes 10.2.0.0/16"],
    ),
    "pod-service-overlap": (
        ["--pod-cidr 10.0.0.0/16 --service-cidr 10.0.0.0/16", "--pod-cidr 10.0.0.0/12 --service-cidr 10.1.0.0/16"],
        ["--pod-cidr 10.0.0.0/16 --service-cidr 10.1.0.0/16"],
    ),
    "docker-bridge-overlap": (
        [
            "--docker-bridge-address 10.0.0.1/16 --pod-cidr 10.0.0.0/15",
            "--docker-bridge-address 10.0.0.1/16 --service-cidr 10.0.0.0/15",
            "--docker-bridge-address 192.168.3.1/24 --vnet-address-prefixes 192.168.0.0/16",
            "--docker-bridge-address 192.168.3.1/24 --subnet-prefix 192.168.3.0/24",
        ],
        ["--docker-bridge-address 192.168.3.1/24 --subnet-prefix 192.168.4.0/24"],
    ),
    "existing-subnet-overlap": (
        [
            "--existing-subnets 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.0.0/25",
            "--existing-subnets 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16 --pod-cidr 10.1.0.0/18",
            "--existing-subnets 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16 --service-cidr 10.1.0.0/18",
        ],
        [
            "--existing-subnets 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--existing-subnets 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.1.0/24",
        ],
    ),
    "excluded-range-overlap": (
        [
            "--pod-cidr 10.244.0.0/16 --exclude-prefixes 10.0.0.0/8",
            "--subnet-prefix 10.1.0.0/24 --exclude-prefixes 10.1.0.64/26",
            "--vnet-address-prefixes 10.1.0.0/16 --exclude-prefixes 10.1.7.0/24 10.1.8.0/24 10.1.9.0/24 10.1.10.0/24",
            "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.7.0/24 --exclude-prefixes 10.1.7.0/25",
            "--docker-bridge-address 172.17.0.1/16 --exclude-prefixes 172.16.0.0/12",
            "--service-cidr 10.0.0.0/16 --dns-service-ip 10.0.0.10 --exclude-prefixes 10.0.0.0/12",
        ],
        [
            "--pod-cidr 10.244.0.0/16 --exclude-prefixes 10.0.0.0/12",
            "--exclude-prefixes 10.0.0.0/8",
            "--existing-subnets 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--peered-networks 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--routes 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--kept-by-azure 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--clusters 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--other-networks 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
        ],
    ),
    "peered-network-overlap": (
        [
            "--peered-networks 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--peered-networks 10.1.0.0/16 --subnet-prefix 10.1.7.0/24",
            "--peered-networks 10.1.0.0/16 --pod-cidr 10.0.0.0/14",
            "--peered-networks 10.0.0.0/9 --service-cidr 10.0.0.0/16 --dns-service-ip 10.0.0.10",
            "--peered-networks 172.16.0.0/14 --docker-bridge-address 172.17.0.1/16",
        ],
        [
            "--peered-networks 10.0.0.0/8 192.168.0.0/16",
            "--peered-networks 10.1.0.0/16 --pod-cidr 10.2.0.0/16",
            "--existing-subnets 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16 --pod-cidr 10.1.0.0/18",
        ],
    ),
    "routed-range-overlap": (
        [
            "--routes 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--routes 10.1.7.0/24 --subnet-prefix 10.1.7.0/24",
            "--routes 10.244.8.0/24 --pod-cidr 10.244.0.0/16",
            "--routes 10.0.0.0/12 --service-cidr 10.0.0.0/16",
            "--routes 172.17.1.0/24 --docker-bridge-address 172.17.0.1/16",
        ],
        [
            "--routes 10.0.0.0/8 192.168.0.0/16",
            "--routes 10.1.0.0/16 --pod-cidr 10.2.0.0/16",
            "--peered-networks 10.1.0.0/16 --pod-cidr 10.1.0.0/16",
        ],
    ),
    "route-in-pod-cidr": (
        [
            "--routes-to-nobody 10.244.8.0/24 --pod-cidr 10.244.0.0/16",
            "--routes-to-nobody 10.244.0.0/16 --pod-cidr 10.244.0.0/16",
        ],
        [
            "--routes-to-nobody 10.0.0.0/8 --pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/16",
            "--routes-to-nobody 10.244.8.0/24",
            "--routes-to-nobody 10.1.7.0/24 --vnet-address-prefixes 10.1.0.0/16 --service-cidr 10.0.0.0/16",
        ],
    ),
    "other-site-overlap": (
        [
            "--other-sites 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--other-sites 10.1.7.0/24 --subnet-prefix 10.1.7.0/24",
            "--other-sites 10.244.8.0/24 --pod-cidr 10.244.0.0/16",
            "--other-sites 10.0.0.0/12 --service-cidr 10.0.0.0/16",
            "--other-sites 172.17.1.0/24 --docker-bridge-address 172.17.0.1/16",
        ],
        [
            "--other-sites 10.0.0.0/8 192.168.0.0/16",
            "--other-sites 10.0.0.0/8 --vnet-address-prefixes 10.1.0.0/16 --pod-cidr 172.18.0.0/16 "
            "--service-cidr 172.19.0.0/16 --docker-bridge-address 172.17.0.1/16",
            "--routes 10.1.0.0/16 --pod-cidr 10.1.0.0/16",
        ],
    ),
    "cluster-range-overlap": (
        [
            "--clusters 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--clusters 10.1.0.0/16 --subnet-prefix 10.1.7.0/24",
            "--clusters 10.1.7.0/25 --vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.7.0/24",
        ],
        [
            "--clusters 10.0.0.0/8 192.168.0.0/16",
            "--clusters 10.244.0.0/16 --pod-cidr 10.244.0.0/16",
            "--clusters-elsewhere 10.1.0.0/16 --vnet-address-prefixes 10.1.0.0/16",
            "--other-networks 10.1.0.0/16 --vnet-address-prefixes 10.1.0.0/16",
        ],
    ),
    "other-network-overlap": (
        [
            "--other-networks 10.1.0.0/24 --vnet-address-prefixes 10.1.0.0/16",
            "--other-networks 10.1.0.0/16 --subnet-prefix 10.1.7.0/24",
            "--other-networks 10.0.0.0/12 --pod-cidr 10.0.0.0/12",
            "--other-networks 10.0.0.0/12 --service-cidr 10.0.0.0/16 --dns-service-ip 10.0.0.10",
            "--other-networks 172.17.1.0/24 --docker-bridge-address 172.17.0.1/16",
        ],
        ["--other-networks 10.0.0.0/8 192.168.0.0/16", "--peered-networks 10.1.0.0/16 --pod-cidr 10.1.0.0/16"],
    ),
    "cluster-range-duplicate": (
        [
            "--clusters 10.244.0.0/16 --pod-cidr 10.244.0.0/16",
            "--clusters 10.0.0.0/8 --service-cidr 10.7.0.0/16",
            "--clusters 172.17.0.0/16 --docker-bridge-address 172.17.0.1/16",
            "--clusters-elsewhere 10.244.0.0/16",
            "--clusters-elsewhere 10.0.0.0/16",
            "--clusters-elsewhere 10.7.3.0/24 --pod-cidr 10.0.0.0/12",
        ],
        [
            "--clusters 10.244.0.0/16 10.0.0.0/16 172.17.0.0/16",
            "--clusters-elsewhere 10.245.0.0/16 192.168.0.0/16",
            "--clusters-elsewhere 10.1.0.0/16 172.17.0.0/16 --vnet-address-prefixes 10.1.0.0/16",
        ],
    ),
}
BREAKS = [pytest.param(rule, line, id=f"{rule} is broken by {line}") for rule, (bad, _) in ROWS.items() for line in bad]
KEEPS = [
    pytest.param(rule, line, id=f"{rule} is kept by {line or 'the defaults'}")
    for rule, (_, good) in ROWS.items()
    for line in good
]
#: Refused without a rule of its own: no space.
CROWDED = [
    "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/17 192.168.128.0/18 100.64.0.0/10 --max-count 100",
    "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/17 192.168.128.0/18 100.64.0.0/10 --node-count 90 "
    "--max-count 100",
    "--vnet-address-prefixes 10.9.0.0/28 --node-count 40",
    "--vnet-address-prefixes /24 --subnet-prefix /20",
    "--within 10.0.0.0/28 --max-count 50",
    "--pod-cidr /8 --exclude-prefixes 10.1.0.0/16",
    "--subnet-prefix 192.168.1.0/24 --vnet-address-prefixes /16 --exclude-prefixes 192.168.9.0/24",
    "--vnet-address-prefixes 10.0.0.0/16 --service-cidr 10.0.0.0/16",
    "--vnet-address-prefixes /8 --pod-cidr /8",
]


def test_no_rule_is_without_rows():
    assert set(ROWS) == {each.rule.name for each in rules.RULES}
    assert all(bad and good for bad, good in ROWS.values())


def test_every_rule_has_one_name_and_rests_on_facts():
    named = [each.rule.name for each in rules.RULES]
    assert len(named) == len(set(named))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in named)
    assert all(re.fullmatch(r"([A-P][0-9]*)( [A-P][0-9]*)*", each.rule.facts) for each in rules.RULES)


@pytest.mark.parametrize(("rule", "line"), BREAKS)
def test_broken(rule, line):
    assert rule in names(ask(line))


@pytest.mark.parametrize(("rule", "line"), KEEPS)
def test_kept(rule, line):
    assert rule not in names(ask(line))


@pytest.mark.parametrize("line", CROWDED)
def test_no_space(line):
    assert "no-space" in names(ask(line))


@pytest.mark.parametrize("line", [param.values[1] for param in BREAKS] + CROWDED)
def test_what_is_recommended_makes_the_finding_go_away(line):
    asked = split(line)
    verdict = ask(line)
    for finding in verdict.findings:
        for change in recommended(finding):
            again = answer({**asked, **change})
            left = [each for each in again.findings if (each.rule, each.subject) == (finding.rule, finding.subject)]
            assert not left, (finding, change)


@pytest.mark.parametrize("line", [param.values[1] for param in BREAKS] + CROWDED)
def test_findings_are_worded_alike(line):
    for finding in ask(line).findings:
        assert re.match(r"[a-z0-9]|--|DNS |AKS |Azure ", finding.message), finding.message
        assert re.match(r"use |leave |keep |free |ask |no action ", finding.recommendation), finding.recommendation
        for text in (finding.message, finding.recommendation):
            assert not re.search(r"please|None|IPNetwork|  |\b1 [a-z ]*(nodes|addresses|blocks)\b|/-", text), text
            assert not text.endswith(".")
        assert all(option.startswith("--") for option in finding.subject)


@pytest.mark.parametrize("rule", [each.rule.name for each in rules.RULES])
def test_accepting_a_risk_lowers_what_azure_does_not_refuse(rule):
    acceptable = rules.acceptable()
    for line in ROWS[rule][0]:
        before = [finding for finding in ask(line).findings if finding.rule == rule]
        verdict = ask(line, accept_risk=[rule])
        after = [finding for finding in verdict.findings if finding.rule == rule]
        if rule in acceptable and not any(each.rule.partly for each in rules.RULES if each.rule.name == rule):
            assert {finding.severity for finding in after} == {Severity.WARNING}
            assert "risk-not-acceptable" not in names(verdict)
        elif rule not in acceptable:
            assert after == before
            assert names(verdict)[0] == "risk-not-acceptable"
            assert verdict.refused


def test_the_errors_that_can_be_accepted():
    assert rules.acceptable() == [
        "too-many-nodes-to-upgrade",
        "too-many-routes",
        "subnet-too-small-for-peak",
        "pod-cidr-too-small-for-peak",
        "service-cidr-at-limit",
        "service-cidr-without-base-plus-10",
        "reserved-range-overlap",
        "service-cidr-public",
        "vnet-outside-within",
        "dns-service-ip-not-base-plus-10",
        "docker-bridge-not-an-address",
        "pod-vnet-overlap",
        "service-vnet-overlap",
        "docker-bridge-overlap",
        "peered-network-overlap",
        "routed-range-overlap",
        "route-in-pod-cidr",
        "excluded-range-overlap",
        "subnet-in-cluster-range",
    ]


#: Sentence, line, how grave the reserved range is found of each option, and the same once it is accepted.
RESERVED = (
    ("Azure refuses pods in what AKS keeps", "--pod-cidr 172.31.0.0/16", "pod-cidr error", "pod-cidr error"),
    ("and services", "--service-cidr 192.0.2.0/26", "service-cidr error", "service-cidr error"),
    (
        "of a network there is only advice",
        "--vnet-address-prefixes 172.30.0.0/16 --subnet-prefix 172.30.1.0/24",
        "vnet-address-prefixes error",
        "vnet-address-prefixes warning",
    ),
    ("and of a subnet", "--subnet-prefix 172.30.1.0/24", "subnet-prefix error", "subnet-prefix warning"),
    (
        "and of a network around such a block",
        "--vnet-address-prefixes 172.16.0.0/12",
        "vnet-address-prefixes error",
        "vnet-address-prefixes warning",
    ),
    (
        "a network among link-local addresses is refused",
        "--subnet-prefix 169.254.1.0/24",
        "subnet-prefix error",
        "subnet-prefix error",
    ),
    (
        "the docker bridge is never sent",
        "--docker-bridge-address 172.31.0.1/24",
        "docker-bridge-address error",
        "docker-bridge-address warning",
    ),
    (
        "a prefix of a network that exists is none of the nodes",
        "--vnet-address-prefixes 10.80.0.0/16 172.31.0.0/16 --what-exists vnet --subnet-prefix 10.80.1.0/24",
        "vnet-address-prefixes warning",
        "vnet-address-prefixes warning",
    ),
    (
        "nodes lie in such a prefix of a network that exists",
        "--vnet-address-prefixes 10.80.0.0/16 172.31.0.0/16 --what-exists vnet subnet --subnet-prefix 172.31.1.0/24",
        "vnet-address-prefixes error",
        "vnet-address-prefixes warning",
    ),
    (
        "each range by itself",
        "--vnet-address-prefixes 172.31.0.0/16 --pod-cidr 172.30.0.0/16",
        "vnet-address-prefixes error, pod-cidr error",
        "vnet-address-prefixes warning, pod-cidr error",
    ),
)


@pytest.mark.parametrize(
    ("line", "before", "accepted"), [row[1:] for row in RESERVED], ids=[row[0] for row in RESERVED]
)
def test_what_is_reserved_is_refused_where_azure_refuses_it(line, before, accepted):
    def told(*risks):
        found = [each for each in ask(line, accept_risk=risks).findings if each.rule == "reserved-range-overlap"]
        return ", ".join(f"{each.subject[0][2:]} {each.severity.value}" for each in found)

    assert (told(), told("reserved-range-overlap")) == (before, accepted)


@pytest.mark.parametrize(
    "line",
    [
        "--vnet-address-prefixes 172.31.0.0/16",
        "--vnet-address-prefixes 172.31.0.0/16 --what-exists vnet",
        "--subnet-prefix 172.30.1.0/24",
        "--vnet-address-prefixes 10.80.0.0/28 192.0.2.0/24 --what-exists vnet",
    ],
)
def test_a_network_that_azure_takes_can_be_planned_in(line):
    verdict = ask(line, accept_risk=["reserved-range-overlap"])
    assert not verdict.refused, verdict.findings
    assert verdict.plan.complete
    assert answer_of(verdict)["subnetPrefix"]


def test_a_subnet_lies_clear_of_what_aks_keeps_where_it_can():
    verdict = ask("--vnet-address-prefixes 172.31.0.0/16 10.80.0.0/16 --what-exists vnet")
    assert str(verdict.plan.subnet) == "10.80.0.0/24"
    assert [each.severity for each in verdict.findings] == [Severity.WARNING]


#: Lines that ask for 400 nodes, and the names that let them be.
FOUR_HUNDRED = (
    ("--node-count 400 --pod-cidr /15", ("too-many-nodes-to-upgrade", "too-many-routes")),
    ("--max-count 400 --max-surge 0", ("too-many-nodes-to-upgrade",)),
    ("--pool a:3:200:0 b:3:200:0", ("too-many-nodes-to-upgrade",)),
    (
        "--max-count 400 --vnet-address-prefixes 10.1.0.0/16 --what-exists vnet",
        ("too-many-nodes-to-upgrade", "too-many-routes"),
    ),
)


@pytest.mark.parametrize(("line", "risks"), FOUR_HUNDRED)
def test_four_hundred_nodes_can_be_had(line, risks):
    asked = ask(line)
    assert {each.rule for each in asked.findings if each.severity is Severity.ERROR} == set(risks)
    verdict = ask(line, accept_risk=risks)
    assert not verdict.refused
    assert verdict.plan.complete


def test_an_accepted_demand_that_finds_no_space_is_still_refused():
    verdict = ask(
        "--max-count 400 --max-surge 0 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10",
        accept_risk=["too-many-nodes-to-upgrade"],
    )
    assert verdict.refused
    assert "no-space" in names(verdict)


#: A subnet that exists and is too small, its network, and what else is in that.
TOO_SMALL = (
    "--vnet-address-prefixes 10.30.0.0/16 --subnet-prefix 10.30.0.0/26 --what-exists vnet subnet --max-count 69",
    "--vnet-address-prefixes 10.30.0.0/24 --subnet-prefix 10.30.0.0/26 --what-exists vnet subnet --max-count 69",
    "--vnet-address-prefixes 10.30.0.0/26 --subnet-prefix 10.30.0.0/26 --what-exists vnet subnet --max-count 69",
)


@pytest.mark.parametrize("line", TOO_SMALL)
def test_another_subnet_is_proposed_beside_one_that_exists(line):
    finding = next(each for each in ask(line).findings if each.rule == "subnet-too-small-for-peak")
    for change in recommended(finding):
        if "--subnet-prefix" in change:
            (beside,) = change["--subnet-prefix"]
            again = ask(
                line.replace("--subnet-prefix 10.30.0.0/26", f"--subnet-prefix {beside}").replace("vnet subnet", "vnet")
                + " --existing-subnets 10.30.0.0/26"
            )
            assert not again.refused, again.findings
    assert "--vnet-address-prefixes" not in finding.recommendation


@pytest.mark.parametrize(
    "line",
    [
        "--vnet-address-prefixes 11.0.0.0/16 --what-exists vnet",
        "--vnet-address-prefixes 172.31.0.0/16 --what-exists vnet",
        "--vnet-address-prefixes 10.1.0.0/16 --what-exists vnet --pod-cidr 10.1.0.0/17 --subnet-prefix 10.1.200.0/24",
        "--vnet-address-prefixes 10.1.0.0/16 --what-exists vnet subnet --subnet-prefix 10.1.0.0/24 --exclude-prefixes "
        "10.1.0.0/20",
        "--vnet-address-prefixes 10.1.0.0/16 --what-exists vnet subnet --subnet-prefix 10.1.0.0/24 "
        "--within 10.2.0.0/16",
    ],
)
def test_a_network_that_exists_is_not_to_be_changed(line):
    for finding in ask(line).findings:
        assert "--vnet-address-prefixes" not in finding.recommendation, finding


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("pod-service-overlap", "Azure refuses it, so accepting it changes nothing"),
        ("no-space", "without space there is no plan"),
        ("pods", "there is no such rule"),
        ("vnet-public", "it is not an error"),
    ],
)
def test_naming_a_risk_that_cannot_be_accepted(rule, why):
    finding = ask("", accept_risk=[rule]).findings[0]
    assert (finding.rule, finding.severity) == ("risk-not-acceptable", Severity.ERROR)
    assert finding.subject == ("--accept-risk",)
    assert finding.message == f"--accept-risk {rule}: {why}"


def test_all_findings_come_together():
    found = names(
        ask(
            "--pod-cidr 10.0.0.0/16 --service-cidr 10.0.0.0/11 --dns-service-ip 10.0.0.99 "
            "--docker-bridge-address 10.0.0.1/24 --subnet-prefix 172.30.0.0/29"
        )
    )
    assert {
        "pod-service-overlap",
        "service-cidr-too-large",
        "dns-service-ip-not-base-plus-10",
        "docker-bridge-overlap",
        "reserved-range-overlap",
        "subnet-too-small-for-peak",
    } <= set(found)


# sentence, size, the one number of pods per node that is recommended
PODS = (
    ("more than is documented, close to the block", "--node-count 900 --max-pods 240", {"110"}),
    ("so many nodes that fewer pods are documented", "--node-count 4545", {"44"}),
    ("more than a node supports and than is documented", "--node-count 900 --max-pods 300", {"222"}),
)


@pytest.mark.parametrize(("line", "pods"), [row[1:] for row in PODS], ids=[row[0] for row in PODS])
def test_one_number_of_pods_is_recommended(line, pods):
    default = "" if "--max-pods" in line else "--max-pods 250"
    findings = ask(f"--network-plugin-mode overlay {line} {default}").findings
    assert set(re.findall(r"--max-pods (\d+)", " ".join(each.recommendation for each in findings))) == pods


# sentence, line, rule, what is said: "" where the rule is silent
ADVICE = (
    ("a public block that the network was chosen in", "--within 8.8.0.0/16", "vnet-public", "use another --within"),
    ("a public block, and a subnet in it", "--within 8.8.0.0/16 --subnet-prefix 8.8.1.0/24", "vnet-public",
     "use another --within, and another --subnet-prefix in it"),
    ("a range of pods that nobody asked for", "--max-count 500", "pod-cidr-larger-than-useful", ""),
    ("a note that advice brings", "--max-pods 300", "max-pods-out-of-range",
     "use --max-pods 250 (a note then says that few addresses of a node remain for pods that end and start; 110 pods "
     "per node leave enough)"),
    ("pools that hold what was asked", "--network-plugin-mode overlay --max-count 4545 --max-pods 44", "pool-too-large",
     "use --pool system:3:909 work1:0:909 work2:0:909 work3:0:909 work4:0:909 (in place of --max-count)"),
    ("of nodes as many as the subnet holds, where the pods must move",
     "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.1.0.0/16 --pod-cidr 10.1.0.0/20 --max-count 80",
     "subnet-too-small-for-peak",
     "use --subnet-prefix 192.168.1.0/25, or --max-count 53, or ask for a /25 in place of 10.1.2.0/26"),
    ("pods for as many nodes as a given subnet holds",
     "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 "
     "--max-count 100", "no-space",
     "free a larger block, or ask for a /17 for pods (a /18 for the 53 nodes that the subnet holds) and a /28 for "
     "services of what is excluded, and name them with --pod-cidr, --service-cidr and --accept-risk "
     "excluded-range-overlap"),
    ("of pools only the one that is too large is split", "--network-plugin-mode overlay --pool a:3 b:950:950",
     "pool-too-large", "use --pool a:3:3 b:909:909 b2:41:41"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "rule", "said"), [row[1:] for row in ADVICE], ids=[row[0] for row in ADVICE])
def test_advice_can_be_followed(line, rule, said):
    assert [each.recommendation for each in ask(line).findings if each.rule == rule] == [said] * bool(said)
