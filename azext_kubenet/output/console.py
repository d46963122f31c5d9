"""What people read beside the answer, on standard error."""

import sys
from collections.abc import Iterable
from typing import Any

from knack.log import get_logger

from azext_kubenet.addressing.model import Finding, Severity

logger = get_logger("azext_kubenet")


def say(cli_ctx: Any, line: str) -> None:
    """A line on standard error, unless --only-show-errors is given."""
    if not cli_ctx.only_show_errors:
        sys.stderr.write(line + "\n")  # in one piece: steps that run side by side speak at the same time
        sys.stderr.flush()


def retirement() -> None:
    """Once a run: how long kubenet lasts [J1]."""
    logger.warning(
        "kubenet retires on 31 March 2028; its successor is Azure CNI Overlay: https://aka.ms/aks/kubenet-retirement"
    )


def remarks(cli_ctx: Any, findings: Iterable[Finding]) -> None:
    """The findings that refuse nothing."""
    for finding in findings:
        advice = f": {finding.recommendation}" if finding.recommendation else ""
        if finding.severity is Severity.WARNING:
            logger.warning("%s [%s]%s", finding.message, finding.rule, advice)
        elif finding.severity is Severity.INFO:
            say(cli_ctx, f"note: {finding.message} [{finding.rule}]{advice}")
