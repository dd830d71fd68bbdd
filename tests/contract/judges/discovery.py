"""Judges by a Google discovery document: YouTube."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.contract.calls import Call
from tests.contract.judges.schema import Schema, Schemas, typed

IN_SESSION = "upload_id"  # what Google adds to the address of an upload session


class Discovery:
    """`unlisted`: a pattern of paths outside of this API (logging in)."""

    def __init__(self, document: Path, unlisted: str) -> None:
        self.document, self.unlisted = document, re.compile(unlisted)

    @cached_property
    def api(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.document.read_text())
        return found

    @cached_property
    def schemas(self) -> Schemas:
        return Schemas(lambda name: self.api["schemas"][name])

    def faults(self, call: Call) -> list[str]:
        """What the document does not know about this call."""
        if self.unlisted.match(call.path):
            return []
        if IN_SESSION in dict(call.query):
            known = any(path == call.path for _, path, _ in self._addresses)
            return [] if known and call.method in ("PUT", "DELETE") else [f"{call}: no upload session"]
        fits = [one for one in self._addresses if one[1] == call.path]
        method = next((one for verb, _, one in fits if verb == call.method), None)
        if method is None:
            return [f"{call}: {'the path does not take this method' if fits else 'no such path'}"]
        return [f"{call}: {fault}" for fault in (*self._query_faults(method, call), *self._body_faults(method, call))]

    @cached_property
    def _addresses(self) -> list[tuple[str, str, Schema]]:
        """Verb, path, method; none of the methods used has a name in its path."""
        found = []
        for method in _methods(self.api):
            uploads = method.get("mediaUpload", {}).get("protocols", {}).values()
            for path in (method["path"], *(one["path"] for one in uploads)):
                found.append((method["httpMethod"], f"/{path.lstrip('/')}", method))
        return found

    def _query_faults(self, method: Schema, call: Call) -> Iterator[str]:
        known = {**self.api["parameters"], **method.get("parameters", {})}
        given = [name for name, _ in call.query]
        yield from (f"unknown parameter {name}" for name in given if name not in known)
        yield from (f"parameter {name} is missing" for name, one in known.items() if one.get("required") and name not in given)
        for name, text in call.query:
            one = known.get(name, {})
            for value in text.split(",") if one.get("repeated") else [text]:
                plain = {word: one[word] for word in one if word not in ("required", "default")}
                yield from self.schemas.faults(plain, typed(value, plain), name)
        parts = self._parts(method)
        if parts and (strange := set(dict(call.query).get("part", "").split(",")) - parts - {""}):
            yield f"unknown part {', '.join(sorted(strange))}"

    def _parts(self, method: Schema) -> set[str]:
        """What `part` may name: the properties of the resource."""
        resource = self.schemas.resolved(method.get("response", {}))
        items = resource.get("properties", {}).get("items", {})
        return set(self.schemas.resolved(items.get("items", {})).get("properties", resource.get("properties", {})))

    def _body_faults(self, method: Schema, call: Call) -> Iterator[str]:
        if call.kind == "json" and "request" in method:
            yield from self.schemas.faults(method["request"], call.body, "body")
        elif call.kind == "none" and "request" in method:
            yield "the body is missing"
        elif (call.kind == "bytes" and "mediaUpload" not in method) or call.kind in ("form", "multipart"):
            yield f"a body of kind {call.kind}"
        elif call.kind == "json":
            yield "a body that is not asked for"


def _methods(place: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from place.get("methods", {}).values()
    for resource in place.get("resources", {}).values():
        yield from _methods(resource)
