"""What exists in Azure, and what follows from it for the wish."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from netaddr import IPAddress, IPNetwork, valid_ipv4

from azext_kubenet.addressing.model import Finding, Reservation, Severity, Wish
from azext_kubenet.provisioning import resources
from azext_kubenet.provisioning.around import shown
from azext_kubenet.provisioning.around.surroundings import own_subnets
from azext_kubenet.provisioning.around.topology import ranges as networks_of
from azext_kubenet.provisioning.reader import Read, Reader
from azext_kubenet.provisioning.resources import Names, contains_id

Json = dict[str, Any]
#: The finding that what exists cannot be planned in, as it has no prefix.
WITHOUT_PREFIX = "address-prefix-missing"


@dataclass(frozen=True)
class Facts:
    """The resources of a cluster as Azure shows them; None for one that does not exist."""

    group: Json | None
    vnet: Json | None
    identity: Json | None
    cluster: Json | None

    def subnet(self, name: str) -> Json | None:
        """A subnet of the network."""
        subnets = shown.items(shown.within(self.vnet, "properties"), "subnets")
        return next((each for each in subnets if str(each.get("name") or "").lower() == name.lower()), None)


def first_reads(names: Names, *, network_is_named: bool, with_identity: bool) -> list[Read]:
    """What can be asked for at once: group and cluster, and the network and the identity where they may well exist.

    What lies in a group that does not exist need not be asked for: that is told by the group's answer.
    """
    reads = [Read(names.group_id, resources.GROUP_API), Read(names.cluster_id, resources.CLUSTER_API)]
    if network_is_named:
        reads.append(Read(names.vnet_id, resources.VNET_API))
    if with_identity:
        reads.append(Read(names.new_identity_id, resources.IDENTITY_API))
    return reads


def gather(reader: Reader, names: Names, follow: Callable[[Facts], Iterable[Read]], *, with_identity: bool) -> Facts:
    """Group, network, identity and cluster.

    follow: what to read on, side by side with the identity, once the network is known.
    """
    group = reader.get(names.group_id, resources.GROUP_API)
    vnet = Read(names.vnet_id, resources.VNET_API)
    identity = Read(names.new_identity_id, resources.IDENTITY_API)
    asked = [
        read
        for read in ([vnet, identity] if with_identity else [vnet])
        if group or not contains_id(names.group_id, read.path)
    ]
    reader.foresee(asked)
    seen = Facts(
        group=group,
        vnet=reader.get(vnet.path, vnet.api_version) if vnet in asked else None,
        identity=None,
        cluster=reader.get(names.cluster_id, resources.CLUSTER_API),
    )
    reader.foresee(follow(seen))
    return replace(seen, identity=reader.get(identity.path, identity.api_version)) if identity in asked else seen


def subnet_prefix(subnet: Json) -> IPNetwork | None:
    """The prefix of a subnet, the first IPv4 one of several; None for one that has none, or none yet."""
    return next(networks_of(shown.prefixes_of(subnet)), None)


def reservations(facts: Facts, names: Names) -> list[Reservation]:
    """The other subnets of the network, in all of their prefixes."""
    network = shown.network(facts.vnet or {})._replace(id=names.vnet_id)
    return [*own_subnets(network, names.subnet)]


def adopt(wish: Wish, facts: Facts, names: Names) -> tuple[Wish, list[Finding]]:
    """The wish with what exists filled in; a wish for something else than what exists is a finding."""
    findings: list[Finding] = []
    if facts.vnet is not None:
        what = f"virtual network {names.vnet}"
        prefixes = tuple(networks_of(shown.network(facts.vnet).prefixes))
        if not prefixes:
            findings.append(_without_prefix("--vnet-name", what))
        elif not _agrees(wish.vnet, prefixes):
            findings.append(_differs("--vnet-address-prefixes", what, wish.vnet, prefixes))
        wish = replace(wish, vnet=prefixes, existing=("vnet",))
    subnet = facts.subnet(names.subnet)
    if subnet is not None:
        what = f"subnet {names.subnet} of {names.vnet}"
        prefix = subnet_prefix(subnet)
        if prefix is None:
            findings.append(_without_prefix("--subnet-name", what))
        elif not _agrees(wish.subnet, prefix):
            findings.append(_differs("--subnet-prefix", what, wish.subnet, prefix))
        wish = replace(wish, subnet=prefix, existing=(*wish.existing, "subnet"))
    if facts.cluster is not None:
        wish = _adopt_cluster(wish, facts.cluster, findings)
    return wish, findings


def _adopt_cluster(wish: Wish, cluster: Json, findings: list[Finding]) -> Wish:
    """The ranges of an existing cluster; a wish for others is a finding."""
    profile, what = shown.within(cluster, "properties", "networkProfile"), f"cluster {cluster.get('name')}"
    for name, key, option in (("pods", "podCidr", "--pod-cidr"), ("services", "serviceCidr", "--service-cidr")):
        existing, wanted = next(networks_of([str(profile.get(key) or "")]), None), getattr(wish, name)
        if existing is not None:
            if not _agrees(wanted, existing):
                findings.append(_differs(option, what, wanted, existing))
            wish = replace(wish, pods=existing) if name == "pods" else replace(wish, services=existing)
    text = str(profile.get("dnsServiceIP") or "")
    if valid_ipv4(text):
        address = IPAddress(text)
        if wish.dns_ip not in (None, address):
            findings.append(_differs("--dns-service-ip", what, wish.dns_ip, address))
        wish = replace(wish, dns_ip=address)
    return wish


def _without_prefix(option: str, what: str) -> Finding:
    return Finding(
        WITHOUT_PREFIX,
        Severity.ERROR,
        (option,),
        f"{what} exists and has no IPv4 prefix: one from an IPAM pool may still be on its way",
        "run the command again once it has one, or choose another name",
    )


def beside(findings: Iterable[Finding], names: Names, group_option: str) -> list[Finding]:
    """The findings where the subnet exists: another prefix can only be that of a new subnet beside it.

    group_option: what names the network's group, "" if nothing need.
    """
    group = f"{group_option} {names.vnet_group} " if group_option else ""
    new = f"{group}--vnet-name {names.vnet} --subnet-name NEW --subnet-prefix "
    return [replace(each, recommendation=each.recommendation.replace("--subnet-prefix ", new)) for each in findings]


def _agrees(wanted: Any, existing: Any) -> bool:
    """Whether what exists is what was wished: nothing in particular, the same range, or one of the size."""
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return all(
            network.prefixlen == wanted for network in (existing if isinstance(existing, tuple) else (existing,))
        )
    return sorted(wanted) == sorted(existing) if isinstance(wanted, tuple) else bool(wanted == existing)


def _differs(option: str, what: str, wanted: Any, existing: Any) -> Finding:
    has, asked = _text(existing), f"/{wanted}" if isinstance(wanted, int) else _text(wanted)
    return Finding(
        "existing-resource-differs",
        Severity.ERROR,
        (option,),
        f"{what} exists with {has}, not {asked}: what exists is not changed",
        f"use {option} {has}, leave {option} out, or choose another name",
    )


def _text(ranges: Any) -> str:
    return " ".join(str(each) for each in ranges) if isinstance(ranges, tuple) else str(ranges)
