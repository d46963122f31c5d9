"""The steps of a move to Azure CNI Overlay: what is done, in which order, and what came of it.

A step is done if its result is seen: a run that was cut off goes on where the cluster stands. Every write of the
cluster is one PUT over what was read just before, and none is sent while something is under way on it.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import NamedTuple

from azext_kubenet.addressing.str_enum import StrEnum
from azext_kubenet.azure import move_request
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, items, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.cluster_update import (
    ChangedMeanwhile,
    Sent,
    Settled,
    is_settled,
    read_cluster,
    send,
    uid_of,
    wait_until_settled,
)
from azext_kubenet.azure.move_state import Position, engine, pod_range, position
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.changes.runner import Say


class StepKind(StrEnum):
    """What a step does, by the name that --until takes."""

    SAVE = "save"
    IDENTITY = "identity"
    POLICY = "policy"
    OVERLAY = "overlay"
    ENGINE = "engine"


class StepAction(StrEnum):
    """What becomes of it."""

    WRITE = "write"
    UPDATE = "update"
    KEEP = "keep"


class StepState(StrEnum):
    """How far it is."""

    PLANNED = "planned"
    DONE = "done"
    SENT = "sent"
    FAILED = "failed"


#: A word of what is done, and its symbol in a preview.
SYMBOLS = {StepAction.WRITE: "+", StepAction.UPDATE: "~", StepAction.KEEP: "="}


@dataclass
class MoveStep:  # pylint: disable=too-many-instance-attributes
    """A step.

    kind, action: what it does; detail: the same in words
    recorded: seconds that it took where it was recorded once, 0 for never
    state, started_at, seconds, operation: what came of it
    """

    kind: StepKind
    action: StepAction
    detail: str
    recorded: int = 0
    state: StepState = StepState.PLANNED
    started_at: str | None = None
    seconds: float | None = None
    operation: str | None = None

    @property
    def line(self) -> str:
        """The step as a line for people."""
        took = ""
        if self.action is StepAction.UPDATE and self.recorded:
            took = f" (took {self.recorded / 60:.0f} min where it was recorded, once, with 3 nodes)"
        return f"{SYMBOLS[self.action]} {self.kind}: {self.detail}{took}"


class Wanted(NamedTuple):
    """What the cluster is to be.

    pods: its pod CIDR
    engine: its network policy engine
    identity: id of what it is to run as, "" for as it is
    save_file: where what there is is written, "" for nowhere; saved_at: when an earlier run wrote it
    """

    pods: str
    engine: str
    identity: str = ""
    save_file: str = ""
    saved_at: str = ""


#: Seconds that changes took in the one run on record: 3 nodes each. [K17]
_OVERLAY_SECONDS, _POLICY_SECONDS = 562, 832
_NO_ENGINE = move_request.NO_ENGINE


def runs_as(body: Json, identity: str) -> bool:
    """Whether a cluster runs as an identity."""
    assigned = within(body, "identity", "userAssignedIdentities")
    return any(ResourceId(each) == ResourceId(identity) for each in assigned)


def steps_from(body: Json, wanted: Wanted) -> list[MoveStep]:
    """The steps that a cluster has before it, and those that are behind it."""
    found, at = [], position(body)
    is_left = is_over(body)
    if wanted.save_file and not is_left:
        action, detail = StepAction.WRITE, f"write what there is to {wanted.save_file}"
        if wanted.saved_at:
            action, detail = StepAction.KEEP, f"{wanted.save_file} has what there was on {wanted.saved_at}, and is kept"
        found.append(MoveStep(StepKind.SAVE, action, detail))
    if wanted.identity:
        done, name = runs_as(body, wanted.identity), ResourceId(wanted.identity).name
        detail = (
            f"the cluster runs as {name}" if done else f"grant {name} what it needs, and have the cluster run as it"
        )
        found.append(MoveStep(StepKind.IDENTITY, StepAction.KEEP if done else StepAction.UPDATE, detail))
    if not is_left and engine(body) != _NO_ENGINE:
        detail = f"take {engine(body)} off: all nodes are replaced, and network policies are not enforced from here on"
        found.append(MoveStep(StepKind.POLICY, StepAction.UPDATE, detail, _POLICY_SECONDS))
    found.append(_overlay(body, at, wanted))
    if wanted.engine != _NO_ENGINE:
        done = is_left and engine(body) == wanted.engine
        detail = f"network policy engine {wanted.engine}" + ("" if done else ": all nodes are replaced once more")
        action = StepAction.KEEP if done else StepAction.UPDATE
        found.append(MoveStep(StepKind.ENGINE, action, detail, 0))
    return found


def _overlay(body: Json, at: Position, wanted: Wanted) -> MoveStep:
    if at is Position.MOVED:
        return MoveStep(StepKind.OVERLAY, StepAction.KEEP, "the cluster is on Azure CNI Overlay")
    if at is Position.MOVING:
        return MoveStep(StepKind.OVERLAY, StepAction.KEEP, "the move is under way")
    if at is Position.HALF_MOVED:
        detail = "send the same again, so that AKS finishes what it began"
        return MoveStep(StepKind.OVERLAY, StepAction.UPDATE, detail, _OVERLAY_SECONDS)
    pods = f"pod CIDR {wanted.pods}"
    if wanted.pods and wanted.pods != pod_range(body):
        pods = f"pod CIDR {pod_range(body)} -> {wanted.pods}"
    detail = f"kubenet -> Azure CNI Overlay, {pods}: all nodes are replaced, and there is no way back"
    return MoveStep(StepKind.OVERLAY, StepAction.UPDATE, detail, _OVERLAY_SECONDS)


def is_over(body: Json) -> bool:
    """Whether it has left kubenet, or is about to."""
    return position(body) in (Position.MOVING, Position.HALF_MOVED, Position.MOVED)


def _require_same(cluster: ResourceId, judged: Json, now: Json) -> None:
    """Raise ChangedMeanwhile for a cluster that is not what was judged; nodes may have come and gone."""
    before, after = (_without_counts(move_request.sendable(each)) for each in (judged, now))
    found = move_request.differences(before, after)
    if judged and found:
        what = ", ".join(sorted(each.removeprefix("properties.") for each in found))
        raise ChangedMeanwhile(
            409, "", f"cluster {cluster.name} was changed by someone else since it was judged: {what}"
        )


def _without_counts(body: Json) -> Json:
    """The same without what an autoscaler changes."""
    for pool in within(body, "properties").get("agentPoolProfiles") or ():
        if isinstance(pool, dict):
            pool.pop("count", None)
            pool.pop("virtualMachineNodesStatus", None)
    return body


class MoveFailed(Exception):
    """A step has failed.

    step: which; error: what Azure said; body: the cluster as it stands, None where that is not known
    is_sent: whether Azure may be at it
    """

    def __init__(self, step: MoveStep, error: BaseException, body: Json | None = None, *, is_sent: bool = False):
        super().__init__(str(error))
        self.step, self.error, self.body, self.is_sent = step, error, body, is_sent


@dataclass
class Move:  # pylint: disable=too-many-instance-attributes
    """One run over the steps.

    client: of Azure; cluster: its id; wanted: what it is to be; say: prints a line
    save: writes what there is; grant: gives an identity what it needs, and returns once it has it
    judge: judges the cluster anew as it is now, once a change of its own is made, and raises what is wrong
    """

    client: ArmClient
    cluster: ResourceId
    wanted: Wanted
    say: Say
    save: Callable[[], None]
    grant: Callable[[], None]
    judge: Callable[[Json], None]
    body: Json = field(default_factory=dict)
    has_changed: bool = False  # whether anything may have come since the cluster was judged
    is_sent: bool = False  # whether Azure has taken the change of the step that is being done

    def run(self, steps: Iterable[MoveStep], until: str, *, no_wait: bool) -> bool:
        """Do them, up to one kind of them; whether all of them are done. Raises MoveFailed.

        until: the name of the last kind, "" for all; none behind it is done, whether or not there is one of it
        """
        order, steps = [each.value for each in StepKind], [*steps]
        for number, step in enumerate(steps):
            if until and order.index(step.kind.value) > order.index(until):
                return False
            if step.action is StepAction.KEEP:
                step.state = StepState.DONE
                self.say(step.line)
            else:
                self._perform(step, no_wait=no_wait)
            is_last = all(each.action is StepAction.KEEP for at, each in enumerate(steps) if at > number)
            if step.kind is StepKind.IDENTITY and not is_last:  # since when it is that is not shown [K18]
                self.say("  Azure takes hours until a cluster acts as a new identity everywhere: go on after that")
                return False
            if step.state is StepState.SENT:
                return False
        return True

    def _perform(self, step: MoveStep, *, no_wait: bool) -> None:
        started, self.is_sent = time.monotonic(), False
        step.started_at = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self.say(step.line)
        try:
            if step.kind is StepKind.SAVE:
                self.save()
            else:
                self._change(step, no_wait=no_wait)
        except MoveFailed:
            step.state = StepState.FAILED
            raise
        except BaseException as error:  # Ctrl-C among it: whoever has begun is told where it stands
            step.state = StepState.FAILED
            raise MoveFailed(step, error, is_sent=self.is_sent or getattr(error, "accepted", False)) from error
        finally:
            step.seconds = round(time.monotonic() - started, 1)
        if step.state is not StepState.SENT:
            step.state = StepState.DONE
            self.say(f"  done in {step.seconds:.0f} s")

    def _change(self, step: MoveStep, *, no_wait: bool) -> None:
        """One PUT over what is read now, and its end."""
        # much can have come while all nodes were replaced, or while a question stood open
        if step.kind in (StepKind.POLICY, StepKind.OVERLAY) and self.has_changed and not is_over(self.body):
            self.judge(self.body)
            self.has_changed = False
        before = read_cluster(self.client, self.cluster)
        _require_same(self.cluster, self.body, before)
        if not is_settled(before):
            raise ChangedMeanwhile(409, "", f"an operation is under way on cluster {self.cluster.name}")
        if not items(within(before, "properties"), "agentPoolProfiles"):
            raise AzureError(200, "", f"Azure's answer shows no pool of cluster {self.cluster.name}: nothing was sent")
        if not text(before, "eTag"):
            self.say("  note: Azure shows no ETag of the cluster: what somebody else writes now would be written over")
        if step.kind is StepKind.IDENTITY:  # once the cluster is seen to be the one that was judged
            self.grant()
        sent_body, is_done = self._request(step.kind, before)
        sent = send(self.client, self.cluster, sent_body, text(before, "eTag"), is_done)
        self.is_sent, step.operation = True, sent.operation or None
        if no_wait:
            step.state = StepState.SENT
            return
        self._settled(step, sent, is_done, uid_of(before))

    def _settled(self, step: MoveStep, sent: Sent, is_done: Callable[[Json], bool], uid: str) -> None:
        """Wait for the end, and have the cluster show what was sent: that Azure has taken it is not that it is so."""
        settled: Settled = wait_until_settled(self.client, self.cluster, sent, self.say)
        if uid and uid_of(settled.body) not in ("", uid):
            raise ChangedMeanwhile(409, "", f"cluster {self.cluster.name} is another one now than the one changed here")
        self.body, self.has_changed = settled.body, True
        if not settled.has_succeeded:
            error = settled.error or AzureError(200, "", "the cluster, or one of its pools, is in a failed state")
            raise MoveFailed(step, error, settled.body)
        if not is_done(settled.body):
            error = AzureError(200, "", "Azure has taken the change, and the cluster does not show it")
            raise MoveFailed(step, error, settled.body)

    def _request(self, kind: StepKind, before: Json) -> tuple[Json, Callable[[Json], bool]]:
        """What is sent, and how a cluster looks once Azure has taken it."""
        wanted = self.wanted
        if kind is StepKind.IDENTITY:
            return move_request.with_identity(before, wanted.identity), lambda body: runs_as(body, wanted.identity)
        if kind is StepKind.POLICY:
            return move_request.with_engine(before, _NO_ENGINE), lambda body: engine(body) == _NO_ENGINE
        if kind is StepKind.ENGINE:
            return move_request.with_engine(before, wanted.engine), lambda body: engine(body) == wanted.engine
        if position(before) is Position.HALF_MOVED:
            return move_request.sendable(before), is_over
        if position(before) is not Position.KUBENET:
            raise AzureError(409, "", "the cluster has changed since this run looked at it")
        return move_request.on_overlay(before, wanted.pods), is_over
