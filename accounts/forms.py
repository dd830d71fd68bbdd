"""What people type on the screens of people and channels."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, Notice, NoticeChoice, Workspace
from accounts.networks import usual_server
from accounts.roles import Role
from accounts.verbs import Problem
from connectors import NETWORKS, connector
from connectors.base import Registers, SignsIn
from connectors.options import Option, Secret

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


class ConnectForm(forms.Form):
    """What a network wants to be told before an account can be connected: its own fields, or the account's server."""

    def __init__(self, network: str, practice: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = connector(network)
        if not issubclass(found, SignsIn):
            self.fields["server"] = forms.CharField(
                label=_("Your server"),
                max_length=200,
                initial=usual_server(network).removeprefix("https://"),
                help_text=_("The part of your address after the second @."),
                widget=forms.TextInput(attrs={"class": CONTROL, "autocapitalize": "none", "spellcheck": "false"}),
            )
            return
        for option in found.sign_in_fields:
            if not (practice and option.name == "server"):
                self.fields[option.name] = _text_field(option)

    @staticmethod
    def is_wanted(network: str, practice: bool) -> bool:
        """Whether the network has such a form. A practice network is the only server of its kind."""
        if network not in NETWORKS:
            return False
        found = connector(network)
        return issubclass(found, SignsIn) or (issubclass(found, Registers) and not practice)


def _text_field(option: Option) -> forms.CharField:
    secret = isinstance(option, Secret)
    attrs = {"class": CONTROL, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
    widget = forms.PasswordInput(attrs=attrs) if secret else forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=gettext(option.label),
        help_text=gettext(option.help) if option.help else "",
        required=option.required,
        max_length=500,
        strip=True,
        initial=option.empty() or None,
        widget=widget,
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


class SettingsForm(forms.Form):
    """What can be set for a workspace; its fields are accounts.workspaces.SETTINGS."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"class": CONTROL}))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        help_text=_("Posts are planned in it. What is scheduled keeps its moment when the zone changes."),
        widget=forms.Select(attrs={"class": SELECT}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=Language.choices,
        help_text=_("Of messages from SMO, and of the interface for members who have not chosen one themselves."),
        widget=forms.Select(attrs={"class": SELECT}),
    )
    late_policy = forms.ChoiceField(
        label=_("Posts that are late"),
        choices=Workspace.Late.choices,
        help_text=_("A post can be late when this server was down, or a network was, or publishing was stopped."),
        widget=forms.Select(attrs={"class": SELECT}),
    )
    late_minutes = forms.IntegerField(
        label=_("Late after (minutes)"),
        min_value=1,
        max_value=10080,
        widget=forms.NumberInput(attrs={"class": CONTROL}),
    )


class NoticesForm(forms.Form):
    """For each kind of notice: a tick for the app, and when by mail. `chosen` as in accounts.noticing."""

    def __init__(self, chosen: Mapping[str, tuple[bool, str]], *args: Any) -> None:
        super().__init__(*args)
        for kind, label in Notice.Kind.choices:
            shown, mail = chosen[kind]
            tick = forms.CheckboxInput(attrs={"class": "form-check-input"})
            self.fields[f"{kind}-shown"] = forms.BooleanField(label=label, required=False, initial=shown, widget=tick)
            select = forms.Select(attrs={"class": SELECT})
            self.fields[f"{kind}-mail"] = forms.ChoiceField(
                label=label, choices=NoticeChoice.Mail.choices, initial=mail, widget=select
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"{kind}-shown"], self[f"{kind}-mail"]) for kind in Notice.Kind.values]

    @property
    def wishes(self) -> dict[str, tuple[bool, str]]:
        given = self.cleaned_data
        return {kind: (given[f"{kind}-shown"], given[f"{kind}-mail"]) for kind in Notice.Kind.values}
