"""What people type in the inbox."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReplyForm(forms.Form):
    """An answer, and what its writer has seen of the conversation. Empty texts are the verb's to refuse."""

    text = forms.CharField(label=_("Your answer"), required=False, max_length=10_000)
    seen = forms.IntegerField(required=False, min_value=0)
    privately = forms.IntegerField(required=False, min_value=0)


class SnoozeForm(forms.Form):
    """Until when something is put off."""

    until = forms.DateTimeField()
