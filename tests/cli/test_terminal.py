"""What people see on a terminal: each line stands alone, and is plain where no colour is wanted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import own_network
from tests.loopback.core.operations import CREATING
from tests.support.terminal import Shown, on_a_terminal

CREATE = "kubenet create -g rg -n c --no-ssh-key --location westeurope"
MIGRATE = "kubenet migrate -g shop -n kube --accept-risk cluster-not-inspected"


def shown(cloud: Cloud, words: str, *, columns: int = 200, **more: Any) -> Shown:
    """What is on the screen after a command."""
    return on_a_terminal(cloud.az, words, cloud.env, columns=columns, **more)


#: What the SDK of the oldest azure-cli says while `az aks create`'s own code runs.
SDK = r"docker_bridge_cidr is not a known attribute of class .*"
#: Every line that a creation may say: what took how long differs, and so do the words of a cluster that are seen.
SAID = (
    r"kubenet retires on 31 March 2028; .*kubenet-retirement",
    r"\+ resource group rg westeurope \(\d+\.\d s\)",
    r"\+ identity c-identity user-assigned \(\d+\.\d s\)",
    r"\+ virtual network c-vnet 192\.168\.0\.0/16, subnet c-subnet 192\.168\.1\.0/24 \(\d+\.\d s\)",
    r"\+ role assignment Network Contributor on c-subnet \(\d+\.\d s\)",
    r"\+ cluster c kubenet, 3 nodes, pods 10\.244\.0\.0/16, services 10\.0\.0\.0/16 \(\d+\.\d s\)",
    f"  cluster: ({'|'.join(word.replace('%d', '3') for word in CREATING)})",
    r"  to use it: az aks get-credentials -g rg -n c",
    SDK,
)
#: What people and programs set where no escape codes are wanted.
PLAIN = ({"NO_COLOR": "1"}, {"NO_COLOR": "anything"}, {"TERM": "dumb"}, {"AZURE_CORE_NO_COLOR": "true"})
ESCAPE = b"\x1b"


@pytest.fixture
def slow(cloud: Cloud) -> Cloud:
    """One in which a cluster takes its time: the spinner turns, and Azure's words for what it does change."""
    cloud.arm.cloud.operations.pace = 2
    return cloud


def test_each_line_of_a_creation_stands_alone_though_a_spinner_turns(slow: Cloud) -> None:
    seen = shown(slow, f"{CREATE} -o none")
    assert seen.code == 0, seen.text
    assert b" - Starting ..\r" in seen.written, "no spinner turned"
    assert len([line for line in seen.lines if line.startswith("  cluster: ")]) > 2
    assert [line for line in seen.lines if not any(re.fullmatch(each, line) for each in SAID)] == []


@pytest.mark.parametrize("env", PLAIN, ids=str)
def test_where_no_colours_are_wanted_a_creation_writes_no_escape_code(slow: Cloud, env: dict[str, str]) -> None:
    seen = shown(slow, f"{CREATE} -o none", **env)
    assert (seen.code, ESCAPE in seen.written, b"\rWARNING" in seen.written) == (0, False, False), seen.text
    assert seen.lines[0].startswith("WARNING: kubenet retires")


#: What is wrong with a command, the command: azure-cli prints each by other means.
WRONG = (
    ("a plan that is refused", "kubenet plan --subnet-prefix 10.0.0.0/26 --max-count 400"),
    ("an option that is none", "kubenet plan --no-such-option"),
    ("a cluster that is not there", "kubenet check -g rg -n nothing"),
)


@pytest.mark.parametrize("words", [words for _, words in WRONG], ids=[what for what, _ in WRONG])
@pytest.mark.parametrize("env", [{}, *PLAIN[1:]], ids=str)
def test_errors_have_colours_or_say_that_they_are_errors(cloud: Cloud, words: str, env: dict[str, str]) -> None:
    seen = shown(cloud, words, **env)
    assert (ESCAPE in seen.written) == (not env), seen.text
    first = next(line for line in seen.lines if "kubenet retires" not in line)
    assert first.startswith("ERROR: ") == bool(env)


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}], ids=str)
def test_the_help_has_colours_unless_they_are_not_wanted(cloud: Cloud, env: dict[str, str]) -> None:
    seen = shown(cloud, "kubenet create -h", **env)
    assert (seen.code, ESCAPE in seen.written) == (0, not env)


def test_what_is_no_terminal_gets_no_escape_code(cloud: Cloud) -> None:
    ran = cloud(f"{CREATE} -o none")
    assert (ran.code, ESCAPE.decode() in ran.err + ran.out, "\r" in ran.err) == (0, False, False)


def test_each_line_of_a_move_stands_alone_and_so_does_the_question(cloud: Cloud, free_waits: None) -> None:
    own_network(cloud)
    piped = cloud(f"{MIGRATE} --dry-run -o none").err.splitlines()
    seen = shown(cloud, f"{MIGRATE} -o none", columns=500, answers={"(kube): ": "kube\n"})
    assert seen.code == 0, seen.text
    judged = [line for line in piped if not line.startswith("not ready")]
    told = [each.replace("WARNING: ", "").replace("ERROR: ", "") for each in judged]
    assert seen.lines[: len(told)] == told
    assert seen.lines[len(told)] == "There is no way back. Type the name of the cluster to go on (kube): kube"
    assert not [line for line in seen.lines if ".." in line or line != line.strip("\\|/")]


#: (what is said at 60 columns, what must be there as a line of its own)
NARROW = (
    ("kubenet plan --explain --max-count 100 --growth 25% -o none", "10.0.0.0/8     V.............................P."),
    ("kubenet plan --subnet-prefix 10.1.0.0/26 --max-count 90 --exclude-prefixes 10.0.0.0/8",
     "    az kubenet plan --subnet-prefix 10.1.0.0/26 --exclude-prefixes 10.0.0.0/8 --max-count 53"),
    (f"{CREATE} -o none", "    192.168.1.0/24"),
    (f"{CREATE} --no-wait", "  to use it then: az aks get-credentials -g rg -n c"),
)  # fmt: skip


@pytest.mark.parametrize(("words", "line"), NARROW, ids=[words for words, _ in NARROW])
def test_on_a_narrow_terminal_no_line_of_ours_is_broken_but_a_command(cloud: Cloud, words: str, line: str) -> None:
    seen = shown(cloud, words, columns=60, AZURE_CORE_NO_COLOR="true")
    lines = seen.written.decode().replace("\r", "").splitlines()
    whole = ("az ", "'azure.mgmt.")  # a command, and a word of the SDK
    assert [each for each in lines if len(each) > 60 and not each.strip().startswith(whole)] == []
    assert line in [re.sub(r" \(\d+\.\d s\)$", "", each) for each in lines]


def test_the_question_of_a_move_fits_a_narrow_terminal(cloud: Cloud, free_waits: None) -> None:
    own_network(cloud)
    seen = shown(cloud, MIGRATE, columns=60, answers={"(kube): ": "no\n"})
    assert "There is no way back. Type the name of the cluster to go on\n    (kube): no\n" in seen.text


#: The most lines of help before those that are lent, where there are any: a screen or four.
OWN_LINES = 260
OWN_GROUPS = (
    "Address space", "Cluster size", "Execution", "Identity", "Network", "Output", "Ranges", "Scope", "Wait Condition",
)  # fmt: skip
HELP = ("plan", "create", "check", "migrate", "list", "wait")


@pytest.mark.parametrize("command", HELP)
def test_the_help_has_our_own_groups_before_those_that_are_lent(cloud: Cloud, command: str) -> None:
    lines = cloud(f"kubenet {command} -h").out.splitlines()
    heads = [(number, line) for number, line in enumerate(lines) if line.endswith(" Arguments")]
    titles = [(number, line.removesuffix(" Arguments")) for number, line in heads]
    lent = [number for number, title in titles if title.startswith("az aks create")]
    ours = [number for number, title in titles if title in OWN_GROUPS]
    assert ours
    assert bool(lent) == (command == "create")
    assert max(ours) < min([*lent, OWN_LINES])
