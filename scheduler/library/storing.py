"""Where files lie, on this disk or with an S3 service: the one place that turns a stored name into a path.

Programs and networks' clients open files by path. With S3 a copy is fetched when somebody first does, and kept for a day.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

COPIES_KEPT = 24 * 3600  # seconds since somebody last opened a copy


def is_on_this_disk() -> bool:
    return isinstance(default_storage, FileSystemStorage)


@dataclass(frozen=True)
class Stored(os.PathLike[str]):
    """A file that is fetched when it is opened, and not before: most checks need its measures only."""

    name: str

    def __fspath__(self) -> str:
        return str(local(self.name))

    def __str__(self) -> str:
        return self.name


def path_of(name: str) -> str | Stored:
    """What opens a stored file, at no cost until then."""
    return str(local(name)) if is_on_this_disk() else Stored(name)


def local(name: str) -> Path:
    """The path of a stored file on this machine. Where there is no such file, nothing lies there."""
    if is_on_this_disk():
        return Path(default_storage.path(name))
    copy = _copy(name)
    if copy.exists():
        os.utime(copy)
    else:
        _fetch(name, copy)
    return copy


def put(name: str, source: Path) -> None:
    """Store `source`, a file from the `workshop`, under exactly this name; nobody ever sees half of it. It is gone then."""
    path = _copy(name)
    if is_on_this_disk():
        path = local(name)
    else:
        with source.open("rb") as file:
            default_storage.save(name, File(file))
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, path)


def has(name: str) -> bool:
    return default_storage.exists(name)


def remove(name: str) -> None:
    """Delete a stored file; it may be gone already."""
    if name:
        default_storage.delete(name)
        _copy(name).unlink(missing_ok=True)


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder for files that are being made, on the disk and not in memory: a video may be large."""
    bench = Path(settings.MEDIA_ROOT) / "work"
    bench.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=bench) as folder:
        yield Path(folder)


def _copies() -> Path:
    return Path(settings.MEDIA_ROOT) / "copies"


def _copy(name: str) -> Path:
    return _copies() / name


def _fetch(name: str, copy: Path) -> None:
    _sweep()
    with workshop() as folder:
        try:
            with default_storage.open(name, "rb") as source, (folder / "whole").open("wb") as whole:
                shutil.copyfileobj(source, whole, 1_000_000)
        except FileNotFoundError:
            return
        copy.parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder / "whole", copy)


def _sweep() -> None:
    """Copies that nobody opened for long make room for new ones."""
    for path in _copies().rglob("*"):
        if path.is_file() and time.time() - path.stat().st_mtime > COPIES_KEPT:
            path.unlink(missing_ok=True)
