"""Somebody with an account on the practice TikTok, for the tests of it."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

APP = {"client_key": "smo-practice", "client_secret": "smo-practice-secret"}
CLIP = b"\0\0\0\x18ftypmp42" + bytes(1000)
POST: dict[str, Any] = {"title": "Cold #drink", "privacy_level": "PUBLIC_TO_EVERYONE"}


class Creator:
    """A person with a token, calling the API."""

    def __init__(self, practice: Practice, **details: Any) -> None:
        self.practice = practice
        self.made = practice.account("tiktok", "Cold Drinks", **details)
        self.url = f"{practice.url}/tiktok"

    def call(self, path: str, body: Any = None, token: str = "", **how: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.made['access_token']}", "Content-Type": "application/json"}
        return requests.post(f"{self.url}/v2{path}", json=body, headers=headers, timeout=10, **how)

    def data(self, path: str, body: Any = None) -> Any:
        reply = self.call(path, body)
        assert (reply.status_code, reply.json()["error"]["code"]) == (200, "ok"), reply.text
        return reply.json()["data"]

    def refused(self, path: str, body: Any = None, token: str = "") -> tuple[int, str]:
        reply = self.call(path, body, token)
        return reply.status_code, reply.json()["error"]["code"]

    def begins(self, size: int = len(CLIP), **post: Any) -> dict[str, Any]:
        """An upload in one chunk."""
        found: dict[str, Any] = self.data("/post/publish/video/init/", {"post_info": POST | post, "source_info": file(size)})
        return found

    def sends(self, upload: dict[str, Any], content: bytes, start: int, total: int, **headers: str) -> requests.Response:
        content_range = f"bytes {start}-{start + len(content) - 1}/{total}"
        sent = {"Content-Type": "video/mp4", "Content-Range": content_range} | headers
        return requests.put(upload["upload_url"], content, headers=sent, timeout=10)

    def posts(self, **post: Any) -> dict[str, Any]:
        """A whole small video, up to where TikTok has ended with it; its status."""
        upload = self.begins(**post)
        assert self.sends(upload, CLIP, 0, len(CLIP)).status_code == 201
        return self.ended(upload["publish_id"])

    def status(self, publish_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.data("/post/publish/status/fetch/", {"publish_id": publish_id})
        return found

    def ended(self, publish_id: str) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            status = self.status(publish_id)
            return None if status["status"].startswith("PROCESSING") else status

        return until(found) or {}

    def shown(self) -> list[dict[str, Any]]:
        return self.practice.posts("tiktok", self.made)


def file(size: int, chunk: int = 0, count: int = 0) -> dict[str, Any]:
    """`source_info` of an upload, in one chunk unless told otherwise."""
    return {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk or size, "total_chunk_count": count or 1}
