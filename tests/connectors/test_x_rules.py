"""What X takes and what its answers mean, without a network; and that we only ask what its specification knows."""

import json
import os
import re
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.data import JPEG, MOV, MP4, Media, Outgoing
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.x import X
from connectors.x_answers import Exists, Gone, UnknownMedia
from tests.connectors.x_scene import Scene, answered, receiver
from tests.sandbox.conftest import Practice

SHARED = Path(os.environ.get("SMO_SHARED", Path(__file__).parents[3] / "shared"))
SPECIFICATION = SHARED / "specs/x/openapi-2.167-2026-08-22.json"
TYPE = "https://api.x.com/2/problems/"


# -- what fits ---------------------------------------------------------------------------------------------------------


def media(mime: str, **measures: Any) -> Media:
    return Media("/nowhere", mime, measures.pop("size", 1000), measures.pop("name", "file"), **measures)


PHOTO, FILM = media(JPEG, width=800, height=600), media(MP4, width=1280, height=720, seconds=10)
GIF = media("image/gif", width=400, height=300)


def complaints(text: str = "Ice cold!", *files: Media, **options: Any) -> list[str]:
    return [str(problem) for problem in X.checker().problems(Outgoing("key", text, files, options=options))]


@pytest.mark.parametrize(
    ("text", "files", "options"),
    [
        ("a" * 280, (), {}),
        ("冷" * 140, (), {}),
        ("a" * 256 + " https://polarfizz.com/" + "b" * 200, (), {}),
        ("", (PHOTO,), {}),
        ("Four", (PHOTO, PHOTO, PHOTO, PHOTO), {}),
        ("Film", (FILM,), {}),
        ("Upright", (replace(FILM, width=720, height=1280, mime_type=MOV),), {}),
        ("GIF", (replace(GIF, size=14_000_000),), {}),
        ("How cold?", (), {"poll_options": ["Ice", "More ice"], "poll_minutes": 5}),
        ("$FIZZ and $fizz", (), {"reply_settings": "verified", "made_with_ai": True}),
    ],
)
def test_what_x_takes_is_no_problem(text: str, files: tuple[Media, ...], options: dict[str, Any]) -> None:
    assert complaints(text, *files, **options) == []


@pytest.mark.parametrize(
    ("text", "files", "options", "sentence"),
    [
        ("a" * 281, (), {}, "X takes 280 units, the text has 281: shorten it by 1."),
        ("冷" * 141, (), {}, "the text has 282"),
        ("", (), {}, "The post is empty"),
        ("Five", (PHOTO,) * 5, {}, "X takes 4 images in a post, there are 5: remove 1."),
        ("Both", (PHOTO, FILM), {}, "does not mix images and videos"),
        ("Two", (GIF, GIF), {}, "X shows a GIF alone"),
        ("GIF", (replace(GIF, size=16_000_000),), {}, "X takes 15 MB"),
        ("GIF", (replace(GIF, width=1920, height=1080),), {}, "1280 x 1080 is the most"),
        ("Photo", (replace(PHOTO, size=6_000_000),), {}, "X takes 5 MB"),
        ("Photo", (replace(PHOTO, alt="a" * 1001),), {}, "longer than 1000 characters"),
        ("Photo", (media("image/heic"),), {}, "convert it"),
        ("Film", (replace(FILM, seconds=141),), {}, "lasts 141 s, X takes 140 s"),
        ("Film", (replace(FILM, width=1080, height=1920),), {}, "is too large for X"),
        ("Film", (replace(FILM, width=1280, height=1280),), {}, "1280 x 1024 is the most"),
        ("Film", (replace(FILM, width=1280, height=320),), {}, "does not take this shape"),
        ("Poll", (PHOTO,), {"poll_options": ["a", "b"]}, "either a poll or media"),
        ("", (), {"poll_options": ["a", "b"]}, "needs a question"),
        ("Poll", (), {"poll_options": ["a"]}, "write 2 to 4"),
        ("Poll", (), {"poll_options": ["a" * 26, "b"]}, "longer than 25 characters"),
        ("Poll", (), {"poll_minutes": 4}, "from 5 to 10080 minutes"),
        ("Poll", (), {"reply_settings": "nobody"}, "Who can reply: choose one of"),
        ("Buy $FIZZ, not $COLA", (), {}, "one cashtag in a post, there are 2 ($COLA, $FIZZ)"),
        ("Ice\ufeff cold", (), {}, "invisible character"),
    ],
)
def test_what_x_refuses_is_said_before(text: str, files: tuple[Media, ...], options: dict[str, Any], sentence: str) -> None:
    assert any(sentence in complaint for complaint in complaints(text, *files, **options)), complaints(text, *files, **options)


def test_a_link_beside_the_text_counts() -> None:
    post = Outgoing("key", "a" * 270, link="https://polarfizz.com")
    assert [problem.field for problem in X.checker().problems(post)] == ["text"]
    assert X.checker().problems(replace(post, text="a" * 256)) == []


# -- what answers mean -------------------------------------------------------------------------------------------------


def problem(kind: str, detail: str = "", **more: Any) -> dict[str, Any]:
    return {"type": TYPE + kind if kind else "about:blank", "title": "T", "detail": detail, **more}


def invalid(parameter: str, message: str = "is wrong") -> dict[str, Any]:
    return problem("invalid-request", "One or more parameters", errors=[{"parameters": {parameter: ["v"]}, "message": message}])


@pytest.mark.parametrize(
    ("status", "body", "error", "sentence"),
    [
        (400, invalid("text", "must be valid"), Rejected, "must be valid"),
        (400, invalid("media.media_ids"), UnknownMedia, "media"),
        (400, problem("", "Your media IDs are invalid."), UnknownMedia, "media"),
        (401, problem("", "Unauthorized"), Unauthorized, "connect the channel again"),
        (402, problem("credits", "CreditsDepleted"), NotNow, "an admin buys"),
        (403, problem("client-forbidden", "x", reason="client-not-enrolled"), Rejected, "an admin enrols it"),
        (403, problem("oauth1-permissions"), Unauthorized, "an admin lets it write"),
        (403, problem("unsupported-authentication"), Unauthorized, "connect the channel again"),
        (403, problem("", "To protect our users your account is temporarily locked."), Unauthorized, "unlock it"),
        (403, problem("", "You have been blocked from sending messages to this user."), Rejected, "X refused this"),
        (403, problem("", "You are not permitted to perform this action."), Rejected, "too long"),
        (403, "<html>", Rejected, "X refused this"),
        (404, problem("resource-not-found"), Gone, "deleted"),
        (409, problem("conflict"), Exists, "already"),
        (413, problem("", "too large"), Rejected, "refused"),
        (429, problem("usage-capped"), NotNow, "an admin raises the cap"),
        (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, NotNow, "slow down"),
        (500, problem(""), Doubt, "error of its own"),
        (503, "<html>", Doubt, "error of its own"),
    ],
)
def test_the_meaning_of_an_answer(status: int, body: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence) as caught:
        X.judge(answered(status, body))
    assert type(caught.value) is error
    assert str(status) in getattr(caught.value, "said", "")


def test_a_read_of_nothing_but_problems_is_no_success() -> None:
    gone = {"errors": [problem("resource-not-found", "Could not find tweet")]}
    with pytest.raises(Gone):
        X.judge(answered(200, gone, method="GET"))
    X.judge(answered(200, {**gone, "data": []}, method="GET"))
    X.judge(answered(200, {"meta": {"result_count": 0}}, method="GET"))
    X.judge(answered(201, {"data": {"id": "1"}}))


def test_a_secret_in_an_answer_is_not_kept() -> None:
    with pytest.raises(Unauthorized) as caught:
        X.judge(answered(400, {"error": "invalid_request", "refresh_token": "abcdef"}, path="/2/oauth2/token"))
    assert "abcdef" not in caught.value.said


def budgets(left: dict[str, tuple[int, float]]) -> dict[str, str]:
    """X's headers: prefix -> what is left and for how many seconds from now."""
    found: dict[str, str] = {}
    for prefix, (remaining, seconds) in left.items():
        found |= {f"{prefix}-remaining": str(remaining), f"{prefix}-reset": str(int(time.time() + seconds))}
    return found


WINDOW, DAY, APP_DAY = "x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour"


@pytest.mark.parametrize(
    ("left", "scope", "minutes"),
    [
        ({WINDOW: (1, 600)}, "", 0),
        ({WINDOW: (0, 600)}, "channel", 10),
        ({WINDOW: (0, 600), DAY: (0, 7200)}, "channel", 120),
        ({WINDOW: (5, 600), APP_DAY: (0, 3600)}, "app", 60),
        ({}, "", 0),
    ],
)
def test_when_nothing_is_left_posting_pauses(left: dict[str, tuple[int, float]], scope: str, minutes: int) -> None:
    headers = budgets(left)
    pause = X.pause(answered(201, {}, headers))
    assert (pause.scope if pause else "") == scope
    if pause:
        assert abs(pause.retry_in - timedelta(minutes=minutes)) < timedelta(seconds=5)
        with pytest.raises(NotNow) as caught:
            X.judge(answered(429, problem(""), headers))
        assert abs((caught.value.retry_in or timedelta()) - pause.retry_in) < timedelta(seconds=2)


def test_without_a_reset_the_window_is_waited_for() -> None:
    pause = X.pause(answered(201, {}, {"x-rate-limit-remaining": "0"}))
    assert pause is not None
    assert pause.retry_in == timedelta(minutes=15)
    with pytest.raises(NotNow) as caught:
        X.judge(answered(429, problem("")))
    assert caught.value.retry_in == timedelta(minutes=15)


@pytest.mark.parametrize(("method", "path"), [("GET", "/2/tweets"), ("GET", "/2/users/1/mentions"), ("POST", "/2/webhooks")])
def test_other_calls_have_budgets_of_their_own(method: str, path: str) -> None:
    assert X.pause(answered(200, {}, budgets({WINDOW: (0, 600)}), method=method, path=path)) is None


def test_the_refusals_prove_that_nothing_was_created() -> None:
    """Only what is a ConnectorError may be repeated without a look."""
    assert not issubclass(Doubt, ConnectorError)


# -- what we ask -------------------------------------------------------------------------------------------------------


def _deep(spec: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = spec
        for name in part["$ref"].split("/")[1:]:
            found = found[name]
        part = found
    return part


def _operation(spec: dict[str, Any], call: dict[str, Any]) -> dict[str, Any] | None:
    exact_first = sorted(spec["paths"], key=lambda template: template.count("{"))
    for template in exact_first:
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), call["path"]):
            found: dict[str, Any] | None = spec["paths"][template].get(call["method"].lower())
            return found
    return None


def _wrong_query(spec: dict[str, Any], operation: dict[str, Any], query: str) -> list[str]:
    known = {parameter["name"]: parameter for parameter in (_deep(spec, one) for one in operation.get("parameters", ()))}
    wrong = []
    for name, value in parse_qsl(query):
        schema = _deep(spec, known[name]["schema"]) if name in known else {}
        allowed = _deep(spec, schema.get("items", {})).get("enum")
        wrong += [] if name in known else [name]
        wrong += [f"{name}={part}" for part in value.split(",") if allowed and part not in allowed]
    return wrong


def _wrong_body(spec: dict[str, Any], schema: dict[str, Any], body: Any, place: str = "$") -> list[str]:
    schema = _deep(spec, schema)
    if not isinstance(body, dict) or "properties" not in schema:
        allowed = schema.get("enum")
        return [f"{place}={body}"] if allowed and body not in allowed else []
    missing = [f"{place}.{name} is missing" for name in schema.get("required", ()) if name not in body]
    unknown = [f"{place}.{name}" for name in body if name not in schema["properties"]]
    deeper = [
        wrong
        for name in body
        if name in schema["properties"]
        for wrong in _wrong_body(spec, schema["properties"][name], body[name], f"{place}.{name}")
    ]
    return missing + unknown + deeper


def mistakes(spec: dict[str, Any], call: dict[str, Any]) -> list[str]:
    """What the specification does not know of a call."""
    operation = _operation(spec, call)
    if operation is None:
        return ["the call itself"]
    wrong = _wrong_query(spec, operation, call["query"])
    content = _deep(spec, operation.get("requestBody", {})).get("content", {})
    if "application/json" in call["headers"].get("content-type", ""):
        wrong += _wrong_body(spec, content["application/json"]["schema"], json.loads(call["body"]))
    return wrong


@pytest.mark.skipif(not SPECIFICATION.exists(), reason=f"X's specification is not at {SPECIFICATION}: set SMO_SHARED")
def test_every_call_is_known_to_the_specification(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path)
    x = scene.connector()
    X.accounts(scene.app, scene.http(), x.account.tokens)
    post = scene.publishes(scene.post("Ice cold!", scene.photo(alt="A bottle"), reply_settings="following", made_with_ai=True))
    film = scene.publishes(scene.post("A film", scene.video(), parent=post.remote_id, paid_partnership=True))
    scene.publishes(scene.post("How cold?", poll_options=["Ice", "More"]))
    scene.fan("comment", "Hm?", post=post.remote_id)
    with receiver(scene.app) as web:
        x.subscribe(web.url, "")
        scene.fan("message", "Hello?")
        ((message,),) = [hook.items for hook in web.hooks(1)]
    for question in (*scene.heard(post.remote_id), message):
        x.reply(question, "Yes!", "key")
        x.find_reply(question, "Yes!", message.sent_at)
    x.people("ann")
    x.delete(film.remote_id)

    calls = [call for method in ("GET", "POST", "DELETE") for call in scene.calls(method, "^/2/")]
    calls += scene.calls("POST", "^/2/webhooks", by_app=True) + scene.calls("GET", "^/2/webhooks", by_app=True)

    assert len({(call["method"], re.sub(r"\d+", "0", call["path"])) for call in calls}) == 16
    specification = json.loads(SPECIFICATION.read_text())
    assert {call["path"]: wrong for call in calls if (wrong := mistakes(specification, call))} == {}
