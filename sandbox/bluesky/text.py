"""Identifiers and counting of the AT Protocol: CIDs, record keys, graphemes. https://atproto.com/specs/tid"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

import regex

from sandbox import clock

TID = regex.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
AT_URI = regex.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/([a-zA-Z0-9.-]+)/([A-Za-z0-9._:~-]+)")
DID = regex.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
LANGUAGE = regex.compile(r"(i|[a-zA-Z]{2,3})(-[a-zA-Z0-9-]+)?")
DATETIME = regex.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
GRAPHEME = regex.compile(r"\X")
RAW, CBOR = 0x55, 0x71  # multicodec: a blob, a record


def graphemes(text: str) -> int:
    """What people call characters: an emoji of a family counts one."""
    return len(GRAPHEME.findall(text))


def cid(content: bytes, codec: int = RAW) -> str:
    """CID version 1, SHA-256, base32."""
    raw = bytes((1, codec, 0x12, 0x20)) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def record_cid(record: dict[str, Any]) -> str:
    """A CID for a record: of its sorted JSON where the real one is of DAG-CBOR, equal exactly when the records are."""
    return cid(json.dumps(record, sort_keys=True).encode(), CBOR)


def new_tid() -> str:
    """A record key of now."""
    number = int(clock.now() * 1_000_000) << 10 | secrets.randbelow(1024)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def new_did() -> str:
    """A did:plc of nobody."""
    return "did:plc:" + base64.b32encode(secrets.token_bytes(15)).decode().lower()


def new_app_password() -> str:
    """xxxx-xxxx-xxxx-xxxx"""
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))
