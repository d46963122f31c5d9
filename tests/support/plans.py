"""The plan without options, as `az kubenet plan` prints it and as others hand it over."""

from typing import Any

CONVENTIONAL: dict[str, Any] = {
    "vnetAddressPrefixes": ["192.168.0.0/16"],
    "subnetPrefix": "192.168.1.0/24",
    "podCidr": "10.244.0.0/16",
    "serviceCidr": "10.0.0.0/16",
    "dnsServiceIp": "10.0.0.10",
    "dockerBridgeAddress": "172.17.0.1/16",
    "nodeCount": 3,
    "maxPods": 110,
    "maxSurge": "10%",
}
