"""Preflight against hand-made and recorded answers of Azure."""
