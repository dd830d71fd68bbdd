"""What people type about a file of the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Workspace
from accounts.verbs import Problem
from scheduler.composing.fields import Words
from scheduler.library import shelf
from scheduler.library.reshaping import Cut
from scheduler.models import Asset, Folder


class AssetForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has it without
    """What is known of a file beside its content."""

    labels = forms.CharField(
        label=gettext_lazy("Labels"),
        required=False,
        help_text=gettext_lazy("With commas between them."),
        widget=forms.TextInput(attrs={"class": "form-control", "dir": "auto"}),
    )

    class Meta:
        model = Asset
        fields = ("name", "alt", "folder", "labels", "use_until")
        widgets = {
            "name": forms.TextInput(attrs={"class": "form-control", "dir": "auto"}),
            "folder": forms.Select(attrs={"class": "form-select"}),
            "use_until": forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        }
        labels = {
            "name": gettext_lazy("Name"),
            "folder": gettext_lazy("Folder"),
            "use_until": gettext_lazy("Do not use after"),
        }
        help_texts = {"use_until": gettext_lazy("Posts with this file cannot go out later than on this day.")}

    alt = Words(
        label=gettext_lazy("Alt text"),
        rows=3,
        help_text=gettext_lazy("Describes the picture for people who cannot see it; offered whenever the file is used."),
    )

    def __init__(self, workspace: Workspace, *args: Any, **details: Any) -> None:
        super().__init__(*args, **details)
        self.initial["labels"] = ", ".join(self.instance.labels)
        folder = self.fields["folder"]
        assert isinstance(folder, forms.ModelChoiceField)
        folder.queryset, folder.empty_label = workspace.folders.all(), _("No folder")

    def clean_labels(self) -> list[str]:
        try:
            return shelf.cleaned(self.cleaned_data["labels"].split(","))
        except Problem as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_alt(self) -> str:
        return str(self.cleaned_data["alt"]).strip()


class CutForm(forms.Form):
    """A part of a picture as it was drawn on the screen."""

    turn = forms.TypedChoiceField(choices=[(one, one) for one in (0, 90, 180, 270)], coerce=int)
    left = forms.FloatField(min_value=0, max_value=1)
    top = forms.FloatField(min_value=0, max_value=1)
    width = forms.FloatField(min_value=0, max_value=1)
    height = forms.FloatField(min_value=0, max_value=1)

    def cut(self) -> Cut:
        """Raises Problem when it cannot be read."""
        if not self.is_valid():
            raise Problem(_("Choose a part of the picture, or turn it."), "media")
        return Cut(**self.cleaned_data)


class ManyForm(forms.Form):
    """Files that were selected, and where they shall go."""

    def __init__(self, workspace: Workspace, *args: Any) -> None:
        super().__init__(*args)
        self.fields["asset"] = forms.ModelMultipleChoiceField(workspace.assets.all())
        self.fields["folder"] = forms.ModelChoiceField(workspace.folders.all(), required=False)
        self.fields["new_folder"] = forms.CharField(required=False)
        self.fields["label"] = forms.CharField(required=False)

    def chosen(self) -> list[Asset]:
        """Raises Problem when nothing was selected."""
        if not self.is_valid():
            raise Problem(_("Select files first."))
        return list(self.cleaned_data["asset"])

    def goal(self) -> tuple[Folder | None, str]:
        """The folder that was chosen, and the name of a new one."""
        return self.cleaned_data["folder"], self.cleaned_data["new_folder"].strip()
