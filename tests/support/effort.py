"""How many cases a property is tried on: the number that it names on every run, and more of them when exploring."""

from hypothesis import settings


def tries(number, **more):
    """Settings of a property: so many cases, in proportion to what the profile has for one that names none."""
    return settings(max_examples=number * settings.default.max_examples // USUAL, **more)


#: Cases of a property that names none, where nothing is explored.
USUAL = settings.get_profile("fixed").max_examples
