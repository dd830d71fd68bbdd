"""What people type in the inbox."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scheduler.composing.fields import Words
from scheduler.targeting import places


class ReplyForm(forms.Form):
    """An answer, and what its writer has seen of the conversation. Empty texts are the verb's to refuse."""

    text = forms.CharField(label=_("Your answer"), required=False, max_length=10_000)
    seen = forms.IntegerField(required=False, min_value=0)
    privately = forms.IntegerField(required=False, min_value=0)
    saved = forms.UUIDField(required=False)
    file = forms.FileField(label=_("Picture"), required=False)
    picture = forms.UUIDField(required=False)

    def clean_file(self) -> Any:
        """What is too large for the library is too large for an answer."""
        file = self.cleaned_data["file"]
        if file and file.size > settings.MAX_UPLOAD_BYTES:
            said = {"name": file.name, "most": filesizeformat(settings.MAX_UPLOAD_BYTES)}
            raise forms.ValidationError(gettext("%(name)s is larger than %(most)s: make it smaller.") % said)
        return file


class SnoozeForm(forms.Form):
    """Until when something is put off."""

    until = forms.DateTimeField()


CONTROL = {"class": "form-control", "dir": "auto"}


class SavedReplyForm(forms.Form):
    """What a saved reply is called and what it answers."""

    title = forms.CharField(label=_("Title"), max_length=80, widget=forms.TextInput(attrs=CONTROL))
    asked = Words(
        label=_("What people ask"),
        help_text=_("Questions and words, one a line: by them it is suggested. What it was sent for is remembered as well."),
    )


class WordingForm(forms.Form):
    """The text in one language. Without a text there is none."""

    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=40,
        help_text=_("A name or a tag: Polish, pt-BR. Empty: whatever language people write in."),
        widget=forms.TextInput(attrs=CONTROL),
    )
    text = Words(label=_("Text"), rows=4)

    def clean_language(self) -> str:
        said: str = self.cleaned_data["language"]
        try:
            return places.language(said) if said else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


if TYPE_CHECKING:
    FormSet = forms.BaseFormSet[WordingForm]
else:
    FormSet = forms.BaseFormSet  # takes no parameter when it runs


class BaseWordings(FormSet):
    """The texts of a saved reply, one for each language."""

    def clean(self) -> None:
        if any(self.errors):
            return
        said = [form.cleaned_data for form in self.forms if form.cleaned_data.get("text")]
        tags = [one["language"] for one in said]
        if not said:
            raise forms.ValidationError(gettext("Write the text."))
        if len(set(tags)) < len(tags):
            raise forms.ValidationError(gettext("Two texts are in the same language: give each a language of its own."))

    @property
    def texts(self) -> dict[str, str]:
        """By language."""
        said = [form.cleaned_data for form in self.forms]
        return {one["language"]: one["text"] for one in said if one.get("text")}


Wordings = forms.formset_factory(WordingForm, BaseWordings, extra=1, max_num=20, absolute_max=20)
