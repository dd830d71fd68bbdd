"""Who looks and who types: colleagues see it while it is so, and a lost Redis loses nothing else."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.models import Workspace
from inbox import presence
from inbox.models import Conversation
from tests import cast
from tests.inbox.desk import Desk


@pytest.fixture
def colleague(marketer: cast.Person) -> Desk:
    return Desk(marketer.member)


def seen(by: Desk, conversation: Conversation) -> str:
    return " ".join(by.get("here", conversation.pk).content.decode().split())


def test_colleagues_see_who_looks_who_types_and_who_leaves(
    desk: Desk, colleague: Desk, question: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(presence, "tell", lambda _workspace, topic: told.append(topic))

    assert "Editor" not in desk.post("here", question.pk).content.decode()
    assert "Responder is looking at this too" in colleague.post("here", question.pk).content.decode()
    colleague.post("here", question.pk)
    assert told == [f"presence:{question.pk}"] * 2  # a beat that changes nothing is no news

    colleague.post("here", question.pk, typing="1")
    assert "Editor is writing an answer" in seen(desk, question)
    colleague.answers(question, "Yes.")
    assert "Editor is looking at this too" in seen(desk, question)
    assert colleague.post("here", question.pk, gone="1").status_code == 204
    assert "Editor" not in seen(desk, question)
    assert len(told) == 5


def test_it_passes_by_itself(desk: Desk, colleague: Desk, question: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "TYPES", timedelta())
    colleague.post("here", question.pk, typing="1")
    assert "Editor is looking" in seen(desk, question)

    monkeypatch.setattr(presence, "LOOKS", timedelta(seconds=-1))
    colleague.post("here", question.pk)
    assert "Editor" not in seen(desk, question)


def test_who_may_not_answer_is_never_said_to_be_writing(desk: Desk, question: Conversation, shop: Workspace) -> None:
    Desk(cast.member(shop, "viewer")).post("here", question.pk, typing="1")

    assert "Viewer is looking at this too" in seen(desk, question)


def test_a_lost_redis_loses_only_this(desk: Desk, question: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "_redis", presence._redis.__wrapped__)
    monkeypatch.setattr(presence, "settings", SimpleNamespace(REDIS_URL="redis://127.0.0.1:9"))

    assert desk.post("here", question.pk, typing="1").status_code == 200
    assert desk.answers(question, "Yes.").status_code == 200
