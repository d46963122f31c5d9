"""The cluster that what a run made may stand on: nothing is removed under one that works, or may come to work."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from azext_kubenet.azure import api_versions, bodies
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import intervals
from azext_kubenet.changes.create_steps import CLUSTER
from azext_kubenet.changes.in_use import FAILED_STATES
from azext_kubenet.changes.runner import UNSURE, RunResult, in_words

SUCCEEDED = "Succeeded"
#: Most seconds between looks at a cluster of which Azure has not said what became of it.
_LOOK_SECONDS = 10.0


@dataclass(frozen=True)
class Standing:
    """What is known of the cluster.

    why: why nothing may be removed, in words; "" if there is no cluster, or this run's own that Azure calls failed
    state: its provisioningState; "" if it does not exist, or is not known
    known: whether it could be looked at
    """

    why: str = ""
    state: str = ""
    known: bool = True


def standing(client: ArmClient, names: Names, result: RunResult, existed: bool, wait: bool) -> Standing:
    """Look at the cluster.

    existed: whether it was there before this run
    wait: whether one on which something is under way is looked at until that ends, as long as the retry policy allows
    """
    cluster = f"cluster {names.cluster}"
    try:
        state = _state(client, names, wait)
    except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # Ctrl-C among it
        return Standing(f"it is not known whether {cluster} uses it: {in_words(error)}", known=False)
    if existed:
        return Standing(f"{cluster} existed before this run", state or "")
    return Standing(_why(names, result, state), state or "")


def not_looked(_: bool) -> Standing:
    """What is known without a look."""
    return Standing("it was not looked at, as the run was interrupted", known=False)


def _why(names: Names, result: RunResult, state: str | None) -> str:
    """Why a cluster that exists is not removed; "" if there is none, or this run's own that Azure calls failed."""
    cluster = f"cluster {names.cluster}"
    steps = [step for step in result.remains if step.kind == CLUSTER]
    worked = any(step is each for step in steps for each in (*result.made, *result.working))
    if state is None:  # one that Azure has taken is not gone because one answer says so
        taken = any(not result.is_unsure(step) for step in steps)
        return f"{cluster} was accepted by Azure, and is not shown" if worked or taken else ""
    if not steps:
        return f"{cluster} exists and was not created by this run"
    if any(map(result.is_unsure, steps)):
        return f"{cluster} exists, and {UNSURE}"
    if state in FAILED_STATES:
        return f"azure reports {cluster} as {state}, after it was {SUCCEEDED}" if worked else ""
    return f"azure reports {cluster} as {state}"


def _state(client: ArmClient, names: Names, wait: bool) -> str | None:
    """The cluster's provisioningState; None if it does not exist."""
    end = time.monotonic() + client.retry_policy.seconds
    state: str | None = None
    for seconds in intervals(_LOOK_SECONDS):
        found = client.get(names.cluster_id, api_versions.CLUSTER_API)
        state = None if found is None else bodies.text(bodies.within(found, "properties"), "provisioningState")
        if state in (None, SUCCEEDED, *FAILED_STATES) or not wait or time.monotonic() + seconds > end:
            break
        if not client.retry_policy.wait(seconds, f"cluster {names.cluster} is {state}"):
            break
    return state if state != "" else "in no state"


#: Looks at the cluster; given whether to wait for the end of what is under way on it.
Look = Callable[[bool], Standing]
