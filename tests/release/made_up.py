"""Wheels that are made up for a test: small ones, and other versions of a real one."""

import zipfile
from pathlib import Path

from scripts.release.wheel import Wheel, read_wheel

METADATA = """\
Metadata-Version: 2.4
Name: {name}
Version: {version}
Summary: Made up for a test.
{fields}
"""


def made_up_wheel(folder: Path, name="kubenet", version="1.0.0b1", fields=(), azext="") -> Wheel:
    """Return a wheel that says so much of itself."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        written = METADATA.format(name=name, version=version, fields="\n".join(fields))
        archive.writestr(f"{name}-{version}.dist-info/METADATA", written)
        if azext:
            archive.writestr(f"azext_{name}/azext_metadata.json", azext)
    return read_wheel(path)


def extension(folder: Path, version="1.0.0b1") -> Wheel:
    """Return a wheel as the extension's is, in little."""
    fields = (
        "License-Expression: MIT",
        "Project-URL: Retirement, https://aka.ms/aks/kubenet-retirement",
        "Classifier: Programming Language :: Python :: 3.10",
        "Requires-Dist: netaddr<2,>=1.3",
        'Requires-Dist: pytest; extra == "tests"',
    )
    azext = '{"azext.isPreview": true, "azext.minCliCoreVersion": "2.75.0"}'
    return made_up_wheel(folder, version=version, fields=fields, azext=azext)


def as_version(wheel: Path, version: str, folder: Path) -> Path:
    """Return the same wheel under another version, as an earlier or a later build would have been."""
    old = wheel.name.split("-")[1]
    path = folder / wheel.name.replace(old, version)
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if ".dist-info/" in name:
                content = content.replace(f"\nVersion: {old}\n".encode(), f"\nVersion: {version}\n".encode())
                content = content.replace(f"kubenet-{old}.".encode(), f"kubenet-{version}.".encode())
            target.writestr(name.replace(f"kubenet-{old}.", f"kubenet-{version}."), content)
    return path


def tampered(wheel: Path) -> None:
    """Put something into a wheel where it lies."""
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("azext_kubenet/more.py", "'not ours'\n")
