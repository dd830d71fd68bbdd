"""A YouTube channel as an app drives it: plain HTTP and no client library, so that the practice network is tested by itself."""

from __future__ import annotations

import struct
from typing import Any

import requests

from tests.sandbox.conftest import Practice

KIB = 1024
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 200
SCOPE = "https://www.googleapis.com/auth/"


class Channel:
    """One channel with a living token; `scopes` may be short names. Other keywords become the account's details."""

    def __init__(self, practice: Practice, name: str = "Polar Test", **details: Any) -> None:
        self.practice, self.http = practice, practice.http
        self.base = f"{practice.url}/youtube"
        self.account = practice.account("youtube", name, **details)
        self.id: str = self.account["id"]
        self.token: str = self.account["access_token"]

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        """`call("GET", "videos", part="snippet", id=...)`"""
        return self.send(method, f"{self.base}/youtube/v3/{path}", json=body, params=params)

    def send(self, method: str, url: str, **how: Any) -> requests.Response:
        """Any request with the channel's token."""
        headers = {"Authorization": f"Bearer {self.token}", **how.pop("headers", {})}
        return self.http.request(method, url, headers=headers, timeout=10, allow_redirects=False, **how)

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """A read that must succeed."""
        return good(self.call("GET", path, **params))

    def begin(
        self, body: Any, part: str = "snippet,status", size: int | None = None, kind: str = "video/mp4"
    ) -> requests.Response:
        """Ask for an upload session."""
        headers = {"X-Upload-Content-Type": kind, **({"X-Upload-Content-Length": str(size)} if size is not None else {})}
        params = {"uploadType": "resumable", "part": part}
        return self.send("POST", f"{self.base}/upload/youtube/v3/videos", json=body, params=params, headers=headers)

    def put(self, session: str, content: bytes = b"", span: str = "") -> requests.Response:
        """Send bytes to a session URI, with a Content-Range if given."""
        return self.send("PUT", session, data=content, headers={"Content-Range": span} if span else {})

    def uploads(self, title: str = "Ice cold", privacy: str = "public", content: bytes = b"", **status: Any) -> dict[str, Any]:
        """A complete upload: the Video. Processing has not ended yet."""
        content = content or mp4()
        body = {"snippet": {"title": title, "categoryId": "22"}, "status": {"privacyStatus": privacy, **status}}
        return good(self.put(self.begin(body, size=len(content)).headers["Location"], content))

    def has_video(self, title: str = "Ice cold", privacy: str = "public", **how: Any) -> str:
        """The id of a video that is uploaded and processed."""
        video = self.uploads(title, privacy, **how)
        self.later(2)
        return str(video["id"])

    def later(self, seconds: float) -> None:
        """Move the practice clock on."""
        clock = self.practice.control("GET", "clock")
        self.practice.control("POST", "clock", offset=clock["offset"] + seconds)

    def status(self, video: str) -> dict[str, Any]:
        """The video's status part as its owner sees it."""
        return dict(self.get("videos", part="status", id=video)["items"][0]["status"])

    def page(self, path: str) -> requests.Response:
        """A public page, as a stranger opens it."""
        return requests.get(f"{self.base}/{path}", timeout=10)

    def fan(self, action: str, target: str, text: str = "", name: str = "Ann") -> requests.Response:
        """The form on a public page."""
        form = {"action": action, "target": target, "text": text, "name": name}
        return requests.post(f"{self.base}/_fan", data=form, timeout=10, allow_redirects=False)

    def fan_comments(self, video: str, text: str, name: str = "Ann") -> str:
        """The id of a fan's new comment on a video (or answer to a comment)."""
        return str(
            self.practice.control("POST", "fan", network="youtube", kind="comment", post=video, name=name, text=text)["id"]
        )


def good(reply: requests.Response) -> dict[str, Any]:
    """The JSON of a reply that must be 200."""
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def reason(reply: requests.Response) -> tuple[int, str]:
    """(status, errors[0].reason) of a refusal in Google's shape."""
    error = reply.json()["error"]
    assert error["code"] == reply.status_code
    assert error["message"] == error["errors"][0]["message"]
    assert error["status"]
    return reply.status_code, error["errors"][0]["reason"]


def mp4(seconds: float = 61, width: int = 1920, height: int = 1080, size: int = 0) -> bytes:
    """The smallest file that has an MP4's boxes, filled up to `size` bytes."""
    mvhd = box(b"mvhd", struct.pack(">4xII", 0, 0) + struct.pack(">II", 1000, int(seconds * 1000)) + bytes(80))
    matrix = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    tkhd = box(b"tkhd", bytes(40) + matrix + struct.pack(">II", width << 16, height << 16))
    head = box(b"ftyp", b"mp42\0\0\0\0mp42isom") + box(b"moov", mvhd + box(b"trak", tkhd))
    return head + box(b"mdat", bytes(max(size - len(head) - 8, 0)))


def box(name: bytes, content: bytes) -> bytes:
    """An MP4 box."""
    return struct.pack(">I4s", len(content) + 8, name) + content
