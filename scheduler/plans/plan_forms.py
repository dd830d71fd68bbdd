"""What people type about what posts are planned for: slots, queues, labels, campaigns."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Channel, User, Workspace
from scheduler.composing.fields import Words
from scheduler.models import Campaign, Colour
from scheduler.plans import campaigns, utm

CONTROL, SELECT = {"class": "form-control"}, {"class": "form-select"}


class NameForm(forms.Form):
    """A name and a colour: a queue or a label."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=50,
        widget=forms.TextInput(attrs={**CONTROL, "dir": "auto", "placeholder": gettext_lazy("New name")}),
    )
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour"), choices=Colour.choices, initial=Colour.BLUE, widget=forms.Select(attrs=SELECT)
    )


class SlotForm(forms.Form):
    """One cell of the grid, as its button says it: weekday and time, such as 0-09:00."""

    slot = forms.RegexField(r"^[0-6]-\d\d:\d\d$")

    def __init__(self, workspace: Workspace, *args: Any) -> None:
        super().__init__(*args)
        self.fields["queue"] = forms.ModelChoiceField(workspace.queues.all(), required=False)

    def clean_slot(self) -> tuple[int, Any]:
        day, _dash, at = self.cleaned_data["slot"].partition("-")
        return int(day), forms.TimeField().clean(at)


class TimesForm(forms.Form):
    """A time of day and the weekdays that get it."""

    at = forms.TimeField(
        label=gettext_lazy("Time"),
        initial="09:00",
        widget=forms.TimeInput(attrs={**CONTROL, "type": "time"}, format="%H:%M"),
    )
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays"), choices=list(WEEKDAYS.items()), coerce=int, required=False, initial=[0, 1, 2, 3, 4]
    )

    def __init__(self, workspace: Workspace, *args: Any, **details: Any) -> None:
        super().__init__(*args, **details)
        queues = workspace.queues.all()
        self.fields["queue"] = forms.ModelChoiceField(
            queues, label=_("Queue"), required=False, empty_label=None, widget=forms.Select(attrs=SELECT)
        )
        self.several = len(queues) > 1


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs=CONTROL, format="%Y-%m-%d")


class CampaignForm(forms.Form):
    """Everything that is said about a campaign."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(attrs={**CONTROL, "dir": "auto"}))
    aim = forms.CharField(
        label=gettext_lazy("Aim"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("What has changed when it went well, in a sentence."),
        widget=forms.TextInput(attrs={**CONTROL, "dir": "auto"}),
    )
    brief = Words(label=gettext_lazy("Brief"), rows=6)
    starts_on = forms.DateField(label=gettext_lazy("Starts on"), required=False, widget=DateInput())
    ends_on = forms.DateField(label=gettext_lazy("Ends on"), required=False, widget=DateInput())
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour"), choices=Colour.choices, initial=Colour.BLUE, widget=forms.RadioSelect
    )

    def __init__(self, workspace: Workspace, *args: Any, **details: Any) -> None:
        super().__init__(*args, **details)
        people = User.objects.filter(memberships__workspace=workspace)
        channels = workspace.channels.exclude(status=Channel.Status.REMOVED)
        self.fields["owner"] = forms.ModelChoiceField(
            people, label=_("Owner"), required=False, empty_label=_("Nobody"), widget=forms.Select(attrs=SELECT)
        )
        self.fields["channels"] = forms.ModelMultipleChoiceField(channels, label=_("Channels"), required=False)
        self.fields["audiences"] = forms.ModelMultipleChoiceField(
            workspace.audiences.all(), label=_("Audiences"), required=False
        )
        self.fields["labels"] = forms.ModelMultipleChoiceField(workspace.labels.all(), label=_("Labels"), required=False)
        for name in utm.NAMES:
            self.fields[f"utm_{name}"] = forms.CharField(
                label=f"utm_{name}", max_length=100, required=False, widget=forms.TextInput(attrs=CONTROL)
            )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("starts_on") and given.get("ends_on") and given["ends_on"] < given["starts_on"]:
            self.add_error("ends_on", _("It would end before it starts: choose a later day."))
        for name in utm.NAMES:
            if wrong := utm.unknown(given.get(f"utm_{name}", "")):
                self.add_error(f"utm_{name}", _unknown(wrong))
        return given

    @property
    def tracking(self) -> list[forms.BoundField]:
        return [self[f"utm_{name}"] for name in utm.NAMES]

    @staticmethod
    def initial_of(campaign: Campaign) -> dict[str, Any]:
        plain = ("name", "aim", "brief", "starts_on", "ends_on", "colour", *(f"utm_{name}" for name in utm.NAMES))
        return (
            {name: getattr(campaign, name) for name in plain}
            | {"owner": campaign.owner_id}
            | {name: list(getattr(campaign, name).values_list("pk", flat=True)) for name in campaigns.MANY}
        )


def _unknown(names: list[str]) -> ValidationError:
    text = _("%(wrong)s is not known here. What can be used: %(known)s.")
    known = ", ".join(f"{{{name}}}" for name in utm.VARIABLES)
    return ValidationError(text % {"wrong": ", ".join(f"{{{name}}}" for name in names), "known": known})


class CopyForm(forms.Form):
    """A campaign for other dates."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(attrs={**CONTROL, "dir": "auto"}))
    starts_on = forms.DateField(label=gettext_lazy("New start"), widget=DateInput())
    weekdays = forms.BooleanField(
        label=gettext_lazy("Keep the weekdays"),
        required=False,
        initial=True,
        help_text=gettext_lazy("A post of a Friday is for a Friday again; the campaign then begins up to six days later."),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
