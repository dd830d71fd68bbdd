"""Audiences in templates: codes as names."""

from collections.abc import Sequence

from django import template

from scheduler.targeting.described import named
from scheduler.targeting.places import language_name, listed

register = template.Library()


@register.filter
def countries(codes: Sequence[str]) -> str:
    """The names of countries; many are counted."""
    return named(tuple(codes), 4)


@register.filter
def languages(tags: Sequence[str]) -> str:
    """The names of languages in the reader's own."""
    return listed(map(language_name, tags), 4)
