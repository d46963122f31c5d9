"""The network plugins that a plan can be for, kubenet and its successor, and the limits in which they differ."""

from dataclasses import dataclass

from azext_kubenet.addressing import limits


@dataclass(frozen=True)
class NetworkPlugin:  # pylint: disable=too-many-instance-attributes
    """A network plugin. Under either a node takes one address of the subnet and one /24 of the pod CIDR [L1, L2].

    name, mode: as `az aks create` takes them after --network-plugin and --network-plugin-mode, mode "" for none
    words: what Microsoft calls it
    default_max_pods: pods per node where none are stated
    max_nodes: nodes that a plan is made for, all pools together
    max_nodes_at_creation: nodes with which AKS creates a cluster
    max_routes: routes of the cluster's route table, None where nodes need none
    max_pods_of_cluster: pods that a cluster is documented for, None where no number is
    """

    name: str
    mode: str
    words: str
    default_max_pods: int
    max_nodes: int
    max_nodes_at_creation: int
    max_routes: int | None
    max_pods_of_cluster: int | None

    @property
    def arguments(self) -> str:
        """The plugin as it is typed after `az aks create` and `az kubenet plan`."""
        mode = f" --network-plugin-mode {self.mode}" if self.mode else ""
        return f"--network-plugin {self.name}{mode}"

    @property
    def has_docker_bridge(self) -> bool:
        """Whether a docker bridge is planned: it is one of the article's ranges, which is on kubenet [D1]."""
        return not self.mode

    @property
    def retires(self) -> bool:
        """Whether it retires on limits.KUBENET_RETIREMENT [J1]."""
        return not self.mode


KUBENET = NetworkPlugin(
    name="kubenet",
    mode="",
    words="kubenet",
    default_max_pods=limits.DEFAULT_MAX_PODS,
    max_nodes=limits.MAX_NODES,
    max_nodes_at_creation=limits.MAX_NODES_AT_CREATION,
    max_routes=limits.MAX_ROUTES,
    max_pods_of_cluster=None,
)
OVERLAY = NetworkPlugin(
    name="azure",
    mode="overlay",
    words="Azure CNI Overlay",
    default_max_pods=limits.OVERLAY_DEFAULT_MAX_PODS,
    max_nodes=limits.MAX_NODES_OF_AZURE_CNI,
    max_nodes_at_creation=limits.MAX_NODES_OF_AZURE_CNI,
    max_routes=None,
    max_pods_of_cluster=limits.OVERLAY_MAX_PODS_OF_CLUSTER,
)
