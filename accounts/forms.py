"""What people type on the screens of people and channels."""

from functools import lru_cache
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from accounts.roles import Role
from accounts.verbs import Problem
from accounts.workspaces import SETTINGS

CONTROL, SELECT = "form-control", "form-select"


def add_problem(form: forms.BaseForm, problem: Problem) -> None:
    """Show a Problem at the field that it names, else above the form."""
    form.add_error(problem.field if problem.field in form.fields else None, str(problem))


class SignInForm(forms.Form):
    """An e-mail address and a password."""

    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"class": CONTROL, "autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"class": CONTROL, "autocomplete": "current-password"}),
    )


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"class": CONTROL, "autocomplete": "off"}))
    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, initial=Role.EDITOR, widget=forms.Select(attrs={"class": SELECT})
    )


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role.choices)


class JoinForm(forms.Form):
    """What a new user adds to an invitation."""

    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"class": CONTROL, "autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"class": CONTROL, "autocomplete": "new-password"}),
    )


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """The time zones by place: Europe/Warsaw, ..., and UTC."""
    odd = ("Etc/", "SystemV/", "posix/", "right/")
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith(odd))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


class SettingsForm(forms.ModelForm[Workspace]):
    """What can be set for a workspace."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        help_text=_("Posts are planned in it. What is scheduled keeps its moment when the zone changes."),
        widget=forms.Select(attrs={"class": SELECT}),
    )

    class Meta:
        model = Workspace
        fields = SETTINGS
        labels = {"name": _("Name"), "late_policy": _("Posts that are late"), "late_minutes": _("Late after (minutes)")}
        help_texts = {"late_policy": _("A post can be late when this server was down, or a network was.")}
        widgets = {
            "name": forms.TextInput(attrs={"class": CONTROL}),
            "late_policy": forms.Select(attrs={"class": SELECT}),
            "late_minutes": forms.NumberInput(attrs={"class": CONTROL, "min": 1, "max": 10080}),
        }
