"""Somebody with an account on the practice Mastodon server, for the tests of it."""

from __future__ import annotations

import io
from typing import Any

import requests
from PIL import Image

from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

MP4 = b"\0\0\0\x18ftypmp42" + bytes(2000)


class Person:
    """Somebody with a token, calling the API."""

    def __init__(self, practice: Practice, **details: Any) -> None:
        self.practice, self.made = practice, practice.account("mastodon", **details)
        self.id, self.username = self.made["id"], self.made["username"]
        self.http = requests.Session()
        self.http.headers["authorization"] = f"Bearer {self.made['access_token']}"

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        return self.http.request(method, f"{self.practice.url}/mastodon{path}", timeout=10, **how)

    def get(self, path: str, **query: Any) -> Any:
        reply = self.call("GET", path, params=query)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def post(self, text: str = "", key: str = "", **more: Any) -> requests.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", "/api/v1/statuses", json=({"status": text} if text else {}) | more, headers=headers)

    def posts(self, text: str = "", **more: Any) -> dict[str, Any]:
        reply = self.post(text, **more)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def upload(self, content: bytes, name: str = "file", **more: Any) -> requests.Response:
        return self.call("POST", "/api/v2/media", files={"file": (name, content)}, data=more)

    def uploads(self, content: bytes, **more: Any) -> str:
        """The id, once it is processed."""
        reply = self.upload(content, **more)
        assert reply.status_code in (200, 202), reply.text
        media = str(reply.json()["id"])
        until(lambda: self.call("GET", f"/api/v1/media/{media}").status_code == 200)
        return media

    def refused(self, text: str = "", **more: Any) -> str:
        """The words of a 422."""
        reply = self.post(text, **more)
        assert reply.status_code == 422, reply.text
        return str(reply.json()["error"])


def png(width: int = 40, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


def moving_gif() -> bytes:
    out, frames = io.BytesIO(), [Image.new("RGB", (8, 8), color) for color in ("navy", "white")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()
