"""Options beside a plan that contradict it: one command makes the plan again with all of them, and that was tried."""

import json
import shlex
import sys

import pytest

from azext_kubenet.addressing.explanation import described
from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.planner.plan_again import plan_again
from azext_kubenet.addressing.planner.plan_result import PlanResult, plan_ranges
from azext_kubenet.operations.contradictions_together import creation_with_all
from azext_kubenet.options.contradicted_plan import combine
from azext_kubenet.options.plan_file import read_plan
from azext_kubenet.options.plan_options import read_plan_options
from azext_kubenet.options.typed import Typed, parameter
from azext_kubenet.output.plan_json import answer
from tests.unit.addressing.asking import question, split

# sentence, the plan, how it is typed, what contradicts it, the command before the pipe; "" for none
ROWS = (
    ("all options together", "", "@old.json", "--pod-cidr 10.1.0.0/16 --service-cidr 10.2.0.0/16 --node-count 4",
     "--plan @old.json --node-count 4 --pod-cidr 10.1.0.0/16 --service-cidr 10.2.0.0/16"),
    ("a plan that came through a pipe is made anew", "--max-count 9", "@-", "--pod-cidr 10.1.0.0/16 --max-pods 30",
     "--max-count 9 --pod-cidr 10.1.0.0/16 --max-pods 30"),
    ("what collides is put right", "", "@old.json", "--pod-cidr 10.1.0.0/16 --service-cidr 10.1.0.0/16",
     "--plan @old.json --pod-cidr 10.244.0.0/16 --service-cidr 10.1.0.0/16"),
    ("too many nodes are as many as there can be", "", "@old.json", "--node-count 500 --max-pods 30",
     "--plan @old.json --node-count 363 --max-pods 30"),
    ("more nodes than at most move that along", "--max-count 9", "@-", "--node-count 20",
     "--node-count 20 --max-count 20"),
)  # fmt: skip


def _typed(options: str) -> dict[str, object]:
    several, numbers = ("--vnet-address-prefixes", "--subnet-prefix"), ("--node-count", "--max-count", "--max-pods")
    return {
        parameter(option): words if option in several else int(words[0]) if option in numbers else words[0]
        for option, words in split(options).items()
    }


def _made_again(command: str, plan: str) -> PlanResult:
    words = command.replace("--plan @old.json", "")
    values = {**_typed(words), **({"plan": plan} if words != command else {})}
    read = read_plan_options(Typed(values))
    return plan_again(read.ranges.size, read.ranges.requests, (), (), earlier=read.earlier)


@pytest.mark.parametrize(("plan", "word", "line", "command"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_one_command_makes_the_plan_again(monkeypatch, plan: str, word: str, line: str, command: str) -> None:
    monkeypatch.setattr(sys, "argv", ["az", "kubenet", "create", "-n", "c", "--plan", word, *shlex.split(line)])
    size, requests, _ = question(split(plan))
    text = json.dumps(answer(described(plan_ranges(size, requests), None)))
    typed, planned = Typed({**_typed(line), "plan": text}), read_plan(text)
    _, findings = combine(planned, typed)
    joint, _, creation = creation_with_all(planned, typed, findings).command.partition(" -o json | ")
    assert creation == "az kubenet create -n c --plan @-"
    assert set(_pairs(joint)) == set(_pairs(command))
    assert not _made_again(joint.removeprefix("az kubenet plan "), text).refused


def _pairs(command: str) -> list[tuple[str, ...]]:
    return [(option, *words) for option, words in split(command.removeprefix("az kubenet plan ")).items()]


def test_where_more_is_wrong_no_command_is_given() -> None:
    wrong = Finding("malformed-range", Severity.ERROR, ("--pod-cidr",), "it is wrong")
    assert creation_with_all(read_plan("{}"), Typed({}), [wrong]).command == ""
