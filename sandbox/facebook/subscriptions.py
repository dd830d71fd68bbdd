"""Webhooks: who hears of what, the handshake, the signed events. https://developers.facebook.com/docs/graph-api/webhooks

The app's subscription (`subscription`, id app:object) says where and which fields; the Page's (`subscribed`, id page:app) which
of them for this Page. An event goes out when both name its field.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.facebook.call import Call
from sandbox.facebook.edges import METADATA, edge
from sandbox.facebook.errors import GraphError, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

NAMES = """
feed mention ratings messages message_echoes message_edits message_reactions message_reads message_deliveries message_context
messaging_postbacks messaging_referrals messaging_optins messaging_handovers messaging_policy_enforcement response_feedback
name picture category description website phone email hours location conversations leadgen live_videos videos
standby inbox_labels publisher_subscriptions feature_access_list
"""
FIELDS = frozenset(NAMES.split())


# --- the app's subscription ----------------------------------------------------------------------------------


@edge("POST", "app", "subscriptions")
async def subscribe(net: Facebook, call: Call, app: Doc) -> dict[str, Any]:
    """With the app's token; the callback must answer the handshake with the bare challenge."""
    _need_app_token(call, app)
    kind, callback = call.choice("object", ("page", "user", "permissions", "instagram")), call.text("callback_url")
    wanted, word = _names(call, "fields"), call.text("verify_token")
    if not kind or not callback or not wanted:
        raise invalid("Params object, callback_url and fields are required")
    await _shake_hands(net, callback, word)
    data = {"callback_url": callback, "fields": wanted, "verify_token": word}
    net.docs.put("subscription", data, doc_id=f"{app.id}:{kind}", owner=app.id, key=kind)
    return {"success": True}


async def _shake_hands(net: Facebook, callback: str, word: str) -> None:
    challenge = str(secrets.randbelow(10**10))
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": word}
    status, answer = await net.hooks.fetch(callback, asked)
    if status != 200 or answer.strip() != challenge:
        raise GraphError(
            2200,
            "(#2200) Callback verification failed with the following errors: "
            f"HTTP Status Code = {status}; curl_errno = 0; the challenge was not returned",
        )


@edge("GET", "app", "subscriptions")
def subscriptions(net: Facebook, call: Call, app: Doc) -> dict[str, Any]:
    """What the app hears of."""
    _need_app_token(call, app)
    found = net.docs.find("subscription", owner=app.id)
    return {"data": [_subscription(net, call, doc) for doc in found]}


def _subscription(net: Facebook, call: Call, doc: Doc) -> dict[str, Any]:
    fields = [{"name": name, "version": call.version} for name in doc["fields"]]
    return {"object": doc.key, "callback_url": doc["callback_url"], "active": True, "fields": fields}


@edge("DELETE", "app", "subscriptions")
def unsubscribe(net: Facebook, call: Call, app: Doc) -> dict[str, Any]:
    """One object's subscription, or all."""
    _need_app_token(call, app)
    kind = call.text("object")
    for doc in net.docs.find("subscription", owner=app.id):
        if kind in ("", doc.key):
            net.docs.delete("subscription", doc.id)
    return {"success": True}


def _need_app_token(call: Call, app: Doc) -> None:
    if not call.token or call.token["kind"] != "app" or call.token.parent != app.id:
        raise GraphError(15, "(#15) This method must be called with an app access_token.")


def _names(call: Call, name: str) -> list[str]:
    wanted = call.words(name)
    if unknown := [field for field in wanted if field not in FIELDS]:
        allowed = ", ".join(sorted(FIELDS))
        raise invalid(f"Param {name}[0] must be one of {{{allowed}}} - got {json.dumps(unknown[0])}.")
    return wanted


# --- the Page's subscription ---------------------------------------------------------------------------------


@edge("POST", "page", "subscribed_apps", METADATA, page_token=True)
def subscribe_page(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """`subscribed_fields`, for the token's app."""
    wanted = _names(call, "subscribed_fields")
    if not wanted:
        raise invalid("The parameter subscribed_fields is required")
    if call.token and any(name.startswith("messag") for name in wanted) and "pages_messaging" not in call.token["scopes"]:
        raise GraphError(200, "(#200) To subscribe to the messages field, one of these permissions is needed: pages_messaging")
    app = call.token.parent if call.token else ""
    net.docs.put("subscribed", {"fields": wanted}, doc_id=f"{page.id}:{app}", owner=page.id, parent=app)
    return {"success": True}


@edge("GET", "page", "subscribed_apps", METADATA)
def subscribed_apps(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """The apps that hear of this Page."""
    found = net.docs.find("subscribed", owner=page.id)
    data = [{"id": doc.parent, "name": net.app_name(doc.parent), "subscribed_fields": doc["fields"]} for doc in found]
    return {"data": data}


@edge("DELETE", "page", "subscribed_apps", METADATA, page_token=True)
def unsubscribe_page(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """The token's app hears no more of this Page."""
    net.docs.delete("subscribed", f"{page.id}:{call.token.parent if call.token else ''}")
    return {"success": True}


# --- events --------------------------------------------------------------------------------------------------


def tell(net: Facebook, page: str, field: str, entry: dict[str, Any], event: str) -> None:
    """Send one entry to every app that asked for the field, at both levels."""
    for chosen in net.docs.find("subscribed", owner=page):
        place = net.docs.get("subscription", f"{chosen.parent}:page")
        app = net.tokens.app(chosen.parent)
        if place and app and field in chosen["fields"] and field in place["fields"]:
            body = encode({"object": "page", "entry": [entry]})
            net.hooks.send(net.slug, page, place["callback_url"], body, sign(app["secret"], body), event)


def encode(value: dict[str, Any]) -> bytes:
    """As PHP's json_encode: non-ASCII and slashes escaped. Who signs a parsed and rewritten body gets another signature."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()


def sign(secret: str, body: bytes) -> dict[str, str]:
    """Both signature headers over the raw bytes."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature": "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
    }


def _feed(net: Facebook, page: str, value: dict[str, Any]) -> None:
    entry = {"id": page, "time": int(net.now()), "changes": [{"field": "feed", "value": value}]}
    tell(net, page, "feed", entry, f"{value['item']} {value['verb']}")


def tell_post(net: Facebook, post: Doc, verb: str) -> None:
    """A post of the Page itself: status, photo or video."""
    if post["kind"] == "story" or (post.key != "published" and verb == "add"):
        return
    item = {"photo": "photo", "album": "photo", "video": "video", "reel": "video", "link": "share"}.get(post["kind"], "status")
    value: dict[str, Any] = {"item": item, "verb": verb, "post_id": post.id, "published": 1}
    value |= {"from": {"id": post.owner, "name": net.page_name(post.owner)}, "created_time": int(post.created_at)}
    if verb != "remove" and post["text"]:
        value["message"] = post["text"]
    _feed(net, post.owner, value)


def tell_comment(net: Facebook, comment: Doc, verb: str) -> None:
    """`parent_id` is the post's for a top-level comment."""
    value: dict[str, Any] = {"item": "comment", "verb": verb, "comment_id": comment.id, "post_id": net.post_of(comment)}
    value |= {"parent_id": comment["answers"] or value["post_id"], "created_time": int(comment.created_at)}
    value["from"] = {"id": comment["author_id"], "name": comment["author"]}
    if verb != "remove":
        value["message"] = comment["text"]
        value |= {"photo": comment["attachment"]} if comment.get("attachment") else {}
    _feed(net, comment.owner, value)


def tell_reaction(net: Facebook, target: Doc, who: tuple[str, str], kind: str, verb: str) -> None:
    """A reaction to a post or comment."""
    value: dict[str, Any] = {"item": "reaction", "verb": verb, "reaction_type": kind.lower(), "created_time": int(net.now())}
    value |= {"from": {"id": who[0], "name": who[1]}, "post_id": net.post_of(target), "parent_id": net.post_of(target)}
    if "answers" in target.data:
        value["comment_id"] = target.id
    _feed(net, target.owner, value)


def tell_message(net: Facebook, page: str, event: dict[str, Any], field: str) -> None:
    """Messenger events lie in `messaging`, with times in milliseconds."""
    entry = {"id": page, "time": int(net.now() * 1000), "messaging": [event]}
    tell(net, page, field, entry, field)
