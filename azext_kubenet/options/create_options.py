"""The options of `create`, typed once; nobody is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.model import Snapshot
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.choices import USER_ASSIGNED
from azext_kubenet.options.contradicted_plan import advice_anew, combine
from azext_kubenet.options.identity import Identity, read_identity
from azext_kubenet.options.names import name_findings
from azext_kubenet.options.node_counts import with_min_count
from azext_kubenet.options.place import names_of_create
from azext_kubenet.options.plan_file import NO_PLAN, PlanFile, read_plan
from azext_kubenet.options.private_cluster import PrivateCluster, read_private_cluster
from azext_kubenet.options.ranges import RangeOptions, read_ranges
from azext_kubenet.options.single_ranges import with_single_ranges
from azext_kubenet.options.tags import tag_findings
from azext_kubenet.options.typed import Typed

#: Options that are taken as they are typed, or name what is made or used: with an empty value, another would be.
_NOT_EMPTY = (
    "resource_group_name", "location", "vnet_address_prefixes", "subnet_prefix", "vnet_name", "subnet_name",
    "vnet_resource_group", "vnet_subnet_id", "accept_risk", "skip_checks", "role", "assign_identity",
    "service_principal", "client_secret",
)  # fmt: skip
#: Options that size the plan and reach the cluster too.
_SIZES = ("node_count", "max_count", "max_pods")


@dataclass(frozen=True)
class Provenance:
    """Where values come from.

    typed: options that the user typed
    planned: options whose values came from a plan; all others are defaults
    """

    typed: frozenset[str] = frozenset()
    planned: frozenset[str] = frozenset()


#: The option that takes the name of a registry, or its id.
_REGISTRY = "attach_acr"
#: Options with resource ids that others look at: subnet, identities, DNS zone.
_LOOKED_AT = ("vnet_subnet_id", "assign_identity", "assign_kubelet_identity", "private_dns_zone")


@dataclass(frozen=True)
class AksOptions:
    """Options of `az aks create`, by parameter name: passed on unread, but for a few that are looked at.

    values: as azure-cli has read them, defaults among them
    asked: those that were typed or came from a plan
    """

    values: dict[str, object] = field(default_factory=dict, repr=False)  # one of them may be a password
    asked: dict[str, object] = field(default_factory=dict, repr=False)

    @property
    def location(self) -> str:
        """The region, "" where none was typed."""
        return str(self.values.get("location") or "")

    @property
    def kubelet_identity(self) -> str:
        """The id of the kubelets' identity, "" for AKS's own."""
        return str(self.asked.get("assign_kubelet_identity") or "")

    @property
    def node_group(self) -> str:
        """The name of the node resource group, "" for AKS's own choice."""
        return str(self.asked.get("node_resource_group") or "")

    @property
    def outbound_type(self) -> str:
        """How traffic leaves, "" for Azure's default."""
        return str(self.asked.get("outbound_type") or "")

    @property
    def private_cluster(self) -> PrivateCluster | None:
        """How the API server of a private cluster is found; None for a public one."""
        return read_private_cluster(self.asked)

    @property
    def has_proxy(self) -> bool:
        """Whether nodes reach the internet through an HTTP proxy."""
        return bool(self.asked.get("http_proxy_config"))

    @property
    def tags(self) -> Mapping[str, str]:
        """Tags of everything that is created and can have tags. A policy may require them of each. [T3]"""
        typed = self.values.get("tags")
        return {str(key): str(value) for key, value in typed.items()} if isinstance(typed, dict) else {}

    @property
    def vm_sizes(self) -> tuple[str, ...]:
        """The VM sizes of the nodes that were typed, none for AKS's default."""
        return (*_several(self.asked.get("node_vm_size")), *_several(self.asked.get("vm_sizes")))

    @property
    def zones(self) -> tuple[str, ...]:
        """The availability zones of the nodes, none for no zones."""
        return _several(self.asked.get("zones"))

    @property
    def named_resources(self) -> Mapping[str, str]:
        """What options name by a resource id, or a registry by its name, by option; but what is looked at elsewhere."""
        typed = {name: self.text(name) for name, value in self.asked.items() if isinstance(value, str)}
        named = {name for name, value in typed.items() if value.lower().startswith("/subscriptions/")}
        return {
            f"--{name.replace('_', '-')}": typed[name]
            for name in sorted(named | {_REGISTRY} & {*typed})
            if typed[name] and name not in _LOOKED_AT
        }

    def text(self, name: str) -> str:
        """An option that was typed, as text; "" for one that was not."""
        return str(self.asked.get(name) or "").strip()

    @property
    def grants_wanted(self) -> bool:
        """Whether a role on the network may be granted."""
        return not self.asked.get("skip_subnet_role_assignment")

    @property
    def autoscaler(self) -> bool:
        """Whether the first pool scales by itself."""
        return bool(self.values.get("enable_cluster_autoscaler"))


def _several(value: object) -> tuple[str, ...]:
    """The words of an option that takes several, as a list or with commas between them."""
    words = value if isinstance(value, list | tuple) else [value] if value else []
    return tuple(each.strip() for word in words for each in str(word).split(",") if each.strip())


class RoleOptions(NamedTuple):
    """What may be granted to the cluster's identity.

    name: the role, as the user calls it
    scope: on what, a word of choices.ROLE_SCOPES
    wanted: whether it is granted at all
    kubelet: id of the kubelets' identity, on which it needs a role of its own; "" where it needs none
    zone: id of a private DNS zone, on which it needs another, and a right on the network; empty without one
    """

    name: str
    scope: str
    wanted: bool
    kubelet: str
    zone: ResourceId = ResourceId()


@dataclass(frozen=True)
class CreateOptions:  # pylint: disable=too-many-instance-attributes
    """What the user asks for.

    ranges: sizes, requests and reservations
    names: of everything; their subscription is "" until it is known
    identity: of the cluster
    aks: the options of `az aks create`
    role: what may be granted to the identity
    subnet_by_id: whether the subnet was named by its id, so that it must exist
    network_is_named: whether the network was named, so that it may well exist
    discover: a word of choices.DISCOVERIES, or ""
    plan: what came from `az kubenet plan`
    provenance: what was typed, and what the plan said
    accept_risk: names of rules, as typed; skip_checks: names of checks, typed or of the plan
    dry_run, no_wait, rollback: how to go about it
    timeout: seconds to wait, at most, for what passes by itself
    findings: what is wrong with any of it
    """

    ranges: RangeOptions
    names: Names
    identity: Identity
    aks: AksOptions
    role: RoleOptions
    subnet_by_id: bool
    network_is_named: bool
    discover: str
    plan: PlanFile
    provenance: Provenance
    accept_risk: tuple[str, ...]
    skip_checks: tuple[str, ...]
    dry_run: bool
    no_wait: bool
    rollback: bool
    timeout: float
    findings: tuple[Finding, ...]

    @property
    def seen(self) -> Snapshot | None:
        """What the plan saw in Azure."""
        return self.plan.seen

    @property
    def accepted(self) -> tuple[str, ...]:
        """Names of the rules that are accepted, here or when the plan was made."""
        return (*self.accept_risk, *self.plan.accepted)

    def beside_plan(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings as they are told beside a plan: what it has accepted was told when it was made."""
        told = [each for each in findings if not (each.accepted and each.message in self.plan.told)]
        least, nodes = self.aks.asked.get("min_count"), self.ranges.size.first_pool_nodes
        return with_min_count(advice_anew(told, self.plan), least, nodes)

    @property
    def words(self) -> Mapping[str, str]:
        """What words in capitals stand for in commands: empty for what was not typed."""
        zone, kubelet, app_id = str(self.role.zone or ""), self.role.kubelet, self.identity.app_id or ""
        return {"ZONE_ID": zone, "KUBELET_IDENTITY_ID": kubelet, "APP_ID": app_id}


def read_create_options(typed: Typed, lent: Iterable[str], switched_on: Iterable[str] = ()) -> CreateOptions:
    """The options, with all that is wrong with them. Raises WrongUsage.

    lent: parameters of `az aks create`; switched_on: those of them that are on unless they are typed
    """
    lent, typed = tuple(lent), with_single_ranges(typed)
    plan = NO_PLAN if typed.value("plan") is None else read_plan(str(typed.value("plan")))
    if typed.flag("dry_run") and typed.flag("no_wait"):
        raise WrongUsage("--no-wait: a dry run has nothing to wait for", "leave --no-wait out")
    wanted, contradictions = combine(plan, typed)
    ranges = read_ranges(wanted)
    names = names_of_create(wanted, frozenset(plan.options.all) - typed.names)
    identity, aks = read_identity(typed), _aks(typed, wanted, ranges, lent, frozenset(switched_on))
    by_id = bool(wanted.text("vnet_subnet_id"))
    prefix = str(aks.asked.get("dns_name_prefix") or "")
    unfit = name_findings(names, subnet_by_id=by_id, node_group=aks.node_group, dns_prefix=prefix)
    tags = [*tag_findings("--tags", aks.values.get("tags"))]
    tags += tag_findings("--nodepool-tags", aks.values.get("nodepool_tags"))
    kubelet = aks.kubelet_identity if identity.kind == USER_ASSIGNED else ""
    zone = aks.private_cluster.zone if aks.private_cluster else ResourceId()
    return CreateOptions(
        ranges=ranges,
        names=names,
        identity=identity,
        aks=aks,
        role=RoleOptions(typed.text("role"), typed.text("role_scope"), aks.grants_wanted, kubelet, zone),
        subnet_by_id=by_id,
        network_is_named=by_id or bool(wanted.text("vnet_name")),
        discover=wanted.text("discover"),
        plan=plan,
        provenance=Provenance(typed.names, frozenset(plan.options.all) - typed.names),
        accept_risk=typed.words("accept_risk"),
        skip_checks=(*typed.words("skip_checks"), *plan.skipped),
        dry_run=typed.flag("dry_run"),
        no_wait=typed.flag("no_wait"),
        rollback=typed.flag("rollback_on_failure"),
        timeout=_seconds(typed),
        findings=(*typed.empty(_NOT_EMPTY), *unfit, *tags, *plan.findings, *contradictions, *ranges.findings),
    )


def _seconds(typed: Typed) -> float:
    """How long to wait, at most. Raises WrongUsage for less than nothing."""
    text = typed.text("propagation_timeout") or "0"
    if float(text) < 0:
        raise WrongUsage(f"--propagation-timeout {text}: expected 0 or more seconds", "use --propagation-timeout 300")
    return float(text)


def _aks(
    typed: Typed, wanted: Typed, ranges: RangeOptions, lent: tuple[str, ...], switched_on: frozenset[str]
) -> AksOptions:
    known = {name: typed.value(name) for name in lent if name in typed.names}
    asked = {name: value for name, value in known.items() if name not in switched_on or value is not True}
    asked |= {name: wanted.value(name) for name in _SIZES if wanted.value(name) is not None}
    if ranges.size.pools:
        asked["node_count"] = ranges.size.first_pool_nodes
        asked["nodepool_name"] = ranges.size.pools[0].name
    return AksOptions(typed.passed_on(lent), asked)


def another_subscription(there: str, subscription: str) -> list[Finding]:
    """A plan for a network in another subscription: a new subnet of it cannot be named from here.

    there: the subscription that the plan names, "" for none
    subscription: the one that is logged in to, "" while it is not known
    """
    if not there or not subscription or there.lower() == subscription.lower():
        return []
    message = f"the plan is for a network in subscription {there}, and the cluster would be in {subscription}"
    fixes = advise(f"add --subscription {there}")
    return [Finding("plan-contradicted", Severity.ERROR, ("--plan",), message, fixes)]
