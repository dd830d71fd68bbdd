"""How something sounds: what decides, what turns it, how well it is told, and what a correction changes."""

import pytest

from bench.moods import labelled, measure
from inbox.reading.language import language
from inbox.reading.mood import Mood, lesson, read


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("This is delicious", Mood.POSITIVE),
        ("This is not delicious", Mood.NEGATIVE),
        ("not bad", Mood.POSITIVE),
        ("Love waiting three hours, terrible service", Mood.NEGATIVE),
        ("great job 🙄", Mood.NEGATIVE),
        ("niesmaczne", Mood.NEGATIVE),
        ("NIE ZAWIODŁAM SIĘ", Mood.POSITIVE),
        ("swietnie!!!", Mood.POSITIVE),
        ("sooooo gooood", Mood.POSITIVE),
        ("Do you ship to Austria?", Mood.NEUTRAL),
        ("Дуже смачно 😡", Mood.NEGATIVE),
        ("", Mood.NEUTRAL),
    ],
)
def test_words_weigh_and_turn_each_other(text: str, mood: Mood) -> None:
    assert read(text).mood == mood


def test_the_words_that_decided_are_told() -> None:
    found = read("The parcel was late and the bottle broken, awful service!").words

    assert [word for word, _weight in found] == ["awful", "broken", "late"]
    assert all(weight < 0 for _word, weight in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where can I buy this?", "en"),
        ("gdzie to kupie", "pl"),
        ("Wo kann ich das kaufen?", "de"),
        ("Où est-ce que je peux acheter ça ?", "fr"),
        ("¿Dónde puedo comprar esto?", "es"),
        ("Dove posso comprare questo?", "it"),
        ("Де це можна купити, дякую", "uk"),
        ("mniam", "pl"),
        ("👍", ""),
        ("https://example.com/the/and/is @was", ""),
    ],
)
def test_languages_are_known_by_their_little_words(text: str, code: str) -> None:
    assert read(text).language == code


@pytest.mark.parametrize("code", ["en", "pl"])
def test_the_measured_sentences_are_read_as_well_as_the_readme_says(code: str) -> None:
    found = measure(code)

    assert found.sentences == 200
    assert found.right > 0.77
    assert found.knows_itself > 0.95
    assert not {text for _label, text in labelled("tuning", code)} & {text for _label, text in labelled("measured", code)}


def test_a_correction_is_heeded_and_carries_over_to_other_forms() -> None:
    before, after = "Ta nakrętka to jakaś parodia", "Parodie z nakrętką"
    assert read(before).mood == read(after).mood == Mood.NEUTRAL

    learned = lesson(before, Mood.NEGATIVE, {})

    assert read(before, learned).mood == Mood.NEGATIVE
    assert read(after, learned).mood == Mood.NEGATIVE
    assert "to" not in learned


def test_a_correction_of_what_was_read_right_changes_nothing() -> None:
    assert lesson("awful", Mood.NEGATIVE, {}) == {}
    assert lesson("👍", Mood.NEGATIVE, {}) == {}


def test_corrections_of_opposite_kind_do_not_run_away() -> None:
    learned: dict[str, float] = {}
    for _turn in range(20):
        for wanted in (Mood.POSITIVE, Mood.NEGATIVE):
            learned |= lesson("bubbly", wanted, learned)

    assert abs(learned["bubbl"]) <= 3
    assert language("") == ""
