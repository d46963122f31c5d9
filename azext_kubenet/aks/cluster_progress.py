"""Waiting for a cluster: by the operation that its creation named, or by its own state."""

import time
from collections.abc import Callable
from threading import Thread, current_thread
from typing import Any

from azure.core.exceptions import AzureError as CoreError
from azure.core.polling import LROPoller, PollingMethod
from knack.log import get_logger

from azext_kubenet.azure.answers import azure_error, operation_of, retry_after
from azext_kubenet.azure.azure_errors import AzureError, is_absence
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.waiting import RetryPolicy, Say, Status, intervals

logger = get_logger("azext_kubenet")

#: Most seconds between looks at a cluster's operation: creation takes minutes, and Azure names no interval.
_LOOK_SECONDS = 10.0
#: States of a cluster that did not come to be; every other one but Succeeded means that something is under way.
_FAILED_STATES = ("Failed", "Canceled")


class ClusterProgress(PollingMethod):  # pylint: disable=too-many-instance-attributes
    """Waits for a cluster: by the operation that its creation named, or, where none is known, by its state.

    accepted: whether Azure has answered that it takes the cluster
    came_up: whether the creation was seen to succeed
    """

    def __init__(self, arm: ArmClient, get_cluster: Callable[[], Any], say: Say):
        self._arm = arm
        self._say = say
        self._get_cluster = get_cluster
        self._operation = ""
        self._first_wait: float | None = None
        self._status = "InProgress"
        self._cluster: Any = None
        self._answered: Callable[[], Any] = lambda: None
        self.threads: list[Thread] = []
        self.accepted = False
        self.came_up = False

    def initialize(self, client: Any, initial_response: Any, deserialization_callback: Any) -> None:
        """Take note of the operation."""
        del client
        if initial_response is not None:
            self.accepted = True
            self._operation = operation_of(initial_response.http_response)
            self._first_wait = retry_after(initial_response.http_response)
            self._answered = lambda: deserialization_callback(initial_response)

    def poller(self) -> Any:
        """A poller of a cluster whose operation is not known."""
        return LROPoller(None, None, lambda _: None, self)

    def run(self) -> None:
        """Wait until it is over. Raises AzureError when it failed."""
        self.threads.append(current_thread())
        unseen = self._follow()
        self.came_up = bool(self._operation) and unseen is None
        try:
            self._cluster = settle(self._get_cluster, self._show, self._arm.retry_policy)
        except AzureError as error:
            if not self._operation or error.code in _FAILED_STATES:
                raise
            if unseen is not None:
                raise unseen from error
            self._cluster = self._unread(error)
        self.came_up = True
        self._status = "Succeeded"

    def _follow(self) -> AzureError | None:
        """Wait for the operation; the error for which it cannot be seen any more: then the cluster itself is looked at.

        Raises AzureError when the operation failed.
        """
        try:
            if self._operation:
                self._arm.follow(self._operation, self._show, self._first_wait, _LOOK_SECONDS)
        except AzureError as error:
            if not error.unseen:
                raise
            return error
        return None

    def _unread(self, error: AzureError) -> Any:
        """The cluster as Azure answered to its creation, where its operation has succeeded and it may not be read."""
        cluster = self._answered()
        if cluster is None:
            raise error
        cluster.provisioning_state = "Succeeded"
        logger.warning(
            "the cluster is Succeeded but cannot be read; the response to its creation is printed: %s", error
        )
        return cluster

    def _show(self, word: str) -> None:
        self._status = word
        self._say(f"  cluster: {word}")

    def status(self) -> str:
        """Azure's word for what is going on."""
        return self._status

    def finished(self) -> bool:
        """Whether it is over."""
        return self._status == "Succeeded"

    def resource(self) -> Any:
        """The cluster, as `az aks create` prints it."""
        return self._cluster


def _accepted(error: AzureError) -> AzureError:
    """The same error, of a cluster that Azure had accepted."""
    error.accepted = True
    return error


def settle(get_cluster: Callable[[], Any], show: Say, retry_policy: RetryPolicy) -> Any:
    """A cluster once nothing is under way on it any more. Raises AzureError when its creation failed.

    There is no end to the waiting while Azure shows that something is under way, as in `az aks create`. A cluster that
    is not shown, though Azure has taken it, is looked for as long as the retry policy allows.
    """
    shown, seen = Status(show), time.monotonic()
    for seconds in intervals(_LOOK_SECONDS):
        try:
            state = str((cluster := get_cluster()).provisioning_state)
        except CoreError as error:
            failure = _accepted(azure_error(error))
            if not is_absence(failure) or time.monotonic() - seen > retry_policy.seconds:
                raise failure from error
        else:
            seen = time.monotonic()
            if state == "Succeeded":
                return cluster
            if state in _FAILED_STATES:
                raise _accepted(AzureError(200, state, f"the cluster's provisioningState is {state}"))
            shown.see(state)
        if not retry_policy.pause(seconds):
            raise _accepted(AzureError(0, "", "interrupted before the cluster was seen as Succeeded"))
    return None
