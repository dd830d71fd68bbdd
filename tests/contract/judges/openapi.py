"""Judges by an OpenAPI document: X, Pinterest, Mastodon.

The package openapi-core lets unknown parameters and keys pass, which are just what is looked for, so this is done here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.contract.calls import Call, Part
from tests.contract.judges.schema import Schema, Schemas, typed

Operation = tuple[Mapping[str, Any], Mapping[str, Any], dict[str, str]]  # of the path, of the method, path values


class OpenAPI:
    """`unlisted`: a pattern of paths that the document leaves out though they exist (logging in).

    `overruled`: a pattern of faults in which the network's own pages contradict the document.
    `form_as_json`: the network takes a form wherever its document says JSON.
    """

    def __init__(self, document: Path, unlisted: str = "", overruled: str = "", form_as_json: bool = False) -> None:
        self.document, self.form_as_json = document, form_as_json
        self.overruled = re.compile(overruled) if overruled else None
        self.unlisted = re.compile(unlisted) if unlisted else None

    @cached_property
    def api(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.document.read_text())
        return found

    @cached_property
    def schemas(self) -> Schemas:
        return Schemas(self._lookup)

    def faults(self, call: Call) -> list[str]:
        """What the document does not know about this call."""
        if self.unlisted and self.unlisted.match(call.path):
            return []
        found = self._operation(call)
        if found is None:
            return [f"{call}: no such path"]
        path, operation, inside = found
        if not operation:
            return [f"{call}: the path does not take this method"]
        parameters = [self._resolved(one) for one in (*path.get("parameters", ()), *operation.get("parameters", ()))]
        told = [*self._path_faults(parameters, inside), *self._query_faults(parameters, call)]
        told += self._body_faults(operation, call)
        return [f"{call}: {fault}" for fault in told if not (self.overruled and self.overruled.search(fault))]

    # -- the path --------------------------------------------------------------------------------------------------------

    def _operation(self, call: Call) -> Operation | None:
        fits = [(path, match) for path, pattern in self._patterns if (match := pattern.fullmatch(call.path))]
        for path, match in fits:
            known = self.api["paths"][path]
            if call.method.lower() in known:
                return known, known[call.method.lower()], {name: unquote(text) for name, text in _named(path, match)}
        return ({}, {}, {}) if fits else None

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """Literal paths before those with a name in them, as OpenAPI has it."""
        base = urlsplit(self.api["servers"][0]["url"].replace("{hostname}", "host")).path.rstrip("/")
        paths = sorted(self.api["paths"], key=lambda path: path.count("{"))
        return [(path, re.compile(re.escape(base) + re.sub(r"\\{[^}]+\\}", "([^/]+)", re.escape(path)))) for path in paths]

    # -- parameters ------------------------------------------------------------------------------------------------------

    def _path_faults(self, parameters: list[Schema], inside: Mapping[str, str]) -> Iterator[str]:
        for one in parameters:
            if one["in"] == "path" and one["name"] in inside:
                yield from self.schemas.faults(self._schema(one), self._typed(inside[one["name"]], one), one["name"])

    def _query_faults(self, parameters: list[Schema], call: Call) -> Iterator[str]:
        known = {one["name"].removesuffix("[]"): one for one in parameters if one["in"] == "query"}
        given: dict[str, list[str]] = {}
        for name, text in call.query:
            given.setdefault(name.removesuffix("[]"), []).append(text)
        yield from (f"unknown parameter {name}" for name in given if name not in known)
        yield from (f"parameter {name} is missing" for name, one in known.items() if one.get("required") and name not in given)
        for name in given.keys() & known.keys():
            yield from self.schemas.faults(self._schema(known[name]), self._value(given[name], known[name]), name)

    def _value(self, texts: list[str], parameter: Schema) -> Any:
        schema = self.schemas.resolved(self._schema(parameter))
        if schema.get("type") != "array":
            return typed(texts[0], schema)
        parted = [part for text in texts for part in (text.split(",") if parameter.get("explode") is False else [text])]
        return [typed(part, self.schemas.resolved(schema["items"])) for part in parted]

    def _typed(self, text: str, parameter: Schema) -> Any:
        return typed(text, self.schemas.resolved(self._schema(parameter)))

    # -- the body --------------------------------------------------------------------------------------------------------

    def _body_faults(self, operation: Schema, call: Call) -> Iterator[str]:
        body = self._resolved(operation.get("requestBody", {}))
        content = body.get("content", {})
        if call.kind == "none" or (call.kind == "json" and not content and call.body in ({}, None)):
            if body.get("required"):
                yield "the body is missing"
            return
        schema = self._body_schema(content, call)
        if schema is None:
            yield f"a body of kind {call.headers.get('content-type', call.kind)}, known are: {', '.join(content) or 'none'}"
        elif call.kind == "json":
            yield from self.schemas.faults(schema, call.body, "body")
        elif call.kind in ("form", "multipart"):
            yield from self.schemas.faults(schema, self._object(call, schema), "body")

    def _body_schema(self, content: Schema, call: Call) -> Schema | None:
        mime_type = call.headers.get("content-type", "").partition(";")[0]
        if mime_type not in content and self.form_as_json and call.kind in ("form", "multipart"):
            mime_type = "application/json"
        found: Schema | None = content[mime_type].get("schema", {}) if mime_type in content else None
        return found

    def _object(self, call: Call, schema: Schema) -> dict[str, Any]:
        """The object that a form spells: `name`, `name[]` for lists, `name[key]` for objects."""
        made: dict[str, Any] = {}
        for name, value in _pairs(call):
            first, keys = name.partition("[")[0], re.findall(r"\[([^]]*)\]", name)
            _put(made, [first, *keys], value, self)
        return {name: self._spelled(value, self._property(schema, name)) for name, value in made.items()}

    def _property(self, schema: Schema, name: str) -> Schema:
        schema = self.schemas.resolved(schema)
        if name in (known := schema.get("properties", {})):
            return self.schemas.resolved(known[name])
        for word in ("allOf", "anyOf", "oneOf"):
            for one in schema.get(word, ()):
                if found := self._property(one, name):
                    return found
        return {}

    def _spelled(self, value: Any, schema: Schema) -> Any:
        if isinstance(value, dict):
            return {name: self._spelled(one, self._property(schema, name)) for name, one in value.items()}
        if isinstance(value, list):
            return [self._spelled(one, self.schemas.resolved(schema.get("items", {}))) for one in value]
        choices = [self.schemas.resolved(one) for word in ("anyOf", "oneOf") for one in schema.get(word, ())]
        fitting = [made for one in choices if not self.schemas.faults(one, made := typed(value, one), "")]
        return fitting[0] if fitting else typed(value, schema)

    # -- references ------------------------------------------------------------------------------------------------------

    def _schema(self, parameter: Schema) -> Schema:
        found: Schema = parameter.get("schema", {})
        return found

    def _resolved(self, one: Schema) -> Schema:
        return self._lookup(one["$ref"]) if "$ref" in one else one

    def _lookup(self, reference: str) -> Schema:
        found: Any = self.api
        for step in reference.removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        return dict(found)


def _named(path: str, match: re.Match[str]) -> Iterator[tuple[str, str]]:
    return zip(re.findall(r"\{([^}]+)\}", path), match.groups(), strict=True)


def _pairs(call: Call) -> Iterator[tuple[str, str]]:
    for one in call.body:
        if isinstance(one, Part):
            yield one.name, f"file {one.filename}" if one.filename else one.content.decode()
        else:
            yield one


def _put(made: dict[str, Any], keys: list[str], value: str, judge: OpenAPI) -> None:
    first, rest = keys[0], keys[1:]
    if not rest:
        made[first] = value
    elif rest[0] == "":
        made.setdefault(first, []).append(value)
    else:
        _put(made.setdefault(first, {}), rest, value, judge)
