"""The cast of the Mastodon tests: an account on the practice server, its connector, files."""

import json
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

import imageio_ffmpeg
import requests
from PIL import Image

from connectors.data import GIF, JPEG, MP4, PNG, App, Media, Outgoing, Tokens
from connectors.mastodon import Mastodon
from connectors.oauth import new_verifier
from connectors.talk import Incoming
from tests.connectors.scenery import RETURN_TO, Scenery, now


class Scene(Scenery[Mastodon]):
    """One new account, and everything that a test does with it."""

    kind = Mastodon

    # -- the connector ---------------------------------------------------------------------------------------------

    def consents(self, app: App | None = None, answer: str = "allow") -> tuple[dict[str, str], str]:
        """Go through the consent page as a person does: what comes back to us, and the verifier."""
        verifier = new_verifier()
        return self.answers_at(Mastodon.authorize_url(app or self.app, RETURN_TO, "state-1", verifier), answer), verifier

    def connects(self, app: App | None = None) -> Tokens:
        back, verifier = self.consents(app)
        assert back["state"] == "state-1"
        return Mastodon.exchange(app or self.app, self.http(), back["code"], RETURN_TO, verifier)

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(
        self,
        text: str = "Ice cold in 40 °C.",
        *media: Media,
        key: str = "key-1",
        doubted: bool = False,
        parent: str = "",
        link: str = "",
        **options: Any,
    ) -> Outgoing:
        return Outgoing(key, text, media, link=link, options=options, parent=parent, doubted=doubted)

    # -- files -----------------------------------------------------------------------------------------------------

    def photo(self, name: str = "photo.png", alt: str = "", side: int = 8) -> Media:
        content = BytesIO()
        Image.new("RGB", (side, side), "skyblue").save(content, "PNG")
        return self._file(name, PNG, content.getvalue(), alt, side, side)

    def jpeg(self, width: int = 1200, height: int = 900) -> Media:
        content = BytesIO()
        Image.new("RGB", (width, height), "navy").save(content, "JPEG")
        return self._file("photo.jpg", JPEG, content.getvalue(), "", width, height)

    def gif(self, name: str = "fizz.gif") -> Media:
        content, frames = BytesIO(), [Image.new("RGB", (8, 8), color) for color in ("navy", "white")]
        frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
        return self._file(name, GIF, content.getvalue(), "", 8, 8)

    def video(self, name: str = "film.mp4", size: int = 1000, alt: str = "") -> Media:
        content = b"\0\0\0\x18ftypmp42" + bytes(size - 12)
        return self._file(name, MP4, content, alt, 1280, 720, 12.0)

    def film(self, width: int, height: int) -> Media:
        """Six real seconds of H.264."""
        path = self.folder / f"{width}x{height}.mp4"
        source = f"color=c=navy:s={width}x{height}:r=5:d=6"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-f", "lavfi", "-i", source]
        subprocess.run([*command, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast", str(path)], check=True)
        return self._file(path.name, MP4, path.read_bytes(), "", width, height, 6.0)

    # -- people ----------------------------------------------------------------------------------------------------

    def says(self, kind: str, text: str = "", name: str = "Ann Thirsty", post: str = "") -> str:
        """What a fan does to the account or to a post: comment, mention, message, edit, delete, block; its id."""
        target = {"post": post} if post else {"account": self.account["id"]}
        made = self.practice.control("POST", "fan", network="mastodon", kind=kind, name=name, text=text, **target)
        return str(made["id"])

    def heard(self, *posts: str, since: timedelta = timedelta(minutes=5)) -> list[Incoming]:
        """What the connector reads."""
        return self.connector().incoming(now() - since, posts)

    def answers_below(self, post: str) -> list[dict[str, Any]]:
        """As everybody sees them."""
        found: list[dict[str, Any]] = next(shown for shown in self.public() if shown["id"] == post)["replies"]
        return found

    # -- the practice server ---------------------------------------------------------------------------------------

    def status(self, status_id: str) -> dict[str, Any]:
        """A post as its author sees it, past our connector."""
        headers = {"Authorization": f"Bearer {self.account['access_token']}"}
        answer = requests.get(f"{self.app.base_url}/api/v1/statuses/{status_id}", headers=headers, timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def answered(
    status: int, body: Any, headers: Mapping[str, str] | None = None, method: str = "POST", path: str = "/api/v1/statuses"
) -> requests.Response:
    """An answer that the practice server does not give, made by hand."""
    response = requests.Response()
    response.status_code = status
    response.url = f"https://mastodon.social{path}"
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response.headers.update(headers or {})
    response.request = requests.Request(method, response.url).prepare()
    return response
