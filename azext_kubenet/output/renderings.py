"""The files that are written beside an answer: a map, an export for others to deploy, and the findings."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.errors import Refused
from azext_kubenet.options.file_options import FileOptions, is_standard_output
from azext_kubenet.options.plan_options import ClusterOptions

if TYPE_CHECKING:
    from azext_kubenet.output.check_json import CheckReport
    from azext_kubenet.output.findings_file import Report

#: Endings of a map's file. Those of the others stand where they are written, which is imported only when one is asked
#: for.
_MAPS = (".svg", ".html")


def obstacles(named: FileOptions, command: str = "plan") -> list[Finding]:
    """What prevents writing these files; an empty path is none. command: the last word of ours"""
    if not any(named):
        return []
    from azext_kubenet.output import files

    found: list[Finding] = []
    others = tuple(named)
    if named.map_file:
        found += files.obstacles("--map", named.map_file, _MAPS, others, command)
    if named.export_file:
        from azext_kubenet import export

        found += files.obstacles("--export", named.export_file, tuple(export.ENDINGS), others, command)
    if named.findings_file:
        from azext_kubenet.output import findings_file

        found += files.obstacles("--findings", named.findings_file, tuple(findings_file.ENDINGS), others, command)
    return found


def write_map(result: PlanResult, path: str, say: Callable[[str], None]) -> None:
    """Draw the address space into a file: the map of a refused plan shows what stands in its way.

    A report that says what the file says already keeps its day, so that the same plan gives the same file.
    """
    from azext_kubenet import diagram
    from azext_kubenet.output import files, provenance

    ending = files.ending_of(path) or _MAPS[0]
    picture = diagram.svg if ending == ".svg" else diagram.html
    text = provenance.dated(
        path, lambda of: picture(result, of), lambda drawn: files.marked(ending, drawn), provenance.about()
    )
    _write("--map", path, ending, text, say)


def write_cluster_map(report: "CheckReport", path: str, say: Callable[[str], None]) -> None:
    """Draw what a cluster has left into a file, which keeps its day as `write_map` says."""
    from azext_kubenet import diagram
    from azext_kubenet.output import files, provenance
    from azext_kubenet.output.cluster_map import view_of

    ending = files.ending_of(path) or _MAPS[0]
    picture = diagram.cluster_svg if ending == ".svg" else diagram.cluster_html
    text = provenance.dated(
        path,
        lambda of: picture(view_of(report, of)),
        lambda drawn: files.marked(ending, drawn, "check"),
        provenance.about(),
    )
    _write("--map", path, ending, text, say, "check")


def is_report(path: str) -> bool:
    """Whether a map is a page, which has more in it than a picture."""
    return path.lower().endswith(".html")


def write_export(result: PlanResult, path: str, cluster: ClusterOptions, say: Callable[[str], None]) -> None:
    """Write the plan for others to deploy.

    cluster: what was typed of it; the rest is that of the network, or a default
    """
    from azext_kubenet import export
    from azext_kubenet.output import files

    wished = export.Target(group=cluster.group, location=cluster.location or None)
    wished = replace(wished, cluster=cluster.name or wished.cluster, node_vm_size=cluster.node_vm_size or None)
    ending = files.ending_of(path) or next(iter(export.ENDINGS))
    text = export.export(ending, result, export.target_of(result.target, wished), files.stem_of(path))
    _write("--export", path, ending, text, say)


def write_findings(reports: Sequence["Report"], path: str, say: Callable[[str], None]) -> None:
    """Write all findings for a pipeline, of one command."""
    from azext_kubenet.output import files, findings_file

    ending = files.ending_of(path) or next(iter(findings_file.ENDINGS))
    _write("--findings", path, ending, findings_file.ENDINGS[ending](*reports), say, reports[0].command)


def _write(option: str, path: str, ending: str, text: str, say: Callable[[str], None], command: str = "plan") -> None:  # pylint: disable=too-many-positional-arguments
    """Write a text, for a command of ours by its last word."""
    from azext_kubenet.output import files

    printed = is_standard_output(path)
    try:
        if printed:
            files.print_out(ending, text, command)
        else:
            files.write(path, text, command)
    except OSError as error:  # of standard output: who reads it has gone, or the disk behind it is full
        what = "standard output" if printed else path
        advice = f"use {option} with {'the name of a file' if printed else 'another name'}"
        raise Refused(f"{option}: {what} could not be written: {error.strerror}", advice) from error
    if not printed:
        say(f"written: {path}")
