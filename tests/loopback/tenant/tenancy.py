"""Which subscriptions there are, whose they are, in which management groups, and who may look into them.

One tenant is the caller's. A subscription of another tenant answers every request as Azure answers a token of the
wrong one; a subscription of the same tenant in which the caller has no role refuses by its roles, like any scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
        self._grouped: dict[str, set[str]] = {}
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

    def put_into(self, management_group: str, subscriptions: Iterable[str]) -> None:
        """Put subscriptions into a management group, which is made if it is not there. One that lies below another
        group has to be put into that as well.
        """
        self._grouped.setdefault(management_group.lower(), set()).update(each.lower() for each in subscriptions)

    def in_group(self, management_group: str) -> set[str] | None:
        """The ids of the subscriptions in a management group or below it, in lower case; None for no such group. The
        tenant's root group has all.
        """
        if management_group.lower() == TENANT:
            return set(self._all)
        return self._grouped.get(management_group.lower())

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
