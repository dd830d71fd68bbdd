"""Small real files: photos made by Pillow, films by ffmpeg, once a run; and a server for networks that fetch them."""

import hashlib
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import imageio_ffmpeg
from PIL import Image

from connectors.data import GIF, JPEG, MP4, PNG, Media

SIZES = {
    "photo.jpg": (1200, 900),
    "second.jpg": (1080, 1080),
    "photo.png": (640, 480),
    "fizz.gif": (320, 240),
    "tall.jpg": (1080, 1920),
}
FILMS = {"film.mp4": (1280, 720), "upright.mp4": (720, 1280)}
MIME = {"vtt": "text/vtt", "jpg": JPEG, "png": PNG, "gif": GIF, "mp4": MP4}
SECONDS = 6


class Files:
    """Media by name, made when they are first wanted; `base_url` is where they can be fetched."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.folder, self.base_url = folder, base_url

    def media(self, name: str, alt: str = "") -> Media:
        """The file as a connector is given it."""
        path = self.folder / name
        if not path.exists():
            _MAKERS[path.suffix](path)
        width, height = (SIZES | FILMS).get(name, (0, 0))
        content = path.read_bytes()
        seconds, mime = SECONDS if name in FILMS else 0, MIME[path.suffix[1:]]
        mark = hashlib.sha256(content).hexdigest()
        return Media(str(path), mime, len(content), name, alt, width, height, seconds, mark, f"{self.base_url}/{name}")


def _photo(path: Path) -> None:
    frames = [Image.new("RGB", SIZES[path.name], colour) for colour in ("skyblue", "white")]
    more: dict[str, Any] = {"save_all": True, "append_images": frames[1:]} if path.suffix == ".gif" else {}
    frames[0].save(path, **more)


def _film(path: Path) -> None:
    size = "x".join(str(side) for side in FILMS[path.name])
    picture = ["-f", "lavfi", "-t", str(SECONDS), "-i", f"color=c=skyblue:s={size}:r=25"]
    silence = ["-f", "lavfi", "-t", str(SECONDS), "-i", "anullsrc=r=48000:cl=stereo"]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"]
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"]
    subprocess.run([*ffmpeg, *picture, *silence, *coding, "-shortest", str(path)], check=True, timeout=60)


def _captions(path: Path) -> None:
    path.write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nIce cold.\n")


_MAKERS = {".vtt": _captions, ".mp4": _film, ".jpg": _photo, ".png": _photo, ".gif": _photo}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[Files]:
    """Files of `folder`, to be had over HTTP as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield Files(folder, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
