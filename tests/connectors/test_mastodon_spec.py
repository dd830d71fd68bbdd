"""Every call that the connector makes is one that the OpenAPI document of the client API knows, where that is at hand."""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.data import App, Progress, Uncertain
from connectors.mastodon import Mastodon
from tests.connectors.mastodon_scene import Scene
from tests.connectors.scenery import RETURN_TO, now
from tests.sandbox.conftest import Practice

SHARED = Path(os.environ.get("SMO_SHARED", Path(__file__).parents[3] / "shared"))
SPECIFICATION = SHARED / "specs/mastodon/mastodon-openapi.json"

pytestmark = pytest.mark.skipif(not SPECIFICATION.exists(), reason=f"no OpenAPI document at {SPECIFICATION}: set SMO_SHARED")


@cache
def document() -> Any:
    return json.loads(SPECIFICATION.read_text())


def resolved(schema: Any) -> Any:
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def operation(method: str, path: str) -> tuple[str, Any]:
    """The path as the document writes it, and what it says of this method."""
    for known, methods in sorted(document()["paths"].items(), key=lambda one: "{" in one[0]):
        pattern = re.sub(r"\{\w+\}", "[^/]+", known)
        if re.fullmatch(pattern, path) and method.lower() in methods:
            return known, methods[method.lower()]
    raise AssertionError(f"{method} {path} is not in the document")


def properties(schema: Any) -> dict[str, Any]:
    """All names that a body may have, of every variant."""
    schema = resolved(schema)
    found = dict(schema.get("properties", {}))
    for part in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        found |= properties(part)
    return found


def wrong(schema: Any, value: Any, name: str) -> list[str]:
    """What the document does not allow about a value: unknown names, types, words that are not in an enumeration."""
    schema = resolved(schema)
    kinds: dict[str, type | tuple[type, ...]] = {
        "string": str, "array": list, "boolean": bool, "integer": int, "object": dict,
    }  # fmt: skip
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{name}: {value!r} is not one of {schema['enum']}")
    if (kind := schema.get("type")) in kinds and not isinstance(value, kinds[kind]):
        found.append(f"{name}: {value!r} is no {kind}")
    known = properties(schema)
    for key, inner in value.items() if isinstance(value, dict) and known else ():
        found += wrong(known[key], inner, f"{name}.{key}") if key in known else [f"{name}.{key} is unknown"]
    return found


def judged(call: dict[str, Any]) -> list[str]:
    """What is wrong with a call."""
    _, known = operation(call["method"], call["path"])
    query = {parameter["name"] for parameter in known.get("parameters", ()) if parameter["in"] == "query"}
    found = [f"?{name} is unknown" for name in dict(parse_qsl(call["query"])) if name not in query]
    content: Any = next(iter(known.get("requestBody", {}).get("content", {}).values()), {"schema": {}})
    if "json" in call["headers"].get("content-type", ""):
        return found + wrong(content["schema"], json.loads(call["body"]), "body")
    form = json.loads(call["body"]) if call["body"].startswith("{") else dict(parse_qsl(call["body"]))
    return found + [f"{name} is unknown" for name in form if name not in properties(content["schema"])]


def lives_a_whole_life(scene: Scene) -> None:
    """Every call that the connector knows, with every parameter."""
    app = Mastodon.register(scene.http(), scene.app.base_url, RETURN_TO)
    tokens = scene.connects(App(app.client_id, app.client_secret, scene.app.base_url))
    Mastodon.accounts(app, scene.http(), tokens)
    Mastodon.revoke(app, scene.http(), tokens)
    first = scene.publishes(scene.post("First", scene.video(alt="A film"), spoiler_text="Ice", sensitive=True, language="de"))
    poll: dict[str, Any] = {"poll_options": ["a", "b"], "poll_multiple": True, "poll_hide_totals": True}
    scene.publishes(scene.post("Second", key="2", parent=first.remote_id, visibility="unlisted", **poll))
    scene.publishes(scene.post("Third", key="3", quote=first.url, quote_approval_policy="nobody"))
    scene.connector().confirm(scene.post("Third"), Progress(), Uncertain(now()))
    scene.connector().people("ann")
    scene.connector().delete(first.remote_id)


def test_only_what_the_document_knows_is_sent(practice: Practice, tmp_path: Path) -> None:
    before = max((call["id"] for call in practice.requests(network="mastodon", limit=1)), default=0)
    lives_a_whole_life(Scene(practice, tmp_path))
    checked = set()
    for call in practice.requests(network="mastodon", since_id=before):
        assert judged(call) == [], f"{call['method']} {call['path']}"
        checked.add((call["method"], operation(call["method"], call["path"])[0]))
    assert checked == {
        ("POST", "/api/v1/apps"),
        ("POST", "/oauth/token"),
        ("POST", "/oauth/revoke"),
        ("GET", "/api/v1/accounts/verify_credentials"),
        ("GET", "/api/v1/accounts/search"),
        ("POST", "/api/v2/media"),
        ("GET", "/api/v1/media/{id}"),
        ("POST", "/api/v1/statuses"),
        ("GET", "/api/v2/search"),
        ("GET", "/api/v1/accounts/{id}/statuses"),
        ("DELETE", "/api/v1/statuses/{id}"),
    }


@pytest.mark.parametrize(
    "mistake",
    [
        {"text": "x"},
        {"status": 1},
        {"status": "x", "media_ids": "1"},
        {"status": "x", "visibility": "everyone"},
        {"status": "x", "poll": {"options": ["a", "b"], "expires": 300}},
    ],
)
def test_the_judge_notices_a_mistake(mistake: dict[str, Any]) -> None:
    call = {"method": "POST", "path": "/api/v1/statuses", "query": "", "body": json.dumps(mistake)}
    assert judged({**call, "headers": {"content-type": "application/json"}})
