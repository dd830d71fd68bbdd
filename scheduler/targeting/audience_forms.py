"""What people type about an audience. Places and languages are typed with commas, by name or by code."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import zones
from accounts.models import Channel, Workspace
from scheduler.models import Audience
from scheduler.targeting import audiences, climates, places

CONTROL, SELECT, CHECK = "form-control", "form-select", "form-check-input"
OLDEST = 120


class WithCommas(forms.CharField):
    """A list, typed in one line with commas. `read` makes a value of each word (ValueError: a sentence), `name` its name."""

    def __init__(
        self, read: Callable[[str], str] = str.strip, name: Callable[[str], str] = str, most: int = 50, **details: Any
    ) -> None:
        line = forms.TextInput(attrs={"class": CONTROL, "dir": "auto", "autocomplete": "off"})
        super().__init__(required=False, widget=line, max_length=4000, **details)
        self.read, self.name, self.most = read, name, most

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(self.name(one) for one in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        words = [word.strip() for word in str(super().clean(value)).split(",") if word.strip()]
        read = [self._read(word) for word in words]
        if wrong := [sentence for _value, sentence in read if sentence]:
            raise ValidationError(wrong)
        return list(dict.fromkeys(one for one, _sentence in read))

    def _read(self, word: str) -> tuple[str, str]:
        try:
            found = self.read(word)
        except ValueError as error:
            return "", str(error)
        long = _("“%(word)s…” is too long: at most %(most)d characters.")
        return found, long % {"word": word[:20], "most": self.most} if len(found) > self.most else ""


class AudienceForm(forms.Form):
    """Who they are, where it is how warm, and when their day begins."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(attrs={"class": CONTROL}))
    countries = WithCommas(
        places.country,
        places.country_name,
        most=2,
        label=gettext_lazy("Countries"),
        help_text=gettext_lazy("Names or ISO codes with commas between: Spain, MX. None: all countries."),
    )
    climate = forms.ChoiceField(
        label=gettext_lazy("Climate"),
        choices=Audience.Climate.choices,
        required=False,
        help_text=gettext_lazy("Only those of the countries where it is so in the month of publishing."),
        widget=forms.Select(attrs={"class": SELECT}),
    )
    languages = WithCommas(
        places.language,
        places.language_name,
        most=12,
        label=gettext_lazy("Languages"),
        help_text=gettext_lazy("Names or tags with commas between: Polish, pt-BR. None: all languages."),
    )
    regions = WithCommas(label=gettext_lazy("Regions"), help_text=gettext_lazy("As the network knows them, some by number."))
    cities = WithCommas(label=gettext_lazy("Cities"), help_text=gettext_lazy("As the network knows them, some by number."))
    age_min = forms.IntegerField(
        label=gettext_lazy("From age"),
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.NumberInput(attrs={"class": CONTROL}),
    )
    age_max = forms.IntegerField(
        label=gettext_lazy("To age"),
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.NumberInput(attrs={"class": CONTROL}),
    )
    genders = forms.MultipleChoiceField(
        label=gettext_lazy("Genders"),
        choices=[("female", gettext_lazy("Women")), ("male", gettext_lazy("Men"))],
        required=False,
        help_text=gettext_lazy("None chosen: everybody."),
        widget=forms.CheckboxSelectMultiple(attrs={"class": CHECK}),
    )

    def __init__(self, workspace: Workspace, data: Any = None, audience: Audience | None = None) -> None:
        super().__init__(data, initial=_initial(audience))
        mine = _("The workspace's (%(zone)s)") % {"zone": workspace.time_zone}
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Home time zone"),
            choices=[("", mine), *zones()],
            required=False,
            help_text=_("“At 9:00” means 9:00 there."),
            widget=forms.Select(attrs={"class": SELECT}),
        )
        self.fields["channels"] = forms.ModelMultipleChoiceField(
            workspace.channels.exclude(status=Channel.Status.REMOVED),
            label=_("Channels of their own"),
            required=False,
            help_text=_("Pages that only they follow, such as the page for one country."),
            widget=forms.CheckboxSelectMultiple(attrs={"class": CHECK}),
        )
        for name, field in self.fields.items():
            describing = [f"id_{name}_helptext"] if field.help_text else []
            field.widget.attrs.setdefault("aria-describedby", " ".join([*describing, f"id_{name}_error"]))

    def clean_age_min(self) -> int:
        return self.cleaned_data["age_min"] or 0

    def clean_age_max(self) -> int:
        return self.cleaned_data["age_max"] or 0

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        youngest, oldest = given.get("age_min") or 0, given.get("age_max") or 0
        if oldest and youngest > oldest:
            self.add_error("age_max", _("This is below the lowest age: give %(age)d or more.") % {"age": youngest})
        if given.get("climate") and (sentence := _without_data(given.get("countries", ()))):
            self.add_error("countries", sentence)
        return given


def _without_data(countries: Iterable[str]) -> str:
    """What to say of countries whose climate nobody noted."""
    names = [places.country_name(one) for one in countries if not climates.known(one)]
    text = _("There are no climate data for %(names)s: take them out, or choose any climate.")
    return text % {"names": ", ".join(names)} if names else ""


def _initial(audience: Audience | None) -> dict[str, Any]:
    if audience is None:
        return {}
    found: dict[str, Any] = {name: getattr(audience, name) for name in audiences.FIELDS}
    found |= {name: found[name] or None for name in ("age_min", "age_max")}
    return found | {"channels": [channel.pk for channel in audience.channels.all()]}
