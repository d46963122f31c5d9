"""What a move would make of a cluster. Pure."""

from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.resource_id import ResourceId


class MovePlan(NamedTuple):
    """What a move would make of a cluster.

    pods: the pod CIDR afterwards, None where it is not known
    pod_findings: what the planner found of it
    then: the network policy engine afterwards: none, calico, cilium
    identity: id of the identity that the cluster is to run as from now on, empty for as it is
    accepted: names of rules whose risks are accepted
    """

    pods: IPNetwork | None = None
    pod_findings: tuple[Finding, ...] = ()
    then: str = "none"
    identity: ResourceId = ResourceId()
    accepted: tuple[str, ...] = ()

    def has_another_identity(self, cluster: Cluster) -> bool:
        """Whether the cluster is to run as an identity that it does not run as by now."""
        return bool(self.identity) and self.identity not in cluster.identities
