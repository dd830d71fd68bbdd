"""The cast of the Pinterest tests: an account on the practice network, its connector, real pictures and films."""

import json
import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import imageio_ffmpeg
import requests
from PIL import Image

from connectors.data import JPEG, MP4, PNG, Media, Outgoing, Tokens
from connectors.pinterest import Pinterest
from tests.connectors.scenery import RETURN_TO, Scenery


@cache
def film(seconds: int, width: int, height: int) -> bytes:
    """A real H.264 film."""
    source = f"testsrc=size={width}x{height}:rate=5:duration={seconds}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        subprocess.run([*command, "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)], check=True, timeout=60)
        return path.read_bytes()


class Scene(Scenery[Pinterest]):
    """One new account, and everything that a test does with it."""

    kind = Pinterest

    # -- the connector ---------------------------------------------------------------------------------------------

    def consents(self, answer: str = "allow") -> dict[str, str]:
        """Go through the consent page as a person does: what comes back to us."""
        return self.answers_at(Pinterest.authorize_url(self.app, RETURN_TO, "state-1", "unused"), answer)

    def connects(self) -> Tokens:
        back = self.consents()
        assert back["state"] == "state-1"
        return Pinterest.exchange(self.app, self.http(), back["code"], RETURN_TO, "unused")

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(
        self, text: str = "Ice cold in 40 °C.", *media: Media, link: str = "", doubted: bool = False, **options: Any
    ) -> Outgoing:
        return Outgoing("key-1", text, media or (self.photo(),), link, options, doubted=doubted)

    # -- files -----------------------------------------------------------------------------------------------------

    def photo(self, name: str = "photo.jpg", alt: str = "", size: tuple[int, int] = (1200, 900), color: str = "navy") -> Media:
        content = BytesIO()
        mime = PNG if name.endswith(".png") else JPEG
        Image.new("RGB", size, color).save(content, "PNG" if mime == PNG else "JPEG")
        return self._file(name, mime, content.getvalue(), alt, *size)

    def film(self, seconds: int = 6, width: int = 720, height: int = 1280, alt: str = "", name: str = "film.mp4") -> Media:
        return self._file(name, MP4, film(seconds, width, height), alt, width, height, seconds)

    def junk(self) -> Media:
        return self._file("junk.mp4", MP4, b"not a film" * 100, "", 1280, 720, 6)

    # -- the practice network --------------------------------------------------------------------------------------

    def api(self, method: str, path: str, **how: Any) -> Any:
        """A call as the account, past our connector (somebody at work on pinterest.com)."""
        headers = {"Authorization": f"Bearer {self.account['access_token']}"}
        answer = self.practice.http.request(method, f"{self.app.base_url}/v5{path}", headers=headers, timeout=10, **how)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def board(self, name: str, *sections: str) -> str:
        """A new board; its id."""
        made = self.api("POST", "/boards", json={"name": name})
        for section in sections:
            self.api("POST", f"/boards/{made['id']}/sections", json={"name": section})
        return str(made["id"])


def answered(
    status: int, body: Any, headers: dict[str, str] | None = None, method: str = "POST", path: str = "/v5/pins"
) -> requests.Response:
    """An answer that the practice network does not give, made by hand."""
    response = requests.Response()
    response.status_code = status
    response.url = f"https://api.pinterest.com{path}"
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response.headers.update(headers or {})
    response.request = requests.Request(method, response.url).prepare()
    return response
