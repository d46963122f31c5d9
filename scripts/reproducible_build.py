"""The build backend that pyproject.toml names: setuptools, and archives that are the same bytes for the same tree.

setuptools takes the times of a wheel from SOURCE_DATE_EPOCH, but the modes of its files, and all that a source archive
says of its files, from the machine. Both archives are written anew here without what differs between machines. Deflate
is zlib's: Pythons with other releases of zlib may compress the same content into other bytes.
"""

import gzip
import io
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
#: Of a tree that is neither a clone nor an unpacked source archive: 1 January 2026.
NO_DATE = 1767225600
#: A zip file knows no earlier day than 1 January 1980.
FIRST_DAY_OF_ZIP = 315532800
#: And none after 31 December 2107.
LAST_SECOND_OF_ZIP = 4354819199
FILE, FOLDER = 0o644, 0o755
#: Folders that the archives hold, beside files at the top of the tree.
_FOLDERS = ("azext_kubenet", "docs", "scripts")


def source_date_epoch(root: Path = ROOT) -> int:
    """Return the seconds since 1970 that archives are to bear: given, of the source archive, or of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        if not re.fullmatch(r"[0-9]{1,10}", given) or int(given) > LAST_SECOND_OF_ZIP:
            raise ValueError(f"SOURCE_DATE_EPOCH is {given}: expected the seconds since 1970 of a day until 2107")
        return int(given)
    unpacked = root / "PKG-INFO"
    if unpacked.is_file():  # every file of the source archive has its time
        return int(unpacked.stat().st_mtime)
    return _last_commit(root) or NO_DATE


def _last_commit(root: Path) -> int | None:
    """Return the time of the last commit, if this tree is a clone itself and not a folder in one."""
    if not (root / ".git").exists():
        return None
    try:
        shown = git(root, "log", "-1", "--format=%ct")
    except (OSError, subprocess.CalledProcessError) as error:
        why = getattr(error, "stderr", "") or error
        print(f"the time of the last commit is not known, and a fixed one is taken: {why}", file=sys.stderr)
        return None
    return int(shown) if shown.strip() else None


def git(root: Path, *words: str) -> str:
    """Return what git says of this tree, whatever variables say of another one. OSError, CalledProcessError."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(["git", *words], cwd=root, env=own, capture_output=True, text=True, check=True).stdout


def day_of_zip(epoch: int) -> tuple[int, int, int, int, int, int]:
    """Return the time that a file in a zip file bears, in UTC."""
    return time.gmtime(max(epoch, FIRST_DAY_OF_ZIP))[:6]


def normalise_wheel(path: Path, epoch: int) -> None:
    """Write a wheel anew: the order of its files as it is, one mode and one time for all."""
    written = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, day_of_zip(epoch))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever it was built
            info.external_attr = (stat.S_IFREG | FILE) << 16
            new.writestr(info, old.read(name))
    path.write_bytes(written.getvalue())


def normalise_sdist(path: Path, epoch: int) -> None:
    """Write a source archive anew: its files by name, of nobody, with one mode and one time for all."""
    written = io.BytesIO()
    with (
        tarfile.open(path) as old,
        gzip.GzipFile("", "wb", 9, written, mtime=epoch) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda each: each.name):
            info = tarfile.TarInfo(member.name)
            info.type, info.size, info.mtime = member.type, member.size, epoch
            info.mode = FOLDER if member.isdir() else FILE
            new.addfile(info, old.extractfile(member) if member.isfile() else None)
    path.write_bytes(written.getvalue())


@contextmanager
def _copy() -> Iterator[None]:
    """Work in a copy of the tree: two builds at a time do not meet, what an earlier one left is not taken in, and
    nothing of the tree's is removed, whoever made it."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="kubenet-build-") as folder:
        for path in ROOT.iterdir():
            if path.is_file():
                shutil.copy(path, folder)
            elif path.name in _FOLDERS:
                shutil.copytree(path, Path(folder, path.name), ignore=shutil.ignore_patterns("__pycache__"))
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)


def build_wheel(
    wheel_directory: str, config_settings: dict[str, Any] | None = None, metadata_directory: str | None = None
) -> str:
    """Build a wheel; a hook of the packaging standards (PEP 517)."""
    from setuptools import build_meta

    epoch = source_date_epoch()
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    out, metadata = Path(wheel_directory).resolve(), metadata_directory and str(Path(metadata_directory).resolve())
    with _copy():
        name: str = build_meta.build_wheel(str(out), config_settings, metadata)
    normalise_wheel(out / name, epoch)
    return name


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:
    """Build a source archive; a hook of the packaging standards (PEP 517)."""
    from setuptools import build_meta

    epoch, out = source_date_epoch(), Path(sdist_directory).resolve()
    with _copy():
        name: str = build_meta.build_sdist(str(out), config_settings)
    normalise_sdist(out / name, epoch)
    return name


def build_editable(
    wheel_directory: str, config_settings: dict[str, Any] | None = None, metadata_directory: str | None = None
) -> str:
    """Build what leads to this tree, for `pip install -e`; a hook of the packaging standards (PEP 660)."""
    from setuptools import build_meta

    name: str = build_meta.build_editable(wheel_directory, config_settings, metadata_directory)
    return name
