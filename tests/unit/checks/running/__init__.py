"""Checks of running clusters."""
