"""Judges by Meta's node definitions, one file a node type with its fields and its edges' parameters: Facebook, Instagram."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.contract.calls import Call

# Of every call, so in no definition: https://developers.facebook.com/docs/graph-api/overview and /docs/graph-api/results
GENERAL = {"access_token", "appsecret_proof", "fields", "limit", "after", "before", "since", "until"}
VERSIONED = re.compile(r"/v\d+\.\d+/([^/]+)(?:/([a-z_]+))?")


class Graph:
    """`nodes`: whose definitions a call to an id may mean. `own`: those of an edge whose name several nodes have.

    `more_fields`, `more_parameters` (of an edge): what Meta's pages name and its definitions lack. `unlisted`: paths
    outside of Graph.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        nodes: Sequence[str],
        unlisted: str,
        own: Mapping[str, Sequence[str]] | None = None,
        more_fields: Sequence[str] = (),
        more_parameters: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.folders, self.nodes, self.own = folders, nodes, own or {}
        self.unlisted, self.more_fields = re.compile(unlisted), set(more_fields)
        self.more_parameters = more_parameters or {}

    def faults(self, call: Call) -> list[str]:
        """What the definitions do not know about this call."""
        if self.unlisted.match(call.path):
            return []
        address = VERSIONED.fullmatch(call.path)
        if address is None:
            return [f"{call}: no such path"]
        nodes = ("User", "Page") if address[1] == "me" else self.own.get(address[2] or "", self.nodes)
        known = [one for node in nodes for one in self._calls(node) if _is(one, call.method, address[2])]
        if not known:
            return [f"{call}: no node has this edge"]
        more = self.more_parameters.get(address[2] or "", ())
        return [f"{call}: {fault}" for fault in (*self._parameter_faults(known, more, call), *self._field_faults(call))]

    def _parameter_faults(self, known: Sequence[Mapping[str, Any]], more: Sequence[str], call: Call) -> Iterator[str]:
        parameters = {one["name"]: one for edge in known for one in edge.get("params", ())}
        given = dict(call.values())
        yield from (f"unknown parameter {name}" for name in given if name not in {*parameters, *GENERAL, *more})
        for name, one in parameters.items():
            if name in given and name not in call.files() and not self._fits(one["type"], given[name]):
                yield f"{name} is {given[name][:60]!r}, which is no {one['type']}"
            if one["required"] and name not in given and len(known) == 1:
                yield f"parameter {name} is missing"

    def _field_faults(self, call: Call) -> Iterator[str]:
        fields = dict(call.query).get("fields", "")
        while fields != (flat := re.sub(r"\{[^{}]*\}|\.\w+\([^()]*\)", "", fields)):
            fields = flat
        yield from (f"unknown field {name}" for name in fields.split(",") if name and name not in self._fields)

    def _fits(self, kind: str, text: str) -> bool:
        if listed := re.fullmatch(r"list<(.+)>", kind):
            return self._fits_list(listed[1], text)
        if kind in self._enums:
            # The definitions spell START where all of Meta's guides, and its Postman collection, write start.
            return text.upper() in {value.upper() for value in self._enums[kind]}
        pattern = {"bool": "true|false", "int": r"-?\d+", "unsigned int": r"\d+", "float": r"-?\d+(\.\d+)?"}.get(kind)
        if pattern is None and kind in ("Object", "map", "list"):
            return isinstance(_json(text), list if kind == "list" else dict)
        return pattern is None or re.fullmatch(pattern, text) is not None

    def _fits_list(self, kind: str, text: str) -> bool:
        """A JSON list, or scalars with commas between."""
        found = _json(text)
        if not isinstance(found, list):
            found = None if kind in ("Object", "map") or text.startswith(("[", "{")) else text.split(",")
        return found is not None and all(self._fits(kind, one if isinstance(one, str) else json.dumps(one)) for one in found)

    # -- the definitions -------------------------------------------------------------------------------------------------

    def _calls(self, node: str) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self._definitions[node]["apis"]
        return found

    @cached_property
    def _definitions(self) -> dict[str, Any]:
        names = {*self.nodes, "User", "Page", *(node for nodes in self.own.values() for node in nodes)}
        paths = [path for folder in self.folders for path in folder.glob("*.json") if path.stem in names]
        return {path.stem: json.loads(path.read_text()) for path in paths}

    @cached_property
    def _fields(self) -> set[str]:
        """Fields of all nodes, and their readable edges, which can be asked for like fields."""
        known = {field["name"] for node in self._definitions.values() for field in node["fields"]}
        edges = {
            one.get("endpoint", "") for node in self._definitions.values() for one in node["apis"] if one["method"] == "GET"
        }
        return known | edges | self.more_fields

    @cached_property
    def _enums(self) -> dict[str, Sequence[str]]:
        files = [path for folder in self.folders for path in folder.glob("enum_types.json")]
        return {one["name"]: one["values"] for path in files for one in json.loads(path.read_text())}


def _is(one: Mapping[str, Any], method: str, edge: str | None) -> bool:
    return bool(one["method"] == method and one.get("endpoint") == edge)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
