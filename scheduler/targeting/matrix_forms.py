"""What people type on the audience matrix."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Channel, Workspace
from scheduler.composing.fields import Words
from scheduler.models import Asset, Audience, Post, Variant
from scheduler.targeting.tailoring import MORNING, Told

LATEST = 12  # files of the library that are offered beside those of the post


class DayForm(forms.Form):
    """The day on which the post goes out."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the day."),
            "invalid": gettext_lazy("Give a day, such as 2026-12-15."),
        },
    )


class TellForm(forms.Form):
    """What an audience is told: on all of its channels, or with `channel` on that one."""

    text = Words(label=gettext_lazy("Text"), rows=5, help_text=gettext_lazy("Empty: the post's own text."))
    at = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.TimeInput(
            attrs={"type": "time", "class": "form-control", "aria-describedby": "id_at_error"}, format="%H:%M"
        ),
    )

    def __init__(self, post: Post, audience: Audience, channel: Channel | None = None, data: Any = None) -> None:
        workspace = post.workspace
        variants = _variants(post, audience, channel)
        super().__init__(data, initial=_initial(post, audience, channel, variants))
        self.post, self.audience, self.channel = post, audience, channel
        self.fields["media"] = forms.ModelMultipleChoiceField(workspace.assets.media(), required=False)
        if channel is None:
            rows = workspace.channels.exclude(status=Channel.Status.REMOVED)
            self.fields["channels"] = forms.ModelMultipleChoiceField(rows, required=False)
        self.offered = list(_offered(workspace, post, variants))

    @property
    def chosen(self) -> set[str]:
        """The ids of the files that are chosen."""
        return {str(pk) for pk in self["media"].value() or ()}

    @property
    def on(self) -> set[str]:
        """The ids of the channels that are chosen."""
        return {str(pk) for pk in self["channels"].value() or ()} if "channels" in self.fields else set()

    @property
    def all_channels(self) -> list[Channel]:
        """What can be chosen."""
        field = self.fields.get("channels")
        return list(field.queryset or ()) if isinstance(field, forms.ModelMultipleChoiceField) else []

    def told(self) -> Told:
        given = self.cleaned_data
        return Told(given["text"], tuple(given["media"]), given["at"])


def _variants(post: Post, audience: Audience, channel: Channel | None) -> list[Variant]:
    return list(post.variants.filter(audience=audience, channel=channel).order_by("pk"))


def _initial(post: Post, audience: Audience, channel: Channel | None, variants: list[Variant]) -> dict[str, Any]:
    targets = list(post.targets.filter(audience=audience))
    here = [target for target in targets if channel is None or target.channel_id == channel.pk] or targets
    at: time | None = here[0].at if here else MORNING
    own = [channel.pk for channel in audience.channels.all()] if not targets else []
    return {
        "text": next((one.text for one in variants if one.text), ""),
        "media": [item["asset"] for item in next((one.media for one in variants if one.media), None) or ()],
        "channels": [target.channel_id for target in targets] or own,
        "at": at,
    }


def _offered(workspace: Workspace, post: Post, variants: list[Variant]) -> Iterable[Asset]:
    """The files to choose from: the post's, those chosen, the latest of the library; each once."""
    chosen = [item["asset"] for one in variants for item in one.media or ()]
    own = [use.asset for use in post.media.select_related("asset")]
    found = [*own, *(workspace.assets.filter(pk__in=chosen) if chosen else ()), *workspace.assets.media()[:LATEST]]
    return {asset.pk: asset for asset in found}.values()
