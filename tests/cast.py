"""The small cast of the tests: a workspace, its people, its practice channels, a worker whose time is moved by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from accounts.models import Channel, Member, Token, User, Workspace
from scheduler import planning, publishing
from scheduler.library.media import add_asset
from scheduler.machine import ringing
from scheduler.models import Asset, Post, PostChannel, PostMedia, Publication, Variant
from tests.sandbox.conftest import Practice

PICTURE = Path(__file__).parent / "files" / "bottle.png"


class Person:
    """Somebody who works in a workspace; `publishes` and `schedules` go the way that the screens go."""

    def __init__(self, member: Member) -> None:
        self.member, self.workspace = member, member.workspace

    def writes(self, text: str, on: Channel | list[Channel], **details: Any) -> Post:
        """A draft. `thread`, `options` make a variant; `media` is a list of assets."""
        channels = on if isinstance(on, list) else [on]
        thread, options, media = details.pop("thread", []), details.pop("options", {}), details.pop("media", [])
        post = Post.objects.create(workspace=self.workspace, author=self.member.user, text=text, **details)
        PostChannel.objects.bulk_create(PostChannel(post=post, channel=channel) for channel in channels)
        PostMedia.objects.bulk_create(PostMedia(post=post, asset=asset, position=n) for n, asset in enumerate(media))
        if thread or options:
            for network in {channel.network for channel in channels}:
                Variant.objects.create(post=post, network=network, thread=thread, options=options)
        return post

    def schedules(self, text: str, on: Channel | list[Channel], when: datetime, **details: Any) -> Publication:
        """The first publication of a new post, promised for `when`."""
        return planning.schedule(self.writes(text, on, **details), when, self.member)[0]

    def publishes(self, text: str, on: Channel | list[Channel], **details: Any) -> Publication:
        """The first publication of a new post, promised for now."""
        return planning.publish_now(self.writes(text, on, **details), self.member)[0]

    def uploads(self, content: bytes, name: str = "bottle.png", alt: str = "A bottle on ice") -> Asset:
        """A file in the library."""
        asset, _ = add_asset(self.workspace, ContentFile(content, name), name, self.member.user)
        Asset.objects.filter(pk=asset.pk).update(alt=alt)
        asset.alt = alt
        return asset


class Worker:
    """The publishing worker's loop, moved by hand: no Celery, no waiting; time passes when it is told to."""

    def rings(self) -> int:
        """One ring of the bell, all bells answered; how many there were."""
        bells = ringing.lease_due()
        for bundle in ringing.bundles(bells):
            publishing.advance(bundle)
        return len(bells)

    def runs_until(self, condition: Callable[[], bool], most: int = 60) -> None:
        """Ring until `condition` holds, moving time to the next due moment whenever nothing is due."""
        for _ in range(most):
            if condition():
                return
            if not self.rings():
                self.time_passes_to_the_next_due()
        assert condition(), f"not reached in {most} rings: {list(Publication.objects.values_list('status', 'due_at', 'why'))}"

    def finishes(self, publication: Publication) -> Publication:
        """Ring until the publication is final."""

        def final() -> bool:
            publication.refresh_from_db()
            return publication.is_final

        self.runs_until(final)
        return publication

    def time_passes_to_the_next_due(self) -> None:
        due = Publication.objects.filter(due_at__gt=timezone.now()).order_by("due_at").values_list("due_at", flat=True).first()
        assert due is not None, "nothing will ever be due again"
        self.time_passes(max(due - timezone.now(), timedelta()) + timedelta(milliseconds=1))

    def time_passes(self, span: timedelta) -> None:
        """Everything that was to be is nearer by `span`, everything that was is farther away."""
        columns = ("publish_at", "due_at", "doubt_since", "absent_at", "published_at", "told_for")
        moved = ", ".join(f"{column} = {column} - %(span)s" for column in columns)
        values: dict[str, Any] = {"span": span}
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE scheduler_publication SET {moved}", values)


def workspace(name: str = "Polar Fizz", **details: Any) -> Workspace:
    return Workspace.objects.create(name=name, **details)


def member(of: Workspace, role: str, email: str = "") -> Member:
    user = User.objects.create_user(email or f"{role}-{of.pk.hex[:6]}@polarfizz.example", "a long password", role.title())
    # The first steps would push the screens down: the tests of them bring them back.
    return Member.objects.create(workspace=of, user=user, role=role, steps_away=True)


def channel(of: Workspace, practice: Practice, network: str, name: str = "Polar Fizz") -> Channel:
    """A practice channel with a new account of its own in the sandbox."""
    made = practice.account(network, name)
    found = Channel.objects.create(
        workspace=of,
        network=network,
        practice=True,
        remote_id=made["id"],
        name=made["name"],
        username=made.get("username", ""),
    )
    token = Token(channel=found, access=made["access_token"], refresh=made.get("refresh_token", ""))
    token.scopes = made.get("scopes", [])
    token.save()
    return found


def said(practice: Practice, of: Channel) -> list[str]:
    """The texts that the public sees on a channel's practice page, oldest first."""
    return [post["text"] for post in practice.posts(of.network, {"id": of.remote_id})]
