"""channels.list: https://developers.google.com/youtube/v3/docs/channels"""

from __future__ import annotations

from typing import Any

from sandbox.network import Network
from sandbox.store import Doc
from sandbox.youtube.answers import listed, moment, resource, words
from sandbox.youtube.ask import Ask
from sandbox.youtube.library import public_videos, uploads_of

PARTS = words(
    "auditDetails brandingSettings contentDetails contentOwnerDetails id localizations snippet statistics status topicDetails"
)


def list_channels(ask: Ask) -> dict[str, Any]:
    """The caller's channel (none when the Google account has not opened one), or others by id or handle."""
    ask.check_parts(PARTS)
    by = ask.one_of("id", "managedByMe", "forHandle", "mine", "categoryId", "mySubscribers", "forUsername")
    ids = {"id": ask["id"] or [], "mine": [ask.caller]}.get(by, [])
    found = ask.net.docs.many("account", ids)
    if by in ("forHandle", "forUsername"):
        named = ask.net.docs.one("account", key=ask[by].lstrip("@").lower())
        found = [named] if named else []
    items = [
        resource("channel", doc.id, _parts(ask.net, doc, ask.caller), ask.parts) for doc in found if not doc.get("no_channel")
    ]
    return listed("channel", items, max(ask["maxResults"], len(ids)), ask["pageToken"] or "")


def rounded(count: int) -> int:
    """Subscriber counts are shown with three digits: 12345 is 12300."""
    places: int = 10 ** max(len(str(count)) - 3, 0)
    return count // places * places


def picture(net: Network, channel: str, size: int) -> dict[str, Any]:
    """A channel's or fan's round picture."""
    return {"url": f"{net.url}/yt3/{channel}.svg", "width": size, "height": size}


def _parts(net: Network, channel: Doc, caller: str) -> dict[str, Any]:
    texts = {"title": channel["name"], "description": channel.get("bio", "")}
    videos = public_videos(net, channel.id)
    status = {
        "privacyStatus": "public",
        "isLinked": True,
        "longUploadsStatus": channel.get("long_uploads", "allowed"),
        "madeForKids": False,
    }
    return {
        "snippet": {
            **texts,
            "customUrl": f"@{channel['username']}",
            "publishedAt": moment(channel.created_at),
            "thumbnails": {
                name: picture(net, channel.id, size) for name, size in (("default", 88), ("medium", 240), ("high", 800))
            },
            "localized": texts,
            "country": channel.get("country", "US"),
        },
        "contentDetails": {
            "relatedPlaylists": {"likes": "LL" if channel.id == caller else "", "uploads": uploads_of(channel.id)}
        },
        "statistics": {
            "viewCount": str(sum(video["views"] for video in videos)),
            "subscriberCount": str(rounded(channel.get("subscribers", 0))),
            "hiddenSubscriberCount": False,
            "videoCount": str(len(videos)),
        },
        "status": status,
        "brandingSettings": {"channel": texts, "image": {}},
        "topicDetails": {},
    }
