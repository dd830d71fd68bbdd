"""What the templates of planning need beside Django's own filters."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`mapping[key]` for a key that is a variable; empty when there is none."""
    return mapping.get(key, "")


@register.filter
def clock(seconds: float) -> str:
    """A duration as players show it: 75.4 is 1:15."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
