"""The steps of a creation: group, network and identity, role, cluster."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from azext_kubenet.addressing.model import AddressPlan
from azext_kubenet.azure import api_versions, resources, role_assignments
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import intervals
from azext_kubenet.changes.drift import cluster_drift, remedy
from azext_kubenet.changes.runner import Stages, Step, StepOutputs
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.errors import Refused
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED
from azext_kubenet.options.create_options import AksOptions, Provenance
from azext_kubenet.options.identity import Identity

#: Most seconds between looks at a provider that is being registered: as azure-mgmt-core's own policy looks.
_REGISTERING_SECONDS = 10.0
PROVIDER = "resource provider"
GROUP, VNET, SUBNET, IDENTITY = "resource group", "virtual network", "subnet", "identity"
PRINCIPAL, ROLE, CLUSTER = "service principal", "role assignment", "cluster"
#: Where a cluster stands that Azure has accepted and not yet made.
_ACCEPTED = "accepted cluster"


@dataclass(frozen=True)
class Grant:
    """A role where it is needed. granted: an assignment that already gives this principal what it needs."""

    scope: str
    role: role_assignments.Role
    granted: Json | None = None


@dataclass(frozen=True)
class CreateInputs:  # pylint: disable=too-many-instance-attributes
    """All that the steps are made from.

    names, plan, existing: of all resources; what the ranges are to be; what there is already
    location: of the cluster
    identity, grants: the cluster's own, and the roles that it needs
    aks, provenance: the options of `az aks create`, and where values come from
    no_wait: whether the cluster is sent and left
    principal: the existing service principal, as Graph shows it
    make_principal, remove_principal: how one is made and removed; None for one that is not this run's to remove
    principal_removal: the command that removes it
    make_cluster: how the cluster is made; calls its second argument once Azure has accepted it
    providers: resource providers to register
    """

    names: Names
    plan: AddressPlan
    existing: ExistingResources
    location: str
    identity: Identity
    grants: Sequence[Grant]
    principal: Json | None
    make_principal: Callable[[], Json]
    remove_principal: Callable[[], None] | None
    make_cluster: Callable[[StepOutputs, Callable[[], None]], Json]
    principal_removal: Callable[[], str] = str
    providers: Sequence[str] = ()
    aks: AksOptions = field(default_factory=AksOptions)
    provenance: Provenance = field(default_factory=Provenance)
    no_wait: bool = False


def create_stages(client: ArmClient, inputs: CreateInputs) -> Stages:
    """The steps in the order in which they depend on each other; those of one stage depend on none of it.

    A system-assigned identity exists as soon as the cluster has been accepted, and needs its role from then on [I7]:
    the cluster's step grants it on the way.
    """
    roles = [_role(client, inputs, grant) for grant in inputs.grants]
    first: list[Sequence[Step]] = [
        [*(_provider(client, inputs, each) for each in inputs.providers), _group(client, inputs)],
        [_network(client, inputs), *_identity(client, inputs)],
    ]
    if inputs.identity.kind == SYSTEM_ASSIGNED:
        if inputs.existing.cluster:
            return [*first, [_cluster(client, inputs)], roles]
        return [*first, [_cluster(client, inputs, tuple(roles))]]
    return [*first, roles, [_cluster(client, inputs)]]


def _provider(client: ArmClient, inputs: CreateInputs, namespace: str) -> Step:
    """A resource provider, which `az aks create`'s client would register by itself. It stays, as it does there.

    One that may not be registered is left: Azure then says what is missing where it is missed.
    """
    provider = f"/subscriptions/{inputs.names.subscription}/providers/{namespace}"

    def make(_: StepOutputs) -> Json:
        try:
            client.post(f"{provider}/register", {}, api_versions.PROVIDER_API)
        except AzureError as error:
            if not is_forbidden(error):
                raise
            return {}
        found: Json = {}
        end = time.monotonic() + client.patience.seconds
        for seconds in intervals(_REGISTERING_SECONDS):
            found = client.get(provider, api_versions.PROVIDER_API) or {}
            if str(found.get("registrationState")).lower() == "registered" or time.monotonic() + seconds > end:
                return found
            client.patience.wait(seconds, f"{namespace} is {found.get('registrationState')}")
        return found

    return Step(PROVIDER, namespace, provider, make=make)


def _put(
    client: ArmClient, resource_id: str, api_version: str, body: Json, look_first: bool = False
) -> Callable[[StepOutputs], Json]:
    """Create it. look_first: it may have come to be since this run looked, and a PUT would write over it."""

    def make(_: StepOutputs) -> Json:
        with suppress(AzureError):  # not being able to look is no reason to stop
            if look_first and client.get(resource_id, api_version) is not None:
                name = ResourceId(resource_id).name
                raise Refused(
                    f"{name} has come to be since this run looked: what exists is not written over",
                    "run the same command again: it looks anew",
                )
        return client.put(resource_id, api_version, body)

    return make


def _exists(client: ArmClient, resource_id: str, api_version: str) -> Callable[[], bool]:
    return lambda: client.get(resource_id, api_version) is not None


def _delete(client: ArmClient, resource_id: str, api_version: str) -> Callable[[], None]:
    return lambda: client.delete(resource_id, api_version)


def _group(client: ArmClient, inputs: CreateInputs) -> Step:
    names = inputs.names
    return Step(
        GROUP,
        names.group,
        names.group_id,
        inputs.location,
        existing=inputs.existing.group,
        make=_put(client, names.group_id, api_versions.GROUP_API, resources.group_body(inputs.location)),
        remove=lambda: _delete_empty_group(client, names),
        exists=_exists(client, names.group_id, api_versions.GROUP_API),
        removal=lambda: f"az group delete -n {names.group}",
    )


def _delete_empty_group(client: ArmClient, names: Names) -> None:
    """Delete the group that this run made. Raises AzureError when others have put something into it meanwhile."""
    others = client.list(f"{names.group_id}/resources", api_versions.GROUP_API)
    if others:
        raise AzureError(0, "", f"it still holds {', '.join(str(each['name']) for each in others)}")
    client.delete(names.group_id, api_versions.GROUP_API)


def _network(client: ArmClient, inputs: CreateInputs) -> Step:
    """The network with its subnet; or, in a network that exists, the subnet alone."""
    names, plan, vnet = inputs.names, inputs.plan, inputs.existing.vnet
    if vnet is None:
        body = resources.vnet_body(inputs.location, plan, names.subnet)
        return Step(
            VNET,
            names.vnet,
            names.vnet_id,
            f"{' '.join(str(prefix) for prefix in plan.vnet)}, subnet {names.subnet} {plan.subnet}",
            make=_put(client, names.vnet_id, api_versions.VNET_API, body, look_first=inputs.existing.group is not None),
            exists=_exists(client, names.vnet_id, api_versions.VNET_API),
            remove=_delete(client, names.vnet_id, api_versions.VNET_API),
            removal=lambda: f"az network vnet delete -g {names.vnet_group} -n {names.vnet}",
        )
    return Step(
        SUBNET,
        names.subnet,
        names.subnet_id,
        f"{plan.subnet} in {names.vnet}",
        existing=inputs.existing.subnet(names.subnet),
        make=_put(client, names.subnet_id, api_versions.SUBNET_API, resources.subnet_body(plan), look_first=True),
        exists=_exists(client, names.subnet_id, api_versions.SUBNET_API),
        remove=_delete(client, names.subnet_id, api_versions.SUBNET_API),
        removal=lambda: (
            f"az network vnet subnet delete -g {names.vnet_group} --vnet-name {names.vnet} -n {names.subnet}"
        ),
    )


def _identity(client: ArmClient, inputs: CreateInputs) -> list[Step]:
    names, identity = inputs.names, inputs.identity
    if identity.kind == SYSTEM_ASSIGNED:
        return []
    if identity.kind == SERVICE_PRINCIPAL:
        return [_service_principal(inputs)]
    identity_id = names.new_identity_id
    return [
        Step(
            IDENTITY,
            ResourceId(identity_id).name,
            identity_id,
            "user-assigned",
            existing=inputs.existing.identity,
            make=_put(
                client,
                identity_id,
                api_versions.IDENTITY_API,
                resources.identity_body(inputs.location),
                look_first=inputs.existing.group is not None,
            ),
            exists=_exists(client, identity_id, api_versions.IDENTITY_API),
            remove=_delete(client, identity_id, api_versions.IDENTITY_API),
            removal=lambda: f"az identity delete --ids {identity_id}",
        )
    ]


def _service_principal(inputs: CreateInputs) -> Step:
    """The service principal: one that exists, or a new one, which is made as long as no cluster has its password.

    One that was there before this run is taken up with a new password, and is not this run's to remove.
    """
    app_id = (inputs.principal or {}).get("appId", "")

    return Step(
        PRINCIPAL,
        inputs.identity.app_id or inputs.names.new_principal,
        f"/servicePrincipals/{app_id}",
        existing=None if inputs.identity.create and inputs.existing.cluster is None else inputs.principal,
        make=lambda _: inputs.make_principal(),
        remove=inputs.remove_principal,
        removal=inputs.principal_removal if inputs.remove_principal else str,
    )


def principal_of(outputs: StepOutputs, existing: ExistingResources) -> str:
    """The object id of the cluster's own identity, from what the steps before made or found."""
    if IDENTITY in outputs:
        return str(outputs[IDENTITY]["properties"]["principalId"])
    if PRINCIPAL in outputs:
        return str(outputs[PRINCIPAL]["id"])
    return str((existing.cluster or outputs[_ACCEPTED])["identity"]["principalId"])


def _role(client: ArmClient, inputs: CreateInputs, grant: Grant) -> Step:
    made: list[str] = []

    def make(outputs: StepOutputs) -> Json:
        principal = principal_of(outputs, inputs.existing)
        made[:] = [resources.role_assignment_id(grant.scope, principal, grant.role.definition_id)]
        assignment = role_assignments.grant(client, grant.scope, principal, grant.role)
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


def _cluster(client: ArmClient, inputs: CreateInputs, roles: tuple[Step, ...] = ()) -> Step:
    """The cluster. roles: what is granted to its own identity, once Azure has accepted it."""
    plan, names, cluster = inputs.plan, inputs.names, inputs.existing.cluster

    def make(outputs: StepOutputs) -> Json:
        def accepted() -> None:
            if roles:
                outputs[_ACCEPTED] = client.get(names.cluster_id, api_versions.CLUSTER_API) or {}
            for role in roles:
                outputs.perform(role)

        return inputs.make_cluster(outputs, accepted)

    drift = cluster_drift(cluster, names, inputs.identity, inputs.principal, inputs.aks) if cluster else ()
    return Step(
        CLUSTER,
        names.cluster,
        names.cluster_id,
        f"kubenet, {plan.demand.first_pool_nodes} nodes, pods {plan.pods}, services {plan.services}",
        existing=cluster,
        differences=drift,
        make=make,
        exists=_exists(client, names.cluster_id, api_versions.CLUSTER_API),
        remove=_delete(client, names.cluster_id, api_versions.CLUSTER_API),
        removal=lambda: f"az aks delete -g {names.group} -n {names.cluster}",
        remedy=lambda difference: remedy(difference, cluster or {}, inputs.provenance),
        inner=roles,
    )
