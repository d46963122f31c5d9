"""Scale sets, their instances and interfaces, and virtual machines: made by AKS only, shown and deleted like anything
else. Shapes: recorded scaleSets (lists of instances and of interfaces are a scale set's).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.ids import ResourceId
from ..core.resources import Kind, Shown
from ..core.store import Body
from ..core.wire import Answer, Call
from ..network.other_kinds import Plain

if TYPE_CHECKING:
    from ..server.cloud import Cloud


class ScaleSets(Plain):
    type = "Microsoft.Compute/virtualMachineScaleSets"


class Instances(Plain):
    type = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines"


class InstanceInterfaces(Plain):
    type = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/networkInterfaces"


class VirtualMachines(Plain):
    """Anybody's as well, with what it runs as."""

    type = "Microsoft.Compute/virtualMachines"

    def frame(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        body = super().frame(rid, sent, old)
        return {**body, "identity": sent["identity"]} if sent.get("identity") else body


class ScaleSetInterfaces(Shown):
    """The interfaces of all instances of a scale set."""

    type = "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces"

    def list_all(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "read")
        assert rid.parent is not None
        kind = self.cloud.kinds[InstanceInterfaces.type.lower()]
        machines = self.cloud.store.children(rid.parent.key, "virtualMachines")
        found = [each for machine in machines for each in self.cloud.store.children(machine["id"], "networkInterfaces")]
        return Answer(200, {"value": [kind.render(each["id"].lower()) for each in found]})


def all_kinds(cloud: Cloud) -> list[Kind]:
    """One of each."""
    kinds = (ScaleSets, Instances, InstanceInterfaces, VirtualMachines, ScaleSetInterfaces)
    return [kind(cloud) for kind in kinds]
