"""What rules do with people's words: labels, hiding, answering once and never in circles, giving out by language."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Channel, Workspace
from inbox import handling, replying, saving
from inbox.models import Deed, Errand, Message, Rule, SavedReply
from scheduler.models import Publication
from tests import cast
from tests.inbox import talk
from tests.inbox.desk import Desk, Fans, Workers
from tests.inbox.talk import rule, trail

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLISH = "Czy wysyłacie do Niemiec i ile to kosztuje?"


@pytest.fixture
def channel(shop: Workspace) -> Channel:
    return talk.channel(shop)


@pytest.fixture
def boss(shop: Workspace) -> Desk:
    return Desk(cast.member(shop, "admin"))


@pytest.fixture
def shipping(boss: Desk) -> SavedReply:
    texts = {"en": "Yes, {first name}, we ship there. {me}", "pl-PL": "Tak, {first name}, wysyłamy. {me}"}
    return saving.keep("Shipping", "", texts, boss.member)


def answers(to: Message) -> list[Message]:
    return list(to.conversation.messages.filter(mine=True).order_by("pk"))


def arrives(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(status="sent", due_at=None, remote_id=f"sent-{message.pk}")


# -- labels and languages ---------------------------------------------------------------------------------------------------


def test_a_label_is_put_on_and_the_next_rule_asks_for_it(boss: Desk, shop: Workspace, channel: Channel) -> None:
    parcel = shop.labels.create(name="parcel")
    rule(boss, {"label": str(parcel.pk)}, {"words": "parcel"})
    rule(boss, {"mark": "read"}, {"labels": [str(parcel.pk)]}, position=2)
    asked, other = talk.says(channel, "Where is my parcel?"), talk.says(channel, "Hello?", thread="2")

    talk.judged()

    assert ([*asked.conversation.labels.all()], talk.talk(asked).unread) == ([parcel], False)
    assert trail(asked) == ["“A rule”: put the label parcel on it", "“A rule”: marked it as read"]
    assert (other.conversation.labels.count(), trail(other)) == (0, [])
    parcel.delete()
    again = talk.says(channel, "Where is my parcel?", thread="3")
    talk.judged()
    assert trail(again) == ["“A rule”: The label that the rule puts on is gone: change the rule."]


def test_it_is_given_to_whoever_speaks_the_language(
    boss: Desk, desk: Desk, marketer: cast.Person, shop: Workspace, channel: Channel
) -> None:
    rule(boss, {"assign": "language"})
    both = [str(desk.member.pk), str(marketer.member.pk)]
    boss.post("take-turns", **{"member": both, f"speaks-{marketer.member.pk}": ["pl", "xx"]})
    page = boss.get("rules").content.decode()
    assert (page.count('<span class="badge" lang="pl">Polski</span>'), page.count('badge" lang')) == (1, 1)

    polish = [talk.says(channel, POLISH, thread=thread) for thread in "12"]
    german = talk.says(channel, "Ich möchte das nicht mehr", thread="3")
    unclear = talk.says(channel, "👍", thread="4")
    talk.judged()

    assert [talk.talk(one).assignee for one in polish] == [marketer.member] * 2
    assert talk.talk(german).assignee == desk.member
    assert trail(german) == [f"“A rule”: gave it to {desk.member} (nobody who takes turns speaks Deutsch)"]
    assert "nobody can tell in which language" in trail(unclear)[0]


# -- hiding -----------------------------------------------------------------------------------------------------------------


def shown(fans: Fans, on: Publication) -> list[str]:
    posts = fans.practice.posts(on.channel.network, {"id": on.channel.remote_id})
    return [reply["text"] for post in posts if post["id"] == on.remote_id for reply in post["replies"] if not reply["hidden"]]


@pytest.fixture
def insult(boss: Desk, post: Publication, fans: Fans, workers: Workers) -> Message:
    """It has just been judged by a rule that hides it."""
    workers.reads()
    rule(boss, {"hide": "yes", "mark": "read"}, {"words": "idiot"})
    fans.comment(post, "You idiots")
    workers.reads()
    talk.judged()
    return Message.objects.get(text="You idiots")


def test_a_comment_is_hidden_after_the_rule_has_acted_and_once(
    insult: Message, post: Publication, fans: Fans, short_deadline: None
) -> None:
    assert trail(insult) == ["“A rule”: has it hidden; marked it as read"]
    assert shown(fans, post) == ["You idiots"]
    account = {"id": post.channel.remote_id}
    fans.practice.fault("timeout_after", account, network="facebook", operation="any", path=insult.remote_id)

    assert (talk.errands_run(), Errand.objects.get().tries) == (1, 1)
    assert (talk.errands_run(), talk.errands_run()) == (1, 0)

    insult.refresh_from_db()
    assert (insult.hidden, shown(fans, post)) == (True, [])
    assert Deed.objects.get(kind="hide").by is None


def test_what_cannot_be_hidden_is_said(
    boss: Desk, insult: Message, post: Publication, fans: Fans, workers: Workers, shop: Workspace
) -> None:
    fans.practice.fault("revoke_token", {"id": post.channel.remote_id}, network="facebook")
    talk.errands_run()
    assert "was not done (Hide)" in trail(insult)[-1]
    assert talk.talk(insult).unread
    assert not Errand.objects.exists()

    elsewhere = talk.says(talk.channel(shop, "pinterest"), "idiot", thread="9")
    talk.judged()
    assert "does not let apps do that (Hide): do it there.; marked it as read" in trail(elsewhere)[0]


# -- answering --------------------------------------------------------------------------------------------------------------


def test_a_rule_answers_in_the_language_of_the_question_and_a_person_is_still_waited_for(
    boss: Desk, desk: Desk, channel: Channel, shipping: SavedReply
) -> None:
    rule(boss, {"answer": str(shipping.pk)})
    english = talk.says(channel, "Do you ship to Austria?", who="Ann Ice", thread="1")
    polish = talk.says(channel, POLISH, who="Jan Lód", thread="2")
    talk.judged()

    said = [answers(one)[0] for one in (english, polish)]
    brand = boss.workspace.name
    assert [one.text for one in said] == [f"Yes, Ann, we ship there. {brand}", f"Tak, Jan, wysyłamy. {brand}"]
    assert [(one.status, one.by, one.saved, one.answers_id) for one in said] == [
        ("queued", None, shipping, one.pk) for one in (english, polish)
    ]
    assert trail(polish) == ["“A rule”: answered with “Shipping” (Polish (PL))"]
    found = talk.talk(english)
    assert (found.unread, found.waits_since, found.last_mine) == (True, english.sent_at, True)
    assert timezone.now() < said[0].due_at <= timezone.now() + replying.UNDO  # type: ignore[operator]
    page = desk.get("conversation", found.pk).content.decode()
    assert ("rule “A rule”" in page, "Take back" in page) == (True, True)

    refused = desk.answers(found, "Hello Ann!", seen=english.pk)
    assert (refused.status_code, "rule “A rule” answered meanwhile" in refused.content.decode()) == (422, True)
    assert desk.post("take-back", found.pk, said[0].pk).status_code == 200
    assert answers(english) == []


def test_a_rule_answers_once_on_the_network(
    boss: Desk, post: Publication, fans: Fans, workers: Workers, shipping: SavedReply, short_deadline: None
) -> None:
    workers.reads()
    rule(boss, {"answer": str(shipping.pk)})
    fans.comment(post, "Do you ship to Austria?")
    workers.reads()
    fans.practice.fault("timeout_after", {"id": post.channel.remote_id}, network="facebook", operation="any", path="comments")

    talk.judged()
    message = workers.delivers(Message.objects.get(mine=True))
    workers.reads()
    talk.judged()

    assert message.status == "sent", message.why
    assert fans.read(post) == ["Do you ship to Austria?", message.text]


def test_a_rule_does_not_answer_what_somebody_has_seen_to(
    boss: Desk, desk: Desk, shop: Workspace, channel: Channel, shipping: SavedReply
) -> None:
    rule(boss, {"answer": str(shipping.pk)})
    asks = "Do you ship to Austria?"
    answered = talk.says(channel, asks, thread="answered")
    replying.answer(answered.conversation, "Yes.", answered.pk, desk.member)
    there = talk.says(channel, "Yes, we do.", thread="there", mine=True)
    late = talk.says(channel, asks, thread="there", ago=HOUR)
    done = talk.says(channel, asks, thread="done")
    handling.finish(done.conversation, desk.member)
    other = shop.channels.create(network="facebook", practice=True, remote_id="Fizz", name="Fizz")
    ours = talk.says(channel, asks, who=other.remote_id, thread="ours")
    deleted = talk.says(channel, asks, thread="deleted")

    judged_before = Message.objects.filter(mine=True).count()
    Message.objects.filter(pk=deleted.pk).update(deleted=True)
    talk.judged()

    assert Message.objects.filter(mine=True).count() == judged_before
    assert [trail(one)[-1:] for one in (answered, late, done, ours, deleted)] == [
        ["“A rule”: It was not answered: somebody has answered meanwhile."],
        ["“A rule”: It was not answered: somebody has answered meanwhile."],
        ["“A rule”: It was not answered: somebody has put it away meanwhile."],
        ["“A rule”: Another channel of yours said it: rules do not answer your own words."],
        [],
    ]
    assert there.conversation_id == late.conversation_id


def test_a_rule_answers_only_what_the_network_and_the_texts_allow(
    boss: Desk, shop: Workspace, channel: Channel, shipping: SavedReply
) -> None:
    made = rule(boss, {"answer": str(shipping.pk), "mark": "read"}, since=timezone.now() - 9 * DAY)
    asks = "Do you ship to Austria?"
    old = talk.says(channel, asks, thread="old", kind="message", ago=8 * DAY)
    mute = talk.says(talk.channel(shop, "pinterest"), asks, thread="mute")
    german = talk.says(channel, "Ich möchte das nicht mehr", thread="german")
    nameless = talk.says(channel, asks, thread="nameless", who="")
    talk.judged()

    assert not Message.objects.filter(mine=True).exists()
    said = [trail(one)[0] for one in (old, mute, german, nameless)]
    assert all(one.endswith("marked it as read") for one in said)
    for why, one in zip(
        ("wait until they write", "takes no answers", "no wording in Deutsch", "{first name}"), said, strict=True
    ):
        assert why in one

    Rule.objects.filter(pk=made.pk).update(by=cast.member(shop, "viewer"))
    refused = talk.says(channel, asks, thread="5")
    talk.judged()
    saving.delete(shipping, boss.member)
    Rule.objects.filter(pk=made.pk).update(by=boss.member)
    gone = talk.says(channel, asks, thread="6")
    talk.judged()
    assert "The saved reply that the rule answers with is gone" in trail(gone)[0]
    assert "may not" in trail(refused)[0]
    assert not Message.objects.filter(mine=True).exists()


def test_a_rule_answers_a_person_once_a_day_and_two_rules_do_not_answer_the_same(
    boss: Desk, desk: Desk, channel: Channel, shipping: SavedReply
) -> None:
    rule(boss, {"answer": str(shipping.pk)}, name="First")
    rule(boss, {"answer": str(shipping.pk)}, name="Second", position=2, is_on=False)
    asks: dict[str, Any] = {"text": "Do you ship to Austria?", "to": channel}
    first = talk.says(**asks)

    def again(who: str = "Ann") -> list[str]:
        """The conversation is done with, and somebody asks once more; what the rules wrote."""
        handling.finish(talk.talk(first), desk.member)
        before = len(trail(first))
        talk.says(**asks, who=who)
        talk.judged()
        return trail(first)[before:]

    Rule.objects.update(is_on=True)
    talk.judged()
    assert len(answers(first)) == 1
    assert trail(first)[1] == "“Second”: A rule has answered it before."
    arrives(answers(first)[0])
    Rule.objects.filter(name="Second").update(is_on=False)

    assert again() == ["“First”: It was not answered: the rule has answered this person in the last 24 hours."]
    assert again(who="Bob") == ["“First”: answered with “Shipping” (English)"]
    arrives(answers(first)[1])
    Message.objects.filter(mine=True).update(sent_at=timezone.now() - DAY)
    assert again() == ["“First”: answered with “Shipping” (English)"]
