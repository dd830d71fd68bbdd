"""What people react to private messages with: seen at the message, the last word of each, no reason to open what is done."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import connecting
from accounts.models import Channel, Workspace
from connectors.talk import Incoming, Person
from connectors.talk import Reaction as Told
from inbox import sync, tasks
from inbox.models import Conversation, Cursor, Event, Message, Reaction
from tests import cast
from tests.inbox import talk
from tests.inbox.deliveries import deliver, reacted
from tests.inbox.desk import Desk, Fans, Workers
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until


def chips(desk: Desk, conversation: Conversation) -> list[str]:
    """What the thread says of reactions, from its top."""
    page = desk.get("messages", conversation.pk).content.decode()
    return re.findall(r'aria-label="([^"]+ reacted with [^"]+)"', page)


def reacts(practice: Practice, channel: Channel, message: str, emoji: str, name: str = "Ann") -> None:
    kind = "react" if emoji else "unreact"
    practice.control("POST", "fan", network=channel.network, kind=kind, post=message, name=name, text=emoji)


def hears(channel: Channel, *deliveries: bytes) -> None:
    """These deliveries arrive and are worked out, one after the other."""
    for body in deliveries:
        assert deliver(body).status_code == 200
        Workers().works()
    assert not Event.objects.exclude(due_at=None, why="").exists()


@pytest.fixture
def page(shop: Workspace) -> Channel:
    return talk.channel(shop)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.mark.parametrize("network", ["facebook", "instagram"])
def test_a_reaction_is_seen_at_its_message_within_one_webhook_and_opens_nothing(
    network: str,
    shop: Workspace,
    practice: Practice,
    fans: Fans,
    workers: Workers,
    desk: Desk,
    live_server: Any,
    settings: Any,
) -> None:
    settings.BASE_URL = live_server.url
    channel = cast.channel(shop, practice, network)
    assert connecting.listen(channel) == ""
    message = fans.write(channel, "Where can I buy it?")
    workers.reads()
    conversation = Conversation.objects.get()
    who = conversation.person_name
    desk.answers(conversation, "Everywhere.")
    answer = workers.delivers(conversation.messages.get(mine=True))
    desk.post("read", conversation.pk)
    desk.post("finish", conversation.pk)
    until(lambda: Event.objects.count() == 2)  # what both said
    workers.works()

    def told(already: int) -> None:
        until(lambda: Event.objects.count() > already)
        workers.works()

    for emoji, shown in (("❤️", ["❤️"]), ("😮", ["😮"]), ("", [])):
        already = Event.objects.count()
        reacts(practice, channel, answer.remote_id, emoji)
        told(already)
        assert chips(desk, conversation) == [f"{who} reacted with {one}" for one in shown]
    already = Event.objects.count()
    reacts(practice, channel, message, "👍")
    told(already)
    workers.reads()

    assert chips(desk, conversation) == [f"{who} reacted with 👍"]
    conversation.refresh_from_db()
    assert (conversation.state, conversation.unread, Message.objects.count()) == ("done", False, 2)


def test_where_there_are_no_webhooks_reactions_are_read_also_to_what_was_said_long_ago(
    shop: Workspace, practice: Practice, fans: Fans, workers: Workers, desk: Desk
) -> None:
    channel = cast.channel(shop, practice, "bluesky")
    fans.write(channel, "Where can I buy it?")
    workers.reads()
    conversation = Conversation.objects.get()
    desk.answers(conversation, "Everywhere.")
    old = workers.delivers(conversation.messages.get(mine=True)).remote_id
    reacts(practice, channel, old, "❤️")
    workers.reads()
    assert chips(desk, conversation) == ["Ann reacted with ❤️"]
    desk.post("read", conversation.pk)
    desk.post("finish", conversation.pk)

    practice.control("POST", "clock", offset=3600)
    Cursor.objects.update(read_until=timezone.now() + timedelta(minutes=55))
    for emoji, shown in (("🎉", "❤️ 🎉"), ("", "")):
        reacts(practice, channel, old, emoji)
        workers.reads()
        assert chips(desk, conversation) == ([f"Ann reacted with {shown}"] if shown else [])
        Cursor.objects.update(read_until=timezone.now() + timedelta(minutes=75))  # the reaction is of long ago, too

    reacts(practice, channel, old, "👍")
    Cursor.objects.update(read_until=timezone.now() + timedelta(minutes=55))
    workers.reads()
    assert chips(desk, conversation) == ["Ann reacted with 👍"]
    conversation.refresh_from_db()
    assert (conversation.state, conversation.unread, Message.objects.count()) == ("done", False, 2)


def test_of_each_person_the_last_word_counts_however_often_and_in_whatever_order_it_comes(
    page: Channel, now: datetime, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = talk.says(page, "Hello?", kind="message")
    conversation, mid = talk.talk(message), message.remote_id
    later, last = now + timedelta(seconds=1), now + timedelta(seconds=2)

    bells: list[object] = []
    monkeypatch.setattr("inbox.threads.tell", lambda *told: bells.append(told))
    hears(page, *[reacted(page, mid, "❤️", later)] * 2, reacted(page, mid, "👍", now))
    hears(page, reacted(page, mid, "", now))
    assert bells == [(page.workspace_id, f"inbox:{conversation.pk}")], "open pages are told of what is new, and that is all"
    hears(page, reacted(page, mid, "🎉", later, person=page.remote_id))
    assert chips(desk, conversation) == ["Ann reacted with ❤️", "Polar Fizz reacted with 🎉"]

    hears(page, reacted(page, mid, "", last), reacted(page, mid, "❤️", later))
    assert chips(desk, conversation) == ["Polar Fizz reacted with 🎉"]

    hears(page, reacted(page, mid, "👎", last), reacted(page, mid, "", last))
    assert chips(desk, conversation) == ["Polar Fizz reacted with 🎉", "Ann reacted with 👎"], "changed in one moment"


def test_a_reaction_waits_for_its_message_and_goes_with_it(page: Channel, now: datetime, desk: Desk, shop: Workspace) -> None:
    other = talk.channel(cast.workspace("Somebody else"), name="Other")
    hears(page, reacted(page, "1-0", "❤️", now))

    message, theirs = talk.says(page, "Hello?", kind="message"), talk.says(other, "Hello?", kind="message")
    assert message.remote_id == theirs.remote_id == "1-0"
    assert chips(desk, talk.talk(message)) == ["Ann reacted with ❤️"]
    stranger = Desk(cast.member(other.workspace, "responder"))
    assert chips(stranger, talk.talk(theirs)) == [], "it was said to another account"

    hears(page, reacted(page, "2-0", "❤️", now))
    for mid in ("1-0", "2-0"):
        gone = Incoming(mid, "message", mid[0], Person("Ann"), "", now, deleted=True)
        sync.take(page, gone)
        hears(page, reacted(page, mid, "👍", timezone.now()))
        late = replace(gone, deleted=False, reactions=(Told(mid, Person("Ann"), "👍", timezone.now()),))
        sync.take(page, late, polled=True)
    assert not Reaction.objects.exists()


def test_what_says_too_little_is_passed_over_and_a_name_is_shown_as_an_emoji(page: Channel, now: datetime, desk: Desk) -> None:
    message = talk.says(page, "Hello?", kind="message")
    whole = json.loads(reacted(page, message.remote_id, "❤️", now))
    [event] = whole["entry"][0]["messaging"]
    told = event["reaction"]
    partial = [
        {**event, "reaction": {**told, "mid": None}},
        {**event, "sender": {"id": "Zoe"}, "reaction": {**told, "action": "stare"}},
        {**event, "reaction": "love"},
        {**event, "sender": {}},
        {**event, "timestamp": None},
        {name: value for name, value in event.items() if name != "sender"},
    ]
    names = [
        {**event, "sender": {"id": who}, "reaction": {"mid": message.remote_id, "action": "react", "reaction": name, "new": 1}}
        for who, name in (("Ann", "love"), ("Ben", "other"), ("Lea", "dance"))
    ]
    whole["entry"][0]["messaging"] = [*partial, *names]

    hears(page, json.dumps(whole).encode())

    assert [one.emoji for one in Reaction.objects.order_by("person_id")] == ["❤️", "💬", "💬"]
    assert len(chips(desk, talk.talk(message))) == 3


def test_what_is_of_no_use_any_more_is_not_kept(page: Channel, now: datetime) -> None:
    message = talk.says(page, "Hello?", kind="message").remote_id
    old = now - timedelta(days=31)
    hears(page, *(reacted(page, mid, "❤️", old) for mid in (message, "never-came")), reacted(page, message, "", old, "Ben"))
    hears(page, reacted(page, message, "", now, "Lea"), reacted(page, "comes-later", "❤️", now))

    tasks.tidy()

    kept = Reaction.objects.order_by("person_id", "remote_id").values_list("person_id", "remote_id", "emoji")
    assert [*kept] == [("Ann", message, "❤️"), ("Ann", "comes-later", "❤️"), ("Lea", message, "")]
