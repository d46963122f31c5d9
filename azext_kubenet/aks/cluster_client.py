"""Sending the cluster: what `az aks create`'s own code is given for its client.

It sends what that code has built, unread, and adds what that code lacks: the body stays out of the debug log, for it
may contain a password; a cluster created meanwhile is never overwritten; a role that has not replicated yet is
waited for; a lost answer is looked for instead of sent again; and the words of Azure's operation are shown while it
runs.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from azure.core.exceptions import AzureError as CoreError

from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.aks.cluster_progress import ClusterProgress
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.answers import azure_error
from azext_kubenet.azure.azure_errors import AzureError, is_absence
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.retry import Tries
from azext_kubenet.azure.waiting import Say
from azext_kubenet.azure.writes import not_replicated
from azext_kubenet.changes.drift import unlike
from azext_kubenet.errors import CreatedByOthers, in_words

#: Refusals of a cluster that pass once Azure has spread a new identity and its grant. [I11] BEHAVIOUR.md; AKS#2333
_SPREADING = (
    "ServicePrincipalNotFound",
    "CustomRouteTableMissingPermission",
    "CustomPrivateDNSZoneMissingPermission",  # [I17]
    "CustomPrivateDNSZoneMissingPermissionError",
    "LinkedAuthorizationFailed",
    "CustomKubeletIdentityMissingPermissionError",  # [I19]
)
#: The refusal that passes once a password that was made a moment ago is known. Azure/azure-cli#9585, #5190
_NEW_SECRET = "ServicePrincipalValidationClientError"
#: Answers that may say that there is a cluster: a condition is not met, or an operation is under way on it.
_CONFLICT = (409, 412)
#: Seconds between two tries while something spreads: of 82 cases on record, most took 5 to 20.
_SPREAD_SECONDS = 5.0
#: What the user's own conditions are called by the SDK of one azure-cli and of another.
_CONDITIONS = ("if_match", "if_none_match", "etag", "match_condition")


@dataclass(frozen=True)
class Fresh:
    """What this run made a moment ago, so that Azure may not know it everywhere yet.

    grant: a role for the cluster's identity
    secret: a password
    place: its resource group or its subnet
    """

    grant: bool = False
    secret: bool = False
    place: bool = False


class ClusterCreateClient:  # pylint: disable=too-many-instance-attributes
    """A clusters client that aks_create can work with.

    fresh: what this run has made; accepted: called once Azure has accepted the cluster, before anything waits for it: a
    system-assigned identity exists from then on, and its grant must not wait for the end of creation [I7]; look: called
    right before the cluster is sent, raises what has come in between.

    may_exist: whether the cluster was sent, and not refused for good: then it may exist, whatever is raised; confirmed:
    whether Azure has answered that it takes this one, so that no other can be there; came_up: whether its creation was
    seen to succeed, so that it is never removed, whatever becomes of it.
    """

    def __init__(  # pylint: disable=too-many-positional-arguments
        self,
        client: Any,
        arm: ArmClient,
        cluster_id: str,
        fresh: Fresh,
        accepted: Callable[[], None],
        say: Say,
        look: Callable[[], None] = lambda: None,
    ):
        self._client = client
        self._arm = arm
        self._cluster_id = cluster_id
        self._fresh = fresh
        self._progress: ClusterProgress | None = None
        self._accepted = accepted
        self._say = say
        self._look = look
        self.may_exist = False
        self._answered = False

    def get(self, *_: object, **__: object) -> None:
        """No cluster: our own look has just told so, and aks_create refuses to go on when it is given one."""
        return

    def begin_create_or_update(self, resource_group_name: str, resource_name: str, *args: Any, **kwargs: Any) -> Any:
        """Send the cluster and call accepted; a poller that shows the progress, unless it was asked not to poll."""
        method: Any = False
        if kwargs.pop("polling", True) is not False:
            method = ClusterProgress(self._arm, lambda: self._client.get(resource_group_name, resource_name), self._say)
            self._progress = method
        if not any(kwargs.get(each) is not None for each in _CONDITIONS):
            # The header itself: the SDK of each azure-cli has another parameter for it. [T1] D use-etags.md
            kwargs["headers"] = {**(kwargs.get("headers") or {}), "If-None-Match": "*"}
        self._look()
        poller = self._send(method, resource_group_name, resource_name, *args, **kwargs)
        self._accepted()
        return poller

    @property
    def confirmed(self) -> bool:
        """Whether Azure has taken the cluster: known before this call is over, in which the looks at it begin."""
        return self._answered or (self._progress is not None and self._progress.accepted)

    @property
    def came_up(self) -> bool:
        """Whether its creation was seen to succeed."""
        return self._progress is not None and self._progress.came_up

    def leave(self) -> None:
        """Look at the cluster no more: azure-core does that on a thread of its own, which whoever stops leaves."""
        if self._progress is not None:
            self._arm.retry_policy.leave(self._progress.threads)

    def _send(self, method: Any, *args: Any, **kwargs: Any) -> Any:
        """Send until Azure accepts, or refuses for good, or the time is over. Raises AzureError, or Taken."""
        retry_policy, end, tries = self._arm.retry_policy, time.monotonic() + self._arm.retry_policy.seconds, Tries()
        self.may_exist, logins = True, 0
        while True:
            try:
                poller = self._client.begin_create_or_update(
                    *args, **kwargs, polling=method, logging_enable=False, tries=tries
                )
                self._answered = True
                return poller
            except CoreError as error:
                refusal, cause = azure_error(error), error
            if (tries.lost or refusal.status in _CONFLICT) and self._is_there(refusal, tries):
                return method.poller() if method else None
            logins += refusal.status == 401
            why = self._passing(refusal, logins)
            if not why or time.monotonic() > end or not retry_policy.wait(0 if logins else _SPREAD_SECONDS, why):
                self.may_exist = tries.lost
                self._raise(refusal, cause, args, kwargs)

    def _is_there(self, refusal: AzureError, tries: Tries) -> bool:
        """Whether our cluster is there after all: an answer was lost after Azure had acted.

        Only what is as it was sent counts as ours. Raises Taken for one that somebody else has made.
        """
        try:
            found = self._arm.get(self._cluster_id, api_versions.CLUSTER_API)
        except AzureError:  # whether it is ours cannot be told: it is left alone
            self.may_exist = tries.lost
            raise refusal from None
        if found is None:
            return False
        differing = unlike(tries.sent, found)
        if tries.lost and not differing:
            return True
        self.may_exist = False
        raise _conflict(found, differing, refusal)

    def _passing(self, refusal: AzureError, logins: int) -> str:
        """Why it may pass, in words; nothing when it is final. A token that Azure refuses is asked for again, once."""
        if refusal.status == 401:
            return "azure refused the token" if logins == 1 and not refusal.details else ""
        if self._fresh.grant and refusal.code in _SPREADING:
            return f"the role assignment has not replicated yet ({refusal.code})"
        if self._fresh.place and is_absence(refusal):
            return not_replicated(refusal)
        if self._fresh.secret and refusal.code == _NEW_SECRET:
            return f"the new password has not replicated yet ({refusal.code})"
        return ""

    @staticmethod
    def _raise(refusal: AzureError, cause: Exception, args: Any, kwargs: Any) -> None:
        """Raise a refusal, without the password, which some of Azure's repeat."""
        echoed = _secret(args, kwargs)
        if echoed and echoed in str(refusal):
            message = refusal.message.replace(echoed, "<removed>")
            raise AzureError(refusal.status, refusal.code, message, refusal.details) from None
        raise refusal from cause


def _conflict(found: Json, differing: tuple[str, ...], refusal: AzureError) -> CreatedByOthers:
    """A cluster that came to be after we had looked."""
    name, place = found.get("name"), ResourceId(str(found.get("id") or ""))
    state = str((found.get("properties") or {}).get("provisioningState"))
    lines = differing or (f"provisioningState is {state}, and it was not created by this run",)
    azure = f" ({refusal.code})" if refusal.code else ""
    return CreatedByOthers(
        in_words(
            [
                Finding(
                    "existing-resource-differs",
                    Severity.ERROR,
                    (),
                    f"cluster {name} was created by someone else after this run had looked{azure}, "
                    f"and its {line}: what exists is not changed",
                    (),
                )
                for line in lines
            ]
        ),
        f"check whether it is the one you want: az aks show -g {place.group} -n {place.name} -o table; then run the "
        "command again, or choose another name",
    )


class Validated(Exception):
    """The cluster was built, and would now be sent."""


class ValidationClient:
    """A clusters client that sends nothing: aks_create has checked its options by the time it would."""

    def get(self, *_: object, **__: object) -> None:
        """No cluster."""
        return

    def begin_create_or_update(self, *_: object, **__: object) -> None:
        """Stop here. Raises Rehearsed."""
        raise Validated


def _secret(args: Any, kwargs: Any) -> str:
    """The password in the cluster that is sent, if it has one."""
    for each in (*args, *kwargs.values()):
        profile = getattr(each, "service_principal_profile", None)
        if profile is not None:
            return str(getattr(profile, "secret", None) or "")
    return ""
