"""Bicep, as one writes it by hand: symbols instead of ids."""

import json
from typing import Any

from azext_kubenet.export import bicep_blocks as blocks
from azext_kubenet.export.comments import ROUTE_TABLE, commented, heading, remarks
from azext_kubenet.export.contents import Contents, Setting, profiles, settings
from azext_kubenet.export.target import Target

_WRITTEN_ONCE = f"{ROUTE_TABLE} So it is written once: @onlyIfNotExists needs Bicep 0.38.3 or newer."


def text(contents: Contents) -> str:
    """The Bicep file of a plan."""
    use = "az deployment group create --resource-group GROUP --template-file FILE.bicep"
    parts = [
        "\n".join(heading("//", use)),
        "\n\n".join(_parameters(contents)),
        blocks.ROLE,
        blocks.IDENTITY,
        *(_apart(contents.place) if contents.place.separate_resource_group else _here(contents.place)),
        "\n".join(
            [
                *(line for remark in remarks(contents, "linuxProfile", "vmSize") for line in commented(remark, "//")),
                blocks.CLUSTER,
            ]
        ),
        "output clusterId string = cluster.id",
    ]
    return "\n\n".join(parts) + "\n"


def _parameters(contents: Contents) -> list[str]:
    place = contents.place
    location = literal(place.location) if place.location else "resourceGroup().location"
    pools = Setting("pools", "array", profiles(contents), "Node pools, the first a system pool; in the words of AKS.")
    found = [_parameter("location", "string", location, "Region of the cluster and its network.")]
    found += [_parameter(each.name, each.kind, literal(each.value), each.about) for each in settings(contents)]
    found.append(_parameter(pools.name, pools.kind, literal(pools.value), pools.about))
    if place.separate_resource_group and place.new_subnet:
        about = "Whether the network is written. Only the first time, or it loses the route table of the nodes."
        found.append(_parameter("deployNetwork", "bool", "true", about))
    return found


def _parameter(name: str, kind: str, value: str, about: str) -> str:
    return f"@description({literal(about)})\nparam {name} {kind} = {value}"


def _here(place: Target) -> list[str]:
    """The network, made or there, and the grant on its subnet."""
    if place.new_network:
        return [_once(blocks.NETWORK), blocks.SUBNET_THERE, blocks.GRANT]
    return [blocks.NETWORK_THERE, _once(blocks.SUBNET) if place.new_subnet else blocks.SUBNET_THERE, blocks.GRANT]


def _once(resource: str) -> str:
    return "\n".join([*commented(_WRITTEN_ONCE, "//"), "@onlyIfNotExists()", resource])


def _apart(place: Target) -> list[str]:
    """The same in another resource group."""
    if not place.new_subnet:
        return [blocks.ELSEWHERE, blocks.GRANT_ELSEWHERE.replace("MADE", "").replace("AFTER", "")]
    made, name = (
        (blocks.NETWORK_ELSEWHERE, "network.id") if place.new_network else (blocks.SUBNET_ELSEWHERE, "subnet.id")
    )
    grant = blocks.GRANT_ELSEWHERE.replace("MADE", made).replace("AFTER", blocks.AFTER_ELSEWHERE.replace("MADE", name))
    return [blocks.ELSEWHERE, "\n".join([*commented(ROUTE_TABLE, "//"), grant])]


def literal(value: Any, indent: int = 0) -> str:
    """A value as Bicep writes it."""
    if isinstance(value, int):
        return json.dumps(value)
    if isinstance(value, str):
        return "'" + "".join(map(_character, value)).replace("${", "\\${") + "'"
    inside = "  " * (indent + 1)
    if isinstance(value, list):
        lines = [inside + literal(each, indent + 1) for each in value]
        opening, closing = "[]"
    else:
        lines = [f"{inside}{key}: {literal(each, indent + 1)}" for key, each in value.items()]
        opening, closing = "{}"
    return "\n".join([opening, *lines, "  " * indent + closing])


_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"
