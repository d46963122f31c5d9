"""Sending the cluster: what `az aks create`'s own code is given for its client.

It sends what that code has built, unread, and adds what that code lacks: the body stays out of the debug log, for it
may carry a password; a grant that has not spread yet is waited for; a lost answer is looked for instead of sent again;
and the words of Azure's operation are shown while it runs.
"""

import time
from collections.abc import Callable
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.polling import LROPoller, PollingMethod

from azext_kubenet._errors import Refused
from azext_kubenet.provisioning import resources
from azext_kubenet.provisioning.arm import ArmError, Door, in_our_words, intervals, operation_of, retry_after

Json = dict[str, Any]

#: Refusals of a cluster that pass once Azure has spread a new identity and its grant. [I11] BEHAVIOUR.md; AKS#2333
_SPREADING = (
    "ServicePrincipalNotFound",
    "CustomRouteTableMissingPermission",
    "LinkedAuthorizationFailed",
    "CustomKubeletIdentityMissingPermissionError",  # [I19]
)
#: Answers to a cluster that was sent before, when the first answer had been lost.
_UNDER_WAY = (409, 412)
#: Seconds between two tries while something spreads: of 82 cases on record, most took 5 to 20.
_SPREAD_SECONDS = 5.0
#: Most seconds between looks at a cluster's operation: creation takes minutes, and Azure names no interval.
_LOOK_SECONDS = 10.0
#: States of a cluster that did not come to be; every other one but Succeeded means that something is under way.
_FAILED_STATES = ("Failed", "Canceled")


class Sending:
    """A clusters client that aks_create can work with.

    fresh_grant: whether this run made the grant, so that a missing right may just not have spread yet; accepted: called
    once Azure has accepted the cluster, before anything waits for it: a system-assigned identity exists from then on,
    and its grant must not wait for the end of creation [I7].
    """

    def __init__(self, client: Any, door: Door, cluster_id: str, fresh_grant: bool, accepted: Callable[[], None]):
        self._client = client
        self._door = door
        self._cluster_id = cluster_id
        self._fresh_grant = fresh_grant
        self._accepted = accepted

    def get(self, *_: Any, **__: Any) -> None:
        """No cluster: our own look has just told so, and aks_create refuses to go on when it is given one."""
        return

    def begin_create_or_update(self, resource_group_name: str, resource_name: str, *args: Any, **kwargs: Any) -> Any:
        """Send the cluster and call accepted; a poller that shows the progress, unless it was asked not to poll."""
        method: Any = False
        if kwargs.pop("polling", True) is not False:
            method = Progress(self._door, lambda: self._client.get(resource_group_name, resource_name))
        poller = self._send(method, resource_group_name, resource_name, *args, **kwargs)
        try:
            self._accepted()
        except (ArmError, Refused) as error:
            error.accepted = True  # the cluster exists
            raise
        return poller

    def _send(self, method: Any, *args: Any, **kwargs: Any) -> Any:
        """Send until Azure accepts, or refuses for good, or patience ends. Raises ArmError."""
        patience, end = self._door.patience, time.monotonic() + self._door.patience.seconds
        while True:
            try:
                return self._client.begin_create_or_update(*args, **kwargs, polling=method, logging_enable=False)
            except AzureError as error:
                refusal = in_our_words(error)
                lost = not isinstance(error, HttpResponseError) or refusal.status in _UNDER_WAY
                if lost and self._exists():
                    return LROPoller(None, None, _nothing, method) if method else None
                if (refusal.status != 401 and not self._passes(refusal)) or time.monotonic() > end:
                    echoed = _secret(args, kwargs)
                    if echoed and echoed in str(refusal):
                        message = refusal.message.replace(echoed, "<removed>")
                        raise ArmError(refusal.status, refusal.code, message, refusal.details) from None
                    raise refusal from error
                patience.wait(_SPREAD_SECONDS, f"the grant has not spread yet ({refusal.code})")

    def _exists(self) -> bool:
        """Whether the cluster is there after all: a connection was lost after Azure had acted."""
        return self._door.get(self._cluster_id, resources.CLUSTER_API) is not None

    def _passes(self, refusal: ArmError) -> bool:
        return self._fresh_grant and refusal.code in _SPREADING


class Rehearsed(Exception):
    """The cluster was built, and would now be sent."""


class Rehearsal:
    """A clusters client that sends nothing: aks_create has checked its options by the time it would."""

    def get(self, *_: Any, **__: Any) -> None:
        """No cluster."""
        return

    def begin_create_or_update(self, *_: Any, **__: Any) -> None:
        """Stop here. Raises Rehearsed."""
        raise Rehearsed


def _secret(args: Any, kwargs: Any) -> str:
    """The password in the cluster that is sent, if it carries one."""
    for each in (*args, *kwargs.values()):
        profile = getattr(each, "service_principal_profile", None)
        if profile is not None:
            return str(getattr(profile, "secret", None) or "")
    return ""


def _nothing(_: Any) -> None:
    """What a poller makes of no answer."""


class Progress(PollingMethod):
    """Waits for a cluster: by the operation that its creation named, or, where none is known, by its state."""

    def __init__(self, door: Door, get_cluster: Callable[[], Any]):
        self._door = door
        self._get_cluster = get_cluster
        self._operation = ""
        self._first_wait: float | None = None
        self._status = "InProgress"
        self._cluster: Any = None

    def initialize(self, client: Any, initial_response: Any, deserialization_callback: Any) -> None:
        """Take note of the operation."""
        del client, deserialization_callback
        if initial_response is not None:
            self._operation = operation_of(initial_response.http_response)
            self._first_wait = retry_after(initial_response.http_response)

    def run(self) -> None:
        """Wait until it is over. Raises ArmError when it failed."""
        if self._operation:
            self._door.follow(self._operation, self._show, self._first_wait, _LOOK_SECONDS)
        self._cluster = settle(self._get_cluster, self._show)
        self._status = "Succeeded"

    def _show(self, word: str) -> None:
        self._status = word
        self._door.patience.say(f"  cluster: {word}")

    def status(self) -> str:
        """Azure's word for what is going on."""
        return self._status

    def finished(self) -> bool:
        """Whether it is over."""
        return self._status == "Succeeded"

    def resource(self) -> Any:
        """The cluster, as `az aks create` prints it."""
        return self._cluster


def _accepted(error: ArmError) -> ArmError:
    """The same error, of a cluster that Azure had accepted."""
    error.accepted = True
    return error


def settle(get_cluster: Callable[[], Any], show: Callable[[str], None]) -> Any:
    """A cluster once nothing is under way on it any more. Raises ArmError when its creation failed."""
    last = ""
    for seconds in intervals(_LOOK_SECONDS):
        try:
            cluster = get_cluster()
        except AzureError as error:
            raise _accepted(in_our_words(error)) from error
        state = str(cluster.provisioning_state)
        if state == "Succeeded":
            return cluster
        if state in _FAILED_STATES:
            raise _accepted(ArmError(200, state, f"the cluster's provisioningState is {state}"))
        if state != last:
            show(state)
        last = state
        time.sleep(seconds)
    return None
