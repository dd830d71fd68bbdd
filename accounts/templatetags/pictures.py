"""What stands on a page hundreds of times: icons and the networks' marks. Tags, as an include costs ten times as much."""

from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
ICON = '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>'
MARK = '<img class="net {}" src="{}" alt="{}" width="{}" height="{}">'


@register.simple_tag
def icon(name: Any, css: Any = "") -> SafeString:
    """One of the icons of assets/icons.txt."""
    return format_html(ICON, css, _address("vendor/icons.svg", str(settings.STORAGES)), name)


@register.simple_tag
def mark(network: Any, label: Any = "", size: Any = 22, css: Any = "") -> SafeString:
    """A network's mark."""
    return format_html(MARK, css, _address(f"networks/{network}.svg", str(settings.STORAGES)), label, size, size)


@cache
def _address(path: str, storages: str) -> str:
    """As `{% static %}`, looked up once a process. `storages` is in the key only."""
    return static(path)
