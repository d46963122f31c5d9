"""The set-up on machines as people have them: which Python is taken, and what stays where nothing can be installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import set_up as set_up_module
from tests.support.wheels import pack

ROOT = Path(__file__).resolve().parents[2]
FIND, SET_UP = ROOT / "scripts" / "find_python.sh", ROOT / "scripts" / "set_up.py"
BASH = shutil.which("bash") or "/bin/bash"
SAID = "Python 3.10 or newer is needed and was not found: looked for "


def a_python(folder, name, version):
    """A program that says it is a Python of this version; without one, a shim that stands for none."""
    program = folder / name
    program.write_text(f"#!{BASH}\n" + (f"echo {version}\n" if version else "exit 127\n"))
    program.chmod(0o755)


def find(folder, *words, **more):
    env = {"PATH": str(folder), "HOME": str(folder), **more}
    ran = subprocess.run([BASH, str(FIND), *words], env=env, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout.strip().removeprefix(f"{folder}/"), ran.stderr


@pytest.mark.parametrize(
    ("what", "there", "taken"),
    [
        (
            "the newest of several is taken",
            {"python3.10": "3.10", "python3.13": "3.13", "python3": "3.11"},
            "python3.13",
        ),
        ("an older python3 hides no newer one", {"python3": "3.9", "python3.12": "3.12"}, "python3.12"),
        ("python3 alone is enough", {"python3": "3.11"}, "python3"),
        ("so is python, as on Windows", {"python": "3.14"}, "python"),
        ("one that is newer than all that are known is taken", {"python3": "3.15"}, "python3"),
        ("a shim that stands for none is passed over", {"python3.14": "", "python3.10": "3.10"}, "python3.10"),
    ],
    ids=lambda each: each if isinstance(each, str) and " " in each else "",
)
def test_a_python_that_is_new_enough_is_found(tmp_path, what, there, taken):
    for name, version in there.items():
        a_python(tmp_path, name, version)
    assert find(tmp_path) == (0, taken, ""), what


@pytest.mark.parametrize(
    ("what", "there", "named", "said"),
    [
        ("there is none at all", {}, "", "python3 python. Install one, or name it: make PYTHON=/path/to/python3"),
        ("there is one that is too old", {"python3": "3.9"}, "", ", python3 is 3.9. Install one"),
        ("the one that is named is too old", {"python3.12": "3.12", "py": "2.7"}, "py", "looked for py, py is 2.7."),
        ("the one that is named is not there", {"python3.12": "3.12"}, "/no/python", "looked for /no/python. Install"),
    ],
    ids=lambda each: each if isinstance(each, str) and " " in each else "",
)
def test_where_none_is_new_enough_that_is_said(tmp_path, what, there, named, said):
    for name, version in there.items():
        a_python(tmp_path, name, version)
    code, taken, words = find(tmp_path, **({"PYTHON": named} if named else {}))
    assert (code, taken) == (1, ""), what
    assert words.startswith(SAID)
    assert said in words


def test_make_says_it_too_and_makes_nothing(tmp_path):
    for name in ("Makefile", "scripts", "requirements", "azext_kubenet", "setup.py"):
        (tmp_path / name).symlink_to(ROOT / name)
    ran = subprocess.run(
        ["make", "-s", "wheel", "PYTHON=/no/python"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode
    assert f"{SAID}/no/python." in ran.stderr
    assert not (tmp_path / "dist").exists()
    assert not (tmp_path / ".venv" / "made").exists()


@pytest.fixture
def workplace(tmp_path):
    """A tree with an environment that works, where nothing comes from an index, and no uv is on the path."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "installer.txt").write_text("no-such-installer\n")
    made = tmp_path / ".venv" / "made" / "az-before"
    (made / "bin").mkdir(parents=True)
    (made / "bin" / "works").write_text("")
    (tmp_path / ".venv" / "az").symlink_to("made/az-before")
    package = tmp_path / "tree" / "sound"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (tmp_path / "wheels").mkdir()
    pack(package.parent, tmp_path / "wheels" / "sound-1.0-py3-none-any.whl", ["sound"])
    return tmp_path


def set_up(workplace, *words, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON"))}
    env = {**kept, **more, "PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(workplace / "wheels")}
    ran = subprocess.run(
        [sys.executable, str(SET_UP), *words], cwd=workplace, env=env, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
def without_installer(workplace, monkeypatch):
    """The same, where every installer fails and an environment costs nothing."""
    monkeypatch.chdir(workplace)
    monkeypatch.setattr(set_up_module.venv, "create", lambda folder, **_: (Path(folder) / "half").write_text(""))
    monkeypatch.setattr(set_up_module.subprocess, "call", lambda *_, **__: 1)
    return workplace


def test_where_nothing_can_be_installed_what_was_there_goes_on_working(without_installer):
    said = set_up_module.main([".venv/az", "no-such-package"])
    assert "for want of a network" in said
    assert ".venv/az is as it was before" in said
    assert (without_installer / ".venv" / "az" / "bin" / "works").is_file()
    assert [path.name for path in (without_installer / ".venv" / "made").iterdir()] == ["az-before"]


def test_a_first_run_that_fails_leaves_no_half_an_environment(without_installer):
    said = set_up_module.main([".venv/first", "no-such-package"])
    assert "as it was before" not in said
    assert not os.path.lexists(without_installer / ".venv" / "first")
    assert [path.name for path in (without_installer / ".venv" / "made").iterdir()] == ["az-before"]


def test_a_new_environment_takes_the_place_of_the_old_one(workplace):
    code, said = set_up(workplace, ".venv/az", "sound")
    assert code == 0, said
    assert not (workplace / ".venv" / "az" / "bin" / "works").exists()
    made = workplace / os.readlink(workplace / ".venv" / "az").replace("made/", ".venv/made/")
    assert made.name.startswith("az+")
    # what was not made here under this name is somebody's own
    assert {path.name for path in made.parent.iterdir()} == {made.name, "az-before"}
    python = workplace / ".venv" / "az" / "bin" / "python"
    assert subprocess.run([python, "-c", "import sound"], check=False).returncode == 0


def test_what_killed_runs_have_left_is_taken_away_and_nothing_else(workplace, monkeypatch):
    monkeypatch.chdir(workplace)
    made = workplace / ".venv" / "made"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    kept = {f"az+{os.getpid()}-other-run", f"az-py+{ended.pid}-x", f"az+{ended.pid}-used", "az-before"}
    for name in (*kept, f"az+{ended.pid}-left"):
        (made / name).mkdir(exist_ok=True)
    (workplace / ".venv" / "az").unlink()
    (workplace / ".venv" / "az").symlink_to(f"made/az+{ended.pid}-used")
    set_up_module.clear("az")
    assert {path.name for path in made.iterdir()} == kept


def test_a_folder_of_the_user_s_that_stands_there_as_a_link_is_left_alone(workplace, monkeypatch):
    monkeypatch.chdir(workplace)
    mine, made = workplace / "mine", workplace / ".venv" / "made" / "other-1"
    mine.mkdir()
    made.mkdir()
    (mine / "letter").write_text("")
    (workplace / ".venv" / "other").symlink_to(mine)
    set_up_module.swap(Path(".venv/other"), Path(".venv/made/other-1"))
    assert (mine / "letter").is_file()
    assert os.readlink(workplace / ".venv" / "other") == "made/other-1"


#: What a link of somebody's own leads to, beside .venv/made.
STRANGE = ("made/other+1-x/", "..", "../mine", "made")


@pytest.mark.parametrize("leads_to", STRANGE)
def test_a_link_of_somebody_s_own_costs_nobody_anything(workplace, monkeypatch, leads_to):
    monkeypatch.chdir(workplace)
    for folder in (".venv/made/other+1-x", ".venv/made/new+1-y", "mine"):
        (workplace / folder).mkdir()
        (workplace / folder / "letter").write_text("")
    (workplace / ".venv" / "new").symlink_to(leads_to)
    set_up_module.swap(Path(".venv/new"), Path(".venv/made/new+1-y"))
    assert os.readlink(workplace / ".venv" / "new") == "made/new+1-y"
    assert len([*workplace.rglob("letter")]) == 3
    assert (workplace / ".venv" / "az" / "bin" / "works").is_file()


def test_what_would_have_pip_install_elsewhere_is_not_listened_to(workplace, tmp_path):
    code, said = set_up(workplace, ".venv/az", "sound", PIP_TARGET=str(tmp_path / "elsewhere"), PIP_DRY_RUN="1")
    assert code == 0, said
    assert not (tmp_path / "elsewhere").exists()
    python = workplace / ".venv" / "az" / "bin" / "python"
    assert subprocess.run([python, "-c", "import sound"], check=False).returncode == 0


def test_what_quickens_the_set_up_is_no_condition_for_it(workplace):
    stamp = workplace / ".venv" / ".installer"
    assert set_up(workplace, "--installer", str(stamp)) == (0, "")
    assert not stamp.exists()
    assert not (workplace / ".venv" / "installer").exists()
