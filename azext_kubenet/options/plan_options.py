"""What `az kubenet plan` is asked for: its options read, offline, with all that is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azext_kubenet.addressing.model import ClusterSize, Finding, RangeRequests, Reservation, Severity
from azext_kubenet.options.actions import empty_values, refuse_contradictions, without_empty
from azext_kubenet.options.ranges import RangeOptions, read_ranges


@dataclass(frozen=True)
class PlanOptions:  # pylint: disable=too-many-instance-attributes
    """The options of one plan.

    size: of the cluster
    requests: for its ranges
    reservations: ranges in use elsewhere, by --exclude-prefixes
    findings: what is wrong with what was typed
    resource_group, vnet_name, subnet_name, vnet_subnet_id: what is named in Azure, "" for what is not
    discover: what else in Azure to keep clear of, a word of choices, "" for nothing
    accept_risk: rules whose errors become warnings
    skip_checks: checks whose errors become warnings
    max_pods_stated: whether the pods per node were typed, and are not the default
    yearly_growth: of the nodes, in percent, None where it is not stated
    compare: whether to set the network models side by side, for features that are needed
    needs: words of choices
    explain: whether to say why each range is that one
    map_file, export_file: paths of files to write, "" for none
    """

    size: ClusterSize
    requests: RangeRequests
    reservations: Sequence[Reservation] = ()
    findings: tuple[Finding, ...] = ()
    resource_group: str = ""
    vnet_name: str = ""
    subnet_name: str = ""
    vnet_subnet_id: str = ""
    discover: str = ""
    accept_risk: tuple[str, ...] = ()
    skip_checks: tuple[str, ...] = ()
    max_pods_stated: bool = False
    yearly_growth: int | None = None
    compare: bool = False
    needs: tuple[str, ...] = ()
    explain: bool = False
    map_file: str = ""
    export_file: str = ""

    @property
    def readable(self) -> bool:
        """Whether no error is among the findings, so that all that was typed has a meaning."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def in_azure(self) -> bool:
        """Whether something in Azure is named; if not, nobody is asked. An export takes its group for a new network."""
        named = self.vnet_name or self.vnet_subnet_id or self.subnet_name or self.discover
        return bool(named or (self.resource_group and not self.export_file))


def read_plan_options(options: Mapping[str, Any]) -> PlanOptions:
    """The options as azure-cli hands them over, by name. Raises WrongUsage for one given twice with two meanings."""
    refuse_contradictions(options)
    typed = {name: None if getattr(value, "is_default", False) else value for name, value in options.items()}
    stated = without_empty(typed)
    texts = {name: stated.get(name) or "" for name in ("vnet_name", "subnet_name", "vnet_subnet_id", "discover")}
    ranges = read_ranges(RangeOptions.of(stated))
    return PlanOptions(
        size=ranges.demand,
        requests=ranges.wish,
        reservations=ranges.taken,
        findings=(*ranges.findings, *empty_values(typed)),
        resource_group=stated.get("resource_group_name") or "",
        **texts,
        accept_risk=tuple(stated.get("accept_risk") or ()),
        skip_checks=tuple(stated.get("skip_checks") or ()),
        max_pods_stated=stated.get("max_pods") is not None,
        yearly_growth=ranges.growth,
        compare=bool(stated.get("compare") or stated.get("needs")),
        needs=tuple(stated.get("needs") or ()),
        explain=bool(stated.get("explain")),
        map_file=stated.get("map_file") or "",
        export_file=stated.get("export_file") or "",
    )
