"""The output of a look inside, as it is understood, wherever Azure has cut it and whatever stands in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.discovery.inside_cluster import InsideCluster
from azext_kubenet.discovery.inside_command import Part
from azext_kubenet.discovery.inside_output import understand

#: A row of each part, as the command prints it.
ROWS: dict[Part, list[Any]] = {
    Part.NODES: ["n1", ["10.244.0.0/24"], ["10.0.0.4"], 99, [["Ready", "True", "KubeletReady", ""]], False],
    Part.BUDGETS: ["shop", "web", 1, None, 1, 1, 1],
    Part.IP_MASQ: ["azure-ip-masq-agent-config", "{}"],
    Part.DAEMON_SETS: ["kube-system", "agent", True, False],
    Part.POLICIES: ["shop", "deny", ["10.0.0.0/8"], ["http"]],
    Part.CALICO: ["HostEndpoint", None, "host"],
}


def section(part: Part, rows: list[Any], every: int | None = None) -> str:
    lines = [f"={json.dumps(each)}" for each in (len(rows), *rows)]
    return "\n".join(["", f"kubenet-begin {part.name}", *lines, "", f"kubenet-end {every or len(lines)} {len(lines)}"])


def output(count: int) -> str:
    return "\n".join(section(part, [row] * count) for part, row in ROWS.items())


def rows_of(seen: InsideCluster) -> dict[Part, tuple[Any, ...]]:
    found = (seen.nodes, seen.budgets, seen.ip_masq, seen.daemon_sets, seen.policies, seen.calico)
    return dict(zip(Part, found, strict=True))


@given(st.integers(0, 4), st.data())
def test_an_output_that_is_cut_anywhere_is_never_taken_for_whole(count: int, data: st.DataObject) -> None:
    whole = output(count)
    begin = data.draw(st.sampled_from([0, data.draw(st.integers(0, len(whole)))]))
    seen = understand(whole[begin : data.draw(st.integers(begin, len(whole)))])  # noqa: E203
    for part, rows in rows_of(seen).items():
        assert part in seen.cut or part in seen.unread or len(rows) == count
        assert len(rows) <= count
        assert (part in seen.counts) != (part in seen.unread)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=12,
)


@given(st.sampled_from([*Part]), st.lists(json_values, max_size=3))
def test_rows_of_any_other_form_are_told_as_missing_and_crash_nothing(part: Part, others: list[Any]) -> None:
    seen = understand(section(part, [ROWS[part], *others]))
    understood = len(rows_of(seen)[part])
    assert "failed" in others or understood >= 1
    assert (part in seen.cut) == (understood != len(others) + 1) or part in seen.unread


@given(st.text())
def test_any_text_leaves_every_part_unread(text: str) -> None:
    assert set(understand(text).unread) == set(Part)


# the lines of a part, whether its rows are seen, why it is cut or unread
SECTIONS: tuple[tuple[str, str, int, str], ...] = (
    ("whole", section(Part.BUDGETS, [ROWS[Part.BUDGETS]]), 1, ""),
    ("some did not fit", section(Part.BUDGETS, [ROWS[Part.BUDGETS]], 9), 1, "1 of 8 fit into the output of a command"),
    ("no end", "kubenet-begin BUDGETS\n=300\n" + f"={json.dumps(ROWS[Part.BUDGETS])}", 1, "was cut after 1"),
    ("kubectl failed", 'kubenet-begin BUDGETS\nError: no\n="failed"\nkubenet-end 1 1', 0, "Error: no"),
    ("jq failed after some", f'kubenet-begin BUDGETS\n=2\n={json.dumps(ROWS[Part.BUDGETS])}\njq: error\n="failed"\n'
     "kubenet-end 3 3", 0, "jq: error"),
    ("no count", "kubenet-begin BUDGETS\n\nkubenet-end 0 0", 0, "kubectl reported no reason"),
    ("not there", "", 0, "does not have them"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "rows", "why"), [row[1:] for row in SECTIONS], ids=[row[0] for row in SECTIONS])
def test_a_part_says_what_is_missing_in_it(text: str, rows: int, why: str) -> None:
    seen = understand(text)
    told = seen.cut.get(Part.BUDGETS, "") or seen.unread.get(Part.BUDGETS, "")
    assert (len(seen.budgets), why in told, bool(told)) == (rows, True, bool(why))


def test_fewer_nodes_than_there_are_is_told() -> None:
    lines = ["kubenet-begin NODES", "=2", f"={json.dumps(ROWS[Part.NODES])}", "kubenet-end 2 2"]
    assert understand("\n".join(lines)).cut == {Part.NODES: "1 of 2 were shown"}
