"""Messenger: conversations between people and a Page. https://developers.facebook.com/docs/messenger-platform/send-messages

A conversation is a `thread` (owner the Page, parent the person's page-scoped id, key PAGE:person); its messages are `message`
documents with the thread as parent.
"""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.facebook import attachments, nodes, subscriptions
from sandbox.facebook.call import Call
from sandbox.facebook.edges import MESSAGING, edge
from sandbox.facebook.errors import GraphError, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

LONGEST = 2_000
DAY = 86400
TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
DEAD_TAGS = ("CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE")  # since 27 Apr 2026
ACTIONS = ("TYPING_ON", "TYPING_OFF", "MARK_SEEN", "REACT", "UNREACT")


def thread_with(net: Facebook, page: str, person: Doc) -> Doc:
    """The conversation of a person with a Page; begun when new."""
    key = f"{page}:{person.id}"
    if known := net.docs.one("thread", key=key):
        return known
    data = {"name": person["name"], "snippet": "", "unread": 0, "updated_at": net.now(), "heard_at": 0.0}
    return net.docs.put("thread", data, doc_id=f"t_{net.store.next_id()}", owner=page, parent=net.store.next_id(), key=key)


def hear(net: Facebook, thread: Doc, text: str) -> Doc:
    """A message from the person."""
    changes = {"heard_at": net.now(), "unread": thread.get("unread", 0) + 1}
    files = [_shown(net, net.enclosed)] if net.enclosed else []
    return _put(net, thread, text, (thread.parent, thread["name"]), changes, attachments=files)


def _shown(net: Facebook, media: Doc) -> dict[str, Any]:
    """A file of a message: its address lies where its kind has it."""
    url, shown = net.media_url(media.id), {"id": media.id, "mime_type": media["mime"], "name": media["name"]}
    if media["type"] in ("image", "video"):
        return {**shown, f"{media['type']}_data": {"url": url, "preview_url": url, "width": 0, "height": 0}}
    return {**shown, "file_url": url}


def _told(attachment: dict[str, Any]) -> dict[str, Any]:
    """The same in a webhook."""
    kind = next((kind for kind in ("image", "video") if f"{kind}_data" in attachment), "file")
    url = attachment[f"{kind}_data"]["url"] if kind != "file" else attachment["file_url"]
    return {"type": kind, "payload": {"url": url}}


def say(net: Facebook, thread: Doc, text: str, app: str, file: Doc | None) -> Doc:
    """A message from the Page."""
    who = (thread.owner, net.page_name(thread.owner))
    return _put(net, thread, text, who, {"unread": 0}, attachments=[_shown(net, file)] if file else [], app=app)


def _put(net: Facebook, thread: Doc, text: str, who: tuple[str, str], changes: dict[str, Any], **more: Any) -> Doc:
    ours = who[0] == thread.owner
    mid = "m_" + base64.urlsafe_b64encode(secrets.token_bytes(24)).decode()
    data = {"text": text, "author": who[1], "author_id": who[0], "ours": ours, **more}
    message = net.docs.put("message", data, doc_id=mid, owner=thread.owner, parent=thread.id)
    snippet = text[:100] or "(attachment)"
    net.docs.change("thread", thread.id, snippet=snippet, updated_at=net.now(), **changes)
    _tell(net, thread, message)
    return message


def _tell(net: Facebook, thread: Doc, message: Doc) -> None:
    content: dict[str, Any] = {"mid": message.id, "text": message["text"]}
    if message.get("attachments"):
        content["attachments"] = [_told(one) for one in message["attachments"]]
    people = {"sender": {"id": thread.parent}, "recipient": {"id": thread.owner}}
    if message["ours"]:
        people = {"sender": {"id": thread.owner}, "recipient": {"id": thread.parent}}
        content |= {"is_echo": True, "app_id": message["app"]}
    event = {**people, "timestamp": int(message.created_at * 1000), "message": content}
    subscriptions.tell_message(net, thread.owner, event, "message_echoes" if message["ours"] else "messages")


# --- reading -------------------------------------------------------------------------------------------------


@edge("GET", "page", "conversations", MESSAGING, page_token=True)
def conversations(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """Newest first; `user_id` (PSID) for one person's."""
    if call.choice("platform", ("MESSENGER", "INSTAGRAM", "messenger", "instagram")).lower() == "instagram":
        return {"data": []}
    found = net.docs.find("thread", owner=page.id, parent=call.text("user_id") or None)
    found = sorted((thread for thread in found if thread["snippet"]), key=lambda thread: -thread["updated_at"])
    return nodes.nodes(net, call, "thread", found)


@edge("GET", "thread", "", MESSAGING, page_token=True)
def thread(net: Facebook, call: Call, thread: Doc) -> dict[str, Any]:
    """A conversation's fields."""
    return nodes.node(net, call, "thread", thread)


@edge("GET", "thread", "messages", MESSAGING, page_token=True)
def messages(net: Facebook, call: Call, thread: Doc) -> dict[str, Any]:
    """Newest first."""
    return nodes.nodes(net, call, "message", net.docs.find("message", parent=thread.id))


@edge("GET", "message", "", MESSAGING, page_token=True)
def message(net: Facebook, call: Call, message: Doc) -> dict[str, Any]:
    """A message's fields."""
    return nodes.node(net, call, "message", message)


# --- writing -------------------------------------------------------------------------------------------------


@edge("POST", "page", "messages", MESSAGING, page_token=True)
async def send(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """To a PSID within the window, or once in private to the author of a comment."""
    recipient = call.object("recipient") or {}
    kind = call.choice("messaging_type", TYPES, "RESPONSE")
    action = call.text("sender_action").upper()
    if comment := recipient.get("comment_id"):
        return await _answer_privately(net, call, page, str(comment))
    thread = net.docs.one("thread", owner=page.id, parent=str(recipient.get("id", "")) or "-")
    if thread is None:
        raise GraphError(100, "(#100) No matching user found", 2018001)
    if action:
        return _act(net, thread, action)
    text, attachment = _content(call)
    _check_window(net, thread, kind, _tag(call))
    file = await attachments.load(net, attachment, page.id)
    return _sent(thread, say(net, thread, text, call.token.parent if call.token else "", file))


def _sent(thread: Doc, message: Doc) -> dict[str, Any]:
    return {"recipient_id": thread.parent, "message_id": message.id}


def _act(net: Facebook, thread: Doc, action: str) -> dict[str, Any]:
    if action not in ACTIONS:
        raise invalid(f"Param sender_action must be one of {{{', '.join(ACTIONS)}}}")
    if action == "MARK_SEEN":
        net.docs.change("thread", thread.id, unread=0)
    return {"recipient_id": thread.parent}


def _content(call: Call) -> tuple[str, dict[str, Any]]:
    text, attachment = attachments.parts(call)
    if len(text) > LONGEST:
        raise invalid(f"Length of param message[text] must be less than or equal to {LONGEST}", 2018065)
    return text, attachment


def _tag(call: Call) -> str:
    tag = call.text("tag")
    if tag in DEAD_TAGS:
        raise invalid(f"The message tag {tag} is no longer supported")
    if tag not in ("", "HUMAN_AGENT"):
        raise invalid("Param tag must be HUMAN_AGENT")
    return tag


def _check_window(net: Facebook, thread: Doc, kind: str, tag: str) -> None:
    if kind == "MESSAGE_TAG" and not tag:
        raise invalid("Param tag is required with messaging_type MESSAGE_TAG")
    window = 7 * DAY if kind == "MESSAGE_TAG" else DAY
    if net.now() - thread["heard_at"] > window:
        raise GraphError(
            10,
            "(#10) This message is sent outside of allowed window. Learn more about the new policy here: "
            "https://developers.facebook.com/docs/messenger-platform/policy-overview",
            2018278,
        )


async def _answer_privately(net: Facebook, call: Call, page: Doc, comment_id: str) -> dict[str, Any]:
    comment = net.docs.get("comment", comment_id)
    if comment is None or comment.owner != page.id or comment["ours"]:
        raise invalid("Param recipient[comment_id] names no comment that can be answered in private", 33)
    if comment.get("answered_privately"):
        raise GraphError(10900, "(#10900) Activity already replied to")
    if net.now() - comment.created_at > nodes.WEEK:
        raise GraphError(10, "(#10) The comment is older than seven days", 2018278)
    text, attachment = _content(call)
    file = await attachments.load(net, attachment, page.id)
    person = net.docs.get("person", comment["author_id"])
    thread = thread_with(net, page.id, person or net.person(comment["author"]))
    net.docs.change("comment", comment.id, answered_privately=True)
    return _sent(thread, say(net, thread, text, call.token.parent if call.token else "", file))


@edge("POST", "page", "blocked", MESSAGING, page_token=True)
def block(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """Block people by PSID or id: a map of each to whether it worked."""
    return {one: _block(net, page, _person_of(net, page, one)) for one in call.words("psid") or call.words("user")}


def _person_of(net: Facebook, page: Doc, name: str) -> Doc | None:
    thread = net.docs.one("thread", owner=page.id, parent=name)
    return net.docs.get("person", thread.key.partition(":")[2] if thread else name)


def _block(net: Facebook, page: Doc, person: Doc | None) -> bool:
    if person:
        net.docs.put("blocked", {}, doc_id=f"{page.id}:{person.id}", owner=page.id)
    return person is not None
