"""The `az` to be measured: which program, with which extensions, in what environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

#: What az reads from the caller's environment, and must not here.
_FOREIGN = ("AZURE_", "ARM_", "PYTHON")


def program() -> Path:
    """`$KUBENET_AZ`, else the `az` beside this Python."""
    found = Path(os.environ.get("KUBENET_AZ") or Path(sys.executable).parent / "az")
    if not found.is_file():
        raise SystemExit(f"there is no az at {found}: run make bench")
    return found


def extensions() -> Path:
    """The folder in which kubenet is installed."""
    found = Path(os.environ.get("AZURE_EXTENSION_DIR") or program().parent.parent / "extensions")
    if not (found / "kubenet").is_dir():
        raise SystemExit(f"the kubenet extension is not installed in {found}: run make bench")
    return found


def environment(folder: Path, extension_dir: Path) -> dict[str, str]:
    """An environment in which az keeps everything in a folder, and is logged out."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
    return {**kept, **fixed(extension_dir), "HOME": str(folder), "AZURE_CONFIG_DIR": str(folder / ".azure")}


def fixed(extension_dir: Path) -> dict[str, str]:
    """What every az here is told."""
    return {
        "AZURE_EXTENSION_DIR": str(extension_dir),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "PYTHONSAFEPATH": "1",  # az runs `python -m`, which would put the working directory before the extension
    }


def run(words: Sequence[str], env: Mapping[str, str], folder: Path) -> str:
    """Standard output of an az that must succeed."""
    done = subprocess.run(
        [program(), *words],
        env=dict(env),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise SystemExit(f"az {' '.join(words[:3])} failed with {done.returncode}:\n{done.stderr}")
    return done.stdout
