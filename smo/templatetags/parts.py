"""Parts of pages that stand there by the dozen."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def part(component: str, **values: Any) -> str:
    """`{% include %}` for a component that depends on its values and the language alone: a list has it in every line, so that
    it is rendered once and kept."""
    return _rendered(component, get_language(), tuple(sorted(values.items())))


@lru_cache(maxsize=1000)
def _rendered(component: str, language: str | None, values: tuple[tuple[str, Any], ...]) -> str:
    return render_to_string(component, dict(values))
