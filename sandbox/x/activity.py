"""Webhooks (with CRC and signature) and the X Activity API. https://docs.x.com/x-api/webhooks/introduction"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox import clock
from sandbox.store import Doc
from sandbox.x import problems
from sandbox.x.calls import APP, EITHER, Call, Endpoint
from sandbox.x.fields import EVENTS
from sandbox.x.schema import SUBSCRIBE, check
from sandbox.x.shapes import wish

if TYPE_CHECKING:
    from sandbox.x.network import X

PRIVATE = ("dm.", "follow.")
AT_MOST = 1500
EVERYTHING = "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,entities,attachments,note_tweet"


def signature(secret: str, content: bytes) -> str:
    """`sha256=` and the base64 HMAC with the app's secret."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()


class Activity:
    """Documents: `webhook` (owner = app; data url, valid), `subscription` (owner = user, parent = webhook)."""

    def __init__(self, x: X) -> None:
        self.x = x

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        hook, subscription = "/2/webhooks/{id}", "/2/activity/subscriptions/{id}"
        read = ("tweet.read",)
        return [
            Endpoint("POST", "/2/webhooks", self.create, "webhooks", who=APP),
            Endpoint("GET", "/2/webhooks", self.hooks, "webhooks", query=("webhook_config.fields",), who=APP),
            Endpoint("PUT", hook, self.check_again, "webhooks", who=APP),
            Endpoint("DELETE", hook, self.delete, "webhooks", who=APP),
            Endpoint("POST", "/2/activity/subscriptions", self.subscribe, "activity", read, who=EITHER),
            Endpoint(
                "GET",
                "/2/activity/subscriptions",
                self.subscriptions,
                "activity",
                read,
                ("max_results", "pagination_token"),
                EITHER,
            ),
            Endpoint("DELETE", subscription, self.unsubscribe, "activity", read, who=EITHER),
        ]

    async def create(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Register a callback after it has passed the CRC."""
        body = await call.json()
        check(body, {"url*": ("string", None)})
        url, app = body["url"], self._app(call)
        if len(url) > 200 or not _allowed(url):
            raise problems.invalid("url", url, "The url must be https, without a port, of at most 200 characters.")
        if any(hook["url"] == url for hook in self.x.docs.find("webhook", owner=app.id)):
            raise problems.problem(409, "Conflict", "The webhook url is registered already.", "conflict")
        if not await self._answers_crc(url, app):
            raise problems.invalid("url", url, "CRC check failed: the url did not answer with the expected response_token.")
        hook = self.x.docs.put("webhook", {"url": url, "valid": True}, owner=app.id)
        return 200, {"data": self._shown(hook)}

    async def hooks(self, call: Call) -> tuple[int, dict[str, Any]]:
        """The app's webhooks."""
        found = [self._shown(hook) for hook in self.x.docs.find("webhook", owner=self._app(call).id)]
        return 200, {**({"data": found} if found else {}), "meta": {"result_count": len(found)}}

    async def check_again(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Another CRC."""
        hook = self._hook(call, call.request.path_params["id"])
        valid = await self._answers_crc(hook["url"], self._app(call))
        self.x.docs.change("webhook", hook.id, valid=valid)
        return 200, {"data": {"valid": valid, "attempted": True}}

    async def delete(self, call: Call) -> tuple[int, dict[str, Any]]:
        """The webhook and its subscriptions."""
        hook = self._hook(call, call.request.path_params["id"])
        for subscription in self.x.docs.find("subscription", parent=hook.id):
            self.x.docs.delete("subscription", subscription.id)
        self.x.docs.delete("webhook", hook.id)
        return 200, {"data": {"deleted": True}}

    async def subscribe(self, call: Call) -> tuple[int, dict[str, Any]]:
        """One kind of event of one user, to a webhook of the same app."""
        body = await call.json()
        check(body, SUBSCRIBE)
        kind, user = body["event_type"], body["filter"].get("user_id", "")
        if kind not in EVENTS:
            raise problems.invalid("event_type", kind, "$.event_type: does not have a value in the enumeration")
        if kind.startswith(PRIVATE) and (call.me is None or call.me.id != user):
            raise problems.forbidden("This event type needs the OAuth 2.0 user token of the filtered user.")
        if kind.startswith("dm.") and "dm.read" not in call.token["scopes"]:
            raise problems.forbidden("Forbidden")
        hook = self._hook(call, body.get("webhook_id", ""))
        mine = self.x.docs.find("subscription", owner=user)
        if any(one["event_type"] == kind and one.parent == hook.id for one in mine):
            raise problems.problem(409, "Conflict", "The subscription exists already.", "conflict")
        if len(self.x.docs.find("subscription", parent=hook.id, limit=AT_MOST)) >= AT_MOST:
            raise problems.forbidden("The limit of 1500 subscriptions is reached.")
        data = {"event_type": kind, "filter": body["filter"], "tag": body.get("tag", ""), "app": call.token.parent}
        made = self.x.docs.put("subscription", data, owner=user, parent=hook.id)
        return 200, {"data": {"subscription": _subscription(made)}}

    async def subscriptions(self, call: Call) -> tuple[int, dict[str, Any]]:
        """The app's subscriptions."""
        found = [doc for doc in self.x.docs.find("subscription") if doc["app"] == call.token.parent]
        return 200, {"data": [_subscription(doc) for doc in found], "meta": {"total_subscriptions": len(found)}}

    async def unsubscribe(self, call: Call) -> tuple[int, dict[str, Any]]:
        """End one."""
        found = self.x.docs.get("subscription", call.request.path_params["id"])
        if found is None or found["app"] != call.token.parent:
            raise problems.Problem(404, problems.not_found("subscription", "subscription_id", call.request.path_params["id"]))
        self.x.docs.delete("subscription", found.id)
        return 200, {"data": {"deleted": True}}

    def posted(self, post: Doc, named: set[str]) -> None:
        """Tell of a new post: its author, those whom its text names, the author whom it answers."""
        self._tell("post.create", post.owner, post)
        for user in filter(None, map(self.x.by_username, named)):
            if user.id != post.owner:
                self._tell("post.mention.create", user.id, post)
        if post.get("to_user") and post["to_user"] != post.owner:
            self._tell("post.reply.create", post["to_user"], post)

    def deleted(self, post: Doc) -> None:
        """Tell of a deletion."""
        self._tell("post.delete", post.owner, post)

    def liked(self, post: Doc, who: Doc) -> None:
        """Tell the post's author of a like."""
        self._emit(
            "like.create", post.owner, {"liked_tweet_id": post.id, "liking_user_id": who.id, "like_count_str": "1"}, [who]
        )

    def messaged(self, kind: str, account: str, event: dict[str, Any], users: list[Doc]) -> None:
        """Tell of a private message."""
        self._emit(kind, account, event, users)

    def _tell(self, kind: str, user: str, post: Doc) -> None:
        if not self.x.docs.one("subscription", owner=user):
            return
        author = self.x.user(post.owner)
        shown = self.x.shapes.post(post, wish({"tweet.fields": EVERYTHING}))
        self._emit(kind, user, shown, [author] if author else [])

    def _emit(self, kind: str, user: str, payload: dict[str, Any], users: list[Doc]) -> None:
        for subscription in self.x.docs.find("subscription", owner=user):
            hook = self.x.docs.get("webhook", subscription.parent)
            app = self.x.tokens.app(subscription["app"])
            if subscription["event_type"] != kind or hook is None or app is None or not hook["valid"]:
                continue
            includes = {"users": [self.x.shapes.user(doc, set()) for doc in users]}
            data = {"event_uuid": self.x.store.next_id(), "filter": subscription["filter"], "event_type": kind}
            body = json.dumps({"data": {**data, "tag": subscription["tag"], "payload": payload, "includes": includes}}).encode()
            headers = {"content-type": "application/json", "x-twitter-webhooks-signature": signature(app["secret"], body)}
            self.x.hooks.send("x", user, hook["url"], body, headers, kind)

    async def _answers_crc(self, url: str, app: Doc) -> bool:
        token = secrets.token_urlsafe(24)
        status, words = await self.x.hooks.fetch(url, {"crc_token": token})
        try:
            answer = json.loads(words) if status == 200 else {}
        except ValueError:
            answer = {}
        return isinstance(answer, dict) and answer.get("response_token") == signature(app["secret"], token.encode())

    def _app(self, call: Call) -> Doc:
        app = self.x.tokens.app(call.token.parent)
        if app is None:
            raise problems.unauthorized()
        return app

    def _hook(self, call: Call, hook_id: str) -> Doc:
        hook = self.x.docs.get("webhook", hook_id)
        if hook is None or hook.owner != call.token.parent:
            raise problems.Problem(404, problems.not_found("webhook", "webhook_id", hook_id))
        return hook

    def _shown(self, hook: Doc) -> dict[str, Any]:
        return {"id": hook.id, "url": hook["url"], "valid": hook["valid"], "created_at": clock.iso_millis(hook.created_at)}


def _allowed(url: str) -> bool:
    """X takes https without a port only. A practice network serves its own machine, so plain http to that is let through."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    return local or (parts.scheme == "https" and bool(parts.hostname) and parts.port is None)


def _subscription(doc: Doc) -> dict[str, Any]:
    moment = clock.iso_millis(doc.created_at)
    shown = {"subscription_id": doc.id, "event_type": doc["event_type"], "filter": doc["filter"], "tag": doc["tag"]}
    return {**shown, "webhook_id": doc.parent, "created_at": moment, "updated_at": moment}
