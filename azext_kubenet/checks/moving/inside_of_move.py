"""What only the cluster's own API shows of a move, where it was asked for; and that nobody asked. [K24 K25 K30]"""

import shlex
from collections.abc import Iterator

from azext_kubenet.addressing.findings import Finding, Fix, SetOptions, Severity, advise
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.running.inside import cut_of, kubectl, seen_inside
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.discovery.inside_cluster import InsideCluster
from azext_kubenet.discovery.inside_command import IP_MASQ, Part

#: Objects that a message names, and characters of the contents of a ConfigMap.
_NAMED, _SHOWN = 5, 200
_CILIUM = "cilium"


def _inspected(context: RunningContext, _: MovePlan) -> Iterator[Finding]:
    """Somebody has looked inside of the cluster."""
    inside = context.inside
    if not isinstance(inside, InsideCluster):
        began = "nobody has looked inside the cluster" if inside is None else "nothing was seen inside the cluster"
        message = (
            f"{began}: disruption budgets that stop the move halfway, own rules of ip-masq-agent ({IP_MASQ}) for which "
            "Azure refuses it, and nodes that are not ready are not seen"
        )
        look: tuple[Fix, ...] = (SetOptions((("--inspect-cluster", ""),)),)
        if inside is not None:
            message += f" ({inside.why})"
            look = advise(f"for a look inside: {inside.mend}")
        fixes = (*look, SetOptions((("--accept-risk", "cluster-not-inspected"),)))
        yield Finding("cluster-not-inspected", Severity.ERROR, (), message, fixes, acceptable="--accept-risk")


def _ip_masq(context: RunningContext, _: MovePlan) -> Iterator[Problem | Unreadable]:
    """There are no rules of ip-masq-agent of the user's own. [K24]"""
    inside = seen_inside(context, Part.IP_MASQ)
    for each in inside.ip_masq if inside else ():
        contents = " ".join(each.contents.split())
        shown = f"{contents[:_SHOWN]} ..." if len(contents) > _SHOWN else contents
        yield Problem(
            f"ConfigMap {each.name} in kube-system has own rules of masquerading; Azure refuses a move then: {shown}",
            "once it is clear that nothing needs them, as its ranges cannot be reached from pod addresses afterwards: "
            + kubectl(context, f"kubectl delete configmap -n kube-system {shlex.quote(each.name)}"),
        )
    if inside:
        yield from cut_of(context, inside, Part.IP_MASQ)


def _daemon_sets(context: RunningContext, _: MovePlan) -> Iterator[Problem | Unreadable]:
    """No DaemonSet writes iptables of the nodes."""
    inside = seen_inside(context, Part.DAEMON_SETS)
    found = [each for each in (inside.daemon_sets if inside else ()) if each.names_iptables and not each.of_aks]
    if found:
        names = [f"{each.namespace}/{each.name}" for each in found[:_NAMED]]
        describe = kubectl(context, f"kubectl get daemonset -n {found[0].namespace} {found[0].name} -o yaml")
        yield Problem(
            f"{many(len(found), 'DaemonSet')} on the network of nodes may write iptables for kubenet: {listed(names)}",
            f"see what it does, and whether it is needed on Overlay: {describe}",
        )
    if inside:
        yield from cut_of(context, inside, Part.DAEMON_SETS)


def _calico(context: RunningContext, _: MovePlan) -> Iterator[Problem | Unreadable]:
    """There are no rules in objects of Calico's own, which no other engine reads."""
    inside = seen_inside(context, Part.CALICO)
    found = inside.calico if inside else ()
    if found:
        names = [f"{each.kind} {each.namespace}/{each.name}".replace(" /", " ") for each in found[:_NAMED]]
        save = kubectl(context, "kubectl get globalnetworkpolicies,globalnetworksets,hostendpoints -o yaml")
        yield Problem(
            f"{many(len(found), 'object')} of Calico's own: {listed(names)}; they are not enforced without Calico",
            f"save them, and write them anew for the engine that follows: {save}",
        )
    if inside:
        yield from cut_of(context, inside, Part.CALICO)


def _for_cilium(context: RunningContext, plan: MovePlan) -> Iterator[Problem | Unreadable]:
    """No NetworkPolicy says something that Cilium reads otherwise. [K44]"""
    inside = seen_inside(context, Part.POLICIES) if plan.then == _CILIUM else None
    if inside is None:
        return
    networks = [each for each in (context.seen.pods, *(subnet.prefix for subnet in context.seen.subnets)) if each]
    for each in inside.policies:
        within = each.within(networks)
        if within or each.named_ports:
            what = [f"ranges of pods or nodes ({', '.join(within)})"] if within else []
            what += [f"ports by name ({', '.join(each.named_ports)})"] if each.named_ports else []
            yield Problem(
                f"NetworkPolicy {each.namespace}/{each.name} has {listed(what)}, which Cilium reads otherwise",
                "write it with selectors of pods and port numbers: "
                + kubectl(context, f"kubectl get networkpolicy -n {each.namespace} {each.name} -o yaml"),
            )
    yield from cut_of(context, inside, Part.POLICIES)


CHECKS = (
    MovingCheck("cluster-not-inspected", _inspected),
    MovingCheck("ip-masq-config", _ip_masq),
    MovingCheck("iptables-daemon-sets", _daemon_sets),
    MovingCheck("calico-objects", _calico),
    MovingCheck("network-policies-for-cilium", _for_cilium),
)
