"""What lies around a network, and what exists already."""
