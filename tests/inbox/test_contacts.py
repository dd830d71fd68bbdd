"""People over all channels: joined and parted by hand, with a note, and answered once. Joining is undone exactly."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Workspace
from connectors.talk import Incoming, Person
from inbox import joining, people, sync
from inbox.models import Contact, Conversation, Identity
from inbox.people import Acquaintance
from tests import cast
from tests.inbox.desk import Desk
from tests.inbox.talk import channel, says, talk


@pytest.fixture
def page_talk(shop: Workspace) -> Conversation:
    """Anna on our Facebook Page."""
    return talk(says(channel(shop), "Do you ship?", who="Anna Nowak", ago=timedelta(days=3)))


@pytest.fixture
def video_talk(shop: Workspace) -> Conversation:
    """Anna below our video."""
    return talk(says(channel(shop, "youtube"), "Hello? Shipping?", who="anna.nowak", ago=timedelta(hours=1)))


@pytest.fixture
def colleague(marketer: cast.Person) -> Desk:
    return Desk(marketer.member)


def known(desk: Desk, of: Conversation) -> Acquaintance:
    found = desk.get("conversation", of.pk).context["known"]
    assert isinstance(found, Acquaintance)
    return found


def names(desk: Desk, of: Conversation) -> list[str]:
    return [one.name for one in known(desk, of).accounts]


def join(desk: Desk, one: Conversation, other: Conversation) -> Any:
    answer = desk.post("person-join", one.pk, other=other.pk)
    assert answer.status_code == 200, answer.content.decode()
    return answer


def part(desk: Desk, of: Conversation, name: str) -> Any:
    account = next(one.identity.pk for one in known(desk, of).accounts if one.name == name)
    return desk.post("person-part", of.pk, account=account)


def undo(desk: Desk, of: Conversation, answer: Any) -> Any:
    return desk.post("person-undo", of.pk, token=answer.context["undo"])


def alike(desk: Desk, of: Conversation, who: str) -> list[str]:
    return [one.person_name for one in desk.get("person-alike", of.pk, who=who).context["alike"]]


def write(desk: Desk, of: Conversation, note: str, seen: str | None = None) -> Any:
    contact = known(desk, of).contact
    stamp = contact.stamp if contact else ""
    return desk.post("person-note", of.pk, note=note, seen=stamp if seen is None else seen)


def kept() -> Any:
    """Everything that is said of people, but for the ids of accounts."""
    accounts = Identity.objects.values_list("network", "channel", "person_id", "contact").order_by("person_id", "network")
    return list(Contact.objects.order_by("pk").values()), list(accounts)


def elsewhere(desk: Desk, of: Conversation) -> str:
    return " ".join(desk.get("elsewhere", of.pk).content.decode().split())


# -- joining --------------------------------------------------------------------------------------------------------------


def test_nobody_is_joined_until_somebody_says_so(desk: Desk, page_talk: Conversation, video_talk: Conversation) -> None:
    assert names(desk, page_talk) == ["Anna Nowak"]
    assert known(desk, page_talk).latest == []
    assert not Contact.objects.exists()
    assert alike(desk, page_talk, "nna.no") == ["anna.nowak"]
    assert alike(desk, page_talk, page_talk.person_name) == ["anna.nowak"]  # nearly the same
    assert alike(desk, page_talk, "\0") == alike(desk, page_talk, "Jonas") == []

    answer = join(desk, page_talk, video_talk)

    assert answer.context["undo_says"] == "anna.nowak (YouTube) is the same person from now on."
    assert names(desk, page_talk) == ["Anna Nowak", "anna.nowak"]
    assert names(desk, video_talk) == ["anna.nowak", "Anna Nowak"]
    pane = desk.get("conversation", page_talk.pk).content.decode().split('id="person"')[1]
    assert all(one in pane for one in (f"/inbox/{video_talk.pk}/", "Hello? Shipping?", "Open"))
    who = known(desk, page_talk)
    assert (who.count, who.first_at, who.last_at) == (2, page_talk.last_at, video_talk.last_at)
    assert alike(desk, page_talk, "anna") == []
    trail = desk.get("conversation", page_talk.pk).content.decode()
    assert "said that it is the same person as anna.nowak (YouTube)" in trail


def test_joining_is_taken_back_exactly(
    desk: Desk, colleague: Desk, page_talk: Conversation, video_talk: Conversation, shop: Workspace
) -> None:
    write(desk, page_talk, "Wants no ginger.")
    third = talk(says(channel(shop, "x"), "Me again", who="an_no"))
    join(colleague, video_talk, third)
    write(colleague, third, "Has a shop in Graz.")
    before = kept()

    answer = join(desk, page_talk, third)

    assert sorted(names(desk, video_talk)) == ["Anna Nowak", "an_no", "anna.nowak"]
    contact = Contact.objects.get()
    assert (contact.note, contact.note_by) == ("Wants no ginger.\n\nHas a shop in Graz.", colleague.member.user)
    assert undo(desk, page_talk, answer).json() == {"said": "The accounts are as they were."}
    assert kept() == before
    assert [one.kind for one in page_talk.deeds.all()] == ["joined", "undone"]


def test_an_account_is_taken_out_again_and_that_is_taken_back(
    desk: Desk, page_talk: Conversation, video_talk: Conversation
) -> None:
    join(desk, page_talk, video_talk)
    before = kept()

    answer = part(desk, page_talk, "anna.nowak")

    assert names(desk, page_talk) == ["Anna Nowak"]
    assert names(desk, video_talk) == ["anna.nowak"]
    assert not Contact.objects.exists()  # of whom nothing is said, nothing is kept
    assert [one.said for one in page_talk.deeds.all()][-1] == "said that anna.nowak (YouTube) is somebody else"
    assert undo(desk, page_talk, answer).status_code == 200
    assert kept() == before


def test_what_was_changed_meanwhile_is_not_taken_back(desk: Desk, page_talk: Conversation, video_talk: Conversation) -> None:
    answer = join(desk, page_talk, video_talk)
    write(desk, page_talk, "Be kind.")
    before = kept()

    for token in (answer.context["undo"], "nonsense", ""):
        assert desk.post("person-undo", page_talk.pk, token=token).status_code == 422
    assert desk.post("person-undo", video_talk.pk, token=answer.context["undo"]).status_code == 422
    assert kept() == before


def test_what_cannot_be_joined_is_told(
    desk: Desk, page_talk: Conversation, video_talk: Conversation, shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = talk(says(channel(shop, "instagram"), "Hm", who=""))
    stranger = talk(says(channel(cast.workspace("Somebody else")), "Hm", who="Anna Nowak"))
    account = {"account": "999"}

    refused = {
        str(other): desk.post("person-join", page_talk.pk, other=other).content.decode()
        for other in ("", page_talk.pk, nobody.pk)
    }
    assert refused[""] == "Choose who is the same person."
    assert refused[str(page_talk.pk)] == "They are the same person already."
    assert refused[str(nobody.pk)].startswith("The network does not say who this is")
    assert desk.post("person-join", page_talk.pk, other=stranger.pk).status_code == 404
    assert desk.post("person-part", page_talk.pk, **account).status_code == 422
    assert desk.get("conversation", nobody.pk).status_code == 200
    assert not Contact.objects.exists()

    monkeypatch.setattr(joining, "MOST", 2)
    join(desk, page_talk, video_talk)
    third = talk(says(channel(shop, "x"), "Me again", who="an_no"))
    assert desk.post("person-join", third.pk, other=video_talk.pk).status_code == 422
    assert names(desk, third) == ["an_no"]


def test_who_may_not_answer_sees_the_person_and_changes_nothing(
    desk: Desk, page_talk: Conversation, video_talk: Conversation, shop: Workspace
) -> None:
    join(desk, page_talk, video_talk)
    write(desk, page_talk, "Be kind.")
    viewer = Desk(cast.member(shop, "viewer"))

    pane = viewer.get("conversation", page_talk.pk).content.decode().split('id="person"')[1]
    assert all(one in pane for one in ("Be kind.", "anna.nowak"))
    assert not any(one in pane for one in ("same person", "Not the same", "<textarea"))
    for name in ("person-join", "person-part", "person-note", "person-undo"):
        assert viewer.post(name, page_talk.pk, other=video_talk.pk).status_code == 403


# -- accounts ------------------------------------------------------------------------------------------------------------


def test_an_id_holds_on_all_our_channels_only_where_the_network_says_so(desk: Desk, shop: Workspace) -> None:
    brand, shop_too = channel(shop, "x", "Polar Fizz"), channel(shop, "x", "Polar Fizz Shop")
    first, second = talk(says(brand, "Ice?", who="an_no")), talk(says(shop_too, "Ice!", who="an_no"))
    page, other_page = channel(shop, "facebook", "Polar Fizz"), channel(shop, "facebook", "Polar Fizz Shop")
    on_page, on_other = talk(says(page, "Ice?", who="77")), talk(says(other_page, "Ice!", who="77"))

    assert known(desk, first).latest == [second]
    assert [(one.count, one.is_of_one_channel) for one in known(desk, first).accounts] == [(2, False)]
    assert known(desk, on_page).latest == []
    join(desk, on_page, on_other)
    assert known(desk, on_page).latest == [on_other]
    join(desk, on_page, second)
    assert set(known(desk, on_other).latest) == {first, second, on_page}
    assert known(desk, first).count == 4


def test_of_what_was_deleted_no_word_is_left_and_removed_channels_go_on(
    desk: Desk, page_talk: Conversation, video_talk: Conversation
) -> None:
    join(desk, page_talk, video_talk)
    asked = video_talk.messages.get()
    video_talk.channel.status = "removed"
    video_talk.channel.save()
    gone = Incoming(asked.remote_id, "comment", "1", Person("anna.nowak"), "", timezone.now(), deleted=True)
    assert sync.take(video_talk.channel, gone) == video_talk

    page = desk.get("conversation", page_talk.pk).content.decode() + desk.get("person-alike", page_talk.pk).content.decode()
    assert asked.text not in page
    assert all(one in page for one in ("<em>deleted</em>", "anna.nowak"))
    assert part(desk, page_talk, "anna.nowak").status_code == 200


def test_the_person_costs_the_same_for_few_and_for_many(
    desk: Desk, page_talk: Conversation, video_talk: Conversation, shop: Workspace, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        join(desk, page_talk, talk(says(channel(shop, "facebook", f"Page {number}"), "Hi", who=f"anna {number}")))
    for number in range(40):
        says(page_talk.channel, "Again", thread=f"more {number}", who="Anna Nowak")

    with django_assert_max_num_queries(24):
        page = desk.get("conversation", page_talk.pk)
        known = page.context["known"]
        assert (len(known.accounts), known.count, len(known.latest)) == (5, 45, people.LATEST)
    with django_assert_max_num_queries(12):
        desk.get("person-alike", page_talk.pk, who="a")


# -- a note --------------------------------------------------------------------------------------------------------------


def test_a_note_about_the_person_is_seen_wherever_they_write(
    desk: Desk, colleague: Desk, page_talk: Conversation, video_talk: Conversation
) -> None:
    join(desk, page_talk, video_talk)

    write(desk, page_talk, "Wants no ginger.\nHas a shop.")
    pane = desk.get("conversation", video_talk.pk).content.decode().split('id="person"')[1]
    assert "Wants no ginger.\nHas a shop.</textarea>" in pane
    assert "Changed by Responder" in pane

    write(colleague, video_talk, "Wants lemon.")
    assert "Changed by Editor" in desk.get("conversation", page_talk.pk).content.decode()
    assert write(colleague, video_talk, "x" * 5001).status_code == 422
    assert [entry.user for entry in AuditEntry.objects.filter(action="note about a person changed").order_by("pk")] == [
        desk.member.user,
        colleague.member.user,
    ]


def test_of_two_who_change_a_note_neither_loses_what_they_wrote(desk: Desk, colleague: Desk, page_talk: Conversation) -> None:
    write(desk, page_talk, "Wants no ginger.")

    late = write(colleague, page_talk, "Has a shop.", seen="")

    assert late.status_code == 422
    said = late.content.decode()
    assert all(one in said for one in ("changed meanwhile", "Wants no ginger.", "Has a shop.</textarea>"))
    assert desk.post("person-note", page_talk.pk, note="Both.", seen=Contact.objects.get().stamp).status_code == 200
    assert Contact.objects.get().note == "Both."


# -- answered once --------------------------------------------------------------------------------------------------------


def test_who_is_answered_by_a_colleague_elsewhere_is_not_answered_twice(
    desk: Desk, colleague: Desk, page_talk: Conversation, video_talk: Conversation
) -> None:
    colleague.post("here", video_talk.pk, typing="1")
    assert elsewhere(desk, page_talk) == ""

    join(desk, page_talk, video_talk)
    assert "Editor is writing to Anna Nowak in another conversation, on YouTube" in elsewhere(desk, page_talk)
    assert "Editor is writing" in desk.get("conversation", page_talk.pk).content.decode()
    assert elsewhere(colleague, page_talk) == ""  # that is oneself

    colleague.post("here", video_talk.pk, gone="1")
    video_talk.messages.create(channel=video_talk.channel, mine=True, text="Yes!", by=colleague.member.user)
    assert "Editor answered Anna Nowak in another conversation, on YouTube" in elsewhere(desk, page_talk)
    assert elsewhere(colleague, page_talk) == ""
    video_talk.messages.filter(mine=True).update(sent_at=timezone.now() - timedelta(days=8))
    assert elsewhere(desk, page_talk) == ""
    video_talk.messages.filter(mine=True).update(sent_at=timezone.now())
    desk.post("finish", video_talk.pk)
    assert elsewhere(desk, page_talk) == ""
