"""Addresses of what stands on a page hundreds of times: looked up once a process, not each time."""

from functools import cache

from django import template
from django.conf import settings
from django.templatetags.static import static

register = template.Library()


@register.simple_tag
def picture(path: str) -> str:
    """As `{% static %}`."""
    return _address(path, str(settings.STORAGES))


@cache
def _address(path: str, storages: str) -> str:
    """`storages` is in the key only."""
    return static(path)
