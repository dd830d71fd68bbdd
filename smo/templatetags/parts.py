"""Parts of pages that stand there by the dozen."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def part(component: str, **values: Any) -> str:
    """`{% include %}` for a component that depends on its values, the language and the time zone alone: a list has it in every
    line, or draws the same lines again and again, so that it is rendered once and kept."""
    return _rendered(component, get_language(), get_current_timezone_name(), tuple(sorted(values.items())))


@lru_cache(maxsize=2000)
def _rendered(component: str, language: str | None, zone: str, values: tuple[tuple[str, Any], ...]) -> str:
    return render_to_string(component, dict(values))
