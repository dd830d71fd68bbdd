"""The practice network itself: what it is made of, who is on it, what its public sees."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.network import PAGE, Seen
from sandbox.store import Doc
from sandbox.tiktok.checks import PUBLIC
from sandbox.tiktok.shared import TikTokNetwork
from sandbox.tiktok_business.calls import API, SYSTEM, TOO_MANY, WRONG, Problem, route
from sandbox.tiktok_business.comments import LONGEST, Comments
from sandbox.tiktok_business.login import Login
from sandbox.tiktok_business.processing import Processing
from sandbox.tiktok_business.publishing import Publishing
from sandbox.tiktok_business.videos import Videos
from sandbox.tiktok_business.webhooks import Webhooks
from sandbox.views import PublicAccount, Reply

BIO = "Cold when it's hot. Warm when it's not. #polarfizz"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
OPERATIONS = {
    "/business/video/publish/": "publish",
    "/business/photo/publish/": "publish",
    "/business/comment/create/": "publish",
    "/business/comment/reply/create/": "publish",
    "/business/comment/image/upload/": "prepare",
}


class TikTokBusiness(TikTokNetwork):
    """TikTok's API for Business, the part for organic posts and comments, as of November 2026.

    Switches of an account, set when it is made: followers, private, verified_urls, max_seconds, comment_disabled,
    duet_disabled, stitch_disabled.
    """

    slug, name = "tiktok_business", "TikTok Business"
    about = "Videos and photos of businesses, and what people say below them"
    consent_untick = True
    fan_actions = ("comment", "like", "delete")
    labels = {
        "is_ai_generated": "Creator labeled as AI-generated",
        "is_branded_content": "Paid partnership",
        "is_brand_organic": "Promotional content",
        "disable_comment": "Comments are turned off",
    }
    scopes = {
        "user.info.basic": "Read your profile info (avatar, display name)",
        "user.info.username": "Read your username",
        "user.info.profile": "Read access to your additional profile information",
        "user.info.stats": "Read your engagement statistics, such as the numbers of followers and likes",
        "user.account.type": "Read whether you have a business account",
        "user.insights": "Read the insights of your account",
        "video.list": "Read your public videos on TikTok",
        "video.insights": "Read the insights of your videos",
        "video.publish": "Post content to TikTok",
        "comment.list": "Read the comments on your videos",
        "comment.list.manage": "Write, like, hide and delete comments on your videos",
    }

    def __init__(self, *lent: Any) -> None:
        super().__init__(*lent)
        self.login, self.webhooks, self.processing = Login(self), Webhooks(self), Processing(self)
        self.publishing, self.videos, self.comments = Publishing(self), Videos(self), Comments(self)

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """API, log-in, permalinks. Whatever else lies below the API, such as a path without its last slash, is a 404."""
        parts = (self.login, self.publishing, self.videos, self.comments, self.webhooks)
        rows = [route(self, row) for part in parts for row in part.endpoints()]
        return [*rows, Route("/open_api/{path:path}", self.nowhere, methods=METHODS), *self.login.routes(), *self.permalinks()]

    async def nowhere(self, request: Request) -> Response:
        """404 without the envelope."""
        return PlainTextResponse("404 page not found", 404)

    def operation(self, seen: Seen) -> str:
        """What can't be undone: posts and comments."""
        if not seen.path.startswith(f"{API}/"):
            return PAGE
        path = seen.path.removeprefix(API)
        if path.startswith("/tt_user/"):
            return "token"
        return OPERATIONS.get(path, "read" if seen.method == "GET" else "other")

    def token_of(self, seen: Seen) -> str:
        """From its own header; /tt_user/ has it in the body."""
        if seen.path.startswith(f"{API}/tt_user/"):
            return str(seen.params.get("refresh_token") or seen.params.get("access_token") or "")
        return seen.headers.get("access-token", "")

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """40100, with HTTP 200 as nearly every refusal."""
        return Problem(TOO_MANY, "Too many requests. Please retry in some time.").response()

    def failure(self, seen: Seen) -> Response:
        """50000, with HTTP 200."""
        return Problem(SYSTEM, "System error. Please try again later.").response()

    def duplicate(self, seen: Seen) -> Response:
        """TikTok has no word for duplicates; it takes what is repeated for spam."""
        return Problem(WRONG, "The post was rejected for risk of spam.").response()

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """What the token endpoint would have given."""
        return self.login.pair(account.id, list(scopes), app)

    def seed(self) -> None:
        """The demo's account, and another so that there is a choice."""
        self.create_account("Polar Fizz", "polarfizz", bio=BIO, followers=48_200)
        self.create_account("Polar Fizz Poland", "polarfizzpolska", bio="Zimne, gdy jest gorąco.", followers=9_300)

    def reset(self) -> None:
        """Also the counters."""
        self.publishing.calls.clear()
        super().reset()

    # --- what the public sees -----------------------------------------------------------------------------------------

    def is_public(self, post: Doc) -> bool:
        """For everyone, and processed. Videos have no privacy level."""
        return bool(post["info"].get("privacy_level", PUBLIC) == PUBLIC and post["public_at"] <= self.now())

    def public_account(self, account: Doc) -> PublicAccount:
        """With how many follow it."""
        shown = super().public_account(account)
        shown.facts = [f"{account.get('followers', 0):,} followers", *shown.facts]
        return shown

    def replies(self, post: Doc) -> list[Reply]:
        """With their pictures, answers below what they answer."""
        shown = super().replies(post)
        kept = {comment.id: comment for comment in self.docs.find("comment", parent=post.id, limit=100_000)}
        for reply in shown:
            reply.media = self.pictures(kept[reply.id]["media"])
        places = {reply.id: place for place, reply in enumerate(shown)}
        return sorted(shown, key=lambda reply: (places.get(reply.parent, places[reply.id]), places[reply.id]))

    # --- fans ---------------------------------------------------------------------------------------------------------

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """On a post, or an answer to a comment; not where comments are turned off, nor to what is hidden."""
        above = self.docs.get("comment", target)
        post = self.docs.get("post", above.parent if above else target)
        if post is None or post["info"].get("disable_comment") or (above and above["hidden"]):
            raise KeyError(target)
        media = [self.enclosed.id] if self.enclosed else []
        return self.comments.put(post, above, person, text[:LONGEST], media)

    def fan_deed(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """Delete a comment of the fan's own."""
        comment = self.docs.get("comment", target)
        if comment is None or comment.owner != person.id:
            raise KeyError(target)
        self.comments.remove(comment)
        return comment
