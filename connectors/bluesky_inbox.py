"""What people say to an account on Bluesky, and its answers: replies, mentions, quotes, chat messages.

https://docs.bsky.app/docs/api/app-bsky-notification-list-notifications
https://docs.bsky.app/docs/api/chat-bsky-convo-list-convos
"""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from connectors.bluesky_answers import Gone, beforehand
from connectors.bluesky_attachments import lacks_files, of_view
from connectors.bluesky_record import facets
from connectors.bluesky_session import BlueskySession, public_address
from connectors.bluesky_text import MOST_IN_MESSAGE, rich, same
from connectors.data import Media, Outgoing, Progress, Sent
from connectors.errors import Rejected
from connectors.talk import ATTACHED, Incoming, Person, Reaction, Span
from connectors.words import _

View = Mapping[str, Any]  # a post as the AppView shows it: uri, author, record, indexedAt; a notification has the same

REASONS = ("reply", "mention", "quote")
MOST_POSTS = 25  # of getPosts
PAGE, PAGES = 100, 20
DEPTH = 20  # of answers to answers
SKEW = timedelta(seconds=60)
CHAT = "did:web:api.bsky.chat#bsky_chat"  # the service that keeps messages; the account's server passes the calls on
PRIVILEGED = "com.atproto.appPassPrivileged"  # the scope of an app password that opens messages too


class BlueskyInbox(BlueskySession):
    """The part of the connector that listens and answers. There are no webhooks: it is read.

    A deleted post is simply not there any more, so no deletion is told of it; a message that the account deleted is.
    """

    @abstractmethod
    def publish(self, post: Outgoing, progress: Progress) -> Sent: ...

    # -- reading ---------------------------------------------------------------------------------------------------

    def incoming(self, since: datetime, posts: Sequence[str]) -> Iterator[Incoming]:
        """Answers, mentions and quotes, oldest first; then messages, oldest first: their service fails apart from the rest."""
        views = chain(self._below(posts), self._notified(since))
        new = self._whole(view for view in views if moment(view["indexedAt"]) >= since)
        yield from self._in_order(new, posts)
        if PRIVILEGED in self.granted():
            with suppress(Rejected):  # this server has no such service, or not for this account
                yield from sorted(self._messages(since), key=lambda item: item.sent_at)

    def past(self, span: Span, posts: Sequence[str]) -> Iterator[Incoming]:
        """Answers to posts of then, who named or quoted us then, and conversations whose last message is of then."""
        below = (view for view in self._below(posts) if moment(view["indexedAt"]) >= span.oldest)
        notified = (view for view in self._notified(span.since) if moment(view["indexedAt"]) in span)
        then = self._whole(chain(below, notified))
        yield from self._in_order(then, posts)
        if PRIVILEGED in self.granted():
            with suppress(Rejected):
                yield from sorted(self._messages(span.since, span), key=lambda item: item.sent_at)

    def _whole(self, views: Iterable[View]) -> Collection[View]:
        """Each once, with the addresses of what hangs on it, for which some must be asked for once more."""
        told: dict[str, View] = {}
        for view in views:
            told.setdefault(str(view["uri"]), view)
        bare = [uri for uri, view in told.items() if lacks_files(view)]
        for start in range(0, len(bare), MOST_POSTS):
            told |= {str(view["uri"]): view for view in self.views(*bare[start : start + MOST_POSTS])}
        return told.values()

    def _in_order(self, views: Collection[View], posts: Sequence[str]) -> list[Incoming]:
        found = [self._said(view, posts) for view in reversed([*views])]  # their lists begin with the latest
        return sorted(found, key=lambda item: item.sent_at)

    def _notified(self, since: datetime) -> Iterator[View]:
        query: dict[str, Any] = {"reasons": list(REASONS), "limit": PAGE}
        for _page in range(PAGES):
            page = self.ask("app.bsky.notification.listNotifications", **query)
            for told in page.get("notifications") or ():
                if moment(told["indexedAt"]) < since:
                    return  # the latest ones come first
                if told["reason"] in REASONS:
                    yield told
            if not page.get("cursor"):
                return
            query["cursor"] = page["cursor"]

    def _below(self, posts: Sequence[str]) -> Iterator[View]:
        """The answers to `posts`, ours too. Notifications alone would miss an answer given within moments of its post."""
        for start in range(0, len(posts), MOST_POSTS):
            for post in self.views(*posts[start : start + MOST_POSTS]):
                with suppress(Gone):  # deleted at this very moment
                    yield from self._thread(post["uri"]) if post.get("replyCount") else ()

    def _thread(self, uri: str) -> Iterator[View]:
        """All answers below a post; what continues a post of ours is no answer but a part of a thread."""
        found = self.ask("app.bsky.feed.getPostThread", uri=uri, depth=DEPTH, parentHeight=0)["thread"]
        nodes = list(found.get("replies") or ())
        while nodes:
            node = nodes.pop()
            nodes += node.get("replies") or ()
            post = node.get("post")  # there is none where it was deleted, or one of the two has blocked the other
            if post and not (self._is_ours(post["uri"]) and self._is_ours(_ends(post)[0])):
                yield post

    def views(self, *uris: str) -> list[View]:
        """Posts as the AppView shows them to the account; those that are gone are left out."""
        found: list[View] = self.ask("app.bsky.feed.getPosts", uris=list(uris))["posts"] if uris else []
        return found

    def seen(self, to: Incoming) -> View:
        """The post as it is now."""
        for post in self.views(to.remote_id):
            return post
        raise Gone(_("Bluesky does not have this any more: it was deleted, or one of you has blocked the other."))

    def _said(self, view: View, posts: Collection[str]) -> Incoming:
        """A post as an utterance: below a post of ours it is a comment on it, else it mentions us."""
        parent, root = _ends(view)
        about = next((uri for uri in (parent, root) if uri in posts), "") or next(filter(self._is_ours, (parent, root)), "")
        quoted = _quoted(view["record"])
        author = self._person(view["author"])
        path = f"/profile/{author.remote_id}/post/{view['uri'].rpartition('/')[2]}"
        return Incoming(
            remote_id=str(view["uri"]),
            kind="comment" if about else "mention",
            thread=root or str(view["uri"]),
            author=author,
            text=str(view["record"].get("text") or ATTACHED),
            sent_at=moment(view["indexedAt"]),
            post=about or (quoted if self._is_ours(quoted) else ""),
            parent=parent,
            url=public_address(self.app, path),
            mine=author.remote_id == self.account.remote_id,
            attachments=of_view(view),
            likes=view.get("likeCount"),
        )

    def _is_ours(self, uri: str) -> bool:
        return uri.startswith(f"at://{self.account.remote_id}/")

    # -- messages --------------------------------------------------------------------------------------------------

    def _messages(self, since: datetime, span: Span | None = None) -> Iterator[Incoming]:
        """Of conversations between two, accepted or asked for, as far as something was said since then; `span`: all that is
        not too old of those that were touched then."""
        for method, name in (("listConvos", "convos"), ("listConvoRequests", "requests")):
            query = {"status": "accepted"} if method == "listConvos" else {}
            for convo in self._listed(method, name, **query):
                last = convo.get("lastMessage") or {}
                if last.get("sentAt") and moment(last["sentAt"]) < since:
                    break  # the ones with the latest message come first
                touched = span is None or (bool(last) and moment(last["sentAt"]) in span)
                if last and touched and len(convo.get("members") or ()) == 2:
                    yield from self._convo(convo, span.oldest if span else since)

    def _convo(self, convo: View, since: datetime) -> Iterator[Incoming]:
        people = {str(member["did"]): self._person(member) for member in convo["members"]}
        for message in self._listed("getMessages", "messages", convoId=convo["id"]):
            if moment(message["sentAt"]) < since:
                return  # the latest ones come first
            if sender := (message.get("sender") or {}).get("did"):  # the service's own remarks have no sender
                yield self._message(message, str(convo["id"]), people.get(sender) or Person(str(sender)))

    def _message(self, message: View, convo: str, author: Person) -> Incoming:
        deleted = str(message.get("$type")).endswith("#deletedMessageView")
        return Incoming(
            remote_id=str(message["id"]),
            kind="message",
            thread=convo,
            author=author,
            text="" if deleted else str(message.get("text") or ATTACHED),
            sent_at=moment(message["sentAt"]),
            url=self._chat_address(convo),
            mine=author.remote_id == self.account.remote_id,
            deleted=deleted,
            reactions=_reactions(message),
        )

    def reactions(self, since: datetime, threads: Sequence[str]) -> Iterator[dict[str, tuple[Reaction, ...]]]:
        """A page of each conversation, its last hundred messages: nothing tells that a reaction was taken back."""
        if PRIVILEGED not in self.granted():
            return
        with suppress(Rejected):  # as above
            for convo in dict.fromkeys([*threads, *self._reacted(since)]):
                with suppress(Rejected):  # the account has left it
                    page = self.ask("chat.bsky.convo.getMessages", proxy=CHAT, convoId=convo, limit=PAGE)
                    yield {str(message["id"]): _reactions(message) for message in page.get("messages") or ()}

    def _reacted(self, since: datetime) -> Iterator[str]:
        """Of the first page, because nothing says that a reaction brings a conversation to the top."""
        for convo in islice(self._listed("listConvos", "convos", status="accepted"), PAGE):
            last = (convo.get("lastReaction") or {}).get("reaction") or {}
            if last.get("createdAt") and moment(last["createdAt"]) >= since:
                yield str(convo["id"])

    def _listed(self, method: str, name: str, **query: Any) -> Iterator[View]:
        query["limit"] = PAGE
        for _page in range(PAGES):
            page = self.ask(f"chat.bsky.convo.{method}", proxy=CHAT, **query)
            yield from page.get(name) or ()
            if not page.get("cursor"):
                return
            query["cursor"] = page["cursor"]

    def _chat_address(self, convo: str) -> str:
        return public_address(self.app, f"/messages/{convo}")

    # -- answering -------------------------------------------------------------------------------------------------

    def reply(self, to: Incoming, text: str, key: str) -> Sent:
        """A post at our own record key, so that a repeat makes no second one; a message has no key."""
        if to.kind == "message":
            return self._write(to, text)
        return self._answer(to, Outgoing(key, text, parent=to.remote_id), Progress())

    def illustrate(self, to: Incoming, text: str, picture: Media, key: str, progress: Progress) -> Sent:
        """The same post with a picture or a video, which is uploaded first."""
        return self._answer(to, Outgoing(key, text, (picture,), parent=to.remote_id), progress)

    def _answer(self, to: Incoming, answer: Outgoing, progress: Progress) -> Sent:
        with beforehand():
            seen = self.seen(to)
            if (seen.get("viewer") or {}).get("replyDisabled"):  # the record would be taken, and seen by nobody
                raise Rejected(_("Whoever began this thread has chosen who may answer, and your account may not."))
            self.prepare(answer, progress)
        return self.publish(answer, progress)

    def _write(self, to: Incoming, text: str) -> Sent:
        """To answer is to accept the conversation. https://docs.bsky.app/docs/api/chat-bsky-convo-send-message"""
        self._must_chat()
        with beforehand():
            self.tell("chat.bsky.convo.acceptConvo", {"convoId": to.thread}, proxy=CHAT)
        words, pieces = rich(text, most=MOST_IN_MESSAGE)
        links = facets(words, pieces, {})
        message = {"text": words, "facets": links} if links else {"text": words}
        made = self.tell("chat.bsky.convo.sendMessage", {"convoId": to.thread, "message": message}, proxy=CHAT)
        return Sent(str(made["id"]), self._chat_address(to.thread))

    def find_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None:
        """Our answer with this text. Where a look comes too early for a post, the repeat at the same key is harmless."""
        written = text if to.kind == "message" else rich(text)[0]
        for item in self._ours_since(to, since - SKEW):
            if item.mine and not item.deleted and same(item.text, written):
                return Sent(item.remote_id, item.url)
        return None

    def find_illustrated(self, to: Incoming, text: str, since: datetime, taken: frozenset[str]) -> Sent | None:
        """The same with a picture or a video."""
        for view in self._own(since - SKEW):
            item = self._said(view, ())
            fits = item.parent == to.remote_id and same(item.text, rich(text)[0] or ATTACHED)
            if fits and view["record"].get("embed") and item.remote_id not in taken:
                return Sent(item.remote_id, item.url)
        return None

    def _ours_since(self, to: Incoming, since: datetime) -> Iterator[Incoming]:
        if to.kind == "message":
            self._must_chat()
            convo = {"id": to.thread, "members": []}
            return self._convo(convo, since)
        own = (self._said(view, ()) for view in self._own(since))
        return (item for item in own if item.parent == to.remote_id)

    def _own(self, since: datetime) -> Iterator[View]:
        """The account's posts since then, newest first: here an answer stays though what it answers was deleted."""
        query: dict[str, Any] = {"actor": self.account.remote_id, "filter": "posts_with_replies", "limit": PAGE}
        for _page in range(PAGES):
            page = self.ask("app.bsky.feed.getAuthorFeed", **query)
            views = [item["post"] for item in page.get("feed") or () if not item.get("reason")]  # that of a repost
            for view in views:
                if moment(view["indexedAt"]) < since:
                    return
                yield view
            if not page.get("cursor"):
                return
            query["cursor"] = page["cursor"]

    def _must_chat(self) -> None:
        """Bluesky would answer as if the session were dead, but all else goes on without this permission."""
        if PRIVILEGED not in self.granted():
            raise Rejected(
                _(
                    "This app password does not open messages: create another one in Bluesky that does, and connect the"
                    " channel again."
                )
            )


def moment(stamp: object) -> datetime:
    return datetime.fromisoformat(str(stamp))


def _reactions(message: View) -> tuple[Reaction, ...]:
    """One for each person, who may react with several emoji. Names are those of the conversation."""
    given: dict[str, list[View]] = {}
    for one in message.get("reactions") or ():
        given.setdefault(str(one["sender"]["did"]), []).append(one)
    return tuple(
        Reaction(str(message["id"]), Person(did), " ".join(str(one["value"]) for one in ones), moment(ones[-1]["createdAt"]))
        for did, ones in given.items()
    )


def _ends(view: View) -> tuple[str, str]:
    """The addresses of what a post answers and of the first post of its thread; empty for one that answers nothing."""
    reply = view["record"].get("reply") or {}
    return str((reply.get("parent") or {}).get("uri") or ""), str((reply.get("root") or {}).get("uri") or "")


def _quoted(record: View) -> str:
    """The address of the post that hangs on this one; empty for none."""
    hanging = (record.get("embed") or {}).get("record") or {}
    return str(hanging.get("uri") or (hanging.get("record") or {}).get("uri") or "")
