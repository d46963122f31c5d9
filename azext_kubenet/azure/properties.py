"""What stands in the properties of many kinds of resources: prefixes, and ids of other resources. Pure."""

from collections.abc import Iterable

from azext_kubenet.azure.bodies import Json, text, texts, within
from azext_kubenet.azure.resource_id import ResourceId


def ipv4(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Those of some prefixes that are IPv4, each once; service tags and IPv6 are passed over."""
    return tuple(each for each in dict.fromkeys(prefixes) if each[:1].isdigit() and "." in each and ":" not in each)


def address_space(body: Json, *keys: str) -> tuple[str, ...]:
    """The IPv4 prefixes of an address space."""
    return ipv4(texts(within(body, *keys), "addressPrefixes"))


def id_of(body: Json, *keys: str) -> ResourceId:
    """The id of a resource in a resource group, below some keys: nothing else is asked for."""
    found = ResourceId(text(within(body, *keys), "id").rstrip("/"))
    return found if found.kind and found.group else ResourceId()
