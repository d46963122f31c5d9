"""Where the cluster will lie: resource providers, location, subscription, names."""

from collections.abc import Iterator

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.azure.role_actions import permits
from azext_kubenet.checks.check import Check, Problem, unread
from azext_kubenet.checks.context import CheckContext, provider_read
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.options.choices import USER_ASSIGNED

#: Providers of all that is made. Without one Azure refuses: MissingSubscriptionRegistration. BEHAVIOUR.md
PROVIDERS = ("Microsoft.ContainerService", "Microsoft.Network")
_IDENTITY_PROVIDER = "Microsoft.ManagedIdentity"
#: Longest name of a subnet, a network, its resource group and that of the nodes to move to Overlay with. [J18]
_LONGEST_NAME = 63


def providers_of(identity_kind: str) -> tuple[str, ...]:
    """The resource providers that a creation needs."""
    return (*PROVIDERS, _IDENTITY_PROVIDER) if identity_kind == USER_ASSIGNED else PROVIDERS


#: Azure's words for a provider that nobody has registered, in lower case.
#: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
_NOT_REGISTERED = ("notregistered", "unregistered", "unregistering")


def _state_of(provider: Json | None) -> str:
    """Whether a provider is registered, in Azure's word; `unknown` where it says nothing."""
    return str((provider or {}).get("registrationState") or "unknown")


def unregistered(reader: Reader, subscription: str, identity_kind: str) -> tuple[str, ...]:
    """The providers that must be registered before anything is made of them; what may not be read is left as it is."""
    found = []
    for namespace in providers_of(identity_kind):
        read = provider_read(subscription, namespace)
        try:
            state = _state_of(reader.get(read.path, read.api_version))
        except AzureError:
            continue  # the check of preflight says so
        if state.lower() in _NOT_REGISTERED:
            found.append(namespace)
    return tuple(found)


def _providers_registered(context: CheckContext) -> Iterator[Problem]:
    """Every resource provider is registered, or about to be, or the caller may register it, which create then does."""
    subscription = context.names.subscription
    namespaces = providers_of(context.wanted.identity_kind)
    context.reader.prefetch(provider_read(subscription, each) for each in namespaces)
    for namespace in namespaces:
        try:
            state = _state_of(context.provider(namespace))
        except Unreadable as hidden:
            yield unread(hidden, context)
            continue
        if state.lower() == "registered":
            continue
        register = f"az provider register -n {namespace} --wait --subscription {subscription}"
        message = f"resource provider {namespace} is {state} in subscription {subscription}"
        if state.lower() not in _NOT_REGISTERED:
            yield Problem(message, f"register it: {register}", severity=Severity.WARNING)
        elif _may_register(context, namespace):
            before = f"to register it beforehand: {register}"
            yield Problem(f"{message}: it is registered first", before, severity=Severity.WARNING)
        else:
            yield Problem(f"{message}, and the caller may not register it", f"have an administrator run: {register}")


def _may_register(context: CheckContext, namespace: str) -> bool:
    """Whether the caller may register a provider, as far as that can be seen."""
    try:
        return permits(context.permissions(context.subscription_id), f"{namespace}/register/action")
    except Unreadable:
        return True


def _network_location(context: CheckContext) -> Iterator[Problem]:
    """The cluster is in the region of its network."""
    there, location = context.existing.network.location, context.wanted.location
    if there and plain_region(there) != plain_region(location):
        yield Problem(
            f"virtual network {context.names.vnet} is in {there}, and the cluster would be in {location}",
            f"use --location {plain_region(there)}, or a network in {location}",
            ("--location",),
        )


def _network_subscription(context: CheckContext) -> Iterator[Problem]:
    """The cluster is in the subscription of its network."""
    names = context.names
    if names.network_subscription.lower() != names.subscription.lower():
        yield Problem(
            f"the network is in subscription {names.network_subscription}, and the cluster would be in "
            f"{names.subscription}",
            f"use --subscription {names.network_subscription}, or a subnet of a network in {names.subscription}",
            ("--vnet-subnet-id",),
        )


def _names_for_overlay(context: CheckContext) -> Iterator[Problem]:
    """Names are short enough for the cluster to move to Azure CNI Overlay later."""
    names = context.names
    group = "--resource-group" if names.vnet_group.lower() == names.group.lower() else "--vnet-resource-group"
    for what, option, name in (
        ("resource group", group, names.vnet_group),
        ("virtual network", "--vnet-name", names.vnet),
        ("subnet", "--subnet-name", names.subnet),
        ("node resource group", "--node-resource-group", context.wanted.node_group),
    ):
        if len(name) > _LONGEST_NAME:
            yield Problem(
                f"the name of {what} {name} has {len(name)} characters, and Azure CNI Overlay allows at most "
                f"{_LONGEST_NAME}: the cluster could not move to it later, and the name cannot be changed",
                f"use a {what} with a shorter name: {option} NAME",
                (option,),
            )


CHECKS = (
    Check("providers-registered", _providers_registered),
    Check("network-location", _network_location),
    Check("network-subscription", _network_subscription),
    Check("names-for-overlay", _names_for_overlay),
)
