"""YouTube as a practice network: Data API v3, Google's log-in, and pages that look like a video site.

Written from https://developers.google.com/youtube/v3/docs and the discovery document of revision 20261104. The hosts
accounts.google.com, oauth2.googleapis.com, youtube.googleapis.com, www.googleapis.com and www.youtube.com are one here.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import Receive, Scope, Send

from sandbox.front import missing
from sandbox.network import PAGE, Network, Seen
from sandbox.store import Doc
from sandbox.views import PublicAccount, PublicPost, Reply
from sandbox.youtube import google, pages
from sandbox.youtube.answers import Refusal
from sandbox.youtube.calls import api, bearer
from sandbox.youtube.channels import rounded
from sandbox.youtube.comments import add_comment
from sandbox.youtube.library import drop_video, has_comments, new_channel_id, public_videos, video_of
from sandbox.youtube.uploads import completes, upload

ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE"]
Handler = Callable[[Network, Request], Awaitable[Response]]


class Onward(Response):
    """Stands where a refusal could stand, but lets the request through."""

    def __init__(self, router: Router) -> None:
        super().__init__()
        self.router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.router(scope, receive, send)


class YouTube(Network):
    """A Google account here has one channel each; `no_channel=True` among an account's details makes one without."""

    slug, name = "youtube", "YouTube"
    scopes = google.SCOPES
    consent_untick = True
    fan_actions = ("comment", "like")

    @cached_property
    def routes(self) -> list[BaseRoute]:
        return [
            Route("/o/oauth2/v2/auth", self.authorize),
            Route("/token", self._with(google.token), methods=["POST"]),
            Route("/revoke", self._with(google.revoke), methods=["POST"]),
            Route("/youtube/v3/{method:path}", self._with(api), methods=ANY_METHOD),
            Route("/upload/youtube/v3/{method:path}", self._with(upload), methods=ANY_METHOD),
            Route("/resumable/upload/youtube/v3/{method:path}", self._with(upload), methods=ANY_METHOD),
            Route("/watch", self._with(pages.watch)),
            Route("/shorts/{video}", self._with(pages.short)),
            Route("/playlist", self._with(pages.playlist)),
            Route("/vi/{video}/{size}.jpg", self._with(pages.thumbnail)),
            Route("/yt3/{channel}.svg", self._with(pages.face)),
            Route("/channel/{channel}", self.by_id),
            Route("/@{handle}", self.channel),
        ]

    def _with(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await handler(self, request)

        return endpoint

    async def authorize(self, request: Request) -> Response:
        """accounts.google.com/o/oauth2/v2/auth"""
        return google.authorize(self, request)

    async def channel(self, request: Request) -> Response:
        """/@handle"""
        account = self.account_by_name(request.path_params["handle"])
        return pages.channel_page(self, account) if account and not account.get("no_channel") else missing(self)

    async def by_id(self, request: Request) -> Response:
        """/channel/UC..."""
        account = self.docs.get("account", request.path_params["channel"])
        return RedirectResponse(f"/{self.slug}/@{account['username']}") if account else missing(self)

    # --- the gate -----------------------------------------------------------------------------------------------------

    def operation(self, seen: Seen) -> str:
        """Bytes are prepared as long as the video stays private; what makes it seen by others, and comments, is publishing."""
        if seen.path in ("/token", "/revoke"):
            return "token"
        if "/upload/youtube/v3/" in seen.path:
            return "publish" if self._publishes(seen) else "prepare"
        if not seen.path.startswith("/youtube/v3/"):
            return PAGE
        if seen.headers.get("x-http-method-override", seen.method).upper() == "GET":
            return "read"
        resource = seen.path.removeprefix("/youtube/v3/")
        written = (seen.method, resource) in (("PUT", "videos"), ("POST", "comments"), ("POST", "commentThreads"))
        return "publish" if written else "other"

    def _publishes(self, seen: Seen) -> bool:
        if not seen.path.endswith("/videos") or (seen.query.get("uploadType") == "resumable" and "upload_id" not in seen.query):
            return False
        session = self.docs.get("session", seen.query.get("upload_id", ""))
        if session is None:
            return seen.method == "POST" and seen.query.get("uploadType") in ("multipart", "media")
        status = session["parts"].get("status", {})
        hidden = status.get("privacyStatus") == "private" and not status.get("publishAt")
        return completes(seen.headers) and not hidden

    def token_of(self, seen: Seen) -> str:
        if seen.path in ("/token", "/revoke"):
            return str(seen.params.get("refresh_token") or seen.params.get("token", ""))
        return bearer(seen.headers.get("authorization", "")) or seen.query.get("access_token", "")

    def account_of(self, seen: Seen) -> str:
        session = self.docs.get("session", seen.query["upload_id"]) if "upload_id" in seen.query else None
        return session.owner if session else super().account_of(seen)

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """429. Google documents no header that tells when to come back."""
        if self.operation(seen) == "token":
            return JSONResponse({"error": "rate_limit_exceeded", "error_description": "Rate limit exceeded."}, 429)
        return Refusal(429, "rateLimitExceeded", "Resource has been exhausted (e.g. check quota).").response()

    def failure(self, seen: Seen) -> Response:
        if self.operation(seen) == "token":
            return JSONResponse({"error": "internal_failure", "error_description": "Internal error."}, 500)
        return Refusal(500, "backendError", "Internal error encountered.").response()

    def duplicate(self, seen: Seen) -> Response:
        """No HTTP error: the video is accepted, and turns out to be rejected as a duplicate. A comment fails in processing."""
        if seen.path.startswith("/youtube/v3/comment"):
            return Refusal(
                400, "processingFailure", "The API server failed to successfully process the request.", "youtube.comment"
            ).response()
        if seen.method == "PUT" and seen.path == "/youtube/v3/videos":
            self._reject(_video_id(seen.body))
        else:
            self.docs.put("doom", {}, doc_id=self.account_of(seen))
        return Onward(Router([Mount(f"/{self.slug}", routes=self.routes)]))

    def _reject(self, video_id: str) -> None:
        if self.docs.get("post", video_id):
            self.docs.change("post", video_id, state="rejected", outcome=["rejected", "duplicate"])

    # --- accounts -----------------------------------------------------------------------------------------------------

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """Scopes may be given short (`youtube.upload`)."""
        full = [scope if "://" in scope else google.PREFIX + scope for scope in scopes]
        return google.issue(self, account.id, full, app, offline=True)

    def seed(self) -> None:
        """Two channels of one Google account, so that the choice at the consent page is a real one."""
        mail, bio = "hello@polarfizz.example", "Cold when it's hot, warming when it's cold. https://polarfizz.example"
        self.create_account("Polar Fizz", "polarfizz", bio=bio, google=mail, subscribers=48_231)
        about = "Recipes with ice and fire, from the people who make Polar Fizz."
        self.create_account("Polar Fizz Kitchen", "polarfizzkitchen", bio=about, google=mail, brand=True, subscribers=1_204)

    def create_account(self, name: str, username: str = "", **details: Any) -> Doc:
        """Details: bio, google (e-mail), brand, subscribers, long_uploads (allowed, eligible, disallowed), no_channel."""
        username = username or self.free_username(name)
        data = {"bio": "", "google": f"{username}@mail.example", "brand": False, "subscribers": 0, **details}
        return self.docs.put(
            "account", {"name": name, "username": username, **data}, doc_id=new_channel_id(), key=username.lower()
        )

    def person(self, name: str) -> Doc:
        """Fans have channels, too."""
        name = name.strip() or "Ann Example"
        known = self.docs.one("person", key=name.lower())
        data = {"name": name, "username": self.free_username(name)}
        return known or self.docs.put("person", data, doc_id=new_channel_id(), key=name.lower())

    def clear(self, account: str) -> None:
        for video in self.docs.find("post", owner=account, limit=1_000_000):
            drop_video(self, video)
        self.docs.wipe(("playlist", "playlistItem", "session", "media", "ban"), owner=account)

    def google_account(self, channel: str) -> str:
        """The e-mail address behind a channel, for the consent page."""
        account = self.docs.get("account", channel)
        return f"{account['google']}{' · Brand Account' if account['brand'] else ''}" if account else ""

    # --- what the public sees -----------------------------------------------------------------------------------------

    def public_account(self, account: Doc) -> PublicAccount:
        found = super().public_account(account)
        found.url = f"{self.url}/@{account['username']}"
        videos = len(public_videos(self, account.id))
        found.facts = [f"{rounded(account['subscribers']):,} subscribers", f"{videos} video{'' if videos == 1 else 's'}"]
        return found

    def public_posts(self, account: Doc, limit: int = 100_000) -> list[PublicPost]:
        return pages.public_posts(self, account, limit)

    def public_post(self, post: Doc) -> PublicPost:
        return pages.public_post(self, post)

    def permalink(self, post: Doc) -> str:
        return pages.public_post(self, post).url

    def replies(self, post: Doc) -> list[Reply]:
        return pages.replies(self, post)

    # --- fans ---------------------------------------------------------------------------------------------------------

    def fan(self, action: str, target: str, person: Doc, text: str) -> Doc:
        self._open_video(target)
        return super().fan(action, target, person, text)

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """On a video, or an answer to a comment (in its thread)."""
        video = self._open_video(target)
        if not has_comments(video):
            raise KeyError("comments are switched off")
        answered = self.docs.get("comment", target)
        return add_comment(self, video, person, text, (answered["answers"] or answered.id) if answered else "")

    def _open_video(self, target: str) -> Doc:
        comment = self.docs.get("comment", target)
        video = video_of(self, comment.parent if comment else target)
        if video is None:
            raise KeyError(target)
        return video


def _video_id(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""
