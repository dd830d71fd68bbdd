"""thumbnails.set: https://developers.google.com/youtube/v3/docs/thumbnails/set"""

from __future__ import annotations

from typing import Any

from sandbox.store import Doc
from sandbox.youtube.answers import Refusal, etag
from sandbox.youtube.ask import Ask
from sandbox.youtube.library import own_video
from sandbox.youtube.videos import thumbnails

DOMAIN = "youtube.thumbnail"


def check(ask: Ask) -> dict[str, Any]:
    """The caller's own video, on a channel that has verified its phone."""
    channel = ask.channel()
    own_video(ask.net, ask["videoId"], ask.caller, "set a thumbnail for", "videoId")
    if channel.get("long_uploads", "allowed") == "disallowed":
        message = "The thumbnail can't be set for the specified video. The request might not be properly authorized."
        raise Refusal(403, "forbidden", message, DOMAIN, "videoId")
    return {}


def keep(ask: Ask, session: Doc) -> dict[str, Any]:
    """The bytes become the video's picture."""
    net = ask.net
    video = own_video(net, ask["videoId"], ask.caller, "set a thumbnail for", "videoId")
    content = net.files.read(session.id) if net.files.size(session.id) else b""
    if not content:
        raise Refusal(400, "mediaBodyRequired", "The request does not include the image content.", DOMAIN)
    mime = {b"\xff\xd8\xff": "image/jpeg", b"\x89PN": "image/png"}.get(content[:3])
    if mime is None:
        raise Refusal(400, "invalidImage", "The provided image content is invalid.", DOMAIN)
    net.docs.put("media", {"mime": mime, "alt": video["snippet"]["title"]}, doc_id=session.id, owner=video.owner)
    net.docs.change("session", session.id, done=video.id)
    video = net.docs.change("post", video.id, thumbnail=session.id)
    items = [thumbnails(net, video)]
    return {"kind": "youtube#thumbnailSetResponse", "etag": etag(items), "items": items}
