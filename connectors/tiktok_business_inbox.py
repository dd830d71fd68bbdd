"""Comments on TikTok: those of others below our own posts, answers, what keeps them in order, and webhooks.

https://business-api.tiktok.com/portal/docs?id=1759977800177665 (webhooks), .../docs?id=1759978341579777 (their signature)
Private messages are in this API too, but not for people in Europe: SMO does not read them.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from connectors.data import JPEG, PNG, WEBP, App, FileLimits, Media, Outgoing, Pictured, Progress, Sent, Uncertain, Words
from connectors.errors import Rejected, Unauthorized, beforehand
from connectors.problems import without_words
from connectors.talk import ATTACHED, Hook, Incoming, Leave, Moderation, Person, Span
from connectors.tiktok_business_answers import Gone
from connectors.tiktok_business_login import ANSWERING, LISTING, READING, Node, TikTokBusinessLogin, ask
from connectors.tiktok_posts import SKEW, plain
from connectors.words import _, mark

PAGE = 30  # comments in one answer, the most
FOLLOWED = timedelta(days=14)  # how old a comment may be for the answers below it to be looked at
FRESH = timedelta(minutes=5)  # how old a delivery may be; TikTok names no number
COMMENT_LENGTH = 150
# [U] measures and formats: known from a client's types; 5 MB is in the reference.
PICTURE = FileLimits(frozenset({JPEG, PNG, WEBP}), 5_000_000, min_width=360, min_height=360, max_width=1920, max_height=1920)
LIST, ANSWERS = "/business/comment/list/", "/business/comment/reply/list/"


class TikTokBusinessInbox(TikTokBusinessLogin):
    """The part of the connector that talks with people. Threads have two levels: answers hang on a top comment."""

    answers_fall = True
    pictured: ClassVar[Mapping[str, Pictured]] = {"comment": Pictured(Words.APART, PICTURE)}
    moderations: ClassVar[frozenset[Moderation]] = frozenset(set(Moderation) - {Moderation.BLOCK})

    # -- reading ---------------------------------------------------------------------------------------------------

    def incoming(self, since: datetime, posts: Sequence[str]) -> list[Incoming]:
        """Comments on `posts` and the answers below them, oldest first."""
        since = since.replace(microsecond=0)  # TikTok tells whole seconds
        found = [item for post in posts for item in self._said_below(post, since)] if self.may(READING) else []
        return sorted(found, key=lambda item: item.sent_at)

    def past(self, span: Span, posts: Sequence[str]) -> list[Incoming]:
        """Comments on what was published then, from here or not."""
        if not self.may(READING):
            return []
        every = dict.fromkeys([*posts, *self._published(span)])
        return sorted((item for post in every for item in self._said_below(post, span.oldest)), key=lambda item: item.sent_at)

    def _published(self, span: Span) -> Iterator[str]:
        for video in self.videos(span.since) if self.may(LISTING) else ():
            if moment(video["create_time"]) in span:
                yield str(video["item_id"])

    def videos(self, since: datetime) -> Iterator[Node]:
        """Our public posts, newest first, as far back as `since`."""
        fields = ["item_id", "caption", "create_time"]
        for video in self._pages("/business/video/list/", "videos", "item_id", fields=fields, max_count=20):
            if moment(video["create_time"]) < since:
                return
            yield video

    def _said_below(self, post: str, since: datetime) -> Iterator[Incoming]:
        """Newest first; of older comments too, as long as somebody may still be answering there."""
        if "~" in post:  # the number of an upload: the post never got one of its own
            return
        with suppress(Gone):  # the post was deleted on TikTok itself
            for top in self._comments(post, since - FOLLOWED):
                for each, parent in ((top, ""), *((answer, str(top["comment_id"])) for answer in self._below(post, top))):
                    if moment(each["create_time"]) >= since:
                        yield self._incoming(each, post, parent)

    def _comments(self, post: str, since: datetime) -> Iterator[Node]:
        """Top comments, newest first, hidden ones too."""
        query = {"video_id": post, "include_replies": True, "sort_field": "create_time", "sort_type": "desc"}
        for node in self._pages(LIST, "comments", "comment_id", status="ALL", max_count=PAGE, **query):
            if moment(node["create_time"]) < since:
                return
            yield node

    def _below(self, post: str, top: Node) -> Sequence[Node]:
        """The up to three answers that came with a comment, or all of them where these are not all."""
        told = top.get("reply_list") or []
        return told if len(told) >= int(top.get("replies") or 0) else [*self._answers(post, str(top["comment_id"]))]

    def _answers(self, post: str, top: str) -> Iterator[Node]:
        return self._pages(ANSWERS, "comments", "comment_id", video_id=post, comment_id=top, status="ALL", max_count=PAGE)

    def _pages(self, path: str, name: str, key: str, **query: Any) -> Iterator[Node]:
        """All of a list, each once: past some 500 comments the pages may repeat what was told."""
        seen: set[str] = set()
        cursor = 0
        while True:
            page = self.api.get(path, cursor=cursor, **query)
            fresh = [node for node in page.get(name) or () if str(node[key]) not in seen]
            seen |= {str(node[key]) for node in fresh}
            yield from fresh
            if not fresh or not page.get("has_more"):
                return
            cursor = int(page["cursor"])

    def _incoming(self, node: Node, post: str, parent: str) -> Incoming:
        name = str(node.get("username") or "")
        return Incoming(
            remote_id=str(node["comment_id"]),
            kind="comment",
            thread=parent or str(node["comment_id"]),
            author=Person(
                remote_id=str(node.get("unique_identifier") or node.get("user_id") or ""),  # user_id is being retired
                name=str(node.get("display_name") or name),
                username=name,
                picture_url=str(node.get("profile_image") or ""),
                url=self.profile(self.app, name),
            ),
            text=str(node.get("text") or ATTACHED),
            sent_at=moment(node["create_time"]),
            post=post,
            parent=parent,
            url=self._address(post),
            mine=bool(node.get("owner")),
            likes=int(node.get("likes") or 0),
        )

    def _address(self, post: str) -> str:
        """Of the post: a comment has no address."""
        profile = self.profile(self.app, self.account.username)
        return f"{profile}/video/{post}" if profile else ""

    # -- writing ---------------------------------------------------------------------------------------------------

    def comment(self, post: Outgoing) -> Sent:
        """The first comment below a post of ours."""
        self.must(ANSWERING)
        told = self._told(post.text, post.images[0] if post.images else None)
        made = self.api.post("/business/comment/create/", video_id=post.parent, **told)
        return Sent(str(made["comment_id"]), self._address(post.parent))

    def find_comment(self, post: Outgoing, doubt: Uncertain) -> Sent | None:
        for node in self._comments(post.parent, doubt.since - SKEW):
            if self._is_ours(node, post.text, doubt.since) and str(node["comment_id"]) not in doubt.taken:
                return Sent(str(node["comment_id"]), self._address(post.parent))
        return None

    def reply(self, to: Incoming, text: str, key: str) -> Sent:
        """Under the top comment, whichever of its thread is answered."""
        return self._answer(to, text)

    def _answer(self, to: Incoming, text: str, picture: Media | None = None) -> Sent:
        self.must(ANSWERING)
        told = self._told(text, picture)
        made = self.api.post("/business/comment/reply/create/", video_id=to.post, comment_id=to.thread, **told)
        return Sent(str(made["comment_id"]), self._address(to.post))

    def find_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None:
        for node in self._answers(to.post, to.thread):
            if self._is_ours(node, text, since):
                return Sent(str(node["comment_id"]), self._address(to.post))
        return None

    def illustrate(self, to: Incoming, text: str, picture: Media, key: str, progress: Progress) -> Sent:
        """A picture in the text's place."""
        return self._answer(to, text, picture)

    def _told(self, text: str, picture: Media | None) -> Node:
        """Words, or a picture, which is uploaded first: it shows nowhere then, so that what goes wrong here is no doubt."""
        if picture is None:
            return {"text": text}
        if text:
            raise Rejected(without_words(self.name))
        with beforehand(mark("TikTok did not answer; SMO tries again.")):
            image = self.api.upload("/business/comment/image/upload/", "image_file", picture)
        return {"image_uri": image["image_uri"], "image_width": image["width"], "image_height": image["height"]}

    def find_illustrated(self, to: Incoming, text: str, since: datetime, taken: frozenset[str]) -> Sent | None:
        """An answer of ours without words, which only pictures are."""
        for node in self._answers(to.post, to.thread):
            if self._is_ours(node, "", since) and str(node["comment_id"]) not in taken:
                return Sent(str(node["comment_id"]), self._address(to.post))
        return None

    def _is_ours(self, node: Node, text: str, since: datetime) -> bool:
        return bool(node.get("owner")) and plain(node.get("text") or "") == plain(text) and _is_since(node, since)

    def leave(self, to: Incoming, now: datetime) -> Leave:
        """Always; it must be short."""
        return Leave(note=_("An answer on TikTok has at most %(most)s characters.") % {"most": COMMENT_LENGTH})

    # -- moderating ------------------------------------------------------------------------------------------------

    def moderate(self, what: Moderation, to: Incoming) -> None:
        """Hide or show, like or not, or delete an own comment."""
        self.must(ANSWERING)
        if what == Moderation.DELETE:
            with suppress(Gone):
                self.api.post("/business/comment/delete/", comment_id=to.remote_id)
        elif what in (Moderation.HIDE, Moderation.UNHIDE):
            self.api.post("/business/comment/hide/", video_id=to.post, comment_id=to.remote_id, action=what.upper())
        else:
            self.api.post("/business/comment/like/", comment_id=to.remote_id, action=what.upper())

    def hindrance(self, what: Moderation, to: Incoming) -> str:
        """What others wrote can be hidden."""
        if what == Moderation.DELETE and not to.mine:
            return _("TikTok lets an account delete its own comments only: hide this one.")
        return super().hindrance(what, to)

    # -- webhooks --------------------------------------------------------------------------------------------------

    @classmethod
    def handshake(cls, app: App, query: Mapping[str, str], secret: str) -> str | None:
        """TikTok asks for none: whoever asks is not TikTok."""
        return None

    @classmethod
    def hooks(cls, app: App, headers: Mapping[str, str], body: bytes) -> Iterator[Hook]:
        """References to new comments, and deletions. Raises Unauthorized when the signature does not fit the raw bytes."""
        stamp, given = _signed(headers)
        wanted = hmac.new(app.client_secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            raise Unauthorized(_("A delivery that claims to come from TikTok has no valid signature: it was not read."))
        return _hooks(json.loads(body))

    @classmethod
    def stale(cls, headers: Mapping[str, str], now: datetime) -> bool:
        """A delivery that was signed long ago may be somebody's repetition of it."""
        stamp, _given = _signed(headers)
        return not stamp.isdigit() or abs(now - moment(stamp)) > FRESH

    def subscribe(self, callback_url: str, secret: str) -> None:
        """Have comments below all posts of all accounts of the app delivered. Repeating it changes nothing."""
        told = {"app_id": self.app.client_id, "secret": self.app.client_secret}
        ask(self.http, "/business/webhook/update/", {**told, "event_type": "COMMENT", "callback_url": callback_url})

    def fetch(self, reference: str) -> Incoming | None:
        """A new comment, of which a delivery tells the number only. [U] whether `comment_ids` finds answers: listed."""
        post, comment, parent = reference.split(":")
        if not self.may(READING):
            return None
        try:
            if parent:
                nodes = self._answers(post, parent)
            else:
                nodes = iter(self.api.get(LIST, video_id=post, comment_ids=[comment], status="ALL").get("comments") or ())
            node = next((one for one in nodes if str(one["comment_id"]) == comment), None)
        except Gone:
            return None
        return self._incoming(node, post, parent) if node else None


def _hooks(delivered: Node) -> Iterator[Hook]:
    """Of comments: hiding and showing change nothing that is kept here."""
    if delivered.get("event") != "comment.update":
        return
    told = json.loads(delivered["content"])  # whole numbers stay whole, however long
    account, comment, post = str(delivered["user_openid"]), str(told["comment_id"]), str(told["video_id"])
    parent = str(told.get("parent_comment_id") or "")
    parent = "" if parent == "0" else parent
    if told.get("comment_action") == "insert":
        yield Hook(account, unread=(f"{post}:{comment}:{parent}",))
    if told.get("comment_action") == "delete":
        who, at = Person(str(told.get("unique_identifier") or "")), moment(told.get("timestamp") or delivered["create_time"])
        yield Hook(account, (Incoming(comment, "comment", parent or comment, who, "", at, post, parent, deleted=True),))


def _signed(headers: Mapping[str, str]) -> tuple[str, str]:
    """When it was signed, in unix seconds, and the signature: `TikTok-Signature: t=...,s=...`."""
    given = {name.lower(): value for name, value in headers.items()}.get("tiktok-signature", "")
    parts = dict(part.strip().partition("=")[::2] for part in given.split(","))
    return parts.get("t", ""), parts.get("s", "")


def _is_since(node: Node, since: datetime) -> bool:
    return moment(node["create_time"]) >= since - SKEW


def moment(stamp: Any) -> datetime:
    """Unix seconds, as a number or a text; milliseconds [U] are told by their length."""
    seconds = int(stamp)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
