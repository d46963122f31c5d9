"""What exists for a cluster that is to be created, and the plan inside of it."""

from dataclasses import dataclass, replace

from azext_kubenet import checks
from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.model import AddressPlan, RangeKind, Reservation
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resources import Names
from azext_kubenet.discovery import existing, network_fixes, route_tables, snapshot
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.discovery.survey import subscriptions_of, survey_around
from azext_kubenet.discovery.topology import Surroundings
from azext_kubenet.errors import NotFound, Refused, refuse
from azext_kubenet.operations.not_there import no_network, no_subnet
from azext_kubenet.operations.together import mended_creation
from azext_kubenet.options.choices import USER_ASSIGNED
from azext_kubenet.options.create_options import CreateOptions


@dataclass(frozen=True)
class PlanInside:
    """The plan of a cluster inside what exists.

    differences: between what was asked for, or planned, and what exists
    around: what was found around the network
    findings: of the plan itself
    seen: ranges that the plan keeps clear of, and those of clusters that are not connected
    """

    plan: AddressPlan
    differences: tuple[Finding, ...]
    around: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    seen: tuple[Reservation, ...] = ()


def read_existing(reader: Reader, names: Names, identity_kind: str, *, network_is_named: bool) -> ExistingResources:
    """What exists of what is to be made."""
    reader.prefetch(_first_reads(names, identity_kind, network_is_named))
    return existing.read_existing(
        reader,
        names,
        lambda seen: [*existing.attached_reads(names, seen), *route_tables.reads(names, seen)],
        with_identity=identity_kind == USER_ASSIGNED,
    )


def _first_reads(names: Names, kind: str, named: bool) -> list[Read]:
    """All that can be asked for at once. kind: of the identity; named: whether the network was."""
    # Beside a network that may well exist, so may the identity; for a new group, that question would be one too many.
    identity = kind == USER_ASSIGNED and (named or names.identity_id is not None)
    return [
        *existing.first_reads(names, network_is_named=named, with_identity=identity),
        *checks.early_reads(names, network_is_named=named, identity_kind=kind),
    ]


def refuse_missing(reader: Reader, names: Names, found: ExistingResources, options: CreateOptions) -> None:
    """Raise NotFound for what was named and does not exist."""
    if options.subnet_by_id and found.subnet(names.subnet) is None:
        if found.vnet is None:  # its subnets cannot be listed either
            raise no_network(reader, names)
        raise no_subnet(names, ", and the plan is for it" if "vnet_subnet_id" in options.provenance.planned else "")
    if names.vnet_group.lower() != names.group.lower() and found.vnet is None:
        raise no_network(reader, names)
    if names.identity_id and found.identity is None:
        raise NotFound(
            f"identity {names.identity_id} does not exist", "list the ids: az identity list --query [].id -o tsv"
        )


def plan_inside(
    reader: Reader, options: CreateOptions, names: Names, found: ExistingResources, caller: Caller
) -> PlanInside:
    """Plan what is to be made inside what exists, as `plan` does. Raises Refused when no plan is left."""
    ranges, accepted = options.ranges, options.accepted
    existing.plannable(found, names, ranges.requests)
    wanted = ranges.requests if found.vnet is None else ranges.requests.without(*options.plan.derived)
    requests, differences = existing.apply_existing(wanted, found, names)
    refuse(each for each in differences if each.rule == existing.WITHOUT_PREFIX)
    around = _around(reader, options, names, found, caller)
    reserved = [*ranges.reservations, *around.reservations]
    apart = bool(options.discover)
    result = plan_ranges(ranges.size, requests, reserved, accepted, around.elsewhere, apart=apart)
    findings = network_fixes.of_network(result.findings, names)
    if RangeKind.SUBNET in requests.existing:
        group = "" if names.vnet_group.lower() == names.group.lower() else "--vnet-resource-group"
        findings = network_fixes.beside(findings, names, group)
    result = replace(result, findings=tuple(findings))
    if found.cluster is None and options.seen is not None:
        differences += snapshot.since(options.seen, result, around, options.accept_risk)
    if result.refused:
        told = result.after(differences)
        refuse(options.beside_plan(told.findings), mended_creation(options.plan, told))
    seen = (*result.reservations, *around.elsewhere)
    return PlanInside(result.plan, tuple(differences), tuple(around.findings), tuple(result.findings), seen)


def _around(
    reader: Reader, options: CreateOptions, names: Names, found: ExistingResources, caller: Caller
) -> Surroundings:
    """What lies around the network, as `plan` sees it. A cluster that exists has its ranges, whatever lies around."""
    if found.cluster is not None:
        return Surroundings(existing.reservations(found, names))
    given = options.ranges.requests.vnet.networks
    own = None if found.vnet is None else found.network
    return survey_around(reader, names, own, subscriptions_of(names, options.discover), given, caller=caller)


def region(typed: str, names: Names, found: ExistingResources) -> str:
    """The region of the cluster: as typed, else the group's. Raises NotFound without either."""
    if typed:
        return typed
    hidden = found.hidden.get(names.group_id)
    if hidden is not None:
        raise Refused(f"resource group {names.group} may not be read: {hidden}", "add --location LOCATION")
    there = str((found.group or {}).get("location") or "")
    if not there:
        group = names.group
        raise NotFound(
            f"resource group {group} does not exist",
            f"add --location LOCATION to create it, or run az group create -n {group} -l LOCATION",
        )
    return there
