"""docs/rules.rst lists every rule and check that there is."""

import ast
import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_of_rules_is_up_to_date():
    spec = importlib.util.spec_from_file_location("rules_page", ROOT / "scripts" / "rules_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "rules.rst").read_text(encoding="utf-8") == module.page(), "run scripts/rules_page.py"


def _named():
    """Every name that the source gives to a finding: first of a call, or of a tuple that one is made from."""
    makers = {"Finding", "NotANetwork", "Fault", "Rule", "Check"}
    for path in (ROOT / "azext_kubenet").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in makers and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", str(name.value)):
                    yield name.value


def test_every_name_in_the_source_is_on_the_page():
    page = (ROOT / "docs" / "rules.rst").read_text(encoding="utf-8")
    names = set(_named())
    assert len(names) > 60
    assert not sorted(name for name in names if not re.search(rf"^{name} ", page, re.MULTILINE))
