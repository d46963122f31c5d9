"""Golden files: what people read, kept word for word. `pytest tests/golden --update-golden` renews them."""

import difflib
from pathlib import Path

import pytest


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew, to be read in the diff")


@pytest.fixture
def golden(request):
    """golden(path, text): compares with a file beside the test, or renews it."""

    def check(name, text):
        path = Path(__file__).parent / name
        if request.config.getoption("--update-golden", default=False):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        if kept != text:
            was, now = kept.splitlines(), text.splitlines()
            lines = difflib.unified_diff(was, now, f"{name} as kept", f"{name} now", lineterm="")
            pytest.fail("\n".join([*lines, "if this is meant: pytest tests/golden --update-golden"]), pytrace=False)

    return check
