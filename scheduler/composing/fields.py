"""Form fields of the composer: texts with one kind of line end, lists, files of the library, a network's options."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Workspace
from connectors import options
from scheduler.library.covering import is_picture
from scheduler.library.fitting.plan import CROP, PAD, crops, focus, known_fit
from scheduler.models import Asset
from scheduler.targeting import places


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


class Used(NamedTuple):
    """A file as a post uses it: alt text, how it reaches another shape, a video's cover and captions (see PostMedia)."""

    asset: Asset
    alt: str = ""
    fit: str = PAD
    cover: str = ""
    captions: Asset | None = None
    language: str = ""

    @property
    def crops(self) -> bool:
        return crops(self.fit)

    @property
    def focus(self) -> tuple[int, int]:
        """The point that stays in view, in percent."""
        left, top = focus(self.fit)
        return round(left * 100), round(top * 100)

    @property
    def has_picture(self) -> bool:
        """Whether the cover is a picture, not a moment."""
        return is_picture(self.cover)


class Sent(NamedTuple):
    """The same as a form sends it: files by their ids."""

    asset: str
    alt: str = ""
    fit: str = PAD
    cover: str = ""
    captions: str = ""
    language: str = ""


class FilesInput(forms.HiddenInput):
    """An asset's id and what was typed about it: inputs `media`, and `media-<what>-<id>` for alt, fit, focus, cover,
    captions and language. The focus ("30x70") says where to crop."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Sent]:
        def typed(what: str, pk: str) -> str:
            return str(data.get(f"{name}-{what}-{pk}", ""))

        return [
            Sent(
                pk,
                typed("alt", pk),
                _fit(typed("fit", pk), typed("focus", pk)),
                *(typed(what, pk) for what in ("cover", "captions", "language")),
            )
            for pk in dict.fromkeys(data.getlist(name))
        ]


def _fit(fit: str, focus: str) -> str:
    return f"{fit}{focus}" if fit == CROP else fit


COVER = re.compile(r"\d{1,5}(\.\d{1,3})?")


def _used(sent: Sent, files: Mapping[str, Asset]) -> Used:
    """As far as it can be: what does not go with the file is left out, and `_left_out` says so."""
    asset, beside = files[sent.asset], files.get(sent.captions)
    picture = files.get(sent.cover)
    cover = sent.cover if COVER.fullmatch(sent.cover) or (picture and picture.is_image) else ""
    captions = beside if beside and beside.is_captions else None
    plain = Used(asset, unix(sent.alt).strip(), known_fit(sent.fit))
    if not asset.is_video:
        return plain
    return plain._replace(cover=cover, captions=captions, language=_language(sent.language) if captions else "")


def _language(typed: str) -> str:
    """The tag of a language that was typed by name or tag; empty for what is none."""
    try:
        return places.language(typed) if typed.strip() else ""
    except ValueError:
        return ""


def _left_out(sent: Sent, files: Mapping[str, Asset]) -> Iterator[str]:
    picture, used = files.get(sent.cover), _used(sent, files)
    if picture and not used.cover:
        yield _("%(name)s is no picture: choose a picture as cover, or a frame of the film.") % {"name": picture.name}
    if used.captions and not used.language:
        sentence = _("%(name)s: say in which language the captions are.")
        yield sentence % {"name": used.captions.name}


class Files(forms.Field):
    """Files of the library in their order, each as the post uses it."""

    widget = FilesInput

    def __init__(self, assets: QuerySet[Asset]) -> None:
        super().__init__(required=False)
        self.assets = assets

    def known(self, chosen: Iterable[Sent]) -> list[Used]:
        """Those whose file is in the library."""
        wanted, found = self._found(chosen)
        return [_used(one, found) for one in wanted]

    def left_out(self, chosen: Iterable[Sent]) -> list[str]:
        """What cannot be used as it was chosen, in sentences."""
        wanted, found = self._found(chosen)
        return [sentence for one in wanted for sentence in _left_out(one, found)]

    def _found(self, chosen: Iterable[Sent]) -> tuple[list[Sent], dict[str, Asset]]:
        wanted = [one for one in chosen if is_uuid(one.asset)]
        ids = {UUID(pk) for one in wanted for pk in (one.asset, one.cover, one.captions) if is_uuid(pk)}
        found = {str(pk): asset for pk, asset in (self.assets.in_bulk(ids) if ids else {}).items()}
        media = [one for one in wanted if one.asset in found and not found[one.asset].is_captions]
        return media, found

    def to_python(self, value: list[Sent] | None) -> list[Used]:
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
