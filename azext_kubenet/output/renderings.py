"""The files that `plan` writes beside its answer: a map, and an export for others to deploy."""

from collections.abc import Callable

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.errors import Refused

#: Endings of a map's file. Those of an export stand in export, which is imported only when one is asked for.
_MAPS = (".svg", ".html")


def obstacles(map_file: str, export_file: str) -> list[Finding]:
    """What prevents writing these files; an empty path is none."""
    if not map_file and not export_file:
        return []
    from azext_kubenet.output import files

    found: list[Finding] = []
    if map_file:
        found += files.obstacles("--map", map_file, _MAPS)
    if export_file:
        from azext_kubenet.export import ENDINGS

        found += files.obstacles("--export", export_file, tuple(ENDINGS))
    return found


def write_map(result: PlanResult, path: str, say: Callable[[str], None]) -> None:
    """Draw the address space into a file: the map of a refused plan shows what stands in its way.

    A report that says what the file says already keeps its day, so that the same plan gives the same file.
    """
    from azext_kubenet import diagram
    from azext_kubenet.output import files, provenance

    ending = files.ending_of(path)
    picture = diagram.svg if ending == ".svg" else diagram.html
    text = provenance.dated(
        path, lambda of: picture(result, of), lambda drawn: files.marked(ending, drawn), provenance.about()
    )
    _write("--map", path, text, say)


def is_report(path: str) -> bool:
    """Whether a map is a page, which has more in it than a picture."""
    return path.lower().endswith(".html")


def write_export(result: PlanResult, path: str, group: str, say: Callable[[str], None]) -> None:
    """Write the plan for others to deploy. group: the cluster's resource group, "" for the network's, or a default."""
    from azext_kubenet import export
    from azext_kubenet.output import files

    place = export.target_of(result.target, group)
    _write("--export", path, export.export(files.ending_of(path), result, place), say)


def _write(option: str, path: str, text: str, say: Callable[[str], None]) -> None:
    from azext_kubenet.output import files

    try:
        files.write(path, text)
    except OSError as error:
        raise Refused(
            f"{option}: {path} could not be written: {error.strerror}", f"use {option} with another name"
        ) from error
    say(f"written: {path}")
