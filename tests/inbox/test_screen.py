"""The inbox's screens: what they show, what they keep from people, and what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Channel, Workspace
from inbox import listing
from inbox.models import Conversation, Message
from scheduler.models import Publication
from tests import cast
from tests.inbox import talk
from tests.inbox.desk import Desk, Fans, Workers
from tests.sandbox.conftest import Practice


@pytest.fixture
def hundred(shop: Workspace, brand_page: Channel) -> list[Conversation]:
    """A hundred open conversations, every third of them begun at the same moment as its neighbour."""
    now = timezone.now()
    rows = [
        Conversation(
            workspace=shop,
            channel=brand_page,
            kind="comment",
            thread=str(number),
            person_id=str(number),
            person_name=f"Fan {number:02}",
            last_text="Ice?",
            last_at=now - timedelta(minutes=number // 3),
            unread=number % 2 == 0,
        )
        for number in range(100)
    ]
    return Conversation.objects.bulk_create(rows)


def names(answer: Any) -> list[str]:
    return [one.person_name for one in answer.context["page"].conversations]


# -- the list -------------------------------------------------------------------------------------------------------------


def test_the_list_costs_few_queries_and_little_wire(
    desk: Desk, hundred: list[Conversation], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        page = desk.get("inbox")

    assert len(names(page)) == listing.ROWS
    assert len(page.content) < 75_000


def test_a_fresh_piece_of_the_list_costs_even_less(
    desk: Desk, hundred: list[Conversation], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(5):
        desk.get("inbox-rows", rows="100")


def test_a_search_costs_few_queries_whether_few_or_many_said_it(
    desk: Desk, brand_page: Channel, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        talk.says(brand_page, "Ice?", thread=str(number), who=f"Fan {number}")

    with django_assert_max_num_queries(11):
        assert len(names(desk.get("inbox", q="ice"))) == 3
    monkeypatch.setattr(listing, "MANY", 2)
    with django_assert_max_num_queries(12):
        assert len(names(desk.get("inbox", q="ice"))) == 3


def test_every_conversation_is_reached_once_however_far_down(desk: Desk, hundred: list[Conversation]) -> None:
    answer, found = desk.get("inbox-rows"), []
    found += names(answer)
    while cursor := answer.context["page"].next:
        answer = desk.get("inbox-rows", after=cursor)
        found += names(answer)

    assert len(found) == 100
    assert set(found) == {one.person_name for one in hundred}


def test_a_refresh_brings_as_many_lines_as_were_there(desk: Desk, hundred: list[Conversation]) -> None:
    assert len(names(desk.get("inbox-rows", rows="60"))) == 60
    assert len(names(desk.get("inbox-rows", rows="99999"))) == 100


@pytest.mark.parametrize(
    "query", [{"after": "nonsense"}, {"after": "2026-01-01_x"}, {"channel": "x"}, {"rows": "-1"}, {"state": "x"}]
)
def test_nonsense_in_the_address_is_no_error(query: dict[str, str], desk: Desk, hundred: list[Conversation]) -> None:
    assert desk.get("inbox", **query).status_code == 200


def test_the_list_can_be_narrowed(desk: Desk, hundred: list[Conversation], x_channel: Channel) -> None:
    Conversation.objects.filter(person_name="Fan 00").update(channel=x_channel)
    Conversation.objects.filter(person_name="Fan 01").update(state="done")

    assert len(names(desk.get("inbox-rows", unread="1", rows="120"))) == 50
    assert names(desk.get("inbox-rows", channel=str(x_channel.pk))) == ["Fan 00"]
    assert names(desk.get("inbox-rows", state="done")) == ["Fan 01"]
    assert "Fan 01" not in names(desk.get("inbox-rows", rows="120"))


def test_it_is_narrowed_by_network_rating_and_campaign_and_the_address_keeps_it(
    desk: Desk, shop: Workspace, post: Publication, x_channel: Channel, django_assert_max_num_queries: Any
) -> None:
    summer = shop.campaigns.create(name="Summer")
    Publication.objects.filter(pk=post.pk).update(campaign=summer)
    about = talk.says(post.channel, "Ice cold!", thread="about", who="About").conversation
    Conversation.objects.filter(pk=about.pk).update(publication=post)
    talk.says(x_channel, "Hello?", thread="x", who="On X")
    talk.says(post.channel, "👎", thread="two", who="Two stars", kind="review", stars=2)
    talk.says(post.channel, "👍", thread="five", who="Five stars", kind="review", stars=5)
    talk.says(post.channel, "👎", thread="no", who="Against", kind="review", recommends=False)

    assert names(desk.get("inbox-rows", network="x")) == ["On X"]
    assert names(desk.get("inbox-rows", campaign=str(summer.pk))) == ["About"]
    assert names(desk.get("inbox-rows", rating="no")) == ["Against"]
    assert names(desk.get("inbox-rows", rating="2")) == ["Against", "Two stars"]
    assert names(desk.get("inbox-rows", rating="2", network="x")) == []
    with django_assert_max_num_queries(11):
        desk.get("inbox", network="facebook", campaign=str(summer.pk))
    page = desk.get("inbox", rating="2", network="facebook", campaign=str(summer.pk))
    assert "network=facebook" in page.context["filters"].query
    shown = page.content.decode()
    for value in ("facebook", "2", str(summer.pk)):
        assert f'<option value="{value}" selected>' in " ".join(shown.split()), value
    assert f"state=done&amp;network=facebook&amp;rating=2&amp;campaign={summer.pk}" in shown


def test_an_empty_inbox_says_what_will_come(desk: Desk) -> None:
    assert "arrives here by itself" in desk.get("inbox").content.decode()


def test_a_line_that_was_drawn_before_shows_what_is_new(desk: Desk, shop: Workspace, brand_page: Channel) -> None:
    ann = talk.says(brand_page, "Ice?").conversation
    before = desk.get("inbox-rows").content.decode()
    assert "bg-red-lt" not in before

    ann.labels.add(shop.labels.create(name="Urgent", colour="red"))
    assert 'bg-red-lt" dir="auto">Urgent' in desk.get("inbox-rows").content.decode()
    Workspace.objects.filter(pk=shop.pk).update(time_zone="Asia/Tokyo")
    assert "+09:00" in desk.get("inbox-rows").content.decode()
    desk.post("language", language="pl")
    assert "nieprzeczytan" in desk.get("inbox-rows").content.decode()


def test_the_list_shows_ones_own_workspace_only(hundred: list[Conversation]) -> None:
    stranger = Desk(cast.member(cast.workspace("Somebody else"), "owner"))

    assert names(stranger.get("inbox")) == []


# -- a conversation -------------------------------------------------------------------------------------------------------


def test_a_conversation_costs_few_queries_however_long_it_is(
    desk: Desk, question: Conversation, django_assert_max_num_queries: Any
) -> None:
    fan = {"conversation": question, "channel": question.channel, "author_name": "Ann"}
    Message.objects.bulk_create(Message(remote_id=str(number), text="Hello?", **fan) for number in range(250))

    with django_assert_max_num_queries(22):
        page = desk.get("conversation", question.pk)

    assert len(page.context["thread"]) == 100
    assert len(desk.get("messages", question.pk, pages="3").context["thread"]) == 251


def test_the_post_stands_above_what_is_said_about_it(desk: Desk, question: Conversation) -> None:
    page = desk.get("conversation", question.pk).content.decode()

    assert page.index("Ice cold!") < page.index('class="msg-text" dir="auto">Do you ship to Austria?')
    assert f"/publications/{question.publication_id}/" in page
    assert "A message may be answered within 24 hours" in page


def test_what_people_write_stays_text(desk: Desk, question: Conversation) -> None:
    question.messages.update(text="<script>alert(1)</script>", author_name="<b>Ann</b>")

    page = desk.get("conversation", question.pk).content.decode()

    assert "<script>alert(1)" not in page
    assert "<b>Ann" not in page


def test_looking_marks_it_as_read_for_those_who_answer(desk: Desk, question: Conversation, shop: Workspace) -> None:
    onlooker = Desk(cast.member(shop, "viewer"))
    assert "/read/" not in onlooker.get("conversation", question.pk).content.decode()
    assert onlooker.post("read", question.pk).status_code == 403

    assert f"/inbox/{question.pk}/read/" in desk.get("conversation", question.pk).content.decode()
    assert desk.post("read", question.pk).status_code == 204
    question.refresh_from_db()
    assert not question.unread


def test_done_and_open_again(desk: Desk, question: Conversation) -> None:
    assert "Open again" in desk.post("finish", question.pk).content.decode()
    assert names(desk.get("inbox-rows")) == []

    assert "Done" in desk.post("reopen", question.pk).content.decode()
    assert names(desk.get("inbox-rows")) == ["Ann"]


def test_other_conversations_with_the_same_person_are_at_hand(
    desk: Desk, question: Conversation, fans: Fans, workers: Workers, practice: Practice
) -> None:
    publication = question.publication
    assert publication is not None
    fans.comment(publication, "And to Norway?", "Ann")
    workers.reads()

    page = desk.get("conversation", question.pk)

    assert [other.last_text for other in page.context["known"].latest] == ["And to Norway?"]


def test_going_back_in_the_browser_brings_the_whole_page(desk: Desk, question: Conversation) -> None:
    address = f"/inbox/{question.pk}/"
    piece = desk.client.get(address, headers={"HX-Request": "true"}).content.decode()
    whole = desk.client.get(address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).content.decode()

    assert "<html" not in piece
    assert "<html" in whole
