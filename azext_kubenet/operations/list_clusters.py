"""Read the options, read every cluster, measure and judge each, report: the story of one `az kubenet list`."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.client import connect
from azext_kubenet.azure.graph import Scope
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.retry import TRANSIENT
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.discovery import fleet_room, overlay_readiness
from azext_kubenet.discovery.fleet import Fleet, FleetCluster, is_group_shown, read_fleet
from azext_kubenet.discovery.fleet_room import Room
from azext_kubenet.discovery.fleet_usages import count_addresses
from azext_kubenet.discovery.inventory import NO_SUBSCRIPTION
from azext_kubenet.discovery.node_subnets import SubnetUsage
from azext_kubenet.discovery.overlay_readiness import Readiness, State
from azext_kubenet.errors import NotFound, RefusedByAzure
from azext_kubenet.operations import list_remarks
from azext_kubenet.operations.login import commands_in_subscription, subscription_of, typed_subscription
from azext_kubenet.options.list_options import ListOptions, read_list_options
from azext_kubenet.options.typed import Typed
from azext_kubenet.output.console import Console
from azext_kubenet.output.exit_code import fail_after_output
from azext_kubenet.output.list_json import ListedCluster, list_answer
from azext_kubenet.output.page_progress import PageProgress
from azext_kubenet.output.provenance import today

#: Seconds that a list waits for a busy service: nothing is lost by asking again later.
_TIMEOUT = 120.0


class Judged(NamedTuple):
    """A cluster, what it has left, and how ready it is to move."""

    found: FleetCluster
    room: Room
    readiness: Readiness


def run(cmd: Any, values: Mapping[str, object]) -> list[Json]:
    """Return the kubenet clusters; what keeps them from being read is raised as one of our errors."""
    with commands_in_subscription(cmd.cli_ctx):
        typed = typed_subscription(cmd.cli_ctx)  # once azure-cli is asked for the default one, it keeps that there too
        return _run(cmd, read_list_options(Typed(values)), typed, Console(cmd.cli_ctx, typed))


def _run(cmd: Any, options: ListOptions, typed: str, console: Console) -> list[Json]:
    default = subscription_of(cmd.cli_ctx, required=True)
    client = connect(cmd.cli_ctx, RetryPolicy(_TIMEOUT, console.say))
    with Reader(client, client.retry_policy.leave) as reader:
        fleet = _read(cmd, reader, options, typed, client.caller, default)
        wanted = [each for each in fleet.clusters if options.wants(each.cluster.id.group, each.tags)]
        if not wanted and options.group:
            _require_group(reader, options, typed, fleet)
        judged = _listed(map(_judge, wanted), options)
        refused: Mapping[ResourceId, AzureError] = {}
        if options.live:
            counted = count_addresses(reader, (each.found for each in judged))
            judged = _listed((_judge(each.found, counted.subnets) for each in judged), options)
            refused = counted.refused
    whole = not typed and not options.management_groups
    missed = list_remarks.not_covered(cmd.cli_ctx, fleet) if whole else ()
    halfway = [each for each in fleet.unsettled if options.wants(each.id.group, each.tags)]
    list_remarks.coverage(console, fleet, len(judged), missed, halfway)
    list_remarks.not_measured(console, [each.room for each in judged], refused, client.caller)
    if any(options.fails(error=each.room.is_out, warning=each.room.can_reach_peak is False) for each in judged):
        fail_after_output(cmd.cli_ctx)
    return list_answer(map(_element, judged), today())


def _read(  # pylint: disable=too-many-positional-arguments
    cmd: Any, reader: Reader, options: ListOptions, typed: str, caller: Caller, default: str
) -> Fleet:
    """All that is in scope. Azure takes subscriptions or management groups: of both, the groups are cut down here."""
    groups = options.management_groups
    try:
        with PageProgress(cmd.cli_ctx) as progress:
            fleet = read_fleet(reader, _scope(options, typed), progress.show)
    except AzureError as error:
        raise RefusedByAzure(_words(error), _advice(error, groups, typed, caller, default)) from error
    return fleet.within(typed) if groups and typed else fleet


def _scope(options: ListOptions, typed: str) -> Scope:
    groups = options.management_groups
    return Scope(management_groups=groups) if groups else Scope([typed] if typed else [])


def _require_group(reader: Reader, options: ListOptions, typed: str, fleet: Fleet) -> None:
    """Raise NotFound for a resource group that is in none of the subscriptions: its name is mistyped, or not shown."""
    try:
        if fleet.is_cut or is_group_shown(reader, _scope(options, typed), options.group, typed):
            return
    except AzureError:  # it may be there: that nothing is listed is true of what is shown
        return
    elsewhere = f" --subscription {shlex.quote(typed)}" if typed else ""
    where = f"subscription {typed}" if typed else "any of the subscriptions that were looked at"
    raise NotFound(
        f"resource group {options.group} is not in {where}, or this login may not read it",
        f"list the groups: az group list{elsewhere} -o table, "
        f"or all kubenet clusters: az kubenet list{elsewhere} -o table",
    )


def _words(error: AzureError) -> str:
    """What Azure said, with the codes behind it: Resource Graph's own code is often BadRequest, whatever is wrong."""
    if error.status == 401:  # that is about the login, whatever was read
        return str(error)
    behind = f" [{', '.join(error.details)}]" if error.details else ""
    return f"the clusters in Azure Resource Graph could not be read: {error}{behind}"


def _advice(error: AzureError, groups: Sequence[str], typed: str, caller: Caller, default: str) -> str:
    if error.status == 401:
        return "az login"
    if error.status == 0 or error.status in TRANSIENT:
        return "Azure did not answer in time: run the command again in a few minutes"
    if groups:
        return "use names of management groups that this login can read: az account management-group list -o table"
    if error.status == 403 or NO_SUBSCRIPTION in (error.code, *error.details):
        scope = f"/subscriptions/{typed}" if typed else caller.everywhere or f"/subscriptions/{default}"
        return f"have an administrator give this login the role Reader: {caller.grant_command('Reader', scope)}"
    return "run the command again in a few minutes; with --subscription it asks for less"


def _judge(found: FleetCluster, live: Mapping[ResourceId, SubnetUsage] | None = None) -> Judged:
    room = fleet_room.measure(found, live)
    readiness = overlay_readiness.judge(
        found.cluster, found.table_facts, room.can_upgrade, has_overlay=found.has_overlay
    )
    return Judged(found, room, readiness)


def _listed(judged: Iterable[Judged], options: ListOptions) -> list[Judged]:
    """Those in the states that are asked for."""
    states = {State.BLOCKED} if options.blocked else set()
    states |= {State.READY} if options.ready else set()
    return [each for each in judged if not states or each.readiness.state in states]


def _element(judged: Judged) -> ListedCluster:
    room, readiness = judged.room, judged.readiness
    return ListedCluster(
        cluster=judged.found.cluster,
        free_in_subnet=room.free_in_subnet,
        free_blocks=room.free_blocks,
        free_routes=room.free_routes,
        headroom=room.headroom,
        limited_by=room.limited_by.value if room.limited_by else None,
        can_upgrade=room.can_upgrade,
        can_reach_peak=room.can_reach_peak,
        readiness=readiness.state.value,
        blockers=[each.value for each in readiness.blockers],
        warnings=[each.value for each in readiness.warnings],
        is_live=room.is_live,
    )
