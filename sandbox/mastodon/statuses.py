"""Writing, reading and deleting statuses. https://docs.joinmastodon.org/methods/statuses/"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.mastodon import errors, text
from sandbox.mastodon.calls import Answer, Call, Endpoint
from sandbox.mastodon.errors import Problem
from sandbox.mastodon.limits import DELETES, STATUSES
from sandbox.mastodon.shapes import MOST, POLL_SECONDS
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.mastodon.network import Mastodon

KEYS_LIVE = 3600.0  # how long the server remembers an Idempotency-Key
VISIBILITIES = ("public", "unlisted", "private", "direct")
POLICIES = ("public", "followers", "nobody")
READ, WRITE, LIKES = ("read:statuses",), ("write:statuses",), ("write:favourites",)
PAGE = 40


class Statuses:
    """A `post` document's data: text, spoiler_text, sensitive, visibility, language, media, poll, quotes, quote_policy;
    owner the author, parent what it answers, key the conversation's first post."""

    def __init__(self, server: Mastodon) -> None:
        self.server = server

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API; the most frequent call first."""
        return [
            Endpoint("POST", "/api/v1/statuses", self.create, WRITE, STATUSES),
            Endpoint("GET", "/api/v1/statuses", self.several, READ),
            Endpoint("GET", "/api/v1/statuses/{id}", self.show, READ),
            Endpoint("POST", "/api/v1/statuses/{id}/favourite", self.favourite, LIKES),
            Endpoint("POST", "/api/v1/statuses/{id}/unfavourite", self.unfavourite, LIKES),
            Endpoint("DELETE", "/api/v1/statuses/{id}", self.delete, WRITE, DELETES),
            Endpoint("GET", "/api/v1/statuses/{id}/source", self.source, READ),
            Endpoint("GET", "/api/v1/statuses/{id}/context", self.context, READ),
            Endpoint("GET", "/api/v1/accounts/{id}/statuses", self.of_account, READ),
            Endpoint("GET", "/api/v2/search", self.search, ("read:search",)),
        ]

    async def create(self, call: Call) -> Answer:
        """A new status, or the one that this Idempotency-Key made within the hour."""
        given = await call.params()
        parent = self._parent(call.me, given)
        key = call.request.headers.get("idempotency-key", "")
        if known := self._made_by(call.me, key):
            return Answer(self.server.shapes.status(known))
        if given.get("scheduled_at"):
            raise Problem(422, "This practice server keeps no schedule: publish at the time.")
        ids = [str(one) for one in given.get("media_ids") or []]
        media = self.server.media.for_post(call.me, ids)
        data = self._checked(call.me, given, ids)
        post = self.write(call.me, data, parent)
        for one in media:
            self.server.docs.change("media", one.id, attached=post.id)
        if key:
            self.server.docs.put("key", {"at": self.server.now()}, doc_id=f"{call.me.id}:{key}", parent=post.id)
        return Answer(self.server.shapes.status(post))

    async def several(self, call: Call) -> Answer:
        """Those of `id[]` that the account may see."""
        ids = call.request.query_params.getlist("id[]")
        found = [post for post in self.server.docs.many("post", ids) if self._may_see(call.me, post)]
        return Answer([self.server.shapes.status(post, call.me) for post in found])

    async def favourite(self, call: Call) -> Answer:
        """Once, however often it is asked for."""
        post = self._seen(call)
        self.server.docs.put("like", {}, doc_id=f"{post.id}:{call.me.id}", owner=call.me.id, parent=post.id)
        return Answer(self.server.shapes.status(post, call.me))

    async def unfavourite(self, call: Call) -> Answer:
        """Also fine when it was none."""
        post = self._seen(call)
        self.server.docs.delete("like", f"{post.id}:{call.me.id}")
        return Answer(self.server.shapes.status(post, call.me))

    async def show(self, call: Call) -> Answer:
        """One status."""
        return Answer(self.server.shapes.status(self._seen(call), call.me))

    async def delete(self, call: Call) -> Answer:
        """Only one's own; gives its source so that it can be written anew."""
        post = self._own(call)
        shown = {**self.server.shapes.status(post), "text": post["text"]}
        self.server.docs.delete("post", post.id)
        for media in self.server.docs.many("media", post["media"]):
            if call.query.get("delete_media") == "true":
                self.server.docs.delete("media", media.id)
            else:
                self.server.docs.change("media", media.id, attached="")
        return Answer(shown)

    async def source(self, call: Call) -> Answer:
        """The text as it was written."""
        post = self._own(call)
        return Answer({"id": post.id, "text": post["text"], "spoiler_text": post["spoiler_text"]})

    async def context(self, call: Call) -> Answer:
        """What it answers, and the answers to it."""
        post = self._seen(call)
        above: list[Doc] = []
        below: list[Doc] = []
        parent = self.server.docs.get("post", post.parent)
        while parent:
            above.insert(0, parent)
            parent = self.server.docs.get("post", parent.parent)
        ids = {post.id}
        for other in self.server.docs.find("post", key=post.key, oldest_first=True):
            blocked = self.server.blocks(call.me.id, other.owner)
            if other.parent in ids and self._may_see(call.me, other) and not blocked:
                ids.add(other.id)
                below.append(other)
        status = self.server.shapes.status
        return Answer({"ancestors": [status(one) for one in above], "descendants": [status(one) for one in below]})

    async def of_account(self, call: Call) -> Answer:
        """An account's statuses, newest first, with the next page in a Link header."""
        if not self.server.user(call.wanted):
            raise errors.not_found()
        query = call.query
        limit = min(int(query.get("limit", 20)), PAGE)
        older = int(query["max_id"]) if query.get("max_id", "").isdigit() else None
        found = [post for post in self.server.docs.find("post", owner=call.wanted, limit=100_000) if self._fits(call, post)]
        found = [post for post in found if older is None or int(post.id) < older][:limit]
        links = {}
        if len(found) == limit:
            own = {name: value for name, value in query.items() if name != "max_id"}
            rest = "".join(f"&{name}={value}" for name, value in own.items())
            address = f"{self.server.url}/api/v1/accounts/{call.wanted}/statuses?max_id={found[-1].id}{rest}"
            links = {"Link": f'<{address}>; rel="next"'}
        return Answer([self.server.shapes.status(post) for post in found], headers=links)

    async def search(self, call: Call) -> Answer:
        """By the address of a status only."""
        found = re.search(r"/(?:@[\w.-]+|statuses)/(\d+)$", call.query.get("q", ""))
        post = self.server.docs.get("post", found[1]) if found and call.query["q"].startswith(self.server.url) else None
        seen = [post] if post and self._may_see(call.me, post) else []
        return Answer({"accounts": [], "hashtags": [], "statuses": [self.server.shapes.status(one) for one in seen]})

    def write(self, author: Doc, data: dict[str, Any], parent: Doc | None) -> Doc:
        """The post itself, for accounts and for fans."""
        post_id = self.server.store.next_id()
        named = self._named(str(data.get("text", "")), author)
        blank = {
            "mentions": named,
            "text": "",
            "spoiler_text": "",
            "sensitive": False,
            "visibility": "public",
            "language": "en",
            "media": [],
        }
        whole = {**blank, "poll": None, "quotes": "", "quote_policy": "public", **data}
        key = parent.key if parent else post_id
        above = parent.id if parent else ""
        post = self.server.docs.put("post", whole, doc_id=post_id, owner=author.id, parent=above, key=key)
        self.server.notices.tell(post)
        return post

    def _named(self, words: str, author: Doc) -> list[str]:
        """The ids of those of this server whom a text names."""
        found = [self.server.by_username(name) for name in text.names(words, self.server.host)]
        return list(dict.fromkeys(user.id for user in found if user and user.id != author.id))

    # --- what the server refuses --------------------------------------------------------------------------------------

    def _checked(self, me: Doc, given: dict[str, Any], ids: list[str]) -> dict[str, Any]:
        words, warning = str(given.get("status") or ""), str(given.get("spoiler_text") or "")
        if ids and not words.strip() and warning:  # the warning becomes the text of a post of media alone
            words, warning = warning, ""
        if not words.strip() and not ids:
            raise errors.invalid("Text can't be blank")
        if text.length(warning + words) > MOST["characters"]:
            raise errors.invalid(f"Text character limit of {MOST['characters']} exceeded")
        visibility = given.get("visibility") or "public"
        policy = given.get("quote_approval_policy") or "public"
        if visibility not in VISIBILITIES:
            raise errors.invalid("Visibility is not included in the list")
        if policy not in POLICIES:
            raise errors.invalid("Quote approval policy is not included in the list")
        return {
            "text": words,
            "spoiler_text": warning,
            "sensitive": _true(given.get("sensitive")) or bool(warning),
            "visibility": visibility,
            "language": given.get("language") or "en",
            "media": ids,
            "poll": self._poll(given.get("poll"), ids),
            "quotes": self._quoted(me, given, visibility),
            "quote_policy": "nobody" if visibility in ("private", "direct") else policy,
        }

    def _poll(self, poll: Any, ids: list[str]) -> dict[str, Any] | None:
        if not poll:
            return None
        if ids:
            raise errors.invalid("Cannot attach media to a post that has a poll")
        options, seconds = [str(one) for one in poll.get("options") or []], int(poll.get("expires_in") or 0)
        if not 2 <= len(options) <= MOST["options"]:
            raise errors.invalid(f"Options must be 2 to {MOST['options']}")
        if len(set(options)) < len(options) or not all(option.strip() for option in options):
            raise errors.invalid("Options cannot contain duplicate or blank items")
        if any(len(option) > MOST["option"] for option in options):
            raise errors.invalid(f"Options can't be longer than {MOST['option']} characters each")
        if not POLL_SECONDS[0] <= seconds <= POLL_SECONDS[1]:
            raise errors.invalid("Expires at is too soon or too far into the future")
        multiple, hidden = _true(poll.get("multiple")), _true(poll.get("hide_totals"))
        return {"options": options, "expires_in": seconds, "multiple": multiple, "hide_totals": hidden}

    def _quoted(self, me: Doc, given: dict[str, Any], visibility: str) -> str:
        wanted = str(given.get("quoted_status_id") or "")
        quoted = self.server.docs.get("post", wanted) if wanted else None
        if wanted and (quoted is None or not self._may_see(me, quoted)):
            raise Problem(404, "The post you are trying to quote does not appear to exist.")
        if quoted and quoted.owner != me.id and quoted["quote_policy"] != "public":
            raise errors.invalid("You are not allowed to quote this post")
        if quoted and visibility == "direct":
            raise errors.invalid("The quoted user must be mentioned")
        return wanted

    def _parent(self, me: Doc, given: dict[str, Any]) -> Doc | None:
        wanted = str(given.get("in_reply_to_id") or "")
        parent = self.server.docs.get("post", wanted) if wanted else None
        if wanted and (parent is None or not self._may_see(me, parent)):
            raise Problem(404, "The post you are trying to reply to does not appear to exist.")
        return parent

    def _made_by(self, me: Doc, key: str) -> Doc | None:
        known = self.server.docs.get("key", f"{me.id}:{key}") if key else None
        if known is None or known["at"] + KEYS_LIVE <= self.server.now():
            return None
        post = self.server.docs.get("post", known.parent)
        if post is None:
            raise errors.not_found()
        return post

    def _may_see(self, me: Doc, post: Doc) -> bool:
        if post.owner == me.id:
            return True
        open_to_all = post["visibility"] in ("public", "unlisted") or me.id in post.get("mentions", [])
        return open_to_all and not self.server.blocks(post.owner, me.id)

    def _fits(self, call: Call, post: Doc) -> bool:
        alone = call.query.get("exclude_replies") == "true" and post.parent
        return self._may_see(call.me, post) and not alone

    def _seen(self, call: Call) -> Doc:
        post = self.server.docs.get("post", call.wanted)
        if post is None or not self._may_see(call.me, post):
            raise errors.not_found()
        return post

    def _own(self, call: Call) -> Doc:
        post = self._seen(call)
        if post.owner != call.me.id:
            raise errors.not_found()
        return post


def _true(value: Any) -> bool:
    return str(value).lower() in ("true", "1", "on")
