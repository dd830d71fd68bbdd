"""Story, saved story, spotlight. https://developers.snap.com/api/marketing-api/Public-Profile-API/ProfileAssetManagement"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.snapchat import envelope
from sandbox.snapchat.calls import Call, route
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.snapchat.network import Snapchat

DAYS = {"ONE_DAY": 1, "TWO_DAYS": 2, "THREE_DAYS": 3, "ONE_WEEK": 7}
TITLE, DESCRIPTION = 45, 160
LOCALE = re.compile(r"[a-z]{2,3}_[A-Z]{2}")
SHORTEST = {"story": 5, "saved_story": 5, "spotlight": 6}  # seconds; a newer source says 5 to 300 for all
LONGEST = 60
ROUNDING = 0.1  # seconds
NARROW, LONG = 540, 960
REVIEW = 30.0  # seconds until a spotlight is live


class Posts:
    """A `post` document's data: kind, media, title, text; expires_at (stories); locale, on_profile, reviewed_at (spotlights).
    Its key is the media's id and the kind, since one media goes to one place once."""

    def __init__(self, snapchat: Snapchat) -> None:
        self.snapchat = snapchat

    def routes(self) -> list[BaseRoute]:
        """Rows of the API."""
        below = "/v1/public_profiles/{pid}"
        return [
            route(self.snapchat, "POST", f"{below}/stories", self.story),
            route(self.snapchat, "POST", f"{below}/saved_stories", self.saved_story),
            route(self.snapchat, "POST", f"{below}/spotlights", self.spotlight),
            route(self.snapchat, "GET", f"{below}/spotlights/{{post}}", self.state),
        ]

    async def story(self, call: Call) -> Response:
        """Gone after a day, or up to a week. The answer names no id."""
        body = await call.json(media_id=True, customized_ttl=False)
        chosen = body.get("customized_ttl", {"ttl": "ONE_DAY"})
        ttl = chosen.get("ttl") if isinstance(chosen, dict) else None
        if ttl not in DAYS or set(chosen) != {"ttl"}:
            raise envelope.invalid("customized_ttl.ttl must be ONE_DAY, TWO_DAYS, THREE_DAYS or ONE_WEEK")
        ends = self.snapchat.now() + DAYS[ttl] * 86_400
        self.write(call.profile, "story", body["media_id"], expires_at=ends, ttl=ttl)
        return envelope.success()

    async def saved_story(self, call: Call) -> Response:
        """Stays on the profile, under a title."""
        body = await call.json(saved_stories=True)
        title, media_id = _saved(body["saved_stories"])
        post = self.write(call.profile, "saved_story", media_id, title=title)
        return envelope.success(saved_stories=[envelope.wrapped("saved_story", {"id": post.id, "title": title})])

    async def spotlight(self, call: Call) -> Response:
        """A video for everybody, with a text. It is reviewed before it is shown."""
        body = await call.json(media_id=True, description=False, locale=True, skip_save_to_profile=False)
        text, skip = body.get("description", ""), body.get("skip_save_to_profile", False)
        if not isinstance(text, str) or len(text) > DESCRIPTION:
            raise envelope.invalid(f"description must have at most {DESCRIPTION} characters")
        if not isinstance(body["locale"], str) or not LOCALE.fullmatch(body["locale"]):
            raise envelope.invalid("locale must be like en_US")
        if not isinstance(skip, bool):
            raise envelope.invalid("skip_save_to_profile must be true or false")
        facts = {"text": text, "locale": body["locale"], "on_profile": not skip, "reviewed_at": self.snapchat.now() + REVIEW}
        return envelope.success(spotlight_id=self.write(call.profile, "spotlight", body["media_id"], **facts).id)

    async def state(self, call: Call) -> Response:
        """How far the review is. Snapchat documents the address but not the body."""
        post = self.snapchat.docs.get("post", call.request.path_params["post"])
        if post is None or post.owner != call.profile.id or post["kind"] != "spotlight":
            raise envelope.not_found("spotlight")
        return envelope.success(spotlight={"id": post.id, "description": post["text"], "status": self.reviewed(post)})

    def reviewed(self, post: Doc) -> str:
        """SUBMITTED, LIVE or, for accounts made with `rejects`, REJECTED."""
        if post["reviewed_at"] > self.snapchat.now():
            return "SUBMITTED"
        account = self.snapchat.docs.get("account", post.owner)
        return "REJECTED" if account and account.get("rejects") else "LIVE"

    def write(self, profile: Doc, kind: str, media_id: Any, **facts: Any) -> Doc:
        """Publish. Refused when the media are not ready, do not fit, or were given before."""
        if not isinstance(media_id, str):
            raise envelope.invalid("media_id must be a text")
        key = f"{media_id} {kind}"
        if self.snapchat.docs.one("post", key=key):
            raise envelope.in_progress()
        media = self.snapchat.media.ready(profile, media_id)
        _check(media, kind, bool(profile.get("upright_only")))
        numbers = {"story": media.id, "spotlight": f"W7_{secrets.token_urlsafe(12)}"}  # a Story has no number that is told
        data = {"kind": kind, "media": [media.id], **facts}
        return self.snapchat.docs.put("post", data, doc_id=numbers.get(kind), owner=profile.id, key=key)


def _saved(stories: Any) -> tuple[str, str]:
    """Title and media id of the one saved story, with one snap in it."""
    match stories:
        case [{"title": str(title), "snap_sources": [{"media_id": str(media_id)}]}] if len(stories[0]) == 2:
            if not 0 < len(title.strip()) <= len(title) <= TITLE:
                raise envelope.invalid(f"title must have 1 to {TITLE} characters")
            return title, media_id
    raise envelope.invalid("saved_stories must hold one story with a title and one snap source")


def _check(media: Doc, kind: str, upright_only: bool) -> None:
    """Length and measures. Whether Snapchat refuses lying pictures or shows them between bars is not known: profiles made with
    `upright_only` refuse them."""
    if kind == "spotlight" and media["type"] != "VIDEO":
        raise envelope.invalid("A spotlight must be a video", "MEDIA_TYPE_INVALID")
    if media["type"] == "VIDEO" and not SHORTEST[kind] - ROUNDING <= media["seconds"] <= LONGEST + ROUNDING:
        raise envelope.invalid(f"The video must last {SHORTEST[kind]} to {LONGEST} seconds", "MEDIA_DURATION_INVALID")
    short, long = sorted((media["width"], media["height"]))
    if short < NARROW or long < LONG:
        raise envelope.invalid(f"The media must have at least {NARROW}x{LONG} pixels", "MEDIA_RESOLUTION_INVALID")
    if upright_only and abs(media["width"] / media["height"] - 9 / 16) > 0.01:
        raise envelope.invalid("The media must have an aspect ratio of 9:16", "MEDIA_ASPECT_RATIO_INVALID")
