"""Private messages with an account, which Graph keeps at its Page; private answers to comments.
https://developers.facebook.com/docs/messenger-platform/instagram

A conversation is a `thread` (owner the account, parent the person's id, key ACCOUNT:person); its messages are `message`
documents with the thread as parent.
"""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.facebook import attachments
from sandbox.facebook.call import Call
from sandbox.facebook.errors import GraphError, invalid
from sandbox.facebook.fields import time
from sandbox.instagram import subscriptions
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.instagram.network import Instagram

LONGEST = 1_000  # bytes
DAY = 86_400.0
TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
TOLD = 20  # messages of a conversation that can be read in detail
OUTSIDE = "(#10) This message is sent outside of allowed window."


def thread_with(net: Instagram, account: str, person: Doc) -> Doc:
    """The conversation of a person with an account; begun when new."""
    key = f"{account}:{person.id}"
    if known := net.docs.one("thread", key=key):
        return known
    data = {"name": person["username"], "fan": person["name"], "updated_at": net.now(), "heard_at": 0.0, "snippet": ""}
    return net.docs.put("thread", data, doc_id=f"t_{net.store.next_id()}", owner=account, parent=net.store.next_id(), key=key)


def hear(net: Instagram, thread: Doc, text: str) -> Doc:
    """A message from the person."""
    return _put(net, thread, text, (thread.parent, thread["name"]), net.enclosed, heard_at=net.now())


def say(net: Instagram, thread: Doc, text: str, file: Doc | None) -> Doc:
    """A message from the account."""
    account = net.docs.get("account", thread.owner)
    return _put(net, thread, text, (thread.owner, account["username"] if account else ""), file)


def _put(net: Instagram, thread: Doc, text: str, who: tuple[str, str], file: Doc | None, **changes: Any) -> Doc:
    mid = "aWdf" + base64.urlsafe_b64encode(secrets.token_bytes(24)).decode()
    ours = who[0] == thread.owner
    files = [{"kind": file["type"], "url": net.media_url(file.id)}] if file else []
    data = {"text": text, "author": who[1], "author_id": who[0], "ours": ours, "files": files}
    message = net.docs.put("message", data, doc_id=mid, owner=thread.owner, parent=thread.id)
    net.docs.change("thread", thread.id, snippet=text[:100] or "(attachment)", updated_at=net.now(), **changes)
    subscriptions.tell_message(net, thread, message)
    return message


# --- reading -------------------------------------------------------------------------------------------------


def threads(net: Instagram, call: Call, account: str) -> list[Doc]:
    """GET /me/conversations?platform=instagram, newest first; `user_id` for one person's."""
    if call.choice("platform", ("MESSENGER", "INSTAGRAM", "messenger", "instagram"), "MESSENGER").lower() != "instagram":
        return []
    found = net.docs.find("thread", owner=account, parent=call.text("user_id") or None)
    return sorted((one for one in found if one["snippet"]), key=lambda one: -one["updated_at"])


def node(net: Instagram, thread: Doc) -> dict[str, Any]:
    """Every field of a conversation."""
    account = net.docs.get("account", thread.owner)
    people = [{"id": thread.parent, "username": thread["name"]}]
    people += [{"id": account.id, "username": account["username"]}] if account else []
    told = net.docs.find("message", parent=thread.id, limit=TOLD)
    messages = {"data": [_message(one, people) for one in told]}
    return {"id": thread.id, "updated_time": time(thread["updated_at"]), "participants": {"data": people}, "messages": messages}


def _message(said: Doc, people: list[dict[str, Any]]) -> dict[str, Any]:
    author = {"id": said["author_id"], "username": said["author"]}
    to = [one for one in people if one["id"] != said["author_id"]]
    files = [{f"{file['kind']}_data": {"url": file["url"], "preview_url": file["url"]}} for file in said.get("files", [])]
    return {
        "id": said.id,
        "created_time": time(said.created_at),
        "from": author,
        "to": {"data": to},
        "message": said["text"],
        **({"attachments": {"data": files}} if files else {}),
    }


# --- writing -------------------------------------------------------------------------------------------------


async def send(net: Instagram, call: Call, account: Doc) -> dict[str, Any]:
    """POST /me/messages: to a person within the window, or once in private to the author of a comment."""
    recipient = call.object("recipient") or {}
    text, attachment = attachments.parts(call)
    if len(text.encode()) > LONGEST:
        raise invalid(f"Length of param message[text] must be less than or equal to {LONGEST}", 2018065)
    file = await attachments.load(net, attachment, account.id)
    if comment := recipient.get("comment_id"):
        thread = _of_comment(net, account, str(comment))
    else:
        thread = _of_person(net, call, account, str(recipient.get("id", "")))
    return {"recipient_id": thread.parent, "message_id": say(net, thread, text, file).id}


def _of_person(net: Instagram, call: Call, account: Doc, person: str) -> Doc:
    thread = net.docs.one("thread", owner=account.id, parent=person or "-")
    if thread is None:
        raise GraphError(100, "(#100) No matching user found", 2018001)
    tagged = call.choice("messaging_type", TYPES, "RESPONSE") == "MESSAGE_TAG"
    if tagged and call.text("tag") != "HUMAN_AGENT":
        raise invalid("Param tag must be HUMAN_AGENT")
    if net.now() - thread["heard_at"] > (7 * DAY if tagged else DAY):
        raise GraphError(10, OUTSIDE, 2534022)
    return thread


def _of_comment(net: Instagram, account: Doc, name: str) -> Doc:
    comment = net.docs.get("comment", name)
    post = net.docs.get("post", comment.parent) if comment else None
    if comment is None or comment["ours"] or post is None or post.owner != account.id:
        raise invalid("Param recipient[comment_id] names no comment that can be answered in private", 33)
    if comment.get("answered_privately"):
        raise GraphError(10900, "(#10900) Activity already replied to")
    if net.now() - comment.created_at > 7 * DAY:
        raise GraphError(10, OUTSIDE, 2534022)
    net.docs.change("comment", comment.id, answered_privately=True)
    person = net.docs.get("person", comment.owner)
    return thread_with(net, account.id, person or net.person(comment["author"]))
