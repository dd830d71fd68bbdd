"""Somebody with a business account on the practice TikTok, for the tests of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import requests

from tests.connectors.tiktok_scene import serving_files
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

APP = {"client_id": "smo-practice", "client_secret": "smo-practice-secret"}
CLIP = b"\0\0\0\x18ftypmp42" + bytes(1000)
NETWORK = "tiktok_business"


class Business:
    """A person with a token, calling the API."""

    def __init__(self, practice: Practice, **details: Any) -> None:
        self.practice = practice
        self.made = practice.account(NETWORK, "Cold Drinks", **details)
        self.id, self.token = self.made["id"], self.made["access_token"]
        self.url = f"{practice.url}/{NETWORK}"

    def call(self, method: str, path: str, given: dict[str, Any], **how: Any) -> requests.Response:
        """business_id is added; lists and objects of a query become JSON text."""
        given = {"business_id": self.id} | given
        if method == "GET":
            texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
            how["params"] = texts
        else:
            how.setdefault("json", given)
        headers = {"Access-Token": self.token}
        return requests.request(method, f"{self.url}/open_api/v1.3{path}", headers=headers, timeout=10, **how)

    def get(self, path: str, **given: Any) -> Any:
        return self._data(self.call("GET", path, given))

    def post(self, path: str, **given: Any) -> Any:
        return self._data(self.call("POST", path, given))

    def _data(self, reply: requests.Response) -> Any:
        assert (reply.status_code, reply.json()["code"], reply.json()["message"]) == (200, 0, "OK"), reply.text
        assert reply.json()["request_id"]
        return reply.json()["data"]

    def refused(self, method: str, path: str, **given: Any) -> int:
        """The code of a refusal, which comes with HTTP 200."""
        reply = self.call(method, path, given)
        assert (reply.status_code, reply.json()["data"]) == (200, {}), reply.text
        return int(reply.json()["code"])

    def publishes(self, folder: Path, **info: Any) -> str:
        """A small video, up to where its public sees it; its id."""
        (folder / "film.mp4").write_bytes(CLIP)
        with serving_files(folder) as url:
            share = self.post("/business/video/publish/", video_url=f"{url}/film.mp4", post_info=info)["share_id"]
            return str((until(lambda: self.status(share).get("post_ids")) or [""])[0])

    def status(self, share: str) -> Any:
        return self.get("/business/publish/status/", publish_id=share)

    def ended(self, share: str) -> Any:
        """The status when nothing is processed any more."""
        return until(lambda: None if self.status(share)["status"].startswith("PROCESSING") else self.status(share))

    def hears(self, target: str, text: str, name: str = "Bob", kind: str = "comment") -> str:
        """A fan acts on a post or a comment; the id of what came of it."""
        said = self.practice.control("POST", "fan", network=NETWORK, kind=kind, post=target, name=name, text=text)
        return str(said["id"])

    def shown(self) -> list[dict[str, Any]]:
        return self.practice.posts(NETWORK, self.made)
