"""What a wheel says of itself."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

#: The SPDX names of licences that a wheel tells in other words, by the name of its package.
SPDX = {"netaddr": "BSD-3-Clause"}


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in lower-case hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Wheel:
    """A wheel that was built or downloaded."""

    path: Path
    metadata: Message  # the fields of its METADATA file
    azext: Mapping[str, Any]  # its azext_metadata.json; empty for a library

    @property
    def name(self) -> str:
        """Its package."""
        return str(self.metadata["Name"])

    @property
    def version(self) -> str:
        """Its version."""
        return str(self.metadata["Version"])

    @property
    def licence(self) -> str:
        """Its licence as an SPDX expression. ValueError where neither the wheel nor SPDX has one."""
        stated = self.metadata["License-Expression"] or SPDX.get(self.name)
        if not stated:
            raise ValueError(f"{self.path.name} states no SPDX licence: add {self.name} to SPDX in {__name__}")
        return str(stated)

    @property
    def requires(self) -> list[str]:
        """The requirements that hold everywhere, as the wheel writes them."""
        stated = self.metadata.get_all("Requires-Dist") or []
        return [each for each in stated if "extra ==" not in each]

    @property
    def links(self) -> dict[str, str]:
        """Its project's addresses by their names."""
        stated = self.metadata.get_all("Project-URL") or []
        return {name.strip(): address.strip() for name, _, address in (each.partition(",") for each in stated)}


def read_wheel(path: Path) -> Wheel:
    """Return what a wheel says of itself."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        [described] = [name for name in names if name.endswith(".dist-info/METADATA")]
        azext = [name for name in names if name.endswith("/azext_metadata.json")]
        return Wheel(
            path, message_from_bytes(archive.read(described)), json.loads(archive.read(azext[0])) if azext else {}
        )
