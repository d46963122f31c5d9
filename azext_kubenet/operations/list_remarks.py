"""What is said beside a list of clusters: where was looked, what was cut, what is not known."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.fleet import Fleet
from azext_kubenet.discovery.fleet_room import Room
from azext_kubenet.discovery.fleet_rows import Unsettled
from azext_kubenet.output.console import Console

#: How many of many things a message names.
_NAMED = 3
#: What is null, or not known, without the answer to a query.
_MISSED = {
    "virtual networks": "freeInSubnet and headroom are null",
    "route tables": "freeRoutes and headroom are null",
    "scale sets": "nodes are counted as the clusters state them, which the autoscaler does not update",
    "clusters on Azure CNI Overlay": "those that are halfway there are not named",
    "subscriptions": "those without a kubenet cluster are not counted",
}
_INSIDE = (
    "readiness is what Azure shows of the cluster, its route table and its room; rights, locks, quotas and what only "
    "the cluster's own API shows (ip-masq-agent configuration, disruption budgets, network policies) were not looked at"
)
_HALFWAY = "az kubenet migrate --subscription ID -g GROUP -n NAME --dry-run"
_MIGRATE = "az kubenet migrate --subscription ID -g GROUP -n NAME --dry-run --inspect-cluster"


def not_covered(cli_ctx: Any, fleet: Fleet) -> list[str]:
    """Names of the subscriptions that azure-cli's login lists, and that Azure Resource Graph did not look in."""
    from azure.cli.core._profile import Profile

    if any(each.words == "subscriptions" for each in fleet.unread):
        return []
    return [
        str(each.get("name") or each["id"])
        for each in Profile(cli_ctx=cli_ctx).load_cached_subscriptions()
        # azure-cli keeps a login without any subscription as one that has its tenant's id
        if each["id"].lower() not in fleet.covered and each["id"] != each.get("tenantId")
    ]


def coverage(
    console: Console, fleet: Fleet, found: int, missed: Sequence[str], halfway: Sequence[Unsettled] = ()
) -> None:
    """Say where was looked, and what of it was cut; and which clusters may have left kubenet by half."""
    clusters, covered = _many(found, "kubenet cluster"), _many(len(fleet.covered), "subscription")
    console.say(
        f"note: {clusters} listed; {covered} looked at, as Azure Resource Graph knows them: the last changes may be "
        "missing, and so is what this login may not read"
    )
    if found:
        console.say(f"note: {_INSIDE}; all of that, and each step of a move: {_MIGRATE}")
    for line in (*_cut(fleet), *_unread(fleet)):
        console.warn(line)
    if halfway:
        names = [f"{each.id.name} in resource group {each.id.group} ({each.state})" for each in halfway]
        console.warn(
            f"{_many(len(halfway), 'cluster')} on Azure CNI Overlay not in state Succeeded, perhaps halfway there: "
            f"{_some(names)}; how each stands: {_HALFWAY}"
        )
    if missed:
        console.warn(
            f"{_many(len(missed), 'subscription')} of this login not looked at: {_some(missed)}; of another tenant, or "
            "without a role that reads it; list one alone: az kubenet list --subscription NAME"
        )


def _cut(fleet: Fleet) -> Iterator[str]:
    if fleet.is_cut:
        yield (
            f"Azure Resource Graph looked in the first {len(fleet.covered):,} subscriptions only, as there are too "
            "many for one query: list the others by --management-groups"
        )


def _unread(fleet: Fleet) -> Iterator[str]:
    for words, error in fleet.unread:
        yield f"{words} could not be read from Azure Resource Graph ({error.reason}): {_MISSED[words]}"


def not_measured(
    console: Console, rooms: Sequence[Room], refused: Mapping[ResourceId, AzureError], caller: Caller
) -> None:
    """Say of how many clusters a subnet is not known, and which networks could not be counted live."""
    unknown = sum(bool(each.subnets_unknown) for each in rooms)
    if unknown:
        console.warn(
            f"{_many(unknown, 'cluster')} with a subnet that is not shown: this login may not read its network, or it "
            "is not in Azure Resource Graph; headroom is null"
        )
    if refused:
        first, error = next(iter(refused.items()))
        names = [f"{each.name} in resource group {each.group}" for each in refused]
        advice = (
            f"; have an administrator run: {caller.grant_command('Reader', str(first))}" if is_forbidden(error) else ""
        )
        console.warn(
            f"{_many(len(refused), 'virtual network')} not counted live, and measured by Azure Resource Graph instead: "
            f"{_some(names)} ({error.reason}){advice}"
        )


def _some(names: Sequence[str]) -> str:
    return listed([*names] if len(names) <= _NAMED else [*names[:_NAMED], f"{len(names) - _NAMED:,} more"])


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
