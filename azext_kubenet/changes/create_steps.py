"""The steps of a creation: group, network and identity, role, cluster."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType

from netaddr import IPNetwork

from azext_kubenet.azure import api_versions, resources, role_assignments
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.bodies import Json, items, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import intervals
from azext_kubenet.azure.writes import AlreadyThere, Unsure
from azext_kubenet.changes import in_use
from azext_kubenet.changes.in_use import nobody
from azext_kubenet.changes.runner import Stages, Step, StepOutputs
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.errors import Refused

#: Most seconds between looks at a provider that is being registered: as azure-mgmt-core's own policy looks.
_REGISTERING_SECONDS = 10.0
PROVIDER = "resource provider"
GROUP, VNET, SUBNET, IDENTITY = "resource group", "virtual network", "subnet", "identity"
PRINCIPAL, ROLE, CLUSTER = "service principal", "role assignment", "cluster"
#: Where a cluster stands that Azure has accepted and not yet made.
_ACCEPTED = "accepted cluster"
_NO_TAGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Grant:
    """A role where it is needed. granted: an assignment that already gives this principal what it needs."""

    scope: str
    role: role_assignments.Role
    granted: Json | None = None


def create_stages(  # pylint: disable=too-many-arguments
    client: ArmClient,
    names: Names,
    location: str,
    existing: ExistingResources,
    *,
    network: Step,
    identity: Sequence[Step],
    grants: Sequence[Grant],
    cluster: Callable[[tuple[Step, ...]], Step],
    providers: Sequence[str] = (),
    tags: Mapping[str, str] = _NO_TAGS,
) -> Stages:
    """The steps in the order in which they depend on each other; those of one stage depend on none of it.

    network, identity: their steps; none of the identity for a system-assigned one
    grants: the roles that the cluster's identity needs
    cluster: its step, given the steps that are performed once Azure has accepted it
    providers: resource providers to register
    tags: of a new resource group

    A system-assigned identity exists as soon as the cluster has been accepted, and needs its role from then on [I7]:
    the cluster's step grants it on the way.
    """
    group = _group(client, names, location, existing, tags)
    network, *identity = [_inside(group, step) for step in (network, *identity)]
    roles = tuple(
        replace(
            _role(client, existing.cluster, grant, new=network.existing is None),
            # Whoever runs as a new identity meanwhile has its rights, too.
            in_use=next((step.in_use for step in identity if step.existing is None), nobody),
            depends_on=(network, *identity),
        )
        for grant in grants
    )
    on_its_way = () if identity or existing.cluster else roles
    last = replace(cluster(on_its_way), depends_on=(group, network, *identity, *roles))
    providing = [_provider(client, names.subscription, each) for each in providers]
    first: list[Sequence[Step]] = [[*providing, group], [network, *identity]]
    if identity:
        return [*first, roles, [last]]
    return [*first, [last], roles] if existing.cluster else [*first, [last]]


def _inside(group: Step, step: Step) -> Step:
    """A step of something that may be in the group, which it cannot be without then."""
    return replace(
        step, depends_on=(group,) if ResourceId(group.resource_id).contains(ResourceId(step.resource_id)) else ()
    )


def _provider(client: ArmClient, subscription: str, namespace: str) -> Step:
    """A resource provider, which `az aks create`'s client would register by itself. It stays, as it does there.

    One that may not be registered is left: Azure then says what is missing where it is missed.
    """
    provider = f"/subscriptions/{subscription}/providers/{namespace}"

    def make(_: StepOutputs) -> Json:
        try:
            client.post(f"{provider}/register", {}, api_versions.PROVIDER_API, again=True)
        except AzureError as error:
            if not is_forbidden(error):
                raise
            return {}
        found: Json = {}
        end = time.monotonic() + client.retry_policy.seconds
        for seconds in intervals(_REGISTERING_SECONDS):
            found = client.get(provider, api_versions.PROVIDER_API) or {}
            state = str(found.get("registrationState"))
            if state.lower() == "registered" or time.monotonic() + seconds > end:
                break
            if not client.retry_policy.wait(seconds, f"{namespace} is {state}"):
                break
        return found

    return Step(PROVIDER, namespace, provider, make=make)


def _put(
    client: ArmClient, resource_id: str, api_version: str, body: Json, look_first: bool = False
) -> Callable[[StepOutputs], Json]:
    """Create it. look_first: it may have come to be since this run looked, and a PUT would write over it.

    So may it in a group that was there by the time of this run's own PUT: another run makes the same. Without it, what
    it is in is new, too.
    """

    def make(outputs: StepOutputs) -> Json:
        with suppress(AzureError):  # not being able to look is no reason to stop
            taken = isinstance(outputs.get(GROUP), (AlreadyThere, Unsure))
            if (look_first or taken) and client.get(resource_id, api_version) is not None:
                name = ResourceId(resource_id).name
                raise Refused(
                    f"{name} was created by someone else after this run had looked: "
                    "existing resources are never overwritten",
                    "run the command again: it reads the current state first",
                )
        return client.put(resource_id, api_version, body, new=not look_first)

    return make


def _exists(client: ArmClient, resource_id: str, api_version: str) -> Callable[[], bool]:
    return lambda: client.get(resource_id, api_version) is not None


def _delete(client: ArmClient, resource_id: str, api_version: str) -> Callable[[], None]:
    return lambda: client.delete(resource_id, api_version)


def _group(
    client: ArmClient, names: Names, location: str, existing: ExistingResources, tags: Mapping[str, str]
) -> Step:
    return Step(
        GROUP,
        names.group,
        names.group_id,
        location,
        existing=existing.group,
        make=_put(client, names.group_id, api_versions.GROUP_API, resources.group_body(location, tags)),
        remove=_delete(client, names.group_id, api_versions.GROUP_API),
        in_use=in_use.group(client, names),
        exists=_exists(client, names.group_id, api_versions.GROUP_API),
        removal=lambda: f"az group delete -n {names.group}",
    )


def network_step(
    client: ArmClient,
    names: Names,
    location: str,
    existing: ExistingResources,
    *,
    vnet: Sequence[IPNetwork],
    subnet: IPNetwork | None,
    tags: Mapping[str, str] = _NO_TAGS,
) -> Step:
    """The network with its subnet and its tags; or, in a network that exists, the subnet alone."""
    if existing.vnet is None:
        body = resources.vnet_body(location, vnet, names.subnet, subnet, tags)
        return Step(
            VNET,
            names.vnet,
            names.vnet_id,
            f"{' '.join(map(str, vnet))}, subnet {names.subnet} {subnet}",
            make=_put(client, names.vnet_id, api_versions.VNET_API, body, look_first=existing.group is not None),
            exists=_exists(client, names.vnet_id, api_versions.VNET_API),
            remove=_delete(client, names.vnet_id, api_versions.VNET_API),
            in_use=in_use.network(client, names),
            removal=lambda: f"az network vnet delete -g {names.vnet_group} -n {names.vnet}",
        )
    body = resources.subnet_body(subnet)
    return Step(
        SUBNET,
        names.subnet,
        names.subnet_id,
        f"{subnet} in {names.vnet}",
        existing=existing.subnet(names.subnet),
        make=_put(client, names.subnet_id, api_versions.SUBNET_API, body, look_first=True),
        exists=_exists(client, names.subnet_id, api_versions.SUBNET_API),
        remove=_delete(client, names.subnet_id, api_versions.SUBNET_API),
        in_use=in_use.subnet(client, names),
        removal=lambda: (
            f"az network vnet subnet delete -g {names.vnet_group} --vnet-name {names.vnet} -n {names.subnet}"
        ),
    )


def identity_step(
    client: ArmClient, names: Names, location: str, existing: ExistingResources, tags: Mapping[str, str] = _NO_TAGS
) -> Step:
    """The user-assigned identity."""
    identity_id, body = names.new_identity_id, resources.identity_body(location, tags)
    return Step(
        IDENTITY,
        ResourceId(identity_id).name,
        identity_id,
        "user-assigned",
        existing=existing.identity,
        make=_put(client, identity_id, api_versions.IDENTITY_API, body, look_first=existing.group is not None),
        exists=_exists(client, identity_id, api_versions.IDENTITY_API),
        remove=_delete(client, identity_id, api_versions.IDENTITY_API),
        in_use=in_use.identity(client, names),
        removal=lambda: f"az identity delete --ids {identity_id}",
    )


def principal_of(outputs: StepOutputs, cluster: Json | None) -> str:
    """The object id of the cluster's own identity, from what the steps before made or found."""
    if IDENTITY in outputs:
        return _shown(text(within(outputs[IDENTITY], "properties"), "principalId"), IDENTITY)
    if PRINCIPAL in outputs:
        return _shown(text(outputs[PRINCIPAL], "id"), PRINCIPAL)
    return _shown(text(within(cluster or outputs.get(_ACCEPTED), "identity"), "principalId"), CLUSTER)


def _shown(principal: str, what: str) -> str:
    """An object id that Azure has shown. Raises AzureError where it has not."""
    if not principal:
        raise AzureError(0, "", f"azure does not show the principal of the {what}: run the command again in a minute")
    return principal


def known_principals(outputs: StepOutputs) -> list[str]:
    """Object ids of the principals that the steps before made or found."""
    found = [within(outputs.get(IDENTITY), "properties").get("principalId"), (outputs.get(PRINCIPAL) or {}).get("id")]
    found.append(within(outputs.get(_ACCEPTED), "identity").get("principalId"))
    return [str(each) for each in found if each]


def _role(client: ArmClient, cluster: Json | None, grant: Grant, *, new: bool) -> Step:
    made: list[str] = []

    def make(outputs: StepOutputs) -> Json:
        principal = principal_of(outputs, cluster)
        made[:] = [resources.role_assignment_id(grant.scope, principal, grant.role.definition_id)]
        assignment = role_assignments.grant(client, grant.scope, principal, grant.role, new=new)
        made[:] = [assignment["id"]] if assignment else []
        return assignment

    def remove() -> None:
        for assignment_id in made:
            client.delete(assignment_id, api_versions.ROLE_API)

    return Step(
        ROLE,
        grant.role.name,
        (grant.granted or {}).get("id", grant.scope),
        f"on {ResourceId(grant.scope).name}",
        existing=grant.granted,
        make=make,
        remove=remove,
        removal=lambda: f"az role assignment delete --ids {' '.join(made)}" if made else "",
    )


def _failed_advice(names: Names, cluster: Json | None) -> str:
    """What to do about a cluster in a failed state: one with a pool that came up may run what others need."""
    place = f"-g {names.group} -n {names.cluster}"
    show = f"find out why: az aks show {place}"
    pools = [*items(within(cluster, "properties"), "agentPoolProfiles")]
    if pools and all(pool.get("provisioningState") in in_use.FAILED_STATES for pool in pools):
        return f"{show}; no node pool of it was created: remove it by az aks delete {place}"
    return f"{show}; it may have nodes that work: repair it by az aks update {place}"


def cluster_step(  # pylint: disable=too-many-arguments
    client: ArmClient,
    names: Names,
    summary: str,
    existing: Json | None,
    *,
    make: Callable[[Json, Callable[[], None]], Json],
    differences: tuple[str, ...],
    remedy: Callable[[str], str],
    roles: tuple[Step, ...],
) -> Step:
    """The cluster.

    summary: what of it matters to the user; differences, remedy: what an existing one has that was not asked for, and
    what to type instead
    make: makes it, given the service principal, if it runs as one; calls its second argument once Azure has accepted it
    roles: what is granted to its own identity then
    """

    def perform(outputs: StepOutputs) -> Json:
        def accepted() -> None:
            if roles:
                outputs[_ACCEPTED] = client.get(names.cluster_id, api_versions.CLUSTER_API) or {}
            for role in roles:
                outputs.perform(role)

        return make(outputs.get(PRINCIPAL, {}), accepted)

    return Step(
        CLUSTER,
        names.cluster,
        names.cluster_id,
        summary,
        existing=existing,
        differences=differences,
        make=perform,
        exists=_exists(client, names.cluster_id, api_versions.CLUSTER_API),
        remove=_delete(client, names.cluster_id, api_versions.CLUSTER_API),
        in_use=in_use.cluster(client, names),
        removal=lambda: f"az aks delete -g {names.group} -n {names.cluster}",
        failed_advice=_failed_advice(names, existing),
        remedy=remedy,
        inner=roles,
    )
