"""X's client, log-in and posts as X gives them back, in both of its vocabularies.

In August 2026 X renamed "tweet" to "post" in the parameters and fields of reads (API 2.167); writes, streams and webhooks
kept the old names. We ask in the new words, fall back on the old ones, and read both. https://docs.x.com/changelog
"""

import copy
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar

import tweepy
from requests import Response

from connectors.base import Connector
from connectors.data import Account, App, Pause, Tokens
from connectors.errors import Rejected, Unauthorized
from connectors.http import Http
from connectors.oauth import OAuth2, browser_address
from connectors.talk import Attachment, Person
from connectors.x_answers import Gone, UnknownField, judge_x, pause_x
from connectors.x_text import shown

logging.getLogger("tweepy.client").setLevel(logging.INFO)  # at DEBUG it logs every request's Authorization header

FOUND = 5  # people that are offered at once: X charges for each ($0.010)
SEARCHABLE = re.compile(r"[A-Za-z0-9_' ]{1,50}")  # what its search takes (OpenAPI 2.167, searchUsers)
MOST_BITS = 2_500_000  # a second, of a film
PAGE = 100  # posts in one answer, the most
PAGES = 8  # mentions reach 800 posts back; more than that between two looks is not ours to hold

_USER = {"user.fields": "name,username,profile_image_url"}
BESIDE = {**_USER, "media.fields": "alt_text,preview_image_url,type,url,variants"}
VOCABULARIES: dict[str, dict[str, str]] = {
    "post": {
        "post.fields": "attachments,conversation_id,created_at,entities,note_post,public_metrics,text",
        "expansions": "attachments.media_keys,author_id,in_reply_to_user_id,referenced_posts",
        **BESIDE,
    },
    "tweet": {
        "tweet.fields": "attachments,author_id,conversation_id,created_at,entities,in_reply_to_user_id,note_tweet,"
        "public_metrics,referenced_tweets,text",
        "expansions": "attachments.media_keys,author_id",
        **BESIDE,
    },
}


@dataclass(frozen=True)
class Post:
    """A post as X gives it back. `texts`: as its author wrote it, with the links' written and with their final addresses."""

    remote_id: str
    texts: tuple[str, str]
    author: Person
    sent_at: datetime
    conversation: str = ""
    replied_to: str = ""
    to_user: str = ""
    media: frozenset[str] = frozenset()
    attachments: tuple[Attachment, ...] = ()
    likes: int | None = None


def parse(post: Mapping[str, Any], includes: Mapping[str, Any] | None = None) -> Post:
    """A post from a read or a webhook; people and media come beside it in `includes`."""
    beside = includes or {}
    people = {str(user["id"]): user for user in beside.get("users") or ()}
    author = str(post.get("author_id", ""))
    references = post.get("referenced_posts") or post.get("referenced_tweets") or ()
    keys = (post.get("attachments") or {}).get("media_keys") or ()
    return Post(
        remote_id=str(post["id"]),
        texts=(shown(post), shown(post, unwound=True)),
        author=person(people.get(author) or {"id": author}),
        sent_at=moment(post.get("created_at")),
        conversation=str(post.get("conversation_id") or ""),
        replied_to=next((str(one["id"]) for one in references if one.get("type") == "replied_to"), ""),
        to_user=str(post.get("in_reply_to_user_id") or ""),
        attachments=tuple(attached(keys, beside.get("media") or ())),
        media=frozenset(str(key).rpartition("_")[2] for key in keys),  # a media key is its kind and the media id: 3_1880
        likes=(post.get("public_metrics") or {}).get("like_count"),
    )


def attached(keys: Iterable[str], media: Iterable[Mapping[str, Any]]) -> Iterator[Attachment]:
    """What hangs there, as far as it is told beside. https://docs.x.com/x-api/fundamentals/data-dictionary#media"""
    known = {str(one["media_key"]): one for one in media}
    for key, one in ((str(key), known[str(key)]) for key in keys if str(key) in known):
        if url := one.get("url") or _film(one.get("variants") or ()) or one.get("preview_image_url"):
            kind = "picture" if one.get("type") == "photo" else "video"
            yield Attachment(kind, str(url), key, alt=str(one.get("alt_text") or ""))


def _film(variants: Iterable[Mapping[str, Any]]) -> str:
    """The best form of a film that is not larger than need be."""
    films = {int(one.get("bit_rate") or 0): str(one["url"]) for one in variants if one.get("content_type") == "video/mp4"}
    fitting = [rate for rate in films if rate <= MOST_BITS] or sorted(films)[:1]
    return films[max(fitting)] if fitting else ""


def person(user: Mapping[str, Any]) -> Person:
    username = str(user.get("username") or "")
    return Person(
        remote_id=str(user["id"]),
        name=str(user.get("name") or username),
        username=username,
        picture_url=str(user.get("profile_image_url") or ""),
        url=f"https://x.com/{username}" if username else "",
    )


def moment(value: Any) -> datetime:
    """The time of `2026-11-22T15:00:00.000Z`; now where X gives none."""
    return datetime.fromisoformat(str(value)) if value else datetime.now(UTC)


class XPosts(OAuth2, Connector):
    """The part of the connector that logs in and reads posts."""

    hosts = ("api.x.com", "api.twitter.com")  # tweepy 4.17 has the old name fixed in its request method
    authorize_endpoint = "https://x.com/i/oauth2/authorize"
    token_endpoint = "https://api.x.com/2/oauth2/token"  # noqa: S105
    revoke_endpoint = "https://api.x.com/2/oauth2/revoke"
    client_auth = "basic"
    vocabulary: ClassVar[str] = "post"  # which of VOCABULARIES X took last

    @cached_property
    def client(self) -> tweepy.Client:
        """tweepy as this account."""
        return client(self.http, self.account.tokens.access)

    @classmethod
    def judge(cls, response: Response) -> None:
        """X's problem types first (connectors.x_answers)."""
        judge_x(cls.name, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        """The rest of the window, or of the day, once nothing is left of the allowance for posts."""
        return pause_x(response)

    # -- logging in ------------------------------------------------------------------------------------------------

    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]:
        """The one account that gave the tokens. https://docs.x.com/x-api/users/get-my-user"""
        me = client(http, tokens.access).get_me(user_fields=["profile_image_url"], user_auth=False)["data"]
        found = person(me)
        address = browser_address(found.url, app)
        return [Account(found.remote_id, found.name, found.username, tokens, found.picture_url, address)]

    @classmethod
    def revoke(cls, app: App, http: Http, tokens: Tokens) -> None:
        """Give both tokens back; X does not say that one takes the other along. A dead one is no error."""
        for token in filter(None, (tokens.refresh, tokens.access)):
            try:
                cls._client_call(app, http, cls.revoke_endpoint, {"token": token, "client_id": app.client_id})
            except (Rejected, Unauthorized):
                continue

    @classmethod
    def _client_call(cls, app: App, http: Http, url: str, form: dict[str, str]) -> Any:
        """A public client (a native app, without a secret) names itself in the form, a confidential one in the header."""
        if app.client_secret:
            return super()._client_call(app, http, url, form)
        return http.post(url, data={**form, "client_id": app.client_id})

    # -- reading ---------------------------------------------------------------------------------------------------

    def own_posts(self, since: datetime) -> Iterator[Post]:
        """The account's posts since then, newest first. https://docs.x.com/x-api/users/get-posts"""
        return self._posts(f"/2/users/{self.account.remote_id}/tweets", since)

    def mentions(self, since: datetime, until: datetime | None = None) -> Iterator[Post]:
        """Posts that name or answer the account since then, newest first. https://docs.x.com/x-api/users/get-mentions"""
        return self._posts(f"/2/users/{self.account.remote_id}/mentions", since, until)

    def _posts(self, route: str, since: datetime, until: datetime | None = None) -> Iterator[Post]:
        query = {"max_results": str(PAGE), "start_time": _stamp(since)} | ({"end_time": _stamp(until)} if until else {})
        for _ in range(PAGES):
            page = self._read(route, query)
            yield from (parse(post, page.get("includes")) for post in page.get("data") or ())
            token = (page.get("meta") or {}).get("next_token")
            if not token:
                return
            query["pagination_token"] = token

    def _read(self, route: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        """A page of posts, asked for in the words that X took last, else in the others."""
        words = XPosts.vocabulary
        try:
            return self._page(route, query, words)
        except UnknownField:
            other = next(name for name in VOCABULARIES if name != words)
            page = self._page(route, query, other)
            XPosts.vocabulary = other
            return page

    def _page(self, route: str, query: Mapping[str, str], words: str) -> Mapping[str, Any]:
        page: Mapping[str, Any] = self.client.request("GET", route, params={**query, **VOCABULARIES[words]}).json()
        return page

    # -- FindsPeople -----------------------------------------------------------------------------------------------

    mention = r"@[A-Za-z0-9_]{1,15}"
    asks_from = 3  # each look costs

    def people(self, words: str) -> tuple[Person, ...]:
        """GET /2/users/search, with the scopes tweet.read and users.read. https://docs.x.com/x-api/users/search-users"""
        if not SEARCHABLE.fullmatch(words):
            return ()
        query = {"query": words, "max_results": str(FOUND), **_USER}
        found = self.client.request("GET", "/2/users/search", params=query).json()
        return tuple(map(person, found.get("data") or ()))

    # -- deleting --------------------------------------------------------------------------------------------------

    def delete(self, remote_id: str) -> None:
        """Take a post down. https://docs.x.com/x-api/posts/delete-post"""
        try:
            self.client.delete_tweet(remote_id, user_auth=False)
        except Gone:
            return


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_CLIENT = tweepy.Client(return_type=dict, wait_on_rate_limit=False)


def client(http: Http, token: str) -> tweepy.Client:
    """tweepy on our HTTP seam with an OAuth 2 token; it gives JSON as it came and never waits by itself."""
    made = copy.copy(_CLIENT)  # making one would make a session of its own, ten times the cost
    made.bearer_token, made.session = token, http.session
    return made
