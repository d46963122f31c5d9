"""What create and AKS make, as policies see it. [T3]"""

from collections.abc import Iterator
from typing import NamedTuple

from azext_kubenet.azure.bodies import Json, within
from azext_kubenet.azure.policy_expressions import UNKNOWN
from azext_kubenet.azure.policy_rules import Subject
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.context import ROUTE_TABLE, CheckContext
from azext_kubenet.options.choices import USER_ASSIGNED

_GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"
_ROLES = "Microsoft.Authorization/roleAssignments"
#: What AKS makes in the node resource group of any cluster on kubenet with a load balancer.
_OF_AKS = (
    ("Microsoft.Compute/virtualMachineScaleSets", "the scale set of the nodes"),
    ("Microsoft.Network/loadBalancers", "the load balancer"),
    ("Microsoft.Network/publicIPAddresses", "the public IP address of the load balancer"),
    ("Microsoft.Network/networkSecurityGroups", "the network security group of the nodes"),
)


_TABLE = ("Microsoft.Network/routeTables", "the route table of AKS")


class Thing(NamedTuple):
    """Something that will be made.

    what: in words
    subject: as a policy sees it
    indexed: whether it has tags and a location, so that policies of mode Indexed look at it
    of_aks: whether AKS makes it in the node resource group
    """

    what: str
    subject: Subject
    indexed: bool = True
    of_aks: bool = False

    @property
    def id(self) -> ResourceId:
        """Its id."""
        return ResourceId(self.subject.id)


def things(context: CheckContext) -> Iterator[Thing]:
    """Everything that will be made, for a cluster that does not exist yet."""
    names, existing, wanted = context.names, context.existing, context.wanted
    if existing.group is None:
        yield Thing(f"resource group {names.group}", _subject(context, _GROUPS, names.group_id), indexed=False)
    if existing.vnet is None:
        network = _subject(context, "Microsoft.Network/virtualNetworks", names.vnet_id)
        yield Thing(f"virtual network {names.vnet}", network)
    elif context.subnet is None or not context.id_of(ROUTE_TABLE):  # AKS puts its own table on it [H1]
        subnet = _subject(context, "Microsoft.Network/virtualNetworks/subnets", names.subnet_id)
        yield Thing(f"subnet {names.subnet}", _bare(subnet), indexed=False)
    if wanted.identity_kind == USER_ASSIGNED and existing.identity is None:
        identity = _subject(context, "Microsoft.ManagedIdentity/userAssignedIdentities", names.new_identity_id)
        yield Thing(f"identity {identity.name}", identity)
    for scope in wanted.grant_scopes:
        yield Thing(f"the role assignment on {ResourceId(scope).name}", _role(context, scope), indexed=False)
    cluster = _subject(context, "Microsoft.ContainerService/managedClusters", names.cluster_id)
    yield Thing(f"cluster {names.cluster}", cluster)
    yield from _made_by_aks(context)


def _made_by_aks(context: CheckContext) -> Iterator[Thing]:
    """What AKS makes, with the tags of the cluster, which reach the node resource group. [T3]"""
    group_id = f"{context.subscription_id}/resourceGroups/{context.wanted.node_group}"
    group = _subject(context, _GROUPS, group_id)
    yield Thing(f"node resource group {context.wanted.node_group}", group, indexed=False, of_aks=True)
    for kind, what in (*_OF_AKS, *([] if context.id_of(ROUTE_TABLE) else [_TABLE])):
        subject = _subject(context, kind, f"{group_id}/providers/{kind}/unknown")
        yield Thing(what, _unnamed(subject, kind), of_aks=True)


def _subject(context: CheckContext, kind: str, resource_id: str) -> Subject:
    """A resource in the region of the cluster, with the tags that were typed."""
    wanted = context.wanted
    group = _group(context, ResourceId(resource_id))
    return Subject(kind, ResourceId(resource_id).name, resource_id, wanted.location, wanted.tags, group)


def _bare(subject: Subject) -> Subject:
    """The same without location and tags, which Azure has none of for it."""
    return Subject(subject.type, subject.name, subject.id, None, {}, subject.group)


def _unnamed(subject: Subject, kind: str) -> Subject:
    return Subject(kind, UNKNOWN, subject.id, subject.location, subject.tags, subject.group)


def _role(context: CheckContext, scope: str) -> Subject:
    """A role assignment at a scope."""
    aliases: dict[str, object] = {f"{_ROLES}/principalType".lower(): "ServicePrincipal"}
    if scope in context.wanted.role_ids:
        aliases[f"{_ROLES}/roleDefinitionId".lower()] = context.wanted.role_ids[scope]
    resource_id = f"{scope}/providers/{_ROLES}/unknown"
    return Subject(_ROLES, UNKNOWN, resource_id, None, {}, _group(context, ResourceId(scope)), aliases)


def _group(context: CheckContext, resource: ResourceId) -> Json:
    """The resource group of something, as the function resourceGroup() of a rule shows it."""
    own, wanted = ResourceId(context.names.group_id), context.wanted
    name = resource.group_id.name
    if resource.group_id == own and context.existing.group is not None:
        group = context.existing.group
        return {"name": name, "location": group.get("location") or UNKNOWN, "tags": within(group, "tags")}
    if resource.group_id == own or not context.existing.vnet:
        return {"name": name, "location": wanted.location, "tags": dict(wanted.tags)}
    return {"name": name, "location": UNKNOWN, "tags": UNKNOWN}
