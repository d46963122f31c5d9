"""The transport: every request goes through it, with azure-cli's own login and policies."""

import time
from collections.abc import Callable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import Any

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError as CoreError
from azure.core.pipeline import policies
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient

from azext_kubenet.azure.answers import azure_error
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.retry import Tries, VisibleRetry
from azext_kubenet.azure.tokens import no_token
from azext_kubenet.azure.waiting import RetryPolicy, intervals

#: Methods of a query: it is sent as a POST, and changes nothing.
_QUERY_METHODS = frozenset(["GET", "POST"])
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
#: Most seconds between two times that the login is asked for a token.
_LOGIN_SECONDS = 3.0
#: Seconds without an answer after which a read is tried again: Azure Resource Manager itself ends a request after 60.
#: The least are for a short --propagation-timeout. https://learn.microsoft.com/azure/azure-resource-manager/management
_READ_SECONDS, _LEAST_SECONDS = 60.0, 10.0


class Transport:
    """A way to one service.

    No policy here logs a body: those of Microsoft Graph contain passwords. Transient failures (429, 503, 500, a lost
    connection, a token that has expired) are retried, with a line to the user for every wait that is worth one.

    requests: how many have been sent, each once however often it was tried
    """

    def __init__(self, credential: TokenCredential, base_url: str, retry_policy: RetryPolicy, **kwargs: Any):
        self.retry_policy = retry_policy
        self.requests = 0
        self._counting = Lock()  # whoever asks may be on any thread
        self._get_token: Callable[[], AccessToken] = lambda: credential.get_token(*kwargs["credential_scopes"])
        kwargs.pop("logging_policy", None)
        chain = [
            policies.RequestIdPolicy(**kwargs),
            policies.HeadersPolicy(**kwargs),
            kwargs.get("user_agent_policy") or policies.UserAgentPolicy(**kwargs),
            policies.ProxyPolicy(**kwargs),
            policies.ContentDecodePolicy(**kwargs),
            VisibleRetry(retry_policy),
            kwargs.get("authentication_policy")
            or policies.BearerTokenCredentialPolicy(credential, *kwargs["credential_scopes"]),
            kwargs.get("custom_hook_policy"),
        ]
        verify = {key: value for key, value in kwargs.items() if key.startswith("connection_")}
        self._client = ARMPipelineClient(base_url=base_url, policies=[each for each in chain if each], **verify)

    def log_in(self) -> str:
        """A token, before anything is asked. Raises azure-cli's error, which says how to log in, or AzureError."""
        end = time.monotonic() + self.retry_policy.seconds
        for seconds in intervals(_LOGIN_SECONDS):
            try:
                return str(self._get_token().token)
            except Exception as error:  # pylint: disable=broad-exception-caught  # a login raises any
                failure = no_token(error)
                if failure is None:
                    raise
                if failure.final or time.monotonic() + seconds > end:
                    if failure.told:
                        raise
                    raise azure_error(failure) from error
            self.retry_policy.wait(seconds, "the login returned no token")
        return ""  # never: the intervals do not end

    def send(  # pylint: disable=too-many-positional-arguments
        self,
        method: str,
        path: str,
        api_version: str,
        query: Mapping[str, str],
        body: Json | None = None,
        *,
        tries: Tries | None = None,
        is_query: bool = False,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> HttpResponse:
        """Send a request, and ride out what passes by itself; the answer, whatever its status. Raises AzureError.

        tries: to learn what became of its tries
        is_query: whether it changes nothing, or may be sent twice, so that it is tried again even if it is a POST
        headers: conditions, such as If-Match
        """
        options: dict[str, Any] = {"tries": tries} if tries else {}
        if is_query:
            options["retry_on_methods"] = _QUERY_METHODS
        if is_query or method == "GET":
            options["read_timeout"] = min(_READ_SECONDS, max(self.retry_policy.seconds, _LEAST_SECONDS))
        params = {f"${key}": value for key, value in query.items()}
        if api_version:
            params["api-version"] = api_version

        with self._counting:
            self.requests += 1

        def request() -> HttpRequest:
            url = self._client.format_url(path)
            sent = {"Accept": "application/json", **headers}
            return HttpRequest(method, url, params=params, json=body, headers=sent)

        try:
            response = self._client.send_request(request(), **options)
            if response.status_code == 401:  # the token has expired: the policy forgets it, and asks for another
                response = self._client.send_request(request(), **options)
        except CoreError as error:
            raise azure_error(error) from error
        return response
