"""The steps of a creation: group, network and identity, role, cluster."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from azext_kubenet.addressing.model import AddressPlan
from azext_kubenet.azure import api_versions, resources, role_assignments
from azext_kubenet.azure.azure_errors import is_forbidden
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient, AzureError
from azext_kubenet.azure.directory import Identity
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import intervals
from azext_kubenet.changes.drift import NOTHING_GIVEN, Given, cluster_drift, remedy
from azext_kubenet.changes.runner import Stages, Step, StepOutputs
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.errors import Refused
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED

#: Most seconds between looks at a provider that is being registered: as azure-mgmt-core's own policy looks.
_REGISTERING_SECONDS = 10.0
PROVIDER = "resource provider"
GROUP, VNET, SUBNET, IDENTITY = "resource group", "virtual network", "subnet", "identity"
PRINCIPAL, ROLE, CLUSTER = "service principal", "role assignment", "cluster"


@dataclass(frozen=True)
class Grant:
    """A role where it is needed. granted: an assignment that already gives this principal what it needs."""

    scope: str
    role: role_assignments.Role
    granted: Json | None = None


@dataclass(frozen=True)
class CreateInputs:  # pylint: disable=too-many-instance-attributes
    """All that the steps are made from.

    typed: options of `az aks create` that the user typed, for comparison with a cluster that exists; given: what was
    typed, and what came from a plan, among all options;
    principal: the existing service principal, as Graph shows it; make_principal, remove_principal, make_cluster: how
    these are made and removed; remove_principal is None for one that is not this run's to remove; principal_removal:
    the command that removes it; providers: resource providers to register.
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
    make_cluster: Callable[[StepOutputs], Json]
    principal_removal: Callable[[], str] = str
    providers: Sequence[str] = ()
    typed: Mapping[str, Any] = field(default_factory=dict)
    given: Given = NOTHING_GIVEN


def create_stages(door: ArmClient, job: CreateInputs) -> Stages:
    """The steps in the order in which they depend on each other; those of one wave depend on none of it."""
    roles = [_role(door, job, grant) for grant in job.grants]
    first: list[Sequence[Step]] = [
        [*(_provider(door, job, each) for each in job.providers), _group(door, job)],
        [_network(door, job), *_identity(door, job)],
    ]
    if job.identity.kind == SYSTEM_ASSIGNED:  # granted as soon as the cluster, and its identity with it, exists
        return [*first, [_cluster(door, job)], roles] if job.existing.cluster else [*first, [_cluster(door, job)]]
    return [*first, roles, [_cluster(door, job)]]


def _provider(door: ArmClient, job: CreateInputs, namespace: str) -> Step:
    """A resource provider, which `az aks create`'s client would register by itself. It stays, as it does there.

    One that may not be registered is left: Azure then says what is missing where it is missed.
    """
    provider = f"/subscriptions/{job.names.subscription}/providers/{namespace}"

    def make(_: StepOutputs) -> Json:
        try:
            door.post(f"{provider}/register", {}, api_versions.PROVIDER_API)
        except AzureError as error:
            if not is_forbidden(error):
                raise
            return {}
        found: Json = {}
        end = time.monotonic() + door.patience.seconds
        for seconds in intervals(_REGISTERING_SECONDS):
            found = door.get(provider, api_versions.PROVIDER_API) or {}
            if str(found.get("registrationState")).lower() == "registered" or time.monotonic() + seconds > end:
                return found
            door.patience.wait(seconds, f"{namespace} is {found.get('registrationState')}")
        return found

    return Step(PROVIDER, namespace, provider, make=make)


def _put(
    door: ArmClient, resource_id: str, api_version: str, body: Json, look_first: bool = False
) -> Callable[[StepOutputs], Json]:
    """Create it. look_first: it may have come to be since this run looked, and a PUT would write over it."""

    def make(_: StepOutputs) -> Json:
        with suppress(AzureError):  # not being able to look is no reason to stop
            if look_first and door.get(resource_id, api_version) is not None:
                name = resource_id.rsplit("/", 1)[-1]
                raise Refused(
                    f"{name} has come to be since this run looked: what exists is not written over",
                    "run the same command again: it looks anew",
                )
        return door.put(resource_id, api_version, body)

    return make


def _exists(door: ArmClient, resource_id: str, api_version: str) -> Callable[[], bool]:
    return lambda: door.get(resource_id, api_version) is not None


def _delete(door: ArmClient, resource_id: str, api_version: str) -> Callable[[], None]:
    return lambda: door.delete(resource_id, api_version)


def _group(door: ArmClient, job: CreateInputs) -> Step:
    names = job.names
    return Step(
        GROUP,
        names.group,
        names.group_id,
        job.location,
        existing=job.existing.group,
        make=_put(door, names.group_id, api_versions.GROUP_API, resources.group_body(job.location)),
        remove=lambda: _delete_empty_group(door, names),
        exists=_exists(door, names.group_id, api_versions.GROUP_API),
        removal=lambda: f"az group delete -n {names.group}",
    )


def _delete_empty_group(door: ArmClient, names: Names) -> None:
    """Delete the group that this run made. Raises AzureError when others have put something into it meanwhile."""
    others = door.list(f"{names.group_id}/resources", api_versions.GROUP_API)
    if others:
        raise AzureError(0, "", f"it still holds {', '.join(str(each['name']) for each in others)}")
    door.delete(names.group_id, api_versions.GROUP_API)


def _network(door: ArmClient, job: CreateInputs) -> Step:
    """The network with its subnet; or, in a network that exists, the subnet alone."""
    names, plan, vnet = job.names, job.plan, job.existing.vnet
    if vnet is None:
        body = resources.vnet_body(job.location, plan, names.subnet)
        return Step(
            VNET,
            names.vnet,
            names.vnet_id,
            f"{' '.join(str(prefix) for prefix in plan.vnet)}, subnet {names.subnet} {plan.subnet}",
            make=_put(door, names.vnet_id, api_versions.VNET_API, body, look_first=job.existing.group is not None),
            exists=_exists(door, names.vnet_id, api_versions.VNET_API),
            remove=_delete(door, names.vnet_id, api_versions.VNET_API),
            removal=lambda: f"az network vnet delete -g {names.vnet_group} -n {names.vnet}",
        )
    return Step(
        SUBNET,
        names.subnet,
        names.subnet_id,
        f"{plan.subnet} in {names.vnet}",
        existing=job.existing.subnet(names.subnet),
        make=_put(door, names.subnet_id, api_versions.SUBNET_API, resources.subnet_body(plan), look_first=True),
        exists=_exists(door, names.subnet_id, api_versions.SUBNET_API),
        remove=_delete(door, names.subnet_id, api_versions.SUBNET_API),
        removal=lambda: (
            f"az network vnet subnet delete -g {names.vnet_group} --vnet-name {names.vnet} -n {names.subnet}"
        ),
    )


def _identity(door: ArmClient, job: CreateInputs) -> list[Step]:
    names, identity = job.names, job.identity
    if identity.kind == SYSTEM_ASSIGNED:
        return []
    if identity.kind == SERVICE_PRINCIPAL:
        return [_service_principal(job)]
    identity_id = names.new_identity_id
    return [
        Step(
            IDENTITY,
            identity_id.rsplit("/", 1)[-1],
            identity_id,
            "user-assigned",
            existing=job.existing.identity,
            make=_put(
                door,
                identity_id,
                api_versions.IDENTITY_API,
                resources.identity_body(job.location),
                look_first=job.existing.group is not None,
            ),
            exists=_exists(door, identity_id, api_versions.IDENTITY_API),
            remove=_delete(door, identity_id, api_versions.IDENTITY_API),
            removal=lambda: f"az identity delete --ids {identity_id}",
        )
    ]


def _service_principal(job: CreateInputs) -> Step:
    """The service principal: one that exists, or a new one, which is made as long as no cluster has its password.

    One that was there before this run is taken up with a new password, and is not this run's to remove.
    """
    app_id = (job.principal or {}).get("appId", "")

    return Step(
        PRINCIPAL,
        job.identity.app_id or job.names.new_principal,
        f"/servicePrincipals/{app_id}",
        existing=None if job.identity.create and job.existing.cluster is None else job.principal,
        make=lambda _: job.make_principal(),
        remove=job.remove_principal,
        removal=job.principal_removal if job.remove_principal else str,
    )


def principal_of(results: StepOutputs, facts: ExistingResources) -> str:
    """The object id of the cluster's own identity, from what the steps before made or found."""
    if IDENTITY in results:
        return str(results[IDENTITY]["properties"]["principalId"])
    if PRINCIPAL in results:
        return str(results[PRINCIPAL]["id"])
    return str((facts.cluster or {})["identity"]["principalId"])


def _role(door: ArmClient, job: CreateInputs, grant: Grant) -> Step:
    made: list[str] = []

    def make(results: StepOutputs) -> Json:
        principal = principal_of(results, job.existing)
        made[:] = [resources.role_assignment_id(grant.scope, principal, grant.role.definition_id)]
        assignment = role_assignments.grant(door, grant.scope, principal, grant.role)
        made[:] = [assignment["id"]] if assignment else []
        return assignment

    def remove() -> None:
        for assignment_id in made:
            door.delete(assignment_id, api_versions.ROLE_API)

    return Step(
        ROLE,
        grant.role.name,
        (grant.granted or {}).get("id", grant.scope),
        f"on {grant.scope.rsplit('/', 1)[-1]}",
        existing=grant.granted,
        make=make,
        remove=remove,
        removal=lambda: f"az role assignment delete --ids {' '.join(made)}" if made else "",
    )


def _cluster(door: ArmClient, job: CreateInputs) -> Step:
    plan, names, cluster = job.plan, job.names, job.existing.cluster
    # Of what is granted to a system-assigned identity, only that on a network of this run goes with the network.
    lasting = job.grants if job.identity.kind == SYSTEM_ASSIGNED and job.existing.vnet is not None else ()

    def remove() -> None:
        found = door.get(names.cluster_id, api_versions.CLUSTER_API) if lasting else None
        principal = str(((found or {}).get("identity") or {}).get("principalId") or "")
        for grant in lasting if principal else ():
            assignment = resources.role_assignment_id(grant.scope, principal, grant.role.definition_id)
            door.delete(assignment, api_versions.ROLE_API)
        door.delete(names.cluster_id, api_versions.CLUSTER_API)

    def removal() -> str:
        whose = f"$(az aks show -g {names.group} -n {names.cluster} --query identity.principalId -o tsv)"
        commands = [f"az role assignment delete --assignee {whose} --scope {grant.scope}" for grant in lasting]
        return " && ".join([*commands, f"az aks delete -g {names.group} -n {names.cluster}"])

    return Step(
        CLUSTER,
        names.cluster,
        names.cluster_id,
        f"kubenet, {plan.demand.first_pool_nodes} nodes, pods {plan.pods}, services {plan.services}",
        existing=cluster,
        differences=cluster_drift(cluster, names, job.identity, job.principal, job.typed) if cluster else (),
        make=job.make_cluster,
        exists=_exists(door, names.cluster_id, api_versions.CLUSTER_API),
        remove=remove,
        removal=removal,
        remedy=lambda difference: remedy(difference, cluster or {}, job.given),
    )
