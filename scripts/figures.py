"""Print the house in figures: how large its rooms are, how typed its values, how many names it shows.

usage: python scripts/figures.py [CHECKOUT]      (nothing of it is run; the standard library is enough)
"""

import ast
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "azext_kubenet"


def modules(root: Path) -> dict[str, ast.Module]:
    """The syntax tree of every module of the extension, by its dotted name."""
    found = {}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts)] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def lines_of(root: Path, folder: str) -> dict[str, int]:
    """Lines of every file of Python, by its path."""
    return {
        path.relative_to(root).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted((root / folder).rglob("*.py"))
    }


def mappings_of_options(tree: ast.Module) -> int:
    """Functions with a parameter that is a mapping of options: typed as one, or azure-cli's own keywords."""
    found = 0
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        arguments = [*node.args.args, *node.args.kwonlyargs]
        written = [(each.arg, ast.unparse(each.annotation)) for each in arguments if each.annotation is not None]
        found += any(
            name in ("options", "typed", "given", "planned", "lent", "kwargs", "values")
            and kind.startswith(("Mapping[str, ", "dict[str, Any", "dict[str, object", "Options"))
            for name, kind in written
        )
    return found


def public(tree: ast.Module) -> int:
    """Functions and classes of a module that are there for others."""
    return sum(isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_") for n in tree.body)


def constants(tree: ast.Module) -> int:
    """Values of a module that are there for others."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = [each for node in assigned for each in (node.targets if isinstance(node, ast.Assign) else [node.target])]
    names = [node.id for each in targets for node in ast.walk(each) if isinstance(node, ast.Name)]
    return sum(not name.startswith("_") for name in names)


def room(module: str) -> str:
    """The room that a module is in."""
    parts = module.split(".")
    return parts[1] if len(parts) > 2 else "root"


def arrows(trees: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """(room, room) for each import from one to another."""
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
                for alias in node.names:
                    target = f"{node.module}.{alias.name}"
                    there = room(target if target in trees or f"{target}.__init__" in trees else f"{node.module}.x")
                    if there != room(module):
                        yield room(module), there


def circles(edges: set[tuple[str, str]]) -> list[str]:
    """Rooms from which a way leads back to them; the root, where azure-cli looks for what it finds by name, apart."""
    reach = {edge for edge in edges if "root" not in edge}
    while more := {(a, d) for a, b in reach for c, d in reach if b == c} - reach:
        reach |= more
    return sorted({a for a, b in reach if a == b})


def main(root: Path) -> None:
    """Print all figures of a checkout."""
    trees, lines = modules(root), lines_of(root, PACKAGE)
    total = sum(lines.values())
    sizes = Counter[str]()
    for path, count in lines.items():
        sizes[room(path.removesuffix(".py").replace("/", "."))] += count
    names = Counter(Path(path).name for path in lines if not path.endswith("__init__.py"))
    everywhere = [node for tree in trees.values() for node in ast.walk(tree)]
    anys = sum(isinstance(node, ast.Name) and node.id == "Any" for node in everywhere)
    declared = sum(
        isinstance(node, ast.Assign) and ast.unparse(node).startswith("Json = ")
        for tree in trees.values()
        for node in tree.body
    )
    longest = max(lines, key=lambda path: lines[path])
    biggest, most = sizes.most_common(1)[0]
    rows = (
        ("modules", len(lines)),
        ("lines of the extension", total),
        ("lines of tests", sum(lines_of(root, "tests").values())),
        ("median lines of a module", statistics.median(lines.values())),
        ("longest module", f"{lines[longest]} ({longest})"),
        ("modules over 250 lines", sum(count > 250 for count in lines.values())),
        ("modules in the root", sum(room(module) == "root" for module in trees)),
        ("biggest room", f"{100 * most / total:.0f}% ({biggest})"),
        ("rooms in a circle", ", ".join(circles(set(arrows(trees)))) or "none"),
        ("base names of more than one module", ", ".join(n for n, c in names.items() if c > 1) or "none"),
        ("signatures with a mapping of options", sum(map(mappings_of_options, trees.values()))),
        ("Any per 1,000 lines", f"{1000 * anys / total:.1f}"),
        ("Json declared", f"{declared} times"),
        ("public functions and classes per 1,000 lines", f"{1000 * sum(map(public, trees.values())) / total:.0f}"),
        (
            "public names per 1,000 lines, values included",
            f"{1000 * sum(public(tree) + constants(tree) for tree in trees.values()) / total:.0f}",
        ),
    )
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name.ljust(width)}  {value}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1])
