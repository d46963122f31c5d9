"""What passes today passes tomorrow: no test looks at the clock, waits, throws dice, or draws new cases on each run."""

import ast
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).resolve().parents[1]
#: Calls whose outcome depends on when and where a test runs. A seeded random.Random is none of them.
CHANCE = {
    "time.sleep",
    "time.time",
    "time.monotonic",
    "time.perf_counter",
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "datetime.datetime.now",
    "datetime.date.today",
    "random.random",
    "random.choice",
    "random.choices",
    "random.randint",
    "random.randrange",
    "random.sample",
    "random.shuffle",
    "random.Random()",
    "os.urandom",
}
#: Where hypothesis is told how many cases to draw; and a test that draws its own plans, from a fixed seed as well.
SETTINGS = {"effort.py", "conftest.py", "test_hostile_plans.py"}

# (what it is, source, what is found)
EXAMPLES = (
    ("a limit of time", "import time\nassert time.monotonic() - start < 3", {"time.monotonic"}),
    ("a wait", "import time\ntime.sleep(1)", {"time.sleep"}),
    ("another name", "from time import sleep as rest\nrest(1)", {"time.sleep"}),
    ("the day", "import datetime\ndatetime.date.today()", {"datetime.date.today"}),
    ("dice", "import random\nrandom.choice([1, 2])", {"random.choice"}),
    ("dice without a seed", "import random\nrandom.Random()", {"random.Random()"}),
    ("dice with a seed", "import random\nrandom.Random(7).choice([1, 2])", set()),
    ("a clock that is set", 'monkeypatch.setattr(time, "monotonic", lambda: 1.0)', set()),
)


def dotted(node):
    """`a.b.c` of an expression, or nothing."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) and dotted(node.value) else ""


def called(source):
    """The names of all that a source calls, under the names that they have where they come from."""
    tree, names = ast.parse(source), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first, dot, rest = dotted(node.func).partition(".")
            name = names.get(first, first) + dot + rest
            yield name if node.args or name != "random.Random" else "random.Random()"


def files(pattern):
    return sorted(TESTS.rglob(pattern))


def test_no_test_hangs_on_the_clock_or_on_chance():
    found = {str(path.relative_to(TESTS)): CHANCE & set(called(path.read_text("utf-8"))) for path in files("test_*.py")}
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize(("source", "found"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES])
def test_chance_is_found(source, found):
    assert CHANCE & set(called(source)) == found


def test_cases_are_drawn_from_a_fixed_seed_unless_the_run_explores():
    fixed, explore = settings.get_profile("fixed"), settings.get_profile("explore")
    assert (fixed.derandomize, fixed.database) == (True, None)
    assert (explore.derandomize, explore.max_examples > fixed.max_examples) == (False, True)
    assert settings.get_current_profile_name() in ("fixed", "explore")


def test_how_many_cases_are_drawn_is_said_in_one_place():
    own = {path.name for path in files("*.py") if "hypothesis.settings" in set(called(path.read_text("utf-8")))}
    assert own <= SETTINGS
