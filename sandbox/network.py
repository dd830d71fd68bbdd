"""What a practice network is to the core: a class of constants and methods. `sandbox/__init__.py` tells how to write one."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox import clock
from sandbox.faults import Faults
from sandbox.store import Doc, Files, Shelf, Store
from sandbox.tokens import PRACTICE_APP, PRACTICE_SECRET, Tokens
from sandbox.views import Chat, Picture, PublicAccount, PublicPost, Reply

PAGE = ""  # the operation of requests that are no API call: pages, forms, media


@dataclass(slots=True)
class Seen:
    """A request as the gate saw it before anybody acted: `path` without the network's slug, `body` empty when over 8 MB."""

    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        """Query parameters, the last of each name."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @property
    def params(self) -> dict[str, Any]:
        """Query, form or JSON body in one dict (multipart bodies: only their short text fields)."""
        kind = self.headers.get("content-type", "")
        found: dict[str, Any] = dict(self.query)
        if "urlencoded" in kind:
            found |= {name: values[-1] for name, values in parse_qs(self.body.decode("utf-8", "replace"), True).items()}
        elif "json" in kind and self.body.lstrip()[:1] == b"{":
            found |= _json_object(self.body)
        elif "multipart/form-data" in kind:
            found |= _text_parts(self.body, kind)
        return found

    @property
    def bearer(self) -> str:
        """The token of an `Authorization: Bearer` or `OAuth` header."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        return value.strip() if scheme.lower() in ("bearer", "oauth") else ""


@dataclass(slots=True)
class Consent:
    """What an authorize page asks for. `extra` is kept with the code (PKCE challenge, ...)."""

    client_id: str
    redirect_uri: str
    scopes: list[str]
    state: str = ""
    extra: dict[str, str] = field(default_factory=dict)


class Network:
    """Base of a practice network. One instance lives as long as the server; all state is in the store.

    Lent by the core: `docs` (Shelf), `files` (Files), `tokens` (Tokens), `faults` (Faults), `hooks` (Hooks, see hooks.py),
    `url` (this network's public address, `http://127.0.0.1:8800/x`), `enforces_limits` (control API can switch it off).
    """

    slug = ""
    name = ""
    about = "Practice network"
    scopes: dict[str, str] = {}  # scope -> what the consent page says it allows
    consent_many = False  # whether a person may choose several accounts at once (Facebook Pages)
    consent_untick = False  # whether a person may leave scopes out
    enclosed: Doc | None = None  # what the fan who acts at this moment adds to it, a `media` document
    sheds: bool = False  # whether the fan who edits something takes off what hangs on it
    fan_actions: tuple[str, ...] = ("comment", "like")  # and mention, message, react, unreact, edit, delete, block

    def __init__(self, store: Store, faults: Faults, hooks: Any, origin: str) -> None:
        self.store, self.faults, self.hooks = store, faults, hooks
        self.docs: Shelf = store.shelf(self.slug)
        self.files = Files(store, self.slug)
        self.tokens = Tokens(self.docs)
        self.url = f"{origin}/{self.slug}"
        self.enforces_limits = True

    # --- the network's HTTP -------------------------------------------------------------------------------------------

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """Starlette routes below /<slug>, without the slug. The core's own (`/_consent`, `/_fan`, `/_media/{id}`, and last
        `/{username}`) are added to them."""
        raise NotImplementedError

    def operation(self, seen: Seen) -> str:
        """`publish` for the one irreversible call, `prepare` for uploads, `read`, `token`, `other`; PAGE for what is no API."""
        raise NotImplementedError

    def token_of(self, seen: Seen) -> str:
        """The access token that a request carries, "" for none."""
        return seen.bearer

    def account_of(self, seen: Seen) -> str:
        """The id of the account that a request acts for, "" if none; faults for one account are found by it."""
        token = self.tokens.get(self.token_of(seen))
        return token.owner if token else ""

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """The network's 429 (or what stands for it), with its headers."""
        raise NotImplementedError

    def failure(self, seen: Seen) -> Response:
        """The network's 500."""
        raise NotImplementedError

    def duplicate(self, seen: Seen) -> Response:
        """The network's refusal of a post that is already there."""
        raise NotImplementedError

    def finish(self, seen: Seen, account: str, response_headers: list[tuple[bytes, bytes]]) -> None:
        """Called before every API answer starts: add headers here (Facebook's usage headers)."""

    # --- log-in -------------------------------------------------------------------------------------------------------

    def refusal(self, ask: Consent) -> dict[str, str]:
        """Query parameters of the redirect when the person presses Cancel (state is added)."""
        return {"error": "access_denied"}

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """Ready tokens without the consent page, for tests and bench: {"access_token", "refresh_token"?, ...}."""
        raise NotImplementedError

    # --- people -------------------------------------------------------------------------------------------------------

    def seed(self) -> None:
        """Make the demo's accounts. Called when the network has none, and after a reset."""
        raise NotImplementedError

    def create_account(self, name: str, username: str = "", **details: Any) -> Doc:
        """A new account: a Doc of kind `account`, key = username (unique, lower case), data: name, username, bio, ..."""
        if username and self.username_taken(username):
            raise ValueError(f"{self.slug} has an account {username} already")
        username = username or self.free_username(name)
        data = {"name": name, "username": username, "bio": "", **details}
        return self.docs.put("account", data, key=username.lower())

    def free_username(self, name: str) -> str:
        """The name as a handle of at most 15 letters, with digits behind it when taken."""
        base = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())[:10] or "account"
        handle = base
        while self.username_taken(handle):
            handle = f"{base}{secrets.randbelow(90_000) + 10_000}"
        return handle

    def username_taken(self, username: str) -> bool:
        """Whether an account has it. A network whose fans share the accounts' names looks at those too."""
        return self.account_by_name(username) is not None

    def person(self, name: str) -> Doc:
        """A fan by name: a Doc of kind `person`, data name, username; made when new."""
        name = name.strip() or "Ann Example"
        known = self.docs.one("person", key=name.lower())
        return known or self.docs.put("person", {"name": name, "username": self.free_username(name)}, key=name.lower())

    def account_by_name(self, username: str) -> Doc | None:
        """The account with this username (any case)."""
        return self.docs.one("account", key=username.lower().lstrip("@"))

    def clear(self, account: str) -> None:
        """Forget what an account published and received; the account and its tokens stay."""
        for post in self.docs.find("post", owner=account, limit=1_000_000):
            for comment in self.docs.find("comment", parent=post.id, limit=1_000_000):
                self.docs.delete("comment", comment.id)
        self.docs.wipe(("post", "comment", "message", "reaction", "like", "media"), owner=account)

    # --- what the public sees -----------------------------------------------------------------------------------------

    def public_account(self, account: Doc) -> PublicAccount:
        """The account for pages and lists."""
        username = account["username"]
        page = f"{self.url}/{username}"
        return PublicAccount(account.id, self.slug, account["name"], username, f"@{username}", page, account.get("bio", ""))

    def public_posts(self, account: Doc, limit: int = 100_000) -> list[PublicPost]:
        """Everything of the account that the public can see now, newest first. The ledger and the pages are made of it."""
        found = self.docs.find("post", owner=account.id, limit=limit)
        return [self.public_post(post) for post in found if self.is_public(post)]

    def is_public(self, post: Doc) -> bool:
        """Whether anybody may see this post now (not scheduled, not private)."""
        return True

    def public_post(self, post: Doc) -> PublicPost:
        """One post for the pages. The default reads data: text, kind, title, link, media (ids of `media` with mime, alt)."""
        return PublicPost(
            id=post.id,
            account=post.owner,
            text=post.get("text", ""),
            url=self.permalink(post),
            created_at=post.created_at,
            kind=post.get("kind", "text"),
            title=post.get("title", ""),
            link=post.get("link", ""),
            parent=post.parent,
            media=self.pictures(post.get("media", [])),
            likes=self.docs.count("like", parent=post.id),
            replies=self.replies(post),
        )

    def permalink(self, post: Doc) -> str:
        """The post's own address on this server; the network's routes must answer it with `post_page`."""
        return f"{self.url}/posts/{post.id}"

    def pictures(self, ids: Iterable[str]) -> list[Picture]:
        """Media documents (data mime, alt) for showing."""
        return [
            Picture(media.id, self.media_url(media.id), media["mime"], media.get("alt", ""))
            for media in self.docs.many("media", ids)
        ]

    def media_url(self, media_id: str) -> str:
        """Where anybody can load the bytes of a media document."""
        return f"{self.url}/_media/{media_id}"

    def avatar_url(self, user: Doc) -> str:
        """A picture of the account or person: the first letter on a colour."""
        return f"{self.url}/_avatar/{quote(user['name'], safe='')}.svg"

    def replies(self, post: Doc) -> list[Reply]:
        """Comments of a post, oldest first. The default reads kind `comment`: parent the post, owner the author's id,
        data text, author, ours, hidden, answers (id of the comment that it answers), attachment (a picture's address)."""
        return [
            Reply(
                id=comment.id,
                author=comment["author"],
                text=comment["text"],
                created_at=comment.created_at,
                parent=comment.get("answers", "") or post.id,
                ours=comment.get("ours", False),
                likes=self.docs.count("like", parent=comment.id),
                depth=1 if comment.get("answers") else 0,
                hidden=comment.get("hidden", False),
                media=[Picture(comment.id, comment["attachment"], "image/*")] if comment.get("attachment") else [],
            )
            for comment in self.docs.find("comment", parent=post.id, oldest_first=True)
        ]

    # --- fans ---------------------------------------------------------------------------------------------------------

    def fan(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """A fan acts: `comment` on or `like` of the post (or comment) `target`, or `message` to the account `target`.
        Stores it, tells webhooks, gives the new document. KeyError when there is no such target, or not for this fan.

        Networks that take more: `mention` or `block` of the account `target`, `edit` or `delete` of the fan's own `target`,
        `react` (`text` is the emoji) to the private message `target` or `unreact`."""
        if action == "like":
            return self.docs.put("like", {}, doc_id=f"{target}:{person.id}", owner=person.id, parent=target)
        if action == "comment":
            return self.fan_comment(target, person, text)
        if action != "message":
            return self.fan_deed(action, target, person, text)
        return self.fan_message(target, person, text)

    def enclose(self, content: bytes, mime: str, alt: str = "", **details: Any) -> Doc:
        """A file of a fan's, as a `media` document; `details`: what else the network keeps of one."""
        data = {"mime": mime, "type": mime.partition("/")[0], "alt": alt, "name": f"from-a-fan.{mime.partition('/')[2]}"}
        media = self.docs.put("media", {**data, **details})
        self.files.write(media.id, content)
        return media

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """A fan's comment on a post or an answer to a comment."""
        raise NotImplementedError

    def fan_message(self, account: str, person: Doc, text: str) -> Doc:
        """A fan's private message to an account."""
        raise NotImplementedError

    def fan_deed(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """What else a fan does, of this network's `fan_actions`."""
        raise NotImplementedError

    def chats(self, account: Doc) -> list[Chat]:
        """The private messages of an account, the latest conversation first, where the network has a page for them."""
        return []

    def reacted(self, message: str) -> list[str]:
        """The emoji below a private message: documents of kind `reaction`, parent the message, data emoji."""
        return [reaction["emoji"] for reaction in self.docs.find("reaction", parent=message, oldest_first=True)]

    # --- small helps --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """At the server's start and after a reset: the practice developer app, and the demo's accounts when there are none."""
        if not self.tokens.app(PRACTICE_APP):
            self.tokens.put_app(PRACTICE_APP, PRACTICE_SECRET, "SMO")
        if not self.docs.one("account"):
            self.seed()

    def reset(self) -> None:
        """Forget everything and begin with the demo's accounts again."""
        self.docs.wipe()
        self.files.wipe()
        self.start()

    def now(self) -> float:
        """Unix seconds on the practice clock."""
        return clock.now()


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text_parts(body: bytes, content_type: str) -> dict[str, str]:
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    found: dict[str, str] = {}
    for part in body.split(b"--" + boundary)[1:-1] if boundary else []:
        head, _, content = part.partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0].decode("utf-8", "replace")
        if name and b"filename=" not in head and len(content) < 100_000:
            found[name] = content.removesuffix(b"\r\n").decode("utf-8", "replace")
    return found
