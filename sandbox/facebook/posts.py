"""Posts of a Page: publishing, planning, lists, editing, deleting. https://developers.facebook.com/docs/pages-api/posts

A post is a document of kind `post`: id `PAGE_STORY`, owner the Page, key its state (`published`, `waiting` for its hour or for
its video, `draft`, `failed`), created_at the moment when it comes out; data text, kind, link, media, targeting, app, ...
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.facebook import engagement, nodes, subscriptions, targeting
from sandbox.facebook.call import Call
from sandbox.facebook.edges import POSTING, READING, VISITORS, edge
from sandbox.facebook.errors import GraphError, duplicate_post, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

LONGEST = 63_206
SOONEST, LATEST = 600, 30 * 86400  # a planned post comes out 10 minutes to 30 days from now
FEED = 600  # posts that a feed remembers
STORY_LIFE = 86400
UNPUBLISHED = (
    *("SCHEDULED", "SCHEDULED_RECURRING", "DRAFT", "ADS_POST", "INLINE_CREATED", "PUBLISHED", "PUBLISH_PENDING"),
    "REVIEWABLE_BRANDED_CONTENT",
)


@dataclass(slots=True)
class Plan:
    """When a post comes out: `state` published, waiting or draft; `at` unix seconds for a planned one."""

    state: str = "published"
    at: float | None = None


@dataclass(slots=True)
class Content:
    """What a post consists of; `media` are ids, `about` its targeting and other data."""

    kind: str
    text: str
    link: str = ""
    media: Sequence[str] = ()
    about: dict[str, Any] = field(default_factory=dict)


def plan(net: Facebook, call: Call) -> Plan:
    """`published`, `scheduled_publish_time`, `unpublished_content_type`, checked together."""
    at = call.moment("scheduled_publish_time")
    kind = call.choice("unpublished_content_type", UNPUBLISHED)
    if call.flag("published", True):
        if at is not None:
            raise invalid("You cannot specify a scheduled publish time on a published post")
        return Plan()
    if at is None and kind == "SCHEDULED":
        raise invalid("Param scheduled_publish_time is required for a scheduled post")
    return Plan("draft") if at is None or kind == "DRAFT" else planned(net, at)


def planned(net: Facebook, at: float) -> Plan:
    """A plan for a moment inside the window."""
    if not SOONEST <= at - net.now() <= LATEST:
        raise GraphError(
            100,
            "(#100) The specified scheduled publish time is invalid.",
            title="Invalid time",
            advice="The time must be between 10 minutes and 30 days from now.",
        )
    return Plan("waiting", at)


def create(net: Facebook, call: Call, page: str, content: Content, when: Plan, ready_at: float = 0.0) -> Doc:
    """Put a post into the store; before `ready_at` (its video's) it waits in any case."""
    comes_out = max(when.at or net.now(), ready_at)
    waits = when.state == "published" and comes_out > net.now()
    data = {
        "text": content.text,
        "kind": content.kind,
        "link": content.link,
        "media": list(content.media),
        "app": call.token.parent if call.token else "",
        "scheduled_at": when.at,
        **content.about,
    }
    state = "waiting" if waits else when.state
    post = net.docs.put("post", data, doc_id=f"{page}_{net.store.next_id()}", owner=page, key=state, created_at=comes_out)
    for media in content.media:
        net.docs.change("media", media, post_id=post.id)
    if state == "published":
        subscriptions.tell_post(net, post, "add")
    return post


def release(net: Facebook) -> None:
    """Let out every post whose hour has come; one whose video failed never comes out."""
    for post in net.docs.find("post", key="waiting", until=net.now() + 0.001, oldest_first=True):
        failed = any(media.get("error") for media in net.docs.many("media", post["media"]))
        post.key = "failed" if failed else "published"
        net.docs.save("post", post)
        if not failed:
            subscriptions.tell_post(net, post, "add")


@edge("POST", "page", "feed", POSTING, page_token=True)
async def feed(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """Text, link, several photos."""
    text, link = call.text("message"), call.text("link")
    photos = _attached(net, call, page)
    when, about = plan(net, call), targeting.read(call)
    _check_text(text, link, bool(photos))
    _check_background(call)
    if link:
        _check_link(link)
    kind = ("photo" if len(photos) == 1 else "album") if photos else "link" if link else "text"
    content = Content(kind, text, link, [photo.id for photo in photos], about)
    _refuse_repetition(net, page.id, content)
    return {"id": create(net, call, page.id, content, when).id}


def _check_text(text: str, link: str, has_photos: bool) -> None:
    if not (text.strip() or link or has_photos):
        raise invalid("You must provide at least one of message, link, place, attached_media", 1349125)
    if len(text) > LONGEST:
        raise invalid(f"Param message must be less than {LONGEST} characters")


def _check_background(call: Call) -> None:
    preset = call.text("text_format_preset_id")
    if preset and not preset.isdigit():  # the real one answers a bad preset like this, not as a wrong parameter
        raise GraphError(1, "An unknown error occurred", status=500)


def _check_link(link: str) -> None:
    parts = urlsplit(link)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or " " in link:
        raise invalid("Could not scrape URL: the link is not a valid address", 1609005, title="Invalid link")
    if host == "facebook.com" or host.endswith(".facebook.com"):
        raise invalid("Links to facebook.com can't be shared through this call", 1609008)


def _attached(net: Facebook, call: Call, page: Doc) -> list[Doc]:
    given = call.array("attached_media") or []
    found = [_photo(net, page, item) for item in given]
    if len({photo.id for photo in found}) != len(found):
        raise invalid("Param attached_media contains the same photo twice")
    return found


def _photo(net: Facebook, page: Doc, item: Any) -> Doc:
    name = str(item.get("media_fbid", "")) if isinstance(item, dict) else ""
    if not name:
        raise invalid('Param attached_media must be a list of objects like {"media_fbid": "1"} (as JSON strings in forms)')
    media = net.docs.get("media", name)
    if media is None or media.owner != page.id:
        raise invalid(f"Invalid media id {name}: no unpublished photo of this Page")
    if media["type"] != "photo":
        raise invalid("Videos can't be attached to a post with attached_media")
    if media.get("post_id"):
        raise invalid("Photos were already posted", 1366051, advice="These photos were already posted.")
    return media


def _refuse_repetition(net: Facebook, page: str, content: Content) -> None:
    """506: the newest post says just the same. A different audience makes a different post."""
    newest = net.docs.find("post", owner=page, key="published", limit=1)
    for post in [*newest, *net.docs.find("post", owner=page, key="waiting", limit=100)]:
        about = {name: post[name] for name in ("targeting", "feed_targeting") if post.get(name)}
        before = (_plain(post["text"]), post["link"], post["media"], _sorted(about))
        if before == (_plain(content.text), content.link, list(content.media), _sorted(content.about)):
            raise duplicate_post()


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _sorted(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True)


# --- lists ---------------------------------------------------------------------------------------------------


@edge("GET", "page", "published_posts posts feed", READING)
def published(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """What is out, newest first; stories are no posts."""
    since, until = call.moment("since"), call.moment("until")
    posts = net.docs.find("post", owner=page.id, key="published", limit=FEED, since=since, until=until)
    return nodes.nodes(net, call, "post", [post for post in posts if post["kind"] != "story"])


@edge("GET", "page", "scheduled_posts", READING)
def scheduled(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """What is planned, by the Page's own plan."""
    waiting = net.docs.find("post", owner=page.id, key="waiting", oldest_first=True)
    return nodes.nodes(net, call, "post", [post for post in waiting if post.get("scheduled_at")])


@edge("GET", "page", "visitor_posts tagged", VISITORS)
def visitors(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """Fans here comment and write messages; they post nothing of their own."""
    return {"data": []}


@edge("GET", "page", "stories", READING)
def stories(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """Stories of the last day."""
    posts = net.docs.find("post", owner=page.id, key="published", since=net.now() - STORY_LIFE)
    return {"data": [_story(net, post) for post in posts if post["kind"] == "story"]}


def _story(net: Facebook, post: Doc) -> dict[str, Any]:
    media = net.docs.many("media", post["media"])[0]
    shown = {"post_id": post.id, "status": "PUBLISHED", "creation_time": str(int(post.created_at))}
    return {**shown, "media_type": media["type"], "media_id": media.id, "url": net.permalink(post)}


# --- one post ------------------------------------------------------------------------------------------------


@edge("GET", "post", "", READING)
def show(net: Facebook, call: Call, post: Doc) -> dict[str, Any]:
    """A post's fields."""
    return nodes.node(net, call, "post", post)


@edge("GET", "post", "attachments", READING)
def attachments(net: Facebook, call: Call, post: Doc) -> dict[str, Any]:
    """Photos, the video or the link of a post; several photos lie below one album."""
    shown = [_attachment(net, post, media) for media in net.docs.many("media", post["media"])]
    if post["link"]:
        target = {"url": post["link"]}
        shown = [{"type": "share", "media_type": "link", "url": post["link"], "unshimmed_url": post["link"], "target": target}]
    elif len(shown) > 1:
        below = {"data": shown}
        target = {"id": post.id, "url": net.permalink(post)}
        shown = [{"type": "album", "media_type": "album", "target": target, "url": target["url"], "subattachments": below}]
    return {"data": shown}


def _attachment(net: Facebook, post: Doc, media: Doc) -> dict[str, Any]:
    address = f"{net.url}/photo?fbid={media.id}" if media["type"] == "photo" else net.permalink(post)
    source = {"image": {"src": net.media_url(media.id), "height": media.get("height", 720), "width": media.get("width", 720)}}
    kind = "photo" if media["type"] == "photo" else "video_inline"
    shown = {"type": kind, "media_type": media["type"], "media": source, "url": address, "unshimmed_url": address}
    return {**shown, "target": {"id": media.id, "url": address}, "description": media.get("text") or post["text"]}


@edge("POST", "post", "", POSTING, page_token=True)
def change(net: Facebook, call: Call, post: Doc) -> dict[str, Any]:
    """Edit the text, hide, pin, plan anew, publish what waits. Only posts that the same app made."""
    if not call.token or post["app"] != call.token.parent:
        raise GraphError(200, "(#200) This post wasn't created by the application")
    if "message" in call.params:
        post.data["text"] = call.text("message")
        subscriptions.tell_post(net, post, "edited")
    post.data["hidden"] = call.flag("is_hidden", post.get("hidden", False))
    post.data["pinned"] = call.flag("is_pinned", post.get("pinned", False))
    net.docs.save("post", post)
    at = call.moment("scheduled_publish_time")
    if post.key != "published" and call.flag("is_published", False):
        _move(net, post, Plan("waiting", net.now()))
        release(net)
    elif post.key != "published" and at is not None:
        _move(net, post, planned(net, at))
    return {"success": True}


def _move(net: Facebook, post: Doc, when: Plan) -> None:
    """A stored document keeps its created_at, so it is put anew."""
    at = when.at or net.now()
    net.docs.delete("post", post.id)
    net.docs.put(
        "post", {**post.data, "scheduled_at": when.at}, doc_id=post.id, owner=post.owner, key=when.state, created_at=at
    )


@edge("DELETE", "post", "", POSTING, page_token=True)
def delete(net: Facebook, call: Call, post: Doc) -> dict[str, Any]:
    """The post, its media and everything below it."""
    for media in net.docs.many("media", post["media"]):
        net.docs.delete("media", media.id)
    engagement.forget(net, post.id)
    net.docs.delete("post", post.id)
    subscriptions.tell_post(net, post, "remove")
    return {"success": True}
