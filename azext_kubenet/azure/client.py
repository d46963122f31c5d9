"""Resources by path: get, list, post, put and delete, and waiting for what is under way.

It knows no networks and no clusters. A resource that does not exist is None; any other refusal of Azure's is an
AzureError that has Azure's code and words.
"""

import time
from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from typing import Any, NamedTuple

from azure.core.credentials import TokenCredential
from azure.core.rest import HttpResponse

from azext_kubenet.azure.answers import body_if_there, body_of, operation_of, retry_after
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.bodies import Json, objects
from azext_kubenet.azure.caller import Caller, caller_of
from azext_kubenet.azure.graph import Page, Scope, pages
from azext_kubenet.azure.polling import LOOK_SECONDS, await_result, follow
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.retry import Tries
from azext_kubenet.azure.transport import Transport
from azext_kubenet.azure.waiting import RetryPolicy, Say, Status, intervals
from azext_kubenet.azure.writes import (
    BUSY_DELETE,
    BUSY_SECONDS,
    AlreadyThere,
    MadeMeanwhile,
    Unsure,
    busy_code,
    is_as_sent,
    wait_before_next_try,
)

#: States of what nothing is under way on.
_SETTLED = ("Succeeded", "Failed", "Canceled")
#: Microsoft Graph's answers about what was made a moment ago and is not known everywhere yet: the status, or a part of
#: the message, and seconds between two tries. azure-cli's role/custom.py waits for the same, 36 times 5 seconds. [I23]
_UNKNOWN_YET_STATUS = 404
_UNKNOWN_YET = ("does not reference", "does not exist", "must in the local tenant")
_UNKNOWN_YET_SECONDS = 5.0


class Accepted(NamedTuple):
    """Azure's answer to a write: the body, the address of the operation, and seconds that it asks to wait."""

    body: Json
    operation: str
    wait: float | None


class ArmClient:
    """Azure Resource Manager, or Microsoft Graph.

    Made by azure-cli's client factory, which passes its policies in kwargs.
    """

    def __init__(
        self, credential: TokenCredential, subscription_id: str, base_url: str, retry_policy: RetryPolicy, **kwargs: Any
    ):
        self.subscription_id = subscription_id
        self.retry_policy = retry_policy
        self.caller = Caller()
        self._transport = Transport(credential, base_url, retry_policy, **kwargs)

    @property
    def requests(self) -> int:
        """How many requests have been sent, each once however often it was tried."""
        return self._transport.requests

    def log_in(self) -> str:
        """A token, before anything is asked. Raises azure-cli's error, which says how to log in, or AzureError."""
        return self._transport.log_in()

    def get(self, path: str, api_version: str = "", **query: str) -> Json | None:
        """What lies at a path; None when it, or something above it, does not exist."""
        return body_if_there(self._transport.send("GET", path, api_version, query))

    def list(
        self, path: str, api_version: str = "", *, enough: int = 0, whole: bool = False, **query: str
    ) -> list[Json]:
        """All items of a list, over all its pages; none when its parent does not exist.

        enough: how many items are the whole list. AKS names a next page to each, which is then empty. BEHAVIOUR.md
        whole: whether an answer without a list is raised as an AzureError, and no empty list
        """
        found: MutableSequence[Json] = []
        for page in self._pages(path, api_version, query, whole):
            found += page
            if enough and len(found) >= enough:
                break
        return [*found]

    def _pages(self, path: str, api_version: str, query: Mapping[str, str], whole: bool) -> Iterator[Sequence[Json]]:
        page = body_if_there(self._transport.send("GET", path, api_version, query))
        while page is not None:
            if whole and not isinstance(page.get("value"), list):
                raise AzureError(200, "", "Azure's answer has no list")
            yield [*objects(page.get("value"))]
            following = page.get("nextLink") or page.get("@odata.nextLink")
            # A next page that is not there is an error: what was read so far is not the whole list.
            page = body_of(self._transport.send("GET", following, "", {})) if following else None

    def post(self, path: str, body: Json, api_version: str = "", *, new: bool = False, again: bool = False) -> Json:
        """Post a body; the answer's body. Not tried again when its answer is lost: it may have arrived.

        new: what it is about was made a moment ago, so that it may not be known everywhere yet, which is waited for
        again: it may be sent twice, so that it is tried again all the same
        """
        end = time.monotonic() + self.retry_policy.seconds
        while True:
            try:
                return body_of(self._transport.send("POST", path, api_version, {}, body, is_query=again))
            except AzureError as error:
                unknown = error.status == _UNKNOWN_YET_STATUS or any(each in error.message for each in _UNKNOWN_YET)
                if not (new and unknown) or time.monotonic() > end:
                    raise
                why = f"the new application has not replicated yet ({error.code})"
                if not self.retry_policy.wait(_UNKNOWN_YET_SECONDS, why):
                    raise

    def result_of(self, path: str, body: Json, api_version: str, seconds: float) -> Json:
        """Post what takes a while; the body of what comes of it, if that is there in the seconds. It is sent once."""
        response = self._transport.send("POST", path, api_version, {}, body)
        url, answer = operation_of(response), body_of(response)
        if response.status_code != 202:
            return answer
        if not url:
            raise AzureError(202, "", "Azure accepted the request and named no address of its result")
        return await_result(self._transport, url, seconds, retry_after(response))

    def list_by_post(self, path: str, api_version: str) -> Sequence[Json]:
        """All items of a list that is asked for by POST, over its pages: it changes nothing."""
        found: MutableSequence[Json] = []
        body: Json = {}
        while True:
            page = self.post(path, body, api_version, again=True)
            found += objects(page.get("value"))
            following = page.get("skipToken")
            if not following or following == body.get("skipToken"):
                return found
            body = {"skipToken": following}

    def rows(self, query: str, subscriptions: Sequence[str] = ()) -> Iterator[Sequence[Json]]:
        """Pages of the rows that Azure Resource Graph finds, in subscriptions, or in all that the caller can read."""
        return (page.rows for page in self.pages(query, Scope(subscriptions)))

    def pages(self, query: str, scope: Scope) -> Iterator[Page]:
        """The same, each page with what Azure says of it: see graph.pages."""
        return pages(self._transport, query, scope)

    def put(self, path: str, api_version: str, body: Json, *, new: bool = False) -> Json:
        """Create what lies at a path and wait until it is there; its body, as Azure answered to the creation.

        new: what it belongs to was made a moment ago, so that it may not be known everywhere yet, which is waited for.
        It is AlreadyThere, when it was there by then, and Unsure, when the answer was lost and it is there as it was
        sent. Another operation that is in its way is waited for. An error tells whether something may have been made
        (accepted), and whether it is known that this request made it (confirmed).
        """
        end, tries, failures = 0.0, Tries(careful=True), 0
        while True:
            try:
                return self._put(path, api_version, body, tries)
            except BaseException as error:  # pylint: disable=broad-exception-caught  # Ctrl-C among it
                error.accepted = tries.made or tries.lost or not isinstance(error, AzureError)  # type: ignore[attr-defined]
                error.confirmed = tries.made  # type: ignore[attr-defined]
                if not isinstance(error, AzureError):
                    raise
                end = end or time.monotonic() + self.retry_policy.seconds
                why, seconds = wait_before_next_try(error, tries, failures, new)
                failures += 1
                if not why or time.monotonic() + seconds > end:
                    raise
                if tries.lost and not tries.made:
                    found = self._found(path, api_version, body, end)
                    if found is not None:
                        return found
                if not self.retry_policy.wait(seconds, why):
                    raise

    def replace(self, path: str, api_version: str, body: Json, etag: str, tries: Tries) -> "Accepted":
        """Put a body over what was read, once, and wait for nothing; Azure refuses it if that has changed since.

        etag: of what was read, "" where Azure shows none: then the last to write wins
        tries: to learn whether the answer was lost

        Raises AzureError.
        """
        headers = {"If-Match": etag} if etag else {}
        response = self._transport.send("PUT", path, api_version, {}, body, tries=tries, headers=headers)
        return Accepted(body_of(response), operation_of(response), retry_after(response))

    def _found(self, path: str, api_version: str, body: Json, end: float) -> Json | None:
        """As _there; that it cannot be looked at does not mean that nothing was made."""
        try:
            return self._there(path, api_version, body, end)
        except AzureError as error:
            error.accepted = not isinstance(error, MadeMeanwhile)
            raise

    def _there(self, path: str, api_version: str, body: Json, end: float) -> Json | None:
        """What lies at a path after a PUT of which the answer was lost, once nothing is under way on it.

        It may be what that PUT has made, if it is as it was sent: Unsure. Raises MadeMeanwhile for anything else, which
        is never written over.
        """
        found: Json = {}
        for seconds in intervals(LOOK_SECONDS):
            try:
                seen = self.get(path, api_version)
            except AzureError as error:
                if not is_forbidden(error):
                    raise
                return None  # it may be written, and not seen: as `az` itself would, it is written again
            if seen is None:
                return None
            found, state = seen, str((seen.get("properties") or {}).get("provisioningState") or "Succeeded")
            if state in _SETTLED or time.monotonic() + seconds > end or not self.retry_policy.pause(seconds):
                break
        if not is_as_sent(body, found):
            raise MadeMeanwhile(path)
        return Unsure(found)

    def _put(self, path: str, api_version: str, body: Json, tries: Tries) -> Json:
        lost = tries.lost
        response = self._transport.send("PUT", path, api_version, {}, body, tries=tries)
        answer = body_of(response)
        tries.made = tries.made or response.status_code == 201  # that is what Azure answers to a creation
        tries.lost = tries.lost or tries.made
        self._finish(response, path, api_version)
        if tries.made:
            return answer
        return Unsure(answer) if lost else AlreadyThere(answer)

    def delete(self, path: str, api_version: str = "") -> None:
        """Delete what lies at a path and wait until it is gone; what is not there is as good.

        Raises AzureError when it was refused, or is not known to be gone.
        """
        end = time.monotonic() + self.retry_policy.seconds
        while True:
            try:
                self._delete(path, api_version)
                return
            except AzureError as error:
                busy = busy_code(error, BUSY_DELETE)
                if not busy or error.accepted or time.monotonic() + BUSY_SECONDS > end:
                    if self._is_gone(error, path, api_version):
                        return
                    raise
                if not self.retry_policy.wait(BUSY_SECONDS, f"another operation is in progress ({busy})"):
                    raise

    def _is_gone(self, error: AzureError, path: str, api_version: str) -> bool:
        """Whether a DELETE whose answer, or end, was not seen has done its work: looks tell, while it is at it."""
        if not error.accepted and 0 < error.status < 500:
            return False
        end = time.monotonic() + self.retry_policy.seconds
        for seconds in intervals(LOOK_SECONDS):
            found = self.get(path, api_version)
            if found is None:
                return True
            state = (found.get("properties") or {}).get("provisioningState")
            if state != "Deleting" or time.monotonic() + seconds > end or not self.retry_policy.pause(seconds):
                return False
        return False

    def _delete(self, path: str, api_version: str) -> None:
        response = self._transport.send("DELETE", path, api_version, {})
        if response.status_code != 404:
            body_of(response)
            self._finish(response, path)

    def _finish(self, response: HttpResponse, path: str, api_version: str = "") -> None:
        """Wait for the operation that an answer names. Identities name a location, though nothing is under way.

        api_version: with it, what was made is itself looked at where its operation cannot be
        """
        url, name = operation_of(response), ResourceId(path).name

        def show(word: str) -> None:
            self.retry_policy.say(f"  {name}: {word}")

        try:
            if url:
                self.follow(url, show, retry_after(response))
        except AzureError as error:
            if not error.unseen or not api_version or not self._settled(path, api_version, show):
                raise

    def _settled(self, path: str, api_version: str, show: Say) -> bool:
        """Wait until nothing is under way on what a PUT has made; False if that cannot be seen.

        Raises AzureError when it did not come to be.
        """
        shown = Status(show)
        for seconds in intervals(LOOK_SECONDS):
            try:
                found = self.get(path, api_version)
            except AzureError:
                return False
            if found is None:
                return False
            state = str((found.get("properties") or {}).get("provisioningState") or "Succeeded")
            if state == "Succeeded":
                return True
            if state in _SETTLED:
                failure = AzureError(200, state, f"provisioningState is {state}")
                failure.accepted = True
                raise failure
            shown.see(state)
            if not self.retry_policy.pause(seconds):
                break
        return False

    def follow(self, url: str, show: Say, first_wait: float | None = None, longest: float = LOOK_SECONDS) -> None:
        """Wait until an operation has succeeded, and show each new word of its status: see polling.follow."""
        follow(self._transport, url, show, first_wait, longest)


def connect(cli_ctx: Any, retry_policy: RetryPolicy) -> ArmClient:
    """Return a client of Azure Resource Manager, with the login of azure-cli."""
    from azure.cli.core.commands.client_factory import get_mgmt_service_client

    client: ArmClient = get_mgmt_service_client(cli_ctx, ArmClient, retry_policy=retry_policy)
    client.caller = caller_of(client.log_in())
    return client


def connect_graph(cli_ctx: Any, retry_policy: RetryPolicy) -> ArmClient:
    """Return a client of Microsoft Graph 1.0 of the subscription's own tenant, with azure-cli's login of it."""
    from azure.cli.core._profile import Profile
    from azure.cli.core.commands.client_factory import get_subscription_id

    url = cli_ctx.cloud.endpoints.microsoft_graph_resource_id.rstrip("/")
    credential, subscription_id, _ = Profile(cli_ctx=cli_ctx).get_login_credentials(
        subscription_id=get_subscription_id(cli_ctx)
    )
    return ArmClient(credential, subscription_id, f"{url}/v1.0", retry_policy, credential_scopes=[f"{url}/.default"])
