"""Slow work for the queues that must not delay a due post."""

import hashlib
import time

from celery import shared_task


@shared_task
def transcode(seconds: float) -> None:
    """Keeps a core busy (hashing lets the other threads run, as ffmpeg in a process of its own would)."""
    block, ends = bytes(4_000_000), time.monotonic() + seconds
    while time.monotonic() < ends:
        hashlib.sha256(block).digest()


@shared_task
def read_comments(seconds: float) -> None:
    """Waits, as a slow network makes us wait."""
    time.sleep(seconds)
