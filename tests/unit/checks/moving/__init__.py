"""Checks of clusters that are to move, and that have."""
