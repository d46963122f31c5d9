"""What exists in Azure, and what follows from it for the wish."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing.model import Finding, Reservation, Severity, Wish
from azext_kubenet.provisioning import resources
from azext_kubenet.provisioning.around import shown
from azext_kubenet.provisioning.around.surroundings import own_subnets
from azext_kubenet.provisioning.reader import Read, Reader
from azext_kubenet.provisioning.resources import Names, contains_id

Json = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """The resources of a cluster as Azure shows them; None for one that does not exist."""

    group: Json | None
    vnet: Json | None
    identity: Json | None
    cluster: Json | None

    def subnet(self, name: str) -> Json | None:
        """A subnet of the network."""
        for subnet in (self.vnet or {}).get("properties", {}).get("subnets", ()):
            if subnet["name"].lower() == name.lower():
                found: Json = subnet
                return found
        return None


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


def subnet_prefix(subnet: Json) -> IPNetwork:
    """The prefix of a subnet, the first IPv4 one of several."""
    properties = subnet["properties"]
    ipv4 = shown.prefixes_of(subnet)
    return IPNetwork(ipv4[0] if ipv4 else properties.get("addressPrefix") or properties["addressPrefixes"][0])


def reservations(facts: Facts, names: Names) -> list[Reservation]:
    """The other subnets of the network, in all of their prefixes."""
    network = shown.network(facts.vnet or {})._replace(id=names.vnet_id)
    return [*own_subnets(network, names.subnet)]


def adopt(wish: Wish, facts: Facts, names: Names) -> tuple[Wish, list[Finding]]:
    """The wish with what exists filled in; a wish for something else than what exists is a finding."""
    findings: list[Finding] = []
    if facts.vnet is not None:
        prefixes = tuple(
            IPNetwork(prefix) for prefix in facts.vnet["properties"]["addressSpace"]["addressPrefixes"] if "." in prefix
        )
        if not _agrees(wish.vnet, prefixes):
            findings.append(_differs("--vnet-address-prefixes", f"virtual network {names.vnet}", wish.vnet, prefixes))
        wish = replace(wish, vnet=prefixes, vnet_exists=True)
    subnet = facts.subnet(names.subnet)
    if subnet is not None:
        prefix = subnet_prefix(subnet)
        if not _agrees(wish.subnet, prefix):
            findings.append(_differs("--subnet-prefix", f"subnet {names.subnet} of {names.vnet}", wish.subnet, prefix))
        wish = replace(wish, subnet=prefix)
    if facts.cluster is not None:
        wish = _adopt_cluster(wish, facts.cluster, findings)
    return wish, findings


def _adopt_cluster(wish: Wish, cluster: Json, findings: list[Finding]) -> Wish:
    """The ranges of an existing cluster; a wish for others is a finding."""
    profile = cluster["properties"].get("networkProfile") or {}
    for name, key, option in (("pods", "podCidr", "--pod-cidr"), ("services", "serviceCidr", "--service-cidr")):
        if profile.get(key):
            existing, wanted = IPNetwork(profile[key]), getattr(wish, name)
            if not _agrees(wanted, existing):
                findings.append(_differs(option, f"cluster {cluster['name']}", wanted, existing))
            wish = replace(wish, pods=existing) if name == "pods" else replace(wish, services=existing)
    if profile.get("dnsServiceIP"):
        address = IPAddress(profile["dnsServiceIP"])
        if wish.dns_ip not in (None, address):
            findings.append(_differs("--dns-service-ip", f"cluster {cluster['name']}", wish.dns_ip, address))
        wish = replace(wish, dns_ip=address)
    return wish


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
