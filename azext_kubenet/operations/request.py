"""From the options of `create` to what they ask for, with all that is wrong with them; no look at Azure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from azext_kubenet.addressing.model import Finding, Severity, advise
from azext_kubenet.addressing.planner.plan_result import Snapshot
from azext_kubenet.aks.contradictions import contradictions
from azext_kubenet.azure.directory import DoNotGoTogether, Identity, read_identity
from azext_kubenet.azure.resources import Names, split_subnet_id
from azext_kubenet.changes.drift import NOTHING_GIVEN, Given
from azext_kubenet.options.plan_file import combine, read_plan
from azext_kubenet.options.plan_options import PlanOptions
from azext_kubenet.options.ranges import RangeOptions, Reading, read_ranges

#: Options that size the plan and reach the cluster too.
_DEMAND = ("node_count", "max_count", "max_pods")
#: Options of plan.
_PLAN = (
    *_DEMAND, "max_surge", "extra_ips", "vnet_address_prefixes", "subnet_prefix", "pod_cidr", "service_cidr",
    "dns_service_ip", "docker_bridge_address", "within", "exclude_prefixes", "pool", "discover",
)  # fmt: skip
#: Options of create that a plan made inside a network gives, too.
_NETWORK = ("vnet_subnet_id", "vnet_name", "vnet_resource_group", "subnet_name")

#: Options that are not spelled like their names.
_SPELLED = {"resource_group_name": "--resource-group"}


@dataclass(frozen=True)
class CreateRequest:  # pylint: disable=too-many-instance-attributes
    """What the user asks for.

    reading: demand, wish and reservations; lent: options of `az aks create` that are passed on; typed: those of them
    that the user typed himself; existing_subnet: whether the subnet was named by its id, so that it must exist;
    network_is_named: whether the user named the network, so that it may well exist; discover: a word of _choices, or
    ""; seen: what the plan saw in Azure, None for a plan that did not look; derived: ranges of the plan that were its
    own choice around what was wanted, and bind nobody where that exists (docs/decisions/0002); given: what was typed,
    what the plan said.
    """

    reading: Reading
    names: Names
    identity: Identity
    lent: dict[str, Any]
    typed: dict[str, Any]
    existing_subnet: bool
    network_is_named: bool
    discover: str = ""
    seen: Snapshot | None = None
    derived: tuple[str, ...] = ()
    given: Given = NOTHING_GIVEN
    findings: list[Finding] = field(default_factory=list)


def read_request(subscription: str, options: Mapping[str, Any], lent: Mapping[str, Any]) -> CreateRequest:
    """The request of the options. Raises DoNotGoTogether when they do not; a bad value becomes a finding.

    lent: options of `az aks create`, in which azure-cli marks the defaults.
    """
    typed = {key: value for key, value in lent.items() if _was_typed(value)}
    ours = {**options, **{key: typed.get(key) for key in _DEMAND}}
    planned, findings = read_plan(options["plan"]) if options.get("plan") is not None else ({}, [])
    given = {key: ours.get(key) for key in _PLAN} | {key: typed.get(key) or options.get(key) for key in _NETWORK}
    wanted, more = combine(planned, given)
    reading = read_ranges(RangeOptions.of(wanted))
    named = {**options, **{key: wanted.get(key) for key in _NETWORK}}
    names, by_id = _names(subscription, named, {**typed, "vnet_subnet_id": wanted.get("vnet_subnet_id")})
    first = {"node_count": reading.demand.first_pool_nodes} if reading.demand.pools else {}
    return CreateRequest(
        reading=reading,
        names=names,
        identity=read_identity({**options, **typed}),
        lent=dict(lent),
        typed={**typed, **{key: wanted[key] for key in _DEMAND if key in wanted}, **first},
        existing_subnet=by_id,
        network_is_named=by_id or bool(named["vnet_name"]),
        discover=str(wanted.get("discover") or ""),
        seen=planned.get("seen"),
        derived=tuple(planned.get("derived") or ()),
        given=_whence(options, typed, planned),
        findings=[*findings, *more, *_elsewhere(subscription, planned), *reading.findings, *contradictions(typed)],
    )


def _whence(options: Mapping[str, Any], typed: Mapping[str, Any], planned: Mapping[str, Any]) -> Given:
    """Which options were typed, and which came from the plan: what was typed goes before the plan."""
    ours = (name for name, value in options.items() if name not in typed and _was_typed(value))
    names = frozenset([*typed, *ours])
    return Given(names, frozenset(planned) - names)


def _elsewhere(subscription: str, planned: Mapping[str, Any]) -> list[Finding]:
    """A plan for a network in another subscription: a new subnet of it cannot be named from here."""
    there = str(planned.get("network_subscription") or subscription)
    if there.lower() == subscription.lower():
        return []
    message = f"the plan is for a network in subscription {there}, and the cluster would be in {subscription}"
    return [Finding("plan-contradicted", Severity.ERROR, ("--plan",), message, advise(f"add --subscription {there}"))]


def _was_typed(value: Any) -> bool:
    return not getattr(value, "is_default", False) and value not in (None, False, "", [])


def _names(subscription: str, options: Mapping[str, Any], typed: Mapping[str, Any]) -> tuple[Names, bool]:
    """What everything is called, and whether the subnet was named by its id."""
    group, cluster = options["resource_group_name"], options["name"]
    subnet_id, assigned = typed.get("vnet_subnet_id"), typed.get("assign_identity")
    if subnet_id:
        _alone("--vnet-subnet-id", options, ("vnet_name", "subnet_name", "vnet_resource_group"))
        return _of_subnet(subscription, group, cluster, subnet_id, assigned), True
    vnet_group = _given(options, "vnet_resource_group") or group
    if vnet_group != group and not options.get("vnet_name"):
        raise DoNotGoTogether("--vnet-resource-group needs the network's name", "add --vnet-name NAME")
    vnet = _given(options, "vnet_name") or f"{cluster}-vnet"
    subnet = _given(options, "subnet_name") or f"{cluster}-subnet"
    return Names(subscription, group, cluster, vnet, subnet, vnet_group, subscription, assigned), False


def network_names(subscription: str, options: PlanOptions) -> Names:
    """What the options of `plan` name in Azure; an empty name for what they leave open. Raises DoNotGoTogether."""
    group, vnet, subnet = options.resource_group, options.vnet_name, options.subnet_name
    if options.vnet_subnet_id:
        _alone(
            "--vnet-subnet-id",
            {"resource_group_name": group, "vnet_name": vnet, "subnet_name": subnet},
            ("resource_group_name", "vnet_name", "subnet_name"),
        )
        return _of_subnet(subscription, group, "", options.vnet_subnet_id, None)
    if vnet and not group:
        raise DoNotGoTogether("--vnet-name needs its resource group", f"add -g GROUP to --vnet-name {vnet}")
    if subnet and not vnet:
        raise DoNotGoTogether("--subnet-name needs its virtual network", f"add -g GROUP --vnet-name VNET to {subnet}")
    if group and not vnet and not options.export_file:
        raise DoNotGoTogether(f"-g {group} names no network by itself", "add --vnet-name NAME, or leave -g out")
    return Names(subscription, group, "", vnet, subnet, group, subscription)


def _of_subnet(subscription: str, group: str, cluster: str, subnet_id: str, assigned: str | None) -> Names:
    """Names of a cluster in a subnet given by its id. Raises DoNotGoTogether when it is no subnet's id."""
    try:
        network_subscription, vnet_group, vnet, subnet = split_subnet_id(subnet_id)
    except ValueError as error:
        raise DoNotGoTogether(
            str(error),
            "look for its id: az network vnet subnet show -g GROUP --vnet-name VNET -n SUBNET --query id -o tsv",
        ) from error
    return Names(subscription, group, cluster, vnet, subnet, vnet_group, network_subscription, assigned)


def _given(options: Mapping[str, Any], name: str) -> str | None:
    return options.get(name)


def _alone(option: str, options: Mapping[str, Any], others: Sequence[str]) -> None:
    also = [_SPELLED.get(name, "--" + name.replace("_", "-")) for name in others if options.get(name)]
    if also:
        raise DoNotGoTogether(
            f"{option} names the whole place, and {', '.join(also)} a part of one", f"leave {' and '.join(also)} out"
        )
