"""The options of `plan`, typed once; nobody is asked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.options.ranges import RangeOptions, read_ranges
from azext_kubenet.options.typed import Typed

if TYPE_CHECKING:
    from azext_kubenet.azure.resources import Names

#: Options that name something in Azure; without one of them nobody is asked.
_IN_AZURE = ("vnet_name", "vnet_subnet_id", "subnet_name", "discover")


class PlanOptions(NamedTuple):
    """What the user asks for.

    ranges: sizes, requests and reservations
    names: what is named in Azure, empty for what is left open; None for a plan that asks nobody
    subnet_by_id: whether the subnet was named by its id, so that it must exist
    discover: a word of choices.DISCOVERIES, or ""
    group: the resource group that was typed, or ""
    max_pods_stated: whether --max-pods was typed
    accept_risk, skip_checks: names of rules and of checks
    explain, compare: what to say beside the answer
    needs: what the cluster must offer, for the comparison
    map_file, export_file: paths of files to write, or ""
    findings: what is wrong with any of it
    """

    ranges: RangeOptions
    names: "Names | None"
    subnet_by_id: bool
    discover: str
    group: str
    max_pods_stated: bool
    accept_risk: tuple[str, ...]
    skip_checks: tuple[str, ...]
    explain: bool
    compare: bool
    needs: tuple[str, ...]
    map_file: str
    export_file: str
    findings: tuple[Finding, ...]


def read_plan_options(typed: Typed) -> PlanOptions:
    """The options, with all that is wrong with them. Raises WrongUsage for those that do not go together."""
    empty, ranges = typed.empty(), read_ranges(typed)
    group, export_file = typed.text("resource_group_name"), typed.text("export_file")
    in_azure = bool(group and not export_file) or any(typed.value(name) for name in _IN_AZURE)
    names, subnet_by_id = _names(typed) if in_azure else None, bool(typed.text("vnet_subnet_id"))
    return PlanOptions(
        ranges=ranges,
        names=names,
        subnet_by_id=subnet_by_id,
        discover=typed.text("discover"),
        group=group,
        max_pods_stated=typed.value("max_pods") is not None,
        accept_risk=typed.words("accept_risk"),
        skip_checks=typed.words("skip_checks"),
        explain=typed.flag("explain"),
        compare=typed.flag("compare"),
        needs=typed.words("needs"),
        map_file=typed.text("map_file"),
        export_file=export_file,
        findings=(*ranges.findings, *empty, *(_not_allowed(names, subnet_by_id) if names else ())),
    )


def _not_allowed(names: "Names", subnet_by_id: bool) -> Sequence[Finding]:
    from azext_kubenet.options.names import network_name_findings  # for a plan that asks nobody, too

    return network_name_findings(names, subnet_by_id=subnet_by_id)


def _names(typed: Typed) -> "Names":
    from azext_kubenet.options.place import names_of_plan  # for a plan that asks nobody, that import is lost time

    return names_of_plan(typed)
