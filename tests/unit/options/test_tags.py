"""Tags that Azure would refuse are told before anything is written; those that it takes pass."""

from __future__ import annotations

import pytest

from azext_kubenet.options.tags import tag_findings

# what is wrong; the tags; what is said
WRONG = (
    *(("a character that no name has", {f"cost{each}centre": "7"}, f"has {each}, ") for each in "<>%&\\?/"),
    ("a name that is too long", {"n" * 513: "7"}, "has 513 characters, and Azure accepts 512"),
    ("a value that is too long", {"name": "v" * 257}, "has 257 characters, and Azure accepts 256"),
    ("too many", {f"tag{number}": "" for number in range(51)}, "51 tags are given, and Azure accepts 50"),
)


@pytest.mark.parametrize(("tags", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_azure_refuses_is_a_finding_with_the_option(tags: dict[str, str], said: str) -> None:
    (finding,) = tag_findings("--tags", tags)
    assert (finding.rule, finding.severity, finding.subject) == ("tag-not-allowed", "error", ("--tags",))
    assert said in finding.message
    assert len(finding.message) < 200


@pytest.mark.parametrize(
    "tags",
    [
        None,
        {},
        "",
        {"n" * 512: "v" * 256},
        {f"tag{number}": "" for number in range(50)},
        {"team:cost.centre-1 _#@!()": "<>%&\\?/"},
    ],
)
def test_what_azure_accepts_is_none(tags: object) -> None:
    assert [*tag_findings("--tags", tags)] == []
