"""What TikTok refuses before it takes anything: wrong parameters, sizes and chunks, addresses, a privacy level not offered."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sandbox.store import Doc
from sandbox.tiktok.calls import Problem, invalid

MEGABYTE = 1_000_000
SMALLEST_CHUNK, LARGEST_CHUNK, LARGEST_LAST, MOST_CHUNKS = 5 * MEGABYTE, 64 * MEGABYTE, 128 * MEGABYTE, 1000
LARGEST_VIDEO = 4000 * MEGABYTE
CAPTION, TITLE, DESCRIPTION, MOST_PHOTOS = 2200, 90, 4000, 35
PUBLIC, FRIENDS, FOLLOWERS, PRIVATE = "PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"

COMMON = {
    "title": str,
    "privacy_level": str,
    "disable_comment": bool,
    "brand_content_toggle": bool,
    "brand_organic_toggle": bool,
}
VIDEO_POST = COMMON | {
    "disable_duet": bool,
    "disable_stitch": bool,
    "video_cover_timestamp_ms": int,
    "is_aigc": bool,
}
PHOTO_POST = COMMON | {"description": str, "auto_add_music": bool}
FILE_SOURCE = {"source": str, "video_size": int, "chunk_size": int, "total_chunk_count": int}
VIDEO_URL_SOURCE = {"source": str, "video_url": str}
PHOTO_SOURCE = {"source": str, "photo_cover_index": int, "photo_images": list}


def privacy_levels(account: Doc) -> list[str]:
    """What creator_info offers: a private account has followers where a public one has everyone."""
    return [FOLLOWERS if account.get("private") else PUBLIC, FRIENDS, PRIVATE]


def units(text: str) -> int:
    """UTF-16 code units, as TikTok counts."""
    return len(text.encode("utf-16-le")) // 2


def part(body: dict[str, Any], name: str) -> dict[str, Any]:
    """`post_info` or `source_info`."""
    found = body.get(name)
    if not isinstance(found, dict):
        raise invalid(f"{name} is required")
    return found


def shape(found: dict[str, Any], known: Mapping[str, type], where: str) -> None:
    """Only known names with values of their type. TikTok overlooks unknown names; practice does not, so that typos show."""
    for name, value in found.items():
        if name not in known:
            raise invalid(f"{where}.{name} is unknown")
        if not isinstance(value, known[name]) or (known[name] is int and isinstance(value, bool)):
            raise invalid(f"{where}.{name} must be {known[name].__name__}")


def names(body: dict[str, Any], *known: str) -> None:
    """Only these at the top."""
    if unknown := set(body) - set(known):
        raise invalid(f"{min(unknown)} is unknown")


def direct_post(account: Doc, info: dict[str, Any]) -> None:
    """The settings of a post that goes out by itself."""
    level = info.get("privacy_level")
    if not level:
        raise invalid("post_info.privacy_level is required")
    if account.get("unaudited") and (level != PRIVATE or not account.get("private")):
        raise Problem(
            403,
            "unaudited_client_can_only_post_to_private_accounts",
            "Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/",
        )
    if level not in privacy_levels(account):
        raise Problem(403, "privacy_level_option_mismatch", "The privacy level is not one of the creator's options.")
    if level == PRIVATE and info.get("brand_content_toggle"):
        raise invalid("Branded content visibility cannot be set to private.")


def video_info(info: dict[str, Any]) -> None:
    """`post_info` of a video."""
    shape(info, VIDEO_POST, "post_info")
    if units(info.get("title", "")) > CAPTION:
        raise invalid(f"post_info.title exceeds {CAPTION} UTF-16 code units")
    if info.get("video_cover_timestamp_ms", 0) < 0:
        raise invalid("post_info.video_cover_timestamp_ms is negative")


def photo_info(info: dict[str, Any]) -> None:
    """`post_info` of photos."""
    shape(info, PHOTO_POST, "post_info")
    for name, most in (("title", TITLE), ("description", DESCRIPTION)):
        if units(info.get(name, "")) > most:
            raise invalid(f"post_info.{name} exceeds {most} UTF-16 code units")


def file_source(source: dict[str, Any]) -> None:
    """https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide"""
    shape(source, FILE_SOURCE, "source_info")
    if missing := set(FILE_SOURCE) - set(source):
        raise invalid(f"source_info.{min(missing)} is required")
    size, chunk, count = source["video_size"], source["chunk_size"], source["total_chunk_count"]
    if not 0 < size <= LARGEST_VIDEO:
        raise invalid("The video size is invalid")
    if chunk <= 0 or count != size // chunk or not 1 <= count <= MOST_CHUNKS:
        raise invalid("The total chunk count is invalid")
    whole = chunk == size and size <= LARGEST_CHUNK
    if not whole and not SMALLEST_CHUNK <= chunk <= LARGEST_CHUNK:
        raise invalid("The chunk size is invalid")
    if size - (count - 1) * chunk > LARGEST_LAST:
        raise invalid("The last chunk is too large")


def video_url_source(account: Doc, source: dict[str, Any]) -> None:
    """A video that TikTok fetches."""
    shape(source, VIDEO_URL_SOURCE, "source_info")
    address(account, source.get("video_url", ""))


def photo_source(account: Doc, source: dict[str, Any]) -> None:
    """Photos are always fetched."""
    shape(source, PHOTO_SOURCE, "source_info")
    if source.get("source") != "PULL_FROM_URL":
        raise invalid("source_info.source must be PULL_FROM_URL")
    images = source.get("photo_images", [])
    if not 1 <= len(images) <= MOST_PHOTOS or not all(isinstance(image, str) for image in images):
        raise invalid(f"source_info.photo_images must be 1 to {MOST_PHOTOS} addresses")
    if not 0 <= source.get("photo_cover_index", 0) < len(images):
        raise invalid("source_info.photo_cover_index is out of range")
    for image in images:
        address(account, image)


def address(account: Doc, url: str) -> None:
    """https below a verified prefix."""
    if not loadable(url):
        raise invalid(f"The address is not https: {url[:100]}")
    if not verified(account, url):
        raise Problem(403, "url_ownership_unverified", "Please verify the ownership of the URL first.")


def loadable(url: str) -> bool:
    """https; machines of one's own may speak plain http: nobody practises with a certificate."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and _is_near(str(parts.hostname))))


def verified(account: Doc, url: str) -> bool:
    """An account may list its app's prefixes (`verified_urls`); without a list every host counts as verified."""
    prefixes = account.get("verified_urls")
    return prefixes is None or any(url.startswith(prefix) for prefix in prefixes)


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local"))
