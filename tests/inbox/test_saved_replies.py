"""Saved replies: kept by those who answer, filled in for the person, offered by likeness to the question."""

from typing import Any

import pytest

from accounts.models import Workspace
from inbox import offering, saving
from inbox.models import Conversation, Message, SavedReply
from tests import cast
from tests.inbox.desk import Desk


@pytest.fixture
def shelf(desk: Desk) -> dict[str, SavedReply]:
    """Four saved replies, one of them in two languages."""
    said: dict[str, tuple[str, dict[str, str]]] = {
        "Shipping": (
            "Do you deliver abroad?\nshipping, Versand, wysyłka",
            {
                "en": "Yes, {person}, we ship to all of Europe, and it takes two days until it is there.",
                "pl": "Tak, {person}, wysyłamy do całej Europy, i zajmuje to dwa dni, zanim paczka do Ciebie dojdzie.",
            },
        ),
        "Sugar": ("How much sugar is in it?", {"en": "There are four grams of sugar in 100 ml of {brand}."}),
        "Broken can": ("The can was damaged or leaking", {"en": "We are sorry! Send us a photo and we send a new one."}),
        "Thanks": ("", {"": "Thank you! 🧊"}),
    }
    return {title: saving.keep(title, asked, texts, desk.member) for title, (asked, texts) in said.items()}


def ask(conversation: Conversation, text: str) -> None:
    conversation.messages.update(text=text)


def titles(offers: Any) -> list[str]:
    return [one.wording.reply.title for one in offers]


def test_what_fits_the_question_is_suggested_in_its_language_and_nothing_else(
    desk: Desk, question: Conversation, shelf: dict[str, SavedReply]
) -> None:
    fits = {
        "Do you ship to Austria?": ("Shipping", "en"),
        "Is delivery to Norway possible and when is it there?": ("Shipping", "en"),
        "Czy jest wysyłka do Niemiec i ile to zajmuje?": ("Shipping", "pl"),
        "How many grams of SUGAR?!": ("Sugar", "en"),
        "my can leaked all over the parcel": ("Broken can", "en"),
    }
    for text, (title, language) in fits.items():
        ask(question, text)
        offers = desk.get("offers", question.pk).context["offers"]
        assert (titles(offers)[:1], offers[0].wording.language) == ([title], language), text

    for text in ("So cold!", "🧊🧊", "You are the best of all", ""):
        ask(question, text)
        assert titles(desk.get("offers", question.pk).context["offers"]) == [], text


def test_what_it_was_sent_for_is_remembered(desk: Desk, question: Conversation, shelf: dict[str, SavedReply]) -> None:
    ask(question, "Gibt es das auch bei uns in Graz?")
    assert offering.like(desk.workspace, "Wann gibt es das in Graz?") == {}

    desk.post("reply", question.pk, text="Yes, in two days.", seen=desk.sees(question), saved=shelf["Shipping"].pk)

    assert Message.objects.get(mine=True).saved == shelf["Shipping"]
    assert list(offering.like(desk.workspace, "Wann gibt es das in Graz?")) == [shelf["Shipping"].pk]
    assert "sent 1 time" in desk.get("saved-replies").content.decode()
    question.messages.filter(mine=False).update(deleted=True)
    assert offering.like(desk.workspace, "Wann gibt es das in Graz?") == {}


def test_replies_are_found_by_words_and_read_as_they_will(
    desk: Desk, question: Conversation, shelf: dict[str, SavedReply], django_assert_max_num_queries: Any
) -> None:
    Conversation.objects.update(person_name="Ann")

    with django_assert_max_num_queries(9):
        found = desk.get("offers", question.pk, q="sug gram")
    assert f"four grams of sugar in 100 ml of {desk.workspace.name}." in found.content.decode()
    assert titles(desk.get("offers", question.pk, q="").context["offers"])[:2] == ["Shipping", "Shipping"]  # fits the question
    assert "Yes, Ann, we ship" in desk.get("offers", question.pk, q="europ").content.decode()
    assert "No saved reply has these words" in desk.get("offers", question.pk, q="beer").content.decode()


def test_what_is_not_filled_in_is_not_sent(desk: Desk, question: Conversation, shelf: dict[str, SavedReply]) -> None:
    Conversation.objects.update(person_name="")
    assert "Yes, {person}, we ship" in desk.get("offers", question.pk, q="europ").content.decode()

    refused = desk.answers(question, "Yes, {person}, we ship.")

    assert (refused.status_code, "in the place of {person} first" in refused.content.decode()) == (422, True)
    assert desk.answers(question, "Use {this} code.").status_code == 200


def form(title: str, *texts: tuple[str, str], asked: str = "") -> dict[str, str]:
    rows = {
        f"wording-{at}-{name}": said
        for at, one in enumerate(texts)
        for name, said in zip(("language", "text"), one, strict=True)
    }
    counts = {"wording-TOTAL_FORMS": str(len(texts)), "wording-INITIAL_FORMS": "0"}
    return {"title": title, "asked": asked, **counts, **rows}


def test_a_saved_reply_is_kept_changed_deleted_and_brought_back(desk: Desk, shop: Workspace) -> None:
    assert "No saved replies yet" in desk.get("saved-replies").content.decode()

    desk.client.post("/inbox/saved/new/", form("Hello", ("Polish", "Cześć!"), ("en", "Hi!"), ("", "")))
    kept = SavedReply.objects.get()
    assert {one.language: one.text for one in kept.wordings.all()} == {"pl": "Cześć!", "en": "Hi!"}
    page = desk.get("saved-reply", kept.pk).content.decode()
    assert 'value="Polish"' in page

    address = f"/inbox/saved/{kept.pk}/"
    desk.client.post(address, form("Hello there", ("pl", "Hej!"), asked="hi"))
    kept.refresh_from_db()
    assert (kept.title, kept.asked, [one.text for one in kept.wordings.all()]) == ("Hello there", "hi", ["Hej!"])

    gone = desk.client.post(f"{address}delete/", follow=True).content.decode()
    assert "“Hello there” is deleted." in gone
    assert saving.there(shop) == []
    assert "Hello there" in desk.client.post(f"{address}restore/", follow=True).content.decode()
    assert saving.there(shop) == [kept]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (form("Thanks", ("", "Thank you!")), "is there already"),
        (form("New", ("", "")), "Write the text."),
        (form("New", ("en", "Hi"), ("English", "Hello")), "in the same language"),
        (form("New", ("Klingonish", "Qapla")), "There is no language"),
        (form("", ("", "Hi")), "required"),
    ],
)
def test_what_cannot_be_kept_is_told_and_stays_in_the_form(
    sent: dict[str, str], why: str, desk: Desk, shelf: dict[str, SavedReply]
) -> None:
    refused = desk.client.post("/inbox/saved/new/", sent)

    assert (refused.status_code, why in refused.content.decode()) == (422, True)
    assert SavedReply.objects.count() == 4


def test_other_workspaces_replies_are_not_offered(question: Conversation, shelf: dict[str, SavedReply]) -> None:
    stranger = Desk(cast.member(cast.workspace("Somebody else"), "owner"))

    assert offering.like(stranger.workspace, "Do you ship?") == {}
    assert saving.there(stranger.workspace) == []
