"""What lies around a plan: networks, gateways, routes and clusters, near or in a whole estate."""
