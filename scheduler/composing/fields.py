"""Form fields of the composer: texts with one kind of line end, lists, files of the library, a network's options."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Workspace
from connectors import options
from scheduler.library.fitting.plan import CROP, PAD
from scheduler.models import Asset


def unix(text: str) -> str:
    """Browsers send line ends as CR LF; networks would count both."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Words(forms.CharField):
    """A text of several lines. How long it may be is for each network to say, not for the draft."""

    def __init__(self, rows: int = 3, **details: Any) -> None:
        attributes = {"class": "form-control", "rows": rows, "dir": "auto"}
        super().__init__(required=False, widget=forms.Textarea(attrs=attributes), **details)

    def to_python(self, value: Any) -> str:
        return unix(str(value or "")).strip()


class ManyValues(forms.HiddenInput):
    """All values that were sent under one name, in their order."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return list(data.getlist(name))


class Parts(forms.Field):
    """The further parts of a thread."""

    widget = ManyValues

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: list[str] | None) -> list[str]:
        return [unix(part).strip() for part in value or ()]


class FilesInput(forms.HiddenInput):
    """An asset's id, the alt text that was typed for it, and how it reaches another shape: inputs `media`,
    `media-alt-<id>` and `media-fit-<id>`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str, str]]:
        ids = dict.fromkeys(data.getlist(name))
        return [(pk, data.get(f"{name}-alt-{pk}", ""), data.get(f"{name}-fit-{pk}", "")) for pk in ids]


class Files(forms.Field):
    """Files of the library in their order, each with an alt text and PAD or CROP: (Asset, alt, fit)."""

    widget = FilesInput

    def __init__(self, assets: QuerySet[Asset]) -> None:
        super().__init__(required=False)
        self.assets = assets

    def known(self, chosen: Iterable[tuple[str, str, str]]) -> list[tuple[Asset, str, str]]:
        """Those whose file is in the library."""
        wanted = [one for one in chosen if is_uuid(one[0])]
        found = {str(pk): asset for pk, asset in self.assets.in_bulk([UUID(one[0]) for one in wanted]).items()}
        return [(found[pk], unix(alt).strip(), CROP if fit == CROP else PAD) for pk, alt, fit in wanted if pk in found]

    def to_python(self, value: list[tuple[str, str, str]] | None) -> list[tuple[Asset, str, str]]:
        found = self.known(value or ())
        if len(found) < len(value or ()):
            raise ValidationError(_("A file is no longer in the library: remove it here and add it again."))
        return found


class SwitchInput(forms.CheckboxInput):
    """Yes or no. The templates put a hidden '0' of the same name before it: what was never sent is the default."""

    def __init__(self, default: bool, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.default = default

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        return data.getlist(name)[-1] not in ("", "0") if name in data else self.default


class Switch(forms.BooleanField):
    """Yes or no."""

    def __init__(self, default: bool = False, **details: Any) -> None:
        widget = SwitchInput(default, attrs={"class": "form-check-input"})
        super().__init__(required=False, initial=default, widget=widget, **details)


# -- the options of a network -----------------------------------------------------------------------------------------------


class Chosen(forms.ChoiceField):
    """One of an option's values; its default when nothing was sent."""

    def clean(self, value: Any) -> Any:
        return super().clean(self.initial if value is None else value)


class Lines(Words):
    """A list of texts, one a line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in self.to_python(value).splitlines() if line.strip()]


class Whole(forms.IntegerField):
    """A whole number; its default when nothing was typed. Whether it fits is for the network to say."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return self.initial if found is None else found


class BoundFile(forms.BoundField):
    """A bound OneFile: `asset` is the file, for the templates."""

    @property
    def asset(self) -> Asset | None:
        field, value = self.field, str(self.value() or "")
        return field.assets.filter(pk=value).first() if isinstance(field, OneFile) and is_uuid(value) else None


class OneFile(forms.UUIDField):
    """A file of the library beside the post's media, as its id in text; empty for none."""

    bound_field_class = BoundFile

    def __init__(self, assets: QuerySet[Asset], **details: Any) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, **details)
        self.assets = assets

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found and not self.assets.filter(pk=found).exists():
            raise ValidationError(_("This file is no longer in the library: choose it again."))
        return str(found or "")


def field_for(option: options.Option, workspace: Workspace) -> forms.Field:
    """The form field that an option of a connector asks for; the templates find the option on it as `field.option`."""
    field = _field(option, {"label": _(option.label), "help_text": _(option.help) if option.help else ""}, workspace)
    field.option = option  # type: ignore[attr-defined]
    return field


def _field(option: options.Option, named: dict[str, Any], workspace: Workspace) -> forms.Field:
    match option:
        case options.Choice():
            widget = forms.Select(attrs={"class": "form-select"})
            return Chosen(
                choices=[(value, _(label)) for value, label in option.values],
                initial=option.default,
                required=False,
                widget=widget,
                **named,
            )
        case options.Flag():
            return Switch(option.default, **named)
        case options.Number():
            bounds = {"class": "form-control", "min": option.least, "max": option.most}
            return Whole(initial=option.default, required=False, widget=forms.NumberInput(attrs=bounds), **named)
        case options.Texts():
            return Lines(rows=3, initial=[], **named)
        case options.File():
            return OneFile(workspace.assets.all(), **named)
        case options.Text(lines=lines) if lines > 1:
            return Words(rows=lines, **named)
    line = forms.TextInput(attrs={"class": "form-control", "dir": "auto"})
    return forms.CharField(required=False, widget=line, **named)


def is_uuid(text: str) -> bool:
    """Whether it can be an id at all."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
