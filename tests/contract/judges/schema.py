"""Strict checking against JSON Schema: a name that a specification does not know is a fault, though schemas let it pass.

The published schemas are open, as JSON Schema is by default; so each object with named properties is closed here, with
`unevaluatedProperties` where it is composed of several. The checking itself is the package jsonschema's.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import regex
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

Schema = Mapping[str, Any]
COPIED = (
    *("type", "enum", "const", "required", "pattern", "format", "minimum", "maximum", "minLength", "maxLength"),
    *("minItems", "maxItems", "uniqueItems", "maxBytes", "maxGraphemes"),
)
COMPOSING = ("allOf", "anyOf", "oneOf")

formats = FormatChecker(formats=())


def _max_bytes(validator: Any, most: int, value: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and len(value.encode()) > most:
        yield ValidationError(f"{value[:40]!r}... is longer than {most} bytes")


def _max_graphemes(validator: Any, most: int, value: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and len(regex.findall(r"\X", value)) > most:
        yield ValidationError(f"{value[:40]!r}... is longer than {most} graphemes")


_extend: Callable[..., Any] = extend
_Validator = _extend(Draft202012Validator, {"maxBytes": _max_bytes, "maxGraphemes": _max_graphemes})


class Schemas:
    """The schemas of one specification, closed. `lookup` finds the schema that a `$ref` names."""

    def __init__(self, lookup: Callable[[str], Schema]) -> None:
        self._lookup = lookup
        self._names: dict[tuple[str, bool], str] = {}
        self._definitions: dict[str, Any] = {}

    def faults(self, schema: Schema, value: Any, where: str) -> list[str]:
        """What is wrong with `value`, each as a sentence that begins with the place."""
        closed = {**self._closed(schema), "$defs": self._definitions}
        found = _Validator(closed, format_checker=formats).iter_errors(value)
        return [_sentence(where, error) for error in found]

    def resolved(self, schema: Schema) -> Schema:
        """The schema itself, where it is a reference."""
        while "$ref" in schema:
            schema = self._lookup(schema["$ref"])
        return schema

    def _closed(self, schema: Schema, closes: bool = True) -> dict[str, Any]:
        if "$ref" in schema:
            return {"$ref": f"#/$defs/{self._defined(schema['$ref'], closes)}"}
        made = {name: schema[name] for name in COPIED if name in schema and (name, schema[name]) != ("type", "any")}
        for bound in {"minimum", "maximum"} & made.keys():
            made[bound] = float(made[bound])  # Google writes them as text
        if isinstance(made.get("required"), bool):  # an old draft's way, said of the property itself
            del made["required"]
        self._add_composed(made, schema, closes)
        self._add_children(made, schema, closes)
        return _nullable(made) if schema.get("nullable") is True else made

    def _add_composed(self, made: dict[str, Any], schema: Schema, closes: bool) -> None:
        alone = closes and "properties" not in schema and sum(word in schema for word in COMPOSING) == 1
        for word in COMPOSING:
            if word in schema:
                # Documents say oneOf of schemas that overlap, once they are read as open; that one fits is enough here.
                kind, several = "allOf" if word == "allOf" else "anyOf", word == "allOf" and len(schema[word]) > 1
                made.setdefault(kind, []).extend(self._closed(one, alone and not several) for one in schema[word])
        if closes and not any(word in schema for word in ("anyOf", "oneOf")):
            kinds = schema.get("discriminator", {}).get("mapping", {}).values()  # the base of others: one of them is meant
            made.setdefault("anyOf", []).extend(self._closed({"$ref": one}) for one in kinds)

    def _add_children(self, made: dict[str, Any], schema: Schema, closes: bool) -> None:
        sent = {name: one for name, one in schema.get("properties", {}).items() if not one.get("readOnly")}
        if "properties" in schema:
            made["properties"] = {name: self._closed(one) for name, one in sent.items()}
            made["required"] = [name for name in made.get("required", ()) if name in sent]
        if "items" in schema:
            made["items"] = self._closed(schema["items"])
        extra = schema.get("additionalProperties")
        if isinstance(extra, Mapping):
            made["additionalProperties"] = self._closed(extra)
        several = any(len(schema.get(word, ())) > (word == "allOf") for word in COMPOSING)
        if not made.get("anyOf", True):
            del made["anyOf"]
        if closes and not extra and (sent or (several and _objects(made))):
            made["unevaluatedProperties"] = False

    def _defined(self, reference: str, closes: bool) -> str:
        key = (reference, closes)
        if key not in self._names:
            self._names[key] = f"{len(self._names)}"
            self._definitions[self._names[key]] = {}
            self._definitions[self._names[key]] |= self._closed(self._lookup(reference), closes)
        return self._names[key]


def _objects(made: Mapping[str, Any]) -> bool:
    """Whether the composed schema is closed as a whole: alternatives that stand alone are closed each by themselves."""
    return "allOf" in made


def _nullable(made: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "null"}, made]}


def _sentence(where: str, error: ValidationError) -> str:
    best: Any = best_match([error]) if error.context else error
    place = ".".join([where, *(str(step) for step in best.absolute_path)])
    return f"{place}: {best.message[:300]}"


# -- values of queries and forms, which are text -------------------------------------------------------------------------


def typed(text: str, schema: Schema) -> Any:
    """The text of a query or form as what the schema says it is; left as text where it is not one."""
    kinds = schema.get("type", "string")
    kind = next((one for one in kinds if one != "null"), "string") if isinstance(kinds, list) else kinds
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    try:
        return {"integer": int, "number": float}.get(kind, str)(text)
    except ValueError:
        return text
