"""What AKS refuses a move to Azure CNI Overlay for, as far as Azure shows it. [K3 K10 K18 K20 K21 K22 J18]"""

import shlex
from collections.abc import Iterator

from azext_kubenet.addressing.findings import Finding, RunCommand, SetOptions, Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.managed_clusters import AgentPool, minor_of
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.running.cluster_locks import Written, locks_on
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.discovery.inside_cluster import InsideCluster
from azext_kubenet.discovery.inside_command import Part
from azext_kubenet.discovery.overlay_readiness import FIRST_MINOR, LONGEST_NAME, is_refused_size

_NONE = "none"
#: The first minor version from which an engine can be taken off: reported, and not documented. [K21] AKS#4006, #3845
_ENGINE_OFF_SINCE = 30


def _version(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """Its version of Kubernetes can move. [K3]"""
    cluster = context.cluster
    for pool in cluster.pools:
        if 0 < minor_of(pool.version) < FIRST_MINOR <= minor_of(cluster.version):
            place = context.pool_place(pool)
            yield Problem(
                f"pool {pool.name} runs Kubernetes {pool.version}; Azure CNI Overlay takes 1.{FIRST_MINOR} and newer",
                f"upgrade it: az aks nodepool upgrade {place} -k {cluster.version} --yes",
            )
    minor = minor_of(cluster.version)
    upgrade = f"upgrade it, one minor version after the other: az aks upgrade {context.place} -k 1.{{}} --yes"
    if cluster.version and minor < FIRST_MINOR:
        yield Problem(
            f"cluster {cluster.id.name} runs Kubernetes {cluster.version}, and Azure CNI Overlay takes 1.{FIRST_MINOR} "
            "and newer",
            upgrade.format(minor + 1),
        )


def _engine_version(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """Its version of Kubernetes can have its policy engine taken off. [K21]"""
    cluster = context.cluster
    minor = minor_of(cluster.version)
    if FIRST_MINOR <= minor < _ENGINE_OFF_SINCE and cluster.policy not in ("", _NONE):
        yield Problem(
            f"cluster {cluster.id.name} runs Kubernetes {cluster.version}: {cluster.policy} can be taken off only from "
            f"1.{_ENGINE_OFF_SINCE} on, as users report",
            f"upgrade it, one minor version after the other: az aks upgrade {context.place} -k 1.{minor + 1} --yes",
        )


def _engine(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """No network policy engine is set: a step of the move takes it off."""
    engine = context.cluster.policy
    if engine and engine != _NONE:
        yield Problem(
            f"network policy engine {engine} is set: Azure refuses the move with one, even without a policy, "
            "so it is taken off first, which replaces all nodes",
            f"by hand: az aks update {context.place} --network-policy none",
        )


def _policy_gap(context: RunningContext, plan: MovePlan) -> Iterator[Finding]:
    """Network policies are enforced all the time."""
    engine = context.cluster.policy
    if not engine or engine == _NONE:
        return
    until = "from then on, as no engine follows" if plan.then == _NONE else f"until {plan.then} is on all nodes"
    count = _policies(context)
    if count == 0:
        message = f"{engine} is taken off; no network policy and no rule of Calico's own is there that would be missed"
        yield Finding("policy-gap", Severity.INFO, (), message)
        return
    what = "network policies are" if count is None else f"network policies ({count} of them) are"
    save = "kubectl get networkpolicies --all-namespaces -o yaml"
    rule = "policy-gap"
    fixes: tuple[RunCommand | SetOptions, ...] = (
        RunCommand(f'az aks command invoke {context.place} --command "{save}"', "look at the policies first"),
    )
    if plan.then == _NONE:
        fixes = (SetOptions((("--then", "cilium"),)), *fixes)
    fixes = (*fixes, SetOptions((("--accept-risk", rule),)))
    message = f"{what} not enforced from the moment {engine} is taken off, {until}"
    yield Finding(rule, Severity.ERROR, ("--then",), message, fixes, acceptable="--accept-risk")


def _policies(context: RunningContext) -> int | None:
    """How many policies are in the cluster, those of Calico's own among them; None where that was not seen."""
    counts = context.inside.counts if isinstance(context.inside, InsideCluster) else {}
    found = [counts.get(each) for each in (Part.POLICIES, Part.CALICO)]
    return None if None in found else sum(each or 0 for each in found)


def _unenforced(context: RunningContext, plan: MovePlan) -> Iterator[Problem]:
    """Policies that are there are enforced now, and will be."""
    engine, count = context.cluster.policy or _NONE, _policies(context)
    if engine == _NONE and plan.then == _NONE and count:
        yield Problem(
            f"no network policy engine is set: network policies ({count} of them) are not enforced, before the move "
            "and after it",
            "use --then cilium, or delete what is not meant any more",
        )


def _locks(context: RunningContext, _: MovePlan) -> Iterator[Problem | Unreadable]:
    """No lock stops what a move writes, or removes. [R29 K19]"""
    cluster = context.cluster
    written = [
        Written(
            cluster.node_group,
            "AKS can neither add nor remove nodes, nor its route table, so the move fails",
            "AKS can remove neither nodes nor its route table, so the move fails",
            kept_is_grave=True,
        ),
        Written(cluster.id, "the cluster cannot be moved"),
    ]
    written += [
        Written(
            table,
            f"AKS cannot take the routes of nodes out of route table {table.name}",
            f"routes of nodes may stay in route table {table.name}",
        )
        for table in context.seen.attached_tables
        if not cluster.node_group.contains(table)
    ]
    for subnet in context.seen.subnets if cluster.has_own_network else ():
        if subnet.shown is not None and subnet.shown.route_table:
            without = f"AKS cannot take the route table off subnet {subnet.id.name}, and the move fails"
            written.append(Written(subnet.id, without))
    yield from locks_on(context, written)


def _names(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """No name is too long for the labels of Azure CNI Overlay. [J18]"""
    cluster = context.cluster
    places = [("node resource group", cluster.node_group.name)]
    for each in cluster.subnets:
        places += [("subnet", each.name), ("network", each.parent.name), ("resource group", each.group)]
    for what, name in dict.fromkeys(places):
        if len(name) > LONGEST_NAME:
            yield Problem(
                f"{what} {name} has a name of {len(name)} characters, and Azure CNI Overlay takes {LONGEST_NAME}",
                _new_cluster(context),
                severity=Severity.ERROR,
            )


def _new_cluster(context: RunningContext) -> str:
    return (
        "names cannot be changed: make a new cluster beside it, and move what runs: "
        "az kubenet plan --network-plugin azure --network-plugin-mode overlay -g "
        + shlex.quote(context.cluster.id.group)
    )


def _of_kind(rule: str) -> MovingCheck:
    """A check on the kind of each pool."""

    def run(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
        for pool in context.cluster.pools:
            said = _KINDS[rule](pool)
            if said:
                remove = f"az aks nodepool delete {context.pool_place(pool)}"
                mend = f"move its pods to another pool, then remove it: {remove}"
                if rule == "availability-set":
                    mend = f"az aks update {context.place} --migrate-vmas-to-vms"
                yield Problem(f"pool {pool.name} {said}", mend)

    return MovingCheck(rule, run)


def _sizes(pool: AgentPool) -> str:
    found = [each.size for each in pool.machines if is_refused_size(each.size)]
    return f"has machines of size {listed(found)}, which Azure CNI Overlay does not take" if found else ""


#: What is said of a pool that Azure CNI Overlay does not take; "" for nothing.
_KINDS = {
    "availability-set": lambda pool: (
        "is an availability set, which Azure CNI Overlay does not take" if pool.kind == "availabilityset" else ""
    ),
    "windows-pools": lambda pool: "runs Windows, which cannot move" if pool.os.lower() == "windows" else "",
    "pod-subnet-for-overlay": lambda pool: (
        f"has pods in subnet {pool.pod_subnet.name}, which cannot move" if pool.pod_subnet else ""
    ),
    "size-for-overlay": _sizes,
}

CHECKS = (
    MovingCheck("version-for-overlay", _version),
    MovingCheck("version-without-engine", _engine_version),
    MovingCheck("network-policy", _engine),
    MovingCheck("policy-gap", _policy_gap),
    MovingCheck("policies-without-engine", _unenforced),
    MovingCheck("locks", _locks),
    MovingCheck("names-for-overlay", _names),
    *map(_of_kind, _KINDS),
)
