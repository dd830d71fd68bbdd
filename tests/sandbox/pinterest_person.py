"""Somebody with an account on the practice Pinterest, for the tests of it."""

from __future__ import annotations

import base64
import io
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import imageio_ffmpeg
import requests
from PIL import Image

from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

APP = ("smo-practice", "smo-practice-secret")


@cache
def film(seconds: int = 5, width: int = 320, height: int = 240, codec: str = "libx264") -> bytes:
    """A real film."""
    source = f"testsrc=size={width}x{height}:rate=5:duration={seconds}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, "-c:v", codec]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        subprocess.run([*command, "-pix_fmt", "yuv420p", str(path)], check=True, timeout=60)
        return path.read_bytes()


def picture(width: int = 30, height: int = 40, kind: str = "PNG") -> str:
    """A picture as base64."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, kind)
    return base64.b64encode(out.getvalue()).decode()


def png(**changes: Any) -> dict[str, Any]:
    """A media source with one picture."""
    return {"source_type": "image_base64", "content_type": "image/png", "data": picture()} | changes


class Person:
    """Somebody with a token, calling the API."""

    def __init__(self, practice: Practice, **details: Any) -> None:
        self.practice = practice
        self.made = practice.account("pinterest", **details)
        self.id = self.made["id"]
        self.http = requests.Session()
        self.http.headers["authorization"] = f"Bearer {self.made['access_token']}"

    @property
    def address(self) -> str:
        return f"{self.practice.url}/pinterest"

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        return self.http.request(method, f"{self.address}/v5{path}", timeout=10, **how)

    def get(self, path: str, **query: Any) -> Any:
        reply = self.call("GET", path, params=query)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def board(self) -> str:
        return str(self.get("/boards")["items"][0]["id"])

    def pin(self, source: dict[str, Any] | None = None, **more: Any) -> requests.Response:
        return self.call("POST", "/pins", json={"board_id": self.board(), "media_source": source or png(), **more})

    def pins(self, **more: Any) -> dict[str, Any]:
        reply = self.pin(**more)
        assert reply.status_code == 201, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def registers(self) -> dict[str, Any]:
        reply = self.call("POST", "/media", json={"media_type": "video"})
        assert reply.status_code == 201, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def sends(self, registered: dict[str, Any], content: bytes, fields: dict[str, str] | None = None) -> requests.Response:
        """The form, as a browser would send it."""
        fields = registered["upload_parameters"] if fields is None else fields
        return requests.post(registered["upload_url"], data=fields, files={"file": ("film.mp4", content)}, timeout=10)

    def status(self, media: str) -> str:
        return str(self.get(f"/media/{media}")["status"])

    def uploads(self, content: bytes) -> tuple[str, str]:
        """The media id and what became of it."""
        registered = self.registers()
        assert self.sends(registered, content).status_code == 204
        media = registered["media_id"]
        return media, str(until(lambda: (state := self.status(media)) in ("succeeded", "failed") and state))


def refusal(reply: requests.Response) -> tuple[int, int, str]:
    """Status, code, message."""
    body = reply.json()
    return reply.status_code, body["code"], body["message"]


def token(practice: Practice, auth: tuple[str, str] | None = APP, **form: str) -> requests.Response:
    return requests.post(f"{practice.url}/pinterest/v5/oauth/token", form, auth=auth, timeout=5)
