"""One network and what it is connected to, as Azure shows it: reads side by side, in a few rounds."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable, VirtualNetwork
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.discovery.topology import (
    Clusters,
    ConnectedGroups,
    Connection,
    Connections,
    Gateway,
    Kind,
    Refusal,
    Shown,
    Site,
    Want,
)

#: A provider that is not registered in a subscription has nothing there.
_NO_PROVIDER = "MissingSubscriptionRegistration"
#: The tenant of a subscription, in the refusal of a token of another one.
_TENANT = re.compile(r"must match the tenant 'https://[^/']+/([0-9a-f-]{36})/?'", re.IGNORECASE)


class _Way(NamedTuple):
    """How a kind of thing is read: what follows its id, the version of its API, what becomes of the answer."""

    below: str
    api_version: str
    understand: Callable[[Any], Shown]
    listed: bool = False
    posted: bool = False


_WAYS = {
    Kind.NETWORK: _Way("", api_versions.VNET_API, VirtualNetwork.parse),
    Kind.GATEWAY: _Way("", api_versions.GATEWAY_API, Gateway.parse),
    Kind.CONNECTIONS: _Way(
        "/connections",
        api_versions.CONNECTIONS_API,
        lambda each: Connections(tuple(map(Connection.parse, each))),
        True,
    ),
    Kind.SITE: _Way("", api_versions.LOCAL_GATEWAY_API, Site.parse),
    Kind.TABLE: _Way("", api_versions.TABLE_API, RouteTable.parse),
    Kind.CLUSTERS: _Way(
        "/providers/Microsoft.ContainerService/managedClusters",
        api_versions.CLUSTER_API,
        lambda each: Clusters(tuple(map(Cluster.parse, each))),
        True,
    ),
    Kind.GROUPS: _Way(
        "/listNetworkManagerEffectiveConnectivityConfigurations",
        api_versions.EFFECTIVE_CONNECTIVITY_API,
        ConnectedGroups.parse,
        True,
        True,
    ),
}


class NetworkSource:  # pylint: disable=too-few-public-methods
    """A Source that reads in Azure what is wanted of it, a round at a time."""

    def __init__(self, reader: Reader):
        self._reader = reader

    def look(self, wanted: Sequence[Want]) -> Sequence[Shown]:
        """An answer to each want; what cannot be read, or is gone, is a Refusal: a plan is better with it, and can do
        without.
        """
        reads = [_read(want) for want in wanted]
        self._reader.prefetch(reads)
        return [self._answer(_WAYS[want.kind], read) for want, read in zip(wanted, reads, strict=True)]

    def _answer(self, way: _Way, read: Read) -> Shown:
        list_ = self._reader.list_by_post if way.posted else self._reader.list
        ask = list_ if way.listed else self._reader.get
        try:
            answer = ask(read.path, read.api_version)
        except AzureError as error:
            if way.listed and error.code == _NO_PROVIDER:
                return way.understand([])
            tenant = _TENANT.search(error.message)
            code = error.code if error.status == 404 else error.reason
            return Refusal(error.status, code, tenant.group(1) if tenant else "")
        return Refusal(404) if answer is None else way.understand(answer)


def _read(want: Want) -> Read:
    way = _WAYS[want.kind]
    return Read(f"{want.id}{way.below}", way.api_version, way.listed, posted=way.posted)
