"""videos.*: https://developers.google.com/youtube/v3/docs/videos"""

from __future__ import annotations

from typing import Any

from sandbox.clips import iso_duration
from sandbox.network import Network
from sandbox.store import Doc
from sandbox.youtube.answers import Refusal, etag, listed, moment, resource, words
from sandbox.youtube.ask import Ask
from sandbox.youtube.library import all_videos, drop_video, has_comments, is_public, own_video, settled, video_of, videos_of
from sandbox.youtube.metadata import CATEGORIES, check_localizations, written

OWNERS_ONLY = ("fileDetails", "processingDetails", "suggestions")
PARTS = (
    *OWNERS_ONLY,
    *words("ageGating brandPartner contentDetails id liveStreamingDetails localizations monetizationDetails"),
    *words("paidProductPlacementDetails player projectDetails recordingDetails snippet statistics status topicDetails"),
)
SIZES = {"default": (120, 90), "medium": (320, 180), "high": (480, 360), "standard": (640, 480), "maxres": (1280, 720)}


def list_videos(ask: Ask) -> dict[str, Any]:
    """By id, the caller's likes, or what is popular."""
    ask.check_parts(PARTS)
    by = ask.one_of("id", "chart", "myRating")
    if by == "id":
        found = videos_of(ask.net, dict.fromkeys(ask["id"]), ask.caller)
    elif by == "chart":
        found = [
            video for account in ask.net.docs.find("account") for video in all_videos(ask.net, account.id) if is_public(video)
        ]
    else:
        rated = ask.net.docs.find(ask["myRating"], owner=ask.caller)
        found = videos_of(ask.net, [rating.parent for rating in rated], ask.caller)
    items = [shown(ask, video) for video in found]
    return listed("video", items, len(items) if by == "id" else ask["maxResults"], ask["pageToken"] or "")


def shown(ask: Ask, video: Doc) -> dict[str, Any]:
    """The Video resource with the parts asked for."""
    owner = video.owner == ask.caller
    if not owner and any(part in OWNERS_ONLY for part in ask.parts):
        message = "The request cannot access the requested video's file or processing information."
        raise Refusal(403, "forbidden", message, "youtube.video", "part")
    return resource("video", video.id, _parts(ask.net, video, owner), ask.parts)


def _parts(net: Network, video: Doc, owner: bool) -> dict[str, Any]:
    file = video["file"]
    return {
        "snippet": _snippet(net, video),
        "status": _status(video, owner),
        "statistics": _statistics(net, video, owner),
        "contentDetails": {
            "duration": iso_duration(file["seconds"]),
            "dimension": "2d",
            "definition": "hd" if min(file["width"], file["height"]) >= 720 else "sd",
            "caption": "true" if video.get("captions") else "false",
            "licensedContent": False,
            "projection": "rectangular",
            "hasCustomThumbnail": bool(video["thumbnail"]),
        },
        "processingDetails": _processing(net, video),
        "fileDetails": _file(video),
        "localizations": video["localizations"] or None,
        "recordingDetails": video.get("recordingDetails", {}),
        "paidProductPlacementDetails": video.get("paidProductPlacementDetails", {"hasPaidProductPlacement": False}),
        "brandPartner": video.get("brandPartner"),
        "player": {"embedHtml": f'<iframe width="480" height="270" src="//www.youtube.com/embed/{video.id}"></iframe>'},
        "topicDetails": {},
    }


def _snippet(net: Network, video: Doc) -> dict[str, Any]:
    channel, snippet = net.docs.get("account", video.owner), video["snippet"]
    return {
        **{name: value for name, value in snippet.items() if value not in ("", [])},
        "title": snippet["title"],
        "description": snippet["description"],
        "publishedAt": moment(video["published_at"] or video.created_at),
        "channelId": video.owner,
        "channelTitle": channel["name"] if channel else "",
        "thumbnails": thumbnails(net, video),
        "liveBroadcastContent": "none",
        "localized": {"title": snippet["title"], "description": snippet["description"]},
    }


def thumbnails(net: Network, video: Doc) -> dict[str, Any]:
    """The sizes that exist: all of them for a picture of the user's own, the small ones for YouTube's."""
    names = SIZES if video["thumbnail"] else list(SIZES)[:3]
    found = {name: _picture(net, video, name, *SIZES[name]) for name in names}
    return (
        {**found, "shortsAspectRatio": _picture(net, video, "oar2", 1080, 1920)}
        if video["short"] and video["thumbnail"]
        else found
    )


def _picture(net: Network, video: Doc, name: str, width: int, height: int) -> dict[str, Any]:
    return {"url": f"{net.url}/vi/{video.id}/{name}.jpg", "width": width, "height": height}


def _status(video: Doc, owner: bool) -> dict[str, Any]:
    status = dict(video["status"])
    kids = status.pop("selfDeclaredMadeForKids", None)
    mine = {"selfDeclaredMadeForKids": kids} if owner and kids is not None else {}
    for name in () if owner else ("publishAt", "containsSyntheticMedia"):
        status.pop(name, None)
    state, reason = video["state"], video["outcome"][1]
    why = (
        {f"{'failure' if state == 'failed' else 'rejection'}Reason": reason}
        if state in ("failed", "rejected") and owner
        else {}
    )
    return {"uploadStatus": state, **status, "madeForKids": bool(kids), **mine, **why}


def _statistics(net: Network, video: Doc, owner: bool) -> dict[str, str]:
    found = {"viewCount": str(video["views"]), "favoriteCount": "0"}
    if owner or video["status"]["publicStatsViewable"]:
        found["likeCount"] = str(net.docs.count("like", parent=video.id))
    if owner:
        found["dislikeCount"] = str(net.docs.count("dislike", parent=video.id))
    if has_comments(video):
        published = [c for c in net.docs.find("comment", parent=video.id, limit=100_000) if c["status"] == "published"]
        found["commentCount"] = str(len(published))
    return found


def _processing(net: Network, video: Doc) -> dict[str, Any]:
    state = video["state"]
    words = {"uploaded": "processing", "processed": "succeeded", "failed": "failed", "rejected": "terminated"}
    ready = "available" if state == "processed" else "inProgress"
    found: dict[str, Any] = {
        "processingStatus": words[state],
        "fileDetailsAvailability": ready,
        "thumbnailsAvailability": ready,
    }
    if state == "uploaded":
        left = max(video["ready_at"] - net.now(), 0)
        done = int(100 * (1 - left / video["wait"])) if video["wait"] else 100
        found["processingProgress"] = {"partsTotal": "100", "partsProcessed": str(done), "timeLeftMs": str(int(left * 1000))}
    if state == "failed":
        found["processingFailureReason"] = "transcodeFailed" if video["outcome"][1] == "conversion" else "uploadFailed"
    return found


def _file(video: Doc) -> dict[str, Any]:
    file = video["file"]
    found = {"fileName": file["name"], "fileSize": str(file["size"]), "fileType": "video" if file["container"] else "other"}
    if file["width"]:
        streams = [{"widthPixels": file["width"], "heightPixels": file["height"]}]
        found |= {"durationMs": str(int(file["seconds"] * 1000)), "videoStreams": streams}
    return {**found, "container": file["container"]} if file["container"] else found


def update_video(ask: Ask) -> dict[str, Any]:
    """Each part named is overwritten whole."""
    ask.check_parts(PARTS)
    ask.channel()
    if not ask.body.get("id"):
        raise Refusal(400, "required", "Required", "global", "body.id")
    video = own_video(ask.net, str(ask.body["id"]), ask.caller, "update", "body.id")
    if missing := [part for part in ("snippet", "status") if part in ask.parts and part not in ask.body]:
        raise Refusal(400, "required", f"Required parameter: {missing[0]}", "global", f"body.{missing[0]}")
    parts = written(ask, published=bool(video["published_at"]))
    if "localizations" in ask.parts:
        parts.setdefault("localizations", {})
    changed = {**video.data, **parts}
    check_localizations(changed)
    video.data = changed
    ask.net.docs.save("post", video)
    return shown(ask, settled(ask.net, video))


def delete_video(ask: Ask) -> None:
    """204."""
    ask.channel()
    drop_video(ask.net, own_video(ask.net, ask["id"], ask.caller, "delete"))


def rate_video(ask: Ask) -> None:
    """like, dislike, or none."""
    ask.channel()
    video = video_of(ask.net, ask["id"], ask.caller)
    if video is None:
        message = "The video that you are trying to rate cannot be found."
        raise Refusal(404, "videoNotFound", message, "youtube.video", "id")
    for kind in ("like", "dislike"):
        ask.net.docs.delete(kind, f"{video.id}:{ask.caller}")
    if ask["rating"] != "none":
        ask.net.docs.put(ask["rating"], {}, doc_id=f"{video.id}:{ask.caller}", owner=ask.caller, parent=video.id)


def get_rating(ask: Ask) -> dict[str, Any]:
    """The caller's own ratings."""
    items = []
    for video in videos_of(ask.net, ask["id"], ask.caller):
        rated = [kind for kind in ("like", "dislike") if ask.net.docs.get(kind, f"{video.id}:{ask.caller}")]
        items.append({"videoId": video.id, "rating": rated[0] if rated else "none"})
    return {"kind": "youtube#videoGetRatingResponse", "etag": etag(items), "items": items}


def batch_stats(ask: Ask) -> dict[str, Any]:
    """videos:batchGetStats: cheap numbers of up to 50 videos; unknown ids are left out."""
    items = []
    for video in videos_of(ask.net, ask["id"] or [], ask.caller):
        parts = {
            "statistics": _statistics(ask.net, video, owner=False),
            "snippet": {"publishTime": moment(video["published_at"] or video.created_at)},
            "contentDetails": {"duration": f"{round(video['file']['seconds'])}s"},
        }
        items.append(resource("videoStats", video.id, parts, ask["part"] or list(parts)))
    return {"kind": "youtube#batchGetStatsResponse", "etag": etag(items), "items": items}


def list_categories(ask: Ask) -> dict[str, Any]:
    """videoCategories.list: by id or by region (every region has the same here)."""
    by = ask.one_of("id", "regionCode")
    ids = ask["id"] if by == "id" else CATEGORIES
    snippets = {
        number: {"title": CATEGORIES[number], "assignable": True, "channelId": "UCBR8-60-B28hp2BmDPdntcQ"}
        for number in ids
        if number in CATEGORIES
    }
    items = [resource("videoCategory", number, {"snippet": snippet}, ask.parts) for number, snippet in snippets.items()]
    return {"kind": "youtube#videoCategoryListResponse", "etag": etag(items), "items": items}
