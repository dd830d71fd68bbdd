"""Creating, deleting and hiding posts. https://docs.x.com/x-api/posts/create-post"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from typing import TYPE_CHECKING, Any

from sandbox.store import Doc
from sandbox.x import problems, text
from sandbox.x.calls import Call, Endpoint
from sandbox.x.schema import CREATE_POST, check

if TYPE_CHECKING:
    from sandbox.x.network import X

LENGTH = 280
PREMIUM_LENGTH = 25_000
REMEMBERED = 24 * 3600.0  # how long X calls the same words "recent" isn't documented: a day here
WRITE = ("tweet.read", "tweet.write", "users.read")
LIKE = ("like.write", "tweet.read", "users.read")


class Posts:
    """POST /2/tweets with everything that X refuses."""

    def __init__(self, x: X) -> None:
        self.x = x

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        return [
            Endpoint("POST", "/2/tweets", self.create, "post", WRITE),
            Endpoint("DELETE", "/2/tweets/{id}", self.delete, "delete", WRITE),
            Endpoint("PUT", "/2/tweets/{id}/hidden", self.hide, "hide", ("tweet.moderate.write", "tweet.read", "users.read")),
            Endpoint("POST", "/2/users/{id}/likes", self.like, "like", LIKE),
            Endpoint("DELETE", "/2/users/{id}/likes/{post}", self.unlike, "like", LIKE),
        ]

    async def create(self, call: Call) -> tuple[int, dict[str, Any]]:
        """201 with id and text, or the problem."""
        body = await call.json()
        check(body, CREATE_POST)
        words = unicodedata.normalize("NFC", body.get("text", ""))
        self._content(call.account, body, words)
        parent = self._parent(call.account, body)
        self._right_to(call.account, body, words)
        self._not_said_before(call.account, words, body, parent)
        post = self.write(call.account, words, parent, body)
        # The write endpoints kept the old field names in 2.167's prose and samples.
        return 201, {"data": {"id": post.id, "text": post["wire"], "edit_history_tweet_ids": [post.id]}}

    async def delete(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Only one's own."""
        post = self.x.docs.get("post", call.request.path_params["id"])
        if post and post.owner != call.account.id:
            raise problems.forbidden("You are not authorized to delete this Tweet.")
        if post:
            self.x.forget_post(post)
            self.x.activity.deleted(post)
        return 200, {"data": {"deleted": True}}

    async def hide(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Hide or show a reply in a conversation that one began."""
        body = await call.json()
        post = self.x.docs.get("post", call.request.path_params["id"])
        root = self.x.docs.get("post", post.key) if post else None
        if not isinstance(body.get("hidden"), bool):
            raise problems.invalid("hidden", body.get("hidden"), "$.hidden: is missing but it is required")
        if post is None or root is None or root.owner != call.account.id or post.id == root.id:
            raise problems.forbidden()
        self.x.docs.change("post", post.id, hidden=body["hidden"])
        return 200, {"data": {"hidden": body["hidden"]}}

    async def like(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Closed to self-serve apps since 20 April 2026: open to accounts made with `enterprise`."""
        post = self._liked(call, str((await call.json()).get("tweet_id", "")))
        self.x.docs.put("like", {}, doc_id=f"{post.id}:{call.account.id}", owner=call.account.id, parent=post.id)
        return 200, {"data": {"liked": True}}

    async def unlike(self, call: Call) -> tuple[int, dict[str, Any]]:
        """What is not liked stays so."""
        post = self._liked(call, call.request.path_params["post"])
        self.x.docs.delete("like", f"{post.id}:{call.account.id}")
        return 200, {"data": {"liked": False}}

    def _liked(self, call: Call, name: str) -> Doc:
        post = self.x.docs.get("post", name)
        if call.request.path_params["id"] != call.account.id or not call.account.get("enterprise"):
            raise problems.forbidden("Likes are not available at your access level.")
        if post is None:
            raise problems.invalid("tweet_id", name, f"The `tweet_id` [{name}] is not valid")
        return post

    def _content(self, me: Doc, body: dict[str, Any], words: str) -> None:
        kinds = [name for name in ("media", "poll", "quote_tweet_id", "card_uri") if name in body]
        if len(kinds) > 1:
            raise problems.invalid(kinds[0], body[kinds[0]], f"[{', '.join(kinds)}] are mutually exclusive.")
        if not words.strip() and "media" not in body:
            raise problems.invalid("text", words, "At least one of text or media must be provided and not be empty.")
        limit = LENGTH if me.get("subscription_type", "None") == "None" else PREMIUM_LENGTH
        if text.weighted_length(words) > limit:
            raise problems.forbidden()
        if "media" in body:
            self.x.media.check_for_post(me, body["media"]["media_ids"])

    def _right_to(self, me: Doc, body: dict[str, Any], words: str) -> None:
        if "quote_tweet_id" in body:  # closed to self-serve apps since 20 April 2026
            raise problems.forbidden("Quoting posts through the API is not available at your access level.")
        if len(text.cashtags(words)) > 1:  # one per post since 2026
            raise problems.forbidden()
        closed = ("edit_options", "for_super_followers_only", "community_id", "nullcast", "card_uri")
        if any(body.get(name) for name in closed):  # features that a practice account doesn't have
            raise problems.forbidden()
        if "share_with_followers" in body:
            raise problems.invalid("share_with_followers", body["share_with_followers"], "It needs a community_id.")

    def _parent(self, me: Doc, body: dict[str, Any]) -> Doc | None:
        if "reply" not in body:
            return None
        parent = self.x.docs.get("post", body["reply"]["in_reply_to_tweet_id"])
        if parent is None:
            raise problems.forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
        # Since 23 February 2026 an app may answer only authors who mentioned or quoted its user; own threads may go on.
        if parent.owner != me.id and not self.x.docs.get("mention", f"{parent.id}:{me.id}"):
            raise problems.forbidden(problems.REPLY_REFUSED)
        return parent

    def _not_said_before(self, me: Doc, words: str, body: dict[str, Any], parent: Doc | None) -> None:
        said = self.x.docs.get("said", self._fingerprint(me, words, body.get("media", {}), parent))
        if said and said["at"] > self.x.now() - REMEMBERED and self.x.docs.get("post", said["post"]):
            raise problems.forbidden(problems.DUPLICATE)

    def _fingerprint(self, me: Doc, words: str, media: dict[str, Any], parent: Doc | None) -> str:
        """Same words by the same user; other media make another post, and so does the name that a reply begins with."""
        to = parent.owner if parent and parent.owner != me.id else ""
        whole = "\0".join([me.id, " ".join(words.split()).lower(), to, *media.get("media_ids", [])])
        return hashlib.sha256(whole.encode()).hexdigest()

    def write(self, author: Doc, words: str, parent: Doc | None, body: dict[str, Any]) -> Doc:
        """The post itself, for accounts and for fans: wire text, entities, conversation, mentions, events."""
        post_id = self.x.store.next_id()
        media = body.get("media", {}).get("media_ids", [])
        to = self.x.user(parent.owner) if parent and parent.owner != author.id else None
        data = {
            **self._wire(author, post_id, words, to, media),
            "text": words,
            "media": media,
            "poll": {**body["poll"], "id": self.x.store.next_id()} if "poll" in body else None,
            "reply_settings": body.get("reply_settings", ""),
            "to_user": parent.owner if parent else None,
            "labels": [name for name in ("made_with_ai", "paid_partnership") if body.get(name)],
        }
        root = parent.key if parent else post_id
        put = self.x.docs.put
        post = put("post", data, doc_id=post_id, owner=author.id, parent=parent.id if parent else "", key=root)
        put(
            "said", {"post": post_id, "at": self.x.now()}, doc_id=self._fingerprint(author, words, {"media_ids": media}, parent)
        )
        for mention in data["entities"].get("mentions", []):
            put("mention", {}, doc_id=f"{post_id}:{mention['id']}", owner=mention["id"], parent=post_id)
        self.x.activity.posted(post, set(text.mentions(words)))
        return post

    def _wire(self, author: Doc, post_id: str, words: str, to: Doc | None, media: list[str]) -> dict[str, Any]:
        """Text as the API gives it: a reply begins with the name it answers, links are t.co's, media end it with a link."""
        if to and to["username"].lower() not in text.mentions(words):
            words = f"@{to['username']} {words}"
        wire, urls = text.wrap(words, [_short() for _ in text.links(words)])
        if media:
            wire, link = self._media_link(author, post_id, wire, media)
            urls += link
        everybody = [(match.span(), self.x.by_username(match.group(1))) for match in text.MENTION.finditer(wire)]
        mentions = [
            {"start": span[0], "end": span[1], "username": user["username"], "id": user.id} for span, user in everybody if user
        ]
        entities = {"urls": urls, "mentions": mentions, "hashtags": text.tags(wire)}
        long = text.weighted_length(words) > LENGTH
        note = {"text": text.escaped(wire)} if long else None
        shown = wire[: LENGTH - 5].rstrip() + "…" if long else wire
        return {
            "wire": text.escaped(shown),
            "note": note,
            "entities": {name: found for name, found in entities.items() if found},
        }

    def _media_link(self, author: Doc, post_id: str, wire: str, media: list[str]) -> tuple[str, list[dict[str, Any]]]:
        url = _short()
        first = self.x.docs.many("media", media)
        kind = "video" if first and first[0]["mime"].startswith("video/") else "photo"
        whole = f"{wire} {url}" if wire else url
        place = {"start": len(whole) - len(url), "end": len(whole), "url": url}
        there = {
            "expanded_url": f"https://x.com/{author['username']}/status/{post_id}/{kind}/1",
            "display_url": f"pic.x.com/{url.rpartition('/')[2]}",
        }
        return whole, [{**place, **there, "media_key": self.x.media.key(one)} for one in first]


def _short() -> str:
    return f"https://t.co/{secrets.token_hex(5)}"
