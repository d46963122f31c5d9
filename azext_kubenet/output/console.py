"""What people read beside the answer, on standard error."""

import sys
from collections.abc import Iterable
from typing import Any

from knack.log import get_logger

from azext_kubenet.addressing.findings import Finding, Severity

logger = get_logger("azext_kubenet")


class Console:
    """Standard error, unless --only-show-errors is given. cli_ctx: azure-cli's context, which knows that."""

    def __init__(self, cli_ctx: Any):
        self._quiet = bool(cli_ctx.only_show_errors)

    def say(self, line: str) -> None:
        """Print a line."""
        if not self._quiet:
            sys.stderr.write(line + "\n")  # in one piece: steps that run side by side speak at the same time
            sys.stderr.flush()

    def retirement(self) -> None:
        """Say how long kubenet lasts, once a run [J1]."""
        logger.warning(
            "kubenet retires on 31 March 2028; its successor is Azure CNI Overlay: "
            "https://aka.ms/aks/kubenet-retirement"
        )

    def remarks(self, findings: Iterable[Finding]) -> None:
        """Print the findings that refuse nothing."""
        for finding in findings:
            advice = f": {finding.recommendation}" if finding.recommendation else ""
            if finding.severity is Severity.WARNING:
                logger.warning("%s [%s]%s", finding.message, finding.rule, advice)
            elif finding.severity is Severity.INFO:
                self.say(f"note: {finding.message} [{finding.rule}]{advice}")
