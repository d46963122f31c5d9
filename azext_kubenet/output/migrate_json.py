"""The answer of `migrate`: how ready the cluster is, the steps, and the proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.str_enum import StrEnum
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.output.plan_json import finding_dict


class ShownStep(Protocol):
    """A step, and what came of it."""

    @property
    def kind(self) -> StrEnum:
        """What it does."""

    @property
    def action(self) -> StrEnum:
        """What becomes of it."""

    @property
    def state(self) -> StrEnum:
        """How far it is."""

    detail: str
    started_at: str | None
    seconds: float | None
    operation: str | None


class ShownPool(Protocol):
    """A pool as it stands; moved: None where that was not looked at."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def state(self) -> str:
        """How far it is."""

    @property
    def moved(self) -> bool | None:
        """Whether it has moved; None where that was not looked at."""

    @property
    def nodes(self) -> int:
        """How many nodes it has."""


class ShownProof(Protocol):  # pylint: disable=too-few-public-methods
    """What was seen after a move."""

    plugin: str
    mode: str
    engine: str
    table: str
    routes_left: list[str] | None
    nodes_ready: bool | None
    wrong: list[str]
    not_looked_at: list[str]

    @property
    def holds(self) -> bool:
        """Whether nothing that was looked at is wrong."""


@dataclass(frozen=True)
class MoveReport:  # pylint: disable=too-many-instance-attributes
    """What a run tells.

    cluster: its id; before, after: its network model as it was found, and as it is to be, or is
    pods: its pod CIDR afterwards
    readiness: how ready it was, "moved" for a cluster that had moved
    findings: all of them; steps: with what came of them; pools: as they are
    proof: None where nothing was to be proven
    hand_over: None before the move
    """

    cluster: ResourceId
    before: str
    after: str
    pods: str
    readiness: str
    findings: Sequence[Finding]
    steps: Sequence[ShownStep]
    pools: Sequence[ShownPool]
    proof: ShownProof | None
    hand_over: Json | None


def migrate_answer(report: MoveReport) -> Json:
    """The report as plain values."""
    return {
        "name": report.cluster.name,
        "id": str(report.cluster),
        "from": report.before,
        "to": report.after,
        "podCidr": report.pods or None,
        "readiness": report.readiness,
        "findings": [finding_dict(each) for each in report.findings],
        "steps": [_step(each) for each in report.steps],
        "pools": [_pool(each) for each in report.pools],
        "proof": None if report.proof is None else _proof(report.proof),
        "handOver": report.hand_over,
    }


def _step(step: ShownStep) -> Json:
    return {
        "step": step.kind.value,
        "action": step.action.value,
        "detail": step.detail,
        "state": step.state.value,
        "startedAt": step.started_at,
        "seconds": step.seconds,
        "operation": step.operation,
    }


def _pool(pool: ShownPool) -> Json:
    return {"name": pool.name, "provisioningState": pool.state or None, "moved": pool.moved, "nodes": pool.nodes}


def _proof(proof: ShownProof) -> Json:
    return {
        "networkPlugin": proof.plugin or None,
        "networkPluginMode": proof.mode or None,
        "networkPolicy": proof.engine,
        "routesLeft": None if proof.routes_left is None else len(proof.routes_left),
        "routeTable": proof.table or None,
        "nodesReady": proof.nodes_ready,
        "holds": proof.holds,
        "wrong": [*proof.wrong],
        "notLookedAt": [*proof.not_looked_at],
    }
