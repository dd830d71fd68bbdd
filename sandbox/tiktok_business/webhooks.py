"""Events: one callback per app and kind of event, signed deliveries without any text.
https://business-api.tiktok.com/portal/docs?id=1810521279479810 and 1759978341579777 (the signature)"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.store import Doc
from sandbox.tiktok.checks import loadable
from sandbox.tiktok_business.calls import Call, Endpoint, absent, wrong
from sandbox.tiktok_business.comments import unique_identifier

if TYPE_CHECKING:
    from sandbox.tiktok_business.network import TikTokBusiness

KINDS = ("VIDEO", "COMMENT", "DIRECT_MESSAGE", "BRAND_MENTION", "DEFAULT")
APP = {"app_id": str, "secret": str, "event_type": str}


class Webhooks:
    """Rows of the API under /business/webhook/, which the app makes with its secret, and what is sent."""

    def __init__(self, network: TikTokBusiness) -> None:
        self.network, self.docs = network, network.docs

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        base, placing = "/business/webhook", {**APP, "callback_url": str, "item_list": list}
        needs = [*APP, "callback_url"]
        return [
            Endpoint("POST", f"{base}/update/", self.update, takes=placing, needs=needs, with_token=False),
            Endpoint("GET", f"{base}/list/", self.listed, takes=APP, needs=list(APP), with_token=False),
            Endpoint("POST", f"{base}/delete/", self.delete, takes=APP, needs=list(APP), with_token=False),
        ]

    async def update(self, call: Call) -> dict[str, Any]:
        """Where events of a kind go from now on."""
        name, address = self._name(call), call.text("callback_url")
        if not loadable(address):
            raise wrong("callback_url must be https")
        data = {"event_type": call.text("event_type"), "callback_url": address}
        return self._shown(self.docs.put("webhook", data, doc_id=name, owner=call.text("app_id"), key=data["event_type"]))

    async def listed(self, call: Call) -> dict[str, Any]:
        """Where events of a kind go."""
        return self._shown(self._found(call))

    async def delete(self, call: Call) -> dict[str, Any]:
        """Events of a kind go nowhere."""
        webhook = self._found(call)
        self.docs.delete("webhook", webhook.id)
        return self._shown(webhook)

    def _name(self, call: Call) -> str:
        app = self.network.login.app(call.text("app_id"), call.text("secret"))
        return f"{app.id}:{call.one_of('event_type', *KINDS)}"

    def _found(self, call: Call) -> Doc:
        webhook = self.docs.get("webhook", self._name(call))
        if webhook is None:
            raise absent("The webhook")
        return webhook

    def _shown(self, webhook: Doc) -> dict[str, Any]:
        return {"app_id": webhook.owner, **webhook.data}

    def tell(self, account: str, comment: Doc, action: str) -> None:
        """`comment.update` to every app that the account has let in. Whether an app hears of the account's own comments isn't
        told; here it does. The parent of a top comment is taken to be 0."""
        content = {
            "comment_id": int(comment.id),  # bare integers, larger than what a float can hold
            "video_id": int(comment.parent),
            "parent_comment_id": int(comment["answers"] or 0),
            "comment_type": "reply" if comment["answers"] else "comment",
            "comment_action": action,
            "unique_identifier": unique_identifier(comment.owner),
            "timestamp": int(self.network.now()),
        }
        access = [token for token in self.network.tokens.of_account(account) if self.network.tokens.state(token) == "alive"]
        for webhook in self.docs.find("webhook", key="COMMENT"):
            if any(token.parent == webhook.owner for token in access):
                self._send(webhook, account, "comment.update", content)

    def _send(self, webhook: Doc, account: str, event: str, content: dict[str, Any]) -> None:
        app = self.network.tokens.app(webhook.owner)
        at = int(self.network.now())
        whole = {"client_key": webhook.owner, "event": event, "create_time": at, "user_openid": account}
        body = json.dumps({**whole, "content": json.dumps(content)}).encode()
        signature = hmac.new(str(app["secret"] if app else "").encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "TikTok-Signature": f"t={at},s={signature}",
            "webhook-schema-version": "1.0",
            "x-tt-logid": secrets.token_hex(16),
        }
        self.network.hooks.send(self.network.slug, account, webhook["callback_url"], body, headers, event)
