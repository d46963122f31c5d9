"""What create and AKS make, as policies see it. [T3]"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from azext_kubenet.azure.bodies import Json, items, within
from azext_kubenet.azure.policy_expressions import UNKNOWN
from azext_kubenet.azure.policy_fields import Subject
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import subnet_body, vnet_body
from azext_kubenet.checks.context import ROUTE_TABLE, CheckContext
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, USER_ASSIGNED

_GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"
_ROLES = "Microsoft.Authorization/roleAssignments"
_IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
_CLUSTERS = "Microsoft.ContainerService/managedClusters"
_ADDRESSES, _BALANCERS = "Microsoft.Network/publicIPAddresses", "Microsoft.Network/loadBalancers"
_SCALE_SETS = "Microsoft.Compute/virtualMachineScaleSets"
#: Ways out for which AKS makes neither a load balancer nor an address. [H9, H11]
_OWN_WAY_OUT = ("userdefinedrouting", "userassignednatgateway", "none", "block")


class Thing(NamedTuple):
    """Something that will be made.

    what: in words
    subject: as a policy sees it
    indexed: whether it has tags and a location, so that policies of mode Indexed look at it
    of_aks: whether AKS makes it, most of it in the node resource group
    made: whether it is new, so that a rollback removes it
    """

    what: str
    subject: Subject
    indexed: bool = True
    of_aks: bool = False
    made: bool = True

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
        yield Thing(f"virtual network {names.vnet}", _network(context))
    elif context.subnet is None or not context.id_of(ROUTE_TABLE):  # AKS puts its own table on it [H1]
        kept = context.subnet is not None
        yield Thing(f"subnet {names.subnet}", _subnet(context), indexed=False, made=not kept)
    if wanted.identity_kind == USER_ASSIGNED and existing.identity is None:
        identity = _subject(context, _IDENTITIES, names.new_identity_id)
        yield Thing(f"identity {identity.name}", identity)
    for scope in wanted.grant_scopes:
        yield Thing(f"the role assignment on {ResourceId(scope).name}", _role(context, scope), indexed=False)
    cluster = _subject(context, _CLUSTERS, names.cluster_id, wanted.request)
    yield Thing(f"cluster {names.cluster}", cluster)
    yield from _made_by_aks(context)


def _made_by_aks(context: CheckContext) -> Iterator[Thing]:
    """What AKS makes, with the tags of the cluster, which reach the node resource group. [T3]"""
    wanted = context.wanted
    group_id = f"{context.subscription_id}/resourceGroups/{wanted.node_group}"
    group = _subject(context, _GROUPS, group_id)
    yield Thing(f"node resource group {wanted.node_group}", group, indexed=False, of_aks=True)
    yield Thing("the pool of nodes", _pool(context), indexed=False, of_aks=True)
    for kind, what, body in _in_node_group(context):
        subject = _subject(context, kind, f"{group_id}/providers/{kind}/unknown", body)
        yield Thing(what, replace(subject, name=UNKNOWN), of_aks=True)
    if wanted.identity_kind != SERVICE_PRINCIPAL and not wanted.kubelet_identity:
        # Recorded in answers of clusters with a managed identity: identityProfile.kubeletidentity
        identity_id = f"{group_id}/providers/{_IDENTITIES}/{context.names.cluster}-agentpool"
        yield Thing("the identity of the kubelets", _subject(context, _IDENTITIES, identity_id), of_aks=True)


def _in_node_group(context: CheckContext) -> Iterator[tuple[str, str, Json]]:
    """Type, words and, as far as it is known, body of what AKS makes in the node resource group."""
    properties = within(context.wanted.request, "properties")
    network = within(properties, "networkProfile")
    pool = next(items(properties, "agentPoolProfiles"), {})
    yield _SCALE_SETS, "the scale set of the nodes", {"sku": {"name": pool.get("vmSize", UNKNOWN)}}
    if str(network.get("outboundType", "")).lower() not in _OWN_WAY_OUT:
        sku = str(network.get("loadBalancerSku", "")).capitalize() or UNKNOWN
        yield _BALANCERS, "the load balancer", {"sku": {"name": sku}}
        yield _ADDRESSES, "the public IP address of the load balancer", {"sku": {"name": sku}}
    yield "Microsoft.Network/networkSecurityGroups", "the network security group of the nodes", {}
    if not context.id_of(ROUTE_TABLE):
        yield "Microsoft.Network/routeTables", "the route table of AKS", {}


def _pool(context: CheckContext) -> Subject:
    """The first pool as a resource of its own. It is part of the cluster's request: whether Azure asks policies
    about it as well is not recorded.
    """
    pool = next(items(within(context.wanted.request, "properties"), "agentPoolProfiles"), {})
    name = str(pool.get("name") or "unknown")
    subject = _subject(context, f"{_CLUSTERS}/agentPools", f"{context.names.cluster_id}/agentPools/{name}", pool)
    return _bare(replace(subject, name=name if pool else UNKNOWN))


def _subject(context: CheckContext, kind: str, resource_id: str, body: Json | None = None) -> Subject:
    """A resource in the region of the cluster, with the tags that were typed."""
    wanted = context.wanted
    group = _group(context, ResourceId(resource_id))
    return Subject(
        kind, ResourceId(resource_id).name, resource_id, wanted.location, wanted.tags, group, body if body else {}
    )


def _bare(subject: Subject) -> Subject:
    """The same without location and tags, which Azure has none of for it."""
    return replace(subject, location=None, tags={})


def _network(context: CheckContext) -> Subject:
    """The virtual network, which we send ourselves: what is not in its body is not there."""
    names, plan, wanted = context.names, context.plan, context.wanted
    body = vnet_body(wanted.location, plan.vnet, names.subnet, plan.subnet, wanted.tags)
    return replace(_subject(context, "Microsoft.Network/virtualNetworks", names.vnet_id, body), complete=True)


def _subnet(context: CheckContext) -> Subject:
    """The subnet: a new one as we send it, one that exists as Azure shows it, with the route table that AKS adds."""
    names = context.names
    shown = context.existing.subnet(names.subnet)
    if shown is None:
        body, complete = subnet_body(context.plan.subnet), True
    else:
        body = {**shown, "properties": {**within(shown, "properties"), "routeTable": {"id": UNKNOWN}}}
        complete = bool(within(shown, "properties"))
    subject = _subject(context, "Microsoft.Network/virtualNetworks/subnets", names.subnet_id, body)
    return _bare(replace(subject, complete=complete))


def _role(context: CheckContext, scope: str) -> Subject:
    """A role assignment at a scope."""
    properties: Json = {"principalType": "ServicePrincipal"}
    if scope in context.wanted.role_ids:
        properties["roleDefinitionId"] = context.wanted.role_ids[scope]
    resource_id = f"{scope}/providers/{_ROLES}/unknown"
    group = _group(context, ResourceId(scope))
    return Subject(_ROLES, UNKNOWN, resource_id, None, {}, group, {"properties": properties})


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
