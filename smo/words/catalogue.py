"""A language's catalogue, locale/<language>/LC_MESSAGES/django.po: brought up to date, and asked what is missing.

It is kept sorted, without line numbers and dates, so that two branches that add strings merge.
"""

import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from smo.words.compiling import LOCALE
from smo.words.sources import Said

DATES = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team): .*\n',
    re.MULTILINE,
)
CONTEXT = "\x04"  # stands between context and English in the key of a translation, as in a .mo
Key = str
Translation = str | list[str]


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue as it is kept; an empty one for a new language."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renew(old: Catalog, said: Iterable[Said]) -> Catalog:
    """A catalogue of exactly what is said now, with the translations that there are."""
    new = Catalog(locale=old.locale, project="SMO", version="1", header_comment=old.header_comment, fuzzy=False)
    for one in sorted(said):
        english = (one.english, one.plural) if one.plural else one.english
        known = old.get(one.english, one.context or None)
        fits = known is not None and known.string and isinstance(known.string, tuple) == bool(one.plural)
        new.add(english, known.string if known is not None and fits else None, context=one.context or None)
    return new


def write(language: str, catalogue: Catalog) -> None:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, no_location=True, sort_output=True, width=128)
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(DATES.sub(b"", buffer.getvalue()))


def messages(catalogue: Catalog) -> list[Message]:
    """All but the header."""
    return [message for message in catalogue if message.id]


def is_missing(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return message.fuzzy or not all(strings)


def key_of(message: Message) -> Key:
    english = str(message.id[0] if isinstance(message.id, tuple) else message.id)
    return f"{message.context}{CONTEXT}{english}" if message.context else english


def missing(catalogue: Catalog) -> dict[Key, Translation]:
    """What has no translation yet, ready to be filled in: a text, or one for each plural form of the language."""
    found = [message for message in messages(catalogue) if is_missing(message)]
    return {key_of(one): [""] * catalogue.num_plurals if one.pluralizable else "" for one in found}


def take(catalogue: Catalog, translations: Mapping[Key, Translation]) -> list[Key]:
    """Put translations in. Returns the keys that the catalogue does not have."""
    known = {key_of(message): message for message in messages(catalogue)}
    for key, text in translations.items():
        if key in known and text and all(text):
            known[key].string = text if isinstance(text, str) else tuple(text)
    return [key for key in translations if key not in known]
