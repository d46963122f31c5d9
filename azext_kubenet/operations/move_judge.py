"""Whether a cluster on kubenet can be moved: judged before a run begins, and again before each change that hurts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.model import fixed
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.cluster_update import ChangedMeanwhile
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.move_state import Position, position
from azext_kubenet.azure.move_state import pod_range as pod_range_of
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks import moving
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.pod_range import pod_range
from azext_kubenet.checks.moving.proof import Before
from azext_kubenet.checks.running.running_context import RunningContext, early_reads
from azext_kubenet.discovery.running_cluster import RunningCluster, look
from azext_kubenet.discovery.topology import ranges
from azext_kubenet.operations.inside_look import begin_look_inside
from azext_kubenet.options.migrate_options import MigrateOptions
from azext_kubenet.output.console import Console
from azext_kubenet.output.printed_commands import finding_in_subscription

#: Rules that do not hold for a moment where all nodes have just been replaced: surge nodes are still there, or new ones
#: not Ready. How often they are looked at, and the seconds between.
_PASSING = frozenset({"upgrade-room", "nodes-not-ready", "node-network-unavailable", "pod-cidr-of-node"})
_LOOKS, _SECONDS = 5, 30.0


@dataclass
class Looked:
    """A cluster on kubenet, what was seen of it, what it is to become, why its pod CIDR, and how ready it is."""

    context: RunningContext
    plan: MovePlan
    why: str
    readiness: moving.Readiness

    @property
    def pods(self) -> str:
        """The pod CIDR that it is to have, "" where none is known."""
        return str(self.plan.pods) if self.plan.pods is not None else ""


class Judge:
    """Looks at one cluster, as often as it takes.

    subscription: that commands in findings must name, "" for the default one
    findings: all that was found, of every look; before: what there was, as the last look saw it
    """

    def __init__(  # pylint: disable=too-many-positional-arguments
        self, cli_ctx: Any, client: ArmClient, options: MigrateOptions, console: Console, subscription: str
    ):
        self._cli_ctx, self._client, self._options = cli_ctx, client, options
        self._console, self._subscription = console, subscription
        self.findings: Sequence[Finding] = ()
        self.before = Before()

    def look(self, body: Json) -> Looked:
        """Look at it and at all that it stands on, inside of it too if that was asked for, and judge."""
        looked = self._look(body, self._options)
        self.findings = self._told(looked.readiness.findings)
        return looked

    def look_again(self, pods: str, body: Json) -> None:
        """Look once more before a change. Raises ChangedMeanwhile where the cluster is not ready any more.

        pods: the pod CIDR that it was judged with, and is to have
        """
        options = replace(self._options, pods=fixed(*ranges([pods])))
        for left in reversed(range(_LOOKS)):
            readiness = self._look(body, options).readiness
            wrong = [each.rule for each in readiness.findings if each.severity is Severity.ERROR]
            wrong += [f"{each} could not be looked at" for each in readiness.undecided]
            if not left or not wrong or not _PASSING.issuperset(wrong):
                break
            self._console.say(f"  {', '.join(dict.fromkeys(wrong))}: looking again in {_SECONDS:.0f} s")
            if not self._client.retry_policy.pause(_SECONDS):
                break
        new = [each for each in self._told(readiness.findings) if each not in self.findings]
        self._console.report(new)
        self.findings = [*self.findings, *new]
        if wrong:
            message = f"cluster {ResourceId(body['id']).name} is not ready any more: {', '.join(dict.fromkeys(wrong))}"
            raise ChangedMeanwhile(409, "", message)

    def look_at_left(self, body: Json, late: Sequence[Finding]) -> None:
        """Note what can no longer be had of a cluster that has left kubenet; and look inside of one that is half moved.

        Nothing else shows by then what keeps its nodes from being drained.
        """
        found = [*late]
        if self._options.inspect and position(body) is Position.HALF_MOVED:
            cluster = Cluster.parse(body)
            inner = begin_look_inside(self._cli_ctx, self._client, cluster)()
            with Reader(self._client, self._client.retry_policy.leave) as reader:
                context = RunningContext(reader, body, RunningCluster(cluster), self._client.caller, {}, 0, inner)
                found += moving.look_inside_again(context, self._options.skip_checks)
        self.findings = self._told(found)

    def _told(self, findings: Sequence[Finding]) -> list[Finding]:
        return [finding_in_subscription(each, self._subscription) for each in findings]

    def _look(self, body: Json, options: MigrateOptions) -> Looked:
        client, cluster = self._client, Cluster.parse(body)
        with Reader(client, client.retry_policy.leave) as reader:
            looking = begin_look_inside(self._cli_ctx, client, cluster) if options.inspect else None
            reader.prefetch(early_reads(cluster))
            seen = look(reader, cluster)
            inner = looking() if looking is not None else None
            context = RunningContext(reader, body, seen, client.caller, {}, 0, inner)
            found = pod_range(context, options.pods)
            plan = MovePlan(found.network, found.findings, options.then, ResourceId(options.identity), options.accepted)
            looked = Looked(context, plan, found.why, moving.look_at_move(context, plan, options.skip_checks))
        self.before = Before(seen.attached_tables, pod_range_of(body), looked.pods)
        return looked
