"""While nothing may be written, nothing that sends through requests can write, and no code takes that for a failure."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from azext_kubenet.aks.reads_only import NotSent, reads_only

ARM, LOGIN = "https://arm.example", "https://login.example"
UNMADE = "/subscriptions/s/resourceGroups/g"

# what is asked for, method, address, whether it is sent
ASKED = (
    ("a read", "GET", f"{ARM}/subscriptions/s", True),
    ("a look", "HEAD", f"{ARM}/subscriptions/s", True),
    ("a write", "PUT", f"{ARM}/subscriptions/s", False),
    ("a change", "PATCH", f"{ARM}/subscriptions/s", False),
    ("a removal", "DELETE", f"{ARM}/subscriptions/s", False),
    ("an action", "POST", f"{ARM}/subscriptions/s/providers/X/register", False),
    ("a login", "POST", f"{LOGIN}/tenant/oauth2/v2.0/token", True),
    ("a login of an older kind", "POST", f"{LOGIN}/tenant/oauth2/token", True),
    ("an action whose query names a login", "POST", f"{ARM}/x?to=/oauth2/token", False),
    ("a read of what is still to be made", "GET", f"{ARM}{UNMADE.upper()}/providers/X?api-version=1", False),
    ("a read beside it", "GET", f"{ARM}{UNMADE}2", True),
    ("a read of a closed service", "GET", "https://graph.example/v1.0/users", False),
)


class Sent(BaseAdapter):
    """Answers everything, and keeps nothing."""

    def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:  # type: ignore[override]
        answer = requests.Response()
        answer.status_code = 200
        answer.request = request
        return answer

    def close(self) -> None:
        """There is nothing to close."""


@pytest.mark.parametrize(("method", "address", "sent"), [row[1:] for row in ASKED], ids=[row[0] for row in ASKED])
def test_reads_pass_and_writes_do_not(method: str, address: str, sent: bool) -> None:
    session = requests.Session()
    session.mount("https://", Sent())
    with reads_only([UNMADE, "https://graph.example/v1.0"]):
        if sent:
            assert session.request(method, address).status_code == 200
        else:
            with pytest.raises(NotSent):
                session.request(method, address)
    assert session.request(method, address).status_code == 200


def test_code_that_takes_every_exception_for_a_failure_does_not_take_this_one() -> None:
    assert not issubclass(NotSent, Exception)
