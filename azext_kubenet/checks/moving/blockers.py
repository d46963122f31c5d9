"""What AKS refuses a move to Azure CNI Overlay for, as far as Azure shows it. [K3 K10 K18 K20 K21 K22 J18]"""

import shlex
from collections.abc import Iterator

from azext_kubenet.addressing.findings import Finding, RunCommand, SetOptions, Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.managed_clusters import AgentPool, minor_of
from azext_kubenet.azure.reads import Read
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.join_rights import attached_to
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.running.cluster_locks import Written, locks_on
from azext_kubenet.checks.running.identity_rights import Needed, lacking_of
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.discovery.overlay_readiness import FIRST_MINOR, LONGEST_NAME, is_refused_size

_NONE = "none"
#: The first minor version from which an engine can be taken off: reported, and not documented. [K21] AKS#4006, #3845
_ENGINE_OFF_SINCE = 30
#: Rights that taking a table off a subnet needs, and taking routes out of a table. [K19]
_DETACH = ("Microsoft.Network/virtualNetworks/subnets/read", "Microsoft.Network/virtualNetworks/subnets/write")
_REMOVE = ("Microsoft.Network/routeTables/read", "Microsoft.Network/routeTables/routes/delete")


def _version(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """Its version of Kubernetes can move, and can have its policy engine taken off."""
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
    elif cluster.version and cluster.policy not in ("", _NONE) and minor < _ENGINE_OFF_SINCE:
        yield Problem(
            f"cluster {cluster.id.name} runs Kubernetes {cluster.version}: {cluster.policy} can be taken off only from "
            f"1.{_ENGINE_OFF_SINCE} on, as users report",
            upgrade.format(minor + 1),
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
    save = "kubectl get networkpolicies --all-namespaces -o yaml"
    rule = "policy-gap"
    fixes: tuple[RunCommand | SetOptions, ...] = (
        RunCommand(f'az aks command invoke {context.place} --command "{save}"', "look at the policies first"),
    )
    if plan.then == _NONE:
        fixes = (SetOptions((("--then", "cilium"),)), *fixes)
    fixes = (*fixes, SetOptions((("--accept-risk", rule),)))
    message = f"network policies are not enforced from the moment {engine} is taken off, {until}"
    yield Finding(rule, Severity.ERROR, ("--then",), message, fixes, acceptable="--accept-risk")


def _identity(context: RunningContext, plan: MovePlan) -> Iterator[Problem]:
    """It runs as a user-assigned identity, which may take the route table off. [K18]"""
    cluster, kind = context.cluster, context.cluster.identity_type.lower()
    if plan.has_another_identity(cluster) or kind in ("userassigned", ""):
        return
    own_table = any(not cluster.node_group.contains(each) for each in context.seen.attached_tables)
    grave = kind == "serviceprincipal" or cluster.has_own_network or own_table
    group, name = shlex.quote(cluster.id.group), shlex.quote(f"{cluster.id.name}-identity")
    what = "a service principal" if kind == "serviceprincipal" else "the identity that Azure gave it"
    yield Problem(
        f"cluster {cluster.id.name} runs as {what}: Microsoft asks for a user-assigned identity, which takes the route "
        "table off the subnet",
        f"make one: az identity create -g {group} -n {name}; then run this again with --assign-identity and its id",
        severity=None if grave else Severity.WARNING,
    )


def _assigned(context: RunningContext, plan: MovePlan) -> Iterator[Problem]:
    """The identity that it is to run as exists."""
    identity = plan.identity
    if (
        identity
        and context.look_at(f"identity {identity.name}", Read(str(identity), api_versions.IDENTITY_API)) is None
    ):
        yield Problem(
            f"identity {identity.name} does not exist in resource group {identity.group}",
            "list the ids: az identity list --query [].id -o tsv",
            ("--assign-identity",),
        )


def _detach(context: RunningContext, plan: MovePlan) -> Iterator[Problem | Unreadable]:
    """Its identity may take the table off its subnets, and its routes out of a table of the user's. [K19]"""
    cluster = context.cluster
    if plan.has_another_identity(cluster) or not cluster.has_own_network or cluster.application:
        return
    needed = [
        Needed(f"subnet {each.id.name}", each.id, _DETACH, "AKS cannot take the route table off, and the move fails")
        for each in context.seen.subnets
        if each.shown is not None and each.shown.route_table
    ]
    for table in context.seen.attached_tables:
        if not cluster.node_group.contains(table):
            without = "routes of nodes stay behind"
            needed.append(Needed(f"route table {table.name}", table, _REMOVE, without))
    yield from lacking_of(context, needed)
    for each in lacking_of(context, [*_joined(context)]):  # that AKS fails without is not verified [I16]
        yield each._replace(severity=Severity.WARNING) if isinstance(each, Problem) else each
    yield from context.unread("networks", "subnets")


def _joined(context: RunningContext) -> Iterator[Needed]:
    """What the subnets refer to beside the table: Azure asks whoever writes a subnet for the right to join it. [I16]"""
    subnets = [each.shown for each in context.seen.subnets if each.shown is not None and each.shown.route_table]
    for each in dict.fromkeys(found for subnet in subnets for found in attached_to(subnet)):
        without = "Azure may refuse AKS to take the table off a subnet with it, with LinkedAuthorizationFailed"
        yield Needed(f"{each.what} {each.id.name}", each.id, (each.action,), without)


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
    MovingCheck("network-policy", _engine),
    MovingCheck("policy-gap", _policy_gap),
    MovingCheck("identity-for-overlay", _identity),
    MovingCheck("assigned-identity", _assigned),
    MovingCheck("detach-rights", _detach),
    MovingCheck("locks", _locks),
    MovingCheck("names-for-overlay", _names),
    *map(_of_kind, _KINDS),
)
