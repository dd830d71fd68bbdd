"""What hangs on comments and messages on Facebook and Instagram, as Graph and its webhooks tell it.

https://developers.facebook.com/docs/messenger-platform/webhooks/message-events
Webhooks give no ids, so everything is known by its place.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.talk import Attachment

KINDS = {"image": "picture", "photo": "picture", "video": "video", "ig_reel": "video", "reel": "video", "audio": "audio"}
LINKS = ("fallback", "template", "share")  # they hold a link, which the text has as well, and no file


def of_message(attachments: object) -> tuple[Attachment, ...]:
    """Of a message, in either form: `{"data": [...]}` when it was asked for, `[...]` in a webhook."""
    found = attachments.get("data", []) if isinstance(attachments, Mapping) else attachments
    return tuple(_each(found)) if isinstance(found, list) else ()


def _each(found: list[Any]) -> Iterator[Attachment]:
    for one in found:
        if attachment := _delivered(one) if "payload" in one else _read(one):
            yield attachment


def _delivered(one: Mapping[str, Any]) -> Attachment | None:
    payload, kind = one.get("payload") or {}, str(one.get("type"))
    if not payload.get("url") or kind in LINKS:
        return None
    return Attachment("sticker" if payload.get("sticker_id") else KINDS.get(kind, "file"), str(payload["url"]))


def _read(one: Mapping[str, Any]) -> Attachment | None:
    name = str(one.get("name", ""))
    for field, kind in (("image_data", "picture"), ("video_data", "video")):
        data = one.get(field) or {}
        if data.get("url"):
            return Attachment("sticker" if data.get("render_as_sticker") else kind, str(data["url"]), name=name)
    sound = str(one.get("mime_type", "")).startswith("audio/")
    return Attachment("audio" if sound else "file", str(one["file_url"]), name=name) if one.get("file_url") else None


def of_comment(node: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """A comment has one at the most: `attachment` when it was asked for, which shows a film by its first picture; `photo` or
    `video` in a webhook."""
    told = node.get("attachment") or {}
    named = str(told.get("type"))
    url = ((told.get("media") or {}).get("image") or {}).get("src")
    if url and named not in LINKS:
        kind = "sticker" if "sticker" in named else "video" if "video" in named else "picture"
        return (Attachment(kind, str(url), alt=str(told.get("title") or "")),)
    return tuple(Attachment(KINDS[name], str(node[name])) for name in ("photo", "video") if node.get(name))
