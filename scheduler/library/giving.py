"""Public addresses of files, for networks that fetch them instead of taking an upload: signed, and good for a day."""

from datetime import timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse

from scheduler.library import storing

GOOD_FOR = timedelta(days=1)
SALT = "smo.given"


def public_address(stored: str, mime_type: str) -> str:
    """Where anybody who is told can fetch the file that is stored under this name."""
    token = signing.dumps([stored, mime_type], salt=SALT)
    name = quote(PurePosixPath(stored).name)
    return f"{settings.BASE_URL}{reverse('given', args=[token, name])}"


def given(token: str) -> tuple[Path, str] | None:
    """The file and its MIME type that a public address stands for; None: the address is forged or too old."""
    try:
        stored, mime_type = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    path = storing.local(stored)
    return (path, mime_type) if path.is_file() else None
