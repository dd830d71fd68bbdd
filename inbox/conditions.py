"""What a rule can ask of a message: one entry each. A new condition is one function or two, and one line in CONDITIONS.

A condition is a field of the form, the messages for which its value holds (as a query, so that the dry run and the worker
ask the same), and its value in words. Empty values ask nothing.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Channel, Workspace
from connectors import connector
from inbox.goals import worktime
from inbox.models import KINDS, LANGUAGES, Mood
from inbox.worktime import Worktime
from scheduler.models import Label

MOST_WORDS = 50


@dataclass(frozen=True)
class Names:
    """What people call the rows that rules name by id; read once for all rules of a page."""

    channels: dict[str, str]
    members: dict[str, str]
    labels: dict[str, str]
    replies: dict[str, str]

    @classmethod
    def of(cls, workspace: Workspace) -> "Names":
        members = {str(one.pk): str(one) for one in workspace.members.select_related("user")}
        labels = {str(one.pk): one.name for one in workspace.labels.all()}
        replies = {str(one.pk): one.title for one in workspace.saved_replies.filter(gone_at=None)}
        return cls({str(one.pk): one.name for one in workspace.channels.all()}, members, labels, replies)


@dataclass(frozen=True)
class Condition:
    """`field`: how it is asked for in a workspace. `finds`: messages of which it holds. `said`: it, in words."""

    name: str
    field: Callable[[Workspace], forms.Field]
    finds: Callable[[Any, Workspace], Q]
    said: Callable[[Any, Names], str]


def ticks(label: Any, choices: Iterable[tuple[Any, Any]]) -> forms.MultipleChoiceField:
    """Some of these; none ticked means any."""
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple())


def choice(label: Any, choices: Iterable[tuple[Any, Any]], help_text: Any = "") -> forms.ChoiceField:
    """One of these; the first, with an empty value, asks or does nothing."""
    select = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=select, help_text=help_text)


# -- words ----------------------------------------------------------------------------------------------------------------


def words_of(value: str) -> list[str]:
    """The words and phrases of a line, which commas part."""
    return [word for word in (" ".join(part.split()) for part in value.split(",")) if word][:MOST_WORDS]


def _words_field(_workspace: Workspace) -> forms.Field:
    return forms.CharField(
        label=gettext_lazy("One of these words"),
        help_text=gettext_lazy("Parted by commas. A word is found at its beginning: “refund” finds “refunds” as well."),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "form-control", "dir": "auto"}),
    )


def _words_find(value: str, _workspace: Workspace) -> Q:
    found = "|".join(re.escape(word) for word in words_of(value))
    return Q(text__iregex=rf"(^|[^[:alnum:]])({found})") if found else Q(pk__in=[])


def _words_said(value: str, _names: Names) -> str:
    return _("it has one of the words %(words)s") % {"words": ", ".join(f"“{word}”" for word in words_of(value))}


# -- how it sounds ----------------------------------------------------------------------------------------------------------


def _mood_field(_workspace: Workspace) -> forms.Field:
    return ticks(gettext_lazy("Sounding like this"), Mood.choices)


def _mood_said(value: list[str], _names: Names) -> str:
    return _("it sounds %(moods)s") % {"moods": _any_of(str(Mood(mood).label).lower() for mood in value)}


def _language_field(_workspace: Workspace) -> forms.Field:
    return ticks(gettext_lazy("In these languages"), LANGUAGES.items())


def _language_said(value: list[str], _names: Names) -> str:
    return _("it is in %(languages)s") % {"languages": _any_of(LANGUAGES.get(code, code) for code in value)}


# -- how somebody rates us --------------------------------------------------------------------------------------------------

AGAINST = "no"
RATINGS = {
    AGAINST: gettext_lazy("not recommended"),
    "1": gettext_lazy("one star, or not recommended"),
    "2": gettext_lazy("at most two stars, or not recommended"),
    "3": gettext_lazy("at most three stars, or not recommended"),
    "4": gettext_lazy("at most four stars, or not recommended"),
}


def _rating_field(_workspace: Workspace) -> forms.Field:
    return choice(gettext_lazy("A review that gives"), [("", gettext_lazy("anything, or is no review")), *RATINGS.items()])


def rated(value: str) -> Q:
    """Messages that rate us no better than that."""
    stars = Q(stars__gte=1, stars__lte=int(value)) if value.isdecimal() else Q()
    # PostgreSQL takes NOT NULL for true when it guesses how many there are, and would read all messages.
    return stars | Q(recommends=False, recommends__isnull=False)


def _rating_said(value: str, _names: Names) -> str:
    return _("it rates you so: %(rating)s") % {"rating": RATINGS[value]}


# -- where it came from -----------------------------------------------------------------------------------------------------


def _channels_field(workspace: Workspace) -> forms.Field:
    found = workspace.channels.exclude(status=Channel.Status.REMOVED)
    return ticks(gettext_lazy("On these channels"), [(str(one.pk), f"{one.name} · {one.network_name}") for one in found])


def _channels_said(value: list[str], names: Names) -> str:
    return _("it is on %(places)s") % {"places": _any_of(names.channels.get(one, _("a channel that is gone")) for one in value)}


def _networks_field(workspace: Workspace) -> forms.Field:
    slugs = workspace.channels.order_by("network").values_list("network", flat=True).distinct()
    return ticks(gettext_lazy("On these networks"), [(slug, connector(slug).name) for slug in slugs])


def _networks_said(value: list[str], _names: Names) -> str:
    return _("it is on %(places)s") % {"places": _any_of(connector(slug).name for slug in value)}


def _kinds_field(_workspace: Workspace) -> forms.Field:
    return ticks(gettext_lazy("Of these kinds"), KINDS.items())


def _kinds_said(value: list[str], _names: Names) -> str:
    return _("it is of the kind %(kinds)s") % {"kinds": _any_of(str(KINDS.get(kind, kind)) for kind in value)}


def _labels_field(workspace: Workspace) -> forms.Field:
    return ticks(gettext_lazy("With these labels"), [(str(one.pk), one.name) for one in workspace.labels.all()])


def _labels_find(value: list[str], _workspace: Workspace) -> Q:
    return Q(Exists(Label.objects.filter(conversations=OuterRef("conversation"), pk__in=value)))


def _labels_said(value: list[str], names: Names) -> str:
    return _("it has the label %(labels)s") % {
        "labels": _any_of(names.labels.get(one, _("a label that is gone")) for one in value)
    }


def _any_of(words: Iterable[str]) -> str:
    return _(" or ").join(words)


# -- when it was said -------------------------------------------------------------------------------------------------------


WITHIN, OUTSIDE = "within", "outside"


def _hours_field(_workspace: Workspace) -> forms.Field:
    times = [
        ("", gettext_lazy("at any time")),
        (WITHIN, gettext_lazy("within business hours")),
        (OUTSIDE, gettext_lazy("outside business hours")),
    ]
    return choice(gettext_lazy("Said"), times)


def _hours_find(value: str, workspace: Workspace) -> Q:
    within = during(worktime(workspace))
    return within if value == WITHIN else ~within


def during(hours: Worktime) -> Q:
    """What was said while somebody works. Its days and times are those of the current time zone."""
    if not hours.week:
        return Q(pk__isnull=False)
    found = Q(pk__in=[])
    for day, span in enumerate(hours.week, start=1):
        if span is not None:
            found |= Q(sent_at__iso_week_day=day) & _from(span[0]) & _until(span[1])
    return found & ~Q(sent_at__date__in=sorted(hours.holidays)) if hours.holidays else found


def _from(minute: int) -> Q:
    return Q(sent_at__hour__gt=minute // 60) | Q(sent_at__hour=minute // 60, sent_at__minute__gte=minute % 60)


def _until(minute: int) -> Q:
    return Q(sent_at__hour__lt=minute // 60) | Q(sent_at__hour=minute // 60, sent_at__minute__lt=minute % 60)


def _hours_said(value: str, _names: Names) -> str:
    return _("it is said within business hours") if value == WITHIN else _("it is said outside business hours")


# -- all of them ------------------------------------------------------------------------------------------------------------

CONDITIONS = (
    Condition("words", _words_field, _words_find, _words_said),
    Condition("mood", _mood_field, lambda value, _workspace: Q(mood__in=value), _mood_said),
    Condition("language", _language_field, lambda value, _workspace: Q(language__in=value), _language_said),
    Condition("rating", _rating_field, lambda value, _workspace: rated(value), _rating_said),
    Condition("kinds", _kinds_field, lambda value, _workspace: Q(conversation__kind__in=value), _kinds_said),
    Condition("networks", _networks_field, lambda value, _workspace: Q(channel__network__in=value), _networks_said),
    Condition("channels", _channels_field, lambda value, _workspace: Q(channel__in=value), _channels_said),
    Condition("labels", _labels_field, _labels_find, _labels_said),
    Condition("hours", _hours_field, _hours_find, _hours_said),
)
