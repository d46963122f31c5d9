"""Looking at an operation until it has ended."""

import time

from azext_kubenet.azure.answers import body_of, operation_of, retry_after
from azext_kubenet.azure.azure_errors import AzureError, error_of
from azext_kubenet.azure.bodies import Json, text, within
from azext_kubenet.azure.transport import Transport
from azext_kubenet.azure.waiting import Say, Status, intervals

#: Most seconds between looks at an operation when Azure names none: its network operations take 1 to 10 seconds.
LOOK_SECONDS = 3.0
#: Words of an operation that are final; any other, whatever it says, means that it is still running.
_SUCCEEDED, _FAILED = "succeeded", ("failed", "canceled", "cancelled")
#: Words that tell no more than that it is running.
_COMMON = ("inprogress", "running", "accepted")


def follow(transport: Transport, url: str, show: Say, first_wait: float | None, longest: float) -> None:
    """Wait until an operation has succeeded, and show each new word of its status.

    first_wait: seconds that Azure asked for
    longest: seconds between looks where it asks for none

    Raises:
        AzureError: the operation failed, or is not waited for any more; or, as `unseen`, it could not be looked at.
    """
    wait, shown = first_wait, Status(show, _COMMON)
    for usual in intervals(longest):
        if not transport.retry_policy.pause(usual if wait is None else wait):
            raise _still_under_way()
        try:
            response = transport.send("GET", url, "", {})
            body = body_of(response)
        except AzureError as error:
            error.accepted = error.unseen = True  # it goes on, seen or not
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
        shown.see(status)
        wait = retry_after(response)


def await_result(transport: Transport, url: str, seconds: float, first_wait: float | None) -> Json:
    """The body of what lies at an address once it is there, and shows that nothing goes on any more. [R20]

    first_wait: seconds that Azure asked for

    Raises:
        AzureError: Azure refused to show it, or it was not there in the seconds.
    """
    end, wait = time.monotonic() + seconds, first_wait
    for usual in intervals(LOOK_SECONDS):
        wait = usual if wait is None else wait
        if time.monotonic() + wait > end:
            break
        if not transport.retry_policy.pause(wait):
            raise _still_under_way()
        response = transport.send("GET", url, "", {})
        body = body_of(response)
        state = text(within(body, "properties"), "provisioningState").lower()
        if response.status_code != 202 and state in ("", _SUCCEEDED, *_FAILED):
            return body
        url, wait = operation_of(response) or url, retry_after(response)
    raise AzureError(0, "", f"there was no result within {seconds:.0f} s")


def _still_under_way() -> AzureError:
    """The error of an operation that nobody waits for any more."""
    error = AzureError(0, "", "interrupted before its operation ended")
    error.accepted = True
    return error
