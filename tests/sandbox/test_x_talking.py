"""Messages on the practice X, and its signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
import requests

from tests.sandbox.callback import Callback, listening
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until
from tests.sandbox.x_person import APP, Person


@pytest.fixture
def brand(practice: Practice) -> Person:
    return Person(practice, practice.account("x", name="Cold Drinks"))


def test_a_fan_writes_and_is_answered_in_the_same_conversation(practice: Practice, brand: Person) -> None:
    asked = practice.control("POST", "fan", network="x", kind="message", account=brand.id, name="Ann", text="Where to buy?")
    sender = asked["from"]

    reply = brand.call("POST", f"/2/dm_conversations/with/{sender}/messages", json={"text": "Everywhere."})
    fields = "created_at,sender_id,dm_conversation_id,text"
    found = brand.get("/2/dm_events", dm_event__fields=fields, expansions="sender_id", event_types="MessageCreate")

    assert reply.status_code == 201
    assert reply.json()["data"]["dm_conversation_id"] == "-".join(sorted((brand.id, sender), key=int))
    assert [(event["text"], event["sender_id"]) for event in found["data"]] == [
        ("Everywhere.", brand.id),
        ("Where to buy?", sender),
    ]
    assert {user["id"] for user in found["includes"]["users"]} == {brand.id, sender}
    assert [message["text"] for message in practice.control("GET", "messages", network="x", account=brand.id)["data"]] == [
        "Where to buy?",
        "Everywhere.",
    ]
    assert brand.call("POST", "/2/dm_conversations/with/999/messages", json={"text": "hi"}).status_code == 403


def test_a_message_takes_one_file_that_was_uploaded_for_messages(practice: Practice, brand: Person) -> None:
    asked = practice.control("POST", "fan", network="x", kind="message", account=brand.id, name="Ann", text="Where to buy?")
    address, theirs = f"/2/dm_conversations/with/{asked['from']}/messages", Person(practice, practice.account("x"))
    private, public = brand.uploads_photo(media_category="dm_image"), brand.uploads_photo()

    def sends(*ids: str) -> int:
        return int(brand.call("POST", address, json={"attachments": [{"media_id": one} for one in ids]}).status_code)

    not_ours = theirs.uploads_photo(media_category="dm_image")
    assert [sends(*ids) for ids in ((), (public,), ("999",), (not_ours,), (private, private))] == [400] * 5
    assert sends(private) == 201
    page = requests.get(f"{practice.url}/x/messages/{brand.id}/{asked['from']}", timeout=5).text
    assert (page.count("/_media/"), "Where to buy?" in page) == (1, True)


def signed(secret: str, content: bytes) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()


def crc(query: dict[str, str]) -> str:
    return json.dumps({"response_token": signed(APP[1], query["crc_token"].encode())})


@pytest.fixture
def app(practice: Practice) -> requests.Session:
    form = {"grant_type": "client_credentials"}
    bearer = requests.post(f"{practice.url}/x/oauth2/token", form, auth=APP, timeout=5).json()["access_token"]
    http = requests.Session()
    http.headers["authorization"] = f"Bearer {bearer}"
    return http


def subscribe(practice: Practice, who: requests.Session, hook: str, kind: str, user: str) -> requests.Response:
    body = {"event_type": kind, "filter": {"user_id": user}, "webhook_id": hook, "tag": "t1"}
    return who.post(f"{practice.url}/x/2/activity/subscriptions", json=body, timeout=5)


def hook_at(practice: Practice, app: requests.Session, callback: Callback) -> str:
    made = app.post(f"{practice.url}/x/2/webhooks", json={"url": callback.url}, timeout=5)
    assert made.status_code == 200, made.text
    return str(made.json()["data"]["id"])


def test_events_arrive_signed_at_a_callback_that_passed_the_crc(
    practice: Practice, app: requests.Session, brand: Person
) -> None:
    made = brand.posts("Ask me")
    with listening(crc) as callback:
        hook = hook_at(practice, app, callback)
        for kind in ("post.mention.create", "post.reply.create"):
            assert subscribe(practice, app, hook, kind, brand.id).status_code == 200
        assert subscribe(practice, brand.http, hook, "dm.received", brand.id).status_code == 200
        assert subscribe(practice, app, hook, "dm.received", brand.id).status_code == 403
        assert subscribe(practice, app, hook, "post.reply.create", brand.id).status_code == 409

        practice.control("POST", "fan", network="x", kind="comment", post=made, name="Ann", text="why?")
        practice.control("POST", "fan", network="x", kind="comment", account=brand.id, name="Ann", text="hey")
        practice.control("POST", "fan", network="x", kind="message", account=brand.id, name="Ann", text="psst")
        until(lambda: len(callback.received) == 3)
        app.delete(f"{practice.url}/x/2/webhooks/{hook}", timeout=5)

    for headers, body in callback.received:
        assert headers["x-twitter-webhooks-signature"] == signed(APP[1], body)
    events = {data["event_type"]: data["payload"] for _, body in callback.received for data in [json.loads(body)["data"]]}
    assert set(events) == {"post.reply.create", "post.mention.create", "dm.received"}
    assert events["post.reply.create"]["referenced_tweets"][0]["id"] == made
    assert events["dm.received"]["text"] == "psst"


def test_a_callback_that_fails_the_crc_or_is_no_https_is_refused(practice: Practice, app: requests.Session) -> None:
    with listening(lambda query: '{"response_token": "sha256=nonsense"}') as callback:
        assert app.post(f"{practice.url}/x/2/webhooks", json={"url": callback.url}, timeout=5).status_code == 400
    assert app.post(f"{practice.url}/x/2/webhooks", json={"url": "http://example.com/hook"}, timeout=5).status_code == 400


def test_webhooks_belong_to_the_app_not_to_a_user(practice: Practice, brand: Person) -> None:
    reply = brand.call("POST", "/2/webhooks", json={"url": "https://example.com/hook"})

    assert reply.status_code == 403
    assert reply.json()["type"].endswith("unsupported-authentication")


def test_a_failed_delivery_is_tried_again_and_a_fault_loses_it(
    practice: Practice, app: requests.Session, brand: Person
) -> None:
    made = brand.posts("Deliver me")
    with listening(crc) as callback:
        hook = hook_at(practice, app, callback)
        subscribe(practice, app, hook, "post.reply.create", brand.id)
        practice.fault("drop_webhooks", brand.made)
        practice.control("POST", "fan", network="x", kind="comment", post=made, name="Ann", text="lost")
        callback.statuses = [503]
        practice.control("POST", "fan", network="x", kind="comment", post=made, name="Ann", text="kept")
        until(lambda: len(callback.received) == 2)
        app.delete(f"{practice.url}/x/2/webhooks/{hook}", timeout=5)

    texts = {json.loads(body)["data"]["payload"]["text"] for _, body in callback.received}
    tries = [one["status"] for one in practice.control("GET", "deliveries", network="x")["data"] if one["url"] == callback.url]
    assert texts == {f"@{brand.username} kept"}
    assert tries == [0, 503, 200]
