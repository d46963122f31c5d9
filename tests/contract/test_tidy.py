"""What a file of this repository never holds."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests/contract/test_tidy.py"
# Recordings and lists are kept as they came.
TEXT = {".py", ".rst", ".md", ".txt", ".sh", ".cfg", ".toml", ".json", ".in", ".yml", ".yaml", ""}

# (what it is, how to find it)
UNWANTED = (
    ("work left to do", re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")),
    ("a path of one machine", re.compile(r"(?<![\w.$/{}])/(root|work|home/\w+|Users/\w+|tmp/w)/")),
    ("the address of a package registry", re.compile(r"pythonhosted\.org|\bpypi\.org|--(extra-)?index-url")),
    ("a merge left half done", re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)),
)
# (what is wrong, the text, what it is)
EXAMPLES = (
    ("a marker", "# TODO: later", "work left to do"),
    ("a home", "see " + "/".join(["", "root", ".azure", "config"]), "a path of one machine"),
    ("a workplace", f"open('{'/'.join(['', 'work', 'x'])}')", "a path of one machine"),
    ("a registry", "pip install --index-url x", "the address of a package registry"),
    ("a conflict", "a\n<<<<<<< HEAD\nb", "a merge left half done"),
)


def tracked_files():
    """What git tracks, and what it would track once added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this tree is no git clone")
    return [path for name in sorted(set(listed.stdout.split("\0")) - {""}) if (path := ROOT / name).is_file()]


def readable(path):
    return path.suffix in TEXT and "recordings" not in path.parts and str(path.relative_to(ROOT)) != HERE


@pytest.mark.parametrize(("what", "pattern"), UNWANTED, ids=[row[0] for row in UNWANTED])
def test_no_file_holds(what, pattern):
    faults = [
        f"{path.relative_to(ROOT)}:{text[: found.start()].count(chr(10)) + 1} {found.group()}"
        for path in tracked_files()
        if readable(path)
        for text in [path.read_text(encoding="utf-8", errors="replace")]
        for found in pattern.finditer(text)
    ]
    assert not faults, "\n".join([what, *faults])


@pytest.mark.parametrize(("text", "what"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES])
def test_the_unwanted_is_found(text, what):
    assert dict(UNWANTED)[what].search(text)


def test_every_python_file_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.suffix == ".py"
        for tree in [ast.parse(path.read_text(encoding="utf-8"))]
        if tree.body and not ast.get_docstring(tree)
    ]
    assert not silent


#: A module of ours, wherever it is named: in code, in code inside a text, in a guide.
NAMED = re.compile(r"\bfrom (azext_kubenet(?:\.\w+)+) import\b|\bpython -m ((?:tests|benchmarks)[.\w]*\w)")


def test_every_module_that_is_named_exists():
    gone = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in tracked_files()
        if readable(path)
        for name in {one or other for one, other in NAMED.findall(path.read_text(encoding="utf-8", errors="replace"))}
        if not (ROOT / name.replace(".", "/")).is_dir() and not (ROOT / f"{name.replace('.', '/')}.py").is_file()
    ]
    assert not gone
