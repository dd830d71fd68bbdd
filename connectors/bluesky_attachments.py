"""What hangs on posts on Bluesky, as its AppView shows it.

https://docs.bsky.app/docs/advanced-guides/posts#images-embeds
A film is only there in pieces for players, so its picture stands for it; links and quotes are no files.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.talk import Attachment

View = Mapping[str, Any]

KEEPS_FILES = ("app.bsky.embed.images", "app.bsky.embed.gallery", "app.bsky.embed.video")


def of_view(view: View) -> tuple[Attachment, ...]:
    """Of a post that the AppView shows."""
    return tuple(_shown(_media(view.get("embed") or {})))


def lacks_files(view: View) -> bool:
    """Whether it tells of files without their addresses: a notification has the bare record."""
    return "embed" not in view and _kind(_media(view["record"].get("embed") or {})) in KEEPS_FILES


def _media(embed: View) -> View:
    """Of a quote with media the media."""
    found: View = embed.get("media") or {} if _kind(embed) == "app.bsky.embed.recordWithMedia" else embed
    return found


def _kind(embed: View) -> str:
    return str(embed.get("$type", "")).removesuffix("#view")


def _shown(embed: View) -> Iterator[Attachment]:
    for one in embed.get("images") or embed.get("items") or ():
        url = str(one.get("fullsize") or one.get("thumb") or "")
        yield Attachment("picture", url, url.rpartition("/")[2].partition("@")[0], alt=str(one.get("alt") or ""))
    if _kind(embed) == "app.bsky.embed.video" and embed.get("thumbnail"):
        yield Attachment("video", str(embed["thumbnail"]), str(embed.get("cid") or ""), alt=str(embed.get("alt") or ""))
