"""How routes of a running cluster are named, and what mends them, as it is typed. Pure."""

import shlex
from collections.abc import Sequence

from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.models import Route, RouteTable
from azext_kubenet.azure.resource_id import ResourceId

#: Routes that a message names.
_NAMED = 5


def named(routes: Sequence[Route]) -> str:
    """The names and ranges of the first of some routes, and how many more there are."""
    shown = [f"{route.name} ({route.prefix})" for route in routes[:_NAMED]]
    return listed([*shown, f"{len(routes) - _NAMED} more"] if len(routes) > _NAMED else shown)


def on(table: ResourceId) -> str:
    """The options that name a table in commands of its routes."""
    group, name = shlex.quote(table.group), shlex.quote(table.name)
    return f"--subscription {table.subscription} -g {group} --route-table-name {name}"


def delete(table: RouteTable, routes: Sequence[Route]) -> str:
    """The command, or the loop, that deletes routes."""
    names = [route.name for route in routes]
    if len(names) == 1:
        return f"az network route-table route delete {on(table.id)} -n {shlex.quote(names[0])}"
    each = f'az network route-table route delete {on(table.id)} -n "$ROUTE"'
    return f"for ROUTE in {shlex.join(names)}; do {each}; done"
