"""The bundle for machines without a package index: our wheel, the wheels that it requires, and how to install them."""

import io
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path

from scripts.release.wheel import Wheel
from scripts.reproducible_build import day_of_zip

README = """\
az kubenet {version}, to install without a package index
{rule}

This folder holds the extension and all that it requires beside azure-cli {oldest} or newer. pip, which azure-cli runs,
is told to look here and nowhere else. Run the commands in this folder.

bash, also in Azure Cloud Shell, WSL and Git Bash:

    PIP_NO_INDEX=1 PIP_FIND_LINKS=. az extension add --source {wheel} --upgrade -y

PowerShell:

    $env:PIP_NO_INDEX = 1; $env:PIP_FIND_LINKS = "."
    az extension add --source {wheel} --upgrade -y
    Remove-Item Env:PIP_NO_INDEX, Env:PIP_FIND_LINKS

A path in the place of the dot must have no blank: pip takes blanks between folders.

Then "az kubenet -h" shows the commands, and "az extension remove -n kubenet" removes all of it.

What is here, with its SHA-256:

    {sums}
"""


def readme(wheel: Wheel, sums: Sequence[tuple[str, str]]) -> str:
    """Return the words beside the wheels: commands for bash and PowerShell, and (sum, name) of each file."""
    title = f"az kubenet {wheel.version}, to install without a package index"
    return README.format(
        version=wheel.version,
        rule="=" * len(title),
        oldest=wheel.azext["azext.minCliCoreVersion"],
        wheel=wheel.path.name,
        sums="\n    ".join(f"{digest}  {name}" for digest, name in sums),
    )


def write_bundle(path: Path, files: Sequence[tuple[str, bytes]], epoch: int) -> None:
    """Write a zip file of one folder, named as the file is: the same bytes for the same files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:  # wheels are compressed already
        for name, content in files:
            info = zipfile.ZipInfo(f"{path.stem}/{name}", day_of_zip(epoch))
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content)
    path.write_bytes(written.getvalue())
