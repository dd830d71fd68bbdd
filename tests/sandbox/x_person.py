"""Somebody with an account on the practice X, for the tests of it."""

from __future__ import annotations

import io
from typing import Any

import requests
from PIL import Image

from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

APP = ("smo-practice", "smo-practice-secret")
MP4 = b"\0\0\0\x18ftypmp42" + bytes(3_000_000)


class Person:
    """Somebody with a token, calling the API."""

    def __init__(self, practice: Practice, made: dict[str, Any]) -> None:
        self.practice, self.made, self.id, self.username = practice, made, made["id"], made["username"]
        self.http = requests.Session()
        self.http.headers["authorization"] = f"Bearer {made['access_token']}"

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        return self.http.request(method, f"{self.practice.url}/x{path}", timeout=10, **how)

    def get(self, path: str, **query: Any) -> Any:
        reply = self.call("GET", path, params={name.replace("__", "."): value for name, value in query.items()})
        assert reply.status_code == 200, reply.text
        return reply.json()

    def post(self, text: str = "", **more: Any) -> requests.Response:
        return self.call("POST", "/2/tweets", json=({"text": text} if text else {}) | more)

    def posts(self, text: str, **more: Any) -> str:
        reply = self.post(text, **more)
        assert reply.status_code == 201, reply.text
        return str(reply.json()["data"]["id"])

    def uploads_photo(self, **more: Any) -> str:
        reply = self.call("POST", "/2/media/upload", files={"media": png()}, data={"media_category": "tweet_image", **more})
        assert reply.status_code == 200, reply.text
        return str(reply.json()["data"]["id"])

    def uploads_video(self, content: bytes = MP4) -> str:
        start = {"media_type": "video/mp4", "total_bytes": len(content), "media_category": "tweet_video"}
        media = self.call("POST", "/2/media/upload/initialize", json=start).json()["data"]["id"]
        for index, offset in enumerate(range(0, len(content), 1_000_000)):
            part = {"media": content[offset : offset + 1_000_000]}
            reply = self.call("POST", f"/2/media/upload/{media}/append", files=part, data={"segment_index": index})
            assert reply.status_code == 200, reply.text
        self.call("POST", f"/2/media/upload/{media}/finalize")
        return str(media)

    def state_of(self, media: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/2/media/upload", command="STATUS", media_id=media)["data"]["processing_info"]
        return found

    def waits_for(self, media: str) -> str:
        return str(until(lambda: (state := self.state_of(media)["state"]) in ("succeeded", "failed") and state))


def png(width: int = 40, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


def token(practice: Practice, auth: tuple[str, str] | None = APP, **form: str) -> requests.Response:
    return requests.post(f"{practice.url}/x/2/oauth2/token", form, auth=auth, timeout=5)
