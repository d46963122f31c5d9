"""One page of an export that comes in several: said, and not taken for the whole; what only looks so says nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_kubenet.options.range_lists import read_list

ONE = [{"name": "a", "prefix": "10.1.0.0/16"}]
TWO = [{"name": "b", "prefix": "10.2.0.0/16"}]
MORE = "https://example.com/api/ipam/prefixes/?offset=1"

# what was saved, the JSON, the path of the key that says that there is more
PARTS: tuple[tuple[str, Any, str], ...] = (
    ("NetBox", {"next": MORE, "previous": None, "results": ONE}, "next"),
    ("NetBox, the last page alone", {"count": 400, "next": None, "results": ONE}, "count"),
    ("a cursor", {"next": "b2Zm", "items": ONE}, "next"),
    ("ARM", {"value": ONE, "nextLink": MORE}, "nextLink"),
    ("Resource Graph by az", {"count": 1, "data": ONE, "skip_token": "x", "total_records": 1}, "skip_token"),
    ("Resource Graph, all that az says", {"count": 1, "data": ONE, "skip_token": None, "total_records": 400},
     "total_records"),
    ("Resource Graph", {"count": 1, "data": ONE, "$skipToken": "x"}, "['$skipToken']"),
    ("Resource Graph, of its library", {"data": ONE, "skipToken": "x"}, "skipToken"),
    ("Resource Graph, totals", {"totalRecords": 400, "count": 1, "data": ONE}, "totalRecords"),
    ("Resource Graph, cut off", {"data": ONE, "resultTruncated": "true"}, "resultTruncated"),
    ("Microsoft Graph", {"@odata.nextLink": MORE, "value": ONE}, "['@odata.nextLink']"),
    ("AWS", {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16"}], "NextToken": "x"}, "NextToken"),
    ("Google Cloud", {"kind": "list", "id": "projects/p", "items": [{"name": "a", "ipCidrRange": "10.1.0.0/16"}],
                      "nextPageToken": "x"}, "nextPageToken"),
    ("a total beside entries", {"total": 2, "results": ONE}, "total"),
    ("links beside entries", {"data": ONE, "links": {"next": MORE, "self": MORE}}, "links.next"),
    ("links as HAL has them", {"items": ONE, "_links": {"next": {"href": MORE}}}, "_links.next"),
    ("what a gateway wrapped once more", {"response": {"results": ONE, "next": MORE}}, "response.next"),
    ("the first of several pages in one list", [{"results": ONE, "next": MORE}], "[0].next"),
)  # fmt: skip


@pytest.mark.parametrize(("export", "path"), [row[1:] for row in PARTS], ids=[row[0] for row in PARTS])
def test_a_part_of_a_list_is_said(export: Any, path: str) -> None:
    listing = read_list(json.dumps(export, indent=1))
    assert len(listing.taken) == 1
    assert listing.faults == []
    assert listing.part is not None
    assert listing.part.path == path
    assert listing.part.line > 1
    assert path.strip("[]'0.").rpartition(".")[2] in listing.part.why


# why it is all there is, the JSON texts of the file
WHOLES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("NetBox", ({"count": 1, "next": None, "previous": None, "results": ONE},)),
    ("ARM", ({"value": ONE, "nextLink": ""},)),
    (
        "Resource Graph",
        ({"count": 1, "data": ONE, "skip_token": None, "total_records": 1, "resultTruncated": "false"},),
    ),
    ("keys of entries", ({"value": [{**ONE[0], "next": "x", "count": 9, "nextLink": MORE, "subnets": TWO}]},)),
    ("keys of entries in a list", ([{**ONE[0], "next": MORE, "total": 9, "subnets": TWO}],)),
    ("an entry alone", ({**ONE[0], "next": MORE, "total": 256, "count": 9, "subnets": TWO},)),
    ("all pages, one after another", ({"count": 2, "results": ONE, "next": MORE}, {"count": 2, "results": TWO})),
    (
        "all pages in a list",
        ([{"count": 2, "results": ONE, "next": MORE}, {"count": 2, "results": TWO, "next": None}],),
    ),
    ("no list beside", ({"next": MORE, "cidr": "10.1.0.0/16"},)),
)


@pytest.mark.parametrize("documents", [row[1] for row in WHOLES], ids=[row[0] for row in WHOLES])
def test_a_whole_list_is_not_said_to_be_a_part(documents: tuple[Any, ...]) -> None:
    listing = read_list("\n".join(map(json.dumps, documents)))
    assert listing.taken
    assert listing.part is None
