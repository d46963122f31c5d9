"""Wheels of what is installed already, so that a test installs them without a package index."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SUMS = "SHA256SUMS"


def pack(extension: Path, wheel: Path, packages: Sequence[str], requires: Sequence[str] = ()) -> Path:
    """A wheel of these packages of an extension's folder, with the name and the version that its own name says."""
    name, version = wheel.name.split("-")[:2]
    info = f"{name}-{version}.dist-info"
    says = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    with zipfile.ZipFile(wheel, "w") as archive:
        for package in packages:
            for path in sorted((extension / package).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, f"{package}/{path.relative_to(extension / package).as_posix()}")
        archive.writestr(f"{info}/METADATA", "\n".join([*says, *(f"Requires-Dist: {each}" for each in requires), ""]))
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def release(extension: Path, folder: Path, version: str) -> Path:
    """The files of a release in a folder: the wheel, the bundle for machines without an index, the sums. The wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    (netaddr,) = (path.name.split("-")[1].removesuffix(".dist") for path in extension.glob("netaddr-*.dist-info"))
    wheel = pack(extension, folder / f"kubenet-{version}-py3-none-any.whl", ["azext_kubenet"], ["netaddr"])
    needed = pack(extension, folder / f"netaddr-{netaddr}-py3-none-any.whl", ["netaddr"])
    bundle = folder / f"kubenet-{version}-offline.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        for each in (wheel, needed):
            archive.write(each, f"{bundle.stem}/{each.name}")
    needed.unlink()
    write_sums(folder)
    return wheel


def write_sums(folder: Path) -> None:
    """SHA256SUMS of what is there, with that of a file which is not downloaded."""
    files = [path for path in sorted(folder.iterdir()) if path.name != SUMS]
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in files]
    (folder / SUMS).write_text("\n".join([*lines, f"{'0' * 64}  other.zip", ""]), encoding="utf-8")


def served_index(wheel: Path) -> str:
    """The address of an index of extensions with one wheel, served for as long as the tests run."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(wheel.parent))

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    metadata = {"name": "kubenet", "version": wheel.name.split("-")[1], "summary": "kubenet"}
    entry = {
        "downloadUrl": f"{address}/{wheel.name}",
        "filename": wheel.name,
        "metadata": {**metadata, "azext.minCliCoreVersion": "2.0.0"},
        "sha256Digest": sha256(wheel.read_bytes()).hexdigest(),
    }
    index = {"formatVersion": "1", "extensions": {"kubenet": [entry]}}
    (wheel.parent / "index.json").write_text(json.dumps(index), encoding="utf-8")
    return f"{address}/index.json"
