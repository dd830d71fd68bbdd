"""Photos without what they tell of their maker: place, camera, editor, comments. The pixels stay as they are, bit by bit;
orientation and colour profile stay too, for without them the photo would look different."""

import io
import re
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

ORIENTATION = 0x0112
FIRST_SCAN, END = 0xDA, 0xD9
NEXT_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")  # 00 and D0-D7 are part of the pixels
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_TELLS = (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"caBX")
WEBP_TELLS = (b"EXIF", b"XMP ")
WEBP_HAS_EXIF, WEBP_HAS_XMP = 0x08, 0x04


def stripped(content: bytes) -> bytes:
    """The picture without its metadata; what is neither JPEG, PNG nor WebP comes back as it is. Raises OSError or ValueError
    for what cannot be read at all."""
    try:
        turned = _orientation(content)
        match content[:4]:
            case b"\x89PNG":
                return b"".join([PNG_HEAD, *_png(content, turned)])
            case b"RIFF":
                return _webp(content, turned)
        return b"".join(_jpeg(content, turned)) if content[:2] == b"\xff\xd8" else content
    except (struct.error, ValueError, IndexError, UnidentifiedImageError, OSError):
        return _saved_anew(content)


def _orientation(content: bytes) -> bytes:
    """TIFF data that says only how the picture is turned; empty for one that stands upright."""
    with Image.open(io.BytesIO(content)) as picture:
        turned = picture.getexif().get(ORIENTATION, 1)
    if turned not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    return exif.tobytes().removeprefix(b"Exif\0\0")


def _saved_anew(content: bytes) -> bytes:
    """For a file whose parts cannot be told apart, though it can be shown."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        exif = Image.Exif()
        exif[ORIENTATION] = picture.getexif().get(ORIENTATION, 1)
        picture.save(buffer, picture.format, quality=95, exif=exif, icc_profile=picture.info.get("icc_profile"))
    return buffer.getvalue()


# -- JPEG: ITU-T T.81, annex B ------------------------------------------------------------------------------------------------


def _jpeg(content: bytes, turned: bytes) -> Iterator[bytes]:
    """Segment by segment to the end of the picture: what hangs behind it (a second picture, a film) tells as much."""
    yield content[:2]
    if turned:
        exif = b"Exif\0\0" + turned
        yield b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    at = 2
    while at < len(content):
        if not (found := NEXT_MARKER.search(content, at)):
            break
        marker, start = found[1][0], found.end()
        if marker == END:
            break
        end = start + struct.unpack_from(">H", content, start)[0]
        if not _tells(marker, content[start + 2 : start + 16]):
            yield content[start - 2 : end]
        at = end
        if marker == FIRST_SCAN:
            at = following.start() if (following := NEXT_MARKER.search(content, end)) else len(content)
            yield content[end:at]
    yield b"\xff\xd9"


def _tells(marker: int, begins: bytes) -> bool:
    """Comments, and application data but the sizes (JFIF), the colours (ICC) and how they are coded (Adobe)."""
    if marker == 0xE2:
        return not begins.startswith(b"ICC_PROFILE\0")
    return marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE)


# -- PNG and WebP: chunks ---------------------------------------------------------------------------------------------------


def _png(content: bytes, turned: bytes) -> Iterator[bytes]:
    at = len(PNG_HEAD)
    while at < len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"IDAT" and turned:
            yield struct.pack(">I", len(turned)) + b"eXIf" + turned + struct.pack(">I", zlib.crc32(b"eXIf" + turned))
            turned = b""
        if kind not in PNG_TELLS:
            yield content[at : at + size + 12]
        at += size + 12
        if kind == b"IEND":
            return
    raise ValueError("no end")


def _webp(content: bytes, turned: bytes) -> bytes:
    parts = [bytes(part) for part in _webp_parts(content)]
    if turned:
        parts.append(b"EXIF" + struct.pack("<I", len(turned)) + turned + b"\0" * (len(turned) % 2))
    if parts and parts[0][:4] == b"VP8X":
        flags = parts[0][8] & ~WEBP_HAS_XMP & ~WEBP_HAS_EXIF | (WEBP_HAS_EXIF if turned else 0)
        parts[0] = parts[0][:8] + bytes([flags]) + parts[0][9:]
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_parts(content: bytes) -> Iterator[bytes]:
    at, end = 12, min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while at + 8 <= end:
        kind, size = struct.unpack_from("<4sI", content, at)
        padded = 8 + size + size % 2
        if kind not in WEBP_TELLS:
            yield content[at : at + padded]
        at += padded
