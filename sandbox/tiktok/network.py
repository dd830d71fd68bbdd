"""The practice TikTok itself: what it is made of, who is on it, what its public sees."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.network import PAGE, Seen
from sandbox.store import Doc
from sandbox.tiktok import calls
from sandbox.tiktok.checks import PUBLIC
from sandbox.tiktok.display import Display
from sandbox.tiktok.login import Login
from sandbox.tiktok.posting import Posting
from sandbox.tiktok.processing import Processing
from sandbox.tiktok.shared import TikTokNetwork
from sandbox.tiktok.upload import PATH as UPLOAD_PATH
from sandbox.tiktok.upload import Upload

BIO = "Cold when it's hot. Warm when it's not. #polarfizz"


class TikTok(TikTokNetwork):
    """TikTok's API for creators, as of November 2026.

    Switches of an account, set when it is made: private, unaudited (its app was not audited), verified_urls, max_seconds,
    comment_disabled, duet_disabled, stitch_disabled, banned, app_too_old, user_cap.
    """

    slug, name = "tiktok", "TikTok"
    about = "Short videos and photos"
    consent_untick = True
    fan_actions = ("comment", "like")
    labels = {
        "is_aigc": "Creator labeled as AI-generated",
        "brand_content_toggle": "Paid partnership",
        "brand_organic_toggle": "Promotional content",
        "disable_comment": "Comments are turned off",
    }
    scopes = {
        "user.info.basic": "Read your profile info (avatar, display name)",
        "user.info.profile": "Read access to your additional profile information, such as bio description and username",
        "user.info.stats": "Read your engagement statistics, such as the numbers of followers and likes",
        "video.list": "Read your public videos on TikTok",
        "video.upload": "Upload draft content to your TikTok account for further editing and posting",
        "video.publish": "Post content to TikTok",
    }

    def __init__(self, *lent: Any) -> None:
        super().__init__(*lent)
        self.allowance = calls.Allowance()
        self.login, self.posting, self.upload = Login(self), Posting(self), Upload(self)
        self.processing, self.display = Processing(self), Display(self)

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """API, upload host, log-in, permalinks."""
        rows = [*self.posting.endpoints(), *self.display.endpoints()]
        return [*(calls.route(self, row) for row in rows), *self.upload.routes(), *self.login.routes(), *self.permalinks()]

    def operation(self, seen: Seen) -> str:
        """What publishes: the last chunk of a video, or telling TikTok to fetch files. Everything before may be repeated."""
        if seen.path == UPLOAD_PATH:
            return "publish" if self.upload.is_last(seen) else "prepare"
        if not seen.path.startswith("/v2/") or seen.path.startswith("/v2/auth/"):
            return PAGE
        if seen.path.startswith("/v2/oauth/"):
            return "token"
        if seen.path.endswith("/init/"):
            pulls = seen.path.endswith("/content/init/") or b"PULL_FROM_URL" in seen.body
            return "publish" if pulls else "prepare"
        return "read"

    def account_of(self, seen: Seen) -> str:
        """The upload address and the refresh token name an account as well."""
        if seen.path == UPLOAD_PATH:
            publication = self.upload.publication(seen.query.get("upload_id", ""))
            return publication.owner if publication else ""
        if seen.path.startswith("/v2/oauth/"):
            token = self.tokens.get(str(seen.params.get("refresh_token") or seen.params.get("token") or ""))
            return token.owner if token else ""
        return super().account_of(seen)

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """429 without any header."""
        return calls.too_many().response()

    def failure(self, seen: Seen) -> Response:
        """500."""
        return calls.Problem(500, "internal_error", "Something went wrong. Please try again later.").response()

    def duplicate(self, seen: Seen) -> Response:
        """TikTok has no word for duplicates; it takes what is repeated for spam."""
        return calls.Problem(403, "spam_risk_text", "The post was rejected for risk of spam.").response()

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """What the token endpoint would have given."""
        return self.login.pair(account.id, list(scopes), app)

    def seed(self) -> None:
        """The demo's account, and another so that there is a choice."""
        self.create_account("Polar Fizz", "polarfizz", bio=BIO)
        self.create_account("Polar Fizz Backstage", "polarfizzbackstage", bio="How the cold gets into the bottle.")

    def reset(self) -> None:
        """Also the counters."""
        self.allowance = calls.Allowance()
        super().reset()

    # --- what the public sees -----------------------------------------------------------------------------------------

    def is_public(self, post: Doc) -> bool:
        """For everyone, processed and moderated."""
        return bool(post["info"].get("privacy_level") == PUBLIC and post["public_at"] <= self.now())

    # --- fans ---------------------------------------------------------------------------------------------------------

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """On a post, or an answer to a comment; not where comments are turned off."""
        answered = self.docs.get("comment", target)
        post = self.docs.get("post", answered.parent if answered else target)
        if post is None or post["info"].get("disable_comment"):
            raise KeyError(target)
        top = (answered.get("answers") or answered.id) if answered else ""
        data = {"text": text[:150], "author": person["name"], "answers": top}
        return self.docs.put("comment", data, owner=person.id, parent=post.id)
