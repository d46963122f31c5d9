"""The bill of materials of a release, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).

It has what a user installs: our wheel, and what it requires. azure-cli, which runs it, is the user's own. There is no
random serial number in it, and its time is the one that all files of the release bear.
"""

import time
from collections.abc import Sequence
from typing import Any

from scripts.release.wheel import Wheel, sha256

FORMAT = "1.6"


def _purl(wheel: Wheel) -> str:
    return f"pkg:pypi/{wheel.name.lower().replace('_', '-')}@{wheel.version}"


def _component(wheel: Wheel, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": kind,
        "bom-ref": _purl(wheel),
        "name": wheel.name,
        "version": wheel.version,
        "description": str(wheel.metadata["Summary"]),
        "hashes": [{"alg": "SHA-256", "content": sha256(wheel.path)}],
        "licenses": [{"license": {"id": wheel.licence}}],
        "purl": _purl(wheel),
    }
    links = [{"type": "website", "url": address, "comment": name} for name, address in sorted(wheel.links.items())]
    return {**found, "externalReferences": links} if links else found


def bill_of_materials(wheel: Wheel, required: Sequence[Wheel], epoch: int) -> dict[str, Any]:
    """Return the bill of materials of our wheel and of those that it requires."""
    parts = sorted(required, key=_purl)
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{FORMAT}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": FORMAT,
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "component": _component(wheel, "application"),
        },
        "components": [_component(each, "library") for each in parts],
        "dependencies": [
            {"ref": _purl(wheel), "dependsOn": [_purl(each) for each in parts]},
            *({"ref": _purl(each)} for each in parts),
        ],
    }
