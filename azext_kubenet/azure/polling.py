"""Looking at an operation until it has ended."""

from azext_kubenet.azure.answers import body_of, retry_after
from azext_kubenet.azure.azure_errors import AzureError, error_of
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


def _still_under_way() -> AzureError:
    """The error of an operation that nobody waits for any more."""
    error = AzureError(0, "", "interrupted before its operation ended")
    error.accepted = True
    return error
