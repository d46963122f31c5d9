"""Microsoft.ContainerService: managed clusters and agent pools, what AKS makes beside them, and what it refuses."""
