"""What a loopback server can be told, and the fixed names of its one tenant."""

from __future__ import annotations

from dataclasses import dataclass

TENANT = "7e000000-0000-4000-8000-000000000001"
SUBSCRIPTION = "5b000000-0000-4000-8000-000000000001"
SUBSCRIPTION_NAME = "Loopback"
CALLER_OBJECT = "ca000000-0000-4000-8000-000000000001"
CALLER_APP = "ca000000-0000-4000-8000-000000000002"
CLOUD = "Loopback"
LOCATIONS = [
    "australiacentral",
    "australiaeast",
    "australiasoutheast",
    "austriaeast",
    "brazilsouth",
    "canadacentral",
    "canadaeast",
    "centralindia",
    "centralus",
    "eastasia",
    "eastus",
    "eastus2",
    "francecentral",
    "germanywestcentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "koreacentral",
    "koreasouth",
    "mexicocentral",
    "newzealandnorth",
    "northcentralus",
    "northeurope",
    "norwayeast",
    "polandcentral",
    "qatarcentral",
    "southafricanorth",
    "southcentralus",
    "southeastasia",
    "southindia",
    "spaincentral",
    "swedencentral",
    "switzerlandnorth",
    "uaenorth",
    "uksouth",
    "ukwest",
    "westcentralus",
    "westeurope",
    "westus",
    "westus2",
    "westus3",
]


@dataclass(frozen=True)
class Options:
    """`polls`: looks that find an operation still running. `pace`: seconds that a cluster takes, for demonstrations.

    `delay`: seconds before each answer of the services, as a distant Azure takes them; tokens and controls have none.
    `caller_role`: the role of whoever logs in, at the subscription; "" gives none. `graph_quota`: queries of Resource
    Graph that are answered within five seconds before the next is refused; 0 refuses none. `graph_subscriptions`: how
    many subscriptions a query of the tenant or of management groups looks at, before it leaves out the rest. `offers`:
    whether sizes, zones, versions and quotas are those that a region offers, or any will do. `attaching_is_linked`:
    whether AKS, too, needs the right to join what hangs on a subnet to which it attaches its table (azure-facts I16:
    not verified). `move_with_error`: whether the operation of a move to Azure CNI Overlay shows an error beside its
    status, Succeeded too, as recorded (existing-clusters K16). `move_wants_identity`: whether such a move is refused
    to a cluster with a subnet or a table of the user's and no user-assigned identity (K18: documented, our reading).
    """

    polls: int = 1
    pace: float = 0.0
    delay: float = 0.0
    caller_role: str = "Owner"
    graph_quota: int = 0
    graph_subscriptions: int = 10_000
    kubernetes_version: str = "1.34.2"
    offers: bool = True
    attaching_is_linked: bool = False
    move_with_error: bool = True
    move_wants_identity: bool = True
    verbose: bool = False


def canonical_location(location: str) -> str:
    """Azure takes ``West Europe`` for ``westeurope``."""
    return location.replace(" ", "").lower()
