"""The sentences of notices. They are made when they are shown, so that each reader has them in the own language."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Notice


def sentence(notice: Notice) -> str:
    """What it says, in the language of this moment."""
    words = SENTENCES[notice.sentence](notice.count) if notice.sentence in SENTENCES else notice.get_kind_display()
    return words % defaultdict(str, notice.details, count=notice.count)


def _failed(count: int) -> str:
    if count == 1:
        return _("“%(title)s” did not go out on %(channel)s: %(why)s")
    return ngettext("%(count)d post did not go out on %(channel)s.", "%(count)d posts did not go out on %(channel)s.", count)


def _unsure(count: int) -> str:
    if count == 1:
        return _("Nobody knows whether “%(title)s” is out on %(channel)s: look there, then decide here.")
    return ngettext(
        "Nobody knows whether %(count)d post is out on %(channel)s: look there, then decide here.",
        "Nobody knows whether %(count)d posts are out on %(channel)s: look there, then decide here.",
        count,
    )


def _held(count: int) -> str:
    if count == 1:
        return _("“%(title)s” was too late for %(channel)s and waits for you: send it now, or leave it.")
    return ngettext(
        "%(count)d post was too late for %(channel)s and waits for you: send it now, or leave it.",
        "%(count)d posts were too late for %(channel)s and wait for you: send them now, or leave them.",
        count,
    )


def _dropped(count: int) -> str:
    if count == 1:
        return _("“%(title)s” was too late for %(channel)s and was cancelled.")
    return ngettext(
        "%(count)d post was too late for %(channel)s and was cancelled.",
        "%(count)d posts were too late for %(channel)s and were cancelled.",
        count,
    )


def _problem(count: int) -> str:
    if count == 1:
        return _("“%(title)s” is about to go out on %(channel)s and has a problem: %(why)s")
    return ngettext(
        "%(count)d post that is about to go out on %(channel)s has a problem: %(why)s",
        "%(count)d posts that are about to go out on %(channel)s have a problem: %(why)s",
        count,
    )


def _moved(count: int) -> str:
    if count == 1:
        return _("%(who)s has moved your post “%(title)s”.")
    return _("%(who)s has moved %(count)d publications of yours, “%(title)s” last.")


def _cancelled(count: int) -> str:
    if count == 1:
        return _("%(who)s has cancelled your post “%(title)s”.")
    return _("%(who)s has cancelled %(count)d publications of yours, “%(title)s” last.")


def _rewritten(count: int) -> str:
    if count == 1:
        return _("%(who)s has changed your post “%(title)s” and scheduled it anew.")
    return _("%(who)s has changed %(count)d of your posts and scheduled them anew, “%(title)s” last.")


def _named(count: int) -> str:
    if count == 1:
        return _("%(who)s has named you in a note about %(person)s: “%(words)s”")
    return _("You were named in %(count)d notes about %(person)s, by %(who)s last: “%(words)s”")


def _soon_late(count: int) -> str:
    if count == 1:
        return _("%(person)s on %(channel)s has been waiting for most of the time that there is: the goal is %(when)s.")
    return ngettext("%(count)d conversation will soon be late.", "%(count)d conversations will soon be late.", count)


def _late_talk(count: int) -> str:
    if count == 1:
        return _("The conversation with %(person)s on %(channel)s is late: the goal was %(when)s.")
    return ngettext("%(count)d conversation is late.", "%(count)d conversations are late.", count)


def _ruled(count: int) -> str:
    if count == 1:
        return _("The rule “%(rule)s” tells you of %(person)s on %(channel)s.")
    return ngettext(
        "The rule “%(rule)s” tells you of %(count)d conversation.",
        "The rule “%(rule)s” tells you of %(count)d conversations, %(person)s last.",
        count,
    )


# By the key that a notice carries; a sentence takes how many it stands for.
SENTENCES: dict[str, Callable[[int], Any]] = {
    "failed": _failed,
    "unsure": _unsure,
    "held": _held,
    "dropped": _dropped,
    "problem": _problem,
    "moved": _moved,
    "cancelled": _cancelled,
    "rewritten": _rewritten,
    "named": _named,
    "disconnected": lambda _count: _("%(channel)s must be connected again; its posts wait until then. %(why)s"),
    "missing": lambda _count: _("%(channel)s lacks a permission: %(why)s. Connect it again and allow it."),
    "imported": lambda _count: _("The import of %(name)s is finished. Posts: %(done)s, lines with problems: %(bad)s."),
    "undone": lambda _count: _("The import of %(name)s is undone."),
    "stopped": lambda _count: _("The import of %(name)s has stopped. %(why)s"),
    "soon-late": _soon_late,
    "late-talk": _late_talk,
    "ruled": _ruled,
    "rule-off": lambda _count: _("The rule “%(rule)s” has switched itself off. %(why)s"),
    "empty": lambda _count: _("The queue of %(channel)s is empty: nothing is planned in its slots for the next 7 days."),
    "trouble": lambda _count: _("Something is going on in the inbox: %(channels)s. Look at it before more goes out."),
    "worse": lambda _count: _("What is going on in the inbox is growing: %(channels)s."),
    "lapsing": lambda _count: _("%(name)s may not be used after %(day)s, and scheduled posts have it: choose another file."),
}
