"""Conversations without a network: what people say is taken in as polling and webhooks take it in."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Channel, Workspace
from connectors.talk import Incoming, Person
from inbox import errands, ringing, ruling, sync
from inbox.models import Arrival, Conversation, Deed, Errand, Message, Rule
from tests.inbox.desk import Desk


def channel(of: Workspace, network: str = "facebook", name: str = "Polar Fizz") -> Channel:
    """A channel that nothing is sent to."""
    made: Channel = of.channels.create(network=network, practice=True, remote_id=f"{network}-{name}", name=name)
    return made


def says(to: Channel, text: str, thread: str = "1", who: str = "Ann", **more: Any) -> Message:
    """Somebody (`mine`: we) says something, `ago` before now; the message as it was taken in."""
    at: datetime = timezone.now() - more.pop("ago", timedelta())
    number = Message.objects.filter(channel=to).count()
    item = Incoming(
        remote_id=f"{thread}-{number}",
        kind=more.pop("kind", "comment"),
        thread=thread,
        author=Person(who, who),
        text=text,
        sent_at=at,
        post="post",
        **more,
    )
    assert sync.take(to, item) is not None
    return Message.objects.get(channel=to, remote_id=item.remote_id)


def talk(of: Message) -> Conversation:
    """The message's conversation as it now is."""
    return Conversation.objects.get(pk=of.conversation_id)


def judged() -> int:
    """All bells of the rules are answered; how many."""
    Arrival.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    bells = ringing.due_arrivals()
    for key, ticket in bells:
        ruling.judge(key, ticket)
    return len(bells)


def rule(by: Desk, actions: dict[str, str], conditions: dict[str, Any] | None = None, **more: Any) -> Rule:
    """A rule that is on since yesterday."""
    values: dict[str, Any] = {
        "name": "A rule",
        "is_on": True,
        "since": timezone.now() - timedelta(days=1),
        "by": by.member,
    } | more
    return Rule.objects.create(workspace=by.workspace, actions=actions, conditions=conditions or {}, **values)


def errands_run() -> int:
    """All bells of the rules' errands are answered; how many."""
    Errand.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    bells = ringing.due_errands()
    for key, ticket in bells:
        errands.run(key, ticket)
    return len(bells)


def trail(of: Message) -> list[str]:
    """What rules wrote into the message's conversation."""
    return list(Deed.objects.filter(conversation=of.conversation_id, kind="rule").values_list("value", flat=True))
