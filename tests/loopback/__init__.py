"""A loopback Azure Resource Manager: a second, independent opinion of what Azure would answer.

The unmodified ``az`` program logs in to it and works against it. What it models is read off recorded answers of the
real Azure (``../shared/azure``) and off the facts of ``../shared/design/azure-facts.md``, whose row ids the
docstrings cite; where neither says anything, a docstring says "our model". Nothing here imports the extension: its
checks are a second opinion.

Modelled: login by managed identity, Microsoft Graph (applications and service principals), subscriptions of one tenant
and strange ones, Resource Graph, providers, resource groups, virtual networks with their subnets and peerings, VPN and
ExpressRoute gateways with their connections, route tables, network security groups, NAT gateways, public addresses,
network interfaces, user-assigned identities, role definitions and assignments, managed clusters with their node
resource group, its machines and routes, commands run in them, and what goes wrong in them (aks.mishaps). Not
modelled: quotas, policies, locks, deployments, Kubernetes itself, and every resource type not named above.

The rooms, lowest first: core < network, aks, tenant, authorization, resource_graph < server < seeds < callers.
"""
