"""Which subscriptions there are, whose they are, and who may look into them.

One tenant is the caller's. A subscription of another tenant answers every request as Azure answers a token of the
wrong one; a subscription of the same tenant in which the caller has no role refuses by its roles, like any scope.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..core import errors
from ..core.options import SUBSCRIPTION, SUBSCRIPTION_NAME, TENANT
from ..core.wire import Call

_SUBSCRIPTION = re.compile(r"^/subscriptions/([^/]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Subscription:
    """`readable` False: of the caller's own tenant, but without any role for the caller."""

    id: str
    name: str
    tenant: str = TENANT
    readable: bool = True


class Subscriptions:
    """All of them, the main one first."""

    def __init__(self) -> None:
        self._all: dict[str, Subscription] = {}
        self.add(Subscription(SUBSCRIPTION, SUBSCRIPTION_NAME))

    def add(self, subscription: Subscription) -> None:
        """Make one known, or change what is known of it."""
        self._all[subscription.id.lower()] = subscription

    def get(self, name: str) -> Subscription | None:
        """One by its id, in any case."""
        return self._all.get(name.lower())

    def own(self) -> list[Subscription]:
        """Those of the caller's tenant that may be read: what a login finds."""
        return [each for each in self._all.values() if each.tenant == TENANT and each.readable]

    def is_closed(self, name: str) -> bool:
        """Whether it is known, and of another tenant or without rights for the caller."""
        found = self.get(name)
        return found is not None and (found.tenant != TENANT or not found.readable)

    def require_tenant(self, call: Call) -> None:
        """InvalidAuthenticationTokenTenant for whatever is asked below a subscription of another tenant."""
        match = _SUBSCRIPTION.match(call.path)
        found = self.get(match[1]) if match else None
        if found and found.tenant != TENANT:
            raise errors.wrong_tenant(TENANT, found.tenant)
