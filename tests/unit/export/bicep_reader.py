"""Deploys a Bicep file as Bicep and Azure would, from the syntax tree of tree-sitter's grammar of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

from tests.unit.export.functions import Resource, Surroundings, assigned

DEPLOYMENT = "Microsoft.Resources/deployments"
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "$": "$"}


def parse(text: str) -> Node:
    """The root of the tree."""
    return Parser(Language(tree_sitter_bicep.language())).parse(text.encode()).root_node


def faults(node: Node) -> list[str]:
    """What the grammar does not take."""
    here = [str(node)] if node.is_error or node.is_missing else []
    return here + [fault for child in node.children for fault in faults(child)]


@dataclass
class File:
    """A Bicep file with the values of its parameters."""

    root: Node
    around: Surroundings
    given: dict[str, Any] = field(default_factory=dict)
    local: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parameters = {_name(each): each for each in self._all("parameter_declaration")}
        self.variables = {_name(each): each for each in self._all("variable_declaration")}
        self.resources = {_name(each): each for each in self._all("resource_declaration")}

    def _all(self, kind: str) -> list[Node]:
        return [each for each in self.root.children if each.type == kind]

    # -- values

    def value(self, node: Node) -> Any:
        """An expression's value, by the kind of its node."""
        return getattr(self, "_" + node.type)(node)

    def _number(self, node: Node) -> int:
        return int(_text(node))

    def _boolean(self, node: Node) -> bool:
        return _text(node) == "true"

    def _ternary_expression(self, node: Node) -> Any:
        which, yes, no = node.named_children
        return self.value(yes if self.value(which) else no)

    def _array(self, node: Node) -> list[Any]:
        if len(node.named_children) == 1 and node.named_children[0].type == "for_statement":
            return list(self.value(node.named_children[0]))
        return [self.value(each) for each in node.named_children]

    def _object(self, node: Node) -> dict[str, Any]:
        pairs = [each.named_children for each in node.named_children]
        return {_text(key) if key.type == "identifier" else self.value(key): self.value(each) for key, each in pairs}

    def _string(self, node: Node) -> str:
        """Escapes are read here and not taken from the tree, which drops some of them."""
        holes = [each for each in node.named_children if each.type == "interpolation"]
        found, at = "", node.start_byte + 1
        source = self.root.text or b""
        for hole in holes:
            found += _unescaped(source[at : hole.start_byte].decode())  # noqa: E203
            found += str(self.value(hole.named_children[0]))
            at = hole.end_byte
        return found + _unescaped(source[at : node.end_byte - 1].decode())  # noqa: E203

    def _for_statement(self, node: Node) -> list[Any]:
        name, many, body = node.named_children
        return [replace(self, local={**self.local, _text(name): each}).value(body) for each in self.value(many)]

    def _call_expression(self, node: Node) -> Any:
        function, arguments = node.named_children
        return self.around.call(_text(function), *map(self.value, arguments.named_children))

    def _member_expression(self, node: Node) -> Any:
        whole, member = node.named_children
        if whole.type == "identifier" and _text(whole) in self.resources and _text(whole) not in self.local:
            return self._of_resource(_text(whole), _text(member))
        return self.value(whole)[_text(member)]

    def _of_resource(self, symbol: str, member: str) -> Any:
        if member == "properties":
            return self.around.look(self.id_of(symbol))
        return {"id": self.id_of, "name": self._name_of}[member](symbol)

    def _identifier(self, node: Node) -> Any:
        name = _text(node)
        if name in self.local:
            return self.local[name]
        if name in self.variables:
            return self.value(self.variables[name].named_children[-1])
        return self.given[name] if name in self.given else self.value(self.parameters[name].named_children[-1])

    # -- resources

    def _properties(self, symbol: str) -> dict[str, Node]:
        body = next(each for each in self.resources[symbol].named_children if each.type == "object")
        return {_text(each.named_children[0]): each.named_children[1] for each in body.named_children}

    def _type(self, symbol: str) -> list[str]:
        return self.value(self.resources[symbol].named_children[1]).split("@")

    def _name_of(self, symbol: str) -> str:
        return self.value(self._properties(symbol)["name"])

    def id_of(self, symbol: str) -> str:
        properties, (kind, _) = self._properties(symbol), self._type(symbol)
        if kind == "Microsoft.Authorization/roleAssignments":
            return assigned(self.id_of(_text(properties["scope"])), self._name_of(symbol))
        if "parent" in properties:
            return f"{self.id_of(_text(properties['parent']))}/{kind.rpartition('/')[2]}/{self._name_of(symbol)}"
        scope = self._scope(properties)
        return self.around.resource_id(*scope, kind, self._name_of(symbol))

    def _scope(self, properties: dict[str, Node]) -> list[str]:
        """The resource group, of `scope: resourceGroup(name)`."""
        if "scope" not in properties:
            return []
        function, arguments = properties["scope"].named_children
        assert _text(function) == "resourceGroup"
        return [self.value(arguments.named_children[0])]

    def exists(self, symbol: str) -> bool:
        return any(_text(each) == "existing" for each in self.resources[symbol].children)

    def needs(self, symbol: str) -> set[str]:
        """The resources that are made first: those that are named, and through those that exist already."""
        found = {each for each in identifiers(self.resources[symbol]) if each in self.resources} - {symbol}
        through = {deeper for each in found if self.exists(each) for deeper in self.needs(each)}
        return {each for each in found | through if not self.exists(each)}

    def deploy(self) -> Iterator[Resource]:
        """The resources in order, each evaluated when its turn comes."""
        waiting, done = [each for each in self.resources if not self.exists(each)], set[str]()
        while waiting:
            symbol = next(each for each in waiting if self.needs(each) <= done)
            waiting.remove(symbol)
            done.add(symbol)
            kind, version = self._type(symbol)
            if kind == DEPLOYMENT:
                yield from self._nested(symbol)
            else:
                yield self._resource(symbol, kind, version)

    def _resource(self, symbol: str, kind: str, version: str) -> Resource:
        properties = self._properties(symbol)
        body = {key: self.value(properties[key]) for key in ("location", "identity", "properties") if key in properties}
        after = {self.id_of(each) for each in self.needs(symbol) if self._type(each)[0] != DEPLOYMENT}
        resource = self.id_of(symbol)
        name = self._name_of(symbol)
        if "parent" in properties:
            name = f"{self._name_of(_text(properties['parent']))}/{name}"
        once = _decorated(self.resources[symbol], "onlyIfNotExists")
        return Resource(kind, version, name, resource, body, once, frozenset(after))

    def _nested(self, symbol: str) -> Iterator[Resource]:
        """Evaluated from outside, which is the default of a nested deployment. Not for language version 2.0."""
        assert not any(_decorated(each, "onlyIfNotExists") for each in self.resources.values())
        properties = self._properties(symbol)
        group = self.value(properties["resourceGroup"])
        around = replace(self.around, group=group)
        for each in self.value(properties["properties"])["template"]["resources"]:
            if not each.get("condition", True):
                continue
            scope = each.get("scope")
            found = (
                assigned(scope, each["name"]) if scope else around.resource_id(each["type"], *each["name"].split("/"))
            )
            body = {key: each[key] for key in ("location", "identity", "properties") if key in each}
            after = frozenset(each.get("dependsOn", []))
            yield Resource(each["type"], each["apiVersion"], each["name"], found, body, False, after)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _name(declaration: Node) -> str:
    return _text(next(each for each in declaration.named_children if each.type == "identifier"))


def _decorated(resource: Node, decorator: str) -> bool:
    before = resource.prev_named_sibling
    return before is not None and before.type == "decorators" and f"@{decorator}()" in _text(before)


def identifiers(node: Node) -> set[str]:
    """Every identifier that is used and not a key."""
    if node.type == "identifier":
        return {_text(node)}
    children = node.named_children
    if node.type == "object_property" and children[0].type == "identifier":
        children = children[1:]
    return {name for child in children for name in identifiers(child)}


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _SIMPLE[found[2]], text)


def undeclared(file: File) -> set[str]:
    """Identifiers that nothing declares, functions and loop variables aside."""
    functions = {_text(each.named_children[0]) for each in _walk(file.root) if each.type == "call_expression"}
    loops = {_text(each.named_children[0]) for each in _walk(file.root) if each.type == "for_statement"}
    used = {
        name
        for each in file.root.children
        if each.type in ("parameter_declaration", "variable_declaration", "resource_declaration", "output_declaration")
        for name in identifiers(each)
    }
    declared = {*file.parameters, *file.variables, *file.resources}
    outputs = {_name(each) for each in file._all("output_declaration")}
    return used - declared - functions - loops - outputs


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)
