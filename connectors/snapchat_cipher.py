"""Snapchat takes media encrypted only: AES-256-CBC with PKCS7 over the whole file, a key and an IV of its own for each.
https://developers.snap.com/api/marketing-api/Public-Profile-API/ProfileAssetManagement"""

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK = 16
READ = 1024 * 1024


@dataclass(frozen=True)
class Secret:
    """Key (32 bytes) and IV (16 bytes) of one file, in standard base64 as they are told to Snapchat."""

    key: str = field(repr=False)
    iv: str = field(repr=False)

    @classmethod
    def new(cls) -> "Secret":
        return cls(*(base64.b64encode(os.urandom(length)).decode() for length in (32, BLOCK)))


def encrypted_size(size: int) -> int:
    """Bytes of the ciphertext: PKCS7 always adds 1 to 16."""
    return (size // BLOCK + 1) * BLOCK


def encrypted(path: str | os.PathLike[str], secret: Secret, part: int) -> Iterator[bytes]:
    """The ciphertext of a file in parts of `part` bytes, the last one shorter. The same secret gives the same parts again."""
    key, iv = base64.b64decode(secret.key), base64.b64decode(secret.iv)
    encryptor, padder = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor(), PKCS7(8 * BLOCK).padder()
    waiting = bytearray()
    with open(path, "rb") as file:
        while plain := file.read(READ):
            waiting += encryptor.update(padder.update(plain))
            while len(waiting) >= part:
                yield bytes(waiting[:part])
                del waiting[:part]
    waiting += encryptor.update(padder.finalize()) + encryptor.finalize()
    for start in range(0, len(waiting), part):
        yield bytes(waiting[start : start + part])
