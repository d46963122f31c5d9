"""The package builds from a clean copy, renders, and is the same bytes wherever the tree lies."""

import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from scripts.reproducible_build import NO_DATE, normalise_sdist, normalise_wheel, source_date_epoch
from tests.release.conftest import EPOCH, outside
from tests.release.made_up import extension
from tests.support.paths import ROOT

#: What MANIFEST.in, setup.py and the backend name; what is beside it in a clone must make no difference.
SOURCES = ("setup.py", "setup.cfg", "pyproject.toml", "MANIFEST.in", "README.rst", "HISTORY.rst", "LICENSE",
           "CONTRIBUTING.rst", "SECURITY.md", "CODE_OF_CONDUCT.md")  # fmt: skip


def copied(folder: Path, mode: int) -> Path:
    """A copy of what the package is built from, with other modes and other times of its files."""
    shutil.copytree(ROOT / "azext_kubenet", folder / "azext_kubenet", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs", folder / "docs")
    (folder / "scripts").mkdir()
    for name in (*SOURCES, "scripts/reproducible_build.py"):
        shutil.copy(ROOT / name, folder / name)
    for number, path in enumerate(sorted(folder.rglob("*"))):
        path.chmod(mode | 0o100 if path.is_dir() else mode)
        os.utime(path, (10**9 + number, 10**9 + number))
    return folder


def built(builder, tree: Path, out: Path, umask=0o022, **environment: str) -> dict[str, bytes]:
    """The archives that `python -m build` makes of a tree, by their names."""
    done = subprocess.run(
        [builder, "-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", out, tree],
        env={**outside(), "SOURCE_DATE_EPOCH": EPOCH, **environment},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stdout + done.stderr
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.fixture(scope="module")
def unlike(builder, tmp_path_factory):
    """What was built from a copy elsewhere, under all that must make no difference."""
    folder = tmp_path_factory.mktemp("unlike")
    tree = copied(folder / "another place", 0o600)
    (tree / "build" / "lib" / "azext_kubenet").mkdir(parents=True)
    (tree / "build" / "lib" / "azext_kubenet" / "gone.py").touch()
    archives = built(builder, tree, folder / "out", 0o077, LC_ALL="C", TZ="Asia/Tokyo", PYTHONHASHSEED="7")
    assert (tree / "build" / "lib" / "azext_kubenet" / "gone.py").exists(), "a build removes nothing of the tree"
    assert not [*tree.glob("*.egg-info")], "nor does it leave anything there"
    return archives


def test_two_copies_of_the_tree_give_the_same_bytes(released, unlike):
    """The release was built from this tree; what a build left there, such as a module that is gone, is in neither."""
    assert sorted(unlike) == sorted(path.name for path in released.iterdir() if path.suffix in (".whl", ".gz"))
    assert [name for name, content in unlike.items() if content != (released / name).read_bytes()] == []


def test_the_source_archive_gives_the_same_wheel_without_being_told_the_time(builder, released, wheel, tmp_path):
    [archive] = released.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    [tree] = tmp_path.iterdir()
    again = built(builder, tree, tmp_path / "out", SOURCE_DATE_EPOCH="")
    assert again == {path.name: path.read_bytes() for path in (wheel, archive)}


def test_the_description_renders(builder, released):
    shown = subprocess.run(
        [builder, "-m", "twine", "check", "--strict", *released.glob("*.whl"), *released.glob("*.tar.gz")],
        env={**outside(), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not shown.returncode, shown.stdout
    assert shown.stdout.count("PASSED") == 2


def test_a_title_out_of_order_would_not_render(builder, wheel, tmp_path):
    """As README and HISTORY once were joined: the check is no formality."""
    broken = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            last = b"\n-------\n"  # below the newest version, the last of its kind
            before, found, after = source.read(name).rpartition(last)
            target.writestr(name, before + found.replace(b"-", b"+") + after)
    command = [builder, "-m", "twine", "check", "--strict", broken]
    shown = subprocess.run(command, env=outside(), capture_output=True, text=True, check=False)
    assert (shown.returncode, "Inconsistent title style" in shown.stdout) == (1, True)


def test_the_time_is_given_or_of_the_source_archive_or_of_the_commit_or_fixed(monkeypatch, tmp_path):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    outer, inner = tmp_path / "clone", tmp_path / "clone" / "folder"
    inner.mkdir(parents=True)
    subprocess.run([*git, "init", "-q"], cwd=outer, check=True)
    dates = {**os.environ, "GIT_COMMITTER_DATE": "@1700000000 +0000", "GIT_AUTHOR_DATE": "@1600000000 +0000"}
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], cwd=outer, env=dates, check=True)

    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert source_date_epoch(outer) == 1700000000
    assert source_date_epoch(inner) == NO_DATE
    (inner / "PKG-INFO").touch()
    os.utime(inner / "PKG-INFO", (1500000000, 1500000000))
    assert source_date_epoch(inner) == 1500000000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "5")
    assert source_date_epoch(inner) == 5
    for nonsense in ("-1", "abc", "4354819200", " 5"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", nonsense)
        with pytest.raises(ValueError, match="SOURCE_DATE_EPOCH is"):
            source_date_epoch(inner)


def test_archives_lose_what_is_the_machine_s(tmp_path):
    wheel = extension(tmp_path)
    archive = tmp_path / "x.tar.gz"
    written = []
    for mode, time in ((0o600, 1), (0o755, 10**9)):
        wheel.path.chmod(mode)
        os.utime(wheel.path, (time, time))
        with tarfile.open(archive, "w:gz") as opened:
            opened.add(wheel.path, wheel.path.name)
        normalise_sdist(archive, 7)
        written.append(archive.read_bytes())
    assert written[0] == written[1]
    with tarfile.open(archive) as opened:
        assert [(each.mode, each.mtime, each.uid, each.uname) for each in opened] == [(0o644, 7, 0, "")]
    normalise_wheel(wheel.path, 0)
    with zipfile.ZipFile(wheel.path) as packed:
        assert {each.external_attr >> 16 & 0o777 for each in packed.infolist()} == {0o644}
    once = wheel.path.read_bytes()
    normalise_wheel(wheel.path, 0)
    assert wheel.path.read_bytes() == once
