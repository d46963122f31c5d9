"""How a private cluster's nodes find its API server: its private DNS zone, and the DNS servers of its network.

[H17, H24, I17]; of names of zones: InvalidPrivateDNSZoneResourceID in MicrosoftDocs/azure-docs#104092, #106092.
"""

import re
from collections.abc import Iterator, Sequence

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.properties import id_of
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.check import Check, Problem, unread
from azext_kubenet.checks.context import ROUTE_TABLE, CheckContext
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.options.choices import SYSTEM_ASSIGNED, USER_ASSIGNED
from azext_kubenet.options.private_cluster import ZONE, PrivateCluster

_ZONE_OPTION = ("--private-dns-zone",)
#: What a zone's name begins with, before the region: `private` goes with API server VNet integration.
_LINKED, _IN_NETWORK = "privatelink", "private"
#: What ends it in the public cloud. Other clouds have other endings, which are not looked at.
_PUBLIC_CLOUD = "azmk8s.io"


def _private_dns_zone(context: CheckContext) -> Iterator[Problem]:
    """A private DNS zone of the user's own exists, goes with the cluster's region, and with its identity."""
    private = context.wanted.private
    if private is None:
        return
    if private.without_zone and private.without_public_name:
        yield Problem(
            "--private-dns-zone none cannot be combined with --disable-public-fqdn: the API server would have no name",
            "leave --disable-public-fqdn out, or use --private-dns-zone system",
            ("--private-dns-zone", "--disable-public-fqdn"),
        )
    if not private.zone:
        return
    if context.wanted.identity_kind == SYSTEM_ASSIGNED:
        yield Problem(
            f"AKS accepts private DNS zone {private.zone.name} only with an identity that exists before the cluster",
            f"use --identity-type {USER_ASSIGNED}",
            ("--identity-type",),
        )
    yield from _unfit_name(context, private)
    zone = Read(str(private.zone), api_versions.PRIVATE_DNS_API)
    if context.look_at(f"private DNS zone {private.zone.name}", zone) is None:
        yield Problem(
            f"private DNS zone {private.zone.name} does not exist in resource group {private.zone.group}",
            "list the ids: az network private-dns zone list --query [].id -o tsv",
            _ZONE_OPTION,
        )


def _unfit_name(context: CheckContext, private: PrivateCluster) -> Iterator[Problem]:
    """AKS takes privatelink.REGION.azmk8s.io, and one label before that."""
    region, name = _region(context), private.zone.name.lower()
    words = f"(?:{_LINKED}|{_IN_NETWORK})" if private.in_network else _LINKED
    if re.fullmatch(rf"(?:[a-z0-9-]{{1,32}}\.)?{words}\.{re.escape(region)}\..+", name):
        return
    wanted = _usual_name(context)
    yield Problem(
        f"the name of private DNS zone {private.zone.name} does not fit a cluster in {region}: AKS accepts {wanted} "
        f"and SUBZONE.{wanted}",
        "use a zone of that name, or create one: az network private-dns zone create "
        f"{_of_group(context, private.zone)} -n {wanted}",
        _ZONE_OPTION,
    )


def _region(context: CheckContext) -> str:
    return plain_region(context.wanted.location)


def _usual_name(context: CheckContext) -> str:
    return f"{_LINKED}.{_region(context)}.{_PUBLIC_CLOUD}"


def _private_cluster_dns(context: CheckContext) -> Iterator[Problem]:
    """The nodes of a private cluster can look up its API server, if their network has DNS servers of its own.

    With a route table of the user's own creation fails [H17]; else it depends on what the servers know [H24].
    """
    private = context.wanted.private
    if private is None or private.without_zone or private.in_network:
        return
    if context.existing.vnet is not None and not context.existing.network_is_seen:
        yield Problem(
            f"network {context.names.vnet} could not be read, so it is not known whether it has DNS servers of its "
            "own, which must be able to look up the API server of a private cluster; this was not checked",
            severity=Severity.WARNING,
        )
        return
    servers = context.existing.network.dns_servers
    if not servers:
        return
    try:
        if private.zone and _linked_elsewhere(context, private.zone):
            return
    except Unreadable as hidden:
        yield unread(hidden, context)
        return
    table_id = context.id_of(ROUTE_TABLE)
    yield _fails(context, private, servers, table_id) if table_id else _may_fail(context, private, servers)


def _linked_elsewhere(context: CheckContext, zone: ResourceId) -> bool:
    """Whether a zone is linked to another network than the nodes', such as that of the DNS servers."""
    read = Read(f"{zone}/virtualNetworkLinks", api_versions.PRIVATE_DNS_API, True)
    links = context.list_of(f"the links of private DNS zone {zone.name}", str(zone), read)
    networks = {id_of(each, "properties", "virtualNetwork") for each in links}
    return any(each and each != ResourceId(context.names.vnet_id) for each in networks)


def _servers(context: CheckContext, servers: Sequence[str]) -> str:
    several = "servers" if len(servers) > 1 else "server"
    return f"virtual network {context.names.vnet} has DNS {several} {listed([*servers])}"


def _fails(context: CheckContext, private: PrivateCluster, servers: Sequence[str], table_id: ResourceId) -> Problem:
    detach = f"az network vnet subnet update --ids {context.names.subnet_id} --route-table null"
    return Problem(
        f"{_servers(context, servers)}, and subnet {context.names.subnet} has route table {table_id.name}: with both, "
        "nodes of a private cluster cannot look up its API server, and creation fails",
        f"{_public_name(private)}, or {_own_zone(context, private)}, or detach the route table: {detach}",
        _ZONE_OPTION,
    )


def _may_fail(context: CheckContext, private: PrivateCluster, servers: Sequence[str]) -> Problem:
    right = "" if private.zone else "the cluster's identity also needs a right on the network: use --role-scope vnet; "
    return Problem(
        f"{_servers(context, servers)}: unless they forward to Azure DNS (168.63.129.16), nodes of a private cluster "
        "cannot look up its API server, and creation fails",
        f"{right}if they do not forward, {_public_name(private)}, or {_own_zone(context, private)}",
        _ZONE_OPTION,
        Severity.WARNING,
    )


def _public_name(private: PrivateCluster) -> str:
    without = " without --disable-public-fqdn" if private.without_public_name else ""
    return f"use --private-dns-zone none{without}, which gives the private address a public name"


def _own_zone(context: CheckContext, private: PrivateCluster) -> str:
    """How a zone is linked to the network of the DNS servers; without a zone it is made first."""
    own = ResourceId(f"{ResourceId(context.names.vnet_id).group_id}/providers/{ZONE}/{_usual_name(context)}")
    zone = private.zone or own
    of_group = _of_group(context, zone)
    link = (
        f"az network private-dns link vnet create {of_group} -z {zone.name} -n dns-servers "
        "-v NETWORK_ID_OF_DNS_SERVERS -e false"
    )
    if private.zone:
        return f"link the zone to the network of the DNS servers: {link}"
    return (
        f"use --private-dns-zone {own}, a zone that is linked to the network of the DNS servers: "
        f"az network private-dns zone create {of_group} -n {zone.name} && {link}"
    )


def _of_group(context: CheckContext, resource: ResourceId) -> str:
    """The group of a resource, as options; with its subscription if that is not the cluster's."""
    elsewhere = resource.subscription.lower() != context.names.subscription.lower()
    return f"--subscription {resource.subscription} -g {resource.group}" if elsewhere else f"-g {resource.group}"


CHECKS = (
    Check("private-dns-zone", _private_dns_zone),
    Check("private-cluster-dns", _private_cluster_dns),
)
