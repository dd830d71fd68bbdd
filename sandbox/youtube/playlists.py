"""playlists.* and playlistItems.*: https://developers.google.com/youtube/v3/docs/playlistItems

A playlist is a document of kind `playlist` (owner: the channel), an item one of kind `playlistItem` (parent: the playlist, key:
the video). The uploads playlist `UU...` is not stored: it is the channel's videos, newest first.
"""

from __future__ import annotations

import base64
import secrets
from typing import Any

from sandbox.network import Network
from sandbox.store import Doc
from sandbox.youtube.answers import Refusal, listed, moment, resource
from sandbox.youtube.ask import Ask
from sandbox.youtube.bodies import PLAYLIST, PLAYLIST_ITEM, check
from sandbox.youtube.library import all_videos, is_public, uploads_of, video_of
from sandbox.youtube.videos import thumbnails

TITLE = 150
ALL = 100_000


def list_playlists(ask: Ask) -> dict[str, Any]:
    """Own ones, a channel's, or by id."""
    ask.check_parts(("contentDetails", "id", "localizations", "player", "snippet", "status"))
    by = ask.one_of("channelId", "id", "mine")
    if by == "id":
        found = ask.net.docs.many("playlist", ask["id"])
    else:
        owner = ask.channel().id if by == "mine" else ask["channelId"]
        found = ask.net.docs.find("playlist", owner=owner, limit=ALL)
    items = [playlist_shown(ask, doc) for doc in found if _may_see(ask, doc)]
    return listed("playlist", items, ask["maxResults"], ask["pageToken"] or "")


def insert_playlist(ask: Ask) -> dict[str, Any]:
    """A new, empty playlist; public unless said otherwise."""
    ask.check_parts(("contentDetails", "id", "localizations", "player", "snippet", "status"))
    check(PLAYLIST, ask.body)
    channel, snippet = ask.channel(), ask.body.get("snippet", {})
    title = snippet.get("title", "").strip()
    if not title:
        raise Refusal(
            400, "playlistTitleRequired", "The request must specify a playlist title.", "youtube.playlist", "body.snippet.title"
        )
    if len(title) > TITLE or "<" in title or ">" in title:
        message = "The request metadata specifies an invalid playlist snippet."
        raise Refusal(400, "invalidPlaylistSnippet", message, "youtube.playlist", "body.snippet.title")
    privacy = ask.body.get("status", {}).get("privacyStatus", "public")
    data = {"title": title, "description": snippet.get("description", ""), "privacyStatus": privacy}
    doc = ask.net.docs.put("playlist", data, doc_id=f"PL{secrets.token_urlsafe(24)[:32]}", owner=channel.id)
    return playlist_shown(ask, doc)


def playlist_shown(ask: Ask, doc: Doc) -> dict[str, Any]:
    """A Playlist resource."""
    channel = ask.net.docs.get("account", doc.owner)
    items = _items(ask.net, doc.id)
    first = video_of(ask.net, items[0].key, ask.caller) if items else None
    parts = {
        "snippet": {
            "publishedAt": moment(doc.created_at),
            "channelId": doc.owner,
            "title": doc["title"],
            "description": doc["description"],
            "thumbnails": thumbnails(ask.net, first) if first else {},
            "channelTitle": channel["name"] if channel else "",
            "localized": {"title": doc["title"], "description": doc["description"]},
        },
        "status": {"privacyStatus": doc["privacyStatus"]},
        "contentDetails": {"itemCount": len(items)},
    }
    return resource("playlist", doc.id, parts, ask.parts)


def list_items(ask: Ask) -> dict[str, Any]:
    """The places of a playlist in its order; the uploads playlist has the newest first."""
    ask.check_parts(("contentDetails", "id", "snippet", "status"))
    if ask.one_of("id", "playlistId") == "id":
        stored = ask.net.docs.many("playlistItem", ask["id"])
        found = [(doc, video) for doc in stored if (video := video_of(ask.net, doc.key, ask.caller))]
    else:
        found = _places(ask, ask["playlistId"])
    if ask["videoId"]:
        found = [(doc, video) for doc, video in found if video.id == ask["videoId"]]
    items = [item_shown(ask, doc, video) for doc, video in found]
    return listed("playlistItem", items, ask["maxResults"], ask["pageToken"] or "")


def _places(ask: Ask, playlist_id: str) -> list[tuple[Doc, Doc]]:
    if playlist_id.startswith("UU") and (channel := ask.net.docs.get("account", "UC" + playlist_id[2:])):
        videos = [video for video in all_videos(ask.net, channel.id) if channel.id == ask.caller or is_public(video)]
        return [(_upload_place(video, position), video) for position, video in enumerate(videos)]
    playlist = _playlist(ask, playlist_id, "playlistId")
    places = [(doc, video_of(ask.net, doc.key, ask.caller)) for doc in _items(ask.net, playlist.id)]
    return [(doc, video) for doc, video in places if video]


def _upload_place(video: Doc, position: int) -> Doc:
    place = base64.urlsafe_b64encode(f"{uploads_of(video.owner)}.{video.id}".encode()).decode().rstrip("=")
    return Doc(
        place, {"position": position}, video.owner, uploads_of(video.owner), video.id, video["published_at"] or video.created_at
    )


def insert_item(ask: Ask) -> dict[str, Any]:
    """Put a video in, at the end or at `position`; the same video may be in twice."""
    ask.check_parts(("contentDetails", "id", "snippet", "status"))
    check(PLAYLIST_ITEM, ask.body)
    ask.channel()
    snippet = ask.body.get("snippet", {})
    wanted = snippet.get("resourceId", {})
    for name, value in (("playlistId", snippet.get("playlistId")), ("resourceId", wanted)):
        if not value:
            message = f"The request does not specify a value for the required {name} property."
            raise Refusal(400, f"{name}Required", message, "youtube.playlistItem", f"body.snippet.{name}")
    playlist = _insertable(ask, snippet["playlistId"])
    video = video_of(ask.net, wanted.get("videoId", ""), ask.caller) if wanted.get("kind") == "youtube#video" else None
    if video is None:
        raise Refusal(404, "videoNotFound", "Video not found.", "youtube.playlistItem", "body.snippet.resourceId.videoId")
    return item_shown(ask, _place(ask, playlist, video, snippet.get("position")), video)


def _insertable(ask: Ask, playlist_id: str) -> Doc:
    if playlist_id == uploads_of(ask.caller):
        message = "The API does not support the ability to insert, update or delete items of the uploads playlist."
        raise Refusal(400, "playlistOperationUnsupported", message, "youtube.playlistItem", "body.snippet.playlistId")
    playlist = _playlist(ask, playlist_id, "body.snippet.playlistId")
    if playlist.owner != ask.caller:
        message = "The request is not properly authorized to change the specified playlist."
        raise Refusal(403, "playlistItemsNotAccessible", message, "youtube.playlistItem")
    return playlist


def _place(ask: Ask, playlist: Doc, video: Doc, position: int | None) -> Doc:
    items = _items(ask.net, playlist.id)
    at = len(items) if position is None else position
    if not 0 <= at <= len(items):
        message = "The request attempts to set the playlist item's position to an invalid or unsupported value."
        raise Refusal(400, "invalidSnippet", message, "youtube.playlistItem", "body.snippet.position")
    for item in items[at:]:
        ask.net.docs.change("playlistItem", item.id, position=item["position"] + 1)
    fresh = base64.urlsafe_b64encode(f"{playlist.id}.{secrets.token_hex(8).upper()}".encode()).decode().rstrip("=")
    return ask.net.docs.put("playlistItem", {"position": at}, doc_id=fresh, owner=ask.caller, parent=playlist.id, key=video.id)


def delete_item(ask: Ask) -> None:
    """Take one place out; the rest move up."""
    ask.channel()
    item = ask.net.docs.get("playlistItem", ask["id"])
    if item is None:
        raise Refusal(404, "playlistItemNotFound", "Playlist item not found.", "youtube.playlistItem", "id")
    if item.owner != ask.caller:
        message = "The request is not properly authorized to delete the specified playlist item."
        raise Refusal(403, "playlistItemsNotAccessible", message, "youtube.playlistItem")
    ask.net.docs.delete("playlistItem", item.id)
    for position, other in enumerate(_items(ask.net, item.parent)):
        ask.net.docs.change("playlistItem", other.id, position=position)


def item_shown(ask: Ask, item: Doc, video: Doc) -> dict[str, Any]:
    """A PlaylistItem resource."""
    owner = ask.net.docs.get("account", item.owner)
    author = ask.net.docs.get("account", video.owner)
    parts = {
        "snippet": {
            "publishedAt": moment(item.created_at),
            "channelId": item.owner,
            "title": video["snippet"]["title"],
            "description": video["snippet"]["description"],
            "thumbnails": thumbnails(ask.net, video),
            "channelTitle": owner["name"] if owner else "",
            "playlistId": item.parent,
            "position": item["position"],
            "resourceId": {"kind": "youtube#video", "videoId": video.id},
            "videoOwnerChannelTitle": author["name"] if author else "",
            "videoOwnerChannelId": video.owner,
        },
        "contentDetails": {
            "videoId": video.id,
            **({"videoPublishedAt": moment(video["published_at"])} if video["published_at"] else {}),
        },
        "status": {"privacyStatus": video["status"]["privacyStatus"]},
    }
    return resource("playlistItem", item.id, parts, ask.parts)


def _items(net: Network, playlist_id: str) -> list[Doc]:
    return sorted(net.docs.find("playlistItem", parent=playlist_id, limit=ALL), key=lambda item: item["position"])


def _may_see(ask: Ask, playlist: Doc) -> bool:
    by_id = "id" in ask.values and bool(ask["id"])
    return (
        playlist.owner == ask.caller
        or playlist["privacyStatus"] == "public"
        or (by_id and playlist["privacyStatus"] == "unlisted")
    )


def _playlist(ask: Ask, playlist_id: str, location: str) -> Doc:
    found = ask.net.docs.get("playlist", playlist_id)
    if found is None or (found.owner != ask.caller and found["privacyStatus"] == "private"):
        message = f"The playlist identified with the request's <code>{location}</code> parameter cannot be found."
        raise Refusal(404, "playlistNotFound", message, "youtube.playlistItem", location)
    return found
