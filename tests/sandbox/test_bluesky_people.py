"""People on the practice Bluesky: who is told of what, what a block keeps apart, chats."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.test_bluesky import KEY, NOW, Actor, refused

CHAT = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}


@pytest.fixture
def brand(practice: Practice) -> Actor:
    return Actor(practice, name="Cold Drinks")


def fan(brand: Actor, kind: str, text: str = "", post: str = "", name: str = "Ann") -> str:
    target = {"post": post} if post else {"account": brand.did}
    made = brand.practice.control("POST", "fan", network="bluesky", kind=kind, name=name, text=text, **target)
    return str(made["id"])


def chat(brand: Actor, method: str, verb: str = "GET", **how: Any) -> requests.Response:
    return brand.call(f"chat.bsky.convo.{method}", verb, headers=CHAT, **how)


def notices(brand: Actor, **query: Any) -> list[tuple[str, str]]:
    answer = brand.call("app.bsky.notification.listNotifications", params=query).json()
    return [(notice["reason"], notice["record"]["text"]) for notice in answer["notifications"]]


def test_who_is_answered_named_or_quoted_is_told_once_newest_first(brand: Actor) -> None:
    uri = brand.write().json()["uri"]
    answer = fan(brand, "comment", "How cold?", uri)
    fan(brand, "comment", "I wonder, too", answer, name="Ben")
    fan(brand, "mention", "Thirsty.")
    fan(brand, "mention", "Look!", uri)
    told = [
        ("quote", "Look!"),
        ("mention", f"@{brand.made['handle']} Thirsty."),
        ("reply", "I wonder, too"),
        ("reply", "How cold?"),
    ]
    assert notices(brand) == told
    assert notices(brand, reasons=["quote", "mention"]) == told[:2]
    first = brand.call("app.bsky.notification.listNotifications", params={"limit": 3}).json()
    assert notices(brand, limit=3, cursor=first["cursor"]) == told[3:]
    refused(brand.call("app.bsky.notification.listNotifications", params={"limit": 101}), 400, "InvalidRequest")
    fan(brand, "delete", post=answer)
    assert len(notices(brand)) == 3


def test_a_thread_is_shown_as_deep_as_asked(brand: Actor) -> None:
    uri = brand.write().json()["uri"]
    answer = fan(brand, "comment", "How cold?", uri)
    fan(brand, "comment", "Very?", answer)
    whole = brand.call("app.bsky.feed.getPostThread", params={"uri": uri}).json()["thread"]
    assert whole["replies"][0]["replies"][0]["post"]["record"]["text"] == "Very?"
    flat = brand.call("app.bsky.feed.getPostThread", params={"uri": uri, "depth": 1}).json()["thread"]
    assert "replies" not in flat["replies"][0]
    refused(brand.call("app.bsky.feed.getPostThread", params={"uri": uri[:-1] + "z"}), 400, "NotFound", "Post not found")


def test_a_block_keeps_two_apart(brand: Actor) -> None:
    uri = brand.write().json()["uri"]
    answer = fan(brand, "comment", "You are ugly.", uri)
    record = {"$type": "app.bsky.graph.block", "subject": answer.split("/")[2], "createdAt": NOW}
    brand.tell("com.atproto.repo.createRecord", repo=brand.did, collection="app.bsky.graph.block", record=record)
    assert notices(brand) == []
    assert brand.call("app.bsky.feed.getPosts", params={"uris": [answer]}).json() == {"posts": []}
    thread = brand.call("app.bsky.feed.getPostThread", params={"uri": uri}).json()["thread"]
    assert [node["$type"] for node in thread["replies"]] == ["app.bsky.feed.defs#blockedPost"]
    for kind in ("comment", "message", "mention"):
        tried = {"network": "bluesky", "kind": kind, "account": brand.did, "name": "Ann", "text": "Hello?"}
        url = f"{brand.practice.url}/_control/fan"
        assert requests.post(url, json=tried | ({"post": uri} if kind == "comment" else {}), timeout=5).status_code == 400


def test_a_chat_begins_as_a_request_and_is_accepted(brand: Actor) -> None:
    fan(brand, "message", "Where to buy?")
    assert chat(brand, "listConvos", params={"status": "accepted"}).json() == {"convos": []}
    (asked,) = chat(brand, "listConvoRequests").json()["requests"]
    assert (asked["status"], asked["lastMessage"]["text"], len(asked["members"])) == ("request", "Where to buy?", 2)
    for told in (True, False):
        assert ("rev" in chat(brand, "acceptConvo", "POST", json={"convoId": asked["id"]}).json()) is told
    chat(brand, "sendMessage", "POST", json={"convoId": asked["id"], "message": {"text": "Everywhere."}})
    (convo,) = chat(brand, "listConvos", params={"status": "accepted"}).json()["convos"]
    assert convo["lastMessage"]["sender"]["did"] == brand.did
    found = chat(brand, "getMessages", params={"convoId": convo["id"], "limit": 1}).json()
    assert [message["text"] for message in found["messages"]] == ["Everywhere."]
    older = chat(brand, "getMessages", params={"convoId": convo["id"], "cursor": found["cursor"]}).json()
    assert [message["text"] for message in older["messages"]] == ["Where to buy?"]


def test_what_the_chat_refuses(brand: Actor, practice: Practice) -> None:
    fan(brand, "message", "Where to buy?")
    (convo,) = chat(brand, "listConvoRequests").json()["requests"]
    refused(brand.call("chat.bsky.convo.listConvos"), 400, "InvalidRequest", "No service configured")
    plain = Actor(practice, scopes=["com.atproto.appPass"])
    refused(chat(plain, "listConvos"), 400, "InvalidToken", "Bad token method")
    stranger = Actor(practice)
    refused(chat(stranger, "getMessages", params={"convoId": convo["id"]}), 400, "InvalidConvo")

    def sends(text: str) -> requests.Response:
        return chat(brand, "sendMessage", "POST", json={"convoId": convo["id"], "message": {"text": text}})

    refused(sends("x" * 1001), 400, "InvalidRequest", "1000 graphemes")
    refused(sends(""), 400, "InvalidRequest", "text")
    fan(brand, "block")
    refused(sends("Hello?"), 400, "BlockedActor")


def test_fans_write_and_read_on_pages(brand: Actor, practice: Practice) -> None:
    brand.write(key=KEY)
    page = f"{practice.url}/bluesky/{brand.made['username']}"
    for action, text in (("mention", "Look at that!"), ("message", "Where to buy?")):
        form = {"action": action, "target": brand.did, "name": "Ann Page", "text": text}
        assert requests.post(f"{practice.url}/bluesky/_fan", form, headers={"referer": page}, timeout=5).ok
    assert [words for _, words in notices(brand)] == [f"@{brand.made['handle']} Look at that!"]
    shown = requests.get(page, timeout=5).text
    assert "Write a post that names" in shown
    assert "Chat of Ann Page: Where to buy?" in shown
    convo = chat(brand, "listConvoRequests").json()["requests"][0]["id"]
    assert "Where to buy?" in requests.get(f"{practice.url}/bluesky/messages/{convo}", timeout=5).text
    assert requests.get(f"{practice.url}/bluesky/messages/none", timeout=5).status_code == 404
