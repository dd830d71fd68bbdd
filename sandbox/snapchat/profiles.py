"""Public profiles: one's own, those of an organisation, one by id.
https://developers.snap.com/api/marketing-api/Public-Profile-API/Profiles"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.snapchat import envelope
from sandbox.snapchat.calls import Call, route
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.snapchat.network import Snapchat


class Profiles:
    """An `account` document is a public profile."""

    def __init__(self, snapchat: Snapchat) -> None:
        self.snapchat = snapchat

    def routes(self) -> list[BaseRoute]:
        """Rows of the API."""
        return [
            route(self.snapchat, "GET", "/v1/public_profiles/my_profile", self.mine),
            route(self.snapchat, "GET", "/v1/organizations/{org}/public_profiles", self.listed),
            route(self.snapchat, "GET", "/v1/public_profiles/{pid}", self.one),
        ]

    async def mine(self, call: Call) -> Response:
        """The profile of the person who logged in."""
        return envelope.success(public_profile=self._shown(call.profile))

    async def one(self, call: Call) -> Response:
        """A profile by its id, wrapped as in lists."""
        return envelope.success(public_profiles=[envelope.wrapped("public_profile", self._shown(call.profile))])

    async def listed(self, call: Call) -> Response:
        """The profiles of an organisation, page by page."""
        organization = call.request.path_params["org"]
        if organization != call.profile["organization_id"]:
            raise envelope.denied()
        query = call.request.query_params
        limit, start = _number(query.get("limit", "50"), 1), _number(query.get("cursor", "0"), 0)
        every = self.snapchat.docs.find("account", oldest_first=True, limit=100_000)
        ours = [profile for profile in every if profile["organization_id"] == organization]
        shown = [envelope.wrapped("public_profile", self._shown(profile)) for profile in ours[start : start + limit]]
        more = {"paging": self._next(call, start + limit)} if start + limit < len(ours) else {}
        return envelope.success(public_profiles=shown, **more)

    def _next(self, call: Call, start: int) -> dict[str, str]:
        path = call.request.url.path.removeprefix(f"/{self.snapchat.slug}")
        return {"next_page_id": str(start), "next_link": f"https://businessapi.snapchat.com{path}?cursor={start}"}

    def _shown(self, profile: Doc) -> dict[str, Any]:
        """Counts are strings, as in Snapchat's examples."""
        picture = self.snapchat.avatar_url(profile)
        return {
            "id": profile.id,
            "organization_id": profile["organization_id"],
            "display_name": profile["name"],
            "snap_user_name": profile["username"],
            "profile_type": "PUBLIC_PROFILE",
            "profile_tier": "TIER_PUBLIC",
            "internal_profile_category": "BUSINESS",
            "subscriber_count": str(profile.get("subscribers", 0)),
            "logo_urls": {"original_logo_url": picture, "manage_profile_logo_url": picture},
            "bio": profile["bio"],
        }


def _number(text: str, least: int) -> int:
    if not text.isdigit() or int(text) < least:
        raise envelope.invalid("limit and cursor must be numbers")
    return int(text)
