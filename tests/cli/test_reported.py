"""Situations that people reported: what is told of them, or reaches Azure; and those that were right already."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.loopback.callers.situations import Played, Typed
from tests.support.paths import SHARED

SEEDS = SHARED / "cases" / "seeds"


def refused(*rules: str) -> Callable[[Played], bool]:
    """Each run of ours ends with one of some findings as an error, and nothing is written."""

    def holds(played: Played) -> bool:
        runs = ours(played)
        told = [any(f"[{rule}]" in each.err for rule in rules) for each in runs]
        return all(told) and all(each.code == 1 and not each.writes for each in runs)

    return holds


def ours(played: Played) -> list[Typed]:
    return [each for each in played.typed if "kubenet create" in each.line]


def codes(*wanted: int) -> Callable[[Played], bool]:
    return lambda played: [each.code for each in ours(played)] == [*wanted]


def the_surge_is_sent(played: Played) -> bool:
    return played.codes == [0] and '"maxSurge": "1"' in played.typed[0].out


def the_table_is_made_before_its_route(played: Played) -> bool:
    for each in ours(played):
        told = each.err
        order = [told.find(f"az network {what}") for what in ("route-table create", "route-table route create")]
        if -1 in order or order != sorted(order):
            return False
    return True


def the_route_is_changed_under_its_own_name(played: Played) -> bool:
    told = ours(played)[0].err
    return "route-table route update" in told and "-n to-internet" in told and "route create" not in told


def tagged(kind: str) -> Callable[[Played], bool]:
    def holds(played: Played) -> bool:
        sent = [each for each in played.typed[0].entries if each.method == "PUT" and kind in each.path.lower()]
        return played.codes == [0] and bool(sent) and all(each.body.get("tags") == {"team": "web"} for each in sent[:1])

    return holds


def no_administrator_is_sent_against_a_policy(played: Played) -> bool:
    told = played.typed[0].err
    return played.codes == [1] and "az role assignment create" not in told and "--skip-subnet-role-assignment" in told


def what_is_not_applied_is_named(played: Played) -> bool:
    _, second, third = ours(played)
    options = ("--enable-private-cluster", "--disable-local-accounts", "--tier", "--tags", "--attach-acr")
    named = all(re.search(rf"WARNING: .*{option}\b.*\[not-applied\]", second.err) for option in options)
    return named and "--api-server-authorized-ip-ranges" in third.err and not second.writes and not third.writes


def the_shell_is_named(played: Played) -> bool:
    first, second, third = played.typed
    return [first.code, second.code, third.code] == [2, 0, 2] and "MSYS_NO_PATHCONV=1" in first.err + third.err


def the_expressroute_is_noted(played: Played) -> bool:
    first, second = played.typed
    note = "[ranges-not-shown]" in first.err and "az network vnet-gateway list-learned-routes" in first.err
    return [first.code, second.code] == [0, 1] and note and "[excluded-range-overlap]" in second.err


def the_tables_place_is_told(played: Played) -> bool:
    told = ours(played)[-1].err
    return codes(0, 1)(played) and "--route-table /subscriptions/" in told and "MC_app_kube_westeurope" in told


# what must hold, in a sentence | the situation | how it is seen
REPORTED: tuple[tuple[str, str, Callable[[Played], bool]], ...] = (
    ("names that are too long are refused before anything is written", "C13", refused("name-not-allowed")),
    ("the surge that was planned is sent", "C19", the_surge_is_sent),
    ("a missing table is made before its route", "C24a", the_table_is_made_before_its_route),
    ("a default route is changed under its own name", "C24b", the_route_is_changed_under_its_own_name),
    ("a group gets the tags that were typed", "C34a", tagged("/resourcegroups/demo")),
    ("a network gets them", "C34b", tagged("/virtualnetworks/")),
    ("an identity gets them", "C34c", tagged("/userassignedidentities/")),
    ("a policy refuses an administrator, too", "C34d", no_administrator_is_sent_against_a_policy),
    ("what a second run does not apply is named", "C36", what_is_not_applied_is_named),
    ("what another shell makes of an id is named", "C45", the_shell_is_named),
    ("an identity without a right on the own table is refused before any write", "OK1", refused("caller-may-grant")),
    ("a group without a rule for pods is refused", "OK2", refused("network-security-group")),
    ("ranges behind an ExpressRoute are noted, and kept clear of where they are excluded", "OK3",
     the_expressroute_is_noted),
    ("a NAT gateway and the outbound type must go together", "OK4", refused("outbound-type", "nat-gateway")),
    ("AKS's own table that was taken off is named", "OK5", the_tables_place_is_told),
    ("a table that another cluster has left is refused", "OK6", refused("route-table-of-another-cluster")),
)  # fmt: skip


@pytest.mark.needs_shared
@pytest.mark.parametrize(("seed", "holds"), [row[1:] for row in REPORTED], ids=[row[0] for row in REPORTED])
def test_a_reported_situation(play: Callable[[str], Played], seed: str, holds: Callable[[Played], bool]) -> None:
    played = play(seed)
    assert holds(played), "\n".join(f"$ {each.line}\n{each.code} {each.err}" for each in played.typed)


@pytest.mark.needs_shared
def test_every_situation_is_played_by_some_test() -> None:
    here = Path(__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))
    assert [path.stem for path in sorted(SEEDS.glob("*.json")) if f'"{path.stem}"' not in text] == []
