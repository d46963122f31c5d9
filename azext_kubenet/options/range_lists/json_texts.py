"""Every text of JSON documents, keys among them, for the second look for ranges that were not used."""

from collections.abc import Iterable, Iterator
from functools import partial

from azext_kubenet.options.range_lists.documents import Documents, Path
from azext_kubenet.options.range_lists.ledger import spot
from azext_kubenet.options.range_lists.lengths import Apart, with_lengths
from azext_kubenet.options.range_lists.lost import Place, named, named_both, with_netmasks
from azext_kubenet.options.range_lists.rows import plain_address, scalar
from azext_kubenet.options.range_lists.titles import INSIDE_NODES, OF_PLAN, is_plan, normal, of_family


def places(documents: Documents) -> Iterator[Place]:
    """Yield every text of the documents by its key; of what only speaks of ranges, without."""
    for path, value, speaks in _strings((*each, False) for each in documents.values()):
        key = next((step for step in reversed(path) if isinstance(step, str)), "the JSON")
        yield Place("" if speaks else named("key", key), value, partial(spot, documents, path))
    for path, pair in _apart(documents.values()):
        yield Place(named_both("key", pair.names), pair.cidr, partial(spot, documents, path), not pair.sure)


def _strings(values: Iterable[tuple[Path, object, bool]]) -> Iterator[tuple[Path, str, bool]]:
    """Yield every text of JSON values with its path, and whether it only speaks of ranges; keys are texts, too."""
    for path, value, speaks in values:
        if isinstance(value, str):
            yield path, value, speaks
        elif isinstance(value, list):
            yield from _strings(((*path, at), each, speaks) for at, each in enumerate(value))
        elif isinstance(value, dict):
            plan = is_plan(value)
            for key, each in value.items():
                silent = speaks or of_family(key)[0] in INSIDE_NODES or (plan and normal(key) not in OF_PLAN)
                yield (*path, key), key, silent
                yield from _strings([((*path, key), each, silent)])
            texts = [(key, each) for key, each in value.items() if isinstance(each, str)]
            yield from (((*path, key), text, speaks) for key, text in with_netmasks(texts))


def _apart(values: Iterable[tuple[Path, object]]) -> Iterator[tuple[Path, Apart]]:
    """Yield networks whose length is beside their address, of objects and of lists of both, with the path of these."""
    for path, value in values:
        if not isinstance(value, list | dict) or (isinstance(value, dict) and is_plan(value)):
            continue
        items: list[tuple[str | int, object]] = list(value.items() if isinstance(value, dict) else enumerate(value))
        cells = [(str(key), text) for key, each in items if (text := scalar(plain_address(each)))]
        for pair in with_lengths(cells) if len(cells) > 1 else ():
            yield path, pair
        yield from _apart(((*path, key), each) for key, each in items)
