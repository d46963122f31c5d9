"""What becomes of a write: whether it is this run's, and whether it is worth another try. Pure."""

from collections.abc import Mapping, Sequence

from azext_kubenet.azure.azure_errors import AzureError, is_absence
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.retry import TRANSIENT, Tries

#: Refusals that pass once another operation has ended, and seconds between two tries. BEHAVIOUR.md "Errors"
_BUSY = ("AnotherOperationInProgress", "CanceledAndSupersededDueToAnotherOperation")
BUSY_SECONDS = 5.0
#: Seconds of the first wait after a lost answer, and most doublings of it.
_LOST_SECONDS, _DOUBLINGS = 0.4, 6
#: AKS's word for the same, which for a write may also speak of a quota; for a DELETE it cannot (our reading).
BUSY_DELETE = (*_BUSY, "OperationNotAllowed")


class AlreadyThere(Json):
    """The body of what somebody else had made by the time of our PUT: it is not this run's."""


class Unsure(Json):
    """The body of what is as our PUT sent it, whose answer was lost: it may be this run's, and may be another's."""


class LeftOut(Json):
    """What was not made, and may well be there: why, in words."""

    def __init__(self, why: str):
        super().__init__()
        self.why = why


class MadeMeanwhile(AzureError):
    """Something else lies there than what was sent: somebody has made it meanwhile."""

    def __init__(self, path: str):
        name = ResourceId(path).name
        made = f"{name} was created by someone else after this run had looked"
        super().__init__(409, "", f"{made}, and differs from what this run would create")


def is_as_sent(sent: object, found: object) -> bool:
    """Whether what Azure shows is what was sent: all of it, in any capitals, with no tags that were not sent."""
    if isinstance(sent, Mapping):
        if not isinstance(found, Mapping) or (found.get("tags") and "tags" not in sent):
            return False
        return all(is_as_sent(value, found.get(key)) for key, value in sent.items())
    if isinstance(sent, list):
        if not isinstance(found, list) or len(found) != len(sent):
            return False
        return all(is_as_sent(one, other) for one, other in zip(sent, found, strict=True))
    return str(sent).replace(" ", "").lower() == str(found).replace(" ", "").lower()


def busy_code(error: AzureError, codes: Sequence[str] = _BUSY) -> str:
    """The code by which Azure says that another operation is in progress; "" if it does not."""
    return next((code for code in (error.code, *error.details) if code in codes), "")


def not_replicated(error: AzureError) -> str:
    """Why a refusal passes that does not know what was made a moment ago, in words; "" for any other.

    A new resource group is not known in every region at once: hashicorp/terraform-provider-azurerm#18268, #25758.
    """
    what = "resource group" if error.code.lower() == "resourcegroupnotfound" else "resource"
    return f"the new {what} has not replicated yet ({error.code})" if is_absence(error) else ""


def wait_before_next_try(error: AzureError, tries: Tries, failures: int, new: bool = False) -> tuple[str, float]:
    """Why a refusal of a PUT passes, in words, and seconds until the next try; nothing for one that is final.

    new: what it belongs to was made a moment ago
    """
    unknown = not_replicated(error) if new and not tries.made else ""
    if unknown:
        return unknown, BUSY_SECONDS
    busy = busy_code(error)
    if busy:
        return f"another operation is in progress ({busy})", BUSY_SECONDS
    if tries.made or not tries.lost or not (error.status == 0 or error.status in TRANSIENT):
        return "", 0.0
    why = f"azure returned {error.status}" if error.status else "the connection was lost"
    return why, min(_LOST_SECONDS * 2 ** min(failures, _DOUBLINGS), BUSY_SECONDS)
