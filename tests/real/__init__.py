"""Held to real Azure: our readers to its answers, the loopback to its requests, what users read to its errors."""
