"""The JSON bodies of the resources: every field that the discovery document knows, with its type.

Read-only fields are accepted and ignored, as by the real API, so that what was read can be sent back; unknown ones are refused.
https://youtube.googleapis.com/$discovery/rest?version=v3 (revision 20261104)
"""

from __future__ import annotations

from typing import Any

from sandbox.youtube.answers import words
from sandbox.youtube.ask import malformed, wrong_value

ANY = object()
READ_ONLY = dict.fromkeys(("kind", "etag", "id"), str)
LOCALIZED = {"*": {"title": str, "description": str}}
SNIPPET = {"title": str, "description": str, "tags": [str], "defaultLanguage": str}
SNIPPET_READ = dict.fromkeys(("publishedAt", "channelId", "channelTitle", "thumbnails"), ANY)
VIDEO: dict[str, Any] = {
    **READ_ONLY,
    "snippet": {
        **SNIPPET,
        **SNIPPET_READ,
        "localized": ANY,
        "categoryId": str,
        "defaultAudioLanguage": str,
        "liveBroadcastContent": ANY,
    },
    "status": {
        "privacyStatus": ("public", "unlisted", "private"),
        "publishAt": str,
        "license": ("youtube", "creativeCommon"),
        "embeddable": bool,
        "publicStatsViewable": bool,
        "selfDeclaredMadeForKids": bool,
        "containsSyntheticMedia": bool,
        **dict.fromkeys(("madeForKids", "uploadStatus", "failureReason", "rejectionReason"), ANY),
    },
    "localizations": LOCALIZED,
    "recordingDetails": {"recordingDate": str, "location": ANY, "locationDescription": str},
    "paidProductPlacementDetails": {"hasPaidProductPlacement": bool},
    "brandPartner": {"channelHandle": str, "channelId": str},
    **dict.fromkeys(
        words(
            "ageGating contentDetails fileDetails liveStreamingDetails monetizationDetails player processingDetails "
            "projectDetails statistics suggestions topicDetails"
        ),
        ANY,
    ),
}
PLAYLIST: dict[str, Any] = {
    **READ_ONLY,
    "snippet": {**SNIPPET, **SNIPPET_READ, "localized": ANY, "thumbnailVideoId": str},
    "status": {"privacyStatus": ("public", "unlisted", "private"), "podcastStatus": ANY},
    "localizations": LOCALIZED,
    "contentDetails": ANY,
    "player": ANY,
}
PLAYLIST_ITEM: dict[str, Any] = {
    **READ_ONLY,
    "snippet": {
        **SNIPPET_READ,
        "playlistId": str,
        "position": int,
        "resourceId": {"kind": str, "videoId": str, "channelId": ANY, "playlistId": ANY},
        **dict.fromkeys(("title", "description", "videoOwnerChannelTitle", "videoOwnerChannelId"), ANY),
    },
    "contentDetails": {"videoId": ANY, "note": str, "startAt": str, "endAt": str, "videoPublishedAt": ANY},
    "status": ANY,
}
CAPTION: dict[str, Any] = {
    **READ_ONLY,
    "snippet": {
        "videoId": str,
        "language": str,
        "name": str,
        "isDraft": bool,
        **dict.fromkeys(
            words("audioTrackType failureReason isAutoSynced isCC isEasyReader isLarge lastUpdated status trackKind"), ANY
        ),
    },
}
COMMENT: dict[str, Any] = {
    **READ_ONLY,
    "snippet": {
        "textOriginal": str,
        "parentId": str,
        **dict.fromkeys(
            words(
                "authorChannelId authorChannelUrl authorDisplayName authorProfileImageUrl canRate channelId imageUrl likeCount "
                "moderationStatus publishedAt textDisplay updatedAt videoId viewerRating"
            ),
            ANY,
        ),
    },
}
THREAD: dict[str, Any] = {
    **READ_ONLY,
    "snippet": {
        "channelId": str,
        "videoId": str,
        "topLevelComment": COMMENT,
        **dict.fromkeys(("canReply", "totalReplyCount", "isPublic"), ANY),
    },
    "replies": ANY,
}


def check(schema: Any, value: Any, at: str = "resource") -> None:
    """Refuse what does not fit: a dict of fields (`*`: any name), a tuple of words, [type], or a type."""
    if schema is ANY:
        return
    if isinstance(schema, dict):
        _check_object(schema, value, at)
    elif isinstance(schema, tuple):
        if value not in schema:
            raise wrong_value(at, "TYPE_ENUM", value)
    elif isinstance(schema, list):
        if not isinstance(value, list):
            raise wrong_value(at, "TYPE_LIST", value)
        for index, item in enumerate(value):
            check(schema[0], item, f"{at}[{index}]")
    elif type(value) is not schema:  # a bool is no integer here
        raise wrong_value(at, f"TYPE_{schema.__name__.upper()}", value)


def _check_object(schema: dict[str, Any], value: Any, at: str) -> None:
    if not isinstance(value, dict):
        raise wrong_value(at, "TYPE_MESSAGE", value)
    for name, inner in value.items():
        known = schema.get(name, schema.get("*"))
        if known is None:
            raise malformed(f"Invalid JSON payload received. Unknown name \"{name}\" at '{at}': Cannot find field.")
        check(known, inner, f"{at}.{name}")
