"""The steps of a creation, in their order: what the cluster stands on, its rights, the cluster."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from azext_kubenet.azure import api_versions, resources, role_assignments
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, items, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.writes import LeftOut
from azext_kubenet.changes import in_use
from azext_kubenet.changes.in_use import nobody
from azext_kubenet.changes.resource_steps import IDENTITY, NO_TAGS, delete_at, exists_at, group_step, provider_step
from azext_kubenet.changes.runner import Stages, Step, StepOutputs
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.errors import Refused

PRINCIPAL, ROLE, CLUSTER = "service principal", "role assignment", "cluster"
#: Where a cluster stands that Azure has accepted and not yet made.
_ACCEPTED = "accepted cluster"


@dataclass(frozen=True)
class Grant:
    """A role where it is needed.

    granted: an assignment that already gives this principal what it needs
    unknown: whether the assignments could not be read, so that it may well have it
    """

    scope: str
    role: role_assignments.Role
    granted: Json | None = None
    unknown: bool = False


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
    tags: Mapping[str, str] = NO_TAGS,
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
    group = group_step(client, names, location, existing, tags)
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
    providing = [provider_step(client, names.subscription, each) for each in providers]
    first: list[Sequence[Step]] = [[*providing, group], [network, *identity]]
    if identity:
        return [*first, roles, [last]]
    return [*first, [last], roles] if existing.cluster else [*first, [last]]


def _inside(group: Step, step: Step) -> Step:
    """A step of something that may be in the group, which it cannot be without then."""
    return replace(
        step, depends_on=(group,) if ResourceId(group.resource_id).contains(ResourceId(step.resource_id)) else ()
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
        try:
            assignment = role_assignments.grant(client, grant.scope, principal, grant.role, new=new)
        except Refused as error:
            if not grant.unknown:
                raise
            made.clear()
            return LeftOut(f"{error.error_msg}; it is not known whether the identity has it")
        made[:] = [assignment["id"]] if assignment else []
        return assignment

    def remove() -> None:
        for assignment_id in made:
            client.delete(assignment_id, api_versions.ROLE_API)

    return Step(
        ROLE,
        grant.role.name if grant.granted is None else _role_of(grant.granted, grant.role),
        (grant.granted or {}).get("id", grant.scope),
        f"on {ResourceId(grant.scope).name}",
        existing=grant.granted,
        make=make,
        remove=remove,
        removal=lambda: f"az role assignment delete --ids {' '.join(made)}" if made else "",
    )


def _role_of(granted: Json, wanted: role_assignments.Role) -> str:
    """What the role of an assignment is called: as the user calls it, else by a name that is known, else by its id."""
    guid = ResourceId(text(within(granted, "properties"), "roleDefinitionId")).name.lower()
    if guid in (wanted.guid, ""):
        return wanted.name
    known = next((name for name, each in resources.ROLE_IDS.items() if each == guid), guid)
    return known.title().replace("Dns", "DNS") if known != guid else guid


def failed_advice(names: Names, cluster: Json | None) -> str:
    """What to do about a cluster in a failed state: one with a pool that came up may run what others need."""
    show = f"find out why: az aks show {names.place}"
    pools = [*items(within(cluster, "properties"), "agentPoolProfiles")]
    if pools and all(pool.get("provisioningState") in in_use.FAILED_STATES for pool in pools):
        return f"{show}; no node pool of it was created: remove it by az aks delete {names.place}"
    return f"{show}; it may have nodes that work: repair it by az aks update {names.place}"


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
        exists=exists_at(client, names.cluster_id, api_versions.CLUSTER_API),
        remove=delete_at(client, names.cluster_id, api_versions.CLUSTER_API),
        in_use=in_use.cluster(client, names),
        removal=lambda: f"az aks delete {names.place}",
        failed_advice=failed_advice(names, existing),
        remedy=remedy,
        inner=roles,
    )
