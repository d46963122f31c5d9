"""JSON lists of machines, which have addresses and no ranges: each address is a /32, as in a table of them."""

from collections.abc import Iterable

from azext_kubenet.options.range_lists.listing import Listing, read_cell, reason_of
from azext_kubenet.options.range_lists.rows import is_address, layout, name_of, scalar


def read(values: Iterable[object], listing: Listing) -> None:
    """Read the addresses of objects into a listing of which nothing else was read."""
    for value in values:
        if isinstance(value, list):
            read(value, listing)
        elif isinstance(value, dict):
            where = layout((key, key) for key in value)
            found = [key for key in where.likely if key in where.addresses and is_address(scalar(value[key]))]
            for key in found:
                read_cell(scalar(value[key]), listing, reason_of(name_of(value, where, found)), listing.refuse)
            read([each for each in value.values() if isinstance(each, list | dict)], listing)
