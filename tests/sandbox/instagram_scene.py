"""What the tests of the practice Instagram share: an account with its token, photos on a web server, films."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from PIL import Image

from tests.sandbox.conftest import Practice

APP, SECRET = "smo-practice", "smo-practice-secret"


class Brand:
    """A practice account, and calls with its token. Every answer is (status, JSON)."""

    def __init__(self, practice: Practice, folder: Path, address: str = "", **details: Any) -> None:
        self.practice, self.http, self.folder, self.address = practice, practice.http, folder, address
        self.made = practice.account("instagram", "Test Brand", **details)
        self.id, self.token, self.user_token = self.made["id"], self.made["access_token"], self.made["user_token"]
        self.root = f"{practice.url}/instagram"
        self.graph = f"{self.root}/v26.0"

    def call(self, method: str, path: str, token: str = "", **params: Any) -> tuple[int, Any]:
        """Parameters go to the query of a GET, else into the form."""
        given = {"access_token": token or self.token, **params}
        how: dict[str, Any] = {"params": given} if method == "GET" else {"data": given}
        reply = self.http.request(method, f"{self.graph}/{path}", timeout=10, **how)
        return reply.status_code, reply.json()

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a GET that must succeed."""
        status, found = self.call("GET", path, **params)
        assert status == 200, found
        return found

    def post(self, path: str, **params: Any) -> Any:
        """The JSON of a POST that must succeed."""
        status, found = self.call("POST", path, **params)
        assert status == 200, found
        return found

    def refused(self, method: str, path: str, token: str = "", **params: Any) -> tuple[int, int | None]:
        """(code, subcode) of a call that must be refused."""
        status, found = self.call(method, path, token, **params)
        assert status >= 400, found
        assert set(found["error"]) >= {"message", "type", "code", "fbtrace_id"}
        return found["error"]["code"], found["error"].get("error_subcode")

    def photo(self, name: str = "a.jpg", size: tuple[int, int] = (1080, 1080), kind: str = "JPEG", pad: int = 0) -> str:
        """A picture's public address, with so many bytes more behind it."""
        path = self.folder / name
        Image.new("RGB", size, "red").save(path, kind)
        path.write_bytes(path.read_bytes() + bytes(pad))
        return f"{self.address}/{name}"

    def container(self, **params: Any) -> str:
        """A new container; a photo's unless something else is said."""
        given = (
            params
            if {"image_url", "upload_type", "children", "video_url"} & set(params)
            else {**params, "image_url": self.photo()}
        )
        return str(self.post(f"{self.id}/media", **given)["id"])

    def refuses(self, **params: Any) -> tuple[int, int | None]:
        """How a container is refused."""
        return self.refused("POST", f"{self.id}/media", **params)

    def state(self, container: str) -> str:
        """Its status_code."""
        return str(self.get(container, fields="status_code")["status_code"])

    def publish(self, container: str) -> str:
        """The media that it becomes."""
        return str(self.post(f"{self.id}/media_publish", creation_id=container)["id"])

    def upload(self, uri: str, content: bytes, offset: int = 0, size: int = 0, token: str = "") -> requests.Response:
        """Bytes to rupload."""
        headers = {
            "Authorization": f"OAuth {token or self.token}",
            "offset": str(offset),
            "file_size": str(size or len(content)),
        }
        return self.http.post(uri, data=content, headers=headers, timeout=10)

    def public(self) -> list[dict[str, Any]]:
        """What the public sees, oldest first."""
        return self.practice.posts("instagram", self.made)

    def later(self, seconds: float) -> None:
        """Set the practice clock ahead."""
        self.practice.control("POST", "clock", offset=seconds)
