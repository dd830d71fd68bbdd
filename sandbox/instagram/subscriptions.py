"""Webhooks of the object `instagram`: who hears of what, the handshake, the signed events.
https://developers.facebook.com/docs/instagram-platform/webhooks

The app's subscription (`subscription`, id app:instagram) says where and which fields; a Page that the app is subscribed to
(`subscribed`, id account:app) opens them for its account, whatever field of the Page was named. Own actions give no events.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.facebook.call import Call
from sandbox.facebook.errors import GraphError, invalid
from sandbox.facebook.subscriptions import FIELDS as PAGE_FIELDS
from sandbox.facebook.subscriptions import encode, sign
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.instagram.network import Instagram

NAMES = """
comments live_comments mentions messages message_edit message_reactions messaging_postbacks messaging_seen messaging_referral
messaging_optins standby story_insights
"""
FIELDS = frozenset(NAMES.split())


async def of_app(net: Instagram, call: Call, app: Doc) -> dict[str, Any]:
    """POST /{app}/subscriptions with the app's token; the callback must answer the handshake with the bare challenge."""
    if call.token_value != f"{app.id}|{app['secret']}":
        raise GraphError(15, "(#15) This method must be called with an app access_token.")
    callback, wanted = call.text("callback_url"), call.words("fields")
    if call.text("object") != "instagram" or not callback or not wanted:
        raise invalid("Params object, callback_url and fields are required")
    if unknown := [field for field in wanted if field not in FIELDS]:
        raise invalid(f"Param fields[0] must be one of {{{', '.join(sorted(FIELDS))}}} - got {unknown[0]}.")
    challenge = str(secrets.randbelow(10**10))
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": call.text("verify_token")}
    status, answer = await net.hooks.fetch(callback, asked)
    if status != 200 or answer.strip() != challenge:
        words = f"(#2200) Callback verification failed with the following errors: HTTP Status Code = {status}"
        raise GraphError(2200, f"{words}; curl_errno = 0; the challenge was not returned")
    data = {"callback_url": callback, "fields": wanted}
    net.docs.put("subscription", data, doc_id=f"{app.id}:instagram", owner=app.id)
    return {"success": True}


def of_page(net: Instagram, call: Call, token: Doc) -> dict[str, Any]:
    """POST /me/subscribed_apps with the Page's token; GET lists, DELETE ends it."""
    name = f"{token.owner}:{token.parent}"
    if call.method == "GET":
        known = net.docs.get("subscribed", name)
        return {"data": [{"id": token.parent, "subscribed_fields": known["fields"]}] if known else []}
    if call.method == "DELETE":
        net.docs.delete("subscribed", name)
        return {"success": True}
    wanted = call.words("subscribed_fields")
    if not wanted or not set(wanted) <= PAGE_FIELDS:
        raise invalid("The parameter subscribed_fields is required, with fields of a Page")
    net.docs.put("subscribed", {"fields": wanted}, doc_id=name, owner=token.owner, parent=token.parent)
    return {"success": True}


# --- events --------------------------------------------------------------------------------------------------


def _tell(net: Instagram, account: str, field: str, entry: dict[str, Any]) -> None:
    for chosen in net.docs.find("subscribed", owner=account):
        place, app = net.docs.get("subscription", f"{chosen.parent}:instagram"), net.tokens.app(chosen.parent)
        if place and app and field in place["fields"]:
            body = encode({"object": "instagram", "entry": [{"id": account, **entry}]})
            net.hooks.send(net.slug, account, place["callback_url"], body, sign(app["secret"], body), field)


def _change(net: Instagram, account: str, field: str, value: dict[str, Any]) -> None:
    _tell(net, account, field, {"time": int(net.now()), "changes": [{"field": field, "value": value}]})


def tell_comment(net: Instagram, comment: Doc, post: Doc) -> None:
    """A person's comment on a post of the account."""
    value: dict[str, Any] = {"id": comment.id, "text": comment["text"]}
    value["from"] = {"id": comment.owner, "username": comment["author"]}
    value["media"] = {"id": post.id, "media_product_type": "REELS" if post["kind"] == "reel" else "FEED"}
    if comment["answers"]:
        value["parent_id"] = comment["answers"]
    _change(net, post.owner, "comments", value)


def tell_mention(net: Instagram, mention: Doc) -> None:
    """Ids alone: what was said must be asked for."""
    value = {"media_id": mention["media"]} | ({"comment_id": mention.id} if mention["in_comment"] else {})
    _change(net, mention.owner, "mentions", value)


def tell_message(net: Instagram, thread: Doc, message: Doc) -> None:
    """As on Messenger, with times in milliseconds."""
    people = [{"id": thread.parent}, {"id": thread.owner}]
    sender, recipient = people[::-1] if message["ours"] else people
    content: dict[str, Any] = {"mid": message.id, "text": message["text"]} | ({"is_echo": True} if message["ours"] else {})
    if files := message.get("files"):
        content["attachments"] = [{"type": file["kind"], "payload": {"url": file["url"]}} for file in files]
    at = int(message.created_at * 1000)
    event = {"sender": sender, "recipient": recipient, "timestamp": at, "message": content}
    tell_event(net, thread.owner, event, "messages")


def tell_event(net: Instagram, account: str, event: dict[str, Any], field: str) -> None:
    """What happens in private conversations lies in `messaging`."""
    _tell(net, account, field, {"time": event["timestamp"], "messaging": [event]})
