"""Lists that say themselves that they are incomplete: one page of an answer that comes in several.

Checked against what these document: NetBox and Nautobot (count, next), ARM (nextLink), Azure Resource Graph
(totalRecords, count, $skipToken, resultTruncated; `az graph query` writes total_records and skip_token), Microsoft
Graph (@odata.nextLink, @odata.count), AWS (NextToken), Google Cloud (nextPageToken), Infoblox WAPI (next_page_id).
"""

from collections.abc import Iterator
from typing import NamedTuple

from azext_kubenet.options.range_lists.documents import Path
from azext_kubenet.options.range_lists.rows import scalar
from azext_kubenet.options.range_lists.titles import WRAPPINGS, normal, stands_for

#: Keys that hold an address or a token of the next page, and nothing if there is none.
_NEXT = ("nextlink", "odatanextlink", "nexttoken", "nextpagetoken", "nextpage", "nextpageid", "nexturl", "nextmarker",
         "nextcursor", "skiptoken", "continuationtoken", "next")  # fmt: skip
#: Keys that say how many entries there are in all.
_TOTALS = ("totalrecords", "totalcount", "totalresults", "totalrows", "totalitems", "totalentries", "odatacount",
           "total", "count")  # fmt: skip
#: Keys that say whether entries were left out.
_CUT = ("resulttruncated", "istruncated", "truncated", "hasmore", "hasnext", "hasnextpage", "morerecords")
#: What such keys are in, beside the list.
_BESIDE = ("links", "meta", "metadata", "pagination", "paging", "page", "pageinfo", "responsemetadata")
#: Objects around a list of entries, inside each other, at most: our own bound.
_DEEPEST = 4


class More(NamedTuple):
    """What says that there is more, and its path."""

    why: str
    path: Path


class _Page(NamedTuple):
    """An object around a list of entries.

    key: of the list
    entries: how many it has
    signs: path and value of every key that may say that there is more
    """

    key: str
    entries: int
    signs: list[tuple[Path, object]]


def rest_of(documents: list[object]) -> More | None:
    """Return what says that a JSON text is incomplete, or None. Pages one after another are one."""
    pages = [page for number, value in enumerate(documents) for page in _pages(value, (number,))]
    for at, page in enumerate(pages):
        followed = at + 1 < len(pages) and pages[at + 1].key == page.key
        entries = sum(each.entries for each in pages if each.key == page.key)
        for path, value in page.signs:
            why = _said(path[-1], value, entries, followed)
            if why:
                return More(why, path)
    return None


def _said(key: str, value: object, entries: int, followed: bool) -> str:
    """Return what a key says of more entries than these, or ""."""
    kind, text = normal(key), scalar(value)
    if kind in _TOTALS:
        number = int(text) if text.isdecimal() and len(text) < 10 else 0
        return f"key {key} states {number:,} entries, but the list has {entries:,}" if number > entries else ""
    if followed:
        return ""
    if kind in _CUT:
        return f"key {key} states that entries were omitted" if str(value).lower() == "true" else ""
    if isinstance(value, dict):  # as HAL writes links
        text = scalar(value.get("href"))
    return f"key {key} refers to another page" if text and text.lower() != "false" else ""


def _pages(value: object, path: Path) -> Iterator[_Page]:
    """Yield the pages of a document: itself, what is inside it, or each of a list of pages."""
    if isinstance(value, list):
        found = [page for at, each in enumerate(value) for page in _own(each, (*path, at))]
        if len(found) == len(value):
            yield from found
    elif isinstance(value, dict):
        own = list(_own(value, path))
        yield from own
        if not own and len(path) <= _DEEPEST:
            for key, inner in value.items():
                if isinstance(inner, dict):
                    yield from _pages(inner, (*path, key))


def _own(row: object, path: Path) -> Iterator[_Page]:
    """Yield the page that an object is; none where it is an entry itself, which may have a list inside and any keys."""
    if not isinstance(row, dict):
        return
    held = [(key, value) for key, value in row.items() if _holds_entries(key, value)]
    wraps = any(normal(key) in WRAPPINGS for key, _ in held)
    if not held or (not wraps and any(_is_of_an_entry(key, value) for key, value in row.items())):
        return
    key, value = next((each for each in held if normal(each[0]) in WRAPPINGS), held[0])
    signs = list(_signs(row, path))
    if len(held) > 1 or not isinstance(value, list):
        signs = [(where, sign) for where, sign in signs if normal(where[-1]) not in _TOTALS]
    if signs:
        yield _Page(key, len(value), signs)


def _holds_entries(key: str, value: object) -> bool:
    """Return whether a value is a list of entries; Google Cloud has an object of lists, by region."""
    if isinstance(value, list):
        return bool(value) and (isinstance(value[0], dict) or normal(key) in WRAPPINGS)
    return isinstance(value, dict) and normal(key) == "items" and bool(value)


def _is_of_an_entry(key: str, value: object) -> bool:
    return stands_for(key)[0] in ("names", "sure", "likely") and bool(scalar(value))


def _signs(row: dict[str, object], path: Path, depth: int = 0) -> Iterator[tuple[Path, object]]:
    for key, value in row.items():
        kind = normal(key)
        if kind in _NEXT or kind in _CUT or kind in _TOTALS:
            yield (*path, key), value
        elif kind in _BESIDE and isinstance(value, dict) and depth < 2:
            yield from _signs(value, (*path, key), depth + 1)
