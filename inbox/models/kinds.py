"""By what conversations are told apart: their kinds, languages, moods, and the colours of their faces."""

from django.db import models
from django.utils.translation import gettext_lazy as _

KINDS = {"comment": _("Comment"), "mention": _("Mention"), "message": _("Private message"), "review": _("Review")}
LANGUAGES = {
    "en": "English",
    "pl": "Polski",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "uk": "Українська",
    "ru": "Русский",
}  # those that inbox.reading knows, each by its own name
HUES = ("blue", "azure", "indigo", "purple", "pink", "orange", "teal", "green")


class Mood(models.TextChoices):
    """How something sounds, as inbox.reading.mood tells it."""

    POSITIVE = "positive", _("Positive")
    NEUTRAL = "neutral", _("Neutral")
    NEGATIVE = "negative", _("Negative")


MOOD_ICONS = {Mood.POSITIVE: "mood-smile", Mood.NEUTRAL: "mood-neutral", Mood.NEGATIVE: "mood-sad"}
