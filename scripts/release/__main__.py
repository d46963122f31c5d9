"""Build all files of a release into one folder: python -m scripts.release --out dist --wheels FOLDER [--url URL]."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.release.bundle import readme, write_bundle
from scripts.release.index import checked_address, index
from scripts.release.materials import FORMAT, bill_of_materials
from scripts.release.wheel import Wheel, read_wheel, sha256
from scripts.reproducible_build import ROOT, git, source_date_epoch

SUMS = "SHA256SUMS"
#: Names of the files that a release writes.
OF_A_RELEASE = re.compile(r"kubenet-.*\.(whl|tar\.gz|zip|cdx\.json)|index\.json|SHA256SUMS")
NO_URL = "index.json is left out: give the address that will serve these files, make release RELEASE_URL=https://..."


def build(out: Path, epoch: int) -> Wheel:
    """Build wheel and source archive, and have them looked at as the package index would."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    _quietly([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)], environment)
    [wheel] = out.glob("*.whl")
    _quietly([sys.executable, "-m", "twine", "check", "--strict", *map(str, sorted(out.iterdir()))], environment)
    return read_wheel(wheel)


def _quietly(command: Sequence[str], environment: dict[str, str]) -> None:
    """Run a command whose output matters only if it fails."""
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}{' '.join(command)} failed with exit code {done.returncode}")


def checked_materials(bom: dict[str, Any]) -> str:
    """Return the bill of materials as text. ValueError if the schema of CycloneDX does not hold."""
    from cyclonedx.schema import SchemaVersion  # pylint: disable=import-error
    from cyclonedx.validation.json import JsonStrictValidator  # pylint: disable=import-error

    text = as_json(bom)
    fault = JsonStrictValidator(SchemaVersion.from_version(FORMAT)).validate_str(text)
    if fault is not None:
        raise ValueError(f"the bill of materials does not keep to the schema of CycloneDX {FORMAT}: {fault}")
    return text


def as_json(value: Any) -> str:
    """Return JSON as every file of a release has it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def missing(wheel: Wheel, required: Sequence[Wheel]) -> list[str]:
    """Return what the wheel requires and no wheel of the bundle is for, by name and version."""
    from packaging.requirements import Requirement

    have = {each.name.lower(): each.version for each in required}
    wanted = [Requirement(each) for each in wheel.requires]
    return [str(each) for each in wanted if not each.specifier.contains(have.get(each.name.lower(), ""))]


def sums(folder: Path) -> str:
    """Return the lines of a SHA256SUMS file for all others in the folder, as `sha256sum --check` reads them."""
    return "".join(f"{sha256(path)}  {path.name}\n" for path in sorted(folder.iterdir()) if path.name != SUMS)


def write(out: Path, wheel: Wheel, required: Sequence[Wheel], epoch: int) -> None:
    """Write the bundle and the bill of materials."""
    name = f"{wheel.name}-{wheel.version}"
    wheels = [wheel, *required]
    words = readme(wheel, [(sha256(each.path), each.path.name) for each in wheels])
    files = [("README.txt", words.encode()), *((each.path.name, each.path.read_bytes()) for each in wheels)]
    write_bundle(out / f"{name}-offline.zip", files, epoch)
    (out / f"{name}.cdx.json").write_bytes(checked_materials(bill_of_materials(wheel, required, epoch)).encode())


def earlier_index(path: Path) -> Any:
    """Return the index of the release before. ValueError if there is none in the file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise ValueError(f"the index.json of the release before could not be read from {path}: {fault}") from fault
    if not isinstance(found, dict) or not isinstance(found.get("extensions"), dict):
        raise ValueError(f"{path} is no index.json of a release")
    return found


def uncommitted(archive: Path) -> list[str]:
    """Return what differs from the last commit of the files in a source archive, as git says it; nothing outside of a
    clone."""
    with tarfile.open(archive) as opened:
        inside = [each.name.partition("/")[2] for each in opened.getmembers() if each.isfile()]
    try:
        return git(
            ROOT, "status", "--porcelain", "--", *(each for each in inside if (ROOT / each).exists())
        ).splitlines()
    except (OSError, subprocess.CalledProcessError):
        return []


def make_room(out: Path, sparing: bool = False) -> None:
    """Take away what an earlier release left in the folder. SystemExit if it holds anything else, which stays.

    sparing: whether only to look
    """
    out.mkdir(parents=True, exist_ok=True)
    found = sorted(out.iterdir())
    others = [each.name for each in found if not (OF_A_RELEASE.fullmatch(each.name) and each.is_file())]
    if others:
        raise SystemExit(
            f"{out} holds {', '.join(others[:3])}{' and more' if len(others) > 3 else ''}, which no release has made: "
            "take that away, or give another folder by --out"
        )
    for each in found if not sparing else ():
        each.unlink()


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the release."""
    parser = argparse.ArgumentParser(prog="python -m scripts.release", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "dist", help="the folder to write; files of an earlier release are replaced"
    )
    parser.add_argument("--wheels", type=Path, required=True, help="the folder with the wheels that ours requires")
    parser.add_argument("--url", default="", help="the address of the folder from which the files will be served")
    parser.add_argument("--earlier", type=Path, help="the index.json of the release before: its versions stay listed")
    given = parser.parse_args(arguments)
    url = checked_address(given.url) if given.url else ""
    earlier = earlier_index(given.earlier) if given.earlier else None
    epoch = source_date_epoch()
    required = [read_wheel(path) for path in sorted(given.wheels.glob("*.whl"))]
    make_room(given.out, sparing=True)  # before minutes of building
    with tempfile.TemporaryDirectory(prefix="kubenet-release-") as folder:
        made = Path(folder)
        wheel = build(made, epoch)
        if lacking := missing(wheel, required):
            raise SystemExit(
                f"no wheel in {given.wheels} for {', '.join(lacking)}: put it into requirements/bundle.txt"
            )
        write(made, wheel, required, epoch)
        if url:
            (made / "index.json").write_bytes(as_json(index(wheel, url, earlier)).encode())
        (made / SUMS).write_bytes(sums(made).encode())
        make_room(given.out)
        for each in made.iterdir():
            shutil.copyfile(each, given.out / each.name)
    print((given.out / SUMS).read_text(encoding="utf-8"), end="")
    for line in uncommitted(next(given.out.glob("*.tar.gz"))):
        print(f"not of the last commit, and perhaps in these files: {line}", file=sys.stderr)
    if not url:
        print(NO_URL, file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except ValueError as fault:
        raise SystemExit(str(fault)) from None
