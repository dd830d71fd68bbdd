"""What YouTube accepts as a video's title, description, tags, category, schedule and translations.

https://developers.google.com/youtube/v3/docs/videos#properties and /insert#errors
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sandbox.youtube.answers import Refusal
from sandbox.youtube.ask import Ask, wrong_value
from sandbox.youtube.bodies import VIDEO, check

# https://developers.google.com/youtube/v3/docs/videoCategories: those that uploads may have, by id.
CATEGORIES = {
    "1": "Film & Animation",
    "2": "Autos & Vehicles",
    "10": "Music",
    "15": "Pets & Animals",
    "17": "Sports",
    "19": "Travel & Events",
    "20": "Gaming",
    "22": "People & Blogs",
    "23": "Comedy",
    "24": "Entertainment",
    "25": "News & Politics",
    "26": "Howto & Style",
    "27": "Education",
    "28": "Science & Technology",
    "29": "Nonprofits & Activism",
}
MUTABLE = {
    "snippet": ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"),
    "status": (
        "privacyStatus",
        "publishAt",
        "license",
        "embeddable",
        "publicStatsViewable",
        "selfDeclaredMadeForKids",
        "containsSyntheticMedia",
    ),
    "recordingDetails": ("recordingDate", "location", "locationDescription"),
    "paidProductPlacementDetails": ("hasPaidProductPlacement",),
    "brandPartner": ("channelHandle", "channelId"),
}
STATUS = {"privacyStatus": "public", "license": "youtube", "embeddable": True, "publicStatsViewable": True}
SNIPPET = {"title": "unknown", "description": "", "categoryId": "22"}
TITLE, DESCRIPTION_BYTES, TAGS = 100, 5000, 500
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def written(ask: Ask, published: bool = False, inserting: bool = False) -> dict[str, Any]:
    """The parts of the body that the call sets, checked, each whole: what is not sent is cleared or back at its default."""
    body = ask.body
    check(VIDEO, body)
    for part in body:
        if part in (*MUTABLE, "localizations") and part not in ask.parts:
            raise Refusal(400, "unexpectedPart", f"'{part}'", "youtube.part", "part")
    parts = {
        part: {name: body[part][name] for name in names if name in body[part]}
        for part, names in MUTABLE.items()
        if part in body
    }
    if "snippet" in parts:
        parts["snippet"] = _snippet(parts["snippet"], inserting)
    if "status" in parts:
        parts["status"] = {**STATUS, **parts["status"]}
        _check_schedule(parts["status"], published)
    if "localizations" in body:
        parts["localizations"] = body["localizations"]
    return parts


def check_localizations(video: dict[str, Any]) -> None:
    """Translations need `snippet.defaultLanguage`, and are held to the same lengths."""
    localizations = video.get("localizations") or {}
    if localizations and not video["snippet"].get("defaultLanguage"):
        message = (
            "The request is trying to add localized video details without specifying the default language of the video details."
        )
        raise Refusal(400, "defaultLanguageNotSet", message, "youtube.video", "body.snippet.defaultLanguage")
    for language, texts in localizations.items():
        if not LANGUAGE.fullmatch(language):
            raise invalid("VideoMetadata", "The request metadata is invalid.", f"localizations.{language}")
        _check_text(texts.get("title", ""), texts.get("description", ""), f"localizations.{language}")


def instant(text: str, at: str) -> float:
    """ISO 8601 with a zone as unix seconds."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise wrong_value(at, "Illegal timestamp format", text)
    return found.timestamp()


def invalid(what: str, message: str, location: str) -> Refusal:
    """400 `invalidTitle`, `invalidTags`, ..."""
    return Refusal(400, f"invalid{what}", message, "youtube.video", f"body.{location}")


def _snippet(given: dict[str, Any], inserting: bool) -> dict[str, Any]:
    _check_text(given.get("title", ""), given.get("description", ""), "snippet")
    if tags_length(given.get("tags", [])) > TAGS or any(
        not tag.strip() or "<" in tag or ">" in tag for tag in given.get("tags", [])
    ):
        raise invalid("Tags", "The request metadata specifies invalid video keywords.", "snippet.tags")
    category = given.get("categoryId") or (SNIPPET["categoryId"] if inserting else "")
    if category not in CATEGORIES:
        message = "The <code>snippet.categoryId</code> property specifies an invalid category ID."
        raise invalid("CategoryId", message, "snippet.categoryId")
    for name in ("defaultLanguage", "defaultAudioLanguage"):
        if given.get(name) and not LANGUAGE.fullmatch(given[name]):
            raise invalid("VideoMetadata", "The request metadata is invalid.", f"snippet.{name}")
    return {**SNIPPET, **given, "categoryId": category}


def _check_text(title: str, description: str, at: str) -> None:
    if not title.strip() or len(title) > TITLE or "<" in title or ">" in title:
        raise invalid("Title", "The request metadata specifies an invalid or empty video title.", f"{at}.title")
    if len(description.encode()) > DESCRIPTION_BYTES or "<" in description or ">" in description:
        message = "The request metadata specifies an invalid video description."
        raise invalid("Description", message, f"{at}.description")


def tags_length(tags: list[str]) -> int:
    """Characters as YouTube counts them: commas between tags count, and a tag with a space as if it stood in quotes."""
    return sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(len(tags) - 1, 0)


def _check_schedule(status: dict[str, Any], published: bool) -> None:
    if "publishAt" not in status:
        return
    instant(status["publishAt"], "resource.status.publish_at")
    if status["privacyStatus"] != "private" or published:
        message = "The request metadata specifies an invalid scheduled publishing time."
        raise invalid("PublishAt", message, "status.publishAt")
