"""The steps that make what a cluster stands on: providers, group, network, identity; nothing is written over."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType

from netaddr import IPNetwork

from azext_kubenet.azure import api_versions, resources
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import intervals
from azext_kubenet.azure.writes import AlreadyThere, Unsure
from azext_kubenet.changes import in_use
from azext_kubenet.changes.runner import Step, StepOutputs
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.errors import Refused

#: Most seconds between looks at a provider that is being registered: as azure-mgmt-core's own policy looks.
_REGISTERING_SECONDS = 10.0
PROVIDER = "resource provider"
GROUP, VNET, SUBNET, IDENTITY = "resource group", "virtual network", "subnet", "identity"
NO_TAGS: Mapping[str, str] = MappingProxyType({})


def provider_step(client: ArmClient, subscription: str, namespace: str) -> Step:
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


def exists_at(client: ArmClient, resource_id: str, api_version: str) -> Callable[[], bool]:
    """Tells whether a resource is there."""
    return lambda: client.get(resource_id, api_version) is not None


def delete_at(client: ArmClient, resource_id: str, api_version: str) -> Callable[[], None]:
    """Deletes a resource."""
    return lambda: client.delete(resource_id, api_version)


def group_step(
    client: ArmClient, names: Names, location: str, existing: ExistingResources, tags: Mapping[str, str]
) -> Step:
    """The resource group."""
    return Step(
        GROUP,
        names.group,
        names.group_id,
        location,
        existing=existing.group,
        make=_put(client, names.group_id, api_versions.GROUP_API, resources.group_body(location, tags)),
        remove=delete_at(client, names.group_id, api_versions.GROUP_API),
        in_use=in_use.group(client, names),
        exists=exists_at(client, names.group_id, api_versions.GROUP_API),
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
    tags: Mapping[str, str] = NO_TAGS,
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
            exists=exists_at(client, names.vnet_id, api_versions.VNET_API),
            remove=delete_at(client, names.vnet_id, api_versions.VNET_API),
            in_use=in_use.network(client, names),
            removal=lambda: f"az network vnet delete {names.vnet_place}",
        )
    body = resources.subnet_body(subnet)
    return Step(
        SUBNET,
        names.subnet,
        names.subnet_id,
        f"{subnet} in {names.vnet}",
        existing=existing.subnet(names.subnet),
        make=_put(client, names.subnet_id, api_versions.SUBNET_API, body, look_first=True),
        exists=exists_at(client, names.subnet_id, api_versions.SUBNET_API),
        remove=delete_at(client, names.subnet_id, api_versions.SUBNET_API),
        in_use=in_use.subnet(client, names),
        removal=lambda: f"az network vnet subnet delete {names.subnet_place}",
    )


def identity_step(
    client: ArmClient, names: Names, location: str, existing: ExistingResources, tags: Mapping[str, str] = NO_TAGS
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
        exists=exists_at(client, identity_id, api_versions.IDENTITY_API),
        remove=delete_at(client, identity_id, api_versions.IDENTITY_API),
        in_use=in_use.identity(client, names),
        removal=lambda: f"az identity delete --ids {identity_id}",
    )
