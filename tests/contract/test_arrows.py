"""The layers of docs/architecture.rst, and a few finer rules, read from the imports of every module with `ast`."""

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
COMMAND_MODULES = "azure.cli.command_modules"

# The rooms of the house, lowest first. A module imports from its own layer and from those below it.
LAYERS = (
    ("addressing",),
    ("azure", "options", "output", "diagram", "export"),
    ("discovery",),
    ("checks", "changes"),
    ("aks",),
    ("operations",),
    ("root",),
)
#: A root module that everybody may import: what ends a command. It knows what a finding is, and nothing else.
ERRORS = f"{PACKAGE}.errors"


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


def room_of(name):
    """The room that a name of the package belongs to; root for the modules that azure-cli finds by their names."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and any(parts[1] in layer for layer in LAYERS) else "root"


def level_of(room):
    """The place of a room among the layers, from 0."""
    return next(level for level, layer in enumerate(LAYERS) if room in layer)


def _above(module):
    """What a module may not import: all of ours that is in a higher layer."""
    own = level_of("addressing") + 1 if module == ERRORS else level_of(room_of(module))
    return lambda imported: (
        imported.within([PACKAGE])
        and imported.name != PACKAGE
        and not imported.within([ERRORS])
        and level_of(room_of(imported.name)) > own
    )


def _room(*names):
    return _in(*(f"{PACKAGE}.{name}" for name in names))


#: Modules of discovery that reason about networks and their neighbours, whoever has read them.
AROUND = tuple(
    f"{PACKAGE}.discovery.{name}" for name in ("topology", "traversal", "surroundings", "coverage", "snapshot")
)
BODIES = f"{PACKAGE}.azure.bodies"
API_VERSIONS = f"{PACKAGE}.azure.api_versions"
#: What sends requests, reads answers, or keeps either from the wire.
WIRE = tuple(
    f"{PACKAGE}.{name}"
    for name in ("azure.transport", "azure.retry", "azure.answers", "azure.client", "aks.reads_only")
)
#: What Azure's answers say: plain values, whoever has read them.
VALUES = (
    BODIES,
    *(
        f"{PACKAGE}.azure.{name}"
        for name in ("managed_clusters", "models", "nodes", "peerings", "properties", "resource_id")
    ),
)
CALLER = f"{PACKAGE}.azure.caller"

# (the rule, the modules that it binds, what is wrong in them)
RULES = (
    (
        "addressing computes: it imports netaddr, itself and the pure part of the standard library",
        _room("addressing"),
        _nothing_but("netaddr", f"{PACKAGE}.addressing"),
    ),
    (
        "azure.resources computes too: beyond that it may import addressing, and derive a uuid from a name",
        _room("azure.resources"),
        _nothing_but("netaddr", "uuid.UUID", "uuid.uuid5", f"{PACKAGE}.addressing", *VALUES),
    ),
    (
        "what Azure's answers say is plain values, which know no network of kubenet's",
        _in(*VALUES),
        _nothing_but("netaddr", f"{PACKAGE}.addressing.model.MaxSurge", *VALUES),
    ),
    (
        "what lies around a network is worked out from plain values: those rooms compute, too",
        _in(*AROUND),
        _nothing_but("netaddr", "hashlib", f"{PACKAGE}.addressing", *VALUES, CALLER, *AROUND),
    ),
    (
        "a diagram and an export are text made of values, a day among them: they read and write nothing",
        _room("diagram", "export"),
        _nothing_but(
            "netaddr",
            "datetime.date",
            "datetime.timedelta",
            f"{PACKAGE}.addressing",
            BODIES,
            API_VERSIONS,
            f"{PACKAGE}.azure.resource_id",
            f"{PACKAGE}.diagram",
            f"{PACKAGE}.export",
        ),
    ),
    (
        "only the stories and the door speak to the user or read a plan; the other rooms raise errors",
        lambda module: room_of(module) not in ("operations", "output", "options", "root"),
        _any_of(
            f"{PACKAGE}.output", f"{PACKAGE}.options.plan_file", f"{PACKAGE}.options.ranges", f"{PACKAGE}.options.typed"
        ),
    ),
    (
        "the choices of options import nothing",
        _room("options.choices"),
        lambda imported: True,
    ),
    (
        "only aks.borrowed names azure.cli.command_modules",
        lambda module: module != f"{PACKAGE}.aks.borrowed",
        _any_of(COMMAND_MODULES),
    ),
    (
        "and aks.borrowed does so inside a function, because that import takes longer than a plan",
        _room("aks.borrowed"),
        lambda imported: imported.within([COMMAND_MODULES]) and imported.at_once,
    ),
    (
        "only azure.transport, and its way of trying again, speak HTTP, and aks.reads_only stops it",
        lambda module: module not in WIRE,
        _any_of(*HTTP),
    ),
    (
        "only aks.cluster_progress lends a way of polling to azure-core",
        lambda module: module != f"{PACKAGE}.aks.cluster_progress",
        _any_of("azure.core.polling"),
    ),
    (
        "azure.client knows no networks",
        _room("azure.client"),
        _any_of("netaddr", f"{PACKAGE}.addressing"),
    ),
    (
        "changes.create_steps and resource_steps know no HTTP",
        _room("changes.create_steps", "changes.resource_steps"),
        _any_of(*HTTP, "azure"),
    ),
    (
        "_format sees dicts, not our types",
        _room("_format"),
        _any_of(*(f"{PACKAGE}.{room}" for layer in LAYERS for room in layer)),
    ),
    (
        "nothing imports custom, which azure-cli finds by its name",
        lambda module: True,
        _any_of(f"{PACKAGE}.custom"),
    ),
    (
        "the loader is light: it imports none of ours but commands, parameters and help, and no command module or SDK",
        lambda module: module == PACKAGE,
        lambda imported: (
            imported.at_once
            and (
                imported.within(
                    [
                        *(f"{PACKAGE}.{room}" for layer in LAYERS for room in layer),
                        COMMAND_MODULES,
                        "azure.mgmt",
                        "netaddr",
                        *HTTP,
                    ]
                )
            )
        ),
    ),
    (
        "what az loads for every kubenet command, help included, waits with command modules and SDKs",
        _room("commands", "_params", "_help", "_format", "custom", "options"),
        lambda imported: imported.at_once and imported.within([COMMAND_MODULES, "azure.mgmt", f"{PACKAGE}.aks"]),
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


LAYERED = "a module imports from its own layer and below"


def layer_faults(module, source, is_package=False):
    """The imports of this module that go up."""
    return [imported for imported in imports_of(source, module, is_package) if _above(module)(imported)]


@pytest.mark.parametrize("layer", LAYERS, ids=[" ".join(layer) for layer in LAYERS])
def test_the_layers_are_kept(layer):
    faults = [
        f"{path.relative_to(ROOT.parent)}:{imported.line} imports {imported.name}"
        for module, path in modules()
        if room_of(module) in layer
        for imported in layer_faults(module, path.read_text(encoding="utf-8"), path.name == "__init__.py")
    ]
    assert not faults, "\n".join([LAYERED, *faults])


def _arrows():
    """(room, room) for each import from one room to another."""
    for module, path in modules():
        for imported in imports_of(path.read_text(encoding="utf-8"), module, path.name == "__init__.py"):
            rooms = room_of(module), room_of(imported.name)
            ours = imported.within([PACKAGE]) and imported.name != PACKAGE
            if ours and module != ERRORS and rooms[0] != rooms[1] and not imported.within([ERRORS]):
                yield rooms


def test_no_rooms_stand_in_a_circle():
    arrows = set(_arrows())
    reach = set(arrows)
    while True:
        more = {(a, d) for a, b in reach for c, d in arrows if b == c} - reach
        if not more:
            break
        reach |= more
    assert not [room for room, other in reach if room == other]


# The rooms of the loopback Azure, lowest first. What is imported for types alone does not count.
LOOPBACK = (
    ("core",),
    ("network", "aks", "tenant", "authorization", "resource_graph"),
    ("server",),
    ("seeds",),
    ("callers",),
    ("tests",),
)


def test_the_rooms_of_the_loopback_stand_on_each_other():
    level = {room: place for place, rooms in enumerate(LOOPBACK) for room in rooms}
    folder = ROOT.parent / "tests" / "loopback"
    assert {path.parent.name for path in folder.glob("*/__init__.py")} == set(level)
    faults = [
        f"{path.relative_to(ROOT.parent)}:{imported.line} imports {imported.name}"
        for path in folder.glob("*/*.py")
        for imported in imports_of(path.read_text(encoding="utf-8"), f"tests.loopback.{path.parent.name}.{path.stem}")
        if level.get(imported.name.removeprefix("tests.loopback.").split(".")[0], -1) > level[path.parent.name]
    ]
    assert not faults


def test_every_room_is_in_a_layer():
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms == {room for layer in LAYERS for room in layer} - {"root"}


# (what is wrong, the module inside the package, its source)
UPWARD = (
    ("the core looks at Azure", ".addressing.planner.layout", "from ...azure import client"),
    ("azure knows what lies around", ".azure.client", "from azext_kubenet.discovery import topology"),
    ("discovery asks a check", ".discovery.existing", "def f():\n    from ..checks import check"),
    ("a step asks aks", ".changes.create_steps", "from azext_kubenet.aks import cluster"),
    ("aks tells a story", ".aks.cluster", "from azext_kubenet.operations import create"),
    ("a story reads the parameters", ".operations.create", "from .. import _params"),
    ("an error speaks", ".errors", "from .discovery import topology"),
)


@pytest.mark.parametrize(("module", "source"), [row[1:] for row in UPWARD], ids=[row[0] for row in UPWARD])
def test_an_import_that_goes_up_is_found(module, source):
    assert layer_faults(PACKAGE + module, source)


def test_there_are_modules_to_judge():
    assert {room_of(name) for name, _ in modules()} == {room for layer in LAYERS for room in layer}


# (what is wrong, the module inside the package, its source, how the broken rule begins)
WRONG = (
    ("addressing reads a file", ".addressing.free_space", "import os", "addressing computes"),
    ("addressing looks at the clock", ".addressing.free_space", "from datetime import date", "addressing computes"),
    ("addressing raises a knack error", ".addressing.rules", "from knack.util import CLIError", "addressing computes"),
    ("addressing looks outward", ".addressing.rules", "from ..discovery import existing", "addressing computes"),
    ("addressing logs, inside a function", ".addressing.rules", "def f():\n    import logging", "addressing computes"),
    ("resources asks Azure", ".azure.resources", "from .client import get", "azure.resources computes"),
    (
        "a traversal reads by itself",
        ".discovery.traversal",
        "from azext_kubenet.azure.reads import Reader",
        "what lies around",
    ),
    ("a picture is written", ".diagram.picture", "import pathlib", "a diagram and an export"),
    ("an export looks at the clock", ".export.bash", "import time", "a diagram and an export"),
    ("a step speaks to the user", ".changes.create_steps", "from ..output import console", "only the stories"),
    (
        "azure.client polls azure-core's way",
        ".azure.client",
        "from azure.core.polling import LROPoller",
        "only aks.cluster_progress",
    ),
    ("the choices import a type", ".options.choices", "from ..addressing.model import Pool", "the choices"),
    ("an id asks Azure", ".azure.resource_id", "from .reads import Reader", "what Azure's answers say"),
    ("resources makes a name up", ".azure.resources", "from uuid import uuid4", "azure.resources computes"),
    (
        "steps borrows from acs",
        ".changes.create_steps",
        "def f():\n    import azure.cli.command_modules.acs",
        "only aks.borrowed",
    ),
    (
        "custom borrows from acs by name",
        ".custom",
        "import_module('azure.cli.command_modules.acs.custom')",
        "only aks.borrowed",
    ),
    (
        "borrowed imports acs at once",
        ".aks.borrowed",
        "from azure.cli.command_modules import acs",
        "and aks.borrowed does so",
    ),
    (
        "borrowed imports acs at once, in a try",
        ".aks.borrowed",
        "try:\n    from azure.cli.command_modules import acs\nexcept ImportError:\n    acs = None",
        "and aks.borrowed does so",
    ),
    ("discovery sends requests", ".discovery.existing", "import requests", "only azure.transport"),
    ("custom builds a request", ".custom", "from azure.core.rest import HttpRequest", "only azure.transport"),
    (
        "discovery asks az to send one",
        ".discovery.existing",
        "from azure.cli.core.util import send_raw_request",
        "only azure.transport",
    ),
    ("the client parses a network", ".azure.client", "import netaddr", "azure.client knows"),
    (
        "steps gets by itself",
        ".changes.create_steps",
        "from azure.core.exceptions import X",
        "changes.create_steps and",
    ),
    ("_format takes a plan", "._format", "from azext_kubenet.addressing.model import X", "_format sees"),
    ("an option calls custom", ".options.ranges", "from ..custom import plan", "nothing imports custom"),
    ("the loader plans", "", "from .addressing import planner", "the loader is light"),
    ("the options are lent at once", "._params", "from azext_kubenet.aks import borrowed", "what az loads"),
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
        "borrowed imports acs inside a function",
        ".aks.borrowed",
        "def f():\n    from azure.cli.command_modules import acs",
    ),
    ("the transport sends requests", ".azure.transport", "from azure.core.rest import HttpRequest"),
    ("custom tells a story", ".custom", "from .operations import plan"),
    (
        "resources reads a plan and derives a name",
        ".azure.resources",
        "from uuid import UUID, uuid5\nfrom ..addressing.model import AddressPlan",
    ),
    ("steps takes a choice", ".changes.create_steps", "from ..options.choices import VNET_SCOPE"),
    ("a check looks at what exists", ".checks.check", "from azext_kubenet.discovery import existing"),
    ("everybody may end a command", ".azure.client", "from azext_kubenet.errors import Refused"),
)


@pytest.mark.parametrize(("module", "source"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_a_right_module_is_let_be(module, source):
    assert not [rule[0] for rule in RULES if broken(rule, PACKAGE + module, source)]
    assert not layer_faults(PACKAGE + module, source)
