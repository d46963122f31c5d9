"""Read the options, look at the cluster, measure and check it, report: the story of one `az kubenet check`."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, NamedTuple

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.headroom import Headroom, LimitKind, can_upgrade
from azext_kubenet.addressing.registry import risks_of_check
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import connect
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.checks import running
from azext_kubenet.checks.check import OnUpgrade
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import inside, measured, snat_ports
from azext_kubenet.checks.running.running_context import RunningContext, early_reads
from azext_kubenet.discovery.running_cluster import look
from azext_kubenet.errors import Refused, RefusedByAzure, WrongUsage, refuse
from azext_kubenet.operations.findings_record import Record
from azext_kubenet.operations.inside_look import begin_look_inside
from azext_kubenet.operations.login import commands_in_subscription, subscription_of, typed_subscription
from azext_kubenet.operations.named_cluster import cluster_named, id_of_cluster
from azext_kubenet.options.check_options import CheckOptions, read_check_options
from azext_kubenet.options.typed import Typed
from azext_kubenet.output import renderings
from azext_kubenet.output.check_json import CheckReport, RouteNames, ShownRange, check_answer
from azext_kubenet.output.console import Console
from azext_kubenet.output.exit_code import fail_after_output
from azext_kubenet.output.printed_commands import finding_in_subscription
from azext_kubenet.output.provenance import today

#: Seconds that a check waits for a busy service: nothing is lost by asking again later.
_TIMEOUT = 120.0
#: Where azure-cli keeps what belongs to one command: the reports of all of its runs, one for each of several ids.
_REPORTS = "kubenet_reports"
#: What the answer calls the limit by the SNAT ports of the load balancer.
_PORTS = "snatPorts"


def run(cmd: Any, values: Mapping[str, object]) -> Json | None:
    """Return the report on a cluster; None if standard output was taken by a file.

    What keeps it from being looked at is raised as one of our errors; what is found wrong in it is reported.
    """
    with commands_in_subscription(cmd.cli_ctx), _failing_beside_others(cmd.cli_ctx):
        subscription = typed_subscription(cmd.cli_ctx)  # before azure-cli is asked for the default one
        return _run(cmd, Typed(values), Console(cmd.cli_ctx, subscription), subscription)


@contextmanager
def _failing_beside_others(cli_ctx: Any) -> Iterator[None]:
    """Have the command fail where one of several ids does: azure-cli prints what the others gave, and ends with 0."""
    try:
        yield
    except Exception:  # pylint: disable=broad-exception-caught  # whatever fails for one id has to fail the command
        fail_after_output(cli_ctx)
        raise


def _run(cmd: Any, typed: Typed, console: Console, subscription: str) -> Json | None:
    options = read_check_options(typed)
    record = Record(options.files.findings_file, "check", cmd.cli_ctx.invocation.data.setdefault(_REPORTS, []))
    with record.kept(console.say):
        if typed.value("name") is None:
            raise WrongUsage(
                "--ids names no cluster: what it was given, perhaps by a file or a pipe, is empty, and nothing was "
                "looked at",
                "use --ids with the ids of clusters, which az kubenet list shows, or -g and -n",
            )
        refuse(
            [
                *typed.empty(),
                *renderings.obstacles(options.files, "check"),
                *running.unknown_checks(options.skip_checks),
                *_unknown(options),
            ]
        )
        at = datetime.now(timezone.utc).isoformat(timespec="seconds")
        cluster_id = _cluster_id(cmd, options)
        record.about = str(cluster_id)
        report = _report(_look(cmd, cluster_id, options, console), options, at, subscription)
        record.note(report.findings, _judged(report, options))
        console.report(report.findings)
        console.say(_retirement(report, subscription))
        if options.files.map_file:
            renderings.write_cluster_map(report, options.files.map_file, console.say)
    if any(options.fails(finding.severity) for finding in report.findings):
        fail_after_output(cmd.cli_ctx)
    return None if options.files.take_standard_output else check_answer(report)


def _retirement(report: CheckReport, subscription: str) -> str:
    """How long the cluster may stay as it is, and what leads it on. [J1]"""
    place = report.cluster.id.place
    place += f" --subscription {shlex.quote(subscription)}" if subscription else ""
    return (
        "note: kubenet retires on 31 March 2028; what is in the way of a move: "
        f"az kubenet migrate {place} --dry-run --inspect-cluster"
    )


def _judged(report: CheckReport, options: CheckOptions) -> list[str]:
    """Names of the checks that have looked at all that they look at: where they find nothing, nothing is wrong."""
    names = [each.name for each in running.RUNNING_CHECKS if options.inspect or each not in inside.CHECKS]
    return [name for name in names if name not in report.not_looked_at]


def _unknown(options: CheckOptions) -> Iterable[Finding]:
    """Names after --accept-risk that are no rules that `check` holds a cluster to."""
    for name in dict.fromkeys(options.accepted):
        if name not in risks_of_check():
            message = f"--accept-risk {name}: this is no rule that can be accepted here"
            advice = advise(f"use any of: {', '.join(risks_of_check())}; errors of checks are lowered by --skip-checks")
            yield Finding("risk-not-acceptable", Severity.ERROR, ("--accept-risk",), message, advice)


class _Looked(NamedTuple):
    """What was looked at, what was found, and how many requests that took."""

    context: RunningContext
    outcome: running.Outcome
    requests: int


def _cluster_id(cmd: Any, options: CheckOptions) -> ResourceId:
    """The id of what was asked about."""
    return id_of_cluster(subscription_of(cmd.cli_ctx, required=True), options.group, options.name)


def _look(cmd: Any, cluster_id: ResourceId, options: CheckOptions, console: Console) -> _Looked:
    """Look at the cluster and at all that it stands on, and have it checked."""
    client = connect(cmd.cli_ctx, RetryPolicy(_TIMEOUT, console.say))
    with Reader(client, client.retry_policy.leave) as reader:
        body = cluster_named(client, reader, cluster_id)
        cluster = Cluster.parse(body)
        _refuse_others(cluster, options)
        looking = begin_look_inside(cmd.cli_ctx, client, cluster) if options.inspect else None
        reader.prefetch(early_reads(cluster))
        seen = look(reader, cluster)
        inner = looking() if looking is not None else None
        context = RunningContext(reader, body, seen, client.caller, options.added, options.added_anywhere, inner)
        outcome = running.look_into(context, options.skip_checks)
        return _Looked(context, outcome, client.requests)


def _report(looked: _Looked, options: CheckOptions, at: str, typed: str) -> CheckReport:
    """The report. at: when it was begun; typed: the subscription that was named, "" for the default one"""
    context, outcome, requests = looked
    cluster, seen, limits = context.cluster, context.seen, context.limits
    findings = [finding_in_subscription(_accepted(each, options), typed) for each in outcome.findings]
    can_scale_by, limited_by = _scale(context)
    return CheckReport(
        cluster=cluster,
        limits=limits,
        findings=sorted(findings, key=lambda each: [*Severity].index(each.severity)),
        can_upgrade=_can_upgrade(cluster, limits, outcome),
        can_scale_by=can_scale_by,
        limited_by=limited_by,
        routes=_routes(context),
        subnets={pool.name: str(subnet.id) for subnet in seen.subnets if subnet.id for pool in subnet.pools},
        nodes={pool.name: sum(node.pool == pool.name for node in seen.nodes) for pool in cluster.pools},
        at=at,
        today=today(),
        requests=requests,
        not_looked_at=_not_looked_at(outcome, limits),
        ranges=[*_ranges(context)],
    )


def _refuse_others(cluster: Cluster, options: CheckOptions) -> None:
    """Raise what keeps this cluster from being checked for what was asked."""
    if not cluster.id or not cluster.pools or not cluster.plugin:
        raise RefusedByAzure(
            f"Azure's answer does not show cluster {options.name} whole, with its id, its pools and its network plugin",
            "run the command again in a few minutes",
        )
    if not cluster.is_kubenet:
        plugin = " ".join(each for each in (cluster.plugin, cluster.mode) if each) or "no network plugin that is shown"
        raise Refused(
            f"cluster {cluster.id.name} is on {plugin}, not on kubenet: it has no routes of nodes to check",
            _where_instead(cluster),
        )
    names = [pool.name for pool in cluster.pools]
    missing = [name for name in options.added if name not in names]
    if missing:
        raise WrongUsage(
            f"--pool: cluster {cluster.id.name} has no pool {', '.join(missing)}", f"use any of: {', '.join(names)}"
        )


def _where_instead(cluster: Cluster) -> str:
    """What to type for a cluster on another plugin: one that is not in order may be half moved."""
    if (cluster.plugin, cluster.mode) == ("azure", "overlay") and cluster.state.lower() != "succeeded":
        what = f"its state is {cluster.state or 'not shown'}; to see whether a move to it is under way, or half done"
        return f"{what}: az kubenet migrate {cluster.id.place} --subscription {cluster.id.subscription} --dry-run"
    return f"list the kubenet clusters: az kubenet list --subscription {cluster.id.subscription} -o table"


def _can_upgrade(cluster: Cluster, limits: Sequence[Headroom], outcome: running.Outcome) -> bool | None:
    """Whether an upgrade would go through, by its room and by what else stops it; None where that is not known."""
    if cluster.is_stopped:
        return None
    room = can_upgrade(limits)
    if room is False or outcome.upgrade is OnUpgrade.STOPS:
        return False
    return room if outcome.upgrade is None else None


def _scale(context: RunningContext) -> tuple[int | None, str | None]:
    """The most nodes that one pool can get now, and what allows no more: a limit, or the ports of the load balancer."""
    left, binding = measured.scale(context)
    nodes = sum(pool.nodes for pool in context.cluster.pools)
    try:
        able = snat_ports.nodes_with_ports(context, nodes + (left or 0))
    except Unreadable:  # it may be those
        return None, None
    with_ports = None if able is None else max(0, able - nodes)
    if left is not None and with_ports is not None and with_ports < left:
        return with_ports, _PORTS
    return left, binding.kind.value if binding else None


def _accepted(finding: Finding, options: CheckOptions) -> Finding:
    if finding.rule in options.accepted and finding.severity is Severity.ERROR:
        return replace(finding, severity=Severity.WARNING, accepted=True)
    return finding


def _routes(context: RunningContext) -> RouteNames | None:
    routes, seen = context.routes, context.seen
    if routes.table is None:
        return None
    shown = [subnet.shown for subnet in seen.subnets]
    known = [each.route_table == routes.table.id for each in shown if each is not None]
    return RouteNames(
        table=routes.table.id,
        managed=context.cluster.node_group.contains(routes.table.id),
        associated=False if False in known else True if len(known) == len(shown) else None,
        of_nodes=len(routes.of_nodes),
        custom=len(routes.custom),
        missing=[node.name for node in routes.missing],
        stale=[route.name for route in routes.stale],
        wrong_next_hop=[route.name for route in routes.wrong],
    )


def _ranges(context: RunningContext) -> Iterable[ShownRange]:
    """Of its network, as far as it is seen, and its own outside of it."""
    seen, cluster = context.seen, context.cluster
    own = {each.id.name for each in seen.subnets}
    for network in seen.networks.values():
        yield from (ShownRange("virtual network", prefix, network.id.name) for prefix in network.prefixes)
        for subnet in network.subnets:
            what = "subnet of its nodes" if subnet.name in own else "other subnet"
            yield from (ShownRange(what, prefix, subnet.name) for prefix in subnet.prefixes)
    yield from (ShownRange("pod CIDR", each) for each in cluster.pods)
    yield from (ShownRange("service CIDR", each) for each in cluster.services)


def _not_looked_at(outcome: running.Outcome, limits: Iterable[Any]) -> list[str]:
    unknown = {each.kind for each in limits if each.free is None}
    return [*dict.fromkeys([*outcome.not_looked_at, *(f"limit {kind}" for kind in LimitKind if kind in unknown)])]
