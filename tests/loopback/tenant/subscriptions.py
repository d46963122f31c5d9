"""The tenant, subscriptions, providers, locations and the list of all resources. Shapes: recorded providers; the rest
as ``az`` reads them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..core import errors
from ..core.options import LOCATIONS, SUBSCRIPTION, TENANT
from ..core.wire import Answer, Call
from .tenancy import Subscription

if TYPE_CHECKING:
    from ..server.cloud import Cloud

NAMESPACES = (
    "Microsoft.Network",
    "Microsoft.ContainerService",
    "Microsoft.ManagedIdentity",
    "Microsoft.Authorization",
    "Microsoft.Compute",
    "Microsoft.Storage",
    "Microsoft.Resources",
    "Microsoft.OperationalInsights",
    "Microsoft.OperationsManagement",
    "Microsoft.Insights",
    "Microsoft.PolicyInsights",
    "Microsoft.KeyVault",
)
READS = {
    "": "Microsoft.Resources/subscriptions/read",
    "locations": "Microsoft.Resources/subscriptions/locations/read",
    "providers": "Microsoft.Resources/subscriptions/providers/read",
    "resourcegroups": "Microsoft.Resources/subscriptions/resourceGroups/read",
    "resources": "Microsoft.Resources/subscriptions/resources/read",
}
_PATH = re.compile(
    r"^/subscriptions/([^/]+)(?:/(resourcegroups|resources|providers|locations))?"
    r"(?:/([^/]+)(?:/(register|resources))?)?/?$",
    re.IGNORECASE,
)
_RESOURCE_FILTER = re.compile(r"^(resourceType|name|resourceGroup|location) eq '([^']*)'$", re.IGNORECASE)


def answer(cloud: Cloud, call: Call) -> Answer | None:
    """What is about the subscription and not about one resource, None for anything else."""
    path = call.path.rstrip("/").lower()
    if path == "/tenants":
        tenant = {"id": "/tenants/" + TENANT, "tenantId": TENANT, "displayName": "Loopback", "tenantCategory": "Home"}
        return Answer(200, {"value": [tenant]})
    if path == "/subscriptions":
        found = [shown(each) for each in cloud.subscriptions.own()]
        return Answer(200, {"value": found, "count": {"type": "Total", "value": len(found)}})
    match = _PATH.match(call.path)
    if not match:
        return None
    subscription = cloud.subscriptions.get(match[1])
    if subscription is None:
        raise errors.wrapped(404, "SubscriptionNotFound", f"The subscription '{match[1]}' could not be found.")
    what, name, tail = (match[2] or "").lower(), match[3], (match[4] or "").lower()
    if what == "providers":
        _require_provider(cloud, call, name or "", below(subscription))
        return _providers(subscription, name)
    if subscription.id != SUBSCRIPTION and (not name or tail):
        cloud.roles.require(call.caller, READS[what], below(subscription))
    if name:
        return _resources(cloud, call, call.path.rpartition("/")[0]) if tail == "resources" else None
    return _of_subscription(cloud, call, what, subscription)


def _require_provider(cloud: Cloud, call: Call, name: str, scope: str) -> None:
    """Rights on a group are not enough to read a provider (hashicorp/terraform-provider-azurerm#2678), nor to register
    one (azure-facts T6).
    """
    action = f"{name}/register/action" if call.method == "POST" else READS["providers"]
    cloud.roles.require(call.caller, action, scope)


def below(subscription: Subscription) -> str:
    """The scope of a subscription."""
    return "/subscriptions/" + subscription.id


def _of_subscription(cloud: Cloud, call: Call, what: str, subscription: Subscription) -> Answer:
    if what == "locations":
        return Answer(200, {"value": [_location(subscription, each) for each in LOCATIONS]})
    if what == "resourcegroups":
        return cloud.groups.list_all(cloud.parse(below(subscription)), call)
    return _resources(cloud, call, below(subscription)) if what == "resources" else Answer(200, shown(subscription))


def shown(subscription: Subscription) -> dict[str, Any]:
    """A subscription as Azure shows it."""
    return {
        "id": below(subscription),
        "subscriptionId": subscription.id,
        "displayName": subscription.name,
        "state": "Enabled",
        "tenantId": subscription.tenant,
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _location(subscription: Subscription, name: str) -> dict[str, Any]:
    return {
        "id": f"{below(subscription)}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": name,
        "regionalDisplayName": name,
        "metadata": {
            "regionType": "Physical",
            "regionCategory": "Recommended",
            "geographyGroup": "Loopback",
            "pairedRegion": [],
        },
    }


def _providers(subscription: Subscription, name: str | None) -> Answer:
    if not name:
        return Answer(200, {"value": [_provider(subscription, each) for each in NAMESPACES]})
    known = next((each for each in NAMESPACES if each.lower() == name.lower()), None)
    if not known:
        raise errors.wrapped(404, "InvalidResourceNamespace", f"The resource namespace '{name}' is invalid.")
    return Answer(200, _provider(subscription, known))


def _provider(subscription: Subscription, name: str) -> dict[str, Any]:
    types = {
        "Microsoft.Network": [
            "virtualNetworks",
            "routeTables",
            "networkSecurityGroups",
            "natGateways",
            "publicIPAddresses",
            "virtualNetworkGateways",
            "localNetworkGateways",
            "connections",
        ],
        "Microsoft.ContainerService": ["managedClusters"],
        "Microsoft.ManagedIdentity": ["userAssignedIdentities"],
    }
    versions = {"Microsoft.Network": "2025-03-01", "Microsoft.ContainerService": "2025-10-01"}
    return {
        "id": f"{below(subscription)}/providers/{name}",
        "namespace": name,
        "registrationPolicy": "RegistrationRequired",
        "registrationState": "Registered",
        "authorizations": [],
        "resourceTypes": [
            {
                "resourceType": kind,
                "locations": list(LOCATIONS),
                "apiVersions": [versions.get(name, "2024-11-30")],
                "capabilities": "SupportsTags, SupportsLocation",
            }
            for kind in types.get(name, [])
        ],
    }


def _resources(cloud: Cloud, call: Call, scope: str) -> Answer:
    """All tracked resources, with the filters that ``az resource list`` sends (our model of the filter)."""
    cloud.require_group(cloud.parse(scope))
    found = [
        body
        for key, body in cloud.store.items()
        if key.startswith(scope.lower() + "/")
        and "location" in body
        and body.get("type") != "Microsoft.Resources/resourceGroups"
        and key.count("/providers/") == 1
    ]
    if call.caller and not cloud.roles.allows(call.caller, READS["resources"], scope):
        found = [body for body in found if cloud.roles.allows(call.caller, f"{body['type']}/read", str(body["id"]))]
    for part in re.split(r"\s+and\s+", call.param("$filter")) if call.param("$filter") else []:
        match = _RESOURCE_FILTER.match(part.strip())
        if not match:
            raise errors.wrapped(
                400, "InvalidFilterInQueryString", f"Invalid $filter '{part}' specified in the query string."
            )
        found = [body for body in found if _value(body, match[1].lower()) == match[2].lower()]
    keys = ("id", "name", "type", "location", "tags", "kind", "sku", "identity")
    return Answer(200, {"value": [{key: body[key] for key in keys if key in body} for body in found]})


def _value(body: dict[str, Any], field: str) -> str:
    if field == "resourcegroup":
        return str(body["id"]).split("/")[4].lower()
    return str(body["type" if field == "resourcetype" else field]).lower()
