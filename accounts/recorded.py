"""What the audit log holds beside who did what, in the reader's language. It is stored as plain keys and values."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Language, Workspace
from accounts.roles import Role
from connectors import NETWORKS, connector

NAMES = {  # in the order in which they are told: PostgreSQL keeps none
    "before": gettext_lazy("before"),
    "after": gettext_lazy("after"),
    "at": gettext_lazy("at"),
    "channels": gettext_lazy("channels"),
    "days": gettext_lazy("days"),
    "kind": gettext_lazy("kind"),
    "label": gettext_lazy("label"),
    "language": gettext_lazy("language"),
    "late_minutes": gettext_lazy("late after (minutes)"),
    "late_policy": gettext_lazy("posts that are late"),
    "name": gettext_lazy("name"),
    "network": gettext_lazy("network"),
    "posts": gettext_lazy("posts"),
    "practice": gettext_lazy("practice"),
    "publish_at": gettext_lazy("for"),
    "role": gettext_lazy("role"),
    "rows": gettext_lazy("lines"),
    "slots": gettext_lazy("times"),
    "source": gettext_lazy("from"),
    "text": gettext_lazy("text"),
    "time_zone": gettext_lazy("time zone"),
    "url": gettext_lazy("address"),
    "when": gettext_lazy("for"),
}


def told(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The details of an entry as pairs of a name and a value."""
    order = [*NAMES, *details]
    return [(str(NAMES.get(name, name)), _value(name, details[name])) for name in sorted(details, key=order.index)]


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "days":
        return ", ".join(str(WEEKDAYS[day]) for day in value)
    if isinstance(value, list):
        return " → ".join(_value(name, one) for one in value)
    return KINDS[name](value) if name in KINDS else str(value)


def _moment(value: str) -> str:
    found = parse_datetime(value)
    return date_format(localtime(found), "j M Y, H:i") if found else value


def _one_of(choices: list[tuple[str, Any]]) -> Callable[[str], str]:
    return lambda value: str(dict(choices).get(value, value))


def _network(value: str) -> str:
    return connector(value).name if value in NETWORKS else value


KINDS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("role", "before", "after"), _one_of(Role.choices)),
    **dict.fromkeys(("publish_at", "when"), _moment),
    "network": _network,
    "late_policy": _one_of(Workspace.Late.choices),
    "language": _one_of(Language.choices),
    "kind": lambda value: _("audience") if value == "audience" else value,
}
