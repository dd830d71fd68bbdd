"""Judges by the lexicons of the AT Protocol: Bluesky. https://atproto.com/specs/lexicon"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.calls import Call
from tests.contract.judges.schema import Schema, Schemas, formats, typed

DID = r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]"
HANDLE = r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
NSID = r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)*\.[a-zA-Z][a-zA-Z0-9]*"
RECORD_KEY = r"(?!\.\.?$)[A-Za-z0-9._:~-]{1,512}"
PATTERNS = {  # https://atproto.com/specs/lexicon#string-formats
    "did": DID,
    "handle": HANDLE,
    "at-identifier": f"{DID}|{HANDLE}",
    "nsid": NSID,
    "record-key": RECORD_KEY,
    "tid": "[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}",
    "at-uri": f"at://({DID}|{HANDLE})(/{NSID}(/{RECORD_KEY.replace('$', '(?:$)')})?)?",
    "cid": "[A-Za-z0-9+]{8,256}",
    "uri": r"[a-z][a-z.-]{0,80}:\S+",
    "language": r"(i|[a-z]{2,3})(-[A-Za-z0-9]+)*",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,20})?(Z|[+-]\d\d:\d\d)",
}
KEYS = {"tid": PATTERNS["tid"], "any": RECORD_KEY}
WRITES = {"com.atproto.repo.createRecord", "com.atproto.repo.putRecord"}
BLOB: Mapping[str, Any] = {
    "$type": {"const": "blob"},
    "mimeType": {"type": "string"},
    "size": {"type": "integer", "minimum": 1},
}
RENAMED = {"maxLength": "maxBytes"}
COPIED = ("enum", "const", "minimum", "maximum", "format", "maxGraphemes")


def _register(name: str, pattern: str) -> None:
    def fits(value: object) -> bool:
        right = not isinstance(value, str) or re.fullmatch(pattern, value) is not None
        return right and (name != "datetime" or not isinstance(value, str) or bool(datetime.fromisoformat(value)))

    formats.checks(name, raises=ValueError)(fits)


for _name, _pattern in PATTERNS.items():
    _register(_name, _pattern)


class Lexicons:
    """The folder has one file for each NSID: `app/bsky/feed/post.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.schemas = Schemas(self._lookup)
        self._document = cache(self._read)

    def faults(self, call: Call) -> list[str]:
        """What the lexicons do not know about this call."""
        nsid = call.path.removeprefix("/xrpc/")
        main = self._document(nsid).get("defs", {}).get("main", {}) if call.path.startswith("/xrpc/") else {}
        if main.get("type") not in ("query", "procedure"):
            return [f"{call}: no such method"]
        if call.method != {"query": "GET", "procedure": "POST"}[main["type"]]:
            return [f"{call}: it is a {main['type']}"]
        told = (*self._query_faults(nsid, main, call), *self._body_faults(nsid, main, call))
        return [f"{call}: {fault}" for fault in told]

    def _query_faults(self, nsid: str, main: Schema, call: Call) -> Iterator[str]:
        schema = _schema(nsid, {**main.get("parameters", {}), "type": "object"})
        given: dict[str, Any] = {}
        for name, text in call.query:
            one = schema.get("properties", {}).get(name, {})
            if one.get("type") == "array":
                given.setdefault(name, []).append(typed(text, one.get("items", {})))
            else:
                given[name] = typed(text, one)
        yield from self.schemas.faults({**schema, "properties": schema.get("properties", {"": {}})}, given, "query")

    def _body_faults(self, nsid: str, main: Schema, call: Call) -> Iterator[str]:
        wanted = main.get("input", {})
        if call.kind == "none" or not wanted:
            if bool(wanted) != (call.kind != "none"):
                yield "the body is missing" if wanted else "a body that is not asked for"
            return
        mime_type = call.headers.get("content-type", "").partition(";")[0]
        if not re.fullmatch(wanted["encoding"].replace("*", ".+"), mime_type):
            yield f"a body of {mime_type}, known is {wanted['encoding']}"
        elif call.kind == "json":
            yield from self.schemas.faults(_schema(nsid, wanted["schema"]), call.body, "body")
            yield from self._record_faults(nsid, call.body)

    def _record_faults(self, nsid: str, body: Any) -> Iterator[str]:
        """Records are 'unknown' in the lexicon of the call: their collection says what they are."""
        if nsid in WRITES:
            yield from self._one_record(body.get("collection", ""), body.get("rkey", ""), body.get("record", {}))
        for write in body.get("writes", ()) if nsid == "com.atproto.repo.applyWrites" else ():
            if "value" in write:
                yield from self._one_record(write.get("collection", ""), write.get("rkey", ""), write["value"])

    def _one_record(self, collection: str, rkey: str, record: Mapping[str, Any]) -> Iterator[str]:
        main = self._document(collection).get("defs", {}).get("main", {})
        if main.get("type") != "record":
            yield f"no collection {collection!r}"
            return
        key = main["key"]
        if rkey and not re.fullmatch(key.removeprefix("literal:") if ":" in key else KEYS[key], rkey):
            yield f"the record key {rkey!r} is no {key}"
        if record.get("$type") != collection:
            yield f"record: $type is {record.get('$type')!r}, not {collection!r}"
        yield from self.schemas.faults(_schema(collection, main["record"]), record, "record")

    def _lookup(self, reference: str) -> Schema:
        nsid, _, name = reference.partition("#")
        return _schema(nsid, self._document(nsid)["defs"][name])

    def _read(self, nsid: str) -> Mapping[str, Any]:
        path = self.folder.joinpath(*nsid.split(".")).with_suffix(".json") if re.fullmatch(NSID, nsid) else Path()
        found: Mapping[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
        return found


# -- a lexicon's schema as JSON Schema ---------------------------------------------------------------------------------------


def _schema(nsid: str, one: Mapping[str, Any]) -> dict[str, Any]:
    kind = one.get("type")
    if kind in ("object", "record"):
        return _object(nsid, one.get("record", one))
    if kind == "array":
        sizes = {f"{size}Items": one[f"{size}Length"] for size in ("min", "max") if f"{size}Length" in one}
        return {"type": "array", "items": _schema(nsid, one["items"]), **sizes}
    if kind == "ref":
        return {"$ref": _full(nsid, one["ref"])}
    if kind == "union":
        return {"anyOf": [_member(_full(nsid, name)) for name in one["refs"]]}
    if kind == "blob":
        return _blob(one)
    if kind == "unknown":
        return {"type": "object"}
    plain = {RENAMED.get(name, name): one[name] for name in (*COPIED, "maxLength") if name in one}
    return {"type": "string" if kind in ("token", "bytes", "cid-link") else kind, **plain}


def _object(nsid: str, one: Mapping[str, Any]) -> dict[str, Any]:
    loose = one.get("nullable", ())
    properties = {name: _schema(nsid, of) for name, of in one.get("properties", {}).items()}
    properties |= {name: {"anyOf": [{"type": "null"}, properties[name]]} for name in loose}
    return {"type": "object", "properties": {"$type": {"type": "string"}, **properties}, "required": one.get("required", [])}


def _member(reference: str) -> dict[str, Any]:
    """What a union takes says which it is, by its NSID without `#main`."""
    const = {"$type": {"const": reference.removesuffix("#main")}}
    return {"allOf": [{"$ref": reference}, {"type": "object"}], "properties": const, "required": ["$type"]}


def _blob(one: Mapping[str, Any]) -> dict[str, Any]:
    """As uploadBlob gives it. https://atproto.com/specs/data-model#blob-type"""
    accepted = "|".join(re.escape(mime).replace(r"\*", ".+") for mime in one.get("accept", ("*/*",)))
    properties: dict[str, Any] = {**BLOB, "ref": {"type": "object"}}
    properties["mimeType"] = {"type": "string", "pattern": f"^({accepted})$"}
    properties["size"] = {**BLOB["size"], "maximum": one.get("maxSize", 2**62)}
    return {"type": "object", "properties": properties, "required": ["$type", "ref", "mimeType", "size"]}


def _full(nsid: str, name: str) -> str:
    """`#image` of this document, `app.bsky.embed.images` or `app.bsky.embed.defs#aspectRatio`."""
    whole = f"{nsid}{name}" if name.startswith("#") else name
    return whole if "#" in whole else f"{whole}#main"
