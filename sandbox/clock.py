"""The practice networks' time: the machine's, moved by an offset so that tests can let tokens expire."""

from __future__ import annotations

import time
from datetime import UTC, datetime

_offset = 0.0


def now() -> float:
    """Unix seconds as the practice networks see them."""
    return time.time() + _offset


def offset() -> float:
    """Seconds that the practice clock runs ahead of the machine's."""
    return _offset


def move(seconds: float) -> None:
    """Set (not add) the offset."""
    global _offset
    _offset = float(seconds)


def utc(moment: float | None = None) -> datetime:
    """The moment (unix seconds, default now) as an aware datetime."""
    return datetime.fromtimestamp(now() if moment is None else moment, UTC)


def iso_millis(moment: float) -> str:
    """`2026-11-22T15:00:00.000Z`"""
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(moment * 1000) % 1000:03d}Z"


def iso(moment: float) -> str:
    """`2026-11-22T15:00:00Z`"""
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
