"""The recordings: where each is from, that each belongs to a scenario, and that none holds what it must not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.loopback.core import options
from tests.loopback.server.login import token
from tests.scenario import test_check, test_create, test_migrate, test_plan
from tests.scenario.base import RECORDINGS
from tests.scenario.cassette import ARM, GRAPH, GUID, MARK, OTHER_ID, SECRET_KEYS, SUBSCRIPTION, TENANT

FILES = sorted(RECORDINGS.glob("*.yaml"))
NAMES = [path.stem for path in FILES]
SCENARIOS = [
    name.removeprefix("test_")
    for group in (test_create.Create, test_create.Limited, test_plan.Plan, test_check.Existing, test_migrate.Moving)
    for name in vars(group)
    if name.startswith("test_")
]

# (what it is, how to find it)
SECRETS = (
    ("a token", re.compile(r"\beyJ[\w-]{10,}\.")),
    ("a bearer's header", re.compile(r"\bauthorization:|\bbearer ", re.IGNORECASE)),
    ("a password of Entra's", re.compile(r"[\w~.-]{3}8Q~[\w~.-]{30,}")),
    ("a private key", re.compile(r"PRIVATE KEY")),
    ("an SSH key", re.compile(r"\bssh-(rsa|ed25519) ")),
    ("a signature", re.compile(r"[?&](sig|s|h|c)=")),
    ("a mail address", re.compile(r"[\w.]+@[\w-]+\.\w+")),
    ("a loopback address", re.compile(r"localhost|127\.0\.0\.1")),
)
#: Ids of the loopback Azure, which no recording made there may hold.
CANARIES = (
    options.SUBSCRIPTION, options.TENANT, options.CALLER_OBJECT, options.CALLER_APP,
    token("", "").rsplit(".", 1)[-1],
)  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=NAMES)
class TestRecordings:
    """Each of them."""

    def test_it_says_where_it_was_recorded(self, path: Path) -> None:
        first, second = path.read_text(encoding="utf-8").splitlines()[:2]
        assert re.fullmatch(r"recorded: (loopback|azure \d{4}-\d\d-\d\d)", first)
        assert re.fullmatch(r"azure-cli: \d+\.\d+\.\d+", second)

    def test_it_holds_no_secret(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert [what for what, pattern in SECRETS if pattern.search(text)] == []
        assert [canary for canary in CANARIES if canary.lower() in text.lower()] == []
        for key, value in re.findall(r"^ *(\w+): (.+)$", text, re.MULTILINE):
            if key.lower() in SECRET_KEYS:
                assert re.fullmatch(r"masked-secret-\d+", value), key

    def test_its_ids_are_stand_ins(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        derived = set(re.findall(r"roleAssignments/([0-9a-f-]{36})", text))
        derived |= {mark.rpartition(":")[2] for mark in MARK.findall(text)}
        derived |= {test_create.NETWORK_CONTRIBUTOR, test_create.CONTRIBUTOR, SUBSCRIPTION, TENANT}
        others = {found.lower() for found in GUID.findall(text)} - derived
        assert others <= {OTHER_ID.format(number) for number in range(1, 1000)}

    def test_it_speaks_to_azure_alone(self, path: Path) -> None:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
        assert all(row["request"].split(" ")[1].startswith((f"{ARM}/", f"{GRAPH}/v1.0/")) for row in rows)

    def test_it_is_small(self, path: Path) -> None:
        assert path.stat().st_size < 60_000


def test_recordings_and_scenarios_are_the_same() -> None:
    assert sorted(NAMES) == sorted(SCENARIOS)


@pytest.mark.parametrize(("what", "pattern"), SECRETS, ids=[row[0] for row in SECRETS])
def test_the_unwanted_is_found(what: str, pattern: re.Pattern[str]) -> None:
    examples = {
        "a token": token("https://x", "y"),
        "a bearer's header": "Authorization: Bearer x",
        "a password of Entra's": "abc8Q~" + "x" * 34,
        "a private key": "-----BEGIN RSA PRIVATE KEY-----",
        "an SSH key": "ssh-rsa AAAA",
        "a signature": "?t=1&s=abc",
        "a mail address": "someone@contoso.com",
        "a loopback address": "https://localhost:1234",
    }
    assert pattern.search(examples[what])
