"""A post as its record in the repository. https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors.bluesky_media import CAPTIONS, THUMB, Blob
from connectors.bluesky_text import HANDLE, Piece
from connectors.captions import language
from connectors.data import Media, Outgoing

POST, THREADGATE, POSTGATE = "app.bsky.feed.post", "app.bsky.feed.threadgate", "app.bsky.feed.postgate"
MOST_IN_ROW = 4  # pictures of the older embed, which all clients show; more make a gallery
AT_URI = re.compile(r"at://(did:[a-z]+:[\w.:%-]+|[\w.-]+\.[\w-]+)/app\.bsky\.feed\.post/([\w.:~-]+)")
SIGNED_OUT = "!no-unauthenticated"
RULES = {"mentioned": "mentionRule", "followers": "followerRule", "following": "followingRule"}


@dataclass(frozen=True)
class Reference:
    """A post that ours refers to: its address and version, and the record itself."""

    uri: str
    cid: str
    record: Mapping[str, Any]

    def strong(self) -> dict[str, str]:
        return {"uri": self.uri, "cid": self.cid}


def text_of(post: Outgoing) -> str:
    """The text as it goes out: a link is a card of its own, unless pictures or a video have its place."""
    if not post.media or not post.link or post.link in post.text:
        return post.text
    return f"{post.text}\n{post.link}".strip()


def quoted(address: str) -> tuple[str, str] | None:
    """(DID or handle, record key) of a post's address, of the web or of the protocol; None for what is none."""
    if found := AT_URI.fullmatch(address.strip()):
        return found[1], found[2]
    parts = urlsplit(address.strip()).path.strip("/").split("/")
    if len(parts) != 4 or (parts[0], parts[2]) != ("profile", "post"):
        return None
    actor, key = parts[1], parts[3]
    return (actor, key) if actor.startswith("did:") or HANDLE.fullmatch(actor) else None


def facets(text: str, pieces: Iterable[Piece], people: Mapping[str, str]) -> list[dict[str, Any]]:
    """Offsets are of UTF-8 bytes, the end exclusive. Names that nobody has stay plain words."""
    found = []
    for piece in pieces:
        if feature := _feature(piece, people):
            begins, ends = (len(text[:place].encode()) for place in (piece.start, piece.end))
            found.append({"index": {"byteStart": begins, "byteEnd": ends}, "features": [feature]})
    return found


def _feature(piece: Piece, people: Mapping[str, str]) -> dict[str, str] | None:
    kind = f"app.bsky.richtext.facet#{piece.kind}"
    if piece.kind == "mention":
        return {"$type": kind, "did": people[piece.value]} if piece.value in people else None
    return {"$type": kind, "uri" if piece.kind == "link" else "tag": piece.value}


def embed(post: Outgoing, blobs: Mapping[str, Blob], quote: Reference | None) -> dict[str, Any] | None:
    """What hangs on the post: media or a link's card, a quoted post, or both."""
    shown = _media(post, blobs) if post.media else _card(post, blobs) if post.link else None
    if quote is None:
        return shown
    record = {"$type": "app.bsky.embed.record", "record": quote.strong()}
    return {"$type": "app.bsky.embed.recordWithMedia", "record": record, "media": shown} if shown else record


def _media(post: Outgoing, blobs: Mapping[str, Blob]) -> dict[str, Any]:
    if post.videos:
        return _video(post, blobs)
    if len(post.media) > MOST_IN_ROW:
        item = "app.bsky.embed.gallery#image"
        items = [
            {"$type": item, "image": blobs[f"media{slot}"], "alt": media.alt, "aspectRatio": _ratio(media) or _SQUARE}
            for slot, media in enumerate(post.media)
        ]
        return {"$type": "app.bsky.embed.gallery", "items": items}
    images = [_image(media, blobs[f"media{slot}"]) for slot, media in enumerate(post.media)]
    return {"$type": "app.bsky.embed.images", "images": images}


_SQUARE = {"width": 1, "height": 1}  # a gallery wants the ratio of each picture, also where it is not known


def _image(media: Media, blob: Blob) -> dict[str, Any]:
    return _set({"image": blob, "alt": media.alt, "aspectRatio": _ratio(media)})


def _video(post: Outgoing, blobs: Mapping[str, Blob]) -> dict[str, Any]:
    media, chosen = post.videos[0], post.options
    captions = [{"lang": language(post), "file": blobs[CAPTIONS]}] if CAPTIONS in blobs else None
    whole = {
        "$type": "app.bsky.embed.video",
        "video": blobs["media0"],
        "alt": media.alt or None,
        "aspectRatio": _ratio(media),
        "captions": captions,
        "presentation": "gif" if chosen.get("gif") else None,
    }
    return _set(whole)


def _ratio(media: Media) -> dict[str, int] | None:
    return {"width": media.width, "height": media.height} if media.width and media.height else None


def _card(post: Outgoing, blobs: Mapping[str, Blob]) -> dict[str, Any]:
    """Nothing is fetched: what the card shows is what was written, and else the address."""
    parts = urlsplit(post.link)
    title = post.options.get("link_title") or f"{parts.netloc}{parts.path.rstrip('/')}"
    about = {"uri": post.link, "title": title, "description": post.options.get("link_description") or ""}
    return {"$type": "app.bsky.embed.external", "external": _set({**about, "thumb": blobs.get(THUMB)})}


def labels(post: Outgoing) -> dict[str, Any] | None:
    """What the author says of the post's contents."""
    values = [post.options.get("warning"), SIGNED_OUT if post.options.get("signed_in_only") else ""]
    found = [{"val": value} for value in values if value]
    return {"$type": "com.atproto.label.defs#selfLabels", "values": found} if found else None


def reply(parent: Reference | None) -> dict[str, Any] | None:
    """A thread is a chain with one root: the parent's, or the parent itself."""
    if parent is None:
        return None
    root = (parent.record.get("reply") or {}).get("root") or parent.strong()
    return {"root": {"uri": root["uri"], "cid": root["cid"]}, "parent": parent.strong()}


def gates(post: Outgoing, uri: str, now: str) -> Sequence[Mapping[str, Any]]:
    """The records beside the post that say who may answer and who may quote; only the first of a thread has the former."""
    found = []
    if (who := post.options.get("who_can_reply")) and not post.parent:
        allow = [{"$type": f"{THREADGATE}#{RULES[name]}"} for name in who.split("+") if name in RULES]
        found.append({"$type": THREADGATE, "post": uri, "allow": allow, "createdAt": now})
    if post.options.get("no_quotes"):
        rule = {"$type": f"{POSTGATE}#disableRule"}
        found.append({"$type": POSTGATE, "post": uri, "embeddingRules": [rule], "createdAt": now})
    return found


def record(
    post: Outgoing,
    rich: tuple[str, list[dict[str, Any]]],
    hanging: Mapping[str, Any] | None,
    parent: Reference | None,
    now: str,
) -> dict[str, Any]:
    """The post itself; `rich` is the text with its facets, `hanging` its embed."""
    chosen = post.options
    whole = {
        "$type": POST,
        "text": rich[0],
        "facets": rich[1] or None,
        "reply": reply(parent),
        "embed": hanging,
        "langs": list(chosen.get("languages") or ()) or None,
        "labels": labels(post),
        "tags": [tag.strip().removeprefix("#") for tag in chosen.get("tags") or ()] or None,
        "createdAt": now,
    }
    return _set(whole)


def _set(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not set: the lexicons know optional keys, but no null."""
    return {name: value for name, value in whole.items() if value is not None}
