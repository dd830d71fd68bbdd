"""The practice Facebook: comments, reactions, Messenger, webhooks, the pages for people."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.facebook_scene import APP, SECRET, Page, receiving
from tests.sandbox.waiting import until

DAY = 86400


@pytest.fixture
def brand(practice: Practice) -> Page:
    return Page(practice)


@pytest.fixture
def post(brand: Page) -> str:
    return brand.says("How cold do you like it?")


# --- comments ------------------------------------------------------------------------------------------------


def test_comments_are_two_levels_deep(brand: Page, post: str) -> None:
    asked = brand.fan("comment", post, "Very!")
    answered = brand.post(f"{asked['id']}/comments", message="How very?")["id"]
    brand.fan("comment", answered, "Minus twenty")

    top = brand.get(f"{post}/comments", summary="true", fields="id,message,comment_count,from")
    every = brand.get(f"{post}/comments", filter="stream", fields="message,parent{id}")["data"]

    assert [(comment["message"], comment["comment_count"]) for comment in top["data"]] == [("Very!", 2)]
    assert top["summary"]["total_count"] == 1
    assert top["data"][0]["from"] == {"name": "Ann", "id": asked["author_id"]}
    assert [comment.get("parent", {}).get("id") for comment in every] == [None, asked["id"], asked["id"]]
    assert [(reply["text"], reply["depth"], reply["ours"]) for reply in brand.public()[0]["replies"]] == [
        ("Very!", 0, False),
        ("How very?", 1, True),
        ("Minus twenty", 1, False),
    ]


def test_a_comments_id_and_address_name_its_post(brand: Page, post: str) -> None:
    comment = brand.post(f"{post}/comments", message="First", fields="permalink_url")

    assert comment["id"].startswith(post.partition("_")[2])
    assert requests.get(comment["permalink_url"], timeout=5).status_code == 200


def test_fans_edit_and_delete_what_is_theirs(brand: Page, post: str) -> None:
    asked = brand.fan("comment", post, "Very!")
    brand.fan("comment", asked["id"], "How very?", "Jonas")

    brand.fan("edit", asked["id"], "Very, very!")
    assert [reply["text"] for reply in brand.public()[0]["replies"]] == ["Very, very!", "How very?"]
    with pytest.raises(AssertionError, match="nothing to delete"):
        brand.fan("delete", asked["id"], name="Jonas")
    brand.fan("delete", asked["id"])
    assert brand.public()[0]["replies"] == []


def test_a_person_s_token_sees_no_comments_and_no_error(brand: Page, post: str) -> None:
    brand.fan("comment", post, "Very!")
    assert brand.get(f"{post}/comments", token=brand.user_token)["data"] == []


def test_people_are_hidden_and_the_page_edits_itself(brand: Page, post: str) -> None:
    rude = brand.fan("comment", post, "Rude")["id"]
    brand.fan("comment", rude, "Even ruder")
    own = brand.post(f"{post}/comments", message="Helo")["id"]

    brand.post(rude, is_hidden="true")
    brand.post(own, message="Hello")

    assert [reply["hidden"] for reply in brand.public()[0]["replies"]] == [True, True, False]
    assert "Rude" not in requests.get(brand.public()[0]["url"], timeout=5).text
    assert brand.get(own, fields="message")["message"] == "Hello"
    assert brand.refused("POST", rude, message="Polite") == (200, None)
    assert brand.refused("POST", f"{post}/comments", message=" ") == (100, 1349125)


def test_deleting_a_comment_takes_its_answers_along(brand: Page, post: str) -> None:
    comment = brand.fan("comment", post, "Very!")["id"]
    brand.post(f"{comment}/comments", message="Why?")

    brand.call("DELETE", comment)

    assert brand.public()[0]["replies"] == []


def test_reactions_are_counted_one_per_person(brand: Page, post: str) -> None:
    brand.fan("like", post, "LOVE")
    brand.fan("like", post, "WOW")
    brand.fan("like", post, name="Bo")
    brand.post(f"{post}/likes")

    assert brand.get(f"{post}/reactions", summary="true", limit=0)["summary"] == {"total_count": 3, "viewer_reaction": "LIKE"}
    assert [who["name"] for who in brand.get(f"{post}/reactions", type="WOW")["data"]] == ["Ann"]
    brand.call("DELETE", f"{post}/likes")
    assert brand.public()[0]["likes"] == 2


def test_each_photo_of_an_album_has_comments_of_its_own(brand: Page) -> None:
    photos = [brand.photo(colour, published="false")["id"] for colour in ("red", "blue")]
    album = brand.says("Two", attached_media=json.dumps([{"media_fbid": photo} for photo in photos]))
    single = brand.photo()

    brand.fan("comment", photos[0], "Red!")
    brand.fan("comment", single["id"], "Alone!")

    assert brand.get(f"{photos[0]}/comments")["data"][0]["message"] == "Red!"
    assert brand.get(f"{album}/comments")["data"] == []
    assert brand.get(f"{single['post_id']}/comments")["data"][0]["message"] == "Alone!"


# --- Messenger -----------------------------------------------------------------------------------------------


def write_to(brand: Page, person: str, text: str = "Hello", **more: Any) -> tuple[int, Any]:
    body = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": {"text": text}, **more}
    headers = {"Authorization": f"Bearer {brand.token}"}
    reply = requests.post(f"{brand.graph}/me/messages", json=body, headers=headers, timeout=5)
    return reply.status_code, reply.json()


def test_a_conversation_is_read_and_answered(brand: Page) -> None:
    heard = brand.fan("message", brand.id, "Do you ship to Kiruna?")
    status, sent = write_to(brand, heard["author_id"], "We do")
    assert (status, sent["recipient_id"]) == (200, heard["author_id"])

    fields = "snippet,unread_count,can_reply,participants,messages.limit(10){message,from}"
    thread = brand.get(f"{brand.id}/conversations", platform="MESSENGER", fields=fields)["data"][0]

    assert (thread["snippet"], thread["unread_count"], thread["can_reply"]) == ("We do", 0, True)
    assert [who["name"] for who in thread["participants"]["data"]] == ["Ann", "Test Brand"]
    assert [(message["message"], message["from"]["name"]) for message in thread["messages"]["data"]] == [
        ("We do", "Test Brand"),
        ("Do you ship to Kiruna?", "Ann"),
    ]
    assert "We do" in requests.get(f"{brand.root}/messages/{thread['id']}", timeout=5).text


def test_a_form_with_json_strings_is_taken_too(brand: Page) -> None:
    person = brand.fan("message", brand.id, "Hi")["author_id"]
    sent = brand.post(f"{brand.id}/messages", recipient=json.dumps({"id": person}), message=json.dumps({"text": "Hi"}))
    assert sent["message_id"].startswith("m_")


def test_after_a_day_only_a_human_agent_may_write(brand: Page) -> None:
    person = brand.fan("message", brand.id, "Hi")["author_id"]
    brand.later(DAY + 60)

    error = write_to(brand, person)[1]["error"]
    assert (error["code"], error["error_subcode"]) == (10, 2018278)
    assert write_to(brand, person, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")[0] == 200
    assert write_to(brand, person, messaging_type="MESSAGE_TAG", tag="ACCOUNT_UPDATE")[1]["error"]["code"] == 100
    brand.later(8 * DAY)
    assert write_to(brand, person, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")[1]["error"]["code"] == 10


def test_messages_that_can_not_be_sent_are_refused(brand: Page) -> None:
    person = brand.fan("message", brand.id, "Hi")["author_id"]

    assert write_to(brand, person, "x" * 2001)[1]["error"]["code"] == 100
    assert write_to(brand, person, "")[1]["error"]["code"] == 100
    assert write_to(brand, "1")[1]["error"]["error_subcode"] == 2018001
    assert write_to(brand, person, messaging_type="SHOUT")[1]["error"]["code"] == 100
    picture = {"attachment": {"type": "image", "payload": {"url": f"{brand.root}/nothing.png"}}}
    for message, subcode in (({"text": "Hi", **picture}, None), (picture, 2018008), ({"attachment": {"type": "image"}}, None)):
        error = write_to(brand, person, message=message)[1]["error"]
        assert (error["code"], error.get("error_subcode")) == (100, subcode)


def test_a_comment_is_answered_in_private_once(brand: Page, post: str) -> None:
    comment = brand.fan("comment", post, "My order?")["id"]
    recipient = json.dumps({"comment_id": comment})

    sent = brand.post(f"{brand.id}/messages", recipient=recipient, message='{"text": "Which number?"}')

    assert (
        brand.get(f"{brand.id}/conversations", user_id=sent["recipient_id"], fields="snippet")["data"][0]["snippet"]
        == "Which number?"
    )
    assert brand.refused("POST", f"{brand.id}/messages", recipient=recipient, message='{"text": "Again"}')[0] == 10900
    assert brand.get(comment, fields="can_reply_privately")["can_reply_privately"] is False


# --- webhooks ------------------------------------------------------------------------------------------------


def subscribe(brand: Page, address: str, word: str = "open sesame") -> tuple[int, Any]:
    about = {"object": "page", "callback_url": address, "fields": "feed,messages,message_echoes", "verify_token": word}
    return brand.call("POST", f"{APP}/subscriptions", f"{APP}|{SECRET}", **about)


def test_comments_and_messages_are_told_with_a_signature_over_the_raw_bytes(brand: Page, post: str) -> None:
    with receiving() as receiver:
        assert subscribe(brand, receiver.url) == (200, {"success": True})
        brand.post(f"{brand.id}/subscribed_apps", subscribed_fields="feed,messages,message_echoes")
        comment = brand.fan("comment", post, "Grüße / very cold?")
        message = brand.fan("message", brand.id, "Hi")
        write_to(brand, message["author_id"], "Hello")
        until(lambda: len(receiver.events) == 3)

    entries = [event["entry"][0] for event in receiver.events]
    value = next(entry["changes"][0]["value"] for entry in entries if "changes" in entry)
    assert {entry["id"] for entry in entries} == {brand.id}
    assert (value["item"], value["verb"], value["comment_id"], value["message"]) == (
        "comment",
        "add",
        comment["id"],
        comment["text"],
    )
    assert value["parent_id"] == value["post_id"] == post
    told = [entry["messaging"][0] for entry in entries if "messaging" in entry]
    assert {bool(event["message"].get("is_echo")) for event in told} == {False, True}
    assert all(event["timestamp"] > 10**12 for event in told)  # milliseconds, unlike the time of changes


def test_nothing_is_told_of_a_page_that_did_not_subscribe(brand: Page, practice: Practice, post: str) -> None:
    other = Page(practice, "Other Brand")
    with receiving() as receiver:
        subscribe(brand, receiver.url)
        other.post(f"{other.id}/subscribed_apps", subscribed_fields="feed")
        brand.fan("comment", post, "Unheard")
        other.fan("comment", other.says("Hi"), "Heard")
        until(lambda: len(receiver.events) == 2)

    assert {event["entry"][0]["id"] for event in receiver.events} == {other.id}


def test_a_fan_reacts_on_the_page_of_the_chat_and_only_who_asked_for_it_is_told(brand: Page) -> None:
    message = brand.fan("message", brand.id, "Hi")
    chat = f"{brand.root}/messages/{message['parent']}"
    form = {"target": message["id"], "name": message["author"], "text": "❤️"}

    def does(action: str, **changes: str) -> int:
        return requests.post(
            f"{brand.root}/_fan", {**form, "action": action, **changes}, headers={"referer": chat}, timeout=5
        ).status_code

    with receiving() as receiver:
        for fields in ("feed,messages", "feed,messages,message_reactions"):
            about = {"object": "page", "callback_url": receiver.url, "fields": fields, "verify_token": "open sesame"}
            brand.call("POST", f"{APP}/subscriptions", f"{APP}|{SECRET}", **about)
            brand.post(f"{brand.id}/subscribed_apps", subscribed_fields=fields)
            assert does("react") == 200
        assert "<b>❤️</b>" in requests.get(chat, timeout=5).text
        assert does("unreact") == 200
        assert [does("unreact"), does("react", name="Somebody else")] == [404, 404]
        until(lambda: len(receiver.events) == 2)

    told = [event["entry"][0]["messaging"][0]["reaction"] for event in receiver.events]
    gone, made = sorted(told, key=len)
    assert made == {"action": "react", "mid": message["id"], "reaction": "love", "emoji": "❤️"}
    assert gone == {"action": "unreact", "mid": message["id"]}


def test_a_callback_that_fails_the_handshake_is_not_subscribed(brand: Page) -> None:
    with receiving(word="another") as receiver:
        assert subscribe(brand, receiver.url)[1]["error"]["code"] == 2200
    assert brand.refused("POST", f"{APP}/subscriptions", brand.token, object="page")[0] == 15


def test_a_pages_subscription_is_listed_checked_and_taken_back(brand: Page) -> None:
    brand.post(f"{brand.id}/subscribed_apps", subscribed_fields="feed")

    assert brand.get(f"{brand.id}/subscribed_apps")["data"][0]["subscribed_fields"] == ["feed"]
    assert brand.refused("POST", f"{brand.id}/subscribed_apps", subscribed_fields="gossip") == (100, None)
    brand.call("DELETE", f"{brand.id}/subscribed_apps")
    assert brand.get(f"{brand.id}/subscribed_apps")["data"] == []


# --- pages for people ----------------------------------------------------------------------------------------


def test_a_fan_comments_reacts_and_writes_on_the_page(brand: Page, post: str) -> None:
    for form in (
        {"action": "comment", "target": post, "name": "Ann", "text": "Nice <b>"},
        {"action": "like", "target": post, "name": "Ann", "text": "HAHA"},
        {"action": "message", "target": brand.id, "name": "Ann", "text": "Hello there"},
    ):
        requests.post(f"{brand.root}/_fan", data=form, allow_redirects=False, timeout=5)

    html = requests.get(f"{brand.root}/{brand.id}", timeout=5).text
    assert html == requests.get(f"{brand.root}/{brand.made['username']}", timeout=5).text
    assert "Nice &lt;b&gt;" in html
    assert 'class="mark haha"' in html
    assert "Chat of Ann: Hello there" in html


def test_what_is_not_public_has_no_page(brand: Page) -> None:
    draft = brand.says("Draft", published="false", unpublished_content_type="DRAFT")
    story = draft.partition("_")[2]

    assert requests.get(f"{brand.root}/{brand.made['username']}/posts/{story}", timeout=5).status_code == 404
    assert requests.get(f"{brand.root}/nobody", timeout=5).status_code == 404
