"""Azure's errors in one form. Pure."""

import re

#: What MSAL makes of an answer of a token endpoint that has none of the keys it looks for: "None, None".
_NOTHING = re.compile(r"[\s,.:]*(None[\s,.:]*)*")


class AzureError(Exception):
    """Azure refused, or could not be reached.

    status: of HTTP, 0 when there was no answer; code, message: Azure's own; details: codes of what lies behind it;
    accepted: whether Azure had accepted the request before it failed, so that something may have been made; confirmed:
    whether it is known that this request made it; unseen: whether it is only the look at a running operation that
    failed, so that the operation may well succeed.
    """

    accepted = False
    confirmed = False
    unseen = False

    def __init__(self, status: int, code: str, message: str, details: tuple[str, ...] = ()):
        super().__init__(f"({code}) {message}" if code else message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    @property
    def reason(self) -> str:
        """Why, as short as can be: Azure's code, else the status, for what was not looked at."""
        return self.code or (f"status {self.status}" if self.status else "no answer")

    def reading(self, what: str) -> "AzureError":
        """The same error, which names what could not be read, where nothing can be decided without it.

        That Azure takes no token is about the login, whatever was read.
        """
        if self.status == 401:
            return self
        found = AzureError(self.status, self.code, self.message, self.details)
        found.args = (f"{what} could not be read: {self}",)
        return found


#: Codes of 404 that say that there is no such thing. Any other, such as SubscriptionNotFound, says that this login does
#: not see it. Recorded answers.
_ABSENT = (
    "resourcenotfound",
    "notfound",
    "resourcegroupnotfound",
    "parentresourcenotfound",
    "roledefinitiondoesnotexist",
    "roleassignmentnotfound",
    "request_resourcenotfound",  # of Microsoft Graph
)


def is_absence(error: AzureError) -> bool:
    """Whether Azure says that what was asked for, or something above it, does not exist."""
    return error.status == 404 and error.code.lower() in _ABSENT


def is_forbidden(error: AzureError) -> bool:
    """Whether this caller may not: what it asked for may well exist."""
    return error.status == 403


def is_refusal(error: AzureError) -> bool:
    """Whether Azure does not show this to this caller, by a refusal or by an answer that is none (200).

    That is neither a passing error, nor an expired login, nor no answer.
    """
    return error.status == 200 or (400 <= error.status < 500 and error.status not in (401, 408, 429))


def error_of(status: int, body: object) -> AzureError:
    """The error in an answer's body: wrapped as those of ARM and of old Graph are, or flat as those of AKS."""
    inner = body if isinstance(body, dict) else {}
    for key in ("error", "Error", "odata.error"):
        if isinstance(inner.get(key), dict):
            inner = inner[key]
    message = inner.get("message") or inner.get("Message") or f"Azure returned status {status}"
    if isinstance(message, dict):
        message = message.get("value")
    details = inner.get("details") if isinstance(inner.get("details"), list) else []
    codes = tuple(str(each.get("code")) for each in details or () if isinstance(each, dict))
    return AzureError(status, str(inner.get("code") or inner.get("Code") or "").strip(), str(message).strip(), codes)


def says_nothing(text: str) -> bool:
    """Whether the words of an error hold no word."""
    return bool(_NOTHING.fullmatch(text))
