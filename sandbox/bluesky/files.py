"""What a file is, by its first bytes."""

from __future__ import annotations


def sniff(content: bytes) -> str:
    """The type, "" when unknown."""
    if content[4:8] == b"ftyp":
        return "video/quicktime" if content[8:10] == b"qt" else "video/mp4"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    starts = {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG\r\n": "image/png",
        b"GIF8": "image/gif",
        b"BM": "image/bmp",
        b"WEBVTT": "text/vtt",
        b"\x1aE\xdf\xa3": "video/webm",
    }
    return next((mime for start, mime in starts.items() if content.startswith(start)), "")
