"""Every text of JSON documents, keys among them, for the second look for ranges that were not used."""

from collections.abc import Iterable, Iterator
from functools import partial

from azext_kubenet.options.range_lists.documents import Documents, Path
from azext_kubenet.options.range_lists.ledger import spot
from azext_kubenet.options.range_lists.lost import Place, named, with_netmasks
from azext_kubenet.options.range_lists.titles import INSIDE_NODES, OF_PLAN, is_plan, normal, of_family


def places(documents: Documents) -> Iterator[Place]:
    """Yield every text of the documents by its key; of what only speaks of ranges, without."""
    for path, value, speaks in _strings((*each, False) for each in documents.values()):
        key = next((step for step in reversed(path) if isinstance(step, str)), "the JSON")
        yield Place("" if speaks else named("key", key), value, partial(spot, documents, path))


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
