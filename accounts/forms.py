"""What people type on the screens of people and channels."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def text_input(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **attributes})


class SignInForm(forms.Form):
    """An e-mail address and a password."""

    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"}),
    )


def add_problem(form: forms.BaseForm, problem: Any) -> None:
    """Show a Problem at the field that it names, else above the form."""
    field = problem.field if problem.field in form.fields else None
    form.add_error(field, str(problem))
