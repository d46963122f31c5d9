"""A small, strict part of the query language of Azure Resource Graph (Kusto): from text to a pipeline over rows.

A table (one of `TABLES`, or none), then any of ``where``, ``project``, ``project-away``, ``extend``, ``mv-expand``,
``order by``, ``top``, ``limit`` and ``count``. Everything else is `Unreadable`, so that a query which only this server
would understand is found out here. A column that is not there is refused as well, in its exact case; a property that is
not there is null, as in Kusto.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from . import kql_values
from .kql_expressions import Expression, Expressions
from .kql_values import Row
from .kql_words import Unreadable

Stage = Callable[[Iterable[Row]], Iterable[Row]]
TABLES = ("resources", "resourcecontainers", "containerserviceeventresources")
COLUMNS = (
    *("id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy", "sku"),
    *("plan", "properties", "tags", "identity", "zones", "extendedLocation"),
)
EXPANDED, MOST_EXPANDED = 128, 400  # rows of one record that mv-expand makes: without `limit`, and at most
MOST_EXPANSIONS = 3  # mv-expand operators in one query


@dataclass
class Query:
    """A query that was understood.

    table: the one that it reads
    columns: those at its end
    limited: whether it says itself how many rows
    tied: whether rows were alike in all that the last order looked at; known after `run`
    """

    table: str = "resources"
    columns: list[str] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    limited: bool = False
    expansions: int = 0
    tied: bool = False

    def run(self, rows: Iterable[Row]) -> list[Row]:
        """All rows that the query has."""
        for stage in self.stages:
            rows = stage(rows)
        return list(rows)


def parse(text: str) -> Query:
    """A query from its text."""
    return Parser(text).query()


class Parser(Expressions):
    """By recursive descent, one method a part of the language."""

    def __init__(self, text: str) -> None:
        super().__init__(text, list(COLUMNS))
        self._query = Query()

    def query(self) -> Query:
        """The table, then one stage a bar."""
        if self._token.text.lower() in TABLES:
            self._query.table = self._kind("name").lower()
        else:
            self._stage()
        while self._token.kind != "end":
            self._want("|")
            self._stage()
        self._query.columns = self.columns
        return self._query

    def _stage(self) -> None:
        word = self._want(
            "where", "project", "project-away", "extend", "mv-expand", "order", "sort", "top", "limit", "take", "count"
        )
        makers: dict[str, Callable[[], Stage]] = {
            "where": self._where,
            "project": self._project,
            "project-away": self._project_away,
            "extend": self._extend,
            "mv-expand": self._mv_expand,
            "top": self._top,
            "count": self._count,
            **dict.fromkeys(("order", "sort"), self._order),
            **dict.fromkeys(("limit", "take"), self._limit),
        }
        self._query.stages.append(makers[word]())

    def _where(self) -> Stage:
        test = self._either()
        return lambda rows: (row for row in rows if test(row) is True)

    def _project(self) -> Stage:
        items: list[tuple[str, Expression]] = self._many(self._item)
        self.columns = [name for name, _ in items]
        return lambda rows: ({name: value(row) for name, value in items} for row in rows)

    def _extend(self) -> Stage:
        items: list[tuple[str, Expression]] = self._many(self._item)
        before = self.columns
        self.columns = list(dict.fromkeys([*before, *(name for name, _ in items)]))
        return lambda rows: (_copy(row, before) | {name: value(row) for name, value in items} for row in rows)

    def _project_away(self) -> Stage:
        gone = set(self._many(self._column))
        self.columns = [name for name in self.columns if name not in gone]
        kept = self.columns
        return lambda rows: ({name: row[name] for name in kept} for row in rows)

    def _mv_expand(self) -> Stage:
        self._query.expansions += 1
        if self._query.expansions > MOST_EXPANSIONS:
            self._fail(f"at most {MOST_EXPANSIONS} mv-expand")
        name, value = self._item()
        limit, token = EXPANDED, self._token
        if self._take("limit"):
            limit = self._integer()
        if not 0 < limit <= MOST_EXPANDED:
            raise Unreadable(token.text, token.position, f"a row limit from 1 to {MOST_EXPANDED}")
        before = self.columns
        self.columns = list(dict.fromkeys([*before, name]))
        return lambda rows: _expanded(rows, before, name, value, limit)

    def _order(self) -> Stage:
        self._want("by")
        keys: list[tuple[Expression, bool]] = self._many(self._key)

        def order(rows: Iterable[Row]) -> list[Row]:
            found, self._query.tied = kql_values.ordered(rows, keys)
            return found

        return order

    def _key(self) -> tuple[Expression, bool]:
        """Descending unless it says otherwise, as in Kusto."""
        value = self._operand()
        return value, self._take("asc", "desc") != "asc"

    def _top(self) -> Stage:
        count = self._integer()
        order = self._order()
        self._query.limited = True
        return lambda rows: list(order(rows))[:count]

    def _limit(self) -> Stage:
        count = self._integer()
        self._query.limited = True
        return lambda rows: list(rows)[:count]

    def _count(self) -> Stage:
        self.columns = ["Count"]
        return lambda rows: [{"Count": len(list(rows))}]


def _copy(row: Row, columns: list[str]) -> Row:
    """A row of one's own; a row whose values are worked out when asked for has no other way to be copied."""
    return {name: row[name] for name in columns}


def _expanded(rows: Iterable[Row], columns: list[str], name: str, value: Expression, limit: int) -> Iterator[Row]:
    """One row an item. Of Kusto's documentation: null gives one row with null, an empty array gives none. What is
    beyond the limit is left out without a word.
    """
    for row in rows:
        copied = _copy(row, columns)
        for item in kql_values.items(value(row))[:limit]:
            yield copied | {name: item}
