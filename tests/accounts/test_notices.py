"""The bell: who hears of what, how often, where it stands, and what goes out by mail."""

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import mailing, noticing
from accounts.models import Member, Notice, User, Workspace
from accounts.noticing import About, notify
from accounts.roles import Role
from tests import cast

Kind = Notice.Kind
Commit = Callable[..., Any]


@pytest.fixture
def shop(db: None) -> Workspace:
    return cast.workspace()


@pytest.fixture
def editor(shop: Workspace) -> Member:
    return cast.member(shop, Role.EDITOR)


@pytest.fixture
def desk(editor: Member) -> Client:
    client = Client()
    client.force_login(editor.user)
    return client


def failure(what: str = "x", title: str = "Ice cold!", count: int = 1, people: tuple[int, ...] = ()) -> About:
    said = {"title": title, "channel": "Polar Fizz", "why": "Too long.", "several": "/posts/?show=failed"}
    return About("failed", what, "/calendar/", said, frozenset(people), count)


def page_of(client: Client, name: str = "notices", **query: Any) -> str:
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


# -- who hears of it ----------------------------------------------------------------------------------------------------------


def test_whoever_may_decide_hears_of_a_failed_post_and_its_author_does(shop: Workspace) -> None:
    people = {role: cast.member(shop, role) for role in Role.values}

    notify(shop, Kind.FAILED, failure(people=(people[Role.VIEWER].user_id,)))

    told = set(Notice.objects.values_list("member__role", flat=True))
    assert told == {Role.OWNER, Role.ADMIN, Role.EDITOR, Role.APPROVER, Role.VIEWER}


def test_nobody_hears_of_what_they_did_themselves(shop: Workspace, editor: Member) -> None:
    assert notify(shop, Kind.CHANGED, failure(people=(editor.user_id,)), by=editor.user_id) == 0

    assert not Notice.objects.exists()


def test_another_workspace_hears_nothing(shop: Workspace, editor: Member) -> None:
    notify(cast.workspace("Somebody else"), Kind.FAILED, failure(people=(editor.user_id,)))

    assert not Notice.objects.exists()


# -- once, and grouped --------------------------------------------------------------------------------------------------------


def test_a_burst_of_the_same_is_one_line(shop: Workspace, editor: Member, desk: Client) -> None:
    for number in range(5):
        notify(shop, Kind.FAILED, failure(title=f"Post {number}", count=100))

    assert [one.count for one in Notice.objects.all()] == [500]
    assert "500 posts did not go out on Polar Fizz." in page_of(desk)
    assert desk.get(reverse("notice", args=[Notice.objects.get().pk]))["Location"] == "/posts/?show=failed"


def test_what_was_read_is_said_anew(shop: Workspace, editor: Member) -> None:
    notify(shop, Kind.FAILED, failure())
    noticing.read(editor.notices.all(), editor)
    notify(shop, Kind.FAILED, failure())

    assert sorted(one.count for one in Notice.objects.all()) == [1, 1]
    assert noticing.unread(editor) == 1


def test_a_refreshed_line_stands_first(shop: Workspace, editor: Member) -> None:
    notify(shop, Kind.FAILED, failure("one", "First"))
    notify(shop, Kind.FAILED, failure("two", "Second"))
    notify(shop, Kind.FAILED, failure("one", "Third"))

    assert [one.details["title"] for one in noticing.shown(editor)] == ["Third", "Second"]


# -- the screen ---------------------------------------------------------------------------------------------------------------


def test_a_line_says_what_happened_and_following_it_reads_it(shop: Workspace, editor: Member, desk: Client) -> None:
    notify(shop, Kind.FAILED, failure())
    notice = Notice.objects.get()

    assert "“Ice cold!” did not go out on Polar Fizz: Too long." in page_of(desk, "notices-latest")
    assert ">1<" in page_of(desk, "notices-count")
    assert desk.get(reverse("notice", args=[notice.pk]))["Location"] == "/calendar/"

    assert ">1<" not in page_of(desk, "notices-count")
    assert "Unread:" not in page_of(desk)


def test_a_sentence_is_in_the_language_of_its_reader(shop: Workspace, editor: Member, desk: Client) -> None:
    notify(shop, Kind.FAILED, failure(title="100 % cold <b>"))

    assert "100 % cold &lt;b&gt;" in page_of(desk)


def test_all_are_read_at_once(shop: Workspace, editor: Member, desk: Client) -> None:
    other = cast.member(shop, Role.ADMIN)
    for what in ("one", "two"):
        notify(shop, Kind.FAILED, failure(what))

    answer = desk.post(reverse("notices-read"), headers={"HX-Request": "true"})

    assert "Unread:" not in answer.content.decode()
    assert (noticing.unread(editor), noticing.unread(other)) == (0, 2)


def test_an_empty_list_teaches(desk: Client) -> None:
    assert "You can have it by mail as well." in page_of(desk)
    assert "Nothing yet." in page_of(desk, "notices-latest")


def test_the_list_is_paged_and_costs_the_same_for_many(
    shop: Workspace, editor: Member, desk: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(70):
        notify(shop, Kind.FAILED, failure(str(number)))

    with django_assert_max_num_queries(4):
        assert page_of(desk, "notices-latest").count("notice-line") == 8
    with django_assert_max_num_queries(9):  # three of them the list's, the others every page's
        assert page_of(desk, page=3).count("notice-line") == 10


def test_old_ones_are_tidied_away(shop: Workspace, editor: Member) -> None:
    notify(shop, Kind.FAILED, failure("old"))
    Notice.objects.update(made_at=timezone.now() - timedelta(days=91))
    notify(shop, Kind.FAILED, failure("new"))

    noticing.tidy()

    assert [one.what for one in Notice.objects.all()] == ["new"]


# -- choices and mail ---------------------------------------------------------------------------------------------------------


def choose(desk: Client, kind: str, shown: bool, by_mail: str) -> None:
    wishes = {f"{one}-mail": "off" for one in Kind.values} | {f"{one}-shown": "on" for one in Kind.values}
    wishes[f"{kind}-mail"] = by_mail
    if not shown:
        del wishes[f"{kind}-shown"]
    assert desk.post(reverse("notice-choices"), wishes).status_code == 302


def test_a_kind_can_be_switched_off(shop: Workspace, editor: Member, desk: Client) -> None:
    choose(desk, Kind.FAILED, False, "off")

    notify(shop, Kind.FAILED, failure())
    notify(shop, Kind.LATE, failure())

    assert [one.kind for one in Notice.objects.all()] == [Kind.LATE]


def test_nonsense_is_not_saved(desk: Client) -> None:
    assert desk.post(reverse("notice-choices"), {"failed-mail": "hourly"}).status_code == 422


def test_a_mail_goes_out_at_once_and_once(shop: Workspace, editor: Member, desk: Client, settings: Any) -> None:
    settings.BASE_URL = "https://smo.example"
    choose(desk, Kind.FAILED, True, "now")
    notify(shop, Kind.FAILED, failure())

    assert [mailing.send_due(), mailing.send_due()] == [1, 0]

    (sent,) = mail.outbox
    assert sent.to == [editor.user.email]
    assert sent.subject == "Polar Fizz: “Ice cold!” did not go out on Polar Fizz: Too long."
    assert "https://smo.example/calendar/" in sent.body
    assert "https://smo.example/notices/choices/" in sent.body


@pytest.mark.parametrize(("own", "workspaces"), [("pl", "en"), ("", "pl")])
def test_a_mail_speaks_the_language_of_its_reader(
    own: str, workspaces: str, shop: Workspace, editor: Member, desk: Client
) -> None:
    choose(desk, Kind.FAILED, True, "now")
    Workspace.objects.update(language=workspaces)
    User.objects.filter(pk=editor.user_id).update(language=own)
    notify(shop, Kind.FAILED, failure())

    mailing.send_due()

    (sent,) = mail.outbox
    assert sent.subject == "Polar Fizz: „Ice cold!” nie ukazał się w kanale Polar Fizz: Too long."


def test_two_senders_send_one_mail(shop: Workspace, editor: Member, desk: Client) -> None:
    choose(desk, Kind.FAILED, True, "now")
    notify(shop, Kind.FAILED, failure())
    take = mailing._take

    def slowly(notice: Notice) -> bool:
        with patch("accounts.mailing._take", take):
            mailing.send_due()  # another beat's, in between
        return take(notice)

    with patch("accounts.mailing._take", slowly):
        mailing.send_due()

    assert len(mail.outbox) == 1


def test_a_lasting_burst_is_one_mail_an_hour(shop: Workspace, editor: Member, desk: Client) -> None:
    choose(desk, Kind.FAILED, False, "now")
    for _look in range(3):
        notify(shop, Kind.FAILED, failure(count=10))
        mailing.send_due()
    assert len(mail.outbox) == 1

    Notice.objects.update(mail_due_at=timezone.now())
    mailing.send_due()

    assert [one.subject.split(": ")[1][:8] for one in mail.outbox] == ["10 posts", "20 posts"]
    assert "notice-line" not in page_of(desk)


def test_daily_mail_waits_for_the_morning_and_brings_everything(shop: Workspace, editor: Member, desk: Client) -> None:
    choose(desk, Kind.FAILED, True, "daily")
    notify(shop, Kind.FAILED, failure("one"))
    notify(shop, Kind.FAILED, failure("two"))
    due = Notice.objects.values_list("mail_due_at", flat=True)[0]
    assert due
    assert due > timezone.now()
    assert due.astimezone(shop.zone).strftime("%H:%M") == "08:00"
    assert mailing.send_due() == 0

    Notice.objects.update(mail_due_at=timezone.now())

    assert mailing.send_due() == 1
    assert mail.outbox[0].subject == "Polar Fizz: 2 notices"


def test_what_was_read_needs_no_mail(shop: Workspace, editor: Member, desk: Client) -> None:
    choose(desk, Kind.FAILED, True, "daily")
    notify(shop, Kind.FAILED, failure())

    desk.post(reverse("notices-read"))

    assert not Notice.objects.exclude(mail_due_at=None).exists()


def test_a_mail_server_that_is_away_stops_nobody(shop: Workspace, editor: Member, desk: Client) -> None:
    choose(desk, Kind.FAILED, True, "now")
    notify(shop, Kind.FAILED, failure())

    with patch("accounts.mailing.send_mail", side_effect=smtplib.SMTPServerDisconnected):
        assert mailing.send_due() == 0

    assert mailing.send_due() == 0
    assert noticing.unread(editor) == 1


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-06-01T05:59", "2026-06-01T06:00"),
        ("2026-06-01T06:00", "2026-06-02T06:00"),
        ("2026-10-24T12:00", "2026-10-25T07:00"),
    ],
)
def test_the_morning_is_the_workspaces(shop: Workspace, now: str, morning: str) -> None:
    with patch("accounts.noticing.timezone.now", return_value=datetime.fromisoformat(f"{now}+00:00")):
        assert noticing.next_morning(shop) == datetime.fromisoformat(f"{morning}+00:00")


@pytest.mark.django_db(transaction=True)
def test_open_pages_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, told = cast.workspace(), list[tuple[Any, str]]()
    cast.member(shop, Role.EDITOR)
    monkeypatch.setattr("accounts.noticing.tell", lambda workspace, topic: told.append((workspace, topic)))

    notify(shop, Kind.FAILED, failure())

    assert told == [(shop.pk, "notices")]
