"""Names of all that will exist: what Azure accepts of each, known without asking anyone. Pure.

Names that are made from the cluster's with a suffix need no look where its own 63 characters leave room: an identity
may have 128, an application 120.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from azext_kubenet.addressing.cidr import quoted
from azext_kubenet.addressing.findings import Finding, Severity, use
from azext_kubenet.azure.resources import Names, plain_region

_RULE = "name-not-allowed"


class _Kind(NamedTuple):
    """What Azure accepts of the name of one kind of resource.

    what: the kind, in words; option: what names it
    shortest, longest: in characters
    pattern: of a whole name, in any length; form: the same in words
    """

    what: str
    option: str
    shortest: int
    longest: int
    pattern: re.Pattern[str]
    form: str


_NETWORK_NAME = re.compile(r"[a-zA-Z0-9]([\w.-]*\w)?", re.ASCII)
_NETWORK_FORM = "letters, digits, '_', '.' and '-', the first a letter or digit, the last no '.' or '-'"
_GROUP_NAME = re.compile(r"[\w().-]*[\w()-]")
_GROUP_FORM = "letters, digits, '_', '-', '.', '(' and ')', and no '.' at its end"
#: Lengths and characters: AD resource-name-rules [J19, J20]; of a DNS prefix: hashicorp/terraform-provider-azurerm,
#: which refuses the same.
_CLUSTER = _Kind(
    "cluster", "--name", 1, 63, re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?"),
    "letters, digits, '_' and '-', the first and the last a letter or digit",
)  # fmt: skip
_GROUP = _Kind("resource group", "--resource-group", 1, 90, _GROUP_NAME, _GROUP_FORM)
_WORD, _WORD_FORM = re.compile(r"[a-zA-Z0-9_-]*"), "letters, digits, '_' and '-'"
_REGION = _Kind("region", "--location", 1, 90, _WORD, _WORD_FORM)
_VM_SIZE = _Kind("VM size", "--node-vm-size", 1, 90, _WORD, _WORD_FORM)
_VNET = _Kind("virtual network", "--vnet-name", 2, 64, _NETWORK_NAME, _NETWORK_FORM)
_SUBNET = _Kind("subnet", "--subnet-name", 1, 80, _NETWORK_NAME, _NETWORK_FORM)
_NODE_GROUP = _Kind("node resource group", "--node-resource-group", 1, 80, _GROUP_NAME, _GROUP_FORM)
_DNS_PREFIX = _Kind(
    "DNS prefix", "--dns-name-prefix", 1, 54, re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?"),
    "letters, digits and '-', the first and the last a letter or digit",
)  # fmt: skip


def node_group_name(names: Names, location: str) -> str:
    """The name that AKS gives the node resource group when no other is asked for [J19]."""
    return f"MC_{names.group}_{names.cluster}_{plain_region(location)}"


def name_findings(names: Names, *, subnet_by_id: bool, node_group: str, dns_prefix: str) -> list[Finding]:
    """Find the names that Azure would refuse.

    subnet_by_id: whether the network was named by an id, so that it has its names already
    node_group, dns_prefix: as typed, "" where they are left to AKS
    """
    found = [
        *_all_of((_GROUP, names.group), (_CLUSTER, names.cluster)),
        *network_name_findings(names, subnet_by_id=subnet_by_id),
        *_all_of((_NODE_GROUP, node_group), (_DNS_PREFIX, dns_prefix)),
    ]
    if node_group and node_group.lower() == names.group.lower():  # NodeResourceGroupSameAsResourceGroup [J21]
        message = f"node resource group {node_group} is the cluster's own: Azure creates it, and accepts no other's"
        found.append(_finding(_NODE_GROUP, message))
    return found


def network_name_findings(names: Names, *, subnet_by_id: bool) -> list[Finding]:
    """Find the names of a network and of its subnet that Azure would refuse; what is named by an id has its names."""
    return [] if subnet_by_id else [*_all_of((_VNET, names.vnet), (_SUBNET, names.subnet))]


def cluster_name_findings(group: str, cluster: str) -> list[Finding]:
    """Find the names of a cluster and its resource group that Azure would refuse; "" for one that is left open."""
    return [*_all_of((_GROUP, group), (_CLUSTER, cluster))]


def export_name_findings(location: str, node_vm_size: str) -> list[Finding]:
    """Find a region and a VM size that are none by their form; "" for one that is left open."""
    return [*_all_of((_REGION, location), (_VM_SIZE, node_vm_size))]


def derived_name_findings(names: Names, location: str, node_group: str) -> list[Finding]:
    """Find a name of the node resource group that would be derived and that Azure would refuse; none without a region.

    Of a cluster that exists this says nothing: it may have been created with another.
    """
    return [] if node_group or not location else [*_of(_NODE_GROUP, node_group_name(names, location))]


def _all_of(*looked: tuple[_Kind, str]) -> Iterator[Finding]:
    """What is wrong with some names; one that is empty is left open."""
    for kind, name in looked:
        if name.strip():
            yield from _of(kind, name)


def _of(kind: _Kind, name: str) -> Iterator[Finding]:
    if not kind.shortest <= len(name) <= kind.longest:
        bound = f"at most {kind.longest}" if len(name) > kind.longest else f"at least {kind.shortest}"
        yield _finding(kind, f"the name of {kind.what} {name} has {len(name)} characters, and Azure accepts {bound}")
    elif not kind.pattern.fullmatch(name):
        yield _finding(kind, f"{quoted(name)} is not the name of a {kind.what}: Azure accepts {kind.form}")


def _finding(kind: _Kind, message: str) -> Finding:
    return Finding(_RULE, Severity.ERROR, (kind.option,), message, (use(kind.option, "NAME"),))
