"""Plans from outside, mutated and hostile: a clear refusal, never a write, a traceback or a control character."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.plans import CONVENTIONAL
from tests.trust.bench import Bench, Ran
from tests.trust.conftest import SAMPLE
from tests.trust.ways import WHERE

EXAMPLES = max(120 // SAMPLE, 10)
WORDS = ["kubenet", "create", *WHERE.split(), "--plan", "@-"]
PLAN = {**CONVENTIONAL, "networkPlugin": "kubenet"}


def changed(**more: Any) -> str:
    return json.dumps({**PLAN, **more})


HOSTILE: tuple[tuple[str, str | bytes], ...] = (
    ("nothing", ""),
    ("blanks", " \n\t "),
    ("no JSON", "podCidr: 10.244.0.0/16"),
    ("half a plan", json.dumps(PLAN)[:90]),
    ("two plans", json.dumps(PLAN) * 2),
    ("a list", json.dumps([PLAN])),
    ("a text", json.dumps("plan")),
    ("a number", "42"),
    ("null", "null"),
    ("an empty object", "{}"),
    ("nested too deeply", "[" * 100_000),
    ("nested too deeply in a key", '{"podCidr": ' + '{"a":' * 50_000 + "1" + "}" * 50_001),
    ("a gigantic text", changed(podCidr="1" * 5_000_000)),
    ("a gigantic number", json.dumps(PLAN).replace('"nodeCount": 3', '"nodeCount": ' + "9" * 10_000)),
    ("a number beyond all", changed(nodeCount=10**30)),
    ("a negative number", changed(nodeCount=-1)),
    ("no nodes", changed(nodeCount=0)),
    ("a fraction", changed(nodeCount=3.5)),
    ("infinity", json.dumps(PLAN).replace("110", "Infinity")),
    ("not a number", json.dumps(PLAN).replace("110", "NaN")),
    ("an exponent", json.dumps(PLAN).replace("110", "1e400")),
    ("a truth for a number", changed(maxPods=True)),
    ("a number for a text", changed(podCidr=10)),
    ("a text for a list", changed(vnetAddressPrefixes="192.168.0.0/16")),
    ("an empty list", changed(vnetAddressPrefixes=[])),
    ("a list in a list", changed(vnetAddressPrefixes=[["192.168.0.0/16"]])),
    ("an object for a text", changed(serviceCidr={"$ref": "#"})),
    ("another plugin", changed(networkPlugin="azure")),
    ("the whole internet", changed(podCidr="0.0.0.0/0")),
    ("IPv6", changed(podCidr="fd00::/64")),
    ("a netmask", changed(podCidr="10.244.0.0/255.255.0.0")),
    ("hexadecimal", changed(podCidr="0xA.0xF4.0.0/16")),
    ("octal", changed(podCidr="010.0364.0.0/16")),
    ("an integer address", changed(podCidr="183762944/16")),
    ("digits of another script", changed(podCidr="१०.२४४.0.0/16")),
    ("a zero byte", changed(podCidr="10.244.0.0/16\0")),
    ("an escape sequence", changed(podCidr="\x1b]0;owned\x07\x1b[2J10.244.0.0/16")),
    ("line feeds", changed(dnsServiceIp="10.0.0.10\nERROR: all is well\r")),
    ("right to left", changed(subnetPrefix="\u202e42/0.1.861.291")),
    ("a shell command", changed(subnetPrefix="$(touch owned); 192.168.1.0/24")),
    ("a path", changed(podCidr="../../../../etc/passwd")),
    ("another option", changed(podCidr="--yes")),
    ("a file", "@../../../../etc/passwd"),
    ("half a surrogate", json.dumps(PLAN).replace("10.244.0.0/16", "\\ud800")),
    ("UTF-16", json.dumps(PLAN).encode("utf-16")),
    ("Latin-1", changed(podCidr="10.244.0.0/16").replace("10%", "10% \xe9").encode("latin-1")),
    ("bytes of nothing", bytes(range(256)) * 40),
    ("a compressed file", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + b"\xff" * 99),
)  # fmt: skip


def refused(ran: Ran) -> None:
    """A clear refusal: nothing written, nothing on standard output, no traceback, nothing that moves a cursor."""
    assert (ran.code, ran.out, list(ran.writes)) == (1, "", []), ran.err[:2000]
    assert "ERROR" in ran.err
    decent(ran)


def decent(ran: Ran) -> None:
    assert "Traceback" not in ran.err, ran.err[-2000:]
    assert "unexpected error" not in ran.err, ran.err[-2000:]
    odd = [char for char in ran.err if (ord(char) < 32 and char not in "\n\t") or char in "\x7f\u202e\u2028"]
    assert not odd, (odd[:5], ran.err[:500])
    assert len(ran.err) < 20_000, "the whole plan is thrown back"


def test_a_long_list_is_refused_in_few_words(bench: Bench) -> None:
    refused(bench.run(WORDS, stdin=changed(vnetAddressPrefixes=["10.0.0.0/8"] * 200)))


@pytest.mark.sweep
@pytest.mark.parametrize(("what", "plan"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_a_hostile_plan_is_refused(bench: Bench, what: str, plan: str | bytes, count: Callable[..., None]) -> None:
    refused(bench.run(WORDS, stdin=plan))
    assert not (bench.folder / "owned").exists()
    count("PLANS FROM OUTSIDE", "hostile, by hand", plans=1, refused=1, taken=0)


def test_a_byte_order_mark_is_no_harm(bench: Bench, count: Callable[..., None]) -> None:
    """What PowerShell puts before its output: taken, or refused clearly."""
    ran = bench.run([*WORDS, "--dry-run"], stdin="\ufeff" + json.dumps(PLAN))
    decent(ran)
    assert ran.code in (0, 1)
    count("PLANS FROM OUTSIDE", "hostile, by hand", plans=1, refused=ran.code, taken=1 - ran.code)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(["10.244.0.0/16", "10.0.0.10", "/16", "0.0.0.0/0", "10%", "@-", "-", "10.0.0.0/33", "fe80::/10"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A plan with some values replaced, keys gone, keys added, or characters of its text changed."""
    plan: dict[str, Any] = dict(PLAN)
    for key in draw(st.lists(st.sampled_from(sorted(PLAN)), max_size=3, unique=True)):
        if draw(st.booleans()):
            plan[key] = draw(_ANY)
        else:
            del plan[key]
    plan.update(draw(st.dictionaries(st.text(max_size=8), _ANY, max_size=2)))
    text = json.dumps(plan)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(text) - 1))
        text = (
            text[:place]
            + draw(st.sampled_from(['"', "{", "}", "\\", "0", "/", ".", "\0", "é", ""]))
            + text[place + 1 :]  # noqa: E203
        )
    return text


def test_a_mutated_plan_is_taken_whole_or_refused_clearly(bench: Bench, count: Callable[..., None]) -> None:
    tried = {"refused": 0, "taken": 0}

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
              database=None)  # fmt: skip
    @given(mutated())
    def attempt(plan: str) -> None:
        bench.fresh()
        ran = bench.run(WORDS, stdin=plan)
        if ran.code:
            refused(ran)
        decent(ran)
        tried["taken" if ran.code == 0 else "refused"] += 1

    attempt()
    count("PLANS FROM OUTSIDE", "mutated at random", plans=sum(tried.values()), **tried)
