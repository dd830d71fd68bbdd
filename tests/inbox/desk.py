"""The community manager's desk: the screens by HTTP, the inbox's workers moved by hand, fans on the practice networks."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel, Member
from inbox import delivering, ringing, sync, webhooks
from inbox.models import Conversation, Cursor, Event, Message
from scheduler.models import Publication, Status
from tests import cast
from tests.sandbox.conftest import Practice


class Desk:
    """Somebody at the inbox."""

    def __init__(self, member: Member) -> None:
        self.member, self.workspace = member, member.workspace
        self.client = Client()
        self.client.force_login(member.user)

    def get(self, name: str, *args: Any, **query: str) -> Any:
        return self.client.get(reverse(name, args=args), query)

    def post(self, name: str, /, *args: Any, **data: Any) -> Any:
        return self.client.post(reverse(name, args=args), data, headers={"HX-Request": "true"})

    def sees(self, conversation: Conversation) -> int:
        """Look at a conversation; what its box will say was seen."""
        return int(self.get("conversation", conversation.pk).context["latest"])

    def answers(self, conversation: Conversation, text: str, seen: int | None = None, **more: Any) -> Any:
        """Send an answer and let the time for taking it back pass; `seen` None: having looked at the conversation just now."""
        seen = self.sees(conversation) if seen is None else seen
        sent = self.post("reply", conversation.pk, text=text, seen=seen, **more)
        conversation.messages.filter(status="queued").update(due_at=timezone.now())
        return sent


class Workers:
    """The inbox's worker and beat, without Celery and without waiting."""

    def reads(self) -> int:
        """All channels are read; how many."""
        Cursor.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        sync.begin_cursors()
        bells = ringing.due_cursors()
        for key, ticket in bells:
            sync.poll(key, ticket)
        return len(bells)

    def works(self) -> int:
        """Waiting webhooks are worked out; how many."""
        Event.objects.filter(due_at__isnull=False).update(due_at=timezone.now() - timedelta(seconds=1))
        bells = ringing.due_events()
        for key, ticket in bells:
            webhooks.work(key, ticket)
        return len(bells)

    def rings(self) -> int:
        """One ring for the replies that are due, all answered; how many."""
        bells = ringing.due_replies()
        for key, ticket in bells:
            delivering.advance(key, ticket)
        return len(bells)

    def delivers(self, message: Message, most: int = 60) -> Message:
        """Ring until the reply is final, moving time to its next moment whenever nothing is due."""
        for _ in range(most):
            message.refresh_from_db()
            if message.due_at is None:
                return message
            if not self.rings():
                self.time_passes(max(message.due_at - timezone.now(), timedelta()) + timedelta(milliseconds=1))
        raise AssertionError(f"still {message.status} after {most} rings: {message.why}")

    def time_passes(self, span: timedelta) -> None:
        columns = ("due_at", "doubt_since", "absent_at")
        moved = ", ".join(f"{column} = {column} - %(span)s" for column in columns)
        values: dict[str, Any] = {"span": span}
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE inbox_message SET {moved}", values)


class Fans:
    """People on the practice networks, and what the public sees there."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice

    def comment(self, on: Publication, text: str, name: str = "Ann", below: str = "") -> str:
        """A comment on a publication, or `below` a comment on it; its own remote id."""
        target, network = below or on.remote_id, on.channel.network
        made = self.practice.control("POST", "fan", network=network, kind="comment", post=target, name=name, text=text)
        return str(made["id"])

    def write(self, to: Channel, text: str, name: str = "Ann") -> str:
        """A private message; its remote id."""
        to_whom = {"network": to.network, "account": to.remote_id}
        return str(self.practice.control("POST", "fan", kind="message", name=name, text=text, **to_whom)["id"])

    def read(self, on: Publication) -> list[str]:
        """All texts below a publication on its practice page, as the public sees them."""
        posts = self.practice.posts(on.channel.network, {"id": on.channel.remote_id})
        post = next(post for post in posts if post["id"] == on.remote_id)
        return [reply["text"] for reply in post["replies"]]


def published(by: cast.Person, worker: cast.Worker, channel: Channel, text: str = "Ice cold!", **details: Any) -> Publication:
    """A post that is out."""
    publication = worker.finishes(by.publishes(text, channel, **details))
    assert publication.status == Status.PUBLISHED, publication.why
    return publication
