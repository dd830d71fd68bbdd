"""No template says anything past gettext."""

import re
from pathlib import Path

import pytest

from smo.up.install import ROOT
from tests.words.reading import read

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMES = {"SMO", "UTM", "GIF", "CSV", "Enter", "Space", "Ctrl"}  # names are the same in all languages
TAGS = (r"\{#.*?#\}", r"\{% blocktranslate\b.*?\{% endblocktranslate %\}", r"\{%.*?%\}", r"\{\{.*?\}\}")
SAID = re.compile("|".join(TAGS), re.DOTALL)
WORD = re.compile(r"[A-Za-z]{3,}")


def unsaid(template: str) -> list[str]:
    """Words on the page that come from no tag."""
    bare = re.sub(r"&\w+;", " ", SAID.sub("", template))
    return [text for text in read(bare) if any(word not in NAMES for word in WORD.findall(text))]


def test_the_check_finds_what_is_bare() -> None:
    assert unsaid('<p title="Help">{% translate "Good" %} <b>Bare</b>{{ name }}</p>') == ["Help", "Bare"]
    assert unsaid("<p>{% blocktranslate %}Whole {{ n }}{% endblocktranslate %} SMO</p>") == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_word_goes_through_gettext(path: Path) -> None:
    assert unsaid(path.read_text()) == []
