"""What exists in Azure, and what follows from it for the requests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from netaddr import IPAddress, IPNetwork, valid_ipv4

from azext_kubenet.addressing.findings import Finding, LeaveOut, RunCommand, Severity, advise, use
from azext_kubenet.addressing.model import RangeKind, RangeRequests, Reservation, fixed
from azext_kubenet.azure import api_versions, bodies
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.bodies import Json, items, text, texts, within
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import Subnet, VirtualNetwork
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.discovery.coverage import UNREADABLE
from azext_kubenet.discovery.surroundings import own_subnets
from azext_kubenet.discovery.topology import ranges as networks_of
from azext_kubenet.errors import Refused

#: The finding that what exists cannot be planned in, as it has no prefix.
WITHOUT_PREFIX = "address-prefix-missing"
#: A read that only makes the answer better was refused: what was not looked at is said, and the run goes on.
NOT_LOOKED_AT = "not-looked-at"


@dataclass(frozen=True)
class ExistingResources:
    """The resources of a cluster as Azure shows them; None for one that does not exist.

    hidden: refusals to show one of them, by its id. It is taken to exist, and what is known of it stands in its place.
    """

    group: Json | None
    vnet: Json | None
    identity: Json | None
    cluster: Json | None
    hidden: Mapping[str, AzureError] = field(default_factory=dict)

    @property
    def network_is_seen(self) -> bool:
        """Whether the network exists and shows its address space; of a hidden one the subnet alone may be known."""
        return self.vnet is not None and not self._hides(self.vnet)

    @property
    def identity_is_seen(self) -> bool:
        """Whether the identity exists and shows its principal."""
        return self.identity is not None and not self._hides(self.identity)

    def _hides(self, resource: Json) -> bool:
        return str(resource.get("id") or "") in self.hidden

    @cached_property
    def network(self) -> VirtualNetwork:
        """The network, parsed; an empty one if it does not exist."""
        return VirtualNetwork.parse(self.vnet or {})

    @cached_property
    def managed_cluster(self) -> Cluster | None:
        """The cluster, parsed."""
        return None if self.cluster is None else Cluster.parse(self.cluster)

    @property
    def identity_principal(self) -> str:
        """The object id of the identity's principal, "" if it is not known."""
        return bodies.text(bodies.within(self.identity, "properties"), "principalId")

    def subnet(self, name: str) -> Json | None:
        """A subnet of the network, as Azure shows it."""
        subnets = bodies.items(bodies.within(self.vnet, "properties"), "subnets")
        return next((each for each in subnets if str(each.get("name") or "").lower() == name.lower()), None)


def first_reads(names: Names, *, network_is_named: bool, with_identity: bool) -> list[Read]:
    """What can be asked for at once: group and cluster, and the network and the identity where they may well exist.

    What is in a group that does not exist need not be asked for: that is told by the group's answer.
    """
    reads = [Read(names.group_id, api_versions.GROUP_API), Read(names.cluster_id, api_versions.CLUSTER_API)]
    if network_is_named:
        reads.append(Read(names.vnet_id, api_versions.VNET_API))
    if with_identity:
        reads.append(Read(names.new_identity_id, api_versions.IDENTITY_API))
    return reads


def attached_reads(names: Names, existing: ExistingResources) -> list[Read]:
    """What is attached to the subnet, as far as it is always looked at: its route table and its security group."""
    subnet = existing.network.subnet(names.subnet)
    if subnet is None:
        return []
    attached = ((subnet.route_table, api_versions.TABLE_API), (subnet.security_group, api_versions.NSG_API))
    return [Read(str(each), version) for each, version in attached if each]


def read_existing(
    reader: Reader, names: Names, follow: Callable[[ExistingResources], Iterable[Read]], *, with_identity: bool
) -> ExistingResources:
    """Group, network, identity and cluster.

    follow: what to read on, side by side with the identity, once the network is known. Raises AzureError, which names
    it, for what nothing can be decided without: the cluster, a network with its subnet, an identity of our own.
    """
    hidden: dict[str, AzureError] = {}
    group_read = Read(names.group_id, api_versions.GROUP_API)
    group = _seen(reader, group_read, f"resource group {names.group}", {"name": names.group}, hidden, is_forbidden)
    identity = Read(names.new_identity_id, api_versions.IDENTITY_API)
    asked = [
        read
        for read in ([_vnet(names), identity] if with_identity else [_vnet(names)])
        if group or not ResourceId(names.group_id).contains(ResourceId(read.path))
    ]
    reader.prefetch(asked)
    seen = ExistingResources(
        group=group,
        vnet=read_network(reader, names, hidden) if _vnet(names) in asked else None,
        identity=None,
        cluster=_seen(
            reader, Read(names.cluster_id, api_versions.CLUSTER_API), f"cluster {names.cluster}", None, hidden
        ),
        hidden=hidden,
    )
    reader.prefetch(follow(seen))
    if identity not in asked:
        return seen
    name = ResourceId(identity.path).name
    known = {"name": name, "properties": {}} if names.identity_id else None
    return replace(seen, identity=_seen(reader, identity, f"identity {name}", known, hidden))


def _vnet(names: Names) -> Read:
    return Read(names.vnet_id, api_versions.VNET_API)


def read_network(reader: Reader, names: Names, hidden: dict[str, AzureError]) -> Json | None:
    """The network; of one that cannot be read, what its subnet shows, and why goes into hidden.

    A right on the subnet alone is enough for a cluster [I20], and a subnet shows its prefix and all that is attached.
    """
    try:
        return reader.get(names.vnet_id, api_versions.VNET_API)
    except AzureError as error:
        if not names.subnet:
            raise error.reading(f"virtual network {names.vnet}") from error
        try:
            subnet = reader.get(names.subnet_id, api_versions.SUBNET_API)
        except AzureError as hides:
            if not (is_forbidden(error) and is_forbidden(hides)):
                raise error.reading(f"virtual network {names.vnet}") from error
            hidden[names.subnet_id], subnet = hides, {"id": names.subnet_id}  # to join it is enough for Azure [I12]
        hidden[names.vnet_id] = error
        properties = {"subnets": [{**subnet, "name": names.subnet}] if subnet else []}
        return {"id": names.vnet_id, "name": names.vnet, "properties": properties}


def _seen(  # pylint: disable=too-many-positional-arguments
    reader: Reader,
    read: Read,
    what: str,
    known: Json | None,
    hidden: dict[str, AzureError],
    hides: Callable[[AzureError], bool] = lambda _: True,
) -> Json | None:
    """What lies at a path; what is known of it where it cannot be read, if anything is.

    what: in words; hides: whether an error leaves no doubt that it exists
    """
    try:
        return reader.get(read.path, read.api_version)
    except AzureError as error:
        if known is None or not hides(error):
            raise error.reading(what) from error
        hidden[read.path] = error
        return {"id": read.path, **known}


def plannable(existing: ExistingResources, names: Names, requests: RangeRequests) -> None:
    """Raise Refused where a range must be found for a new subnet in a network that is hidden."""
    error = existing.hidden.get(names.vnet_id)
    unseen = names.subnet_id in existing.hidden
    if error is None or requests.subnet.is_fixed or (existing.subnet(names.subnet) is not None and not unseen):
        return
    if unseen:
        raise Refused(
            f"neither network {names.vnet} nor its subnet {names.subnet} may be read: {error}",
            f"use --subnet-prefix CIDR with the prefix of subnet {names.subnet}",
        )
    raise Refused(
        f"network {names.vnet} may not be read, so no free range can be found in it: {error}",
        f"use --subnet-prefix CIDR with a range of {names.vnet} that is free, or --vnet-subnet-id with a subnet",
    )


def not_seen(existing: ExistingResources, names: Names, caller: Caller) -> list[Finding]:
    """A warning for the network of which only the subnet is shown: what was not looked at, and how it can be."""
    error = existing.hidden.get(names.vnet_id)
    if error is None:
        return []
    reader = caller.grant_command("Reader", names.vnet_id)
    subnet = f"subnet {names.subnet}"
    known = f"what {subnet} shows" if names.subnet_id not in existing.hidden else "--subnet-prefix"
    unread = "its other subnets" if names.subnet_id not in existing.hidden else f"its subnets, {subnet} among them"
    return [
        Finding(
            UNREADABLE,
            Severity.WARNING,
            (),
            f"network {names.vnet} could not be read ({error.reason}): the plan uses "
            f"{known}; not read: {unread}, what it is connected to",
            (
                *([RunCommand(reader, "have an administrator run")] if error.status == 403 else []),
                *advise("add what is in use there: --exclude-prefixes CIDR"),
            ),
        )
    ]


def subnet_prefix(subnet: Subnet) -> IPNetwork | None:
    """The prefix of a subnet, the first IPv4 one of several; None for one that has none, or none yet."""
    return next(networks_of(subnet.prefixes), None)


def reservations(existing: ExistingResources, names: Names) -> list[Reservation]:
    """The other subnets of the network, in all of their prefixes."""
    return [*own_subnets(existing.network._replace(id=ResourceId(names.vnet_id)), names.subnet)]


def apply_existing(
    requests: RangeRequests, existing: ExistingResources, names: Names
) -> tuple[RangeRequests, list[Finding]]:
    """The requests with what exists filled in; one for something else than what exists is a finding."""
    findings: list[Finding] = []
    if existing.vnet is not None and existing.network_is_seen:
        prefixes, what = [*networks_of(existing.network.prefixes)], f"virtual network {names.vnet}"
        if not prefixes:
            space = texts(within(existing.vnet, "properties", "addressSpace"), "addressPrefixes")
            findings.append(_without_prefix("--vnet-name", what, space))
        requests = _apply(requests, RangeKind.VNET, prefixes, what, findings)
        requests = replace(requests, existing=(RangeKind.VNET,))
    subnet = existing.network.subnet(names.subnet)
    if subnet is not None:
        prefix, what = subnet_prefix(subnet), f"subnet {names.subnet} of {names.vnet}"
        if names.subnet_id not in existing.hidden:  # of a hidden one, the prefix is as typed
            if prefix is None:
                findings.append(_without_prefix("--subnet-name", what, _shown_prefixes(existing, names)))
            requests = _apply(requests, RangeKind.SUBNET, [prefix] if prefix is not None else [], what, findings)
        requests = replace(requests, existing=(*requests.existing, RangeKind.SUBNET))
    if existing.managed_cluster is not None:
        requests = _adopt_cluster(requests, existing.managed_cluster, f"cluster {names.cluster}", findings)
    return requests, findings


def _adopt_cluster(requests: RangeRequests, cluster: Cluster, what: str, findings: list[Finding]) -> RangeRequests:
    """The ranges of an existing cluster; a request for others is a finding."""
    for kind, shown in ((RangeKind.PODS, cluster.pods), (RangeKind.SERVICES, cluster.services)):
        existing = [*networks_of(shown)][:1]
        if existing:
            requests = _apply(requests, kind, existing, what, findings)
            requests = replace(requests, existing=(*requests.existing, kind))
    if valid_ipv4(cluster.dns_ip):
        address = IPAddress(cluster.dns_ip)
        if requests.dns_ip not in (None, address):
            findings.append(_differs(RangeKind.DNS_IP, what, address, requests.dns_ip))
        requests = replace(requests, dns_ip=address)
    return requests


def _apply(
    requests: RangeRequests, kind: RangeKind, existing: Sequence[IPNetwork], what: str, findings: list[Finding]
) -> RangeRequests:
    """The requests with one range as it exists, which is UNSPECIFIED where it has none yet."""
    there = fixed(*existing)
    if existing and not requests[kind].allows(existing):
        findings.append(_differs(kind, what, there, requests[kind]))
    return requests.but({kind: there})


def _shown_prefixes(existing: ExistingResources, names: Names) -> list[str]:
    """The prefixes of the subnet of whatever kind, as Azure shows them."""
    subnets = items(within(existing.vnet or {}, "properties"), "subnets")
    mine = [within(each, "properties") for each in subnets if text(each, "name").lower() == names.subnet.lower()]
    return [each for has in mine for each in (text(has, "addressPrefix"), *texts(has, "addressPrefixes")) if each]


def _without_prefix(option: str, what: str, shown: Sequence[str]) -> Finding:
    """shown: its prefixes of whatever kind. With IPv6 alone nothing is pending, and waiting changes nothing."""
    if shown:
        others = ", ".join(dict.fromkeys(shown))
        message = f"{what} exists and has no IPv4 prefix, which kubenet needs: it has {others} alone"
        todo = f"add an IPv4 prefix to it, or use another {option}"
    else:
        message = f"{what} exists and has no IPv4 prefix: one from an IPAM pool may still be pending"
        todo = "run the command again once it has one, or choose another name"
    return Finding(WITHOUT_PREFIX, Severity.ERROR, (option,), message, advise(todo))


def _differs(kind: RangeKind, what: str, existing: object, requested: object) -> Finding:
    return Finding(
        "existing-resource-differs",
        Severity.ERROR,
        (kind.option,),
        f"{what} exists with {existing}, not {requested}: what exists is not changed",
        (use(kind.option, existing), LeaveOut((kind.option,)), *advise("choose another name")),
    )
