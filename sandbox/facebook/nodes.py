"""How each node looks in answers: its fields, which of them come unasked, which exist without ever holding anything here.
https://developers.facebook.com/docs/graph-api/reference"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from sandbox.facebook import fields, videos
from sandbox.facebook.call import Call
from sandbox.facebook.edges import EDGES
from sandbox.facebook.errors import invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

Show = Callable[["Facebook", Call, Doc], Any]
WEEK = 7 * 86400
CATEGORY = "Food & beverage company"


@dataclass(frozen=True, slots=True)
class NodeType:
    """`name` as error messages call it; `unasked` fields come without `fields`; `empty` ones exist and are always absent."""

    name: str
    unasked: tuple[str, ...]
    shows: dict[str, Show]
    empty: frozenset[str] = frozenset()


def node(net: Facebook, call: Call, kind: str, doc: Doc, wants: list[fields.Want] | None = None) -> dict[str, Any]:
    """The node with the fields that the call asks for (or `wants`), or those that come unasked."""
    kind_of = TYPES[kind]
    asked = fields.parse(call.text("fields")) if wants is None else wants
    found: dict[str, Any] = {}
    for want in asked or [fields.Want(name) for name in kind_of.unasked]:
        value = _value(net, call, kind, doc, want)
        if value is not None:
            found[want.name] = fields.pick(value, want.wants)
    return {**found, "id": doc.id}


def nodes(net: Facebook, call: Call, kind: str, docs: list[Doc]) -> dict[str, Any]:
    """A page of such nodes."""
    wants = fields.parse(call.text("fields"))
    return fields.listing(net, call, docs, lambda doc: node(net, call, kind, doc, wants))


def _value(net: Facebook, call: Call, kind: str, doc: Doc, want: fields.Want) -> Any:
    kind_of = TYPES[kind]
    if want.name == "id":
        return doc.id
    if show := kind_of.shows.get(want.name):
        return show(net, call, doc)
    if below := EDGES.get(("GET", kind, want.name)):
        params = {**want.args, "fields": want.raw}
        answer = below.run(net, replace(call, method="GET", path=[doc.id, want.name], params=params), doc)
        if not isawaitable(answer):  # an empty list is left out of its parent's fields
            return answer if answer.get("data") or "summary" in answer else None
    if want.name in kind_of.empty:
        return None
    raise invalid(f"Tried accessing nonexisting field ({want.name}) on node type ({kind_of.name})")


# --- people and Pages ----------------------------------------------------------------------------------------


def author(net: Facebook, doc: Doc) -> dict[str, Any]:
    """`from` of a comment or message."""
    return {"name": doc["author"], "id": doc["author_id"]}


def from_page(net: Facebook, call: Call, doc: Doc) -> dict[str, Any]:
    """`from` of what the Page itself made."""
    return {"name": net.page_name(doc.owner), "id": doc.owner}


def picture(net: Facebook, call: Call, doc: Doc) -> dict[str, Any]:
    """`picture` of a Page or person."""
    return {"data": {"height": 200, "width": 200, "is_silhouette": False, "url": f"{net.url}/_picture/{doc.id}.png"}}


def page_access_token(net: Facebook, call: Call, doc: Doc) -> str | None:
    """The Page's token, for a person who chose this Page (or the Page itself)."""
    if call.page == doc.id:
        return call.token_value
    return net.page_token(call.token, doc.id) if call.token and call.is_user else None


# --- posts, photos, videos -----------------------------------------------------------------------------------

STATUS_TYPES = {"photo": "added_photos", "album": "added_photos", "video": "added_video", "reel": "added_video"}


def full_picture(net: Facebook, call: Call, doc: Doc) -> str | None:
    """The first photo's address."""
    media = net.docs.many("media", doc["media"][:1])
    return net.media_url(media[0].id) if media and media[0]["type"] == "photo" else None


def scheduled_time(net: Facebook, call: Call, doc: Doc) -> int | None:
    """Unix seconds, as long as it is not out."""
    return int(doc["scheduled_at"]) if doc.key == "waiting" and doc.get("scheduled_at") else None


def images(net: Facebook, call: Call, doc: Doc) -> list[dict[str, Any]]:
    """The one size that is kept."""
    return [{"height": doc["height"], "width": doc["width"], "source": net.media_url(doc.id)}]


def video_link(net: Facebook, call: Call, doc: Doc) -> str | None:
    """Where the public sees the video, once there is a post."""
    post = net.docs.get("post", doc.get("post_id") or "")
    return net.permalink(post) if post else None


# --- comments ------------------------------------------------------------------------------------------------


def comment_parent(net: Facebook, call: Call, doc: Doc) -> dict[str, Any] | None:
    """The comment that this one answers."""
    parent = net.docs.get("comment", doc.get("answers", ""))
    if parent is None:
        return None
    shown = {"created_time": fields.time(parent.created_at), "from": author(net, parent), "message": parent["text"]}
    return {**shown, "id": parent.id}


def comment_link(net: Facebook, call: Call, doc: Doc) -> str:
    """The post's address with the comment's number."""
    return net.comment_link(doc)


def comment_attachment(net: Facebook, call: Call, doc: Doc) -> dict[str, Any] | None:
    """A picture or link in the comment."""
    url = doc.get("attachment")
    return {"type": "photo", "url": url, "media": {"image": {"src": url}}, "target": {"url": url}} if url else None


def private_reply_possible(net: Facebook, call: Call, doc: Doc) -> bool:
    """Once, within seven days, to people."""
    return not doc["ours"] and not doc.get("answered_privately") and doc.created_at > net.now() - WEEK


def words(names: str) -> frozenset[str]:
    """Names separated by blanks."""
    return frozenset(names.split())


def _stored(name: str) -> Show:
    return lambda net, call, doc: doc.get(name) or None


def _always(value: Any) -> Show:
    return lambda net, call, doc: value


def _count(kind: str) -> Show:
    return lambda net, call, doc: net.docs.count(kind, parent=doc.id)


CREATED: dict[str, Show] = {
    "created_time": lambda net, call, doc: fields.time(doc.created_at),
    "updated_time": lambda net, call, doc: fields.time(doc.created_at),
}
PAGE_EMPTY = "cover emails phone location hours instagram_business_account connected_instagram_account website business"

TYPES: dict[str, NodeType] = {
    "page": NodeType(
        "Page",
        ("name",),
        {
            "name": _stored("name"),
            "username": _stored("username"),
            "about": _stored("bio"),
            "bio": _stored("bio"),
            "category": lambda net, call, doc: doc.get("category", CATEGORY),
            "category_list": lambda net, call, doc: [{"id": "2252", "name": doc.get("category", CATEGORY)}],
            "link": lambda net, call, doc: f"{net.url}/{doc['username']}",
            "followers_count": lambda net, call, doc: doc.get("followers", 0),
            "fan_count": lambda net, call, doc: doc.get("followers", 0),
            "picture": picture,
            "access_token": page_access_token,
            "tasks": _always(["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]),
            "is_published": _always(True),
            "verification_status": _always("not_verified"),
            "has_transitioned_to_new_page_experience": _always(True),
        },
        words(PAGE_EMPTY),
    ),
    "user": NodeType(
        "User",
        ("name",),
        {
            "name": _stored("name"),
            "first_name": lambda net, call, doc: doc["name"].split()[0],
            "last_name": lambda net, call, doc: doc["name"].split()[-1],
            "picture": picture,
        },
        words("email link locale timezone birthday"),
    ),
    "app": NodeType("Application", ("name",), {"name": _stored("name"), "link": lambda net, call, doc: net.url}),
    "post": NodeType(
        "PagePost",
        ("created_time", "message", "story"),
        {
            **CREATED,
            "message": _stored("text"),
            "from": from_page,
            "permalink_url": lambda net, call, doc: net.permalink(doc),
            "is_published": lambda net, call, doc: doc.key == "published",
            "is_hidden": lambda net, call, doc: doc.get("hidden", False),
            "is_pinned": lambda net, call, doc: doc.get("pinned", False),
            "scheduled_publish_time": scheduled_time,
            "targeting": _stored("targeting"),
            "feed_targeting": _stored("feed_targeting"),
            "full_picture": full_picture,
            "picture": full_picture,
            "status_type": lambda net, call, doc: STATUS_TYPES.get(doc["kind"], "mobile_status_update"),
            "application": lambda net, call, doc: {"name": net.app_name(doc["app"]), "id": doc["app"]},
            "shares": lambda net, call, doc: {"count": doc["shares"]} if doc.get("shares") else None,
        },
        words("story message_tags place properties call_to_action event icon parent_id to via admin_creator"),
    ),
    "photo": NodeType(
        "Photo",
        ("created_time", "name"),
        {
            **CREATED,
            "name": _stored("text"),
            "alt_text": _stored("alt"),
            "alt_text_custom": _stored("alt"),
            "from": from_page,
            "images": images,
            "height": _stored("height"),
            "width": _stored("width"),
            "source": lambda net, call, doc: net.media_url(doc.id),
            "picture": lambda net, call, doc: net.media_url(doc.id),
            "link": lambda net, call, doc: f"{net.url}/photo?fbid={doc.id}",
            "page_story_id": _stored("post_id"),
        },
        words("album icon place name_tags target webp_images"),
    ),
    "video": NodeType(
        "Video",
        ("description", "updated_time"),
        {
            **CREATED,
            "title": _stored("title"),
            "description": _stored("text"),
            "from": from_page,
            "status": lambda net, call, doc: videos.status(net, doc),
            "post_id": lambda net, call, doc: videos.post_id(net, doc),
            "permalink_url": video_link,
            "published": lambda net, call, doc: bool(videos.post_id(net, doc)),
            "source": lambda net, call, doc: net.media_url(doc.id) if videos.state(net, doc) == "ready" else None,
            "content_category": _stored("content_category"),
            "content_tags": _stored("content_tags"),
            "embeddable": lambda net, call, doc: doc.get("embeddable", True),
            "views": _always(0),
            "length": _stored("seconds"),
        },
        words("picture thumbnails captions format scheduled_publish_time is_crosspost_video privacy place"),
    ),
    "comment": NodeType(
        "Comment",
        ("created_time", "from", "message"),
        {
            "created_time": CREATED["created_time"],
            "from": lambda net, call, doc: author(net, doc),
            "message": lambda net, call, doc: doc["text"],
            "parent": comment_parent,
            "permalink_url": comment_link,
            "attachment": comment_attachment,
            "is_hidden": lambda net, call, doc: doc.get("hidden", False),
            "can_hide": lambda net, call, doc: not doc["ours"],
            "can_remove": _always(True),
            "can_comment": _always(True),
            "can_like": _always(True),
            "can_reply_privately": private_reply_possible,
            "like_count": _count("like"),
            "comment_count": lambda net, call, doc: len(net.answers(doc)),
            "user_likes": lambda net, call, doc: net.docs.get("like", f"{doc.id}:{doc.owner}") is not None,
            "object": lambda net, call, doc: {"id": doc.parent},
        },
        words("message_tags is_private private_reply_conversation application admin_creator"),
    ),
    "thread": NodeType(
        "UnifiedThread",
        ("link", "updated_time"),
        {
            "link": lambda net, call, doc: f"/{doc.owner}/inbox/{doc.id}/",
            "updated_time": lambda net, call, doc: fields.time(doc["updated_at"]),
            "snippet": _stored("snippet"),
            "unread_count": lambda net, call, doc: doc.get("unread", 0),
            "message_count": _count("message"),
            "can_reply": lambda net, call, doc: doc["heard_at"] > net.now() - 86400,
            "participants": lambda net, call, doc: {"data": net.talkers(doc)},
            "senders": lambda net, call, doc: {"data": net.talkers(doc)},
            "folder": _always("inbox"),
        },
        words("name is_subscribed scoped_thread_key former_participants wallpaper"),
    ),
    "message": NodeType(
        "Message",
        ("created_time",),
        {
            "created_time": CREATED["created_time"],
            "message": lambda net, call, doc: doc["text"],
            "from": lambda net, call, doc: author(net, doc),
            "to": lambda net, call, doc: {"data": [who for who in net.talkers_of(doc) if who["id"] != doc["author_id"]]},
            "attachments": lambda net, call, doc: {"data": doc["attachments"]} if doc.get("attachments") else None,
        },
        words("tags shares sticker reactions reply_to is_unsupported"),
    ),
}
