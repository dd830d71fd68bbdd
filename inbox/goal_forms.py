"""What people type about hours and goals."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Channel, Workspace
from inbox.models import KINDS, Goal, Hours
from inbox.worktime import Span

CONTROL, SELECT = {"class": "form-control"}, {"class": "form-select"}
END = 24 * 60
LONGEST = 60 * 24 * 90  # minutes


class GoalForm(forms.Form):
    """For which channel and kind, and how many minutes of work there are."""

    channel = forms.ModelChoiceField(
        label=gettext_lazy("Channel"),
        queryset=Channel.objects.none(),
        required=False,
        empty_label=gettext_lazy("All channels"),
        widget=forms.Select(attrs=SELECT),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("All kinds")), *KINDS.items()],
        required=False,
        widget=forms.Select(attrs=SELECT),
    )
    answer_minutes = forms.IntegerField(
        label=gettext_lazy("Answer within (min)"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs=CONTROL),
    )
    resolve_minutes = forms.IntegerField(
        label=gettext_lazy("Done within (min)"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs=CONTROL),
    )

    def __init__(self, workspace: Workspace, data: Any = None, goal: Goal | None = None) -> None:
        prefix = f"goal-{goal.pk}" if goal else "new"
        initial = {name: getattr(goal, name) for name in self.base_fields} if goal else {}
        super().__init__(data, prefix=prefix, initial=initial)
        self.goal = goal
        channels = self.fields["channel"]
        assert isinstance(channels, forms.ModelChoiceField)
        channels.queryset = workspace.channels.exclude(status=Channel.Status.REMOVED)
        channels.label_from_instance = _named  # type: ignore[method-assign, assignment]


def _named(channel: Channel) -> str:
    return f"{channel.name} · {channel.network_name}"


class HoursForm(forms.Form):
    """For each day of the week from when until when, or around the clock; and holidays."""

    around = forms.BooleanField(
        label=gettext_lazy("Around the clock"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    holidays = forms.CharField(
        label=gettext_lazy("Holidays"),
        help_text=gettext_lazy("One day a line, such as 2030-12-25. Nobody has to answer on them."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={**CONTROL, "rows": 4}),
    )

    def __init__(self, hours: Hours | None, data: Any = None) -> None:
        super().__init__(data, prefix="hours", initial=_initial(hours))
        for day in range(7):
            tick = forms.CheckboxInput(attrs={"class": "form-check-input"})
            self.fields[f"open-{day}"] = forms.BooleanField(label=WEEKDAYS[day], required=False, widget=tick)
            for end, label in (("from", gettext_lazy("From")), ("until", gettext_lazy("Until"))):
                clock = forms.TimeInput(format="%H:%M", attrs={**CONTROL, "type": "time"})
                self.fields[f"{end}-{day}"] = forms.TimeField(label=label, required=False, widget=clock)

    @property
    def days(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """For each day: whether, from when, until when."""
        return ((self[f"open-{day}"], self[f"from-{day}"], self[f"until-{day}"]) for day in range(7))

    def clean_holidays(self) -> list[date]:
        try:
            return [date.fromisoformat(line.strip()) for line in self.cleaned_data["holidays"].splitlines() if line.strip()]
        except ValueError as error:
            raise forms.ValidationError(_("Write each day as year-month-day, such as 2030-12-25.")) from error

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for day in range(7):
            span = _span(given, day)
            if not given.get("around") and given.get(f"open-{day}") and (span is None or span[0] >= span[1]):
                self.add_error(f"until-{day}", _("Say from when until when; the end comes after the beginning."))
        return given

    @property
    def week(self) -> list[Span | None]:
        """As inbox.models.Hours keeps it; empty: around the clock."""
        given = self.cleaned_data
        return [] if given["around"] else [_span(given, day) if given[f"open-{day}"] else None for day in range(7)]


def _span(given: dict[str, Any], day: int) -> Span | None:
    start, end = given.get(f"from-{day}"), given.get(f"until-{day}")
    if start is None or end is None:
        return None
    return _minutes(start), _minutes(end) or END  # midnight ends a day


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _initial(hours: Hours | None) -> dict[str, Any]:
    """What the form begins with; working days from nine to five where nothing was said yet."""
    week = hours.week if hours else [(540, 1020)] * 5 + [None, None]
    found: dict[str, Any] = {"around": hours is None}
    found["holidays"] = "\n".join(day.isoformat() for day in hours.holidays) if hours else ""
    for day, span in enumerate(week):
        start, end = span or (540, 1020)
        found |= {f"open-{day}": bool(span), f"from-{day}": _time(start), f"until-{day}": _time(end)}
    return found


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
