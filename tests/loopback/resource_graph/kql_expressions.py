"""Expressions of the query language: conditions, comparisons, functions, and the way into a property."""

from __future__ import annotations

from collections.abc import Callable

from . import kql_values
from .kql_values import Row, Value
from .kql_words import Unreadable, Words

Expression = Callable[[Row], Value]


class Expressions(Words):
    """Made of functions from a row to a value; `columns` are those that a row has at this point of the query."""

    def __init__(self, text: str, columns: list[str]) -> None:
        super().__init__(text)
        self.columns = columns

    def _item(self) -> tuple[str, Expression]:
        """``name = expression``, or a path, whose column is then named with ``_`` for each dot."""
        ahead = self._ahead
        if self._token.kind == "name" and ahead.text == "=":
            name = self._kind("name")
            self._want("=")
            return name, self._either()
        start = self._token
        if ahead.text == "(" or start.kind != "name":
            self._fail("a name for the column")
        steps = self._steps()
        return "_".join(map(str, steps)), kql_values.path(steps)

    def _either(self) -> Expression:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) is True for part in parts)

    def _both(self) -> Expression:
        parts = [self._comparison()]
        while self._take("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) is True for part in parts)

    def _comparison(self) -> Expression:
        left = self._operand()
        sign = self._take(*kql_values.COMPARISONS)
        if sign:
            compare, right = kql_values.COMPARISONS[sign], self._operand()
            return lambda row: compare(left(row), right(row))
        sign = self._take("in", "in~", "!in", "!in~")
        if not sign:
            return left
        self._want("(")
        members: list[Expression] = self._many(self._operand)
        self._want(")")
        equal = kql_values.COMPARISONS["=~" if sign.endswith("~") else "=="]
        wanted = not sign.startswith("!")
        return lambda row: any(equal(left(row), member(row)) for member in members) is wanted

    def _operand(self) -> Expression:
        token = self._token
        if token.kind in ("string", "number"):
            self._next += 1
            constant = kql_values.literal(token.text)
            return lambda row: constant
        if self._take("("):
            inner = self._either()
            self._want(")")
            return inner
        if self._take("true", "false"):
            return lambda row: token.text == "true"
        if token.kind == "name" and self._ahead.text == "(":
            return self._call()
        return kql_values.path(self._steps())

    def _call(self) -> Expression:
        name = self._token.text
        if name == "not":
            self._next += 1
            self._want("(")
            inner = self._either()
            self._want(")")
            return lambda row: inner(row) is not True
        function = kql_values.FUNCTIONS.get(name)
        if function is None:
            self._fail("a known function")
        self._next += 1
        self._want("(")
        arguments: list[Expression] = [] if self._token.text == ")" else self._many(self._either)
        self._want(")")
        least, most, apply = kql_values.FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            self._fail(f"{name} with {least} to {most} arguments before this")
        return lambda row: apply(*[argument(row) for argument in arguments])

    def _column(self) -> str:
        token = self._token
        name = self._kind("name")
        if name not in self.columns:
            raise Unreadable(token.text, token.position, "a column that is there")
        return name

    def _steps(self) -> list[str | int]:
        """A column, and the way into its value: ``.name``, ``['name']``, ``[0]``."""
        steps: list[str | int] = [self._column()]
        while sign := self._take(".", "["):
            if sign == "." and not self._take("["):
                steps.append(self._kind("name"))
                continue
            steps.append(self._integer() if self._token.kind == "number" else str(self._literal()))
            self._want("]")
        return steps

    def _literal(self) -> Value:
        return kql_values.literal(self._kind("string"))
