"""What the templates of planning need beside Django's own filters."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
_untouched: dict[tuple[str, str], SafeString] = {}
SWAPPED = mark_safe(' hx-swap-oob="true"')  # a constant


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`mapping[key]` for a key that is a variable; empty when there is none."""
    return mapping.get(key, "")


EMPTY = '<div class="problems" id="problems-{0}"{1}></div>\n<div class="offers" id="offers-{0}"{1}></div>'


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, oob: bool = False) -> SafeString:
    """The place in the composer for what is said about `name`. Most say nothing, and there are a hundred: these cost least."""
    if _is_quiet(context, name):
        return format_html(EMPTY, name, SWAPPED if oob else "")
    return _drawn(context, "scheduler/_slot.html", name=name, oob=oob)


@register.simple_tag(takes_context=True)
def option(context: template.Context, field: BoundField) -> SafeString:
    """A network's setting. As nobody has touched most of them, what they look like then is kept, in each language."""
    value, empty = field.value(), field.field.option.empty()  # type: ignore[attr-defined]  # see field_for
    untouched = not field.form.is_bound and (value == empty or not (value or empty))
    if not untouched or not _is_quiet(context, field.html_name):
        return _drawn(context, "scheduler/_option.html", field=field)
    key = (field.html_name, get_language() or "")
    if key not in _untouched:
        _untouched[key] = _drawn(context, "scheduler/_option.html", field=field)
    return _untouched[key]


def _is_quiet(context: template.Context, name: str) -> bool:
    advice = context.get("advice")
    return not context["slots"].get(name) and not (advice and (advice.fixes.get(name) or advice.hints.get(name)))


def _drawn(context: template.Context, of: str, **more: Any) -> SafeString:
    engine = context.template.engine  # type: ignore[union-attr]  # it is being rendered
    with context.push(**more):
        return engine.get_template(of).render(context)


@register.filter
def clock(seconds: float) -> str:
    """A duration as players show it: 75.4 is 1:15."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
