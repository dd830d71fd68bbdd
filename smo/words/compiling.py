"""The catalogues as Django reads them: each locale/*/LC_MESSAGES/django.po becomes a .mo. `python -I smo/words/compiling.py`.

Babel alone, without Django, so that the set-up of a machine and of an image can do it first.
"""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent.parent / "locale"


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write every .mo whose .po is younger, each at once as a whole: another process may read it."""
    return [_compile(source) for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if not _is_fresh(source)]


def _is_fresh(source: Path) -> bool:
    made = source.with_suffix(".mo")
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def _compile(source: Path) -> Path:
    made, draft = source.with_suffix(".mo"), source.with_suffix(f".{os.getpid()}.part")
    with source.open("rb") as text, draft.open("wb") as file:
        write_mo(file, read_po(text, locale=source.parent.parent.name))
    return draft.replace(made)


if __name__ == "__main__":
    for path in compile_all():
        print(path.relative_to(LOCALE))
