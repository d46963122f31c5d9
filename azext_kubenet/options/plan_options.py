"""The options of `plan`, typed once; nobody is asked."""

from typing import TYPE_CHECKING, NamedTuple

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.options.choices import SAME_PODS
from azext_kubenet.options.plugin_options import read_plugin
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
    accept_risk, skip_checks: names of rules and of checks
    explain: whether to say why beside the answer
    compare: with which pods per node models are compared, a word of choices.COMPARISONS; "" for no comparison
    needs: what the cluster must offer, for the comparison
    map_file, export_file: paths of files to write, or ""
    findings: what is wrong with any of it
    """

    ranges: RangeOptions
    names: "Names | None"
    subnet_by_id: bool
    discover: str
    group: str
    accept_risk: tuple[str, ...]
    skip_checks: tuple[str, ...]
    explain: bool
    compare: str
    needs: tuple[str, ...]
    map_file: str
    export_file: str
    findings: tuple[Finding, ...]


def read_plan_options(typed: Typed) -> PlanOptions:
    """The options, with all that is wrong with them. Raises WrongUsage for those that do not go together."""
    empty, (plugin, wrong) = typed.empty(), read_plugin(typed)
    ranges = read_ranges(typed, plugin)
    group, export_file = typed.text("resource_group_name"), typed.text("export_file")
    in_azure = bool(group and not export_file) or any(typed.value(name) for name in _IN_AZURE)
    return PlanOptions(
        ranges=ranges,
        names=_names(typed) if in_azure else None,
        subnet_by_id=bool(typed.text("vnet_subnet_id")),
        discover=typed.text("discover"),
        group=group,
        accept_risk=typed.words("accept_risk"),
        skip_checks=typed.words("skip_checks"),
        explain=typed.flag("explain"),
        compare=typed.text("compare") or (SAME_PODS if typed.words("needs") else ""),
        needs=typed.words("needs"),
        map_file=typed.text("map_file"),
        export_file=export_file,
        findings=(*wrong, *ranges.findings, *empty, *_unused_checks(typed, in_azure)),
    )


def _unused_checks(typed: Typed, in_azure: bool) -> list[Finding]:
    """A word on checks that are to be skipped where none is made: they are about a subnet in Azure."""
    option, words = "--skip-checks", typed.words("skip_checks")
    if not words or (in_azure and (typed.text("subnet_name") or typed.text("vnet_subnet_id"))):
        return []
    message = f"{option} {' '.join(words)} is not used: plan checks only a subnet that --subnet-name or "
    message += "--vnet-subnet-id names in Azure"
    return [Finding("option-without-use", Severity.INFO, (option,), message, advise(f"leave {option} out"))]


def _names(typed: Typed) -> "Names":
    from azext_kubenet.options.place import names_of_plan  # for a plan that asks nobody, that import is lost time

    return names_of_plan(typed)
