"""The Polish catalogue is complete: everything that SMO says is in it, whole and in its place."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from smo.up.install import ROOT
from smo.words import catalogue, compiling, sources

HOLES = re.compile(r"%\(\w+\)[a-z]|%%\d|\{\w+\}|</?[a-z]+>")  # what is filled in, and tags


def polish() -> list[Message]:
    return catalogue.messages(catalogue.read("pl"))


def english_of(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if message.pluralizable else (str(message.id),)


def polish_of(message: Message) -> tuple[str, ...]:
    return tuple(message.string or ()) if message.pluralizable else (str(message.string),)


def test_everything_that_is_said_is_in_the_catalogue_and_nothing_else() -> None:
    kept = catalogue.read("pl")
    said = catalogue.renew(kept, sources.everything())

    assert {catalogue.key_of(one) for one in catalogue.messages(said)} == {catalogue.key_of(one) for one in polish()}
    assert not kept.obsolete


def test_nothing_is_missing_or_uncertain() -> None:
    assert not catalogue.missing(catalogue.read("pl"))


def test_each_plural_has_a_form_for_each_polish_number() -> None:
    for message in polish():
        assert len(polish_of(message)) == (3 if message.pluralizable else 1), message.id


def test_what_is_filled_in_and_marked_up_is_the_same_in_both_languages() -> None:
    for message in polish():
        wanted = {hole for text in english_of(message) for hole in HOLES.findall(text)}
        for number, text in enumerate(polish_of(message)):
            found = set(HOLES.findall(text))
            assert found == wanted or (number == 0 and message.pluralizable and found < wanted), message.id


def test_a_sentence_ends_as_a_sentence_and_keeps_the_space_at_its_ends() -> None:
    for message in polish():
        for text in polish_of(message):
            english = english_of(message)[0]
            assert text[:1].isspace() == english[:1].isspace(), english
            assert text[-1:].isspace() == english[-1:].isspace(), english
            assert (text[-1] == ".") == (english[-1] == "."), english


def test_the_file_is_as_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that two branches that add strings merge."""
    kept = catalogue.path_of("pl").read_bytes()
    found = catalogue.renew(catalogue.read("pl"), sources.everything())
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path)

    catalogue.write("pl", found)

    assert catalogue.path_of("pl").read_bytes() == kept


def test_translations_stay_when_strings_come_and_go() -> None:
    said = sources.Said("Save"), sources.Said("Added yesterday"), sources.Said("%(n)s post", "%(n)s posts")

    found = catalogue.renew(catalogue.read("pl"), said)

    assert catalogue.missing(found) == {"Added yesterday": ""}
    assert catalogue.take(found, {"Added yesterday": "Dodano wczoraj", "Gone": "Nie ma"}) == ["Gone"]
    assert not catalogue.missing(found)


def test_compiling_makes_what_django_reads_once(tmp_path: Path) -> None:
    source = tmp_path / "pl" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_bytes(catalogue.path_of("pl").read_bytes())

    made = compiling.compile_all(tmp_path)

    assert made == [source.with_suffix(".mo")]
    assert made[0].stat().st_size > 10_000
    assert compiling.compile_all(tmp_path) == []
    assert [path.name for path in source.parent.iterdir() if path.suffix == ".part"] == []


def test_the_image_compiles_as_the_set_up_does() -> None:
    step = "smo/words/compiling.py"
    assert f"RUN python -I {step}" in (ROOT / "Dockerfile").read_text()
    assert '"smo" / "words" / "compiling.py"' in (ROOT / "smo" / "up" / "install.py").read_text()
    assert (ROOT / step).exists()
