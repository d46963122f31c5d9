"""What an answer says: its body, an operation that is under way, a time to wait, an error."""

from azure.core.exceptions import AzureError as CoreError
from azure.core.rest import HttpResponse

from azext_kubenet.azure.azure_errors import AzureError, error_of, is_absence
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.tokens import NoToken


def body_of(response: HttpResponse) -> Json:
    """An answer's body. Raises AzureError for a refusal."""
    try:
        body: Json = response.json() if response.text() else {}
    except ValueError:
        body = {}
    if response.status_code >= 400:
        raise error_of(response.status_code, body)
    return body if isinstance(body, dict) else {}


def body_if_there(response: HttpResponse) -> Json | None:
    """An answer's body; None when it says that there is no such thing."""
    try:
        return body_of(response)
    except AzureError as error:
        if not is_absence(error):
            raise
        return None


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
