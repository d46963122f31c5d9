"""How many cases a property is tried on: a share of the number that it names, or many times as many when exploring."""

from hypothesis import settings

#: Cases of a property that names none, in full.
USUAL = 100


def tries(number, **more):
    """Settings of a property: so many cases, in proportion to what the profile has for one that names none."""
    return settings(max_examples=max(number * settings.default.max_examples // USUAL, 1), **more)
