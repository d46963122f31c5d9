"""Verdicts to draw: an empty network, a crowded one, refusals; and reservations from lines of text."""

from netaddr import IPNetwork

from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reservation, fixed
from azext_kubenet.addressing.planner.plan_result import plan_ranges


def reserved(text):
    """A reservation a line: network, origin, reason."""
    rows = (line.split(None, 2) for line in text.strip().splitlines())
    return [Reservation(IPNetwork(network), reason, Origin(origin)) for network, origin, reason in rows]


CROWD = reserved("""
    10.20.1.0/24    subnet   subnet app of vnet-hub
    10.20.2.0/25    subnet   subnet db of vnet-hub
    10.20.2.128/26  subnet   subnet AzureBastionSubnet of vnet-hub
    10.20.2.224/27  subnet   subnet GatewaySubnet of vnet-hub
    10.20.16.0/20   subnet   subnet aks-blue of vnet-hub
    10.20.64.0/18   subnet   subnet legacy of vnet-hub
    10.84.0.0/24    subnet   subnet integration of vnet-hub
    10.84.1.0/28    subnet   subnet private-endpoints of vnet-hub
    10.1.0.0/16     peering  peered network vnet-shared
    10.2.0.0/16     peering  peered network vnet-identity
    10.96.0.0/12    peering  peered network vnet-data, forwarded through vnet-shared
    172.18.0.0/16   peering  peered network vnet-build
    10.128.0.0/10   route    on-premises, local network gateway lgw-frankfurt
    192.168.0.0/17  route    on-premises, route to-office in rt-hub
    172.24.0.0/14   route    on-premises, local network gateway lgw-dublin
    10.244.0.0/16   cluster  pods of cluster aks-blue
    10.0.0.0/16     cluster  services of cluster aks-blue
    10.245.0.0/16   cluster  pods of cluster aks-green in vnet-shared
    10.240.0.0/12   user     excluded with --exclude-prefixes
    100.64.0.0/16   vnet     network vnet-lab
""")
NETWORK = (IPNetwork("10.20.0.0/16"), IPNetwork("10.84.0.0/23"))
FULL = reserved("""
    10.30.0.0/17    peering  peered network vnet-one
    10.30.128.0/18  route    on-premises
    10.30.192.0/19  user     excluded with --exclude-prefixes
    10.30.224.0/20  cluster  pods of cluster old
    10.30.240.0/21  vnet     network vnet-lab
    10.30.248.0/22  user     excluded with --exclude-prefixes
    10.30.252.0/23  user     excluded with --exclude-prefixes
    10.30.254.0/24  user     excluded with --exclude-prefixes
    10.30.255.0/25  peering  peered network vnet-two
""")


def empty():
    return plan_ranges(ClusterSize(), RangeRequests())


def crowded():
    return plan_ranges(ClusterSize(node_count=5, max_count=40, extra_ips=6), RangeRequests(vnet=fixed(*NETWORK)), CROWD)


def no_space():
    return plan_ranges(ClusterSize(max_count=200), RangeRequests(within=(IPNetwork("10.30.0.0/16"),)), CROWD + FULL)


def overlaps():
    wish = RangeRequests(
        vnet=fixed(*NETWORK[:1]),
        subnet=fixed(IPNetwork("10.20.17.0/24")),
        pods=fixed(IPNetwork("10.0.0.0/12")),
        services=fixed(IPNetwork("10.1.0.0/16")),
    )
    return plan_ranges(ClusterSize(), wish, CROWD)


def too_small():
    return plan_ranges(ClusterSize(max_count=60), RangeRequests(subnet=fixed(IPNetwork("10.1.2.0/26"))))


def wide_pods():
    return plan_ranges(ClusterSize(node_count=900, max_count=5000), RangeRequests(pods=fixed(IPNetwork("10.0.0.0/8"))))


CASES = {each.__name__: each for each in (empty, crowded, no_space, overlaps, too_small, wide_pods)}
