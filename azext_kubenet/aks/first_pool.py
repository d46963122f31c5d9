"""The surge of the first pool, put into the cluster on its way: `az aks create` has no option for it [E11]."""

from typing import Any, Protocol

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.model import ClusterSize, MaxSurge


class Sender(Protocol):
    """What aks_create is given for its client."""

    def get(self, *args: object, **options: object) -> object:
        """The cluster."""

    def begin_create_or_update(self, *args: Any, **options: Any) -> object:
        """Send a cluster."""


def first_surge(size: ClusterSize) -> MaxSurge:
    """The surge that the first pool was planned with."""
    return size.pools[0].max_surge if size.pools else size.max_surge


def surge_to_send(size: ClusterSize, *, typed: bool) -> MaxSurge | None:
    """The surge that Azure must be told, None where its own default is what was planned with [E1].

    None too for no surge at all, which AKS refuses of a system pool [E6], as the first one is. typed: whether
    --max-surge was.
    """
    surge = first_surge(size)
    if surge.value == 0 or not (typed or str(surge) != limits.DEFAULT_MAX_SURGE):
        return None
    return surge


class WithSurge:
    """A client that sends by another one, and puts a surge into the first pool before."""

    def __init__(self, sender: Sender, surge: MaxSurge | None):
        self._sender = sender
        self._surge = surge

    def get(self, *args: object, **options: object) -> object:
        """The cluster."""
        return self._sender.get(*args, **options)

    def begin_create_or_update(self, *args: Any, **options: Any) -> object:
        """Send the cluster, which is the one argument that has pools, whatever an azure-cli calls it."""
        for each in (*args, *options.values()) if self._surge else ():
            for pool in (getattr(each, "agent_pool_profiles", None) or ())[:1]:
                pool.upgrade_settings.max_surge = str(self._surge)
        return self._sender.begin_create_or_update(*args, **options)
