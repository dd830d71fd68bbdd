"""A brand with a Public Profile on the practice Snapchat, calling its API by hand."""

from __future__ import annotations

import base64
import io
from typing import Any

import requests
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from PIL import Image

from tests.sandbox.conftest import Practice

KEY, IV = bytes(range(32)), bytes(range(16))
ANNOUNCED = {
    "type": "IMAGE",
    "name": "ice.jpg",
    "key": base64.b64encode(KEY).decode(),
    "iv": base64.b64encode(IV).decode(),
}


class Brand:
    """Somebody with a token."""

    def __init__(self, practice: Practice, **details: Any) -> None:
        self.practice = practice
        self.made = practice.account("snapchat", "Cold Drinks", **details)
        self.id, self.username = self.made["id"], self.made["username"]
        self.http = requests.Session()
        self.http.headers["authorization"] = f"Bearer {self.made['access_token']}"

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        return self.http.request(method, f"{self.practice.url}/snapchat{path}", timeout=20, **how)

    def below(self, path: str, **body: Any) -> requests.Response:
        """POST something below the profile."""
        return self.call("POST", f"/v1/public_profiles/{self.id}/{path}", json=body)

    def announces(self, **changes: Any) -> requests.Response:
        return self.below("media", **{name: value for name, value in (ANNOUNCED | changes).items() if value is not None})

    def adds(self, path: str, content: bytes, number: Any = 1, **changes: Any) -> requests.Response:
        fields = {"action": "ADD", "part_number": str(number)} | changes
        return self.call("POST", path, data=fields, files={"file": ("part", content)})

    def finalizes(self, path: str) -> requests.Response:
        return self.call("POST", path, files={"action": (None, "FINALIZE")})

    def uploads(self, content: bytes | None = None, kind: str = "IMAGE") -> str:
        """The id of finished media."""
        made = self.announces(type=kind).json()
        self.adds(made["add_path"], encrypted(content or jpeg()))
        end = self.finalizes(made["finalize_path"])
        assert end.status_code == 200, end.text
        return str(made["media_id"])

    def public(self) -> list[dict[str, Any]]:
        return self.practice.posts("snapchat", self.made)


def encrypted(content: bytes, key: bytes = KEY) -> bytes:
    padder, encryptor = PKCS7(128).padder(), Cipher(algorithms.AES(key), modes.CBC(IV)).encryptor()
    return encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()


def jpeg(width: int = 540, height: int = 960) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "JPEG")
    return out.getvalue()


def code(reply: requests.Response) -> str:
    """Status and error code of a refusal."""
    found = reply.json()
    assert found["request_status"] == "ERROR", found
    assert found["request_id"]
    return f"{reply.status_code} {found['error_code']}"
