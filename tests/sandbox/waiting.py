"""Waiting for something that another process does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE = threading.Event()


def until(condition: Callable[[], T], within: float = 30.0) -> T:
    """The first truthy value of `condition()`. AssertionError when `within` seconds pass without one."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if value := condition():
            return value
        PAUSE.wait(0.02)
    raise AssertionError(f"not within {within} s: {condition}")
