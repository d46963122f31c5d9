"""`az kubenet plan` as a process, logged out: ranges, refusals, exit codes, and what goes where."""

from __future__ import annotations

import json
from typing import Any

import jmespath
import pytest
import yaml
from netaddr import IPSet

from tests.support.az import Az

RETIREMENT = "kubenet retires on 31 March 2028"

# what is asked, the options, a query of the answer, what it says
ANSWERS: tuple[tuple[str, str, str, Any], ...] = (
    ("the conventional set holds 228 nodes, limited by the subnet", "",
     "[capacity.nodes, capacity.limitedBy, subnetPrefix]", [228, "subnet", "192.168.1.0/24"]),
    ("without surge a /24 gives the article's 251 nodes and 27610 pods",
     "--subnet-prefix 192.168.1.0/24 --max-surge 0", "[capacity.nodes, capacity.pods]", [251, 27610]),
    ("a /27 gives 24 nodes", "--subnet-prefix 192.168.1.0/27", "capacity.nodes", 24),
    ("a /27 with a surge of 1 gives 26", "--subnet-prefix 192.168.1.0/27 --max-surge 1", "capacity.nodes", 26),
    ("a /27 with a surge of 33% gives 20", "--subnet-prefix 192.168.1.0/27 --max-surge 33%", "capacity.nodes", 20),
    ("363 nodes and their surge fill the route table", "--max-count 363",
     "[maxCount, capacity.nodesByRoutes]", [363, 363]),
    ("300 nodes take a /15 for pods", "--max-count 300", "podCidr", "10.244.0.0/15"),
    ("only a size has a range found", "--pod-cidr /18 --service-cidr /24 --subnet-prefix /26",
     "[podCidr, serviceCidr, subnetPrefix]", ["10.244.0.0/18", "10.0.0.0/24", "192.168.1.0/26"]),
    ("a name of the network command is understood too", "--subnet-prefixes 10.1.2.0/26",
     "subnetPrefix", "10.1.2.0/26"),
    ("a range is taken from within a block", "--within 10.20.0.0/18 --vnet-address-prefixes /22",
     "vnetAddressPrefixes", ["10.20.0.0/22"]),
    ("what lies in an excluded range is chosen elsewhere", "--exclude-prefixes 10.0.0.0/8,192.168.0.0/16",
     "length([podCidr, serviceCidr, subnetPrefix][?starts_with(@, '10.') || starts_with(@, '192.168.')])", 0),
    ("the DNS service IP follows the service CIDR", "--service-cidr 10.9.0.0/24", "dnsServiceIp", "10.9.0.10"),
    ("an accepted risk is a warning among the findings",
     "--pod-cidr 10.244.0.0/16 --exclude-prefixes 10.240.0.0/12 --accept-risk excluded-range-overlap",
     "findings[].[rule, severity]", [["excluded-range-overlap", "warning"]]),
)  # fmt: skip

# what is wrong, the options, the rule, what to type instead
REFUSALS = (
    ("364 nodes and their surge need more than 400 routes", "--max-count 364",
     "too-many-routes", "use --max-count 363"),
    ("a count that is no number is a finding, as every value that cannot be read", "--node-count three",
     "malformed-number", "give --node-count a whole number, such as 3"),
    ("400 nodes leave no route for an upgrade", "--max-count 400", "too-many-routes", "use --max-count 363"),
    ("the DNS service IP is not base + 10", "--dns-service-ip 10.0.0.11",
     "dns-service-ip-not-base-plus-10", "use --dns-service-ip 10.0.0.10"),
    ("pods overlap services", "--pod-cidr 10.0.0.0/16 --service-cidr 10.0.128.0/17",
     "pod-service-overlap", "use --pod-cidr 10.244.0.0/16"),
    ("the docker bridge overlaps pods", "--docker-bridge-address 10.244.0.1/16 --pod-cidr 10.244.0.0/16",
     "docker-bridge-overlap", "use --docker-bridge-address 172.17.0.1/16"),
    ("the docker bridge overlaps services", "--docker-bridge-address 10.0.0.1/16 --service-cidr 10.0.0.0/16",
     "docker-bridge-overlap", "use --docker-bridge-address 172.17.0.1/16"),
    ("the docker bridge overlaps the network",
     "--docker-bridge-address 192.168.5.1/24 --vnet-address-prefixes 192.168.0.0/16",
     "docker-bridge-overlap", "use --docker-bridge-address 172.17.0.1/16"),
    ("pods lie in link-local space", "--pod-cidr 169.254.0.0/16",
     "reserved-range-overlap", "use --pod-cidr 10.244.0.0/16"),
    ("services lie in a range that AKS keeps", "--service-cidr 172.30.0.0/20",
     "reserved-range-overlap", "use --service-cidr 10.0.0.0/16"),
    ("the network lies in multicast space", "--vnet-address-prefixes 224.0.0.0/16",
     "reserved-range-overlap", "use --vnet-address-prefixes 192.168.0.0/16"),
    ("the docker bridge lies in loopback space", "--docker-bridge-address 127.0.0.1/16",
     "reserved-range-overlap", "use --docker-bridge-address 172.17.0.1/16"),
    ("a range has host bits", "--pod-cidr 10.244.1.0/16", "host-bits", "use --pod-cidr 10.244.0.0/16"),
    ("a service CIDR of /11 is too large", "--service-cidr 10.0.0.0/11",
     "service-cidr-too-large", "use --service-cidr 10.0.0.0/16"),
    ("so is one of which only the size is given", "--service-cidr /11",
     "service-cidr-too-large", "use --service-cidr /16"),
    ("a given range overlaps an excluded one", "--pod-cidr 10.244.0.0/16 --exclude-prefixes 10.244.0.0/24",
     "excluded-range-overlap", "use --pod-cidr"),
    ("a file does not exist", "--exclude-prefixes @nowhere.txt", "no-such-file", "use the name of an existing file"),
    ("a risk is accepted that Azure leaves nobody", "--accept-risk pod-service-overlap",
     "risk-not-acceptable", "leave --accept-risk out"),
)  # fmt: skip

# what is wrong, the command, what is said, what is not
MESSAGES = (
    ("a plan that is given twice", "--plan @a.json --plan @b.json", ("keep one: --plan @FILE",), "podCidr"),
    ("a folder instead of a plan", "--plan @folder", ("folder is a folder", "--plan @folder/plan.json"), "there is no"),
    ("a sign for a file without its name", "--plan @", ("@ stands before the name of a file",), "there is no file"),
    (
        "a subnet without its network",
        "-g net --subnet-name x",
        ("--subnet-name x requires", "add --vnet-name VNET"),
        "-g",
    ),
    ("a subnet with nothing", "--subnet-name x", ("add -g GROUP --vnet-name VNET",), " to x"),
    ("a check that does not exist", "--skip-checks x", ("use any of: ", "subnet-delegation"), "caller-may-write"),
)


@pytest.mark.parametrize(("options", "said", "unsaid"), [row[1:] for row in MESSAGES], ids=[row[0] for row in MESSAGES])
def test_a_message_names_what_to_type_instead(az: Az, options: str, said: tuple[str, ...], unsaid: str) -> None:
    (az.home / "folder").mkdir()
    for name in ("a.json", "b.json"):
        (az.home / name).write_text(f'{{\n "podCidr": "10.244.0.0/16", "name": "{name}"\n}}')
    ran = az(f"kubenet plan {options} --only-show-errors")
    assert ran.code in (1, 2)
    assert [each for each in said if each not in ran.err] == []
    assert unsaid not in ran.err


# what is wrong with the usage, the options
USAGE = (
    ("an option that does not exist", "--bogus"),
    ("a plugin that is none of the two", "--network-plugin calico"),
    ("an option without its value", "--pod-cidr"),
)


@pytest.mark.parametrize(
    ("options", "query", "expected"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_logged_out_plan_answers(az: Az, options: str, query: str, expected: object) -> None:
    ran = az(f"kubenet plan {options}")
    assert ran.code == 0, ran.err
    assert jmespath.search(query, ran.json) == expected


@pytest.mark.parametrize(
    ("options", "rule", "instead"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_plan_refuses_with_exit_code_1_and_says_what_to_type(az: Az, options: str, rule: str, instead: str) -> None:
    ran = az(f"kubenet plan {options}")
    assert (ran.code, ran.out) == (1, "")
    lines = ran.err.partition("ERROR: ")[2].splitlines()
    advice = {line.rpartition("[")[2]: lines[number + 1] for number, line in enumerate(lines) if line.endswith("]")}
    assert instead in advice[f"{rule}]"], ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("options", [row[1] for row in USAGE], ids=[row[0] for row in USAGE])
def test_wrong_usage_is_exit_code_2(az: Az, options: str) -> None:
    ran = az(f"kubenet plan {options}")
    assert (ran.code, ran.out) == (2, ""), ran.err
    assert "Traceback" not in ran.err


def test_all_findings_of_a_run_come_together(az: Az) -> None:
    ran = az(
        "kubenet plan --pod-cidr 10.0.0.0/33 --service-cidr 10.0.0.1/16 --dns-service-ip x --max-surge many "
        "--docker-bridge-address 127.0.0.1/16 --max-pods 300 --exclude-prefixes y"
    )
    assert (ran.code, ran.out) == (1, "")
    for rule in (
        "malformed-range", "host-bits", "malformed-address", "malformed-max-surge", "reserved-range-overlap",
        "max-pods-out-of-range",
    ):  # fmt: skip
        assert f"[{rule}]" in ran.err, rule
    assert ran.err.count("[malformed-range]") == 2


def test_a_file_of_excluded_prefixes_may_have_comments(az: Az) -> None:
    (az.home / "sites.txt").write_text("# sites\n10.0.0.0/8  # all of ten\n\n192.168.0.0/17, 172.16.0.0/13\n")
    ran = az("kubenet plan --exclude-prefixes @sites.txt")
    assert ran.code == 0, ran.err
    excluded = IPSet(["10.0.0.0/8", "192.168.0.0/17", "172.16.0.0/13"])
    chosen = IPSet([*ran.json["vnetAddressPrefixes"], ran.json["podCidr"], ran.json["serviceCidr"]])
    assert not chosen & excluded
    (az.home / "sites.txt").write_text("10.0.0.0/8\nten\n")
    refused = az("kubenet plan --exclude-prefixes @sites.txt")
    assert refused.code == 1
    assert "line 2: 'ten' is not an IPv4 network" in refused.err


def test_the_same_input_gives_the_same_bytes(az: Az) -> None:
    options = "kubenet plan --max-count 100 --exclude-prefixes 10.0.0.0/12 10.64.0.0/10 --within 10.128.0.0/9"
    assert az(options).out == az(options).out != ""


@pytest.mark.parametrize("form", ["json", "yaml", "tsv", "table"])
def test_every_output_format_holds_the_plan_and_nothing_else(az: Az, form: str) -> None:
    query = "" if form == "table" else " --query {pods:podCidr}"
    ran = az(f"kubenet plan -o {form}{query}")
    assert ran.code == 0, ran.err
    if form == "table":
        title, line, *rows = ran.out.splitlines()
        assert title.split() == ["Range", "CIDR", "Addresses", "Holds", "Demand"]
        assert set(line) == {"-", " "}
        assert [row.split("  ")[0] for row in rows] == [
            "Virtual network", "Subnet", "Pod CIDR", "Route table", "Service CIDR", "DNS service IP", "Docker bridge",
        ]  # fmt: skip
        assert "192.168.1.0/24" in rows[1]
        assert "228 nodes" in rows[1]
        assert "3 nodes + 1 surge" in rows[1]
    else:
        read = {"json": json.loads, "yaml": yaml.safe_load, "tsv": lambda text: {"pods": text.strip()}}[form]
        assert read(ran.out) == {"pods": "10.244.0.0/16"}


def test_a_query_gives_a_script_one_word(az: Az) -> None:
    assert az("kubenet plan --query podCidr -o tsv").out == "10.244.0.0/16\n"


def test_the_retirement_is_said_once_on_standard_error_and_only_there(az: Az) -> None:
    ran = az("kubenet plan")
    assert ran.err.count(RETIREMENT) == 1
    assert "Azure CNI Overlay" in ran.err
    assert RETIREMENT not in ran.out


def test_only_show_errors_silences_standard_error(az: Az) -> None:
    ran = az(
        "kubenet plan --pod-cidr 10.244.0.0/16 --exclude-prefixes 10.240.0.0/12 "
        "--accept-risk excluded-range-overlap --only-show-errors"
    )
    assert (ran.code, ran.err) == (0, "")
    refused = az("kubenet plan --pod-cidr x --only-show-errors")
    assert refused.err.startswith("ERROR: --pod-cidr: 'x' is not an IPv4 network")


def test_plan_reads_no_login_and_leaves_none(cold_az: Az) -> None:
    assert cold_az("kubenet plan").code == 0
    assert not (cold_az.home / ".azure" / "msal_token_cache.json").exists()
    assert (
        json.loads((cold_az.home / ".azure" / "azureProfile.json").read_text("utf-8-sig")).get("subscriptions", [])
        == []
    )
