"""How the notices of planning and publishing are put together."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member, Notice
from accounts.noticing import About, notify
from scheduler.models import Import, ImportRow, Post, Publication

TITLE = 60


def title(post: Post) -> str:
    """The first words of a post."""
    words = " ".join(post.text.split())
    return f"{words[: TITLE - 1]}…" if len(words) > TITLE else words or _("(no text)")


def about_posts(sentence: str, rows: Collection[Publication], several: str, details: Mapping[str, Any]) -> About:
    """What happened alike to publications of one channel; the sentence takes the first one's words, or their count."""
    first = next(iter(rows))
    said = {"title": title(first.post), "channel": first.channel.name, "several": several, **details}
    return About(
        sentence,
        what=f"{first.channel_id}:{sentence}",
        address=reverse("publication", args=[first.pk]),
        details=said,
        people=frozenset(one.post.author_id for one in rows if one.post.author_id),
        count=len(rows),
    )


def touched(post: Post, by: Member, sentence: str) -> None:
    """Tell the author of a scheduled post that somebody else has done something to it."""
    if post.author_id is None or post.author_id == by.user_id:
        return
    said = {"who": str(by.user), "title": title(post), "several": reverse("calendar")}
    address = reverse("post", args=[post.pk])
    about = About(sentence, f"{by.user_id}:{sentence}", address, said, frozenset({post.author_id}))
    notify(by.workspace, Notice.Kind.CHANGED, about, by.user_id)


def finished(source: Import, state: str) -> None:
    """Tell who began an import that it is imported, or undone."""
    if state == Import.State.IMPORTING:
        done, bad = (source.rows.filter(state=one).count() for one in (ImportRow.State.DONE, ImportRow.State.BAD))
        _of_import(source, "imported", {"done": done, "bad": bad})
    elif state == Import.State.UNDOING:
        _of_import(source, "undone", {})


def stopped(source: Import, why: str) -> None:
    """Tell who began an import that it does not go on."""
    _of_import(source, "stopped", {"why": why})


def _of_import(source: Import, sentence: str, details: Mapping[str, Any]) -> None:
    people = frozenset({source.by_id} if source.by_id else ())
    address = reverse("import", args=[source.pk])
    about = About(sentence, f"{source.pk}:{sentence}", address, {"name": source.name, **details}, people)
    notify(source.workspace, Notice.Kind.IMPORTED, about)
