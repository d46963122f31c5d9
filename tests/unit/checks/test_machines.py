"""Sizes, zones and quotas of the nodes' machines."""

from dataclasses import replace

import pytest

from azext_kubenet.addressing.model import ClusterSize, MaxSurge, Pool
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks import Machines
from tests.unit.checks.obstacles import QUOTAS, SIZES, a_quota, a_size
from tests.unit.checks.wire import ENOUGH, REFUSED, but, plan, run, situation

D2 = "Standard_D2s_v5"
NOT_FOR_YOU = {"type": "Location", "values": ["westeurope"], "reasonCode": "NotAvailableForSubscription"}
NO_ZONE_2 = {
    "type": "Zone",
    "restrictionInfo": {"locations": ["westeurope"], "zones": ["2"]},
    "reasonCode": "NotAvailableForSubscription",
}
CHECKS = ("vm-size-offered", "zones-offered", "vcpu-quota")
NODES_50 = plan(50)
POOLS = plan(2, pools=(Pool("system", 2, 2, MaxSurge(1, False)), Pool("work", 90, 90, MaxSurge(1, False))))
DISK = {"resourceType": "disks", "name": "Premium_LRS"}


def typed(*sizes, zones=(), reserved=False, plan=None):
    wanted = but(situation(), machines=Machines(sizes, zones, reserved))
    return replace(wanted, plan=plan) if plan else wanted


def but_for(*quotas):
    """The usual quotas, but for some."""
    names = {each["name"]["value"].lower() for each in quotas}
    families = ("standardFSv2Family",)
    assert names <= {each["name"]["value"].lower() for each in ENOUGH} | {each.lower() for each in families}
    return [*quotas, *(each for each in ENOUGH if each["name"]["value"].lower() not in names)]


# what is asked for, the situation, what Azure shows, what is told
ROWS = (
    ("a size that is there", typed(D2.lower()), {SIZES: [DISK, a_size(D2)]}, []),
    ("a list without sizes tells nothing", typed(D2), {SIZES: [DISK]}, [("vm-size-offered", "warning")]),
    ("a size that is not there", typed("Standard_X"), {SIZES: [a_size(D2)]}, [("vm-size-offered", "error")]),
    ("one of several", typed(D2, "Standard_X"), {SIZES: [a_size(D2)]}, [("vm-size-offered", "error")]),
    (
        "a size that others get",
        typed(D2, zones=("1",)),
        {SIZES: [a_size(D2, restrictions=(NOT_FOR_YOU,))]},
        [("vm-size-offered", "error")],
    ),
    ("zones that are there", typed(D2, zones=("1", "2")), {SIZES: [a_size(D2)]}, []),
    ("a zone that others get", typed(D2, zones=("1", "2")), {SIZES: [a_size(D2, restrictions=(NO_ZONE_2,))]},
     [("zones-offered", "error")]),
    ("zones in a region without any", typed(D2, zones=("1",)), {SIZES: [a_size(D2, zones=())]},
     [("zones-offered", "error")]),
    ("zones of no size, which some size has", typed(zones=("3",)), {SIZES: [a_size(D2, zones=("1",)), a_size("Y")]},
     []),
    ("zones of no size, which no size has", typed(zones=("3",)), {SIZES: [a_size(D2, zones=("1",))]},
     [("zones-offered", "error")]),
    ("enough quota", typed(D2), {SIZES: [a_size(D2)], QUOTAS: but_for(a_quota("STANDARDDSV5FAMILY", 100, 90))}, []),
    ("too little of all", typed(D2), {SIZES: [a_size(D2)], QUOTAS: but_for(a_quota("cores", 10, 10))},
     [("vcpu-quota", "error")]),
    ("more used than there is", typed(D2), {SIZES: [a_size(D2)], QUOTAS: but_for(a_quota("cores", 5, 9))},
     [("vcpu-quota", "error")]),
    ("reserved machines have theirs", typed(D2, reserved=True),
     {SIZES: [a_size(D2)], QUOTAS: but_for(a_quota("cores", 1, 1))}, [("vcpu-quota", "warning")]),
    ("enough at creation, not for surge nodes", typed(D2, plan=NODES_50),
     {SIZES: [a_size(D2)], QUOTAS: but_for(a_quota("cores", 100, 0))}, [("vcpu-quota", "warning")]),
    ("the first pool alone counts", typed(D2, plan=POOLS),
     {SIZES: [a_size(D2)], QUOTAS: but_for(a_quota("cores", 6, 0))}, []),
    ("quotas of others", typed(D2), {SIZES: [a_size(D2)], QUOTAS: but_for(a_quota("standardFSv2Family", 0, 0))}, []),
    ("a size that shows no vCPUs", typed(D2), {SIZES: [{"name": D2, "resourceType": "virtualMachines"}],
     QUOTAS: but_for(a_quota("cores", 0, 0))}, [("vcpu-quota", "warning")]),
    ("sizes may not be read", typed(D2, zones=("1",)), {SIZES: REFUSED}, [("vm-size-offered", "warning")]),
    ("zones alone, and sizes may not be read", typed(zones=("1",)), {SIZES: REFUSED}, [("zones-offered", "warning")]),
    ("quotas cannot be read", typed(D2), {SIZES: [a_size(D2)], QUOTAS: AzureError(500, "", "no")},
     [("vcpu-quota", "warning")]),
    ("empty answers", typed(D2, zones=("1",)), {SIZES: [{}], QUOTAS: [{}, {"name": None, "limit": "x"}]},
     [("vm-size-offered", "warning")]),
)  # fmt: skip


@pytest.mark.parametrize(("wanted", "answers", "told"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_the_region_has_not_is_told(wanted, answers, told):
    found, _ = run(wanted, answers)
    assert [(each.rule, each.severity.value) for each in found if each.rule in CHECKS] == told


def test_nothing_is_read_of_what_was_not_typed():
    assert not {SIZES, QUOTAS} & {*run(situation())[1]}


def test_surge_nodes_are_those_of_the_plan():
    assert NODES_50.size.surge_nodes == ClusterSize(node_count=50).surge_nodes > 0
