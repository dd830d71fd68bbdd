"""What people type in the composer and on the calendar, network by network; from it a Draft."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Workspace
from accounts.verbs import Problem
from connectors import connector
from connectors.base import Confirms
from scheduler import planning
from scheduler.composing import history
from scheduler.composing.drafting import Draft, Own, different
from scheduler.composing.fields import Files, Parts, Sent, Switch, Used, Words, field_for, is_uuid
from scheduler.library.fitting.plan import PAD
from scheduler.models import Label, Post

OPTION = "option_"  # before an option's name, so that it never meets another field's


class WallTime(forms.Field):
    """A date and time as it is on the workspace's clocks, given as a moment. Problem and all: see planning.at."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, workspace: Workspace, **details: Any) -> None:
        super().__init__(**details)
        self.zone = workspace.zone

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            wall_time = parse_datetime(str(value))
        except ValueError:
            wall_time = None
        if wall_time is None or wall_time.tzinfo:
            raise ValidationError(_("Give a date and a time, such as 2026-11-24 09:30."))
        try:
            return planning.at(self.zone, wall_time)
        except Problem as problem:
            raise ValidationError(str(problem)) from problem


class PostForm(forms.Form):
    """What is the same for all networks."""

    text = Words(label=gettext_lazy("Text"), rows=7)
    link = forms.URLField(
        label=gettext_lazy("Link"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "url", "placeholder": "https://"}),
    )
    first_comment = Words(label=gettext_lazy("First comment"), rows=2)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, workspace: Workspace, *args: Any, **details: Any) -> None:
        super().__init__(*args, **details)
        self.fields["channels"] = forms.ModelMultipleChoiceField(workspace.channels.all(), required=False)
        self.fields["campaign"] = forms.ModelChoiceField(
            workspace.campaigns.all(),
            label=_("Campaign"),
            required=False,
            empty_label=_("No campaign"),
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields["labels"] = forms.ModelMultipleChoiceField(workspace.labels.all(), required=False)
        self.fields["queue"] = forms.ModelChoiceField(
            workspace.queues.filter(paused=False),
            label=_("Queue"),
            required=False,
            empty_label=_("Any queue"),
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields["when"] = WallTime(workspace, label=_("Date and time"), required=False)
        self.fields["media"] = Files(workspace.assets.all())
        for name in ("text", "link", "first_comment", "campaign", "when"):
            self.fields[name].widget.attrs["aria-describedby"] = f"problems-{name}"


class NetworkForm(forms.Form):
    """What one network gets of its own: text, thread, media, and the options that its connector lists."""

    own = Switch()
    text = Words(label=gettext_lazy("Text"), rows=7)
    thread = Parts()
    own_media = Switch()

    def __init__(self, workspace: Workspace, network: str, data: QueryDict | None, initial: dict[str, Any]) -> None:
        super().__init__(data, prefix=network, initial=initial)
        self.slug, self.network = network, connector(network)
        # A template would call a class: what it reads of the connector is named here.
        self.name, self.comments, self.most_parts = self.network.name, self.network.comments, self.network.limits.thread_parts
        self.rules, self.can_be_asked = self.network.rules, issubclass(self.network, Confirms)
        if self.most_parts <= 1:
            del self.fields["thread"]
        self.fields["media"] = Files(workspace.assets.all())
        for option in self.network.options:
            field = field_for(option, workspace)
            field.widget.attrs["aria-describedby"] = f"problems-{network}-{OPTION}{option.name}"
            self.fields[OPTION + option.name] = field
        self.fields["text"].widget.attrs["aria-describedby"] = f"problems-{network}-text"

    @property
    def options(self) -> list[forms.BoundField]:
        return [self[OPTION + option.name] for option in self.network.options]

    @property
    def parts(self) -> list[str]:
        """The further parts of the thread, as they were typed."""
        return list(self["thread"].value() or []) if "thread" in self.fields else []

    @property
    def is_own(self) -> bool:
        return bool(self["own"].value())

    @property
    def has_own_media(self) -> bool:
        return bool(self["own_media"].value())

    @property
    def media_name(self) -> str:
        """The name under which its own files are sent."""
        return self.add_prefix("media")

    @cached_property
    def chosen_files(self) -> list[Used]:
        return shown(self)

    @property
    def videos_only(self) -> bool:
        """The network takes no pictures: a photo can be made into a film for it."""
        return bool(self.network.limits.videos and not self.network.limits.images)

    def result(self) -> Own:
        given = self.cleaned_data
        options = {option.name: given[OPTION + option.name] for option in self.network.options if OPTION + option.name in given}
        return Own(
            text=given.get("text", "") if given.get("own") else None,
            thread=tuple(part for part in given.get("thread", ()) if part.strip()),
            media=tuple(given.get("media", ())) if given.get("own_media") else None,
            options=different(self.slug, options),
        )


class Composer:
    """All forms of the composer together. `slots` are the places at which a sentence can be shown, by their names.

    `chosen`: what a new post begins with.
    """

    def __init__(
        self,
        workspace: Workspace,
        data: QueryDict | None = None,
        post: Post | None = None,
        when: datetime | None = None,
        content: Mapping[str, Any] | None = None,
        chosen: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """`content` (see scheduler.composing.history) instead of what the post says: an earlier version of it, or a template.
        `chosen`: fields that a new post begins with."""
        self.workspace, self.post = workspace, post
        self.channels = workspace.current_channels
        said = content or (history.written(post) if post else {})
        self.main = PostForm(workspace, data, initial=_initial(post, when, said) | dict(chosen))
        self.networks = [
            NetworkForm(workspace, slug, data, _own_initial(said, said.get("own", {}).get(slug)))
            for slug in dict.fromkeys(channel.network for channel in self.channels)
        ]
        self.told: dict[str, list[str]] = {}
        self.seen = self.main["seen"].value()
        self.key = post.pk if post else key_of(data)

    @property
    def chosen(self) -> set[str]:
        """The ids of the channels that are chosen."""
        return {str(pk) for pk in self.main["channels"].value() or ()}

    @property
    def labels(self) -> list[tuple[Label, bool]]:
        """The workspace's labels, each with whether it is chosen."""
        chosen = {str(pk) for pk in self.main["labels"].value() or ()}
        return [(label, str(label.pk) in chosen) for label in self.workspace.labels.all()]

    @cached_property
    def several_queues(self) -> bool:
        """Whether there is a choice of queues."""
        field = self.main.fields["queue"]
        assert isinstance(field, forms.ModelChoiceField)
        read = list(field.iterator(field))  # once, here and for the page
        field.choices = read
        return len(read) > 2  # one stands for any

    @property
    def chosen_networks(self) -> set[str]:
        return {channel.network for channel in self.channels if str(channel.pk) in self.chosen}

    def is_valid(self) -> bool:
        """Whether the draft can be kept. What is typed for a network that is not chosen is kept when it can be."""
        wanted = [form.is_valid() for form in self.networks if form.slug in self.chosen_networks]
        return self.main.is_valid() and all(wanted)

    def draft(self) -> Draft:
        """What was typed, as far as it can be read."""
        self.is_valid()
        given = self.main.cleaned_data
        known = {channel.pk for channel in self.channels}
        chosen = [channel for channel in given.get("channels", ()) if channel.pk in known]
        return Draft(
            text=given.get("text", ""),
            link=given.get("link", ""),
            first_comment=given.get("first_comment", ""),
            campaign=given.get("campaign"),
            planned_for=given.get("when"),
            channels=tuple(chosen),
            media=tuple(given.get("media", ())),
            own={form.slug: form.result() for form in self.networks if form.is_valid() or self._wanted(form)},
            labels=tuple(given.get("labels", ())),
        )

    def _wanted(self, form: NetworkForm) -> bool:
        return form.slug in self.chosen_networks

    def tell(self, slots: Mapping[str, Iterable[str]]) -> None:
        """Show sentences at their places."""
        for slot, sentences in slots.items():
            self.told[slot] = list(dict.fromkeys([*self.told.get(slot, []), *sentences]))

    def tell_left_out(self) -> list[str]:
        """Show at the files what of them cannot be used as it was chosen; the sentences."""
        forms = [self.main, *(form for form in self.networks if self._wanted(form))]
        found = {form.add_prefix("media"): left_out(form) for form in forms}
        self.tell(found)
        return [sentence for sentences in found.values() for sentence in sentences]

    def refuse(self, sentence: str, field: str) -> None:
        """Show why a verb refused, at the field it names or above the form. Who was told of a newer version has seen it."""
        if field == "seen" and self.post:
            self.seen = self.post.version
        self.tell({field if field in self.slots and field != "seen" else "": [sentence]})

    @property
    def slots(self) -> dict[str, list[str]]:
        """Every place with what is said there: what cannot be read, then what was told."""
        errors: dict[str, list[str]] = {slot: [] for slot in self._slot_names()}
        for form in [self.main, *(form for form in self.networks if self._wanted(form))]:
            if form.is_bound:
                for name, found in form.errors.items():
                    errors.setdefault(form.add_prefix(name), []).extend(str(one) for one in found)
        for slot, sentences in self.told.items():
            errors.setdefault(slot, []).extend(one for one in sentences if one not in errors.get(slot, ()))
        return errors

    def _slot_names(self) -> list[str]:
        own = [form.add_prefix(name) for form in self.networks for name in form.fields if name not in ("own", "own_media")]
        return [*(name for name in self.main.fields if name not in ("seen", "labels", "queue")), *own]

    @cached_property
    def main_files(self) -> list[Used]:
        """The files with their alt texts and how they reach another shape, as they were chosen."""
        return shown(self.main)


def key_of(data: QueryDict | None) -> UUID:
    """The id that a new post will have: a form that is sent twice makes one post."""
    sent = data.get("key", "") if data else ""
    return UUID(sent) if is_uuid(sent) else uuid4()


def shown(form: forms.BaseForm) -> list[Used]:
    """The files of a form with their alt texts and how they reach another shape, as they were chosen."""
    field = form.fields["media"]
    assert isinstance(field, Files)
    return field.known(form["media"].value() or [])


def left_out(form: forms.BaseForm) -> list[str]:
    """What of a form's files cannot be used as it was chosen."""
    field = form.fields["media"]
    assert isinstance(field, Files)
    return field.left_out(form["media"].value() or []) if form.is_bound else []


def _initial(post: Post | None, when: datetime | None, said: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: said.get(name) for name in ("text", "link", "first_comment", "campaign", "channels", "labels")}
    media = [_chosen(one) for one in said.get("media", ())]
    planned = parse_datetime(said.get("planned_for", "")) or when
    if post is None:
        return {**fields, "media": media, "when": planned}
    live = [one.publish_at for one in post.publications.all() if one.due_at and not one.part]
    return {**fields, "media": media, "when": min(live, default=planned), "seen": post.version}


def _own_initial(said: Mapping[str, Any], own: Mapping[str, Any] | None) -> dict[str, Any]:
    if own is None:
        return {"text": said.get("text", "")}
    options = {OPTION + name: value for name, value in own["options"].items()}
    files = {"own_media": own["media"] is not None, "media": [_chosen(one) for one in own["media"] or ()]}
    text = own["text"]
    return {
        "own": text is not None,
        "text": said["text"] if text is None else text,
        "thread": own["thread"],
        **files,
        **options,
    }


def _chosen(one: Mapping[str, str]) -> Sent:
    told = (one.get(name, "") for name in ("cover", "captions", "language"))
    return Sent(one["asset"], one["alt"], one.get("fit", PAD), *told)
