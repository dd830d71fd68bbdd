"""What an uploaded video is, by the boxes of its file: container, codec, length, size of the picture (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOVIE_HEADERS = 64 * 1024 * 1024
CODECS = {b"avc1": "h264", b"avc3": "h264", b"hvc1": "h265", b"hev1": "h265"}
LEAST_SECONDS, MOST_SECONDS = 4, 15 * 60
NARROWEST, WIDEST = 1 / 2, 1.91


@dataclass(frozen=True, slots=True)
class Film:
    """Seconds, pixels, codec as far as they can be told."""

    seconds: float = 0.0
    width: int = 0
    height: int = 0
    codec: str = ""

    def wrong(self) -> str:
        """Why Pinterest can't process it, or ""."""
        if not self.codec:
            return "not an MP4, MOV or M4V file with H.264 or H.265"
        if not LEAST_SECONDS <= self.seconds <= MOST_SECONDS:
            return f"lasts {self.seconds:g} s, not {LEAST_SECONDS} to {MOST_SECONDS}"
        if not self.height or not NARROWEST - 0.01 <= self.width / self.height <= WIDEST + 0.01:
            return f"{self.width} x {self.height} is not between 1.91:1 and 1:2"
        return ""


def look(path: Path) -> Film:
    """Read the file's `moov` box, never its frames. An empty Film for anything else."""
    with path.open("rb") as file:
        if file.read(8)[4:] != b"ftyp":
            return Film()
        at, end = 0, path.stat().st_size
        while at + 8 <= end:
            file.seek(at)
            size, name = struct.unpack(">I4s", file.read(8))
            head = 8
            if size == 1:
                size, head = struct.unpack(">Q", file.read(8))[0], 16
            if name == b"moov" and size <= MOVIE_HEADERS:
                return _film(file.read(size - head))
            if size < head:
                break
            at += size
    return Film()


def _film(moov: bytes) -> Film:
    seconds, width, height = 0.0, 0, 0
    for name, box in _boxes(moov):
        if name == b"mvhd" and len(box) >= 32:
            scale, length = struct.unpack_from(">IQ", box, 20) if box[0] == 1 else struct.unpack_from(">II", box, 12)
            seconds = length / scale if scale else 0.0
        for inner, header in _boxes(box) if name == b"trak" else ():
            if inner == b"tkhd" and len(header) >= 84:
                width, height = max((width, height), _upright(header))
    codec = next((codec for mark, codec in CODECS.items() if mark in moov), "")
    return Film(seconds, width, height, codec)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        if size < 8:
            return
        yield name, content[at + 8 : at + size]
        at += size


def _upright(tkhd: bytes) -> tuple[int, int]:
    """Width and height in 16.16 at the end of the box, swapped where the matrix before them turns the picture."""
    matrix = struct.unpack_from(">9i", tkhd, len(tkhd) - 44)
    width, height = (side >> 16 for side in struct.unpack_from(">II", tkhd, len(tkhd) - 8))
    return (height, width) if matrix[0] == 0 and matrix[1] != 0 else (width, height)
