"""X's inbox: mentions, replies and direct messages, by reading and by webhook (X Activity API).

https://docs.x.com/x-api/activity/introduction
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.data import AAC, GIF, H264, JPEG, MOV, MP4, PNG, WEBP, App, FileLimits, Media, Pictured, Progress, Sent, Words
from connectors.errors import Unauthorized, beforehand
from connectors.oauth import browser_address
from connectors.talk import ATTACHED, Hook, Incoming, Person, Span
from connectors.words import _, mark
from connectors.x_answers import Exists, Gone
from connectors.x_media import Uploads
from connectors.x_posts import BESIDE, Post, XPosts, attached, client, moment, parse, person
from connectors.x_text import same

API = "https://api.x.com"
SKEW = timedelta(seconds=60)  # between our clock and X's
LITTLE = timedelta(seconds=30)
POST_EVENTS = ("post.mention.create", "post.reply.create")  # the first fires only for an explicit @name in the text
EVENTS = (*POST_EVENTS, "dm.received")
PHOTO = FileLimits(mime_types=frozenset({JPEG, PNG, WEBP, GIF}), max_bytes=5_000_000)
VIDEO = FileLimits(
    mime_types=frozenset({MP4, MOV}),
    max_bytes=512_000_000,
    min_seconds=0.5,
    max_seconds=140,
    min_ratio=1 / 3,
    max_ratio=3,
    min_width=32,
    min_height=32,
    max_width=1280,
    max_height=1280,
    codecs=frozenset({H264}),
    sound=frozenset({AAC}),
)
# [U] X may end a message's text with a link to what hangs on it, as it does with posts.
MEDIA_LINK = re.compile(r"\s*https://(t\.co/\w+|(x|twitter)\.com/messages/media/\d+)$")


class XInbox(XPosts):
    """The part of the connector that listens and answers."""

    pictured = dict.fromkeys(("comment", "mention", "message"), Pictured(Words.FREE, PHOTO, VIDEO))

    # -- reading ---------------------------------------------------------------------------------------------------

    def incoming(self, since: datetime, posts: Sequence[str]) -> Iterable[Incoming]:
        """Mentions and replies since then, oldest first; replies below our posts count as comments on them."""
        return [self._incoming(post, posts) for post in reversed(list(self.mentions(since)))]

    def past(self, span: Span, posts: Sequence[str]) -> Iterable[Incoming]:
        """Mentions and replies of then. Each that X tells costs the operator, so none is asked for twice. X refuses to be asked
        until a moment that is not a little past."""
        until = span.until if span.until < datetime.now(UTC) - LITTLE else None
        return [self._incoming(post, posts) for post in reversed(list(self.mentions(span.since, until)))]

    def fetch(self, reference: str) -> Incoming | None:
        """A direct message whose media its webhook only named. https://docs.x.com/x-api/direct-messages/get-dm-event-by-id"""
        fields = "attachments,created_at,dm_conversation_id,text"
        query = {"dm_event.fields": fields, "expansions": "attachments.media_keys,sender_id", **BESIDE}
        try:
            answer = self.client.request("GET", f"/2/dm_events/{reference}", params=query).json()
        except Gone:
            return None
        event = answer.get("data")
        return _message(event, answer.get("includes") or {}, self.account.remote_id) if event else None

    def _incoming(self, post: Post, ours: Sequence[str]) -> Incoming:
        return _about(post, self.account.remote_id, ours, self.app)

    # -- answering -------------------------------------------------------------------------------------------------

    def reply(self, to: Incoming, text: str, key: str) -> Sent:
        """A reply to a post, or a message to who wrote one. https://docs.x.com/x-api/posts/create-post"""
        if to.kind == "message":
            return self._message(to, text=text)
        return self.create({"text": text, "reply": {"in_reply_to_tweet_id": to.remote_id}})

    def illustrate(self, to: Incoming, text: str, picture: Media, key: str, progress: Progress) -> Sent:
        """The same with a picture or a video, which is uploaded first."""
        uploads = Uploads(self.client, progress, "dm" if to.kind == "message" else "tweet")
        with beforehand(mark("X did not answer; SMO tries again.")):
            uploads.prepare((picture,))
        ids, words = uploads.ids((picture,)), {"text": text} if text else {}
        with uploads.used((picture,)):
            if to.kind == "message":
                return self._message(to, media_id=ids[0], **words)
            return self.create({**words, "reply": {"in_reply_to_tweet_id": to.remote_id}, "media": {"media_ids": ids}})

    def _message(self, to: Incoming, **said: str) -> Sent:
        """https://docs.x.com/x-api/direct-messages/create-dm-message-by-participant-id"""
        answer = self.client.create_direct_message(participant_id=to.author.remote_id, user_auth=False, **said)
        return Sent(str(answer["data"]["dm_event_id"]))

    def find_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None:
        """The answer that may have arrived although nobody told us."""
        if to.kind == "message":
            found = (str(one["id"]) for one in self._messages(to, since - SKEW) if same(text, [str(one.get("text", ""))]))
            return next(map(Sent, found), None)
        return next((self.sent(post.remote_id) for post in self._replies(to, text, since - SKEW)), None)

    def find_illustrated(self, to: Incoming, text: str, since: datetime, taken: frozenset[str]) -> Sent | None:
        """The same with a picture."""
        if to.kind == "message":
            with_files = (one for one in self._messages(to, since - SKEW) if _media_keys(one) and str(one["id"]) not in taken)
            return next((Sent(str(one["id"])) for one in with_files if same(text, _texts(one))), None)
        posts = (post for post in self._replies(to, text, since - SKEW) if post.media and post.remote_id not in taken)
        return next((self.sent(post.remote_id) for post in posts), None)

    def _replies(self, to: Incoming, text: str, since: datetime) -> Iterator[Post]:
        """Ours with this text."""
        for post in self.own_posts(since):
            if post.replied_to == to.remote_id and same(text, post.texts, is_reply=True):
                yield post

    def _messages(self, to: Incoming, since: datetime) -> Iterator[Mapping[str, Any]]:
        """Ours to this person, newest first."""
        events = self.client.get_direct_message_events(
            participant_id=to.author.remote_id,
            dm_event_fields=["attachments", "created_at", "text"],
            expansions=["sender_id"],  # since API 2.167 it is no field any more, only an expansion
            event_types="MessageCreate",
            max_results=100,
            user_auth=False,
        )
        for event in events.get("data") or ():
            if str(event.get("sender_id")) == self.account.remote_id and moment(event.get("created_at")) >= since:
                yield event

    def create(self, body: Mapping[str, Any]) -> Sent:
        """The one call that makes a post. tweepy's create_tweet lacks labels, so its general call is used."""
        answer = self.client.request("POST", "/2/tweets", json=body).json()
        return self.sent(str(answer["data"]["id"]))

    def sent(self, remote_id: str) -> Sent:
        """A post with its public address; X finds it by its id alone where the name has changed meanwhile."""
        return Sent(remote_id, _address(self.account.username, remote_id, self.app))

    # -- webhooks --------------------------------------------------------------------------------------------------

    @classmethod
    def handshake(cls, app: App, query: Mapping[str, str], secret: str) -> str | None:
        """The JSON that answers X's challenge, which comes again every half hour. https://docs.x.com/x-api/webhooks/introduction

        X signs with the app's own secret, so `secret` is not needed.
        """
        token = query.get("crc_token", "")
        return json.dumps({"response_token": _signature(app, token.encode())}) if token else None

    @classmethod
    def hooks(cls, app: App, headers: Mapping[str, str], body: bytes) -> Iterator[Hook]:
        """What a delivery tells. Raises Unauthorized when its signature does not fit the raw bytes."""
        given = {name.lower(): value for name, value in headers.items()}.get("x-twitter-webhooks-signature", "")
        if not hmac.compare_digest(given.encode(), _signature(app, body).encode()):
            raise Unauthorized(_("A delivery that claims to come from X has no valid signature: it was not read."))
        return _hooks(app, json.loads(body).get("data") or {})

    def subscribe(self, callback_url: str, secret: str) -> None:
        """Have X call us for this account. The webhook belongs to the app, its subscriptions to the accounts; the events
        of other people's making need the account's own token. Repeating it changes nothing."""
        webhook = self._webhook(callback_url)
        for event in EVENTS:
            filter_ = {"user_id": self.account.remote_id, "direction": "inbound"}
            body = {"event_type": event, "filter": filter_, "tag": "smo", "webhook_id": webhook}
            with suppress(Exists):
                self.client.request("POST", "/2/activity/subscriptions", json=body)

    def _webhook(self, callback_url: str) -> str:
        """The id of the app's webhook for this address; made if there is none, checked anew if X had given it up."""
        as_app = client(self.http, self._app_token())
        for found in as_app.request("GET", "/2/webhooks").json().get("data") or ():
            if found["url"] == callback_url:
                if not found.get("valid", True):
                    as_app.request("PUT", f"/2/webhooks/{found['id']}")
                return str(found["id"])
        return str(as_app.request("POST", "/2/webhooks", json={"url": callback_url}).json()["data"]["id"])

    def _app_token(self) -> str:
        """The app's own token. https://docs.x.com/fundamentals/authentication/oauth-2-0/application-only"""
        key = (self.app.client_id, self.app.client_secret)
        answer = self.http.post(f"{API}/oauth2/token", data={"grant_type": "client_credentials"}, auth=key)
        return str(answer["access_token"])


def _signature(app: App, message: bytes) -> str:
    digest = hmac.new(app.client_secret.encode(), message, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


def _hooks(app: App, event: Mapping[str, Any]) -> Iterator[Hook]:
    account = str((event.get("filter") or {}).get("user_id") or "")
    payload, includes = event.get("payload") or {}, event.get("includes") or {}
    if event.get("event_type") in POST_EVENTS:
        yield Hook(account, (_about(parse(payload, includes), account, (), app),))
    elif event.get("event_type") == "dm.received":
        yield _written(payload, includes, account)


def _about(post: Post, account: str, ours: Sequence[str], app: App) -> Incoming:
    """`ours`: ids of our recent posts. What answers one of them, or anything else of ours, is a comment; else a mention."""
    about = next((found for found in (post.replied_to, post.conversation) if found in ours), "")
    if not about and post.to_user == account:
        about = post.replied_to
    return Incoming(
        remote_id=post.remote_id,
        kind="comment" if about else "mention",
        thread=post.conversation or post.remote_id,
        author=post.author,
        text=post.texts[0],
        sent_at=post.sent_at,
        post=about,
        parent=post.replied_to,
        url=_address(post.author.username, post.remote_id, app),
        mine=post.author.remote_id == account,
        attachments=post.attachments,
        likes=post.likes,
    )


def _written(event: Mapping[str, Any], includes: Mapping[str, Any], account: str) -> Hook:
    """A direct message. No page says whether a webhook tells its media or only their keys: what it does not tell is read,
    because each reading costs."""
    message = _message(event, includes, account)
    told = len(message.attachments) >= len(_media_keys(event))
    return Hook(account, (message,), () if told else (message.remote_id,))


def _media_keys(event: Mapping[str, Any]) -> Sequence[str]:
    return (event.get("attachments") or {}).get("media_keys") or ()


def _texts(event: Mapping[str, Any]) -> tuple[str, str]:
    """What was written in a message, with and without what X may have added."""
    text = str(event.get("text") or "")
    return text, MEDIA_LINK.sub("", text)


def _message(event: Mapping[str, Any], includes: Mapping[str, Any], account: str) -> Incoming:
    """Where X gives a file of a private message to the account's token alone (no page says so), it cannot be fetched, and the
    thread says that it could not be loaded."""
    sender, users, keys = str(event.get("sender_id") or ""), includes.get("users") or (), _media_keys(event)
    author = next((person(user) for user in users if str(user["id"]) == sender), Person(sender))
    return Incoming(
        remote_id=str(event.get("id") or event.get("dm_event_id") or ""),
        kind="message",
        thread=str(event.get("dm_conversation_id") or "-".join(sorted((sender, account), key=int))),
        author=author,
        text=str(event.get("text") or "") or (ATTACHED if keys else ""),
        sent_at=moment(event.get("created_at")),
        mine=sender == account,
        attachments=tuple(attached(keys, includes.get("media") or ())),
    )


def _address(username: str, remote_id: str, app: App) -> str:
    return browser_address(f"https://x.com/{username or 'i'}/status/{remote_id}", app)
