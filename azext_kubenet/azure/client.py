"""The only door to the wire: get, list, post, put and delete by path, with azure-cli's own login and policies.

It knows no networks and no clusters. A resource that does not exist is None; any other refusal of Azure's is an
AzureError that carries Azure's code and words. What passes by itself (429, 503, 500, a lost connection, a token that
has expired) is ridden out, with a line to the user for every wait that is worth one.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from azure.core.exceptions import AzureError as CoreError
from azure.core.pipeline import policies
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient

from azext_kubenet.azure.api_versions import RESOURCE_GRAPH_API
from azext_kubenet.azure.azure_errors import AzureError, error_of, is_absence, is_forbidden
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.caller import Caller, caller_of
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.retry import TRANSIENT, NoToken, Tries, VisibleRetry, no_token
from azext_kubenet.azure.waiting import RetryPolicy, Say, intervals

#: Methods of a query: it is sent as a POST, and changes nothing.
_QUERY_METHODS = frozenset(["GET", "POST"])
#: Path of Azure Resource Graph, and the most rows that it answers at once.
#: https://learn.microsoft.com/azure/governance/resource-graph/concepts/paging-results
_GRAPH_PATH, _GRAPH_ROWS = "/providers/Microsoft.ResourceGraph/resources", 1000
#: Most seconds between looks at an operation when Azure names none: its network operations take 1 to 10 seconds.
_LOOK_SECONDS = 3.0
#: Refusals that pass once another operation has ended, and seconds between two tries. BEHAVIOUR.md "Errors"
_BUSY = ("AnotherOperationInProgress", "CanceledAndSupersededDueToAnotherOperation")
_BUSY_SECONDS = 5.0
#: Seconds of the first wait after a lost answer, and most doublings of it.
_LOST_SECONDS, _DOUBLINGS = 0.4, 6
#: States of what nothing is under way on.
_SETTLED = ("Succeeded", "Failed", "Canceled")
#: AKS's word for the same, which for a write may also speak of a quota; for a DELETE it cannot (our reading).
_BUSY_DELETE = (*_BUSY, "OperationNotAllowed")
#: Microsoft Graph's answers about what was made a moment ago and is not known everywhere yet: the status, or a part of
#: the message, and seconds between two tries. azure-cli's role/custom.py waits for the same, 36 times 5 seconds.
_UNKNOWN_YET_STATUS, _UNKNOWN_YET = 404, "does not reference a valid application object"
_UNKNOWN_YET_SECONDS = 5.0
#: Words of an operation that are final; any other, whatever it says, means that it is still running.
_SUCCEEDED, _FAILED = "succeeded", ("failed", "canceled", "cancelled")
#: Words that tell no more than that it is running.
_COMMON = ("inprogress", "running", "accepted")


class AlreadyThere(Json):
    """The body of what somebody else had made by the time of our PUT: it is not this run's."""


class Unsure(Json):
    """The body of what is as our PUT sent it, whose answer was lost: it may be this run's, and may be another's."""


class InAnotherRegion(AzureError):
    """Something else lies there than what was sent: somebody has made it meanwhile."""

    def __init__(self, path: str):
        name = ResourceId(path).name
        super().__init__(409, "", f"{name} has come to be since this run looked, and not as this run would make it")


def is_as_sent(sent: Any, found: Any) -> bool:
    """Whether what Azure shows is what was sent: all of it, in any capitals, with no tags that were not sent."""
    if isinstance(sent, Mapping):
        strange = isinstance(found, Mapping) and bool(found.get("tags")) and "tags" not in sent
        return (
            isinstance(found, Mapping)
            and not strange
            and all(is_as_sent(value, found.get(key)) for key, value in sent.items())
        )
    if isinstance(sent, list):
        same = isinstance(found, list) and len(found) == len(sent)
        return same and all(is_as_sent(one, other) for one, other in zip(sent, found, strict=True))
    return str(sent).replace(" ", "").lower() == str(found).replace(" ", "").lower()


class ArmClient:
    """A way to one service: Azure Resource Manager, or Microsoft Graph.

    Made by azure-cli's client factory, which passes its policies in kwargs. No policy here logs a body: those of Graph
    carry passwords.
    """

    def __init__(self, credential: Any, subscription_id: str, base_url: str, patience: RetryPolicy, **kwargs: Any):
        self.subscription_id = subscription_id
        self.patience = patience
        self.caller = Caller()
        self._get_token: Callable[[], Any] = lambda: credential.get_token(*kwargs["credential_scopes"])
        kwargs.pop("logging_policy", None)
        chain = [
            policies.RequestIdPolicy(**kwargs),
            policies.HeadersPolicy(**kwargs),
            kwargs.get("user_agent_policy") or policies.UserAgentPolicy(**kwargs),
            policies.ProxyPolicy(**kwargs),
            policies.ContentDecodePolicy(**kwargs),
            VisibleRetry(patience),
            kwargs.get("authentication_policy")
            or policies.BearerTokenCredentialPolicy(credential, *kwargs["credential_scopes"]),
            kwargs.get("custom_hook_policy"),
        ]
        verify = {key: value for key, value in kwargs.items() if key.startswith("connection_")}
        self._client = ARMPipelineClient(base_url=base_url, policies=[each for each in chain if each], **verify)

    def log_in(self) -> str:
        """A token, before anything is asked. Raises azure-cli's error, which says how to log in, or AzureError."""
        end = time.monotonic() + self.patience.seconds
        for seconds in intervals(_LOOK_SECONDS):
            try:
                return str(self._get_token().token)
            except Exception as error:  # pylint: disable=broad-exception-caught  # see no_token
                failure = no_token(error)
                if failure is None:
                    raise
                if failure.final or time.monotonic() + seconds > end:
                    if failure.told:
                        raise
                    raise azure_error(failure) from error
            self.patience.wait(seconds, "the login gave no token")
        return ""  # never: the intervals do not end

    def get(self, path: str, api_version: str = "", **query: str) -> Json | None:
        """What lies at a path; None when it, or something above it, does not exist."""
        return _seen(self._send("GET", path, api_version, query))

    def list(self, path: str, api_version: str = "", **query: str) -> list[Json]:
        """All items of a list, over all its pages; none when what it hangs on does not exist."""
        return [*self._pages(path, api_version, query)]

    def _pages(self, path: str, api_version: str, query: Mapping[str, str]) -> Iterator[Json]:
        page = _seen(self._send("GET", path, api_version, query))
        while page is not None:
            yield from page.get("value", ())
            following = page.get("nextLink") or page.get("@odata.nextLink")
            page = _seen(self._send("GET", following, "", {})) if following else None

    def post(self, path: str, body: Json, api_version: str = "", *, new: bool = False) -> Json:
        """Post a body; the answer's body. Not tried again when its answer is lost: it may have arrived.

        new: what it is about was made a moment ago, so that it may not be known everywhere yet, which is waited for.
        """
        end = time.monotonic() + self.patience.seconds
        while True:
            try:
                return _body(self._send("POST", path, api_version, {}, body))
            except AzureError as error:
                unknown = error.status == _UNKNOWN_YET_STATUS or _UNKNOWN_YET in error.message
                if not (new and unknown) or time.monotonic() > end:
                    raise
                why = f"the new application is not known everywhere yet ({error.code})"
                if not self.patience.wait(_UNKNOWN_YET_SECONDS, why):
                    raise

    def rows(self, query: str, subscriptions: Sequence[str] = ()) -> Iterator[Sequence[Json]]:
        """Pages of the rows that Azure Resource Graph finds, in subscriptions, or in all that the caller can read.

        The query must order its rows by a column of which no two have the same value: paging relies on it.
        """
        body: Json = {"query": query, "options": {"$top": _GRAPH_ROWS, "resultFormat": "objectArray"}}
        if subscriptions:
            body["subscriptions"] = list(subscriptions)
        while True:
            page = _body(self._send("POST", _GRAPH_PATH, RESOURCE_GRAPH_API, {}, body, retry_on_methods=_QUERY_METHODS))
            yield page.get("data") or []
            following = page.get("$skipToken")
            if not following:
                if str(page.get("resultTruncated")).lower() == "true":
                    raise AzureError(
                        200, "ResultTruncated", "Azure Resource Graph left rows out and offers no next page"
                    )
                return
            body["options"]["$skipToken"] = following

    def put(self, path: str, api_version: str, body: Json) -> Json:
        """Create what lies at a path and wait until it is there; its body, as Azure answered to the creation.

        Found, when it was there by then; Unsure, when the answer was lost and it is there as it was sent. Another
        operation that is in its way is waited for. An error tells whether something may have been made (accepted), and
        whether it is known that this request made it (confirmed).
        """
        end, tries, failures = 0.0, Tries(careful=True), 0
        while True:
            try:
                return self._put(path, api_version, body, tries)
            except BaseException as error:  # pylint: disable=broad-exception-caught  # Ctrl-C among it
                error.accepted = tries.made or tries.lost or not isinstance(error, AzureError)  # type: ignore[attr-defined]
                error.confirmed = tries.made  # type: ignore[attr-defined]
                end = end or time.monotonic() + self.patience.seconds
                why, seconds = self._passing(error, tries, failures) if isinstance(error, AzureError) else ("", 0.0)
                failures += 1
                if not why or time.monotonic() + seconds > end:
                    raise
                if tries.lost and not tries.made:
                    found = self._there(path, api_version, body, end)
                    if found is not None:
                        return found
                if not self.patience.wait(seconds, why):
                    raise

    @staticmethod
    def _passing(error: AzureError, tries: Tries, failures: int) -> tuple[str, float]:
        """Why a refusal of a PUT passes, in words, and seconds until the next try; nothing for one that is final."""
        busy = [code for code in (error.code, *error.details) if code in _BUSY]
        if busy:
            return f"another operation is under way there ({busy[0]})", _BUSY_SECONDS
        if tries.made or not tries.lost or not (error.status == 0 or error.status in TRANSIENT):
            return "", 0.0
        why = f"azure answered {error.status}" if error.status else "the connection was lost"
        return why, min(_LOST_SECONDS * 2 ** min(failures, _DOUBLINGS), _BUSY_SECONDS)

    def _there(self, path: str, api_version: str, body: Json, end: float) -> Json | None:
        """What lies at a path after a PUT of which the answer was lost, once nothing is under way on it.

        It may be what that PUT has made, if it is as it was sent: Unsure. Raises Elsewhere for anything else, which is
        never written over.
        """
        found: Json = {}
        for seconds in intervals(_LOOK_SECONDS):
            try:
                seen = self.get(path, api_version)
            except AzureError as error:
                if not is_forbidden(error):
                    raise
                return None  # it may be written, and not seen: as `az` itself would, it is written again
            if seen is None:
                return None
            found, state = seen, str((seen.get("properties") or {}).get("provisioningState") or "Succeeded")
            if state in _SETTLED or time.monotonic() + seconds > end:
                break
            self.patience.pause(seconds)
        if not is_as_sent(body, found):
            raise InAnotherRegion(path)
        return Unsure(found)

    def _put(self, path: str, api_version: str, body: Json, tries: Tries) -> Json:
        lost = tries.lost
        response = self._send("PUT", path, api_version, {}, body, tries=tries)
        answer = _body(response)
        tries.made = tries.made or response.status_code == 201  # that is what Azure answers to a creation
        tries.lost = tries.lost or tries.made
        self._finish(response, path)
        if tries.made:
            return answer
        return Unsure(answer) if lost else AlreadyThere(answer)

    def delete(self, path: str, api_version: str = "") -> None:
        """Delete what lies at a path and wait until it is gone; what is not there is as good.

        Raises AzureError when it was refused, or is not known to be gone.
        """
        end = time.monotonic() + self.patience.seconds
        while True:
            try:
                self._delete(path, api_version)
                return
            except AzureError as error:
                busy = [code for code in (error.code, *error.details) if code in _BUSY_DELETE]
                if not busy or error.accepted or time.monotonic() + _BUSY_SECONDS > end:
                    if self._is_gone(error, path, api_version):
                        return
                    raise
                self.patience.wait(_BUSY_SECONDS, f"another operation is under way there ({busy[0]})")

    def _is_gone(self, error: AzureError, path: str, api_version: str) -> bool:
        """Whether a DELETE whose answer, or end, was not seen has done its work: looks tell, while it is at it."""
        if not error.accepted and 0 < error.status < 500:
            return False
        end = time.monotonic() + self.patience.seconds
        for seconds in intervals(_LOOK_SECONDS):
            found = self.get(path, api_version)
            if found is None:
                return True
            state = (found.get("properties") or {}).get("provisioningState")
            if state != "Deleting" or time.monotonic() + seconds > end:
                return False
            self.patience.pause(seconds)
        return False

    def _delete(self, path: str, api_version: str) -> None:
        response = self._send("DELETE", path, api_version, {})
        if response.status_code != 404:
            _body(response)
            self._finish(response, path)

    def _finish(self, response: HttpResponse, path: str) -> None:
        """Wait for the operation that an answer names. Identities name a location, though nothing is under way."""
        url = operation_of(response)
        if url:
            name = ResourceId(path).name
            self.follow(url, lambda word: self.patience.say(f"  {name}: {word}"), retry_after(response))

    def follow(self, url: str, show: Say, first_wait: float | None = None, longest: float = _LOOK_SECONDS) -> None:
        """Wait until an operation has succeeded, and show each new word of its status.

        first_wait: seconds that Azure asked for; longest: seconds between looks where it asks for none. Raises
        AzureError when the operation failed.
        """
        wait, last = first_wait, ""
        for usual in intervals(longest):
            if not self.patience.pause(usual if wait is None else wait):
                raise _still_under_way()
            try:
                response = self._send("GET", url, "", {})
                body = _body(response)
            except AzureError as error:
                error.accepted = True  # it goes on, seen or not
                raise
            status = str(body.get("status") or ("" if response.status_code == 202 else _SUCCEEDED))
            if status.lower() == _SUCCEEDED:
                return
            if status.lower() in _FAILED:
                failure = (
                    error_of(response.status_code, body)
                    if body.get("error")
                    else AzureError(200, status, "no reason given")
                )
                failure.accepted = True
                raise failure
            if status not in (last, "") and status.lower() not in _COMMON:
                show(status)
            last, wait = status, retry_after(response)

    def _send(  # pylint: disable=too-many-positional-arguments
        self,
        method: str,
        path: str,
        api_version: str,
        query: Mapping[str, str],
        body: Json | None = None,
        **retries: Any,
    ) -> HttpResponse:
        params = {f"${key}": value for key, value in query.items()}
        if api_version:
            params["api-version"] = api_version

        def request() -> HttpRequest:
            url = self._client.format_url(path)
            return HttpRequest(method, url, params=params, json=body, headers={"Accept": "application/json"})

        try:
            response = self._client.send_request(request(), **retries)
            if response.status_code == 401:  # the token has expired: the policy forgets it, and asks for another
                response = self._client.send_request(request(), **retries)
        except CoreError as error:
            raise azure_error(error) from error
        return response


def _still_under_way() -> AzureError:
    """The error of an operation that nobody waits for any more."""
    error = AzureError(0, "", "interrupted before its operation had ended")
    error.accepted = True
    return error


def _seen(response: HttpResponse) -> Json | None:
    """An answer's body; None when it says that there is no such thing."""
    try:
        return _body(response)
    except AzureError as error:
        if not is_absence(error):
            raise
        return None


def _body(response: HttpResponse) -> Json:
    try:
        body: Json = response.json() if response.text() else {}
    except ValueError:
        body = {}
    if response.status_code >= 400:
        raise error_of(response.status_code, body)
    return body


def operation_of(response: HttpResponse) -> str:
    """The address of the operation that an answer names, if one is under way."""
    url: str = response.headers.get("azure-asyncoperation", "")
    return url or (response.headers.get("location", "") if response.status_code == 202 else "")


def retry_after(response: HttpResponse) -> float | None:
    """Seconds that an answer asks to wait; None when it asks for none."""
    milliseconds = response.headers.get("x-ms-retry-after-ms", "")
    if milliseconds.isdigit():
        return float(milliseconds) / 1000
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isdigit() else None


def azure_error(error: CoreError) -> AzureError:
    """An error of azure-core as ours: an answer of Azure's, a connection that could not be made, a token not had."""
    if isinstance(error, NoToken):
        return AzureError(401, error.code, str(error), (NoToken.__name__,))
    response = getattr(error, "response", None)
    if response is None:
        return AzureError(0, "", f"no answer: {error.message}")
    try:
        body = response.json() if callable(getattr(response, "json", None)) else {}
    except ValueError:
        body = {}
    found = error_of(response.status_code, body)
    return found if found.code else AzureError(response.status_code, "", error.message)


def connect(cli_ctx: Any, patience: RetryPolicy) -> ArmClient:
    """A door to Azure Resource Manager, with the login of azure-cli."""
    from azure.cli.core.commands.client_factory import get_mgmt_service_client

    door: ArmClient = get_mgmt_service_client(cli_ctx, ArmClient, patience=patience)
    door.caller = caller_of(door.log_in())
    return door


def connect_graph(cli_ctx: Any, patience: RetryPolicy) -> ArmClient:
    """A door to Microsoft Graph, version 1.0, of the subscription's own tenant, with azure-cli's login of it."""
    from azure.cli.core._profile import Profile
    from azure.cli.core.commands.client_factory import get_subscription_id

    url = cli_ctx.cloud.endpoints.microsoft_graph_resource_id.rstrip("/")
    credential, subscription_id, _ = Profile(cli_ctx=cli_ctx).get_login_credentials(
        subscription_id=get_subscription_id(cli_ctx)
    )
    return ArmClient(credential, subscription_id, f"{url}/v1.0", patience, credential_scopes=[f"{url}/.default"])
