"""How the API server of a private cluster is found, by the options of `az aks create`."""

import pytest

from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.options.private_cluster import PrivateCluster, read_private_cluster

ZONE = (
    "/subscriptions/s2/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"
)

# (what was typed, the private cluster)
ROWS = (
    ("nothing", {}, None),
    ("a public cluster", {"enable_private_cluster": False, "private_dns_zone": ZONE}, None),
    ("a private one", {"enable_private_cluster": True}, PrivateCluster()),
    ("AKS's own zone", {"enable_private_cluster": True, "private_dns_zone": "System"}, PrivateCluster()),
    ("no zone", {"enable_private_cluster": True, "private_dns_zone": " None"}, PrivateCluster(without_zone=True)),
    ("a zone", {"enable_private_cluster": True, "private_dns_zone": f"{ZONE}/"}, PrivateCluster(ResourceId(ZONE))),
    ("a zone in other capitals", {"enable_private_cluster": True, "private_dns_zone": ZONE.lower()},
     PrivateCluster(ResourceId(ZONE))),
    ("a zone's name, which az refuses", {"enable_private_cluster": True, "private_dns_zone": "azmk8s.io"},
     PrivateCluster()),
    ("no public name", {"enable_private_cluster": True, "disable_public_fqdn": True},
     PrivateCluster(without_public_name=True)),
    ("an API server in the network", {"enable_private_cluster": True, "enable_apiserver_vnet_integration": True},
     PrivateCluster(in_network=True)),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_was_asked_for(asked, expected):
    assert read_private_cluster(asked) == expected
