"""Retries of transient failures within the time of the retry policy: a busy service, a lost connection, a token.

azure-core counts tries, and gives up after three of a kind within some seconds. Here only the clock counts.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from azure.core.exceptions import AzureError as CoreError
from azure.core.exceptions import (
    ServiceRequestError,
    ServiceRequestTimeoutError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)
from azure.core.pipeline import PipelineContext, PipelineRequest, PipelineResponse, policies
from azure.core.pipeline.transport import HttpTransport
from azure.core.rest import HttpRequest
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.tokens import is_untrusted, no_token
from azext_kubenet.azure.waiting import RetryPolicy

#: Answers of a service that is busy, or that something before it could not reach.
#: https://learn.microsoft.com/azure/architecture/best-practices/retry-service-specific
TRANSIENT = frozenset([408, 429, 500, 502, 503, 504])
#: Of these, the one that says that nothing was done.
_NOT_DONE = 429
#: Tries more for a refusal with which Azure names a time to wait, as azure-core has them.
_REFUSED_TRIES = 3
#: More tries than any retry policy has time for: the counts of azure-core never end the trying.
_UNCOUNTED = 10**6
#: Seconds of the first wait but one, and most seconds of a wait that Azure does not ask for.
_FIRST_SECONDS, _MOST_SECONDS = 0.4, 10.0
#: Most doublings of a wait: with these the longest wait is reached.
_DOUBLINGS = 6

#: What azure-core keeps of one request, by name.
Settings = dict[str, Any]


@dataclass
class Tries:
    """What became of the tries of one request.

    lost: an answer was lost, or came from something in between, so that Azure may have acted; made: Azure has answered
    that this request has created something; careful: whoever sends looks by himself before he sends again what may
    have acted; sent: the body that was sent; end: on the clock, when to give up; failures: tries that failed, since
    the request was begun.
    """

    lost: bool = False
    made: bool = False
    careful: bool = False
    sent: Json = field(default_factory=dict, repr=False)
    end: float = 0.0
    failures: int = 0
    what: str = ""


class VisibleRetry(policies.RetryPolicy):
    """azure-core's retries, by the clock, with a bound on the wait that Azure may ask for, and not in silence.

    A request may have an option `tries`, to learn what became of its tries.
    """

    def __init__(self, retry_policy: RetryPolicy):
        super().__init__(
            retry_total=_UNCOUNTED, retry_connect=_UNCOUNTED, retry_read=_UNCOUNTED, retry_status=_UNCOUNTED
        )
        self._retry_policy = retry_policy

    def send(self, request: PipelineRequest) -> PipelineResponse:
        """Send until there is an answer, or the time is over; what could not be sent, for want of a token, as well."""
        options = request.context.options
        tries: Tries = options.pop("tries", None) or Tries()
        tries.end = time.monotonic() + self._retry_policy.seconds
        tries.sent, tries.failures, tries.what = _json(request.http_request), 0, _what(request)
        if self._retry_policy.is_over():
            raise ServiceRequestError("interrupted")
        while True:
            options["tries"] = tries
            try:
                return super().send(request)
            except CoreError as error:
                # A POST that never left can be sent again; azure-core itself says so of the other methods.
                if request.http_request.method != "POST" or not _never_left(error) or is_untrusted(error):
                    raise
                failure, why = error, "the connection was lost"
            except Exception as error:  # pylint: disable=broad-exception-caught  # a login raises any
                lacking = no_token(error)
                if lacking is None:
                    raise
                if lacking.final:
                    raise lacking from error
                failure, why = lacking, "the login returned no token"
            tries.failures += 1
            if not self._may_go_on(tries, 0) or not self._wait(tries, 0, why):
                raise failure
            _keep_out_of_log(request.context)

    def configure_retries(self, options: Settings) -> Settings:
        """Settings of a request."""
        tries = options.pop("tries", None) or Tries(end=time.monotonic() + self._retry_policy.seconds)
        return {**super().configure_retries(options), "tries": tries}

    def is_retry(self, settings: Settings, response: PipelineResponse) -> bool:
        """Whether to try again: not when Azure asks for more time than there is, and no POST that may have acted."""
        answer, tries = response.http_response, settings["tries"]
        asked = self.get_retry_after(response)
        if answer.status_code < 400:
            return False
        tries.failures += 1
        if answer.status_code not in TRANSIENT:  # a refusal: tried again only because azure-core would, and as often
            return asked is not None and tries.failures <= _REFUSED_TRIES and self._may_go_on(tries, asked)
        if answer.status_code != _NOT_DONE:
            tries.lost = True
            if tries.careful or answer.request.method not in settings["methods"]:
                return False
        return self._may_go_on(tries, asked or 0)

    def increment(
        self,
        settings: Settings,
        response: PipelineRequest | PipelineResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Count a try. A body that was kept out of the log stays out: the logging policy forgets it after each try."""
        context = getattr(response, "context", None)
        if context is not None:
            _keep_out_of_log(context)
        going_on, tries = bool(super().increment(settings, response, error)), settings["tries"]
        if error is None:
            return going_on
        tries.failures += 1
        if isinstance(error, ServiceResponseTimeoutError):
            self._tell(response)
        tries.lost = tries.lost or not _never_left(error)
        if tries.careful and tries.lost:
            return False
        return going_on and not is_untrusted(error) and self._may_go_on(tries, 0)

    def _tell(self, request: PipelineRequest | PipelineResponse | None) -> None:
        """Say what was not answered, which took a while: a GET or a query, for others have longer than anyone waits."""
        if not self._retry_policy.is_over():
            self._retry_policy.say(f"  no answer from Azure for {_what(request)}")

    def sleep(self, settings: Settings, transport: HttpTransport, response: PipelineResponse | None = None) -> None:
        """Wait as long as Azure asks, or ever longer. Raises CoreError when nobody waits for the answer any more."""
        asked = (self.get_retry_after(response) if response else None) or 0
        why = f"azure returned {response.http_response.status_code}" if response else "the connection was lost"
        refused = response is not None and response.http_response.status_code not in TRANSIENT
        tries: Tries = settings["tries"]
        if not (self._retry_policy.wait(asked, _told(tries, why)) if refused else self._wait(tries, asked, why)):
            raise ServiceResponseError("interrupted")

    @staticmethod
    def _may_go_on(tries: Tries, asked: float) -> bool:
        """Whether there is time for one more try; the first one more costs none."""
        return time.monotonic() + asked <= tries.end or (tries.failures == 1 and not asked)

    def _wait(self, tries: Tries, asked: float, why: str) -> bool:
        """Wait before the next try, no longer than there is time; whether to go on."""
        usual = _FIRST_SECONDS * 2 ** min(tries.failures - 1, _DOUBLINGS) if tries.failures > 1 else 0.0
        left = max(tries.end - time.monotonic(), 0.0)
        return self._retry_policy.wait(max(asked, min(usual, _MOST_SECONDS, left)), _told(tries, why))


def _told(tries: Tries, why: str) -> str:
    """Why there is a wait, and for what: many reads may wait side by side."""
    return f"{why} for {tries.what}" if tries.what else why


def _what(request: PipelineRequest | PipelineResponse | None) -> str:
    """What a request asks for: the end of its path, with kind and name."""
    url = str(getattr(getattr(request, "http_request", None), "url", "")).partition("?")[0]
    return "/".join(url.split("/")[-2:])


def _never_left(error: BaseException) -> bool:
    """Whether a request that failed was never sent: nothing had answered to a connection.

    azure-core calls more than that a ServiceRequestError: a connection that TLS ended is one, too.
    """
    if isinstance(error, ServiceRequestTimeoutError):
        return True
    inner = getattr(error, "inner_exception", None) or error
    reasons = [inner, *getattr(inner, "args", ())]
    reasons += [getattr(each, "reason", None) for each in reasons]
    return any(isinstance(each, (NewConnectionError, ConnectTimeoutError)) for each in reasons)


def _keep_out_of_log(context: PipelineContext) -> None:
    if context.get("logging_enable") is False:
        context.options["logging_enable"] = False


def _json(request: HttpRequest) -> Json:
    """The object in a request's body; empty without one."""
    text = getattr(request, "content", None) or getattr(request, "body", None)
    if isinstance(text, (str, bytes)) and request.method == "PUT":
        try:
            found = json.loads(text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}
    return {}
