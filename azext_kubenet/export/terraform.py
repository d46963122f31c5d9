"""Terraform: variables with what the plan says, and the resources of the azurerm provider."""

import json
import re
from typing import Any

from azext_kubenet.export import terraform_blocks as blocks
from azext_kubenet.export.comments import ROUTE_TABLE, commented, heading, remarks
from azext_kubenet.export.contents import Contents, Pool, Setting, settings
from azext_kubenet.export.target import Target

_KINDS = {"string": "string", "int": "number", "array": "list(string)"}
_TABLE = f"{ROUTE_TABLE} So nothing here names a route table, and the network leaves its subnets alone."


def text(contents: Contents) -> str:
    """The Terraform file of a plan."""
    place = contents.place
    parts = [
        "\n".join(heading("#", "terraform init && terraform apply")),
        blocks.PROVIDER,
        *_variables(contents),
        f"locals {{\n  location = {_location(place)}\n}}",
        *(_named(block, place) for block in _resources(contents)),
    ]
    return "\n\n".join(parts) + "\n"


def _named(block: str, place: Target) -> str:
    """A block with the names of what is there, which is data, and of what is made."""
    group = f"{'data.' if _group_is_there(place) else ''}azurerm_resource_group.cluster"
    names = {
        "NETWORK_GROUP": "var.vnet_resource_group" if place.separate_resource_group else f"{group}.name",
        "NETWORK.name": f"{'' if place.new_network else 'data.'}azurerm_virtual_network.network.name",
        "SUBNET.id": f"{'' if place.new_subnet else 'data.'}azurerm_subnet.nodes.id",
        "GROUP.name": f"{group}.name",
    }
    for word, name in names.items():
        block = block.replace(word, name)
    return block


def _group_is_there(place: Target) -> bool:
    """Whether the network that is there shows that the cluster's resource group is there too."""
    return not (place.new_network or place.separate_resource_group)


def _location(place: Target) -> str:
    """The region: of a network that is there, unless told [A12]."""
    if place.new_network:
        return "var.location"
    return "coalesce(var.location, data.azurerm_virtual_network.network.location)"


def _variables(contents: Contents) -> list[str]:
    place = contents.place
    subscription = "Subscription of all of it; none is that of ARM_SUBSCRIPTION_ID."
    given = [
        Setting("subscriptionId", "string", place.subscription, subscription),
        Setting("resourceGroupName", "string", place.group, "Resource group of the cluster."),
    ]
    found = [_variable(each.snake_name, _KINDS[each.kind], literal(each.value), each.about) for each in given]
    found.append(_region(place))
    found += [
        _variable(each.snake_name, _KINDS[each.kind], literal(each.value), each.about) for each in settings(contents)
    ]
    pools = [_pool(pool, system=not number) for number, pool in enumerate(contents.pools)]
    found.append(_variable("pools", blocks.POOL_TYPE, literal(pools, 1), "Node pools, the first a system pool."))
    return found


def _region(place: Target) -> str:
    """A region must be given for a new network where the plan has none."""
    about = "Region of the cluster and its network."
    asked = place.new_network and place.location is None
    return _variable("location", "string", "" if asked else literal(place.location), about)


def _variable(name: str, kind: str, default: str, about: str) -> str:
    lines = [f'variable "{name}" {{', f"  description = {literal(about)}", f"  type        = {kind}"]
    if default:
        lines.append(f"  default     = {default}")
    return "\n".join([*_aligned(lines), "}"])


def _aligned(lines: list[str]) -> list[str]:
    """As terraform fmt has it: a value of several lines stands apart, with one space before its sign."""
    return [re.sub(" +=", " =", line, count=1) if "\n" in line else line for line in lines]


def _pool(pool: Pool, system: bool) -> dict[str, object]:
    """Without surge nodes an upgrade takes nodes away first, which AKS allows on user pools alone [E6]."""
    scaling = {} if pool.max_count is None else {"max_count": pool.max_count}
    surge = {"max_surge": pool.max_surge} if pool.surges else {"max_surge": "0", "max_unavailable": "1"}
    if system and not pool.surges:
        surge = {}
    return {"name": pool.name, "count": pool.count, **scaling, **surge}


def _resources(contents: Contents) -> list[str]:
    place = contents.place
    comments = [line for remark in remarks(contents, "ssh_key", "vm_size") for line in commented(remark, "#")]
    found = [blocks.GROUP_THERE if _group_is_there(place) else blocks.GROUP, *_network(place), blocks.IDENTITY]
    found.append("\n".join([*comments, _cluster(contents)]))
    if len(contents.pools) > 1:
        found.append(blocks.POOLS.replace("IGNORE", _ignored(contents, "node_count")))
    return found


def _network(place: Target) -> list[str]:
    network = blocks.NETWORK if place.new_network else blocks.NETWORK_THERE
    subnet = blocks.SUBNET if place.new_subnet else blocks.SUBNET_THERE
    comments = commented(_TABLE, "#") if place.new_subnet else []
    return ["\n".join([*comments, network]), subnet]


def _cluster(contents: Contents) -> str:
    surge = "" if contents.system_pool_cannot_wait else blocks.SURGE
    return blocks.CLUSTER.replace("SURGE", surge).replace(
        "IGNORE", _ignored(contents, "default_node_pool[0].node_count")
    )


def _ignored(contents: Contents, what: str) -> str:
    return blocks.IGNORE.replace("WHAT", what) if contents.autoscaled else ""


def literal(value: Any, indent: int = 0) -> str:
    """A value as Terraform writes it."""
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, int):
        return json.dumps(value)
    inside = "  " * (indent + 1)
    if isinstance(value, dict):
        width = max(map(len, value))
        lines = [f"{inside}{key:{width}} = {literal(each, indent + 1)}" for key, each in value.items()]
        return "\n".join(["{", *lines, "  " * indent + "}"])
    if all(isinstance(each, str) for each in value):
        return f"[{', '.join(map(literal, value))}]"
    return "\n".join(["[", *(f"{inside}{literal(each, indent + 1)}," for each in value), "  " * indent + "]"])


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _quoted(text_of_it: str) -> str:
    """Escapes are read after interpolations are: written as one, the sign of an interpolation is none."""
    escaped = "".join(map(_character, text_of_it))
    return '"' + escaped.replace("${", "\\u0024{").replace("%{", "\\u0025{") + '"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"
