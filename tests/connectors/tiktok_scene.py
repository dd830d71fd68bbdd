"""The cast of the TikTok tests: an account on the practice network, its connector, real films and photos that it can fetch."""

import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import imageio_ffmpeg
from PIL import Image

from connectors.data import JPEG, MP4, Accepted, Media, Outgoing, Progress, Sent, Tokens, Uncertain
from connectors.oauth import new_verifier
from connectors.tiktok import TikTok
from tests.connectors.scenery import RETURN_TO, Scenery, now
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

MEGABYTE = 1_000_000


class Scene(Scenery[TikTok]):
    """One new account, and everything that a test does with it."""

    kind = TikTok

    def __init__(self, practice: Practice, folder: Path, photos_at: str = "", **details: Any) -> None:
        super().__init__(practice, folder, **details)
        self.photos_at = photos_at

    # -- the connector ---------------------------------------------------------------------------------------------

    def consents(self, answer: str = "allow", without: tuple[str, ...] = ()) -> tuple[dict[str, str], str]:
        """Go through the consent page as a person does: what comes back to us, and the verifier."""
        verifier = new_verifier()
        return self.answers_at(TikTok.authorize_url(self.app, RETURN_TO, "state-1", verifier), answer, without), verifier

    def connects(self, without: tuple[str, ...] = ()) -> Tokens:
        back, verifier = self.consents(without=without)
        assert back["state"] == "state-1"
        return TikTok.exchange(self.app, self.http(), back["code"], RETURN_TO, verifier)

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(self, text: str = "Ice cold in 40 °C.", *media: Media, doubted: bool = False, **options: Any) -> Outgoing:
        chosen = {"privacy": "PUBLIC_TO_EVERYONE"} | options
        return Outgoing("key-1", text, media or (self.video(),), options=chosen, doubted=doubted)

    def accepted(self, post: Outgoing, progress: Progress | None = None) -> Accepted:
        progress, tiktok = progress or Progress(), self.connector()
        tiktok.prepare(post, progress)
        return tiktok.publish(post, progress)

    def publishes(self, post: Outgoing, progress: Progress | None = None) -> Sent:
        """Until TikTok says that it is out."""
        progress = progress or Progress()
        since, handle = now(), self.accepted(post, progress).handle
        return self.confirmed(post, progress, Uncertain(since, handle))

    def confirmed(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent:
        tiktok = self.connector()

        def found() -> Sent | None:
            answer = tiktok.confirm(post, progress, doubt)
            assert answer is not None
            return answer if isinstance(answer, Sent) else None

        self.practice.control("POST", "limits", network="tiktok", enforced=False)  # a person waits longer between looks
        return until(found) or Sent("")

    # -- files -----------------------------------------------------------------------------------------------------

    def video(self, name: str = "film.mp4", size: int = 0) -> Media:
        """Six seconds, upright; filled up to `size` bytes with a box of nothing."""
        filling = max(size - len(film()), 0)
        content = film() + (struct.pack(">I4s", filling, b"free") + bytes(filling - 8) if filling else b"")
        return self._file(name, MP4, content, "", 720, 1280, 6.0)

    def photo(self, name: str = "photo.jpg", width: int = 1200, height: int = 900, kind: str = "JPEG") -> Media:
        path = self.folder / name
        Image.new("RGB", (width, height), "skyblue").save(path, kind)
        return self._file(name, JPEG, path.read_bytes(), "", width, height)

    def _file(self, name: str, mime: str, content: bytes, alt: str, width: int, height: int, seconds: float = 0) -> Media:
        url = f"{self.photos_at}/{name}" if self.photos_at else ""
        return replace(super()._file(name, mime, content, alt, width, height, seconds), url=url)


@contextmanager
def serving_files(folder: Path) -> Iterator[str]:
    """Our web server, where TikTok fetches photos; its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@cache
def film() -> bytes:
    """Six seconds of H.264, 720 x 1280."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        source = "color=c=skyblue:s=720x1280:r=25:d=6"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-f", "lavfi", "-i", source]
        command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path)]
        subprocess.run(command, check=True, timeout=60)
        return path.read_bytes()
