"""What the templates of planning need beside Django's own filters."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
SWAPPED = mark_safe(' hx-swap-oob="true"')  # a constant


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`mapping[key]` for a key that is a variable; empty when there is none."""
    return mapping.get(key, "")


EMPTY = '<div class="problems" id="problems-{0}"{1}></div>\n<div class="offers" id="offers-{0}"{1}></div>'


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, oob: bool = False) -> SafeString:
    """The place in the composer for what is said about `name`. Most say nothing, and there are a hundred: these cost least."""
    advice = context.get("advice")
    if not context["slots"].get(name) and not (advice and (advice.fixes.get(name) or advice.hints.get(name))):
        return format_html(EMPTY, name, SWAPPED if oob else "")
    engine = context.template.engine  # type: ignore[union-attr]  # it is being rendered
    with context.push(name=name, oob=oob):
        return engine.get_template("scheduler/_slot.html").render(context)


@register.filter
def clock(seconds: float) -> str:
    """A duration as players show it: 75.4 is 1:15."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
