"""When something was said, as the list and the thread show it."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as said
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def moment(at: datetime, today: date) -> str:
    """The time for today, else the day; all of it to whoever points there. A tag, because a list has it in every line."""
    local = timezone.localtime(at)
    short = said(local, "H:i" if local.date() == today else "j M")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), said(local, "j M Y, H:i"), short)
