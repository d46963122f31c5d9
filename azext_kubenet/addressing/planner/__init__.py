"""Search for a complete set of ranges."""
