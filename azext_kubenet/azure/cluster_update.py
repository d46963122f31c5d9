"""Changing a cluster that exists: one PUT over what was read, and waiting until nothing is under way any more.

A PUT is sent again only where Azure has said that it did nothing, or where its answer was lost and the cluster is as it
was: its ETag lets no second one through that would write over what came in between. [K15]
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, items, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.retry import TRANSIENT, Tries
from azext_kubenet.azure.waiting import Say, Status, intervals
from azext_kubenet.azure.writes import BUSY_SECONDS

#: Most seconds between looks: a move takes ten minutes and more. [K17]
_LOOK_SECONDS = 10.0
#: States in which nothing is under way.
SUCCEEDED, FAILED, CANCELED = "Succeeded", "Failed", "Canceled"
SETTLED = (SUCCEEDED, FAILED, CANCELED)
_CHANGED = 412
_CONFLICT = 409


class ChangedMeanwhile(AzureError):
    """Somebody else has changed the cluster since it was read."""


@dataclass
class Sent:
    """What became of a PUT.

    operation: the address of its operation, "" where it is not known: then the cluster itself is looked at
    wait: seconds that Azure asked to wait before the first look
    """

    operation: str = ""
    wait: float | None = None


def state_of(body: Json) -> str:
    """Its provisioningState; "" if it is not shown."""
    return text(within(body, "properties"), "provisioningState")


def uid_of(body: Json) -> str:
    """What Azure gives to each cluster anew, also to one of the same name; "" where it does not show it."""
    return text(within(body, "properties"), "resourceUID")


def is_settled(body: Json) -> bool:
    """Whether nothing is under way on it, or on one of its pools."""
    return all(each in (*SETTLED, "") for each in _states(body))


def is_failed(body: Json) -> bool:
    """Whether it, or one of its pools, is in a failed state."""
    return any(each in (FAILED, CANCELED) for each in _states(body))


def _states(body: Json) -> list[str]:
    """Those of a cluster and of its pools."""
    pools = items(within(body, "properties"), "agentPoolProfiles")
    return [state_of(body), *(text(each, "provisioningState") for each in pools)]


def read_cluster(client: ArmClient, cluster: ResourceId) -> Json:
    """The cluster now. Raises AzureError, also where it is gone."""
    body = client.get(str(cluster), api_versions.RUNNING_CLUSTER_API)
    if body is None:
        raise AzureError(404, "ResourceNotFound", f"cluster {cluster.name} does not exist any more")
    return body


def send(client: ArmClient, cluster: ResourceId, body: Json, etag: str, is_done: Callable[[Json], bool]) -> Sent:
    """Send it over the cluster with that ETag.

    is_done: whether a cluster is as it would be once Azure has taken it: then a lost answer was a yes

    Raises:
        ChangedMeanwhile: somebody else was quicker.
        AzureError: Azure refused it; accepted, where it is not known whether Azure has taken it.
    """
    end, policy = time.monotonic() + client.retry_policy.seconds, client.retry_policy
    was_lost = False
    while True:
        tries = Tries(careful=True)
        try:
            answer = client.replace(str(cluster), api_versions.RUNNING_CLUSTER_API, body, etag, tries)
            return Sent(answer.operation, answer.wait)
        except AzureError as error:
            was_lost = was_lost or tries.lost
            error.accepted = was_lost
            if was_lost or error.status in (_CHANGED, _CONFLICT):
                found = _look(client, cluster, error)
                if was_lost and is_done(found):
                    return Sent()
                if error.status == _CHANGED or text(found, "eTag") not in ("", etag):
                    raise _changed(cluster, found, error) from error
            passing = error.status == 0 or error.status in TRANSIENT
            if not passing or time.monotonic() > end or not policy.wait(BUSY_SECONDS, _why(error)):
                raise


def _why(error: AzureError) -> str:
    return f"azure returned {error.status}" if error.status else "the connection was lost"


def _look(client: ArmClient, cluster: ResourceId, error: AzureError) -> Json:
    """The cluster after a PUT of which it is not known what became. Raises the error where that is not shown."""
    try:
        return read_cluster(client, cluster)
    except AzureError:
        raise error from None


def _changed(cluster: ResourceId, found: Json, error: AzureError) -> ChangedMeanwhile:
    state = state_of(found) or "not shown"
    message = f"cluster {cluster.name} was changed by someone else since it was read (its state is {state} now)"
    return ChangedMeanwhile(error.status, error.code, f"{message}: {error}")


class Settled(NamedTuple):
    """A cluster on which nothing is under way any more, and the error that its operation ended with, None for none."""

    body: Json
    error: AzureError | None = None

    @property
    def has_succeeded(self) -> bool:
        """Whether the change is made: by the operation, and by the state of the cluster and of each of its pools."""
        return self.error is None and not is_failed(self.body)


def wait_until_settled(client: ArmClient, cluster: ResourceId, sent: Sent, say: Say) -> Settled:
    """The cluster once nothing is under way on it any more, in whatever state it is then. [K16]

    An operation that carries an error beside its status is judged by the status; where the operation cannot be seen any
    more, the cluster is looked at alone.

    Raises AzureError where the cluster cannot be read either, or nobody waits any more.
    """

    def show(word: str) -> None:
        say(f"  {cluster.name}: {word}")

    failure: AzureError | None = None
    if sent.operation:
        try:
            client.follow(sent.operation, show, sent.wait, _LOOK_SECONDS)
        except AzureError as error:
            if client.retry_policy.is_over():
                raise
            failure = None if error.unseen else error
    return Settled(_settle(client, cluster, show), failure)


def _settle(client: ArmClient, cluster: ResourceId, show: Say) -> Json:
    shown = Status(show)
    for seconds in intervals(_LOOK_SECONDS):
        body = read_cluster(client, cluster)
        if is_settled(body):
            return body
        shown.see(state_of(body) or "running")
        if not client.retry_policy.pause(seconds):
            break
    error = AzureError(0, "", "interrupted before the cluster was seen to be settled")
    error.accepted = True
    raise error
