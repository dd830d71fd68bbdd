"""`media_source` of a new pin: what is allowed in it, and the pictures that come as base64.
https://developers.pinterest.com/docs/api/v5/pins-create"""

from __future__ import annotations

import base64
import io
import re
from typing import Any

from PIL import Image, UnidentifiedImageError

from sandbox.pinterest import answers

TEXT, DIGITS = "text", r"\d+"
LARGEST_IMAGE = 20 * 1024 * 1024
PICTURE = {"content_type", "data"}
KNOWN: dict[str, set[str]] = {
    "image_base64": {*PICTURE, "is_standard"},
    "multiple_image_base64": {"items", "index"},
    "video_id": {
        *("media_id", "is_standard", "cover_image_url"),
        *("cover_image_content_type", "cover_image_data", "cover_image_key_frame_time"),
    },
    "image_url": {"url", "is_standard"},
    "multiple_image_urls": {"items", "index"},
}
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
SAME_RATIO = 0.01  # pictures of a carousel have the same shape; how exactly is not documented
TITLE, DESCRIPTION, LINK, ALT = 100, 800, 2048, 500


def source_of(body: dict[str, Any]) -> dict[str, Any]:
    """The media source with its type checked. Stricter than documented: unknown fields are refused, to catch typing errors."""
    source = body.get("media_source")
    if not isinstance(source, dict):
        raise answers.invalid("media_source is missing.")
    kind = source.get("source_type")
    if kind not in KNOWN:
        raise answers.invalid(f"media_source.source_type {kind!r} is not one of {', '.join(KNOWN)}.")
    only(source, {"source_type", *KNOWN[kind]}, "media_source")
    if kind.endswith(("_url", "_urls")):
        raise answers.invalid("Sorry, we could not fetch the image (the practice network loads nothing from the internet).")
    return source


def only(body: dict[str, Any], known: set[str], where: str) -> None:
    """Refusal 400 for a field that isn't known."""
    if unknown := set(body) - known:
        raise answers.invalid(f"{where} has an unknown field {min(unknown)!r}.")


def text(body: dict[str, Any], name: str, most: int) -> str:
    """An optional text of at most so many characters."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise answers.invalid(f"{name} must be a string.")
    if len(value) > most:
        raise answers.invalid(f"{name} has {len(value)} characters, at most {most} are allowed.")
    return value


def digits(body: dict[str, Any], name: str) -> str:
    """An optional id: digits in a string."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not re.fullmatch(DIGITS, value):
        raise answers.invalid(f"{name} {value!r} does not match '^\\d+$'.")
    return value


def link(body: dict[str, Any]) -> str:
    """An optional address."""
    found = text(body, "link", LINK)
    if found and not re.match(r"https?://[^\s/]+", found):
        raise answers.invalid("link is not a valid URL.")
    if "spam.example" in found:  # stands for everything on Pinterest's block list
        raise answers.Refusal(403, 403, "Sorry! We blocked this link because it may lead to spam.")
    return found


def picture(item: dict[str, Any], where: str = "media_source", names: tuple[str, str] = ("content_type", "data")) -> bytes:
    """A picture given as base64, checked: its type, its size, that it can be opened."""
    mime, data = (item.get(name) for name in names)
    if mime not in FORMATS:
        raise answers.invalid(f"{where}.{names[0]} {mime!r} is not one of {', '.join(FORMATS)}.")
    if not isinstance(data, str) or not re.fullmatch(r"[a-zA-Z0-9+/=]+", data):
        raise answers.invalid(f"{where}.{names[1]} is not base64.")
    try:
        content = base64.b64decode(data, validate=True)
    except ValueError as error:
        raise answers.invalid(f"{where}.{names[1]} is not base64.") from error
    if len(content) > LARGEST_IMAGE:
        raise answers.invalid(f"{where}.{names[1]} has {len(content)} bytes, at most {LARGEST_IMAGE} are allowed.")
    if size(content)[0] != FORMATS[mime]:
        raise answers.invalid(f"{where}.{names[1]} is not a picture of the type {mime}.")
    return content


def slides(source: dict[str, Any]) -> list[bytes]:
    """The pictures of a carousel: 2 to 5 of the same shape."""
    items = source.get("items")
    if not isinstance(items, list) or not 2 <= len(items) <= 5:
        raise answers.invalid("media_source.items must have 2 to 5 items.")
    for item in items:
        only(item, {*PICTURE, "title", "description", "link"}, "media_source.items")
        text(item, "title", TITLE)
        text(item, "description", DESCRIPTION)
        link(item)
    index = source.get("index", 0)
    if not isinstance(index, int) or not 0 <= index < len(items):
        raise answers.invalid(f"media_source.index {index!r} is not the place of an item.")
    contents = [picture(item, "media_source.items") for item in items]
    ratios = [width / height for _, width, height in map(size, contents)]
    if max(ratios) / min(ratios) > 1 + SAME_RATIO:
        raise answers.invalid("The images of a carousel must have the same aspect ratio.")
    return contents


def size(content: bytes) -> tuple[str, int, int]:
    """Format, width, height; an empty format for what is no picture."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.format or "", image.width, image.height
    except (UnidentifiedImageError, OSError):
        return "", 0, 0
