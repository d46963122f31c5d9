"""The picture of a plan, read back from its text."""
