"""What the code offers of all that docs/policy.rst promises to scripts, by its names; `promised.json` lists them.

usage: VENV/bin/python -m tests.contract.promises      (adds to the list what has come; takes nothing out)
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("promised.json")
#: The modules that write the answers, and the function that writes each whole.
ANSWERS = {
    "check": ("check_json", "check_answer"),
    "list": ("list_json", "_element"),
    "migrate": ("migrate_json", "migrate_answer"),
    "finding": ("plan_json", "finding_dict"),
}
#: Options of `az aks create` that `create` has redefined.
OUR_WORDS = {"--pod-cidr", "--service-cidr", "--dns-service-ip", "--docker-bridge-address"}


def commands() -> list[str]:
    """Return the names of our commands."""
    from azure.cli.core import get_default_cli

    from azext_kubenet import KubenetCommandsLoader

    return sorted(name.split()[-1] for name in KubenetCommandsLoader(get_default_cli()).load_command_table([]))


def options() -> dict[str, list[str]]:
    """Every spelling of every option of ours, by command; not those that every command of azure-cli has."""
    from tests.contract.side_by_side import load

    names = commands()
    loaded = load("aks create", *(f"kubenet {name}" for name in names))
    borrowed = _spellings(loaded, "aks create") - OUR_WORDS
    found = {}
    for name in names:
        spelled = _spellings(loaded, f"kubenet {name}")
        found[name] = sorted(spelled - borrowed if name == "create" else spelled)
    return found


def _spellings(loaded: Any, command: str) -> set[str]:
    known = set(loaded.table[command].arguments) - {"cmd", "client"}  # what azure-cli hands over, and nobody types
    actions = loaded.actions(command)
    return {str(word) for dest, action in actions.items() if dest in known for word in action.option_strings}


def keys_written_by(module: str, function: str) -> set[str]:
    """The paths of all keys that a function of output/ puts into what it returns, those of its helpers among them."""
    path = ROOT / "azext_kubenet" / "output" / f"{module}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {".".join(each) for each in _keys(functions[function], functions)}


def _keys(node: ast.AST, functions: Mapping[str, ast.FunctionDef]) -> Iterable[tuple[str, ...]]:
    """Of every dict in this node: its keys, and below each the keys of what its value holds or calls."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
        yield from _keys(functions[node.func.id], functions)
    if not isinstance(node, ast.Dict):
        for child in ast.iter_child_nodes(node):
            yield from _keys(child, functions)
        return
    for key, value in zip(node.keys, node.values, strict=True):
        own = (key.value,) if isinstance(key, ast.Constant) else ()
        if own:
            yield own
        yield from ((*own, *below) for below in _keys(value, functions))


def keys_of_schema(schema: Mapping[str, Any]) -> set[str]:
    """The paths of all keys that a schema names."""
    return {".".join(each) for each in _properties(schema, schema)}


def _properties(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    for name, value in node.get("properties", {}).items():
        yield (name,)
        yield from ((name, *below) for below in _properties(value, schema))
    inner = [node[word] for word in ("items", "additionalProperties") if isinstance(node.get(word), dict)]
    for each in (*inner, *node.get("anyOf", ()), *node.get("oneOf", ())):
        yield from _properties(each, schema)


def offered() -> dict[str, Any]:
    """All that the code offers, in the form of the list."""
    from azext_kubenet import errors, export
    from azext_kubenet.addressing.findings import Severity
    from azext_kubenet.addressing.headroom import LimitKind
    from azext_kubenet.addressing.registry import RULES, Phase
    from azext_kubenet.options.choices import PLAN_VERSION
    from azext_kubenet.output import findings_file, renderings

    schema = json.loads((ROOT / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
    checks = {Phase.CHECK, Phase.RUNNING, Phase.MIGRATE}
    return {
        "options": options(),
        "rules": sorted(rule.name for rule in RULES.values() if rule.phase not in checks),
        "checks": sorted(rule.name for rule in RULES.values() if rule.phase in checks),
        "keys": {
            "plan": sorted(keys_of_schema(schema)),
            **{name: sorted(keys_written_by(*where)) for name, where in sorted(ANSWERS.items())},
        },
        "values": {
            "severity": sorted(str(each.value) for each in Severity),
            "limit": sorted(each.value for each in LimitKind),
            "planVersion": [PLAN_VERSION.partition(".")[0]],
            "exitCodes": sorted(
                f"{code} {name}"
                for name, code in (
                    ("done", 0),
                    ("refused", errors.REFUSED),
                    ("usage", errors.USAGE),
                    ("not found", errors.NOT_FOUND),
                )
            ),
        },
        "files": {
            "--export": sorted(export.ENDINGS),
            "--findings": sorted(findings_file.ENDINGS),
            "--map": sorted(renderings._MAPS),
        },
    }


def lines(value: Any, path: str = "") -> set[str]:
    """Every name of a list, below where it stands: `options.plan --max-count`."""
    if isinstance(value, dict):
        return {line for key, each in value.items() for line in lines(each, f"{path}.{key}" if path else key)}
    return {f"{path} {name}" for name in value}


def promised() -> dict[str, Any]:
    """The list as it is checked in."""
    found: dict[str, Any] = json.loads(LIST.read_text(encoding="utf-8"))
    return found


def joined(old: Any, new: Any) -> Any:
    """Both lists as one."""
    if isinstance(new, dict):
        return {key: joined(old.get(key, {}), each) for key, each in new.items()} | {
            key: each for key, each in old.items() if key not in new
        }
    return sorted({*old, *new})


if __name__ == "__main__":
    before = promised() if LIST.exists() else {}
    now = joined(before, offered())
    LIST.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    print("\n".join(sorted(lines(now) - lines(before))) or "nothing has come")
