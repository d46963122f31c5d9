"""The options of `plan`, typed once; nobody is asked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from azext_kubenet.addressing.findings import Finding, LeaveOut, Severity, use
from azext_kubenet.options.choices import SAME_PODS
from azext_kubenet.options.file_options import FileOptions, read_file_options
from azext_kubenet.options.plugin_options import read_plugin
from azext_kubenet.options.ranges import RangeOptions, read_ranges
from azext_kubenet.options.typed import Typed, spelled

if TYPE_CHECKING:
    from azext_kubenet.addressing.planner.plan_again import EarlierRanges
    from azext_kubenet.azure.resources import Names
    from azext_kubenet.options.earlier_plan import EarlierPlan

#: Options that name something in Azure; without one of them nobody is asked.
_IN_AZURE = ("vnet_name", "vnet_subnet_id", "subnet_name", "discover")
#: Options of the cluster that an export is for.
_OF_CLUSTER = ("name", "location", "node_vm_size")


class ClusterOptions(NamedTuple):
    """What is said of the cluster that an export is for; "" for what is left open.

    group: its resource group
    name, location: its name and its region
    node_vm_size: the VM size of its nodes
    """

    group: str = ""
    name: str = ""
    location: str = ""
    node_vm_size: str = ""


class PlanOptions(NamedTuple):
    """What the user asks for.

    ranges: sizes, requests and reservations
    names: what is named in Azure, empty for what is left open; None for a plan that asks nobody
    subnet_by_id: whether the subnet was named by its id, so that it must exist
    discover: a word of choices.DISCOVERIES, or ""
    cluster: what an export says of the cluster
    earlier: the ranges of an earlier plan, to be kept; None without one
    accept_risk, skip_checks: names of rules and of checks
    explain: whether to say why beside the answer
    compare: with which pods per node models are compared, a word of choices.COMPARISONS; "" for no comparison
    needs: what the cluster must offer, for the comparison
    files: what to write beside the answer
    findings: what is wrong with any of it
    """

    ranges: RangeOptions
    names: "Names | None"
    subnet_by_id: bool
    discover: str
    cluster: ClusterOptions
    earlier: "EarlierRanges | None"
    accept_risk: tuple[str, ...]
    skip_checks: tuple[str, ...]
    explain: bool
    compare: str
    needs: tuple[str, ...]
    files: FileOptions
    findings: tuple[Finding, ...]


def read_plan_options(typed: Typed) -> PlanOptions:
    """The options, with all that is wrong with them. Raises WrongUsage for those that do not go together."""
    empty, earlier = typed.empty(), _earlier(typed)
    if earlier is not None:
        typed = earlier.typed
    plugin, wrong = read_plugin(typed)
    ranges = read_ranges(typed, plugin)
    group, files = typed.text("resource_group_name"), read_file_options(typed)
    cluster = ClusterOptions(group, *(typed.text(name) for name in _OF_CLUSTER))
    in_azure = bool(group and not files.export_file) or any(typed.value(name) for name in _IN_AZURE)
    names, subnet_by_id = _names(typed, earlier) if in_azure else None, bool(typed.text("vnet_subnet_id"))
    return PlanOptions(
        ranges=ranges,
        names=names,
        subnet_by_id=subnet_by_id,
        discover=typed.text("discover"),
        cluster=cluster,
        earlier=earlier.ranges if earlier is not None else None,
        accept_risk=typed.words("accept_risk"),
        skip_checks=typed.words("skip_checks"),
        explain=typed.flag("explain"),
        compare=typed.text("compare") or (SAME_PODS if typed.words("needs") else ""),
        needs=typed.words("needs"),
        files=files,
        findings=(
            *wrong,
            *(earlier.findings if earlier else ()),
            *ranges.findings,
            *empty,
            *_on_cluster(typed, cluster, files.export_file),
            *(_not_allowed(names, subnet_by_id) if names else ()),
            *_unused_checks(typed, in_azure),
        ),
    )


def _unused_checks(typed: Typed, in_azure: bool) -> list[Finding]:
    """A word on checks that are to be skipped where none is made: they are about a subnet in Azure."""
    option, words = "--skip-checks", typed.words("skip_checks")
    if not words or (in_azure and (typed.text("subnet_name") or typed.text("vnet_subnet_id"))):
        return []
    message = f"{option} {' '.join(words)} is not used: plan checks only a subnet that --subnet-name or "
    message += "--vnet-subnet-id names in Azure"
    return [Finding("option-without-use", Severity.INFO, (option,), message, (LeaveOut((option,)),))]


def _on_cluster(typed: Typed, cluster: ClusterOptions, export_file: str) -> list[Finding]:
    """What is wrong with what is said of the cluster: a name that Azure would refuse, and what nothing uses."""
    if export_file:
        if not any(cluster):
            return []
        from azext_kubenet.options import names  # a plan without them need not wait for it

        of_cluster = names.cluster_name_findings(cluster.group, cluster.name)
        return [*of_cluster, *names.export_name_findings(cluster.location, cluster.node_vm_size)]
    unused = [spelled(name) for name in _OF_CLUSTER if typed.value(name)]  # a configured default is not typed
    if not unused:
        return []
    message = f"{' and '.join(unused)}: only an export uses {'this' if len(unused) == 1 else 'these'}"
    return [Finding("option-without-use", Severity.INFO, tuple(unused), message, (use("--export", "main.tf"),))]


def _earlier(typed: Typed) -> "EarlierPlan | None":
    """What an earlier plan says; None without one."""
    if typed.value("plan") is None:
        return None
    from azext_kubenet.options.earlier_plan import read_earlier_plan  # a plan without one need not wait for it

    return read_earlier_plan(typed)


def _not_allowed(names: "Names", subnet_by_id: bool) -> Sequence[Finding]:
    from azext_kubenet.options.names import network_name_findings  # a plan that asks nobody need not wait for it

    return network_name_findings(names, subnet_by_id=subnet_by_id)


def _names(typed: Typed, earlier: "EarlierPlan | None") -> "Names":
    from azext_kubenet.options.place import names_of_plan  # for a plan that asks nobody, that import is lost time

    names = names_of_plan(typed)
    if earlier is None or not earlier.subscription:
        return names
    return replace(names, network_subscription=earlier.subscription)
