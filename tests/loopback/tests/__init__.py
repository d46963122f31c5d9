"""The loopback Azure's own tests."""
