"""What a Page's message consists of: words, or a file that Meta loads from an address. Messenger's and Instagram's alike.
https://developers.facebook.com/docs/messenger-platform/send-messages"""

from __future__ import annotations

import asyncio
import io
from typing import Any
from urllib.parse import urlsplit

import requests
from PIL import Image, UnidentifiedImageError

from sandbox.facebook.call import Call
from sandbox.facebook.errors import GraphError, invalid
from sandbox.network import Network
from sandbox.store import Doc

TYPES = ("image", "video", "audio", "file", "template")
LONGEST_FETCH = 30.0
LARGEST = {"image": 8 * 1024 * 1024}
LARGEST_OTHER = 25 * 1024 * 1024
IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif"}


def parts(call: Call) -> tuple[str, dict[str, Any]]:
    """The words and the attachment of the parameter `message`, one of which is empty."""
    message = call.object("message") or {}
    text, attachment = message.get("text", ""), message.get("attachment") or {}
    if not isinstance(text, str) or not isinstance(attachment, dict) or not (text or attachment):
        raise invalid("Param message must have a text or an attachment")
    if text and attachment:
        raise invalid("Param message must have either a text or an attachment, not both")
    if attachment and attachment.get("type") not in TYPES:
        raise invalid(f"Param message[attachment][type] must be one of {{{', '.join(TYPES)}}}")
    if attachment and not isinstance(attachment.get("payload"), dict):
        raise invalid("The parameter message[attachment][payload] is required")
    return text, attachment


async def load(net: Network, attachment: dict[str, Any], owner: str) -> Doc | None:
    """The file as a `media` document of the account. None where there is none, or nothing to load (a template)."""
    kind = attachment.get("type", "template")
    if kind == "template":
        return None
    content, mime = await _fetch(net, str(attachment["payload"].get("url", "")))
    if len(content) > LARGEST.get(kind, LARGEST_OTHER):
        raise GraphError(100, "(#100) Attachment size exceeds allowable limit", 2018047)
    mime = _image(content) if kind == "image" else mime
    if kind in ("video", "audio") and not mime.startswith(f"{kind}/"):
        raise GraphError(100, "(#100) Upload attachment failure.", 2018047)
    name = f"from-the-page.{mime.partition('/')[2]}"
    media = net.docs.put("media", {"mime": mime, "type": kind, "alt": "", "name": name}, owner=owner)
    net.files.write(media.id, content)
    return media


async def _fetch(net: Network, url: str) -> tuple[bytes, str]:
    """The bytes behind an address and what it says that they are."""
    failed = GraphError(100, "(#100) Failed to fetch the file from the url", 2018008)
    if urlsplit(url).scheme not in ("http", "https"):
        raise failed
    try:
        reply = await asyncio.to_thread(net.hooks.http.get, url, timeout=LONGEST_FETCH)
    except requests.RequestException as error:
        raise failed from error
    if reply.status_code != 200:
        raise failed
    return bytes(reply.content), reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _image(content: bytes) -> str:
    """The MIME type of a picture."""
    try:
        with Image.open(io.BytesIO(content), formats=list(IMAGES)) as image:
            return IMAGES[str(image.format)]
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise GraphError(100, "(#100) Upload attachment failure.", 2018047) from error
