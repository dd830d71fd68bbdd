"""What people say to an Instagram account, and its answers: comments, mentions, private messages, by polling and by webhook.

https://developers.facebook.com/docs/instagram-platform/comment-moderation
https://developers.facebook.com/docs/messenger-platform/instagram
The messages belong to the Page that the account is linked to: with its token `me` is that Page.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import ClassVar

from connectors.data import App, Media, Progress, Sent
from connectors.errors import Rejected
from connectors.facebook_inbox import CLOCKS, plain, said
from connectors.meta import Graph, Meta, Node, from_milliseconds, from_seconds, moment
from connectors.meta_attachments import of_message
from connectors.meta_errors import Gone
from connectors.meta_messages import (
    PICTURED,
    answer_message,
    answer_privately,
    attached,
    message_leave,
    private_reply_leave,
)
from connectors.meta_reactions import reactions
from connectors.oauth import browser_address
from connectors.talk import ATTACHED, Hook, Incoming, Leave, Moderation, Person, Span
from connectors.words import _

AUTHORED = "id,text,timestamp,username,from{id,username}"
LIKED = f"{AUTHORED},like_count"
COMMENT_FIELDS = f"{LIKED},replies{{{LIKED}}}"
MESSAGE_FIELDS = "messages{id,created_time,from,to,message,attachments}"
FOLLOWED = timedelta(days=14)  # how old a comment may be for the answers below it to be looked at
COMMENTING, MESSAGING, TELLING = "instagram_manage_comments", "instagram_manage_messages", "pages_manage_metadata"


class InstagramInbox(Meta):
    """The conversations of one account. A message's thread is the person's id, which polling and webhooks share."""

    pictured = PICTURED
    moderations: ClassVar[frozenset[Moderation]] = frozenset({Moderation.HIDE, Moderation.UNHIDE, Moderation.DELETE})

    # -- reading --------------------------------------------------------------------------------------------------

    def incoming(self, since: datetime, posts: Sequence[str]) -> list[Incoming]:
        """Comments on `posts` and, where the permission was given, private messages; oldest first.

        Mentions are in no list: they come by webhook alone.
        """
        since = since.replace(microsecond=0)  # Graph tells whole seconds
        found: list[Incoming] = []
        if self._may(COMMENTING):
            found += (item for post in posts for item in self._comments(post, since))
        if self._may(MESSAGING):
            found += self._messages(since)
        return sorted(found, key=lambda item: item.sent_at)

    def past(self, span: Span, posts: Sequence[str]) -> list[Incoming]:
        """Comments on what was published then, from here or not, and conversations whose last message is of then."""
        found: list[Incoming] = []
        if self._may(COMMENTING):
            every = dict.fromkeys([*posts, *self._published(span)])
            found += (item for post in every for item in self._comments(post, span.oldest))
        if self._may(MESSAGING):
            found += self._messages(span.since, span)
        return sorted(found, key=lambda item: item.sent_at)

    def _published(self, span: Span) -> Iterator[str]:
        since, until = int(span.since.timestamp()), int(span.until.timestamp())
        for media in self.graph.all(f"{self.account.remote_id}/media", fields="id", since=since, until=until, limit=50):
            yield str(media["id"])

    def _may(self, scope: str) -> bool:
        granted = self.account.tokens.scopes
        return not granted or scope in granted

    def _must(self, scope: str) -> None:
        """Instagram would answer as if the connection were dead, but all else goes on without this permission."""
        if not self._may(scope):
            raise Rejected(
                _("Instagram did not give SMO this permission: %(scope)s Connect the channel again and tick it.")
                % {"scope": _(self.scopes[scope])}
            )

    def _comments(self, post: str, since: datetime) -> Iterator[Incoming]:
        """Newest first; of older ones too, as long as somebody may still be answering there."""
        with suppress(Gone):  # the post was deleted on Instagram itself
            for node in self.graph.all(f"{post}/comments", fields=COMMENT_FIELDS, limit=50):
                if moment(node["timestamp"]) < since - FOLLOWED:
                    return
                for each, top in ((node, ""), *((below, node["id"]) for below in self._below(node))):
                    if moment(each["timestamp"]) >= since:
                        yield self._comment(each, post, str(top))

    def _below(self, node: Node) -> Iterator[Node]:
        """The answers that came with a comment, or all of them where these are not all."""
        replies = node.get("replies", {})
        if replies.get("paging", {}).get("next"):
            return self._answers(str(node["id"]))
        return iter(replies.get("data", ()))

    def _answers(self, comment: str) -> Iterator[Node]:
        return self.graph.all(f"{comment}/replies", fields=LIKED, limit=50)

    def _comment(self, node: Node, post: str, top: str) -> Incoming:
        author = self._author(node)
        return Incoming(
            remote_id=str(node["id"]),
            kind="comment",
            thread=top or str(node["id"]),
            author=author,
            text=node.get("text", ""),
            sent_at=moment(node["timestamp"]),
            post=post,
            parent=top,
            mine=self._is_ours(author),
            likes=node.get("like_count"),
        )

    def _author(self, node: Node) -> Person:
        return _person(node.get("from") or {"username": node.get("username", "")}, self.app)

    def _is_ours(self, who: Person) -> bool:
        return who.remote_id == self.account.remote_id or who.username == self.account.username != ""

    def _messages(self, since: datetime, span: Span | None = None) -> Iterator[Incoming]:
        """`span`: of the conversations that were touched then, all that is not too old."""
        for thread in self.graph.all("me/conversations", platform="INSTAGRAM", fields="id,updated_time,participants", limit=50):
            if moment(thread["updated_time"]) < since:
                return  # the latest ones come first
            people = [str(who["id"]) for who in thread["participants"]["data"] if not self._is_ours(_person(who, self.app))]
            if people and (span is None or moment(thread["updated_time"]) in span):
                yield from self._thread(str(thread["id"]), people[0], span.oldest if span else since)

    def _thread(self, thread: str, person: str, since: datetime) -> Iterator[Incoming]:
        """The 20 newest messages, which are all that Instagram tells of a conversation; oldest first."""
        nodes = self.graph.get(thread, fields=MESSAGE_FIELDS).get("messages", {}).get("data", [])
        for node in reversed(nodes):
            if (sent_at := moment(node["created_time"])) >= since:
                author = _person(node.get("from", {}), self.app)
                text = said(node.get("message", ""), node.get("attachments"))
                files, mine = of_message(node.get("attachments")), self._is_ours(author)
                yield Incoming(str(node["id"]), "message", person, author, text, sent_at, mine=mine, attachments=files)

    # -- answering ------------------------------------------------------------------------------------------------

    def leave(self, to: Incoming, now: datetime) -> Leave:
        """Private messages have their window."""
        return message_leave(self.name, to, now)

    def reply(self, to: Incoming, text: str, key: str) -> Sent:
        """Answer a message, a mention, or a comment under its top-level one: Instagram's threads are two levels deep."""
        if to.kind == "message":
            return self._write(to, {"text": text})
        self._must(COMMENTING)
        if to.kind == "mention":
            return self._answer_mention(to, text)
        return Sent(str(self.graph.post(f"{to.thread}/replies", message=text)["id"]))

    def illustrate(self, to: Incoming, text: str, picture: Media, key: str, progress: Progress) -> Sent:
        """Answer a message with a picture."""
        return self._write(to, attached(self.name, text, picture))

    def _write(self, to: Incoming, message: Node) -> Sent:
        self._must(MESSAGING)
        return answer_message(self.graph, self.name, "me/messages", to, message)

    def _answer_mention(self, to: Incoming, text: str) -> Sent:
        media, comment = _mentioned(to.thread)
        path = f"{self.account.remote_id}/mentions"
        return Sent(str(self.graph.post(path, media_id=media, comment_id=comment, message=text)["id"]))

    def find_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None:
        """Our answer with this text, if it is there. What lies below somebody else's media is not shown to us."""
        if to.kind == "message":
            return self._find_message(text, since)
        if to.kind == "mention":
            raise Rejected(_("Instagram does not show what was answered to a mention: look there."))
        for node in self._answers(to.thread):
            found = self._comment(node, to.post, to.thread)
            if found.mine and plain(found.text) == plain(text) and found.sent_at >= since - CLOCKS:
                return Sent(found.remote_id)
        return None

    def find_illustrated(self, to: Incoming, text: str, since: datetime, taken: frozenset[str]) -> Sent | None:
        """The latest picture of ours in the conversation."""
        items = self._messages((since - CLOCKS).replace(microsecond=0))
        ours = [item for item in items if item.mine and item.thread == to.thread and item.remote_id not in taken]
        alike = [item for item in ours if plain(item.text) == plain(text or ATTACHED)]
        return Sent(alike[-1].remote_id) if alike else None

    def _find_message(self, text: str, since: datetime) -> Sent | None:
        for item in self._messages((since - CLOCKS).replace(microsecond=0)):
            if item.mine and plain(item.text) == plain(text):
                return Sent(item.remote_id)
        return None

    # -- answering in private ---------------------------------------------------------------------------------------

    def private_leave(self, to: Incoming, now: datetime) -> Leave:
        return private_reply_leave(self.name, to, now)

    def reply_privately(self, to: Incoming, text: str, key: str) -> Sent:
        """Once, within seven days of the comment."""
        self._must(MESSAGING)
        return answer_privately(self.graph, "me/messages", to, text)

    def find_private_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None:
        """It lies in the conversation that it began."""
        return self._find_message(text, since)

    # -- moderating -----------------------------------------------------------------------------------------------

    def moderate(self, what: Moderation, to: Incoming) -> None:
        """Hide, show or delete a comment."""
        self._must(COMMENTING)
        if what != Moderation.DELETE:
            self.graph.post(to.remote_id, hide=what == Moderation.HIDE)
            return
        with suppress(Gone):
            self.graph.delete(to.remote_id)

    def hindrance(self, what: Moderation, to: Incoming) -> str:
        """Mentions lie below media of others."""
        if to.kind == "mention":
            return _("This lies below somebody else's media: on Instagram only they can do that.")
        return super().hindrance(what, to)

    # -- webhooks -------------------------------------------------------------------------------------------------

    @classmethod
    def hooks(cls, app: App, headers: Mapping[str, str], body: bytes) -> Iterator[Hook]:
        """New comments and messages, references to mentions, reactions to messages. Raises Unauthorized at once for a wrong
        signature."""
        delivered = cls.verified(app, headers, body)
        entries = delivered.get("entry", []) if delivered.get("object") == "instagram" else []
        return (
            Hook(str(one["id"]), tuple(_items(one, app)), tuple(_references(one)), tuple(reactions(one))) for one in entries
        )

    def subscribe(self, callback_url: str, secret: str) -> None:
        """Have comments, mentions and messages delivered: once for the app (with a handshake at once), and for this Page.

        Of the Page's own fields any will do. https://developers.facebook.com/docs/instagram-platform/webhooks
        """
        self._must(TELLING)
        app = Graph(self.http, f"{self.app.client_id}|{self.app.client_secret}", self.app.client_secret)
        app.post(
            f"{self.app.client_id}/subscriptions",
            object="instagram",
            callback_url=callback_url,
            fields="comments,mentions,messages,message_reactions",
            verify_token=secret,
        )
        self.graph.post("me/subscribed_apps", subscribed_fields="feed")

    def fetch(self, reference: str) -> Incoming | None:
        """A mention: in a comment, or in a caption."""
        media, comment = _mentioned(reference)
        if comment:
            asked = f"mentioned_comment.comment_id({comment}){{{AUTHORED},media{{id,permalink}}}}"
        else:
            asked = f"mentioned_media.media_id({media}){{caption,owner,username,timestamp,permalink}}"
        try:
            node = self.graph.get(self.account.remote_id, fields=asked)
        except Gone:
            return None
        found = node.get("mentioned_comment") or node.get("mentioned_media")
        return self._mention(found, reference) if found else None

    def _mention(self, node: Node, reference: str) -> Incoming:
        media, comment = _mentioned(reference)
        owner = {**node.get("owner", {}), "username": node.get("username", "")}
        return Incoming(
            remote_id=comment or media,
            kind="mention",
            thread=reference,
            author=self._author(node) if comment else _person(owner, self.app),
            text=node.get("text") or node.get("caption", ""),
            sent_at=moment(node["timestamp"]),
            url=node.get("permalink") or node.get("media", {}).get("permalink", ""),
        )


def _items(entry: Node, app: App) -> Iterator[Incoming]:
    for change in entry.get("changes", []):
        if change.get("field") == "comments":
            yield _commented(str(entry["id"]), change["value"], from_seconds(entry["time"]), app)
    for event in entry.get("messaging", []):
        if "mid" in event.get("message", {}):
            yield _messaged(event)


def _references(entry: Node) -> Iterator[str]:
    for change in entry.get("changes", []):
        if change.get("field") == "mentions":
            value = change["value"]
            yield f"{value['media_id']}:{value.get('comment_id') or ''}"


def _mentioned(reference: str) -> tuple[str, str]:
    """The ids of the media and of the comment; a mention in a caption has no comment."""
    media, _colon, comment = reference.partition(":")
    return media, comment


def _commented(account: str, value: Node, at: datetime, app: App) -> Incoming:
    comment, parent = str(value.get("id") or value["comment_id"]), str(value.get("parent_id") or "")
    author = _person(value.get("from", {}), app)
    ours = author.remote_id == account or str(value.get("from", {}).get("self_ig_scoped_id", "")) == account
    return Incoming(
        remote_id=comment,
        kind="comment",
        thread=parent or comment,
        author=author,
        text=value.get("text", ""),
        sent_at=at,
        post=str(value.get("media", {}).get("id", "")),
        parent=parent,
        mine=ours,
    )


def _messaged(event: Node) -> Incoming:
    message = event["message"]
    mine = bool(message.get("is_echo"))  # our own, also when it was written in Instagram's own inbox
    return Incoming(
        remote_id=message["mid"],
        kind="message",
        thread=str(event["recipient" if mine else "sender"]["id"]),
        author=Person(str(event["sender"]["id"])),
        text=said(message.get("text", ""), message.get("attachments")),
        sent_at=from_milliseconds(event["timestamp"]),
        mine=mine,
        deleted=bool(message.get("is_deleted")),
        attachments=of_message(message.get("attachments")),
    )


def _person(node: Node, app: App) -> Person:
    name = str(node.get("username", ""))
    url = browser_address(f"https://www.instagram.com/{name}", app) if name else ""
    return Person(str(node.get("id", "")), name, name, url=url)
