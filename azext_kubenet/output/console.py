"""What people read beside the answer, on standard error."""

import sys
from collections.abc import Iterable
from typing import Any

from knack.log import get_logger

from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.output import screen
from azext_kubenet.output.printed_commands import in_subscription

logger = get_logger("azext_kubenet")


class Console:
    """Standard error, unless --only-show-errors is given.

    cli_ctx: azure-cli's context, which knows that; subscription: that commands must name, "" for the default one
    """

    def __init__(self, cli_ctx: Any, subscription: str = ""):
        self._cli_ctx = cli_ctx
        self._quiet = bool(cli_ctx.only_show_errors)
        self._subscription = subscription

    def say(self, line: str) -> None:
        """Print a line."""
        if not self._quiet and sys.stderr is not None:  # None where it is closed
            line = screen.on_its_own(self._cli_ctx, in_subscription(line, self._subscription))
            sys.stderr.write(line + "\n")  # in one piece: steps that run side by side speak at the same time
            sys.stderr.flush()

    def warn(self, text: str) -> None:
        """Print a warning."""
        logger.warning("%s", in_subscription(text, self._subscription))

    def retirement(self) -> None:
        """Say how long kubenet lasts, once a run [J1]."""
        logger.warning(
            "kubenet retires on 31 March 2028; its successor is Azure CNI Overlay, to which az kubenet migrate moves a "
            "cluster: https://aka.ms/aks/kubenet-retirement"
        )

    def does_not_fit(self, findings: Iterable[Finding]) -> None:
        """Print the findings of a plan that is compared all the same: its errors say why there are no ranges."""
        for finding in findings:
            if finding.severity is Severity.ERROR:
                logger.warning("no plan: %s [%s]", finding.message, finding.rule)
        self.remarks(findings)

    def report(self, findings: Iterable[Finding]) -> None:
        """Print what was found in something that exists, of any severity: the rule, what is wrong, what mends it."""
        tell = {Severity.ERROR: logger.error, Severity.WARNING: logger.warning}
        for finding in findings:
            advice = f"\n  -> {finding.recommendation}" if finding.recommendation else ""
            text = f"{finding.rule}: {finding.message}{in_subscription(advice, self._subscription)}"
            if finding.severity in tell:
                tell[finding.severity]("%s", text)
            else:
                self.say(f"note: {text}")

    def remarks(self, findings: Iterable[Finding]) -> None:
        """Print the findings that refuse nothing."""
        for finding in findings:
            advice = f": {finding.recommendation}" if finding.recommendation else ""
            advice = in_subscription(advice, self._subscription)
            if finding.severity is Severity.WARNING:
                logger.warning("%s [%s]%s", finding.message, finding.rule, advice)
            elif finding.severity is Severity.INFO:
                self.say(f"note: {finding.message} [{finding.rule}]{advice}")
