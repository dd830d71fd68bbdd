"""Where files lie: the one place that turns a stored name into a path that programs can open."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage


def local(name: str) -> Path:
    """The path of a stored file on this machine; nothing need be there."""
    return Path(default_storage.path(name))


def put(name: str, source: Path) -> None:
    """Store `source`, a file from the `workshop`, under exactly this name; nobody ever sees half of it. It is gone then."""
    path = local(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, path)


def has(name: str) -> bool:
    return default_storage.exists(name)


def remove(name: str) -> None:
    """Delete a stored file; it may be gone already."""
    if name:
        default_storage.delete(name)


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder for files that are being made, on the disk and not in memory: a video may be large."""
    bench = Path(settings.MEDIA_ROOT) / "work"
    bench.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=bench) as folder:
        yield Path(folder)
