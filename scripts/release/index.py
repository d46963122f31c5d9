"""The index of extensions that `az extension add -n`, `list-available`, `list-versions` and `update` read.

azure-cli reads the address of `az config set extension.index_url=URL`; what it takes from an entry is in its modules
azure.cli.core.extension._index and ._resolve: the file's name, the address to download, the SHA-256, and of the
metadata version, summary and the azext keys. It downloads from the address as it stands, so it must be a whole one.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from scripts.release.wheel import Wheel, sha256

FORMAT = "1"


def checked_address(url: str) -> str:
    """Return the address of the folder with the files, ending in a slash. ValueError if azure-cli cannot use it."""
    parts = urlsplit(url)
    odd = parts.query or parts.fragment or "@" in parts.netloc or set(url) & set(" \t\r\n\"'<>\\?#")
    odd = odd or parts.path.endswith((".json", ".whl"))
    if parts.scheme not in ("http", "https") or not parts.hostname or odd:
        raise ValueError(
            f"invalid address {url!r}: expected the http or https address of the folder that will hold the files, "
            "such as https://example.org/kubenet; azure-cli downloads from no relative one"
        )
    return url.rstrip("/") + "/"


def entry(wheel: Wheel, url: str) -> dict[str, Any]:
    """Return what the index says of one wheel that lies at `url`."""
    metadata = wheel.metadata
    return {
        "downloadUrl": checked_address(url) + wheel.path.name,
        "filename": wheel.path.name,
        "metadata": {
            **wheel.azext,
            "classifiers": metadata.get_all("Classifier") or [],
            "extensions": {"python.details": {"project_urls": wheel.links}},
            "license": wheel.licence,
            "metadata_version": str(metadata["Metadata-Version"]),
            "name": wheel.name,
            "run_requires": [{"requires": wheel.requires}],
            "summary": str(metadata["Summary"]),
            "version": wheel.version,
        },
        "sha256Digest": sha256(wheel.path),
    }


def index(wheel: Wheel, url: str, earlier: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the index with a wheel that lies at `url`, and with the other entries of an earlier index."""
    extensions: dict[str, list[dict[str, Any]]] = dict((earlier or {}).get("extensions", {}))
    others = [each for each in extensions.get(wheel.name, []) if each["metadata"]["version"] != wheel.version]
    return {"formatVersion": FORMAT, "extensions": {**extensions, wheel.name: [*others, entry(wheel, url)]}}
