"""Which records the server takes: the lexicons of posts and their gates, and the sentences it refuses others with.
https://atproto.com/specs/lexicon"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.bluesky import text
from sandbox.bluesky.calls import invalid

Schema = dict[str, Any]
POST, THREADGATE, POSTGATE = "app.bsky.feed.post", "app.bsky.feed.threadgate", "app.bsky.feed.postgate"
LIKE, BLOCK = "app.bsky.feed.like", "app.bsky.graph.block"


def obj(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def string(form: str = "", most: int = 0, graphemes: int = 0) -> Schema:
    return {"type": "string", "format": form, "maxLength": most, "maxGraphemes": graphemes}


def array(items: Schema, most: int = 0) -> Schema:
    return {"type": "array", "items": items, "maxLength": most}


def union(**refs: Schema) -> Schema:
    """Open: what has an unknown $type is taken as it is. Names have their dots and hashes written as in the lexicon."""
    return {"type": "union", "refs": refs}


def blob(accept: str, most: int) -> Schema:
    return {"type": "blob", "accept": accept, "maxSize": most}


WHOLE: Schema = {"type": "integer", "minimum": 0}
POSITIVE: Schema = {"type": "integer", "minimum": 1}
EMPTY = obj({})
STRONG_REF = obj({"uri": string("at-uri"), "cid": string("cid")})
RATIO = obj({"width": POSITIVE, "height": POSITIVE})
IMAGE = blob("image/", 2_000_000)

FACET = obj(
    {
        "index": obj({"byteStart": WHOLE, "byteEnd": WHOLE}),
        "features": array(
            union(
                **{
                    "app.bsky.richtext.facet#mention": obj({"did": string("did")}),
                    "app.bsky.richtext.facet#link": obj({"uri": string("uri")}),
                    "app.bsky.richtext.facet#tag": obj({"tag": string(most=640, graphemes=64)}),
                }
            )
        ),
    }
)
IMAGES = obj({"images": array(obj({"image": IMAGE, "alt": string()}, {"aspectRatio": RATIO}), 4)})
GALLERY_IMAGE = obj({"image": IMAGE, "alt": string(), "aspectRatio": RATIO})
GALLERY = obj({"items": array(union(**{"app.bsky.embed.gallery#image": GALLERY_IMAGE}), 20)})
CAPTION = obj({"lang": string("language"), "file": blob("text/vtt", 20_000)})
VIDEO = obj(
    {"video": blob("video/mp4", 300_000_000)},
    {"captions": array(CAPTION, 20), "alt": string(), "aspectRatio": RATIO, "presentation": string()},
)
CARD = obj({"uri": string("uri"), "title": string(), "description": string()}, {"thumb": blob("image/", 1_000_000)})
MEDIA = {
    "app.bsky.embed.images": IMAGES,
    "app.bsky.embed.gallery": GALLERY,
    "app.bsky.embed.video": VIDEO,
    "app.bsky.embed.external": obj({"external": CARD}),
}
QUOTE = obj({"record": STRONG_REF})
QUOTE_WITH_MEDIA = obj({"record": QUOTE, "media": union(**MEDIA)})
LABELS = obj({"values": array(obj({"val": string(most=128)}), 10)})

RECORDS: dict[str, Schema] = {
    POST: obj(
        {"text": string(most=3000, graphemes=300), "createdAt": string("datetime")},
        {
            "facets": array(FACET),
            "reply": obj({"root": STRONG_REF, "parent": STRONG_REF}),
            "embed": union(
                **MEDIA, **{"app.bsky.embed.record": QUOTE, "app.bsky.embed.recordWithMedia": QUOTE_WITH_MEDIA}
            ),
            "langs": array(string("language"), 3),
            "labels": union(**{"com.atproto.label.defs#selfLabels": LABELS}),
            "tags": array(string(most=640, graphemes=64), 8),
        },
    ),
    THREADGATE: obj(
        {"post": string("at-uri"), "createdAt": string("datetime")},
        {
            "allow": array(
                union(
                    **{
                        f"{THREADGATE}#mentionRule": EMPTY,
                        f"{THREADGATE}#followerRule": EMPTY,
                        f"{THREADGATE}#followingRule": EMPTY,
                        f"{THREADGATE}#listRule": obj({"list": string("at-uri")}),
                    }
                ),
                5,
            ),
            "hiddenReplies": array(string("at-uri"), 300),
        },
    ),
    POSTGATE: obj(
        {"post": string("at-uri"), "createdAt": string("datetime")},
        {
            "detachedEmbeddingUris": array(string("at-uri"), 50),
            "embeddingRules": array(union(**{f"{POSTGATE}#disableRule": EMPTY}), 5),
        },
    ),
    LIKE: obj({"subject": STRONG_REF, "createdAt": string("datetime")}),
    BLOCK: obj({"subject": string("did"), "createdAt": string("datetime")}),
}  # fmt: skip

FORMATS: dict[str, Callable[[str], Any]] = {
    "at-uri": text.AT_URI.fullmatch,
    "did": text.DID.fullmatch,
    "datetime": text.DATETIME.fullmatch,
    "language": text.LANGUAGE.fullmatch,
    "uri": lambda value: "://" in value and not any(letter.isspace() for letter in value),
    "cid": lambda value: value.startswith("b") and len(value) > 40,
}


def check(collection: str, record: Any) -> None:
    """Raise InvalidRequest unless the record is one of its collection; collections without a lexicon here pass."""
    if not isinstance(record, dict) or record.get("$type") != collection:
        raise invalid(f"Invalid $type: expected {collection}, got {_type_of(record)}")
    for problem in problems(record, RECORDS.get(collection, EMPTY), "$.record"):
        raise invalid(f"Invalid {collection} record: {problem}")


def _type_of(record: Any) -> str:
    return str(record.get("$type", "")) if isinstance(record, dict) else type(record).__name__


def problems(value: Any, schema: Schema, path: str) -> Iterator[str]:
    """What the reference server would say, in its words where they are known."""
    return CHECKS[schema["type"]](value, schema, path)


def _object(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"Expected object value type at {path}"
        return
    for name in schema["required"]:
        if name not in value:
            yield f'Missing required key "{name}" at {path}'
    for name, inner in schema["properties"].items():
        if name in value:
            yield from problems(value[name], inner, f"{path}.{name}")


def _array(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"Expected array value type at {path}"
        return
    if schema["maxLength"] and len(value) > schema["maxLength"]:
        yield f"array too big (maximum {schema['maxLength']}, got {len(value)}) at {path}"
    for number, item in enumerate(value):
        yield from problems(item, schema["items"], f"{path}[{number}]")


def _union(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if not isinstance(value, dict) or not isinstance(value.get("$type"), str):
        yield f'Missing required key "$type" at {path}'
    elif value["$type"] in schema["refs"]:
        yield from problems(value, schema["refs"][value["$type"]], path)


def _string(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"Expected string value type at {path}"
        return
    size, most = len(value.encode()), schema["maxLength"]
    if most and size > most:
        yield f"string too big (maximum {most}, got {size}) at {path}"
    if schema["maxGraphemes"] and (count := text.graphemes(value)) > schema["maxGraphemes"]:
        yield f"grapheme too big (maximum {schema['maxGraphemes']}, got {count}) at {path}"
    if schema["format"] and not FORMATS[schema["format"]](value):
        yield f"Invalid {schema['format']} at {path}"


def _integer(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield f"Expected integer value type at {path}"
    elif value < schema["minimum"]:
        yield f"integer too small (minimum {schema['minimum']}, got {value}) at {path}"


def _blob(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("$type") != "blob" or not (value.get("ref") or {}).get("$link"):
        yield f"Expected blob value type at {path}"
    elif not str(value.get("mimeType")).startswith(schema["accept"]):
        yield f'Expected "{schema["accept"]}*" (got "{value.get("mimeType")}") at {path}'
    elif value.get("size", 0) > schema["maxSize"]:
        yield f"blob too big (maximum {schema['maxSize']}, got {value['size']}) at {path}"


CHECKS: dict[str, Callable[[Any, Schema, str], Iterator[str]]] = {
    "object": _object,
    "array": _array,
    "union": _union,
    "string": _string,
    "integer": _integer,
    "blob": _blob,
}


def blobs(value: Any) -> Iterator[dict[str, Any]]:
    """Every blob in a record."""
    if isinstance(value, dict):
        if value.get("$type") == "blob":
            yield value
        else:
            for inner in value.values():
                yield from blobs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from blobs(inner)
