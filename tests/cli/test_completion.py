"""The Tab key, as bash asks for it: argcomplete's protocol, by a real `az` that nobody has logged in to."""

from __future__ import annotations

import pytest

from tests.support.az import Az

#: As bash passes them on.
BREAKS = " \t\n\"'@><=;|&(:"

#: (what is typed so far, what is offered)
OFFERED = (
    ("az kubenet plan --accept-risk excl", ["excluded-range-overlap"]),
    ("az kubenet create -g rg -n c --accept-risk too-many-routes pod-cidr-too", ["pod-cidr-too-small-for-peak"]),
    ("az kubenet migrate --accept-risk ", ["cluster-not-inspected", "policy-gap"]),
    ("az kubenet plan --skip-checks subnet-", ["subnet-dedicated", "subnet-delegation", "subnet-links",
                                               "subnet-of-another-cluster"]),
    ("az kubenet migrate --skip-checks det", ["detach-rights"]),
    ("az kubenet create --role ", ["Contributor", r"Network\ Contributor", "Owner"]),
    ("az kubenet check --fail-on ", ["error", "never", "warning"]),
    ("az kubenet migrate --until o", ["overlay"]),
    ("az kubenet plan --needs no-", ["no-extra-hop", "no-route-table"]),
    ("az kubenet plan --plan @ear", ["@earlier.json"]),
    ("az kubenet plan --exclude-prefixes 10.0.0.0/8 @on", ["@on-premises.csv"]),
    ("az kubenet plan --export pl", ["plan.bicep", "plan.tf"]),
    ("az kubenet check --map pl", ["plan.svg"]),
)  # fmt: skip


@pytest.mark.parametrize(("line", "offered"), OFFERED, ids=[line for line, _ in OFFERED])
def test_a_shell_is_offered_what_may_stand_there(cold_az: Az, line: str, offered: list[str]) -> None:
    for name in ("earlier.json", "on-premises.csv", "plan.bicep", "plan.tf", "plan.svg", "notes.md"):
        (cold_az.home / name).write_text("", encoding="utf-8")
    asked = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_COMP_WORDBREAKS": BREAKS,
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    ran = cold_az.shell("az 8>&1 9>/dev/null >/dev/null", asked)
    assert (ran.code, sorted(each.strip() for each in ran.out.split("\n"))) == (0, offered), ran.err
    assert "Traceback" not in ran.err
