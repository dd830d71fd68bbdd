"""The cast of the Bluesky tests: an account on the practice network, its connector, files."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import imageio_ffmpeg
import requests
from PIL import Image

from connectors.bluesky import Bluesky
from connectors.data import JPEG, MP4, Account, Media, Outgoing
from connectors.talk import Incoming
from tests.connectors.scenery import Scenery, now


class Scene(Scenery[Bluesky]):
    """One new account, and everything that a test does with it."""

    kind = Bluesky
    called = "handle"

    # -- the connector ---------------------------------------------------------------------------------------------

    def answers(self, **changes: str) -> dict[str, str]:
        """What a person types."""
        return {"identifier": self.account["identifier"], "app_password": self.account["app_password"], **changes}

    def signs_in(self, **changes: str) -> Account:
        (account,) = Bluesky.sign_in(self.app, self.http(), self.answers(**changes))
        return account

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(self, text: str = "Ice cold in 40 °C.", *media: Media, key: str = "key-1", **more: Any) -> Outgoing:
        """`more`: link, parent, doubted; everything else is an option."""
        told = {name: more.pop(name) for name in ("link", "parent", "doubted", "is_comment") if name in more}
        return Outgoing(key, text, media, options=more, **told)

    # -- files -----------------------------------------------------------------------------------------------------

    def photo(self, name: str = "photo.jpg", alt: str = "", width: int = 1200, height: int = 900) -> Media:
        content = BytesIO()
        Image.new("RGB", (width, height), "skyblue").save(content, "JPEG")
        return self.file(name, JPEG, content.getvalue(), alt=alt, width=width, height=height)

    def video(self, name: str = "film.mp4", alt: str = "", padding: int = 0) -> Media:
        """Six seconds, 720 x 1280; `padding`: bytes behind the film that players pass over."""
        content = film() + padding.to_bytes(4) + b"free" + bytes(max(padding - 8, 0)) if padding else film()
        return self.file(name, MP4, content, alt=alt, width=720, height=1280, seconds=6.0)

    def captions(self, content: bytes = b"WEBVTT\n\n00:00.000 --> 00:02.000\nIce cold.\n") -> Media:
        return self.file("captions.vtt", "text/vtt", content)

    def file(self, name: str, mime: str, content: bytes, **more: Any) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        return Media(str(path), mime, len(content), name, sha256=hashlib.sha256(content).hexdigest(), **more)

    # -- the practice network --------------------------------------------------------------------------------------

    def only(self) -> dict[str, Any]:
        (post,) = self.public()
        return post

    def asked(self, method: str) -> list[dict[str, Any]]:
        """What the network was asked for this account, oldest first; `method` is the end of its name."""
        return self.practice.requests(network="bluesky", account=self.account["id"], path=f"{method}$")

    def record(self, uri: str, collection: str = "app.bsky.feed.post") -> dict[str, Any] | None:
        """A record as anybody can read it."""
        query = {"repo": self.account["id"], "collection": collection, "rkey": uri.rpartition("/")[2]}
        address = f"{self.app.base_url}/xrpc/com.atproto.repo.getRecord"
        answer = self.practice.http.get(address, params=query, timeout=10)
        found: dict[str, Any] | None = answer.json()["value"] if answer.ok else None
        return found

    def fan(self, text: str, post: str, name: str = "Ann Thirsty") -> str:
        """A fan answers a post; the address of the answer."""
        return self.says("comment", text, name, post)

    def says(self, kind: str, text: str, name: str = "Ann Thirsty", post: str = "") -> str:
        """What a fan does to the account, or to a post: mention, message, block; its id."""
        target = {"post": post} if post else {"account": self.account["id"]}
        made = self.practice.control("POST", "fan", network="bluesky", kind=kind, name=name, text=text, **target)
        return str(made["id"])

    # -- people ----------------------------------------------------------------------------------------------------

    def heard(self, *posts: str, since: timedelta = timedelta(minutes=5)) -> list[Incoming]:
        """What the connector reads."""
        return list(self.connector().incoming(now() - since, posts))

    def answers_below(self, post: str) -> list[dict[str, Any]]:
        """As everybody sees them."""
        found: list[dict[str, Any]] = next(shown for shown in self.public() if shown["id"] == post)["replies"]
        return found

    def written(self) -> list[str]:
        """All private messages of the account, oldest first."""
        found = self.practice.control("GET", "messages", network="bluesky", account=self.account["id"])["data"]
        return [message["text"] for message in found]


@cache
def film() -> bytes:
    """A real film: H.264, six seconds, upright."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "film.mp4"
        source = ["-f", "lavfi", "-i", "color=c=skyblue:size=720x1280:rate=5:duration=6"]
        coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(target)]
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *source, *coding]
        subprocess.run(command, check=True, timeout=60)
        return target.read_bytes()


def answered(status: int, body: Any, headers: Mapping[str, str] | None = None, method: str = "") -> requests.Response:
    """An answer that the practice network does not give, made by hand."""
    response = requests.Response()
    response.status_code = status
    response.url = f"https://bsky.social/xrpc/{method or 'com.atproto.repo.createRecord'}"
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response.headers.update(headers or {})
    response.request = requests.Request("POST", response.url).prepare()
    return response
