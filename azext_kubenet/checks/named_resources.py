"""Whether what options of `az aks create` name is there: registry, workspace, snapshot and the like. [T24]

`az aks create`'s code looks some of them up when the cluster exists already, and a dry run never gets there. What is
not in a list is no refusal: the list may lack what was made a moment ago.
"""

from collections.abc import Iterator

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import text
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Check, Problem, unread
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.checks.looking import Unreadable

_REGISTRY_OPTION, _REGISTRIES = "--attach-acr", "Microsoft.ContainerRegistry/registries"


def resources_read(subscription: str, kind: str) -> Read:
    """All resources of a kind in a subscription: what azure-cli itself asks for to find a registry by its name."""
    path = f"/subscriptions/{subscription}/resources"
    return Read(path, api_versions.GROUP_API, True, f"resourceType eq '{kind}'")


def _there(context: CheckContext) -> Iterator[Problem]:
    """What options name by an id, or a registry by its name, is shown to this login."""
    for option, value in context.wanted.named_resources.items():
        named = ResourceId(value)
        subscription, kind = named.subscription, named.kind
        if option == _REGISTRY_OPTION and not subscription:
            subscription, kind = context.names.subscription, _REGISTRIES
        if not subscription or kind.count("/") != 1:
            message = f"{option} {value} was not looked at: only resources that are in a group themselves are"
            yield Problem(message, options=(option,), severity=Severity.WARNING)
            continue
        try:
            yield from _looked_up(context, option, value, (subscription, kind))
        except Unreadable as hidden:
            yield unread(hidden, context)


def _looked_up(context: CheckContext, option: str, value: str, place: tuple[str, str]) -> Iterator[Problem]:
    """What is told of one that is not listed. place: its subscription and its kind. Raises Unreadable."""
    subscription, kind = place
    what, scope = f"{option} {value}: the list of {kind} in {subscription}", f"/subscriptions/{subscription}"
    found = context.optional_list(what, scope, resources_read(subscription, kind))
    by_name = not ResourceId(value).subscription
    names = {text(each, "name").lower() if by_name else ResourceId(text(each, "id")).canonical for each in found}
    if (value.lower() if by_name else ResourceId(value).canonical) in names:
        return
    later = "; the cluster would be created before that fails" if option == _REGISTRY_OPTION else ""
    message = f"{option} {value}: Azure shows this login no such resource in subscription {subscription}{later}"
    listing = f"az resource list --resource-type {kind} --subscription {subscription} -o table"
    yield Problem(message, f"list them: {listing}", (option,), Severity.WARNING)


CHECKS = (Check("named-resources", _there),)
