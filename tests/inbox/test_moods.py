"""How people sound: told as they come in, corrected with one press, learned from, found again."""

from typing import Any

import pytest

from accounts.models import Workspace
from connectors.talk import Incoming, Person
from inbox import moods, sync
from inbox.models import Conversation, Lesson, Message
from scheduler.models import Publication
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers


def names(answer: Any) -> list[str]:
    return [one.person_name for one in answer.context["page"].conversations]


@pytest.fixture
def fury(post: Publication, fans: Fans, workers: Workers) -> Conversation:
    """Somebody is angry, somebody else asks something in Polish, and somebody is pleased."""
    fans.comment(post, "Terrible, the bottle was broken!", "Fury")
    fans.comment(post, "Ten kapsel to parodia", "Ola")
    fans.comment(post, "I love it", "Joy")
    workers.reads()
    return Conversation.objects.get(person_name="Fury")


def test_what_comes_in_is_read_shown_and_found_by_its_sound_and_language(desk: Desk, fury: Conversation) -> None:
    assert (fury.mood, fury.language) == ("negative", "en")
    assert names(desk.get("inbox-rows", mood="negative")) == ["Fury"]
    assert names(desk.get("inbox-rows", language="pl")) == ["Ola"]
    assert len(names(desk.get("inbox-rows", mood="nonsense"))) == 3

    page = desk.get("conversation", fury.pk).content.decode()

    assert "Negative" in page
    assert "English" in page
    assert "<bdi>terrible</bdi>" in page


def test_an_answer_of_ours_leaves_the_sound_of_theirs(desk: Desk, fury: Conversation) -> None:
    desk.answers(fury, "Great news: a new bottle is on its way!")

    fury.refresh_from_db()
    assert (fury.mood, fury.last_mine) == ("negative", True)
    assert Message.objects.get(mine=True, conversation=fury).mood == ""


def test_what_is_deleted_leaves_no_word_behind(fury: Conversation, workers: Workers) -> None:
    message = fury.messages.get()
    sync.take(message.channel, item_of(message, deleted=True), polled=True)

    message.refresh_from_db()
    fury.refresh_from_db()
    assert (message.mood, message.mood_words, fury.mood) == ("", [], "")


def test_what_is_edited_is_read_again(fury: Conversation) -> None:
    message = fury.messages.get()
    sync.take(message.channel, item_of(message, text="Thank you, all is perfect now"), polled=True)

    fury.refresh_from_db()
    assert fury.mood == "positive"


def item_of(message: Message, text: str = "", deleted: bool = False) -> Incoming:
    """The same utterance told again."""
    who, remote_id = Person(message.author_id, message.author_name), message.remote_id
    return Incoming(remote_id, "comment", remote_id, who, text or message.text, message.sent_at, deleted=deleted)


def test_a_correction_is_seen_learned_and_kept_within_the_workspace(desk: Desk, fury: Conversation, fans: Fans) -> None:
    ola = Conversation.objects.get(person_name="Ola")
    message = ola.messages.get()

    answer = desk.post("mood", ola.pk, message.pk, mood="negative").content.decode()

    assert "corrected how it sounds: Negative" in answer
    assert "A person has said so" in answer
    assert set(names(desk.get("inbox-rows", mood="negative"))) == {"Ola", "Fury"}
    assert moods.columns(desk.workspace.pk, "Parodia, ten kapsel.")["mood"] == "negative"
    assert moods.columns(cast.workspace("Somebody else").pk, "Parodia, ten kapsel.")["mood"] == "neutral"
    assert desk.post("mood", ola.pk, message.pk, mood="negative").status_code == 200
    assert [deed.kind for deed in ola.deeds.all()] == ["mood"]


def test_who_may_not_answer_may_not_correct_either(fury: Conversation, shop: Workspace, desk: Desk) -> None:
    onlooker, message = Desk(cast.member(shop, "viewer")), fury.messages.get()

    assert "It is rather" not in onlooker.get("conversation", fury.pk).content.decode()
    assert onlooker.post("mood", fury.pk, message.pk, mood="positive").status_code == 403
    assert desk.post("mood", fury.pk, message.pk, mood="furious").status_code == 422
    assert not Lesson.objects.exists()


def test_what_came_in_before_anything_was_read_is_read_later(fury: Conversation) -> None:
    Message.objects.update(mood="", mood_words=[], language="")
    Conversation.objects.update(mood="", language="")

    assert moods.catch_up() == 3
    assert moods.catch_up() == 0
    fury.refresh_from_db()
    assert (fury.mood, fury.messages.get().mood) == ("negative", "negative")
