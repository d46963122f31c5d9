"""The ways of create: what is there before, what is typed; and what Azure holds afterwards, in a form to compare."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.loopback.callers.client import SUB
from tests.loopback.seeds import bodies
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.server import seed

PASSWORD = "Pa55-never-shown-word"
GROUP = "resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
SUBNET = f"{SUB}/{NETWORK}/virtualNetworks/net/subnets/nodes"
TABLE = f"{NETWORK}/routeTables/mine"
CLUSTER = f"{SUB}/{GROUP}/providers/Microsoft.ContainerService/managedClusters/c"
WHERE = "-g rg -n c --location westeurope"
Seed = Callable[[Cloud, Path], dict[str, str]]


@dataclass(frozen=True)
class Way:
    """One way of create. seed: puts there what exists before, and gives what the options name by {word}."""

    name: str
    options: str
    seed: Seed
    piped: bool = False

    def prepare(self, cloud: Cloud, folder: Path) -> list[str]:
        """Put there what exists before; the words of the command line."""
        words = self.options.format(**self.seed(cloud, folder))
        return ["kubenet", "create", *shlex.split(f"{WHERE} {words}")]


def _nothing(cloud: Cloud, folder: Path) -> dict[str, str]:
    return {}


def put(cloud: Cloud, path: str, body: dict[str, Any]) -> str:
    """Put a resource below the subscription; its id."""
    return str(seed(cloud, f"{SUB}/{path}", body)["id"])


def _own_network(cloud: Cloud, folder: Path) -> dict[str, str]:
    put(cloud, GROUP, bodies.group())
    put(cloud, f"{NETWORK}/virtualNetworks/net", bodies.network("192.168.0.0/16"))
    put(cloud, f"{NETWORK}/virtualNetworks/net/subnets/nodes", bodies.subnet("192.168.4.0/24"))
    return {"subnet": SUBNET}


def _own_table(cloud: Cloud, folder: Path) -> dict[str, str]:
    put(cloud, GROUP, bodies.group())
    table = put(cloud, TABLE, {"location": "westeurope", "properties": {}})
    put(cloud, f"{NETWORK}/virtualNetworks/net", bodies.network("192.168.0.0/16"))
    body = bodies.subnet("192.168.4.0/24")
    body["properties"]["routeTable"] = {"id": table}
    put(cloud, f"{NETWORK}/virtualNetworks/net/subnets/nodes", body)
    return {"subnet": SUBNET}


def _principal(cloud: Cloud, folder: Path) -> dict[str, str]:
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    return {"app": cloud.directory.add_service_principal("ours")["appId"], "file": str(folder / "password")}


WAYS = (
    Way("user-assigned, new network", "", _nothing),
    Way("existing network, by id", "--vnet-subnet-id {subnet}", _own_network),
    Way("system-assigned", "--identity-type systemAssigned", _nothing),
    Way("existing service principal", "--service-principal {app} --client-secret @{file}", _principal),
    Way("new service principal", "--create-service-principal", _nothing),
    Way("own route table", "--vnet-subnet-id {subnet}", _own_table),
    Way("a plan through a pipe", "--plan @-", _nothing, piped=True),
    Way("Calico and the autoscaler", "--network-policy calico --enable-cluster-autoscaler --min-count 1 --max-count 9",
        _nothing),
)  # fmt: skip
BY_NAME = {way.name: way for way in WAYS}

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_VOLATILE = {
    "etag",
    "eTag",
    "timeCreated",
    "createdOn",
    "updatedOn",
    "createdDateTime",
    "renewedDateTime",
    "passwordCredentials",
}


def contents(cloud: Cloud) -> list[str]:
    """All that Azure and its directory hold, a line each; what differs from one Azure to the next is named or gone."""
    names = _known(cloud)
    found = [f"{key} {json.dumps(_steady(body), sort_keys=True)}" for key, body in cloud.store.items()]
    for kind, objects in cloud.directory.objects.items():
        found.extend(f"{kind} {json.dumps(_steady(body), sort_keys=True)}" for body in objects.values())
    return sorted(_named(line, names) for line in found)


def _known(cloud: Cloud) -> dict[str, str]:
    """Names for the ids of principals and applications: what a grant or a cluster refers to must be told apart."""
    names: dict[str, str] = {}
    for kind, objects in cloud.directory.objects.items():
        for key, body in objects.items():
            names[key] = f"<{kind} {body['displayName']}>"
            names[body["appId"].lower()] = f"<application {body['displayName']}>"
    return names


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _steady(item) for key, item in value.items() if key not in _VOLATILE}
    return [_steady(item) for item in value] if isinstance(value, list) else value


def _named(line: str, names: dict[str, str]) -> str:
    return _GUID.sub(lambda found: names.get(found.group(), "<guid>"), line)


def without_ids(text: str) -> str:
    """A text with every GUID and etag alike, to compare what two Azures were told."""
    return _GUID.sub("<guid>", text)


def own_subnet_to_be() -> Way:
    """A network that exists, in which the subnet is made."""

    def seed_network(cloud: Cloud, folder: Path) -> dict[str, str]:
        put(cloud, GROUP, bodies.group())
        put(cloud, f"{NETWORK}/virtualNetworks/net", bodies.network("192.168.0.0/16"))
        return {}

    return Way("subnet to be made", "--vnet-name net --subnet-name nodes --subnet-prefix 192.168.7.0/24", seed_network)
