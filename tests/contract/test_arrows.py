"""The arrows of docs/architecture.rst, read from the imports of every module with `ast`.

custom -> provisioning -> addressing -> netaddr, and never back.
"""

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = "azext_kubenet"
ROOT = Path(__file__).resolve().parents[2] / PACKAGE

# An import of the standard library that is not computing: reading, writing, waiting, the clock, other processes.
IMPURE = {
    "os",
    "io",
    "pathlib",
    "tempfile",
    "shutil",
    "glob",
    "fileinput",
    "socket",
    "ssl",
    "http",
    "urllib",
    "select",
    "selectors",
    "time",
    "datetime",
    "calendar",
    "zoneinfo",
    "logging",
    "warnings",
    "subprocess",
    "multiprocessing",
    "threading",
    "concurrent",
    "asyncio",
    "signal",
    "random",
    "secrets",
    "uuid",
    "sys",
    "builtins",
    "importlib",
    "ctypes",
    "mmap",
    "sqlite3",
    "shelve",
    "dbm",
    "platform",
    "getpass",
    "locale",
}
PURE = set(sys.stdlib_module_names) - IMPURE
HTTP = {
    "requests",
    "urllib3",
    "aiohttp",
    "httpx",
    "http",
    "socket",
    "ssl",
    "urllib.request",
    "msrest",
    "msrestazure",
    "azure.core.rest",
    "azure.core.pipeline",
    "azure.mgmt.core",
    "azure.cli.core.util.send_raw_request",
}
ADDRESSING, PROVISIONING = f"{PACKAGE}.addressing", f"{PACKAGE}.provisioning"
COMMAND_MODULES = "azure.cli.command_modules"
WORDS = f"{PACKAGE}._choices"


@dataclass(frozen=True)
class Import:
    """One imported name, absolute, and whether it is imported when the module is."""

    name: str
    line: int
    at_once: bool

    def within(self, packages):
        """Whether the name is one of the packages or inside one."""
        return any(f"{self.name}.".startswith(f"{package}.") for package in packages)


def imports_of(source, module, is_package=False):
    """Every import of a module's source. `from a import b` counts as a.b, a relative one as what it stands for."""
    found = []
    package = module if is_package else module.rpartition(".")[0]

    def walk(node, at_once):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.extend(Import(alias.name, child.lineno, at_once) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    parent = package.split(".")[: len(package.split(".")) - child.level + 1]
                    base = ".".join([*parent, *filter(None, [base])])
                found.extend(Import(f"{base}.{alias.name}", child.lineno, at_once) for alias in child.names)
            elif isinstance(child, ast.Call) and _imports_by_name(child):
                found.append(Import(child.args[0].value, child.lineno, at_once))
            if not isinstance(child, ast.If) or not _for_types_alone(child):
                walk(child, at_once and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    walk(ast.parse(source), True)
    return found


def _imports_by_name(call):
    """import_module('x') and __import__('x')."""
    called = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return (
        called in ("import_module", "__import__")
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    )


def _for_types_alone(branch):
    """if TYPE_CHECKING: ..., which never runs."""
    return getattr(branch.test, "attr", getattr(branch.test, "id", "")) == "TYPE_CHECKING"


def _in(*packages):
    return lambda module: f"{module}.".startswith(tuple(f"{package}." for package in packages))


def _nothing_but(*packages):
    return lambda imported: not (imported.within(packages) or imported.name.split(".")[0] in PURE)


def _any_of(*packages):
    return lambda imported: imported.within(packages)


# What the shell shares with `plan`: text in, errors and remarks out.
SHARED = tuple(f"{PACKAGE}.{name}" for name in ("_errors", "_notes", "_plan_file", "_validators"))

# The rooms that reason about networks and their neighbours, whoever has read them.
AROUND = ("topology", "shown", "walk", "surroundings", "unseen")

# (the rule, the modules that it binds, what is wrong in them)
RULES = (
    (
        "addressing computes: it imports netaddr, itself and the pure part of the standard library",
        _in(ADDRESSING),
        _nothing_but("netaddr", ADDRESSING),
    ),
    (
        "provisioning.resources computes too: beyond that it may import addressing, and derive a uuid from a name",
        _in(f"{PROVISIONING}.resources"),
        _nothing_but("netaddr", "uuid.UUID", "uuid.uuid5", ADDRESSING, WORDS, f"{PROVISIONING}.resources"),
    ),
    (
        "what lies around a network is worked out from plain values: those rooms compute, too",
        _in(f"{PROVISIONING}.memory", *(f"{PROVISIONING}.around.{name}" for name in AROUND)),
        _nothing_but("netaddr", "hashlib", ADDRESSING, *(f"{PROVISIONING}.around.{name}" for name in AROUND)),
    ),
    (
        "a picture and a hand-over are text made of values: they read and write nothing",
        _in(f"{PACKAGE}.drawing", f"{PACKAGE}.handover"),
        _nothing_but("netaddr", ADDRESSING, f"{PACKAGE}.drawing", f"{PACKAGE}.handover"),
    ),
    (
        "provisioning knows nothing of commands, parameters, help, formats or the loader",
        _in(PROVISIONING),
        lambda imported: (
            imported.within([PACKAGE])
            and not imported.within([ADDRESSING, PROVISIONING, WORDS, *SHARED])
            and imported.name != PACKAGE
        ),
    ),
    (
        "only the story and the request read text and speak to the user; the other rooms raise errors",
        lambda module: (
            _in(PROVISIONING)(module) and module not in (f"{PROVISIONING}.creation", f"{PROVISIONING}.request")
        ),
        _any_of(*(name for name in SHARED if not name.endswith("_errors"))),
    ),
    ("those words import nothing", _in(WORDS), lambda imported: True),
    (
        "only provisioning.aks names azure.cli.command_modules",
        lambda module: module != f"{PROVISIONING}.aks",
        _any_of(COMMAND_MODULES),
    ),
    (
        "and provisioning.aks does so inside a function, because that import takes longer than a plan",
        _in(f"{PROVISIONING}.aks"),
        lambda imported: imported.within([COMMAND_MODULES]) and imported.at_once,
    ),
    (
        "only provisioning.arm, and its way of trying again, speak HTTP, and reads_only stops it",
        lambda module: module not in (f"{PROVISIONING}.arm", f"{PROVISIONING}.retrying", f"{PROVISIONING}.reads_only"),
        _any_of(*HTTP),
    ),
    (
        "only provisioning.sending lends a way of polling to azure-core",
        lambda module: module != f"{PROVISIONING}.sending",
        _any_of("azure.core.polling"),
    ),
    ("provisioning.arm knows no networks", _in(f"{PROVISIONING}.arm"), _any_of("netaddr", ADDRESSING)),
    ("provisioning.steps knows no HTTP and not the door to it", _in(f"{PROVISIONING}.steps"), _any_of(*HTTP, "azure")),
    ("_format sees dicts, not our types", _in(f"{PACKAGE}._format"), _any_of(ADDRESSING, PROVISIONING)),
    ("nothing imports custom, which azure-cli finds by its name", lambda module: True, _any_of(f"{PACKAGE}.custom")),
    (
        "the loader is light: it imports none of ours but commands, parameters and help, and no command module or SDK",
        lambda module: module == PACKAGE,
        lambda imported: (
            imported.at_once
            and (imported.within([ADDRESSING, PROVISIONING, COMMAND_MODULES, "azure.mgmt", "netaddr", *HTTP]))
        ),
    ),
    (
        "what az loads for every kubenet command, help included, waits with command modules and SDKs",
        _in(
            *(
                f"{PACKAGE}.{name}"
                for name in ("commands", "_params", "_help", "_validators", "_format", "_client_factory", "custom")
            )
        ),
        lambda imported: imported.at_once and imported.within([COMMAND_MODULES, "azure.mgmt"]),
    ),
)


def broken(rule, module, source, is_package=False):
    """The imports of this module that the rule forbids."""
    _, binds, wrong = rule
    return [imported for imported in imports_of(source, module, is_package) if wrong(imported)] if binds(module) else []


def modules():
    """(name, path) of every module of the package."""
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@pytest.mark.parametrize("rule", RULES, ids=[rule[0] for rule in RULES])
def test_every_module_keeps_the_rule(rule):
    faults = [
        f"{path.relative_to(ROOT.parent)}:{imported.line} imports {imported.name}"
        for module, path in modules()
        for imported in broken(rule, module, path.read_text(encoding="utf-8"), path.name == "__init__.py")
    ]
    assert not faults, "\n".join([rule[0], *faults])


def test_there_are_modules_to_judge():
    names = {name for name, _ in modules()}
    assert {PACKAGE, ADDRESSING, PROVISIONING} <= names


# (what is wrong, the module inside the package, its source, how the broken rule begins)
WRONG = (
    ("addressing reads a file", ".addressing.pool", "import os", "addressing computes"),
    ("addressing looks at the clock", ".addressing.pool", "from datetime import date", "addressing computes"),
    ("addressing raises a knack error", ".addressing.rules", "from knack.util import CLIError", "addressing computes"),
    (
        "addressing looks outward, by a relative import",
        ".addressing.rules",
        "from ..provisioning import facts",
        "addressing computes",
    ),
    ("addressing logs, inside a function", ".addressing.rules", "def f():\n    import logging", "addressing computes"),
    ("resources asks Azure", ".provisioning.resources", "from .arm import get", "provisioning.resources computes"),
    (
        "a walk reads by itself",
        ".provisioning.around.walk",
        "from azext_kubenet.provisioning.reader import Reader",
        "what lies around",
    ),
    ("a picture is written", ".drawing.picture", "import pathlib", "a picture and a hand-over"),
    ("a hand-over looks at the clock", ".handover.bash", "import time", "a picture and a hand-over"),
    (
        "provisioning calls back into custom",
        ".provisioning.runner",
        "from .. import custom",
        "provisioning knows nothing",
    ),
    ("provisioning reads the parameters", ".provisioning.aks", "from .._params import x", "provisioning knows nothing"),
    ("a step speaks to the user", ".provisioning.steps", "from .. import _notes", "only the story"),
    (
        "arm polls azure-core's way",
        ".provisioning.arm",
        "from azure.core.polling import LROPoller",
        "only provisioning.sending",
    ),
    ("the words import a type", "._choices", "from .addressing.model import Wish", "those words"),
    (
        "resources makes a name up",
        ".provisioning.resources",
        "from uuid import uuid4",
        "provisioning.resources computes",
    ),
    (
        "steps borrows from acs",
        ".provisioning.steps",
        "def f():\n    import azure.cli.command_modules.acs",
        "only provisioning.aks",
    ),
    (
        "custom borrows from acs by name",
        ".custom",
        "import_module('azure.cli.command_modules.acs.custom')",
        "only provisioning.aks",
    ),
    (
        "aks imports acs at once",
        ".provisioning.aks",
        "from azure.cli.command_modules import acs",
        "and provisioning.aks does so inside",
    ),
    (
        "aks imports acs at once, in a try",
        ".provisioning.aks",
        "try:\n    from azure.cli.command_modules import acs\nexcept ImportError:\n    acs = None",
        "and provisioning.aks does so inside",
    ),
    ("facts sends requests", ".provisioning.facts", "import requests", "only provisioning.arm"),
    ("custom builds a request", ".custom", "from azure.core.rest import HttpRequest", "only provisioning.arm"),
    (
        "facts asks az to send one",
        ".provisioning.facts",
        "from azure.cli.core.util import send_raw_request",
        "only provisioning.arm",
    ),
    ("arm parses a network", ".provisioning.arm", "import netaddr", "provisioning.arm knows"),
    ("steps gets by itself", ".provisioning.steps", "from azure.core.exceptions import X", "provisioning.steps knows"),
    ("_format takes a plan", "._format", "from azext_kubenet.addressing.model import X", "_format sees"),
    ("a validator calls custom", "._validators", "from .custom import plan", "nothing imports custom"),
    ("the loader plans", "", "from .addressing import planner", "the loader is light"),
    ("custom imports an SDK at once", ".custom", "from azure.mgmt.msi import X", "what az loads"),
)


@pytest.mark.parametrize(("module", "source", "begins"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_module_is_found(module, source, begins):
    rules = [rule for rule in RULES if rule[0].startswith(begins)]
    assert any(broken(rule, PACKAGE + module, source, is_package=not module) for rule in rules)


def test_every_rule_is_shown_to_fail():
    assert not [rule[0] for rule in RULES if not any(rule[0].startswith(row[3]) for row in WRONG)]


# (what is right, the module inside the package, its source)
RIGHT = (
    (
        "addressing takes dataclass, netaddr and its neighbours",
        ".addressing.rules",
        "from dataclasses import dataclass\nfrom netaddr import IPNetwork\nfrom . import limits\nfrom .model import X",
    ),
    (
        "aks imports acs inside a function",
        ".provisioning.aks",
        "def f():\n    from azure.cli.command_modules import acs",
    ),
    ("arm sends requests", ".provisioning.arm", "from azure.core.rest import HttpRequest"),
    ("custom uses both", ".custom", "from .addressing import planner\nfrom .provisioning import steps"),
    (
        "resources reads a plan and derives a name",
        ".provisioning.resources",
        "from uuid import UUID, uuid5\nfrom ..addressing.model import AddressPlan",
    ),
    ("steps takes a shared word", ".provisioning.steps", "from .._choices import VNET_SCOPE"),
)


@pytest.mark.parametrize(("module", "source"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_a_right_module_is_let_be(module, source):
    assert not [rule[0] for rule in RULES if broken(rule, PACKAGE + module, source)]
