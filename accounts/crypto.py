"""Tokens at rest: Fernet (AES-128-CBC with HMAC), keys from SMO_FIELD_KEYS; the first encrypts, all decrypt."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=1)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("SMO_FIELD_KEYS is empty: tokens cannot be kept without a key.")
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """`text` as a Fernet token; empty stays empty."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """The text behind a Fernet token. Raises ImproperlyConfigured when none of the keys fits."""
    if not token:
        return ""
    try:
        return _box(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "A stored token fits none of SMO_FIELD_KEYS: put the old key back behind the new one."
        ) from error


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class SecretField(TextField):
    """A text that is encrypted in the database and plain in Python."""

    def get_prep_value(self, value: Any) -> str:
        return encrypt(str(value or ""))

    def from_db_value(self, value: str | None, *_: Any) -> str:
        return decrypt(value or "")
