"""The findings of a run, kept for the file of --findings however the run ends."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from knack.util import CLIError

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.errors import Refused, WrongUsage
from azext_kubenet.output import renderings

if TYPE_CHECKING:
    from azext_kubenet.output.findings_file import Report

Say = Callable[[str], None]
#: Runs side by side write one file after the other.
_WRITING = Lock()


class Record:
    """What was found so far.

    path: the file that it is written to, "" for none
    command: the last word of the command
    beside: of the same command, which azure-cli runs once for each of several ids, side by side: the file holds all
    """

    def __init__(self, path: str, command: str = "plan", beside: "list[Report] | None" = None):
        self._path = path
        self._command = command
        self._beside = [] if beside is None else beside
        self._findings: list[Finding] = []
        self._judged: Sequence[str] = ()
        self.about = ""  # the id of the cluster that is looked at, once that is known

    def note(self, findings: Iterable[Finding], judged: Sequence[str] = ()) -> bool:
        """Put these in the place of earlier ones, which are among them; return whether none is an error.

        judged: names of the rules that were looked at, all of a kind
        """
        self._findings, self._judged = list(findings), judged
        return not any(finding.severity is Severity.ERROR for finding in self._findings)

    @contextmanager
    def kept(self, say: Say) -> Iterator[None]:
        """Write the file after a run, of a refused one too: a pipeline must not read that of an earlier run."""
        try:
            yield
        except CLIError as error:
            self._findings += self._raised(error)
            try:
                self._write(say)
            except Refused as fault:  # what the run ended with is raised, not this
                say(f"note: {fault}")
            raise
        self._write(say)

    def _raised(self, error: CLIError) -> list[Finding]:
        """What an error says beyond what was found before it."""
        found = getattr(error, "findings", ())
        if found:
            return [finding for finding in found if finding not in self._findings]
        advice = "\n".join(getattr(error, "recommendations", None) or ())
        rule = "usage" if isinstance(error, WrongUsage) else "not-completed"
        return [Finding(rule, Severity.ERROR, (), str(error), advise(advice))]

    def _write(self, say: Say) -> None:
        """Write the file, unless what is wrong is that it cannot be written."""
        at_fault = any(
            finding.subject == ("--findings",) and finding.severity is Severity.ERROR for finding in self._findings
        )
        if self._path and not at_fault:
            from azext_kubenet.output.findings_file import Report

            with _WRITING:
                self._beside.append(Report(self._findings, self._judged, self._command, self.about))
                renderings.write_findings(self._beside, self._path, say)
