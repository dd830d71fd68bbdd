"""What an uploaded file is: container by its first bytes; length and size of the picture where it is MP4 or QuickTime."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MOOV_AT_MOST = 64 * 1024 * 1024
ATOMS = (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip", b"pnot")
STARTS = {
    b"\x1a\x45\xdf\xa3": "webm",
    b"RIFF": "avi",
    b"FLV\x01": "flv",
    b"\x00\x00\x01\xba": "mpegps",
    b"\x00\x00\x01\xb3": "mpeg",
    b"\x30\x26\xb2\x75": "asf",
    b"G@": "mpegts",
}
SHORT_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Clip:
    """`container` is "" when the file is no video; `seconds` 0, `width` and `height` 0 when they can't be told."""

    container: str = ""
    seconds: float = 0.0
    width: int = 0
    height: int = 0

    @property
    def is_short(self) -> bool:
        """At most three minutes and square or taller: YouTube shows it as a Short by itself."""
        return 0 < self.seconds <= SHORT_SECONDS and 0 < self.width <= self.height


def look(path: Path) -> Clip:
    """Read the file's boxes, never its frames."""
    with path.open("rb") as file:
        start = file.read(12)
        if start[4:8] in ATOMS:
            return _movie(file)
    return Clip(next((name for magic, name in STARTS.items() if start.startswith(magic)), ""))


def iso_duration(seconds: float) -> str:
    """`PT1M1S`, `P0D` for nothing, as in contentDetails.duration."""
    whole = round(seconds)
    if not whole:
        return "P0D"
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return "PT" + "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if number)


def _movie(file: BinaryIO) -> Clip:
    file.seek(0, 2)
    end, at = file.tell(), 0
    while at + 8 <= end:
        file.seek(at)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        if name == b"moov" and size <= MOOV_AT_MOST:
            return _moov(file.read(size - head))
        if size < head:  # 0 means "to the end of the file"; less is broken
            break
        at += size
    return Clip("mp4")


def _moov(content: bytes) -> Clip:
    seconds, width, height = 0.0, 0, 0
    for name, box in _boxes(content):
        if name == b"mvhd":
            seconds = _seconds(box)
        elif name == b"trak":
            for inner, header in _boxes(box):
                if inner == b"tkhd" and len(header) >= 84:
                    width, height = max((width, height), _size(header))
    return Clip("mp4", seconds, width, height)


def _boxes(content: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 0
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        if size < 8:
            break
        found.append((name, content[at + 8 : at + size]))
        at += size
    return found


def _seconds(mvhd: bytes) -> float:
    if len(mvhd) < 32:
        return 0.0
    scale, length = struct.unpack_from(">IQ", mvhd, 20) if mvhd[0] == 1 else struct.unpack_from(">II", mvhd, 12)
    return float(length / scale) if scale else 0.0


def _size(tkhd: bytes) -> tuple[int, int]:
    """The last 44 bytes are a 3x3 matrix and the size in 16.16; phones store upright pictures lying, with a turned matrix."""
    matrix = struct.unpack_from(">9i", tkhd, len(tkhd) - 44)
    width, height = (side >> 16 for side in struct.unpack_from(">II", tkhd, len(tkhd) - 8))
    turned = matrix[0] == 0 and matrix[4] == 0 and matrix[1] != 0
    return (height, width) if turned else (width, height)
