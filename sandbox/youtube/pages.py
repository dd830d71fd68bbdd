"""What the public sees: channel, watch, Shorts and playlist pages, pictures."""

from __future__ import annotations

import html

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from sandbox.front import missing
from sandbox.network import Network
from sandbox.render import page
from sandbox.store import Doc
from sandbox.views import PublicPost, Reply
from sandbox.youtube.library import has_comments, is_public, public_videos, video_of

TONES = ("#1971c2", "#0b7285", "#c2255c", "#5f3dc4", "#2b8a3e", "#d9480f")
THUMBNAIL = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><defs><linearGradient id="g" x2="1" y2="1">
<stop stop-color="{tone}"/><stop offset="1" stop-color="#111"/></linearGradient></defs>
<rect width="320" height="180" fill="url(#g)"/><path fill="#fff" fill-opacity=".85" d="M146 70v40l34-20z"/></svg>"""
FACE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 88 88"><circle cx="44" cy="44" r="44" fill="{tone}"/>
<text x="44" y="59" text-anchor="middle" fill="#fff" font-family="sans-serif" font-size="42">{text}</text></svg>"""


def channel_page(net: Network, account: Doc) -> Response:
    """The channel with its public videos and Shorts."""
    posts = net.public_posts(account)
    return page("account", slug=net.slug, network=net, account=net.public_account(account), posts=posts)


def watch_page(net: Network, video: Doc | None, short: bool = False) -> Response:
    """A video for anybody who has its link: public or unlisted."""
    account = net.docs.get("account", video.owner) if video else None
    if video is None or account is None:
        return page(
            "message", 404, slug=net.slug, title="Video unavailable", text="This video isn't available any more, or is private."
        )
    video = net.docs.change("post", video.id, views=video["views"] + 1)
    more = [post for post in net.public_posts(account, 12) if post.id != video.id]
    shown, by = net.public_post(video), net.public_account(account)
    flags = {"short": short, "comments": has_comments(video)}
    return page("watch", slug=net.slug, network=net, account=by, post=shown, more=more, flags=flags)


async def watch(net: Network, request: Request) -> Response:
    """/watch?v=ID"""
    return watch_page(net, video_of(net, request.query_params.get("v", "")))


async def short(net: Network, request: Request) -> Response:
    """/shorts/ID; what is no Short is watched as a video."""
    video = video_of(net, request.path_params["video"])
    if video and not video["short"]:
        return RedirectResponse(f"/{net.slug}/watch?v={video.id}", 303)
    return watch_page(net, video, short=True)


async def playlist(net: Network, request: Request) -> Response:
    """/playlist?list=PL...: its public videos in its order."""
    doc = net.docs.get("playlist", request.query_params.get("list", ""))
    account = net.docs.get("account", doc.owner) if doc else None
    if doc is None or account is None or doc["privacyStatus"] == "private":
        return missing(net)
    items = sorted(net.docs.find("playlistItem", parent=doc.id), key=lambda item: item["position"])
    videos = [video for video in (video_of(net, item.key) for item in items) if video]
    posts = [net.public_post(video) for video in videos]
    return page("playlist", slug=net.slug, network=net, account=net.public_account(account), playlist=doc, posts=posts)


async def thumbnail(net: Network, request: Request) -> Response:
    """/vi/ID/SIZE.jpg: the picture that was set, else a drawn one. Private videos' are shown too, as on the real network."""
    video = net.docs.get("post", request.path_params["video"])
    if video is None:
        return missing(net)
    media = net.docs.get("media", video["thumbnail"])
    if media:
        return FileResponse(net.files.path(media.id), media_type=media["mime"])
    return _drawn(THUMBNAIL, "", video.id)


async def face(net: Network, request: Request) -> Response:
    """/yt3/CHANNEL.svg or /yt3/@HANDLE.svg: the round picture of a channel or fan."""
    who = request.path_params["channel"]
    doc = net.docs.get("account", who) or net.docs.get("person", who)
    handle = f"@{doc['username']}" if doc else who
    return _drawn(FACE, handle.lstrip("@")[:1].upper(), handle)


def _drawn(template: str, text: str, seed: str) -> Response:
    content = template.format(tone=TONES[sum(map(ord, seed)) % len(TONES)], text=html.escape(text))
    return Response(content, media_type="image/svg+xml")


def public_post(net: Network, video: Doc) -> PublicPost:
    """The video for pages and the ledger. `details`: duration, views, privacy, thumbnail, category, tags."""
    snippet, file = video["snippet"], video["file"]
    status = video["status"]
    details = {
        "views": str(video["views"]),
        "duration": clock_face(file["seconds"]),
        "privacy": status["privacyStatus"],
        "thumbnail": f"{net.url}/vi/{video.id}/medium.jpg" if video["thumbnail"] else "",
        "category": snippet["categoryId"],
        "tags": ", ".join(snippet.get("tags", [])),
        "made_for_kids": "yes" if status.get("selfDeclaredMadeForKids") else "no",
    }
    return PublicPost(
        id=video.id,
        account=video.owner,
        text=snippet["description"],
        url=f"{net.url}/shorts/{video.id}" if video["short"] else f"{net.url}/watch?v={video.id}",
        created_at=video["published_at"] or video.created_at,
        kind="short" if video["short"] else "video",
        title=snippet["title"],
        media=net.pictures([file["id"]]),
        likes=net.docs.count("like", parent=video.id),
        replies=net.replies(video),
        labels=[*([] if is_public(video) else ["Unlisted"]), *_captions(video)],
        details=details,
    )


def _captions(video: Doc) -> list[str]:
    languages = ", ".join(track["language"] for track in video.get("captions") or [] if track["fine"])
    return [f"captions: {languages}"] if languages else []


def public_posts(net: Network, account: Doc, limit: int) -> list[PublicPost]:
    """The channel's public videos, newest first."""
    return [public_post(net, video) for video in public_videos(net, account.id)[:limit]]


def replies(net: Network, video: Doc) -> list[Reply]:
    """Comments as shown: newest thread first, its replies below it in their order; they vanish with a hidden top comment."""
    docs = net.docs.find("comment", parent=video.id, oldest_first=True, limit=100_000)
    found: list[Reply] = []
    for top in reversed([doc for doc in docs if not doc["answers"]]):
        found.append(_reply(net, top, video.id))
        if not top["hidden"]:
            found.extend(_reply(net, doc, top.id) for doc in docs if doc["answers"] == top.id)
    return found


def _reply(net: Network, doc: Doc, parent: str) -> Reply:
    likes = net.docs.count("like", parent=doc.id)
    depth = 1 if doc["answers"] else 0
    return Reply(doc.id, doc["author"], doc["text"], doc.created_at, parent, doc["ours"], likes, depth, doc["hidden"])


def clock_face(seconds: float) -> str:
    """`1:01`, `1:02:03`; "" when unknown."""
    whole = round(seconds)
    if not whole:
        return ""
    minutes = f"{whole % 3600 // 60}:{whole % 60:02d}"
    return f"{whole // 3600}:{minutes.zfill(5)}" if whole >= 3600 else minutes
