"""What would make a post better, though no network refuses it: for people who listen to it, and for those who saw it before."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import regex
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Channel
from scheduler.composing import fixing
from scheduler.composing.offering import Fix
from scheduler.models import LIVE, Post, Status

EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f")
MOST_EMOJI, IN_A_ROW = 7, 4
LOUD_WORDS = 4  # so many words in capitals, one after another, are shouting
LOUD = regex.compile(r"(?:\b\p{Lu}[\p{Lu}'’-]+\b[^\w#@]*){%d,}" % LOUD_WORDS)  # noqa: UP031  # braces of the pattern
LONG_TAG = 14  # letters: no single word is so long, or few
UNFILLED = regex.compile(r"\{[\p{L}_][\p{L}\d_ ]{0,30}\}")
ALIKE = 0.75  # similarity of trigrams from which two texts are nearly the same
REPEATED_WITHIN = timedelta(days=30)
TOO_SHORT = 12  # characters: "Good morning!" may come every day


@dataclass(frozen=True)
class Hint:
    """A sentence at `slot`, with what one click does about it and the post that it speaks of."""

    slot: str
    sentence: str
    fix: Fix | None = None
    post: UUID | None = None


# -- for people who listen ----------------------------------------------------------------------------------------------------


def about_text(slot: str, text: str, words: Iterable[str]) -> Iterator[Hint]:
    """What makes a text hard to listen to. `words`: those of which hashtags may be made."""
    yield from _tags(slot, text, words)
    yield from _emoji(slot, text)
    if loud := LOUD.search(text):
        sentence = _("“%(words)s” is in capitals: hard to read, and some screen readers spell it letter by letter.")
        shown = sentence % {"words": loud.group().strip()[:40]}
        calmer = text[: loud.start()] + fixing.calm(loud.group()) + text[loud.end() :]
        yield Hint(slot, shown, _change(slot, _("Write it small"), calmer))
    if any(map(fixing.is_fancy, text)):
        sentence = _("Bold or slanted letters made of mathematical signs are read out one by one, or not at all.")
        yield Hint(slot, sentence, _change(slot, _("Use plain letters"), fixing.plain_letters(text)))
    if unfilled := UNFILLED.search(text):
        yield Hint(slot, _("%(name)s is not filled in yet.") % {"name": unfilled.group()})


def _change(slot: str, label: str, text: str) -> Fix:
    return Fix(slot, label, {slot: text})


def _tags(slot: str, text: str, words: Iterable[str]) -> Iterator[Hint]:
    words = [*words, *regex.findall(r"[^\W\d_]+", fixing.TAG.sub("", text))]
    for tag in dict.fromkeys(fixing.TAG.findall(text)):
        better = fixing.camel(tag, words) if tag == tag.lower() else ""
        if better:
            sentence = _("Screen readers read %(better)s word by word, %(tag)s they do not.") % {"better": better, "tag": tag}
            new = regex.sub(rf"{regex.escape(tag)}(?!\w)", better, text)
            yield Hint(slot, sentence, _change(slot, _("Write %(better)s") % {"better": better}, new))
        elif tag == tag.lower() and len(tag) > LONG_TAG:
            yield Hint(slot, _("Begin each word in %(tag)s with a capital: screen readers then read the words.") % {"tag": tag})


def _emoji(slot: str, text: str) -> Iterator[Hint]:
    graphemes = regex.findall(r"\X", text)
    found = [bool(EMOJI.search(one)) for one in graphemes]
    if sum(found) > MOST_EMOJI or _longest_run(graphemes, found) > IN_A_ROW:
        yield Hint(slot, _("There are %(n)s emoji: screen readers read each out by its name.") % {"n": sum(found)})


def _longest_run(graphemes: Sequence[str], found: Sequence[bool]) -> int:
    longest = run = 0
    for one, is_emoji in zip(graphemes, found, strict=True):
        run = run + 1 if is_emoji else run if one.isspace() else 0
        longest = max(longest, run)
    return longest


def about_pictures(slot: str, files: Iterable[tuple[str, str, bool]]) -> Iterator[Hint]:
    """Pictures that nobody has described. `files`: name, alt text, whether it is a video."""
    silent = [name for name, alt, is_video in files if not is_video and not alt.strip()]
    if silent:
        sentence = _("%(names)s: no alt text. Describe it for people who cannot see it, and for search.")
        yield Hint(slot, sentence % {"names": ", ".join(silent)})


# -- for people who saw it before ---------------------------------------------------------------------------------------------


Text = tuple[str, str, Sequence[Channel]]  # its slot, its words, the channels that get it

# Not by the ORM: it takes longer to put the statement together than PostgreSQL to answer it.
NEAREST = """
SELECT DISTINCT ON (wanted.number) wanted.number, wanted.channel, said.post_id, said.publish_at, said.content->>'text'
FROM unnest(%(numbers)s, %(texts)s, %(channels)s::uuid[]) AS wanted (number, text, channel)
JOIN scheduler_publication said ON said.channel_id = wanted.channel
WHERE said.workspace_id = %(workspace)s AND said.post_id <> %(post)s AND said.part = 0
    AND said.publish_at BETWEEN %(since)s AND %(until)s AND said.status = ANY(%(statuses)s)
    AND similarity(said.content->>'text', wanted.text) >= %(alike)s
ORDER BY wanted.number, similarity(said.content->>'text', wanted.text) DESC, said.publish_at DESC
"""


def repeated(post: Post, texts: Iterable[Text], when: datetime | None) -> Iterator[Hint]:
    """For each text the post nearest in words that its channels bring, or brought, within REPEATED_WITHIN of `when`.

    One query for all of them.
    """
    told = [one for one in texts if len(one[1].strip()) >= TOO_SHORT]
    wanted = [(number, text, channel) for number, (_slot, text, channels) in enumerate(told) for channel in channels]
    names = {channel.pk: channel.name for _number, _text, channel in wanted}
    for number, channel, other, day, said in _nearest(post, wanted, when or timezone.now()) if wanted else ():
        slot, text, _channels = told[number]
        sentence = (
            _("The same text is on %(channel)s on %(day)s.")
            if _plain(said) == _plain(text)
            else _("Nearly the same text is on %(channel)s on %(day)s.")
        )
        on = date_format(timezone.localtime(day), "j M Y")
        yield Hint(slot, sentence % {"channel": names[channel], "day": on}, post=other)


def _nearest(post: Post, wanted: list[tuple[int, str, Channel]], moment: datetime) -> list[tuple[Any, ...]]:
    """By the texts' numbers: channel, post, moment and text of what is likest, where it is alike at all."""
    asked: dict[str, Any] = {
        "numbers": [number for number, _text, _channel in wanted],
        "texts": [text for _number, text, _channel in wanted],
        "channels": [channel.pk for _number, _text, channel in wanted],
        "workspace": post.workspace_id,
        "post": post.pk,
        "since": moment - REPEATED_WITHIN,
        "until": moment + REPEATED_WITHIN,
        "statuses": [str(status) for status in (*LIVE, Status.PUBLISHED)],
        "alike": ALIKE,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())
