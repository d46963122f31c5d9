"""All that hangs below a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.resources import Kind
from .machines import Machines
from .maintenance import MaintenanceConfigurations
from .pools import AgentPools
from .run_commands import CommandResults
from .upgrade_profiles import ClusterUpgrades, PoolUpgrades

if TYPE_CHECKING:
    from ..server.cloud import Cloud


def all_kinds(cloud: Cloud) -> list[Kind]:
    """One of each."""
    kinds = (AgentPools, Machines, ClusterUpgrades, PoolUpgrades, MaintenanceConfigurations, CommandResults)
    return [kind(cloud) for kind in kinds]
