"""The practice Snapchat itself: what it is made of, who is on it, what its public sees."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.front import account_page, missing, post_page
from sandbox.network import PAGE, Network, Seen
from sandbox.snapchat import envelope
from sandbox.snapchat.calls import Meter
from sandbox.snapchat.envelope import Refused
from sandbox.snapchat.login import Login
from sandbox.snapchat.media import MediaUpload
from sandbox.snapchat.posts import Posts
from sandbox.snapchat.profiles import Profiles
from sandbox.store import Doc
from sandbox.views import PublicAccount, PublicPost

API = re.compile(r"/(\w\w/)?v1/")
CREATE = re.compile(r"/v1/public_profiles/[^/]+/(stories|saved_stories|spotlights)")
KINDS = {"stories": "story", "saved_stories": "saved_story", "spotlights": "spotlight"}
LABELS = {"story": "Story", "saved_story": "Saved Story", "spotlight": "Spotlight"}
BIO = "The soft drink that is colder than your weather. Or warmer, if you need it."


class Snapchat(Network):
    """Public Profile API as of 2026. Apps whose client id contains `unlisted` are not on the allow-list."""

    slug, name = "snapchat", "Snapchat"
    about = "Stories and Spotlights"
    fan_actions = ("comment", "like")
    scopes = {
        "snapchat-profile-api": "Manage your Public Profile: see it, and publish Stories and Spotlights on it",
        "snapchat-marketing-api": "Manage your ads",
        "snapchat-offline-conversions-api": "Send offline conversions",
    }

    def __init__(self, *lent: Any) -> None:
        super().__init__(*lent)
        self.meter = Meter()
        self.login, self.profiles = Login(self), Profiles(self)
        self.media, self.posts = MediaUpload(self), Posts(self)

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """API, log-in, public pages."""
        pages = [
            Route("/add/{username}", self.profile_page),
            Route("/spotlight/{post}", self.page_of_post),
            Route("/posts/{post}", self.page_of_post),
        ]
        return [*self.posts.routes(), *self.media.routes(), *self.profiles.routes(), *self.login.routes(), *pages]

    def operation(self, seen: Seen) -> str:
        """The one irreversible call is the creation of a story, saved story or spotlight."""
        if seen.path == "/login/oauth2/access_token":
            return "token"
        if not API.match(seen.path):
            return PAGE
        if seen.method == "GET":
            return "read"
        return "publish" if CREATE.fullmatch(seen.path) else "prepare"

    def account_of(self, seen: Seen) -> str:
        """The profile in the path; at the token endpoint the refresh token's owner."""
        if self.operation(seen) == "token":
            token = self.tokens.get(str(seen.params.get("refresh_token", "")))
            return token.owner if token else ""
        named = re.search(r"/public_profiles/([0-9a-f-]{36})", seen.path)
        return named[1] if named else super().account_of(seen)

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """429. How long to wait is not said."""
        return envelope.too_many().response()

    def failure(self, seen: Seen) -> Response:
        """500."""
        return envelope.broken().response()

    def duplicate(self, seen: Seen) -> Response:
        """A former request for the same media is going through at this moment: it is published, and this one refused."""
        kind = CREATE.fullmatch(seen.path)
        profile = self.docs.get("account", self.account_of(seen))
        if kind and profile:
            try:
                self.posts.write(profile, KINDS[kind[1]], _media_id(seen.params), **_facts(kind[1], seen.params, self.now()))
            except Refused as refused:
                return refused.response()
        return envelope.in_progress().response()

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """What the token endpoint would have given."""
        return self.login.pair(account.id, list(scopes), app)

    def is_listed(self, client_id: str) -> bool:
        """Whether Snapchat has put the app on its allow-list."""
        return "unlisted" not in client_id

    # --- people and their posts ---------------------------------------------------------------------------------------

    def seed(self) -> None:
        """The demo's profile, and another of the same organisation so that there is a choice."""
        first = self.create_account("Polar Fizz", "polarfizz", bio=BIO)
        organization = first["organization_id"]
        self.create_account("Polar Fizz Careers", "polarfizzjobs", bio="Work where it is cold.", organization_id=organization)

    def create_account(self, name: str, username: str = "", **details: Any) -> Doc:
        """Profile ids are UUIDs; without `organization_id` it has an organisation of its own."""
        if username and self.username_taken(username):
            raise ValueError(f"{self.slug} has an account {username} already")
        username = username or self.free_username(name)
        data = {"name": name, "username": username, "bio": "", "organization_id": str(uuid.uuid4()), **details}
        return self.docs.put("account", data, doc_id=str(uuid.uuid4()), key=username.lower())

    def is_public(self, post: Doc) -> bool:
        """Stories end, spotlights may be refused by the review. Those in review are shown, with a label."""
        if post["kind"] == "spotlight":
            return self.posts.reviewed(post) != "REJECTED"
        return bool(post.get("expires_at", self.now() + 1) > self.now())

    def public_account(self, account: Doc) -> PublicAccount:
        """Where Snapchat has it."""
        shown = super().public_account(account)
        shown.url = f"{self.url}/add/{account['username']}"
        return shown

    def public_post(self, post: Doc) -> PublicPost:
        """With what kind it is."""
        shown = super().public_post(post)
        in_review = post["kind"] == "spotlight" and self.posts.reviewed(post) == "SUBMITTED"
        shown.labels = [LABELS[post["kind"]], *(["In review"] if in_review else [])]
        chosen = ("ttl", "locale", "on_profile")
        shown.details = {name: str(post[name]) for name in chosen if post.get(name) is not None}
        return shown

    def permalink(self, post: Doc) -> str:
        """Spotlights have an address of their own on snapchat.com; the others are seen on the profile."""
        return f"{self.url}/{'spotlight' if post['kind'] == 'spotlight' else 'posts'}/{post.id}"

    async def profile_page(self, request: Request) -> Response:
        """The profile as fans see it."""
        account = self.account_by_name(request.path_params["username"])
        return account_page(self, account.id) if account else missing(self)

    async def page_of_post(self, request: Request) -> Response:
        """One post."""
        return post_page(self, request.path_params["post"])

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """A reply. Only people see it: the API tells nothing of it."""
        if self.docs.get("post", target) is None:
            raise KeyError(target)
        return self.docs.put("comment", {"text": text, "author": person["name"]}, owner=person.id, parent=target)


def _media_id(body: dict[str, Any]) -> Any:
    """Where a request to create something names its media."""
    if "media_id" in body:
        return body["media_id"]
    match body.get("saved_stories"):
        case [{"snap_sources": [{"media_id": media_id}]}]:
            return media_id
    return None


def _facts(where: str, body: dict[str, Any], now: float) -> dict[str, Any]:
    """What the former request said, as far as pages show it."""
    if where == "stories":
        return {"expires_at": now + 86_400}
    if where == "saved_stories":
        return {"title": str((body.get("saved_stories") or [{}])[0].get("title", ""))}
    return {"text": str(body.get("description", "")), "reviewed_at": now}
