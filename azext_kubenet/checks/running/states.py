"""Whether the cluster and its pools are as they were asked to be: failed, changing, stopped. [R2 R33]"""

from collections.abc import Iterator

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.checks.check import OnUpgrade, Problem
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext

_SUCCEEDED, _FAILED = "succeeded", ("failed", "canceled")
#: What `az kubenet wait` waits for, by the state that it is; all else ends in Succeeded.
_AWAITED = {"creating": "--created", "deleting": "--deleted"}


def _cluster_state(context: RunningContext) -> Iterator[Problem]:
    """The last operation on the cluster succeeded, and none is under way."""
    cluster = context.cluster
    state = cluster.state.lower()
    if state in _FAILED:
        why = f": {cluster.error}" if cluster.error else ", and Azure shows no reason"
        yield Problem(
            f"cluster {cluster.id.name} is in state {cluster.state}{why}",
            f"mend the reason, then have AKS bring it to what was asked for: az aks update {context.place} --yes",
        )
    elif state not in ("", _SUCCEEDED):
        wait = f"az kubenet wait {context.place} {_AWAITED.get(state, '--updated')}"
        yield Problem(
            f"cluster {cluster.id.name} is in state {cluster.state}: no upgrade can start before that has ended, and "
            "what is found now may be of the moment",
            f"check it again when that has ended: {wait} && az kubenet check {context.place}",
            severity=Severity.WARNING,
            upgrade=OnUpgrade.STOPS,
        )


def _pool_state(context: RunningContext) -> Iterator[Problem]:
    """The same of each pool; of one that changes with its cluster, the cluster is told of."""
    settled = context.cluster.state.lower() in ("", _SUCCEEDED, *_FAILED)
    for pool in context.cluster.pools:
        state = pool.state.lower()
        if state in _FAILED:
            why = f": {pool.error}" if pool.error else ", and Azure shows no reason"
            yield Problem(
                f"pool {pool.name} is in state {pool.state}{why}",
                "mend the reason, then have AKS bring it to what was asked for: az aks nodepool update "
                f"{context.pool_place(pool)}",
            )
        elif state not in ("", _SUCCEEDED) and settled:
            wait = f"az aks nodepool wait {context.pool_place(pool)} {_AWAITED.get(state, '--updated')}"
            yield Problem(
                f"pool {pool.name} is in state {pool.state}: no upgrade can start before that has ended, and what is "
                "found now may be of the moment",
                f"check it again when that has ended: {wait} && az kubenet check {context.place}",
                severity=Severity.WARNING,
                upgrade=OnUpgrade.STOPS,
            )


def _stopped(context: RunningContext) -> Iterator[Problem]:
    """The cluster and its pools run: of what does not, there is less to see."""
    cluster = context.cluster
    if cluster.is_stopped:
        yield Problem(
            f"cluster {cluster.id.name} is stopped: whether an upgrade has room is not to be seen until it runs",
            f"start it: az aks start {context.place}",
        )
        return
    stopped = [pool for pool in cluster.pools if pool.is_stopped]
    if stopped:
        names = listed([pool.name for pool in stopped])
        starts = " && ".join(
            f"az aks nodepool start {context.pool_place(pool, option='--nodepool-name')}" for pool in stopped
        )
        yield Problem(
            f"{'pool' if len(stopped) == 1 else 'pools'} {names} {'is' if len(stopped) == 1 else 'are'} stopped: the "
            "room for their nodes is not to be seen until they run",
            f"start {'it' if len(stopped) == 1 else 'them'}: {starts}",
        )


CHECKS = (
    RunningCheck("cluster-state", _cluster_state),
    RunningCheck("pool-state", _pool_state),
    RunningCheck("cluster-stopped", _stopped),
)
