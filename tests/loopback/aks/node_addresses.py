"""The addresses that nodes get: of a subnet the lowest that is free, from the fifth on (azure-facts A1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..network import address_rules, addresses
from . import rules

if TYPE_CHECKING:
    from ..server.cloud import Cloud


class NodeAddresses:
    """What is taken is read once for each subnet, and kept while nodes are made."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._taken: dict[str, set[str]] = {}

    def take(self, subnet: str) -> str:
        """The next free address of a subnet, taken from now on."""
        key = subnet.lower()
        if key not in self._taken:
            self._taken[key] = {self._address(user) for user in self._cloud.store.subnet_users(subnet)}
        network = addresses.read(address_rules.prefixes_of(self._cloud.store[subnet]["properties"])[0])
        assert network is not None
        free = next(str(each) for each in rules.node_addresses(network) if str(each) not in self._taken[key])
        self._taken[key].add(free)
        return free

    def _address(self, configuration: str) -> str:
        """The address of a configuration, "" where none is told."""
        holder = self._cloud.store.get(configuration.rsplit("/", 2)[0], {})
        found = holder.get("properties", {}).get("ipConfigurations") or []
        mine = [item for item in found if item.get("id") == configuration]
        return str(mine[0]["properties"].get("privateIPAddress", "")) if mine else ""
