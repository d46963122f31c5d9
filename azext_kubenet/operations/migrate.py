"""Look, judge, show, ask, act, prove, hand over: the story of one `az kubenet migrate`."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from knack.prompting import NoTTYException, prompt

from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, items, text, texts, within
from azext_kubenet.azure.client import connect
from azext_kubenet.azure.cluster_update import Sent, wait_until_settled
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.move_state import Position, engine, network_model, pod_range, position
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.changes import interrupts
from azext_kubenet.changes.move_steps import (
    Move,
    MoveFailed,
    MoveStep,
    StepAction,
    StepKind,
    StepState,
    Wanted,
    steps_from,
)
from azext_kubenet.checks import moving
from azext_kubenet.checks.moving.proof import Look, MovedPool, Proof, prove
from azext_kubenet.errors import Refused, RefusedByAzure, refuse
from azext_kubenet.export import hand_over
from azext_kubenet.operations import move_failures, move_identity, saved_state
from azext_kubenet.operations.inside_look import begin_look_inside, policies_of
from azext_kubenet.operations.login import commands_in_subscription, subscription_of, typed_subscription
from azext_kubenet.operations.move_judge import Judge, Looked
from azext_kubenet.operations.moved_cluster import too_late
from azext_kubenet.operations.named_cluster import cluster_named, id_of_cluster
from azext_kubenet.options.migrate_options import NONE, MigrateOptions, read_migrate_options
from azext_kubenet.options.typed import Typed
from azext_kubenet.output import screen
from azext_kubenet.output.console import Console
from azext_kubenet.output.exit_code import fail_after_output
from azext_kubenet.output.migrate_json import MoveReport, migrate_answer
from azext_kubenet.output.printed_commands import in_subscription

#: Seconds that each request waits for a busy service.
_TIMEOUT = 300.0
#: How ready a cluster is that has left kubenet, by where it stands.
_OVER = {Position.MOVED: "moved", Position.HALF_MOVED: "half-moved", Position.MOVING: "moving"}


def run(cmd: Any, values: Mapping[str, object]) -> Json:
    """Return the report of a move, or of what would be done. What keeps it from being made is raised."""
    with commands_in_subscription(cmd.cli_ctx):
        subscription = typed_subscription(cmd.cli_ctx)
        options = read_migrate_options(Typed(values))
        if not subscription_of(cmd.cli_ctx):  # what needs no login is told before one is asked for
            refuse(_typed_wrong(options))
        console = Console(cmd.cli_ctx, subscription)
        return _Run(cmd, options, console, subscription).answer()


class _Run:  # pylint: disable=too-few-public-methods,too-many-instance-attributes
    """One run."""

    def __init__(self, cmd: Any, options: MigrateOptions, console: Console, subscription: str):
        self._cmd, self._options, self._console, self._typed = cmd, options, console, subscription
        in_use = subscription_of(cmd.cli_ctx, required=True)
        self._cluster = id_of_cluster(in_use, options.group, options.name)
        self._client = connect(cmd.cli_ctx, RetryPolicy(_TIMEOUT, console.say))
        self._judge = Judge(cmd.cli_ctx, self._client, options, console, subscription)
        self._model = ""
        self._engine = NONE
        self._has_waited = False
        self._readiness = _OVER[Position.MOVED]

    def answer(self) -> Json:
        """Look, and go on from where the cluster stands."""
        options = self._options
        refuse([
            *_typed_wrong(options),
            *saved_state.obstacles(options.save_file, self._cluster),
        ])  # fmt: skip
        with Reader(self._client, self._client.retry_policy.leave) as reader:
            body = cluster_named(self._client, reader, self._cluster)
        self._cluster = ResourceId(text(body, "id")) or self._cluster
        if not Cluster.parse(body).pools or not network_model(body):
            raise RefusedByAzure(
                f"Azure's answer does not show cluster {options.name} whole, with its pools and its network plugin",
                "run the command again in a few minutes",
            )
        refuse([*saved_state.obstacles(options.save_file, self._cluster, body)])
        self._model, self._engine = network_model(body), engine(body)
        body = self._waited_for(body)
        at = position(body)
        if at is Position.ELSEWHERE:
            raise Refused(
                f"cluster {options.name} is on {network_model(body) or 'a network plugin that is not shown'}, not on "
                "kubenet: this command moves clusters from kubenet to Azure CNI Overlay",
                "list the kubenet clusters: az kubenet list -o table",
            )
        if at in _OVER:
            self._readiness = _OVER[at]
            self._judge.look_at_left(body, [*too_late(options, self._cluster, body)])
            return self._go_on(body, None)
        looked = self._judge.look(body)
        self._readiness = looked.readiness.state.value
        return self._go_on(body, looked)

    def _waited_for(self, body: Json) -> Json:
        """The cluster once nothing is under way on it, unless nobody is to wait."""
        at, options = position(body), self._options
        if at not in (Position.BUSY, Position.MOVING) or options.dry_run or options.no_wait:
            return body
        what = "the move" if at is Position.MOVING else "an operation"
        self._console.say(f"{what} is under way on cluster {self._cluster.name}: waiting for its end")
        self._has_waited = True
        with interrupts.terminated_as_interrupted():
            try:
                return wait_until_settled(self._client, self._cluster, Sent(), self._console.say).body
            except (AzureError, KeyboardInterrupt) as error:
                raise move_failures.not_waited(self._cluster, error, self._again()) from error

    def _go_on(self, body: Json, looked: Looked | None) -> Json:
        """Show what is left to do, ask, do it, and prove it."""
        options, console = self._options, self._console
        pods = (looked.pods if looked is not None else "") or pod_range(body)
        saved = saved_state.saved_at(options.save_file, self._cluster, body) if options.save_file else ""
        wanted = Wanted(pods, options.then, options.identity, options.save_file, saved)
        steps = steps_from(body, wanted)
        console.report(self._judge.findings)
        stands = position(body)
        if looked is not None and looked.why:
            console.say(f"note: pod CIDR {pods}: {looked.why}")
        if stands is Position.HALF_MOVED:
            for line in move_failures.stands(body):
                console.warn(line.strip())
            if (options.no_wait or self._has_waited) and not options.dry_run:  # in a loop it would be sent for ever
                raise Refused(
                    f"the move of cluster {self._cluster.name} has failed, and nothing was written now",
                    f"mend what AKS names, then have it go on: {self._again()}",
                )
        if options.dry_run:
            return self._shown(body, looked, steps, pods)
        if any(each.severity is Severity.ERROR for each in self._judge.findings):
            self._refuse()
        if looked is not None and looked.readiness.undecided:
            self._refuse_unseen(looked.readiness.undecided)
        if stands in (Position.MOVING, Position.BUSY):  # nobody is to wait for it
            what = "its move" if stands is Position.MOVING else "an operation"
            console.say(f"{what} is under way on cluster {self._cluster.name}; nothing was written")
            console.say(f"to wait for its end: {self._wait()}")
            console.say(f"to go on: {self._again()}")
            return self._report(body, steps, pods, None)
        is_asked = any(each.action is not StepAction.KEEP for each in steps) and not options.yes
        if is_asked:
            self._ask(steps)
        move = Move(
            self._client, self._cluster, wanted, console.say,
            save=partial(self._save, looked),
            grant=partial(move_identity.grant, self._client, body, options.identity, console.say),
            judge=partial(self._judge.look_again, pods),
            body=body, has_changed=is_asked,
        )  # fmt: skip
        return self._act(move, steps, pods)

    def _shown(self, body: Json, looked: Looked | None, steps: Sequence[MoveStep], pods: str) -> Json:
        for step in steps:
            self._console.say(step.line)
            step.state = StepState.DONE if step.action is StepAction.KEEP else step.state
        errors = [each for each in self._judge.findings if each.severity is Severity.ERROR]
        if errors:
            self._console.say(f"not ready: {len(errors)} to be dealt with first, in this order")
            fail_after_output(self._cmd.cli_ctx)
        elif looked is not None and looked.readiness.undecided:
            self._console.say(f"not known to be ready: {', '.join(looked.readiness.undecided)} could not be looked at")
            fail_after_output(self._cmd.cli_ctx)
        elif position(body) is Position.HALF_MOVED:
            self._console.say(f"not all of it has moved; to have AKS finish it: {self._again()}")
            fail_after_output(self._cmd.cli_ctx)
        elif position(body) in (Position.BUSY, Position.MOVING):
            self._console.say("an operation is under way: how it stands is not known before that has ended")
            fail_after_output(self._cmd.cli_ctx)
        if position(body) is Position.MOVED:  # looking for its signs is a read
            return self._proven(body, steps, self._prove(body))
        return self._report(body, steps, pods, None)

    def _refuse(self) -> None:
        """Raise Refused: the errors were told one by one."""
        errors = [each.rule for each in self._judge.findings if each.severity is Severity.ERROR]
        names = ", ".join(dict.fromkeys(errors))
        raise Refused(
            f"cluster {self._cluster.name} was not moved, and nothing was written: {names}",
            "deal with each as said above, in this order, then run this again, with the options that are named there: "
            f"{self._again()}",
        )

    def _refuse_unseen(self, undecided: Sequence[str]) -> None:
        """Raise Refused: what decides was not looked at, and the first step may be one that hurts."""
        skipping = replace(self._options, skip_checks=(*self._options.skip_checks, *undecided))
        raise Refused(
            f"cluster {self._cluster.name} was not moved, and nothing was written: whether Azure takes the move is not "
            f"known, as {', '.join(undecided)} could not be looked at",
            f"have it looked at, as said above, or go on without: {self._again(skipping)}",
        )

    def _ask(self, steps: Sequence[MoveStep]) -> None:
        """Show the steps, and have the name of the cluster typed. Raises Refused."""
        for step in steps:
            self._console.say(step.line)
        again = self._again()
        try:
            question = f"There is no way back. Type the name of the cluster to go on ({self._cluster.name}):"
            typed = prompt(f"{screen.folded(question, screen.columns())} ")
        except KeyboardInterrupt as error:
            raise Refused(
                "\nnothing was written: interrupted at the question", f"to be asked again: {again}"
            ) from error
        except EOFError as error:
            raise Refused("nothing was written: no name was typed", f"to be asked again: {again}") from error
        except NoTTYException as error:
            raise Refused(
                "nothing was written: nobody can be asked for the name of the cluster, as there is no terminal",
                f"once somebody has looked at the steps above: {again} --yes",
            ) from error
        if typed.strip() != self._cluster.name:
            raise Refused(
                f"nothing was written: '{typed}' is not the name of the cluster", f"to be asked again: {again}"
            )

    def _act(self, move: Move, steps: Sequence[MoveStep], pods: str) -> Json:
        """Do the steps, and prove what they did. Raises what failed, with where the cluster stands."""
        options = self._options
        with interrupts.terminated_as_interrupted():
            try:
                done = move.run(steps, options.until, no_wait=options.no_wait)
            except MoveFailed as failed:
                if isinstance(failed.error, Refused):  # it says itself what to do
                    raise failed.error from failed
                self._client.retry_policy.resume()
                raise move_failures.told(failed, self._client, self._cluster, self._again(), self._engine) from failed
            body = move.body
            if position(body) is Position.MOVED:
                return self._proven(body, steps, self._prove(body))
        if not done:
            done_with = any(each.kind is StepKind.IDENTITY and each.state is not StepState.PLANNED for each in steps)
            left = replace(self._options, until="", identity="" if done_with else self._options.identity)
            if any(each.state is StepState.SENT for each in steps):
                self._console.say(f"Azure has taken it; to wait for its end: {self._wait()}")
            self._console.say(f"to go on: {self._again(left)}")
        return self._report(body, steps, pods, None)

    def _save(self, looked: Looked | None) -> None:
        if looked is not None:
            cluster = looked.context.cluster
            policies = partial(policies_of, self._cmd.cli_ctx, self._client, cluster) if self._options.inspect else None
            saved_state.save(self._options.save_file, self._client, looked.context, policies, self._console.say)

    def _prove(self, body: Json) -> Proof:
        try:
            before = self._judge.before._replace(engine="" if self._options.then == NONE else self._options.then)
            return prove(self._client, body, before, self._inside(body), self._console.say)
        except KeyboardInterrupt as error:
            raise move_failures.not_proven(self._cluster, error, self._again()) from error

    def _inside(self, body: Json) -> Look:
        if not self._options.inspect:
            return None
        return begin_look_inside(self._cmd.cli_ctx, self._client, Cluster.parse(body))

    def _proven(self, body: Json, steps: Sequence[MoveStep], proof: Proof) -> Json:
        console = self._console
        had = self._engine if proof.engine == NONE else ""
        left = [
            in_subscription(each, self._typed)
            for each in hand_over.leftovers(self._cluster.place, proof.tables_kept, had)
        ]
        pods = texts(within(body, "properties", "networkProfile"), "podCidrs") or [proof.pods]
        over = hand_over.hand_over(pods, proof.engine, left)
        if proof.holds:
            console.say(f"cluster {self._cluster.name} is on Azure CNI Overlay, pod CIDR {proof.pods}")
        for each in proof.wrong:
            console.warn(f"not proven: {each}")
        if not proof.holds:
            console.say(f"to look again, and have it finished where AKS stopped: {self._again()}")
            if position(body) is Position.MOVED:
                console.say(f"if it stays so, have AKS go over it once more: az aks update {self._cluster.place} --yes")
            fail_after_output(self._cmd.cli_ctx)
        for each in proof.not_looked_at:
            console.say(f"note: not looked at: {each}")
        if proof.engine == NONE:
            console.say("note: no network policy engine is on: network policies, if there are any, are not enforced")
        for line in hand_over.lines(over):
            console.say(line)
        return self._report(body, steps, proof.pods, proof, over)

    def _report(  # pylint: disable=too-many-positional-arguments
        self, body: Json, steps: Sequence[MoveStep], pods: str, proof: Proof | None, over: Json | None = None
    ) -> Json:
        now = network_model(body)
        return migrate_answer(
            MoveReport(
                cluster=self._cluster,
                before=self._model,
                after="azure overlay" if proof is None else now,
                pods=pods,
                readiness=self._readiness if proof is None else _OVER.get(position(body), self._readiness),
                findings=self._judge.findings,
                steps=steps,
                pools=proof.pools if proof is not None else [*_pools(body)],
                proof=proof,
                hand_over=over,
            )
        )

    def _again(self, options: MigrateOptions | None = None) -> str:
        """The command that goes on, but for --yes. options: others than those of this run"""
        return " ".join(["az kubenet migrate", self._place, *(options or self._options).again()])

    def _wait(self) -> str:
        """The command that waits for the end of what is under way."""
        return f"az kubenet wait {self._place} --updated"

    @property
    def _place(self) -> str:
        subscription = f" --subscription {shlex.quote(self._typed)}" if self._typed else ""
        return f"-g {shlex.quote(self._options.group)} -n {shlex.quote(self._options.name)}{subscription}"


def _typed_wrong(options: MigrateOptions) -> list[Finding]:
    """What is wrong with the options themselves."""
    return [*options.findings, *moving.unknown_checks(options.skip_checks)]


def _pools(body: Json) -> Iterator[MovedPool]:
    counted = {pool.name: pool.nodes for pool in Cluster.parse(body).pools}
    for each in items(within(body, "properties"), "agentPoolProfiles"):
        name = text(each, "name")
        yield MovedPool(name, text(each, "provisioningState"), None, counted.get(name, 0))
