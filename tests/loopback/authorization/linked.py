"""Linked access checks: whoever writes a thing needs a right on each thing that it refers to (azure-facts I16).

Words and code as people report them (microsoft/planetary-computer-hub#25, hashicorp/terraform-provider-azurerm#12134;
which properties of a subnet are checked: kubernetes-sigs/azurefile-csi-driver#2495).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core import errors
from ..core.resources import require
from ..core.store import Body
from ..core.wire import Refusal

if TYPE_CHECKING:
    from ..server.cloud import Cloud

NETWORK = "Microsoft.Network/"
#: What a subnet refers to, and the right that it takes.
OF_SUBNETS = (
    ("networkSecurityGroup", NETWORK + "networkSecurityGroups/join/action"),
    ("routeTable", NETWORK + "routeTables/join/action"),
    ("natGateway", NETWORK + "natGateways/join/action"),
)
POLICY = NETWORK + "serviceEndpointPolicies/joinSubnet/action"
JOIN_SUBNET = NETWORK + "virtualNetworks/subnets/join/action"
PEER = NETWORK + "virtualNetworks/peer/action"


def refusal(client: str, action: str, scope: str, wanted: str, linked: str) -> Refusal:
    """LinkedAuthorizationFailed: recorded for other providers, where its words are about a missing subscription."""
    return errors.wrapped(
        403,
        "LinkedAuthorizationFailed",
        f"The client '{client}' with object id '{client}' has permission to perform action '{action}' on scope "
        f"'{scope}'; however, it does not have permission to perform action(s) '{wanted}' on the linked scope(s) "
        f"'{linked}' or the linked scope(s) are invalid.",
    )


def subnet_links(properties: Body) -> list[tuple[str, str]]:
    """(right, id) of everything that a subnet refers to."""
    found = [(action, str(require(properties, key, "id") or "")) for key, action in OF_SUBNETS]
    found += [(POLICY, str(each.get("id") or "")) for each in properties.get("serviceEndpointPolicies") or []]
    return [(action, linked) for action, linked in found if linked]


def lacking(cloud: Cloud, client: str, links: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The first right that a client has not."""
    return next((each for each in links if not cloud.roles.allows(client, each[0], each[1])), None)


def require_subnet(cloud: Cloud, client: str, scope: str, properties: Body, action: str) -> None:
    """A caller who writes a subnet, alone or within its network. No client is a test that seeds."""
    missing = lacking(cloud, client, subnet_links(properties)) if client else None
    if missing:
        raise refusal(client, action, scope, *missing)
