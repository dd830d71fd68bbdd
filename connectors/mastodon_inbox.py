"""What people say to an account on a Mastodon server, and its answers: replies, mentions, quotes, private mentions.

https://docs.joinmastodon.org/methods/notifications/, https://docs.joinmastodon.org/methods/statuses/#context
"""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from connectors.base import Connector
from connectors.data import Media, Outgoing, Progress, Sent, Tokens
from connectors.errors import Doubt, Rejected, beforehand
from connectors.mastodon_answers import Gone, listed
from connectors.mastodon_media import API
from connectors.mastodon_text import canonical, mentions, plain, unaddressed
from connectors.talk import ATTACHED, Attachment, Incoming, Moderation, Person, Span
from connectors.words import _, mark

Status = Mapping[str, Any]

SKEW = timedelta(seconds=60)
PAGES, PAGE, NOTICES = 8, 40, 80
TYPES = ("mention", "quote")  # servers ignore the types that they do not know
HEARS, LIKES, BLOCKS = "read:notifications", "write:favourites", "write:blocks"
KINDS = {"image": "picture", "gifv": "video", "video": "video", "audio": "audio"}


class MastodonInbox(Connector):
    """The part of the connector that listens, answers, favourites, blocks. There are no webhooks for it: it is read.

    What was edited is read again as long as it stands below one of our latest posts. A deletion is not told by anything.
    """

    retold = frozenset({"comment", "mention", "message"})
    moderations: ClassVar[frozenset[Moderation]] = frozenset(
        {Moderation.LIKE, Moderation.UNLIKE, Moderation.DELETE, Moderation.BLOCK}
    )

    @abstractmethod
    def publish(self, post: Outgoing, progress: Progress) -> Sent: ...

    @abstractmethod
    def delete(self, remote_id: str) -> None: ...

    # -- reading ---------------------------------------------------------------------------------------------------

    def incoming(self, since: datetime, posts: Sequence[str]) -> list[Incoming]:
        """What stands below `posts` (ours too), who names or quotes us, and our private answers; oldest first."""
        return self._heard(posts, since, self._notified(since), self.own(since))

    def past(self, span: Span, posts: Sequence[str]) -> list[Incoming]:
        """What stands below posts of then, who named or quoted us then, and our private answers of then."""
        notified, own = self._notified(span.since), self.own(span.since)
        then = [[one for one in found if moment(one["created_at"]) in span] for found in (notified, own)]
        return self._heard(posts, span.oldest, *then)

    def _heard(
        self, posts: Sequence[str], since: datetime, notified: Iterable[Status], own: Iterable[Status]
    ) -> list[Incoming]:
        found: dict[str, Incoming] = {}
        for post in self._answered(posts):
            below = [one for one in self._below(post) if one["id"] not in posts]
            found |= {str(one["id"]): self._said(one, post) for one in below if _changed(one) >= since}
        for one in notified:
            found.setdefault(str(one["id"]), self._said(one, _about(one, posts)))
        for one in own:
            if one["visibility"] == "direct" and one.get("in_reply_to_id"):
                found.setdefault(str(one["id"]), self._said(one, ""))
        return sorted(found.values(), key=lambda item: (item.sent_at, len(item.remote_id), item.remote_id))

    def _answered(self, posts: Sequence[str]) -> list[str]:
        """Without those of which one call says that they have no answers. Servers before 4.3 do not know it."""
        quiet: Collection[str] = ()
        with suppress(Rejected):
            found = listed(self._get("/api/v1/statuses", **{"id[]": list(posts)})) if posts else []
            quiet = {str(one["id"]) for one in found if not one.get("replies_count")}
        return [post for post in posts if post not in quiet]

    def _below(self, post: str) -> Iterator[Status]:
        """All that stands below a post; what continues a post of ours is no answer but a part of a thread."""
        try:
            found = self.http.get(f"{API}/api/v1/statuses/{post}/context", headers=bearer(self.account.tokens))
        except Gone:
            return  # the post was deleted on the server itself
        me = self.account.remote_id
        for one in found.get("descendants") or ():
            if not one["account"]["id"] == one.get("in_reply_to_account_id") == me:
                yield one

    def _notified(self, since: datetime) -> Iterator[Status]:
        """Statuses that name or quote us. Without the permission, which older connections lack, nobody is told of them."""
        if not self._may(HEARS):
            return
        for notice in self._paged("/api/v1/notifications", since, **{"types[]": TYPES, "limit": NOTICES}):
            status = notice.get("status")  # there is none any more where it was deleted
            if notice["type"] in TYPES and status and status["account"]["id"] != self.account.remote_id:
                yield status

    def own(self, since: datetime) -> Iterator[Status]:
        """The account's posts since then, newest first. https://docs.joinmastodon.org/methods/accounts/#statuses"""
        address = f"/api/v1/accounts/{self.account.remote_id}/statuses"
        return self._paged(address, since, limit=PAGE, exclude_reblogs="true")

    def _paged(self, path: str, since: datetime, **query: Any) -> Iterator[Mapping[str, Any]]:
        for _page in range(PAGES):
            response = self._get(path, **query)
            page = listed(response)
            for one in page:
                if moment(one["created_at"]) < since:
                    return
                yield one
            # Ids are opaque: where the next page begins is said by the Link header only.
            following = parse_qs(urlsplit(response.links.get("next", {}).get("url", "")).query)
            if not page or "max_id" not in following:
                return
            query["max_id"] = following["max_id"][0]

    def _get(self, path: str, **query: Any) -> Any:
        return self.http.session.request("GET", f"{API}{path}", params=query, headers=bearer(self.account.tokens))

    def _said(self, status: Status, post: str) -> Incoming:
        """A status as an utterance; `post`: the post of ours that it stands below or quotes."""
        author, me = person(status["account"]), self.account.remote_id
        mine, answers = author.remote_id == me, str(status.get("in_reply_to_id") or "")
        post = post or (answers if status.get("in_reply_to_account_id") == me else "")
        comment = bool(answers) and bool(post)
        return Incoming(
            remote_id=str(status["id"]),
            kind="message" if status["visibility"] == "direct" else "comment" if comment else "mention",
            thread=_thread(status, mine, post if comment else ""),
            author=author,
            text=_words(status, mine),
            sent_at=moment(status["created_at"]),
            post=post,
            parent=answers,
            url=str(status.get("url") or ""),
            mine=mine,
            attachments=tuple(_attached(status)),
            likes=status.get("favourites_count"),
            edited=bool(status.get("edited_at")),
        )

    # -- answering -------------------------------------------------------------------------------------------------

    def reply(self, to: Incoming, text: str, key: str) -> Sent:
        return self._answer(to, text, key, (), Progress())

    def illustrate(self, to: Incoming, text: str, picture: Media, key: str, progress: Progress) -> Sent:
        """The same with a picture or a video, which is uploaded first."""
        return self._answer(to, text, key, (picture,), progress)

    def _answer(self, to: Incoming, text: str, key: str, media: tuple[Media, ...], progress: Progress) -> Sent:
        """With the key, so that a repeat within the hour makes no second one; seen by no more people than what it answers."""
        silent = mark("The account's server did not answer; SMO tries again.")
        with beforehand(silent):
            status = self.http.get(f"{API}/api/v1/statuses/{to.remote_id}", headers=bearer(self.account.tokens))
        name = f"@{status['account']['acct']}"
        named = to.mine or name.lower() in (one.lower() for one in mentions(text))
        options = {"visibility": status["visibility"], "spoiler_text": status.get("spoiler_text") or ""}
        words = text if named else f"{name} {text}".strip()
        answer = Outgoing(key, words, media, parent=to.remote_id, options=options)
        with beforehand(silent):
            self.prepare(answer, progress)
        return self.publish(answer, progress)

    def find_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None:
        """Our answer with this text; the name before it is ours to add."""
        return next(map(sent, self._answers(to, text, since)), None)

    def find_illustrated(self, to: Incoming, text: str, since: datetime, taken: frozenset[str]) -> Sent | None:
        """The same with a picture."""
        found = (one for one in self._answers(to, text, since) if one.get("media_attachments") and str(one["id"]) not in taken)
        return next(map(sent, found), None)

    def _answers(self, to: Incoming, text: str, since: datetime) -> Iterator[Status]:
        for status in self.own(since - SKEW):
            answers = str(status.get("in_reply_to_id") or "") == to.remote_id
            if answers and canonical(unaddressed(plain(str(status["content"])))) == canonical(unaddressed(text)):
                yield status

    # -- what else is done to it -----------------------------------------------------------------------------------

    def hindrance(self, what: Moderation, to: Incoming) -> str:
        """Nothing can be hidden from others, and only the account's own is deleted."""
        if what not in self.moderations:
            return _("Mastodon hides answers from nobody but you: block who wrote it.")
        if what == Moderation.DELETE and not to.mine:
            return _("Mastodon lets you delete only what your own account said: block who wrote this instead.")
        return super().hindrance(what, to)

    def moderate(self, what: Moderation, to: Incoming) -> None:
        """Favourite, block, delete: each is the same when it is done already."""
        if why := self.hindrance(what, to):
            raise Rejected(why)
        if what == Moderation.LIKE:
            self._do(LIKES, f"statuses/{to.remote_id}/favourite")
        elif what == Moderation.UNLIKE:
            with suppress(Gone):
                self._do(LIKES, f"statuses/{to.remote_id}/unfavourite")
        elif what == Moderation.BLOCK:
            self._do(BLOCKS, f"accounts/{to.author.remote_id}/block")
        else:
            self.delete(to.remote_id)

    def _do(self, scope: str, path: str) -> None:
        """The server would answer as if the connection were dead, but all else goes on without this permission."""
        if not self._may(scope):
            raise Rejected(
                _("The account's server did not give SMO this permission: %(scope)s Connect the channel again.")
                % {"scope": _(self.scopes[scope])}
            )
        self.http.post(f"{API}/api/v1/{path}", headers=bearer(self.account.tokens))

    def _may(self, scope: str) -> bool:
        """A server that does not tell what it gave is asked; `write` gives all that begins with it."""
        granted = self.account.tokens.scopes
        return not granted or scope in granted or scope.partition(":")[0] in granted


def bearer(tokens: Tokens) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.access}"}


def person(account: Mapping[str, Any]) -> Person:
    handle = str(account["acct"])  # with the server, where it is another one
    name, picture = str(account.get("display_name") or handle), str(account.get("avatar") or "")
    return Person(str(account["id"]), name, handle, picture, str(account.get("url") or ""))


def sent(status: Any) -> Sent:
    if not isinstance(status, dict) or not status.get("id"):
        raise Doubt(_("The server's answer cannot be read."), str(status)[:200])
    return Sent(str(status["id"]), str(status.get("url") or status.get("uri") or ""))


def moment(stamp: object) -> datetime:
    return datetime.fromisoformat(str(stamp))


def _changed(status: Status) -> datetime:
    return moment(status.get("edited_at") or status["created_at"])


def _attached(status: Status) -> Iterator[Attachment]:
    """https://docs.joinmastodon.org/entities/MediaAttachment/ Of what another server has, a copy may be missing here."""
    for one in status.get("media_attachments") or ():
        url, kind = one.get("url") or one.get("remote_url") or "", KINDS.get(str(one.get("type")), "file")
        yield Attachment(kind, str(url), str(one["id"]), alt=str(one.get("description") or ""))


def _about(status: Status, posts: Collection[str]) -> str:
    """The post of ours that a status answers or quotes, as far as it is one of the latest."""
    quote = status.get("quote") or {}
    quoted = quote.get("quoted_status_id") or (quote.get("quoted_status") or {}).get("id")
    return next((str(one) for one in (status.get("in_reply_to_id"), quoted) if one in posts), "")


def _thread(status: Status, mine: bool, post: str) -> str:
    """Private mentions belong together by the other person, comments by our post."""
    if status["visibility"] != "direct":
        return post or str(status["id"])
    named = [str(one["id"]) for one in status.get("mentions") or ()]
    return next(iter(named), str(status["id"])) if mine else str(status["account"]["id"])


def _words(status: Status, mine: bool) -> str:
    """A content warning stands before what it warns of; of our own answers the name that stands before them is left out."""
    words = plain(str(status.get("content") or ""))
    warned = [str(status.get("spoiler_text") or ""), unaddressed(words) if mine else words]
    return "\n\n".join(filter(None, warned)) or (ATTACHED if status.get("media_attachments") else words or ATTACHED)
