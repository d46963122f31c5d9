"""Microsoft.Network: networks, subnets, peerings, route tables, security groups, gateways, and their address rules."""
