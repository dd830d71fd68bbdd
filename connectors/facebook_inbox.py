"""What people say to a Page, and the Page's answers: comments and Messenger, by polling and by webhook.

https://developers.facebook.com/docs/pages-api/comments-mentions
https://developers.facebook.com/docs/messenger-platform/conversations
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from connectors.data import App, Media, Pictured, Progress, Sent, Words
from connectors.errors import Rejected
from connectors.meta import Graph, Meta, Node, from_milliseconds, from_seconds, moment
from connectors.meta_attachments import of_comment, of_message
from connectors.meta_errors import Gone
from connectors.meta_messages import PICTURE, PICTURED, answer_message, attached, loadable
from connectors.meta_reactions import reactions
from connectors.talk import ATTACHED, Hook, Incoming, Person, Span
from connectors.words import _

COMMENT_FIELDS = "id,message,created_time,from,parent{id},permalink_url,attachment,like_count"
MESSAGE_FIELDS = "id,message,from,to,created_time,attachments"
CHANGED = ("edited", "edit")
SPOKEN = ("add", *CHANGED, "remove")  # of the verbs of a comment; hide, unhide and like say nothing
CLOCKS = timedelta(seconds=60)  # by how much the network's clock may differ from ours


def plain(text: str) -> str:
    """`text` so that what we sent equals what Facebook gives back: it trims lines and composes letters."""
    return " ".join(unicodedata.normalize("NFC", text).split())


class PageInbox(Meta):
    """The conversations of one Page. A message's thread is the person's page-scoped id, which polling and webhooks share."""

    pictured = {**PICTURED, "comment": Pictured(Words.FREE, PICTURE)}  # [U] which pictures a comment takes: those of messages

    # -- reading --------------------------------------------------------------------------------------------------

    def incoming(self, since: datetime, posts: Sequence[str]) -> list[Incoming]:
        """Comments on `posts` and, where the permission was given, Messenger messages; oldest first."""
        since = since.replace(microsecond=0)  # Graph tells whole seconds
        found: list[Incoming] = []
        if self._may("pages_read_user_content"):
            found += (item for post in posts for item in self._comments(post, since))
        if self._may("pages_messaging"):
            found += reversed(list(self._messages(since)))  # they come newest first, and several may share a second
        return sorted(found, key=lambda item: item.sent_at)

    def past(self, span: Span, posts: Sequence[str]) -> list[Incoming]:
        """Comments on what the Page published then, from here or not, and conversations whose last message is of then."""
        found: list[Incoming] = []
        if self._may("pages_read_user_content"):
            every = dict.fromkeys([*posts, *self._published(span)])
            found += (item for post in every for item in self._comments(post, span.oldest))
        if self._may("pages_messaging"):
            found += reversed(list(self._messages(span.since, span)))
        return sorted(found, key=lambda item: item.sent_at)

    def _published(self, span: Span) -> Iterator[str]:
        since, until = int(span.since.timestamp()), int(span.until.timestamp())
        for post in self.graph.all(
            f"{self.account.remote_id}/published_posts", fields="id", since=since, until=until, limit=100
        ):
            yield str(post["id"])

    def _may(self, scope: str) -> bool:
        granted = self.account.tokens.scopes
        return not granted or scope in granted

    def _must(self, scope: str) -> None:
        """Facebook would answer as if the connection were dead, but all else goes on without this permission."""
        if not self._may(scope):
            raise Rejected(
                _("Facebook did not give SMO this permission: %(scope)s Connect the channel again and tick it.")
                % {"scope": _(self.scopes[scope])}
            )

    def _comments(self, post: str, since: datetime) -> Iterator[Incoming]:
        query = {"filter": "stream", "order": "chronological", "since": int(since.timestamp()), "limit": 100}
        try:
            for node in self.graph.all(f"{post}/comments", fields=COMMENT_FIELDS, **query):
                if moment(node["created_time"]) >= since:
                    yield self._comment(node, post)
        except Gone:
            return  # the post was deleted on Facebook itself

    def _comment(self, node: Node, post: str) -> Incoming:
        parent = node.get("parent", {}).get("id", "")
        author = _person(node.get("from", {}))  # missing for people who never allowed the app anything
        return Incoming(
            remote_id=node["id"],
            kind="comment",
            thread=parent or node["id"],
            author=author,
            text=said(node.get("message", ""), files := of_comment(node)),
            sent_at=moment(node["created_time"]),
            post=post,
            parent=parent,
            url=node.get("permalink_url", ""),
            mine=author.remote_id == self.account.remote_id,
            attachments=files,
            likes=node.get("like_count"),
        )

    def _messages(self, since: datetime, span: Span | None = None) -> Iterator[Incoming]:
        """`span`: of the conversations that were touched then, all that is not too old."""
        page = self.account.remote_id
        fields = "id,updated_time,participants"
        for thread in self.graph.all(f"{page}/conversations", platform="MESSENGER", fields=fields, limit=50):
            if moment(thread["updated_time"]) < since:
                return  # the latest ones come first
            people = [who["id"] for who in thread["participants"]["data"] if who["id"] != page]
            if people and (span is None or moment(thread["updated_time"]) in span):
                yield from self._thread(thread["id"], people[0], span.oldest if span else since)

    def _thread(self, thread: str, person: str, since: datetime) -> Iterator[Incoming]:
        for node in self.graph.all(f"{thread}/messages", fields=MESSAGE_FIELDS, limit=50):
            sent_at = moment(node["created_time"])
            if sent_at < since:
                return
            author = _person(node["from"])
            mine = author.remote_id == self.account.remote_id
            text = said(node.get("message", ""), node.get("attachments"))
            files = of_message(node.get("attachments"))
            yield Incoming(node["id"], "message", person, author, text, sent_at, mine=mine, attachments=files)

    # -- answering ------------------------------------------------------------------------------------------------

    def reply(self, to: Incoming, text: str, key: str) -> Sent:
        """Answer a message, or a comment under its top-level one: Facebook's threads are two levels deep."""
        if to.kind != "message":
            return self.comment_on(to.thread, text)
        return self._write(to, {"text": text})

    def illustrate(self, to: Incoming, text: str, picture: Media, key: str, progress: Progress) -> Sent:
        """The same with a picture, which Facebook loads from our address while we wait."""
        if to.kind != "message":
            return self.comment_on(to.thread, text, picture)
        return self._write(to, attached(self.name, text, picture))

    def _write(self, to: Incoming, message: Node) -> Sent:
        self._must("pages_messaging")
        return answer_message(self.graph, self.name, f"{self.account.remote_id}/messages", to, message)

    def find_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None:
        """Our answer with this text, if it is there."""
        if to.kind != "message":
            return self.find_comment(to.thread, text, since, frozenset())
        return self._find_message(to, text, since, frozenset())

    def find_illustrated(self, to: Incoming, text: str, since: datetime, taken: frozenset[str]) -> Sent | None:
        """Our comment with this text and a picture; the latest picture of ours in the conversation."""
        if to.kind != "message":
            return self.find_comment(to.thread, text, since, taken, pictured=True)
        return self._find_message(to, text or ATTACHED, since, taken)

    def _find_message(self, to: Incoming, text: str, since: datetime, taken: frozenset[str]) -> Sent | None:
        page = self.account.remote_id
        for thread in self.graph.all(f"{page}/conversations", platform="MESSENGER", user_id=to.thread, fields="id"):
            for item in self._thread(thread["id"], to.thread, since - CLOCKS):
                if item.mine and plain(item.text) == plain(text) and item.remote_id not in taken:
                    return Sent(item.remote_id)
        return None

    def comment_on(self, thing: str, text: str, picture: Media | None = None) -> Sent:
        """Comment as the Page on a post, or under a top-level comment."""
        self._must("pages_manage_engagement")
        url = loadable(self.name, picture) if picture else ""
        node = self.graph.post(f"{thing}/comments", read="id,permalink_url", message=text, attachment_url=url)
        return Sent(str(node["id"]), node.get("permalink_url", ""))

    def find_comment(
        self, thing: str, text: str, since: datetime, taken: frozenset[str], pictured: bool = False
    ) -> Sent | None:
        """The Page's own comment with this text, made since about then, that is none of `taken`; `pictured`: with a picture."""
        wanted = plain(text or (ATTACHED if pictured else ""))
        for item in self._comments(thing, since - CLOCKS):
            fits = item.mine and plain(item.text) == wanted and (bool(item.attachments) or not pictured)
            if fits and item.remote_id not in taken:
                return Sent(item.remote_id, item.url)
        return None

    # -- webhooks -------------------------------------------------------------------------------------------------

    @classmethod
    def hooks(cls, app: App, headers: Mapping[str, str], body: bytes) -> Iterator[Hook]:
        """Comments new, edited and removed, reactions to them, messages, reactions to these.

        Raises Unauthorized at once for a wrong signature.
        """
        delivered = cls.verified(app, headers, body)
        entries = delivered.get("entry", []) if delivered.get("object") == "page" else []
        return (Hook(str(one["id"]), tuple(_items(one)), tuple(_reacted(one)), tuple(reactions(one))) for one in entries)

    def fetch(self, reference: str) -> Incoming | None:
        """A comment that somebody has reacted to: a webhook tells who did, not how many have."""
        post, _space, comment = reference.partition(" ")
        try:
            return self._comment(self.graph.get(comment, fields=COMMENT_FIELDS), post)
        except Gone:
            return None

    def subscribe(self, callback_url: str, secret: str) -> None:
        """Have comments and messages delivered: once for the app (with a handshake at once), and for this Page.

        https://developers.facebook.com/docs/graph-api/webhooks/getting-started/webhooks-for-pages
        """
        app = Graph(self.http, f"{self.app.client_id}|{self.app.client_secret}", self.app.client_secret)
        fields = "feed,messages,message_echoes,message_reactions" if self._may("pages_messaging") else "feed"
        app.post(
            f"{self.app.client_id}/subscriptions", object="page", callback_url=callback_url, fields=fields, verify_token=secret
        )
        self.graph.post(f"{self.account.remote_id}/subscribed_apps", subscribed_fields=fields)


def _items(entry: Node) -> Iterator[Incoming]:
    for change in entry.get("changes", []):
        value = change.get("value", {})
        if change.get("field") == "feed" and value.get("item") == "comment" and value.get("verb") in SPOKEN:
            yield _commented(str(entry["id"]), value)
    for event in entry.get("messaging", []):
        if "mid" in event.get("message", {}):
            yield _messaged(event)


def _reacted(entry: Node) -> dict[str, None]:
    """What was reacted to, each once. Of a comment's reaction the page shows no example: [U] that it has a comment_id."""
    values = (one.get("value", {}) for one in entry.get("changes", []) if one.get("field") == "feed")
    told = (value for value in values if value.get("item") == "reaction" and value.get("comment_id"))
    return dict.fromkeys(f"{value.get('post_id', '')} {value['comment_id']}" for value in told)


def _commented(page: str, value: Node) -> Incoming:
    comment, post, parent = value["comment_id"], value["post_id"], value.get("parent_id", "")
    answers = parent if parent != post else ""
    author = _person(value.get("from", {}))
    return Incoming(
        remote_id=comment,
        kind="comment",
        thread=answers or comment,
        author=author,
        text=said(value.get("message", ""), files := of_comment(value)),
        sent_at=from_seconds(value["created_time"]),
        post=post,
        parent=answers,
        mine=author.remote_id == page,
        deleted=value["verb"] == "remove",
        edited=value["verb"] in CHANGED,
        attachments=files,
    )


def _messaged(event: Node) -> Incoming:
    message = event["message"]
    mine = bool(message.get("is_echo"))  # our own, also when it was written in Facebook's own inbox
    person = event["recipient" if mine else "sender"]["id"]
    return Incoming(
        remote_id=message["mid"],
        kind="message",
        thread=person,
        author=_person(event["sender"]),
        text=said(message.get("text", ""), message.get("attachments")),
        sent_at=from_milliseconds(event["timestamp"]),
        mine=mine,
        attachments=of_message(message.get("attachments")),
    )


def _person(node: Node) -> Person:
    return Person(str(node.get("id", "")), node.get("name", ""))


def said(text: str, attachments: object) -> str:
    """What a message says."""
    return text or (ATTACHED if attachments else "")
