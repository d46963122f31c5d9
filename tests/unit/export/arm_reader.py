"""Deploys an ARM template as Azure Resource Manager would: its language version 2.0, as far as the exports go."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.unit.export.functions import Resource, Surroundings, assigned

DEPLOYMENT = "Microsoft.Resources/deployments"
_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(\d+)|([A-Za-z_]\w*)|([()\[\],.]))")


@dataclass
class Template:
    """A template with the values of its parameters."""

    document: Mapping[str, Any]
    around: Surroundings
    given: Mapping[str, Any]
    index: int = -1

    def __post_init__(self) -> None:
        assert self.document["languageVersion"] == "2.0"
        assert set(self.given) <= set(self.document["parameters"])

    # -- values

    def value(self, thing: Any) -> Any:
        """A value with every expression in it evaluated; an expression stands in brackets, [[ is a bracket."""
        if isinstance(thing, str):
            if not (thing.startswith("[") and thing.endswith("]")):
                return thing
            return thing[1:] if thing.startswith("[[") else _Expression(self, thing[1:-1]).read()
        if isinstance(thing, list):
            return [self.value(each) for each in thing]
        if isinstance(thing, dict):
            found = {self.value(key): self.value(each) for key, each in thing.items() if key != "copy"}
            for copy in thing.get("copy", []):
                found[copy["name"]] = [
                    replace(self, index=number).value(copy["input"]) for number in range(self.value(copy["count"]))
                ]
            return found
        return thing

    def parameter(self, name: str) -> Any:
        return self.given[name] if name in self.given else self.value(self.document["parameters"][name]["defaultValue"])

    def call(self, name: str, given: list[Any]) -> Any:
        if name == "parameters":
            return self.parameter(given[0])
        if name == "variables":
            return self.value(self.document["variables"][given[0]])
        if name == "copyIndex":
            return self.index
        if name == "reference":
            return self.around.look(self.id_of(given[0]))
        return self.around.call(name, *given)

    # -- resources

    def id_of(self, symbol: str) -> str:
        resource = self.document["resources"][symbol]
        name = self.value(resource["name"])
        if "scope" in resource:
            return assigned(self.value(resource["scope"]), name)
        return self.around.resource_id(resource["type"], *name.split("/"))

    def order(self) -> list[str]:
        """The symbols, each after those it depends on: said, or referred to."""
        resources, done = self.document["resources"], list[str]()
        while len(done) < len(resources):
            ready = [each for each in resources if each not in done and self._needs(each) <= set(done)]
            assert ready, "the resources wait for each other"
            done += ready[:1]
        return done

    def _needs(self, symbol: str) -> set[str]:
        resource = self.document["resources"][symbol]
        said = set(resource.get("dependsOn", []))
        referred = set(re.findall(r"reference\('(\w+)'\)", str(resource)))
        assert said | referred <= set(self.document["resources"]), "an unknown resource"
        assert referred <= said or resource["type"] == DEPLOYMENT or "identity" in said
        return said | referred

    def deploy(self) -> Iterator[Resource]:
        """The resources in order, each evaluated when its turn comes; nested deployments are unfolded."""
        for symbol in self.order():
            resource = self.document["resources"][symbol]
            if resource["type"] == DEPLOYMENT:
                yield from self._nested(resource).deploy()
                continue
            body = {key: self.value(resource[key]) for key in ("location", "identity", "properties") if key in resource}
            after = frozenset(
                self.id_of(each)
                for each in self._needs(symbol)
                if self.document["resources"][each]["type"] != DEPLOYMENT
            )
            yield Resource(
                resource["type"],
                resource["apiVersion"],
                self.value(resource["name"]),
                self.id_of(symbol),
                body,
                resource.get("@options") == {"onlyIfNotExists": []},
                after,
            )

    def _nested(self, resource: Mapping[str, Any]) -> "Template":
        """Evaluated within: it sees its own parameters alone."""
        properties = resource["properties"]
        assert properties["expressionEvaluationOptions"] == {"scope": "inner"}
        assert set(properties["parameters"]) == set(properties["template"]["parameters"])
        group = self.value(resource["resourceGroup"])
        values = {name: self.value(each["value"]) for name, each in properties["parameters"].items()}
        return Template(properties["template"], replace(self.around, group=group), values)


class _Expression:
    """One expression, read from left to right."""

    def __init__(self, template: Template, text: str) -> None:
        self.template = template
        self.tokens = [found.groups() for found in _TOKEN.finditer(text)]
        assert "".join(found[0] for found in _TOKEN.finditer(text)) == text, f"not an expression: {text}"

    def read(self) -> Any:
        found = self._term()
        assert not self.tokens, "more than an expression"
        return found

    def _term(self) -> Any:
        text, number, word, sign = self.tokens.pop(0)
        if text is not None:
            return text.replace("''", "'")
        if number is not None:
            return int(number)
        assert word, sign
        self._expect("(")
        given = []
        while not self._at(")"):
            given.append(self._term())
            if not self._at(")"):
                self._expect(",")
        self._expect(")")
        return self._members(self.template.call(word, given))

    def _members(self, found: Any) -> Any:
        while self._at(".") or self._at("["):
            if self.tokens.pop(0)[3] == ".":
                found = found[self.tokens.pop(0)[2]]
            else:
                found = found[self._term()]
                self._expect("]")
        return found

    def _at(self, sign: str) -> bool:
        return bool(self.tokens) and self.tokens[0][3] == sign

    def _expect(self, sign: str) -> None:
        assert self.tokens.pop(0)[3] == sign
