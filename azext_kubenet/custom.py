"""`az kubenet plan` and `az kubenet create`. Their options stand in _params, and come by name."""

from typing import Any

from azext_kubenet.azure.bodies import Json
from azext_kubenet.errors import refuse
from azext_kubenet.operations.plan import make_plan
from azext_kubenet.options.actions import empty_values, refuse_contradictions
from azext_kubenet.options.plan_options import read_plan_options
from azext_kubenet.output import console

#: Options of create that are ours and taken as they are typed, or name what our part of the work goes into.
_OURS_IN_CREATE = (
    "vnet_address_prefixes", "subnet_prefix", "vnet_name", "subnet_name", "vnet_resource_group", "vnet_subnet_id",
    "accept_risk", "skip_checks", "role",
)  # fmt: skip


def plan(cmd: Any, **kwargs: Any) -> Json:
    """Work out a complete set of ranges, or say what stands against it."""
    return make_plan(cmd, read_plan_options(kwargs))


def create(cmd: Any, no_wait: bool = False, **kwargs: Any) -> Any:
    """Create a cluster with all that it needs, go on where an earlier run stopped, or say what stands against it."""
    from azext_kubenet.operations.create import create_cluster

    console.retirement()
    refuse_contradictions(kwargs)
    refuse(empty_values({name: kwargs.get(name) for name in _OURS_IN_CREATE}))
    return create_cluster(cmd, {**kwargs, "no_wait": no_wait})
