"""What a container may be asked for: the parameters of POST /{ig}/media, checked for each type.
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.facebook.call import Call
from sandbox.facebook.errors import invalid
from sandbox.instagram.errors import refusal
from sandbox.store import Doc

TYPES = ("IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL")
LONGEST_CAPTION, HASHTAGS, MENTIONS, TAGS, COLLABORATORS, LONGEST_ALT = 2_200, 30, 20, 20, 3, 1_000
USERNAME = re.compile(r"[A-Za-z0-9._]{1,30}")
STRATEGIES = ("MANUAL", "SS_PERFORMANCE")
EVERY = {"media_type", "is_carousel_item", "fields", "appsecret_proof"}
PEOPLE = {"caption", "collaborators", "location_id"}
FILES = {"image_url", "video_url", "upload_type"}
# What each type knows besides EVERY; "ITEM" is the child of a carousel.
KNOWN = {
    "IMAGE": {"image_url", "alt_text", "user_tags", "is_ai_generated", *PEOPLE},
    "ITEM": {"alt_text", "user_tags", *FILES},
    "CAROUSEL": {"children", "is_ai_generated", *PEOPLE},
    "REELS": {
        *("cover_url", "thumb_offset", "share_to_feed", "audio_name", "user_tags", "trial_params", "is_ai_generated"),
        *(FILES - {"image_url"}),
        *PEOPLE,
    },
    "STORIES": {"user_tags", "is_ai_generated", *FILES},
}


@dataclass(slots=True)
class Asked:
    """A container as it was asked for, after every check that needs no bytes."""

    kind: str
    is_item: bool = False
    caption: str = ""
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def is_story(self) -> bool:
        """Whether it will be gone after a day."""
        return self.kind == "STORIES"


def read(call: Call, account: Doc) -> Asked:
    """The parameters of a call. Raises GraphError."""
    kind = call.text("media_type") or "IMAGE"
    if kind not in TYPES:
        raise refusal(2207023)
    is_item = call.flag("is_carousel_item", False)
    if kind == "VIDEO" and not is_item:
        raise refusal(2207023, "VIDEO is no longer supported for single videos: use REELS")
    if is_item and kind not in ("IMAGE", "VIDEO"):
        raise invalid("is_carousel_item is for images and videos")
    _only_known(call, "ITEM" if is_item else kind)
    asked = Asked(kind, is_item, _caption(call))
    asked.told = _people(call, kind) | _reel(call, account)
    return asked


def _only_known(call: Call, kind: str) -> None:
    """The real network passes over most of what it does not know; here a wrong name is to be noticed."""
    unknown = sorted(set(call.params) - KNOWN[kind] - EVERY)
    if unknown:
        raise invalid(f"Param {unknown[0]} can't be used for {kind}")


def _caption(call: Call) -> str:
    caption = call.text("caption")
    if len(caption) > LONGEST_CAPTION or len(re.findall(r"#\w", caption)) > HASHTAGS:
        raise refusal(2207010)
    if len(re.findall(r"(?<!\w)@\w", caption)) > MENTIONS:
        raise refusal(2207040)
    return caption


def _people(call: Call, kind: str) -> dict[str, Any]:
    alt, location = call.text("alt_text"), call.text("location_id")
    if alt and kind != "IMAGE":
        raise invalid("alt_text is for images only")
    if len(alt) > LONGEST_ALT:
        raise invalid("alt_text is too long")
    if location and not re.fullmatch(r"[1-9]\d*", location):
        raise invalid("INVALID_LOCATION_ID: the location can't be found")
    collaborators = [str(name) for name in call.array("collaborators") or []]
    if len(collaborators) > COLLABORATORS or not all(USERNAME.fullmatch(name) for name in collaborators):
        raise invalid("collaborators must be at most 3 usernames")
    told = {"alt": alt, "location": location, "collaborators": collaborators, "tags": _tags(call, kind)}
    return told | {"ai": call.flag("is_ai_generated", False)}


def _tags(call: Call, kind: str) -> list[str]:
    """Who is tagged; an image's tags have a place, those of a reel none."""
    tags = call.array("user_tags") or []
    if len(tags) > TAGS:
        raise refusal(2207040)
    for tag in tags:
        if not isinstance(tag, dict) or not USERNAME.fullmatch(str(tag.get("username", ""))):
            raise refusal(2207036)
        placed = [tag[axis] for axis in ("x", "y") if axis in tag]
        if kind == "IMAGE" and (len(placed) != 2 or not all(_within(place) for place in placed)):
            raise refusal(2207036)
        if kind in ("REELS", "VIDEO") and placed:
            raise refusal(2207036, "Tags of a video have no place")
    return [str(tag["username"]) for tag in tags]


def _within(place: Any) -> bool:
    return isinstance(place, int | float) and not isinstance(place, bool) and 0 <= place <= 1


def _reel(call: Call, account: Doc) -> dict[str, Any]:
    trial = call.object("trial_params")
    if trial is not None and trial.get("graduation_strategy") not in STRATEGIES:
        raise invalid("trial_params needs graduation_strategy MANUAL or SS_PERFORMANCE")
    if trial is not None and not account.get("trial_reels", True):
        raise refusal(2207081)
    told = {"to_feed": call.flag("share_to_feed", True), "audio": call.text("audio_name"), "trial": trial}
    return told | {"offset": call.number("thumb_offset")}
