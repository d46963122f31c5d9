"""Benchmarks: what the project promises to be quick at, measured beside its yardstick."""
