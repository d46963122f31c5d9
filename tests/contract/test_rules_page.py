"""The registry holds every rule that there is, and docs/rules.rst lists it."""

import ast
import importlib.util
import re
from pathlib import Path

from azext_kubenet.addressing.registry import RULES

ROOT = Path(__file__).parents[2]


def test_the_page_of_rules_is_up_to_date():
    spec = importlib.util.spec_from_file_location("rules_page", ROOT / "scripts" / "rules_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "rules.rst").read_text(encoding="utf-8") == module.page(), "run scripts/rules_page.py"


def _named():
    """Every name that the source gives to a finding: first of a call, or of a tuple that one is made from."""
    makers = {"Finding", "NotANetwork", "Fault", "rule", "Check"}
    for path in (ROOT / "azext_kubenet").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in makers and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", str(name.value)):
                    yield name.value


def test_every_name_in_the_source_is_registered():
    names = set(_named())
    assert len(names) > 60
    assert not sorted(names - set(RULES))


def test_every_rule_that_is_registered_is_named_in_the_source():
    """In a string of a module other than the registry: as a name given to a finding, or to what makes one."""
    strings = {
        node.value
        for path in (ROOT / "azext_kubenet").rglob("*.py")
        if path.name != "registry.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not sorted(set(RULES) - strings)


def test_a_rule_has_a_meaning_in_a_few_words_and_facts_that_look_like_facts():
    for rule in RULES.values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
        assert 10 < len(rule.meaning) < 110
        assert re.fullmatch(
            r"([A-Z][0-9]*( [A-Z][0-9]*)*)?", rule.facts.replace("BEHAVIOUR.md MissingSubscriptionRegistration", "")
        )
