"""Tokens that a login does not give: which failures pass by themselves, and which do not. Pure."""

import re

from azure.core.exceptions import AzureError as CoreError

from azext_kubenet.azure.azure_errors import says_nothing

#: What the login says when it will say so again, however often it is asked: an assertion that has expired, a wrong or
#: expired password, somebody who must sign in again, a client that is gone.
#: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
_FINAL_CODES = frozenset(
    f"AADSTS{number}"
    for number in (
        *(50034, 50053, 50055, 50057, 50058, 50072, 50074, 50076, 50078, 50079, 50105, 50126, 50128, 50132, 50133),
        *(50158, 50173, 53000, 53001, 53002, 53003, 53004, 65001, 70002, 70008, 70011, 70043, 90002, 90094),
        *(130500, 135010, 160021, 500011, 530003, 530034, 700003, 700016, 700024, 700027, 700030, 700082, 700084),
        *(7000112, 7000215, 7000222),
    )
)
_FINAL_WORDS = ("interaction_required", "login_required", "consent_required", "invalid_grant", "invalid_client",
                "unauthorized_client", "az login", "token from msal cache")  # fmt: skip
_CODE = re.compile(r"AADSTS\d+")
#: Errors that are faults of a program, and no login's.
_OF_A_PROGRAM = (TypeError, AttributeError, NameError, LookupError, AssertionError, MemoryError)


class NoToken(CoreError):
    """The login gave no token. code: of Microsoft Entra ID, if it named one; final: it will not, however often asked;
    told: its words say something.
    """

    def __init__(self, text: str, final: bool = False):
        self.told = not says_nothing(text)
        found = _CODE.search(text)
        self.code = found.group() if found else ""
        self.final = final
        super().__init__(f"no token: {text if self.told else 'the login reported no reason'}")


def no_token(error: Exception) -> NoToken | None:
    """What was raised while a token was asked for, as NoToken; None for what is no login's failure.

    azure-cli's logins raise classes of MSAL, of requests, of knack, of the standard library, and azure-cli's own.
    """
    if isinstance(error, NoToken):
        return error
    if isinstance(error, (CoreError, *_OF_A_PROGRAM)):
        return None
    text = str(getattr(error, "error_msg", None) or error)
    named = set(_CODE.findall(text))
    return NoToken(text, bool(named & _FINAL_CODES) if named else _is_final(text, error))


def _is_final(text: str, error: Exception) -> bool:
    answered = getattr(error, "msal_error", None)
    kind = str(answered.get("error") or "") if isinstance(answered, dict) else ""
    return any(word in f"{kind} {text}".lower() for word in _FINAL_WORDS) or is_untrusted(error)


def is_untrusted(error: BaseException) -> bool:
    """Whether the other side's certificate is not trusted, which no waiting mends."""
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
