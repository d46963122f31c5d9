"""Scripts, Makefile and exported scripts run on macOS as well: bash 3.2, BSD tools, GNU make 3.81."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [
    *(ROOT / "scripts").glob("*.sh"),
    ROOT / ".ci" / "run",
    *(ROOT / "tests" / "golden").glob("*.sh"),
]
MAKEFILE = ROOT / "Makefile"

#: (what it is, what it came with, how it is known, an example)
NEWER_BASH = (
    ("an array read from lines", "bash 4.0", r"\b(mapfile|readarray)\b", "mapfile -t found < list"),
    ("an array with names", "bash 4.0", r"\b(declare|local|typeset)\s+-\w*A", "declare -A seen"),
    ("a change of case", "bash 4.0", r"\$\{\w+(\[[^]]*\])?(\^\^?|,,?)\}", "${name^^}"),
    ("both streams appended", "bash 4.0", r"&>>", "run &>> log"),
    ("both streams piped", "bash 4.0", r"\|&", "run |& tee log"),
    ("a fall through of case", "bash 4.0", r";;?&", "a) run ;;&"),
    ("a co-process", "bash 4.0", r"^\s*coproc\b", "coproc run"),
    ("whether a variable is set", "bash 4.2", r"\[\[? -v ", "[[ -v name ]]"),
    ("a time by printf", "bash 4.2", r"printf .*%\(", "printf '%(%s)T' -1"),
    ("the last of an array", "bash 4.3", r"\[-\d+\]", "${lines[-1]}"),
    ("a name for another variable", "bash 4.3", r"\b(declare|local)\s+-n\b", "local -n other"),
    ("a wait for any job", "bash 4.3", r"\bwait -n\b", "wait -n"),
    ("a value for printing", "bash 4.4", r"\$\{\w+@[QEPAa]\}", "${name@Q}"),
    ("the seconds of now", "bash 5.0", r"\$\{?EPOCHSECONDS", "$EPOCHSECONDS"),
)
GNU_ALONE = (
    ("an edit in place", r"\bsed\b.*\s-i\b", "sed -i s/a/b/ file"),
    ("a tab in a replacement of sed", r"\bsed\b.*\\t", r"sed 's/a/\t/'"),
    ("one or more, or either, in a pattern of sed", r"\bsed\b(?!.*\s-E).*\\[+|?]", r"sed 's/a\+/b/'"),
    ("a pattern of Perl", r"\bgrep\b.*\s-\w*P\b", "grep -oP 'a(?=b)'"),
    ("the end of a link", r"\breadlink\s+-f\b", "readlink -f here"),
    ("no run for nothing", r"\bxargs\b.*\s-r\b", "xargs -r rm"),
    ("a format of find", r"\bfind\b.*-printf\b", "find . -printf %p"),
    ("a date from words", r"\bdate\s+-d\b", "date -d yesterday"),
    ("a format of stat", r"\bstat\s+-c\b", "stat -c %s file"),
    ("versions in order", r"\bsort\b.*\s-V\b", "sort -V"),
    ("no folder as target", r"\b(mv|cp|ln)\b.*\s-\w*T\b", "ln -sfT a b"),
    ("all but the last lines", r"\bhead\s+-n\s*-\d", "head -n -1"),
    ("lines backwards", r"^\s*tac\b|\|\s*tac\b", "cat list | tac"),
    ("a time limit", r"(^|[;&|(]\s*)timeout\s+\d", "timeout 5 run"),
    ("the number of processors", r"\bnproc\b", "make -j$(nproc)"),
    ("sums of GNU", r"(^|[;&|(]\s*)sha256sum\b", "sha256sum file"),
)
#: Of the Makefile alone.
NEWER_MAKE = (
    ("several lines in one shell", "make 3.82", r"^\.ONESHELL", ".ONESHELL:"),
    ("a variable from the shell by an operator", "make 4.0", r"^\w+\s*!=", "NOW != date"),
    ("an assignment of POSIX", "make 4.0", r"^\w+\s*::=", "A ::= b"),
    ("a file written by make", "make 4.0", r"\$\(file\b", "$(file >out,text)"),
    ("a private value", "make 3.82", r"^\S+:\s*private\b", "x: private A = b"),
    ("a define with an operator", "make 3.82", r"^define\s+\w+\s*[:+?]?=", "define x ="),
    ("targets that come together", "make 4.3", r"^[^\t#]*\s&:", "a b &: c"),
)
PATTERNS = [
    *((f"{what}, of {since}", pattern, example) for what, since, pattern, example in NEWER_BASH),
    *((f"{what}, of GNU tools", pattern, example) for what, pattern, example in GNU_ALONE),
]
OF_MAKE = [(f"{what}, of {since}", pattern, example) for what, since, pattern, example in NEWER_MAKE]


def _lines(path):
    """The lines of a script that are run, by number."""
    return [
        (number, line)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if not line.lstrip().startswith("#")
    ]


def _found(path, patterns):
    return [
        f"{path.relative_to(ROOT)}:{number}: {what}: {line.strip()}"
        for number, line in _lines(path)
        for what, pattern, _ in patterns
        if re.search(pattern, line)
    ]


@pytest.mark.parametrize(("what", "pattern", "example"), [*PATTERNS, *OF_MAKE], ids=lambda each: each[:40])
def test_what_is_too_new_is_found(what, pattern, example):
    assert re.search(pattern, example, re.MULTILINE), what


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_asks_for_nothing_newer_than_bash_3_2_nor_for_gnu_tools(path):
    assert _found(path, PATTERNS) == []


def test_the_makefile_asks_for_nothing_newer_than_make_3_81_nor_for_gnu_tools():
    assert _found(MAKEFILE, [*PATTERNS, *OF_MAKE]) == []


def _without_flags():
    """The Makefile as make 3.81 takes it: .SHELLFLAGS is a variable that nobody reads."""
    return MAKEFILE.read_text(encoding="utf-8").replace(".SHELLFLAGS := -euo pipefail -c\n", "")


def test_the_makefile_says_what_it_is_without_shell_flags():
    ran = subprocess.run(
        ["make", "--no-print-directory", "-s", "-f", "-", "help"],
        cwd=ROOT,
        input=_without_flags(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.split()[1] for line in ran.stdout.splitlines()[:3]] == ["help", "demo", "shell"]


def test_no_recipe_hangs_on_the_shell_flags():
    """Lines that are joined by `;` go on after a failure where .SHELLFLAGS is not read: only loops are."""
    recipes = re.findall(r"^\t(?:.*\\\n)*.*$", _without_flags(), re.MULTILINE)
    joined = re.compile(r"\bfor .*?; do\b|; done\b|(; exit 1)?; \}|\bdo\b|'[^']*'")
    loose = [recipe for recipe in recipes if ";" in joined.sub("", recipe.replace("\\\n", " "))]
    assert loose == []
