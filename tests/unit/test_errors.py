"""Refusals: their words, and the exit code that a script can rely on."""

from __future__ import annotations

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_kubenet.addressing.findings import Finding, Fix, Severity, advise, use
from azext_kubenet.errors import NotFound, Refused, RefusedByAzure, Together, WrongUsage, exit_with, in_words, refuse

ERROR = Finding("rule-one", Severity.ERROR, ("--a",), "a is wrong", advise("use --a 1"))
OTHER = Finding("rule-two", Severity.ERROR, ("--b",), "b is wrong")
WARNING = Finding("rule-three", Severity.WARNING, ("--c",), "c is unwise", advise("use --c 1"))


def test_an_error_is_a_line_what_is_wrong_and_a_line_what_to_type() -> None:
    assert in_words([ERROR]) == "a is wrong [rule-one]\n  -> use --a 1"


def test_every_error_after_the_first_says_that_it_is_one_as_azure_cli_does_for_the_first() -> None:
    assert in_words([ERROR, OTHER]) == "a is wrong [rule-one]\n  -> use --a 1\nERROR: b is wrong [rule-two]"


# sentence, fixes of a second finding of a rule that can be accepted, whether the way around is named again
AGAIN = (
    ("what to type is enough", (use("--c", 1),), False),
    ("where nothing can be typed, the way around is named", advise("use another --c"), True),
)


@pytest.mark.parametrize(("fixes", "again"), [row[1:] for row in AGAIN], ids=[row[0] for row in AGAIN])
def test_the_way_around_is_named_once_a_rule_and_wherever_nothing_else_helps(
    fixes: tuple[Fix, ...], again: bool
) -> None:
    one, other = (Finding("r", Severity.ERROR, (each,), "x", fixes, "--accept-risk") for each in ("--c", "--d"))
    assert in_words([one, other]).count("--accept-risk r") == 1 + again


def test_every_error_comes_and_no_warning() -> None:
    with pytest.raises(Refused) as refusal:
        refuse([WARNING, ERROR, OTHER])
    assert str(refusal.value) == in_words([ERROR, OTHER])
    assert refusal.value.findings == [ERROR, OTHER]


@pytest.mark.parametrize(("unseen", "words"), [(False, ": az x"), (True, " (before a look at Azure): az x")])
def test_of_a_command_with_everything_put_right_it_is_said_that_azure_may_still_refuse_it(
    unseen: bool, words: str
) -> None:
    with pytest.raises(Refused) as refusal:
        refuse([ERROR], Together("az x").before_azure(unseen))
    assert str(refusal.value).splitlines()[-1] == f"with everything put right{words}"


@pytest.mark.parametrize("findings", [[], [WARNING]], ids=["no finding", "a warning alone"])
def test_nothing_is_refused_without_an_error(findings: list[Finding]) -> None:
    assert refuse(findings) is None


@pytest.mark.parametrize(
    ("error", "code"),
    [(Refused("x"), 1), (RefusedByAzure("x"), 1), (WrongUsage("x"), 2), (NotFound("x"), 3)],
    ids=["a finding", "Azure", "usage", "absence"],
)  # fmt: skip
def test_the_exit_code_of_an_error(error: AzCLIError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    if code == 1:
        with pytest.raises(type(error)):
            exit_with(error)
    else:
        with pytest.raises(SystemExit) as left:
            exit_with(error)
        assert left.value.code == code


def test_an_error_that_is_not_ours_is_left_to_azure_cli() -> None:
    with pytest.raises(ZeroDivisionError):
        exit_with(ZeroDivisionError())
