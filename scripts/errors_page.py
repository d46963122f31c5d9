"""Write the error codes of docs/guide/troubleshooting.rst from the advice that `az kubenet` prints for them.

usage: VENV/bin/python scripts/errors_page.py      (a contract test says when the page is out of date)

The advice is what a run prints, with words in capitals for the names of resources; the meanings are written here. What
stands above the mark in the page is written by hand.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

PAGE = ROOT / "docs" / "guide" / "troubleshooting.rst"
MARK = ".. From here on scripts/errors_page.py writes the page.\n"

#: By title: what a row of codes means, in Azure's spelling.
MEANINGS = {
    "Rights": (
        (
            "AuthorizationFailed",
            "the login lacks the right that the message names, at the scope that it names",
        ),
        (
            "LinkedAuthorizationFailed",
            "whoever writes the cluster may not join the subnet, or use something else that it refers to",
        ),
        (
            "Authorization_RequestDenied",
            "Microsoft Entra ID does not let the login read or write applications",
        ),
        (
            "CustomRouteTableMissingPermission",
            "the cluster's identity may not write the route table of the subnet",
        ),
        (
            "CustomRouteTableWithUnsupportedMSIType",
            "a system-assigned identity, and a route table of one's own on the subnet",
        ),
        (
            "CustomPrivateDNSZoneMissingPermission CustomPrivateDNSZoneMissingPermissionError",
            "the cluster's identity may not write the private DNS zone, or not link the network to it",
        ),
        (
            "CustomKubeletIdentityMissingPermissionError",
            "the cluster's identity may not use the identity of the kubelets",
        ),
        (
            "PrincipalNotFound",
            "the identity that a role is granted to is not known everywhere yet",
        ),
        (
            "UnmatchedPrincipalType",
            "the id that a role is granted to is of another kind of principal",
        ),
        (
            "RoleDefinitionDoesNotExist",
            "there is no role of that name",
        ),
        (
            "ServicePrincipalNotFound",
            "the service principal does not exist, or is not known everywhere yet",
        ),
        (
            "ServicePrincipalValidationClientError",
            "the password of the service principal is wrong, has expired, or is not known everywhere yet",
        ),
        (
            "FailedIdentityOperation",
            "the identity could not be used at that moment",
        ),
    ),
    "Login": (
        (
            "AuthenticationFailed ExpiredAuthenticationToken InvalidAuthenticationToken NoToken",
            "Azure did not take the token of the login, or none was had for it",
        ),
        (
            "SubscriptionNotFound",
            "the login does not see the subscription",
        ),
    ),
    "Subnet and network": (
        (
            "SubnetIsFull InsufficientSubnetSize",
            "the subnet has no addresses left for the nodes, those of an upgrade included",
        ),
        (
            "SubnetIsDelegated",
            "the subnet is delegated to another service",
        ),
        (
            "SubnetWithExternalResourcesCannotBeUsedByOtherResources",
            "another service has a link to the subnet, which keeps clusters out",
        ),
        (
            "NetcfgSubnetRangesOverlap NetcfgSubnetRangeOutsideVnet",
            "the new subnet overlaps another one, or is not in the network",
        ),
        (
            "ServiceCidrOverlapExistingSubnetsCidr PodCidrOverlapExistingSubnetsCidr NetworkProfileCidrOverlapVnet",
            "the pods or services overlap the network or one of its subnets",
        ),
        (
            "CidrStringParseError",
            "a range is not one",
        ),
        (
            "GetVnetError ReferencedResourceNotProvisioned ParentResourceIsInFailedState SetVNetOwnershipFailed "
            "VirtualNetworkNotInSucceededState",
            "the network is being written by somebody, or is in state Failed",
        ),
    ),
    "Routes and the way out": (
        (
            "RouteTableInvalidNextHop RouteTableMissingDefaultRouteError",
            "``--outbound-type userDefinedRouting``, and a default route that leads nowhere, or none",
        ),
        (
            "SubnetNotAssociatedWithNatGateway",
            "``--outbound-type userAssignedNATGateway``, and no NAT gateway on the subnet",
        ),
        (
            "RouteConflict",
            "the table has another route for the block of pods of a node",
        ),
        (
            "VMExtensionProvisioningError OutboundConnFailVMExtensionError VMExtensionError_OutboundConnFail "
            "K8SAPIServerConnFailVMExtensionError VMExtensionError_K8SAPIServerConnFail "
            "K8SAPIServerDNSLookupFailVMExtensionError VMExtensionError_K8SAPIServerDNSLookupFail",
            "nodes were made and could not reach the internet, or the cluster's own API, or look up its name",
        ),
    ),
    "Machines, quota, versions": (
        (
            "QuotaExceeded",
            "a quota of the subscription in that region is used up",
        ),
        (
            "ErrCode_InsufficientVCPUQuota",
            "the vCPU quota does not hold the nodes",
        ),
        (
            "SkuNotAvailable AllocationFailed ZonalAllocationFailed",
            "the region or zone has none of these machines for the subscription, or none at the moment",
        ),
        (
            "K8sVersionNotSupported",
            "the region does not have that version of Kubernetes, or not any more",
        ),
        (
            "SystemPoolHasRestrictedTaint",
            "the taints of the first pool keep system pods out",
        ),
    ),
    "Regions and providers": (
        (
            "LocationNotAvailableForResourceType LocationNotAvailableForResourceGroup NoRegisteredProviderFound",
            "the region does not have that kind of resource, or there is no such region",
        ),
        (
            "InvalidResourceLocation",
            "a resource of that name is in another region",
        ),
        (
            "InvalidResourceGroupLocation",
            "the resource group is in another region",
        ),
        (
            "MissingSubscriptionRegistration",
            "a resource provider is not registered in the subscription",
        ),
    ),
    "What others do or forbid": (
        (
            "RequestDisallowedByPolicy",
            "a policy of the organization refuses the resource as it is",
        ),
        (
            "ScopeLocked",
            "a lock forbids to write or delete",
        ),
        (
            "ResourceGroupBeingDeleted",
            "the resource group is on its way out",
        ),
        (
            "ResourceGroupNotFound ParentResourceNotFound InvalidResourceReference",
            "something that was there a moment ago is gone",
        ),
        (
            "OperationNotAllowed",
            "a quota is used up, or another operation on the cluster is under way",
        ),
    ),
    "A busy service": (
        (
            "AnotherOperationInProgress RetryableErrorDueToAnotherOperation RetryableError 429 TooManyRequests "
            "SubscriptionRequestsThrottled ServerTimeout GatewayTimeout BadGatewayConnection InternalServerError "
            "MultipleErrorsOccurred",
            "Azure was busy for longer than ``--propagation-timeout``: each of these was retried before",
        ),
    ),
    "What was sent, and what became of it": (
        (
            "InvalidParameter BadRequest",
            "Azure does not take a value",
        ),
        (
            "Failed Canceled",
            "the cluster was begun and did not come up: it has to go before another can be made",
        ),
    ),
}
#: Words in the place of names and ids.
_NAMES = SimpleNamespace(
    subscription="SUBSCRIPTION", subnet_id="SUBNET_ID", vnet_id="VNET_ID", vnet_group="GROUP_OF_VNET", vnet="VNET",
    group="GROUP", cluster="NAME", new_identity_id="IDENTITY_ID",
)  # fmt: skip
_COMMAND = re.compile(r"(?<=: )(az .+?)(?=; |$)")


def codes() -> list[str]:
    """Every code that has a row."""
    return [code for rows in MEANINGS.values() for names, _ in rows for code in names.split()]


def page(written: str) -> str:
    """The whole page. written: the page as it is, of which the part by hand is kept"""
    head, mark, _ = written.partition(MARK)
    return f"{head}{mark}\n{table()}"


def table() -> str:
    """Codes, meanings and advice, title by title."""
    lines = ["By error code of Azure", "----------------------", ""]
    lines += [
        "What a run prints for each code of Azure's that it knows, with words in capitals for the names of resources, "
        "which a run",
        "fills in. The last code that is known tells most: an error often has others behind it.",
        "",
    ]
    for title, rows in MEANINGS.items():
        lines += [title, "~" * len(title), ""]
        for names, meaning in rows:
            lines += [*_row(names.split(), meaning), ""]
    return "\n".join(lines)


def _row(names: list[str], meaning: str) -> Iterator[str]:
    """An entry of a definition list."""
    from azext_kubenet.changes.remedies import remedy_for

    (advice,) = {remedy_for([name], _NAMES, "LOCATION") for name in names}
    yield ", ".join(f"``{name}``" for name in names)
    yield f"    {_sentence(meaning)}"
    yield ""
    command = _COMMAND.sub(r"``\1``", advice)
    yield f"    -> {command}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
