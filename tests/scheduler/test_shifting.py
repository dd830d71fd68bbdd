"""Moving, copying and cancelling on the calendar, one post or several, and taking it back."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel
from scheduler import planning
from scheduler.composing import drafting
from scheduler.models import Post, Publication, Status
from scheduler.plans import shifting
from tests import cast
from tests.scheduler.test_calendar import DAY, WARSAW

JSON = {"Accept": "application/json"}


def entry(of: Publication | Post) -> str:
    """How the calendar names an entry."""
    return f"{of.post_id}/{of.publish_at.isoformat()}" if isinstance(of, Publication) else f"{of.pk}/"


def changes(client: Client, do: str, *entries: Publication | Post | str, **aim: Any) -> dict[str, Any]:
    named = [one if isinstance(one, str) else entry(one) for one in entries]
    answer = client.post(reverse("calendar-change"), {"do": do, "entry": named, **aim}, headers=JSON)
    assert answer.status_code == 200, answer.content.decode()
    return dict(json.loads(answer.content))


def undoes(client: Client, answer: dict[str, Any]) -> dict[str, Any]:
    back = client.post(reverse("calendar-undo"), {"token": answer["undo"]}, headers=JSON)
    assert back.status_code == 200, back.content.decode()
    return dict(json.loads(back.content))


def lies(of: Publication | Post) -> str:
    of.refresh_from_db()
    moment = of.publish_at if isinstance(of, Publication) else of.planned_for
    return f"{moment.astimezone(WARSAW):%Y-%m-%d %H:%M}" if moment else "nowhere"


# -- moving -------------------------------------------------------------------------------------------------------------------


def test_several_posts_move_by_days_and_keep_their_times_over_the_change_of_the_clocks(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    first = marketer.schedules("Ice", on=x_channel, when=DAY)
    second = marketer.schedules("Water", on=x_channel, when=DAY + timedelta(hours=3))
    draft = marketer.writes("Draft", on=x_channel, planned_for=DAY)

    answer = changes(client, "move", first, second, draft, days=7)

    assert (answer["said"], answer["refused"]) == ("3 posts moved.", [])
    assert [lies(one) for one in (first, second, draft)] == ["2031-04-02 10:00", "2031-04-02 13:00", "2031-04-02 10:00"]


def test_hours_are_hours_that_pass(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice", on=x_channel, when=datetime(2031, 3, 30, 1, 30, tzinfo=WARSAW))

    changes(client, "move", publication, hours=1)

    assert lies(publication) == "2031-03-30 03:30"  # the hour from two to three does not exist


def test_several_posts_move_to_a_date_each_at_its_time_of_day(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    first = marketer.schedules("Ice", on=x_channel, when=DAY)
    second = marketer.schedules("Water", on=x_channel, when=DAY + timedelta(days=2, hours=3))

    changes(client, "move", first, second, day="2032-02-29")

    assert [lies(first), lies(second)] == ["2032-02-29 10:00", "2032-02-29 13:00"]


def test_what_cannot_be_moved_is_told_by_its_title_and_the_others_are_moved(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    fine = marketer.schedules("Ice", on=x_channel, when=DAY)
    out = marketer.schedules("Water", on=x_channel, when=DAY)
    nightly = marketer.schedules("Night", on=x_channel, when=datetime(2031, 3, 29, 2, 30, tzinfo=WARSAW))
    Publication.objects.filter(pk=out.pk).update(status=Status.PUBLISHED, due_at=None, remote_id="1")
    nobodys = f"{cast.Person(cast.member(cast.workspace('Theirs'), 'owner')).workspace.pk}/"

    answer = changes(client, "move", fine, out, nightly, nobodys, days=1)

    assert answer["said"] == "1 post moved."
    assert {title: why.split(":")[0] for title, why in answer["refused"]} == {
        "Water": "This post is already being published; it can no longer be moved.",
        "Night": "02",
        "A post": "It is no longer there.",
    }
    assert [lies(fine), lies(out), lies(nightly)] == ["2031-03-27 10:00", "2031-03-26 10:00", "2031-03-29 02:30"]


def test_another_workspaces_posts_are_not_moved(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    theirs = cast.workspace("Somebody else")
    foreign = Channel.objects.create(workspace=theirs, network="x", remote_id="9", name="Theirs")
    publication = cast.Person(cast.member(theirs, "owner")).schedules("Secret", on=foreign, when=DAY)

    answer = changes(client, "move", publication, days=1)

    assert answer["refused"] == [["A post", "It is no longer there."]]
    assert "Secret" not in json.dumps(answer)
    assert lies(publication) == "2031-03-26 10:00"


def test_who_may_only_write_moves_drafts_but_no_promises(marketer: cast.Person, x_channel: Channel) -> None:
    viewer = Client()
    viewer.force_login(cast.member(marketer.workspace, "viewer").user)
    draft = marketer.writes("Draft", on=x_channel, planned_for=DAY)

    answer = viewer.post(reverse("calendar-change"), {"do": "move", "entry": entry(draft), "days": 1}, headers=JSON)

    assert answer.status_code == 403
    assert lies(draft) == "2031-03-26 10:00"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"do": "move", "days": 1}, "Choose between 1 and 200 posts."),
        ({"do": "move", "entry": ["x"]}, "Choose a date and a time."),
        ({"do": "move", "entry": ["x"], "days": "soon"}, "Enter a whole number."),
        ({"do": "burn", "entry": ["x"]}, "Choose what to do with the posts."),
    ],
)
def test_what_makes_no_sense_is_refused_as_a_whole(sent: dict[str, Any], says: str, client: Client) -> None:
    answer = client.post(reverse("calendar-change"), sent, headers=JSON)

    assert (answer.status_code, answer.content.decode()) == (422, says)


def test_a_draft_that_somebody_has_scheduled_is_not_moved_as_a_draft(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    draft = marketer.writes("Draft", on=x_channel, planned_for=DAY)
    planning.schedule(draft, DAY, marketer.member)

    answer = changes(client, "move", draft, days=1)

    assert answer["refused"] == [["Draft", "This is no longer a draft: somebody has scheduled it."]]


# -- the clocks ---------------------------------------------------------------------------------------------------------------


def test_a_time_that_comes_twice_is_taken_for_the_first_and_told(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    publication = marketer.schedules("Ice", on=x_channel, when=datetime(2031, 10, 25, 2, 30, tzinfo=WARSAW))

    answer = changes(client, "move", publication, days=1)

    assert answer["notes"] == ["02:30 comes twice on that day, because the clocks go back. The first one is meant."]
    publication.refresh_from_db()
    assert publication.publish_at.isoformat() == "2031-10-26T00:30:00+00:00"


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("2031-03-30T02:30", "does not exist"),
        ("2031-10-26T02:30", "comes twice"),
        ("2031-10-26T03:30", ""),
        ("never", ""),
        ("", ""),
    ],
)
def test_the_clocks_are_watched_while_a_time_is_typed(client: Client, when: str, says: str) -> None:
    said = client.get(reverse("calendar-time"), {"when": when}).content.decode()

    assert says in said
    assert bool(said.strip()) == bool(says)


# -- copying and cancelling ---------------------------------------------------------------------------------------------------


def test_copies_are_drafts_on_the_day_that_was_chosen(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice", on=x_channel, when=DAY)

    answer = changes(client, "copy", publication, day="2031-05-01")

    assert answer["said"] == "1 post copied, as a draft."
    copy = Post.objects.exclude(pk=publication.post_id).get()
    assert (copy.text, copy.state, lies(copy)) == ("Ice", "draft", "2031-05-01 10:00")
    assert [target.channel for target in copy.targets.all()] == [x_channel]
    undoes(client, answer)
    assert not Post.objects.filter(pk=copy.pk).exists()


def test_a_copy_that_somebody_has_worked_on_stays(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    answer = changes(client, "copy", marketer.schedules("Ice", on=x_channel, when=DAY), days=1)
    copy = Post.objects.get(state="draft")
    drafting.save(drafting.Draft(text="Better ice"), marketer.member, copy)

    back = undoes(client, answer)

    assert (back["said"], back["refused"]) == (
        "",
        [["Better ice", "Somebody has worked on it in the meantime: it stays."]],
    )
    assert Post.objects.filter(pk=copy.pk).exists()


def test_what_is_cancelled_together_comes_back_with_one_undo(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    publication = marketer.schedules("Ice", on=[x_channel, brand_page], when=DAY, first_comment="Rules")
    draft = marketer.writes("Draft", on=x_channel, planned_for=DAY)

    answer = changes(client, "cancel", publication, draft)

    assert answer["said"] == "2 posts cancelled."
    assert set(Publication.objects.values_list("status", flat=True)) == {"cancelled"}
    assert lies(draft) == "nowhere"
    assert undoes(client, answer)["said"] == "2 changes undone."
    live = publication.post.publications.filter(status=Status.SCHEDULED)
    assert {(one.channel, one.publish_at, bool(one.is_comment)) for one in live} == {
        (channel, DAY, comment) for channel in (x_channel, brand_page) for comment in (False, True)
    }
    assert lies(draft) == "2031-03-26 10:00"


def test_only_what_is_planned_for_that_moment_is_cancelled(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    publication = marketer.schedules("Ice", on=[x_channel, brand_page], when=DAY)
    later = Publication.objects.get(channel=brand_page)
    planning.reschedule(later, DAY + timedelta(days=1), marketer.member)
    earlier = Publication.objects.get(channel=x_channel)

    changes(client, "cancel", entry(earlier))

    assert publication.post.publications.get(status=Status.SCHEDULED).channel == brand_page


# -- taking back --------------------------------------------------------------------------------------------------------------


def test_undo_puts_each_post_back_to_the_very_moment_where_it_was(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    second_half_past_two = datetime(2031, 10, 26, 2, 30, tzinfo=WARSAW, fold=1)
    publication = marketer.schedules("Ice", on=x_channel, when=second_half_past_two)
    draft = marketer.writes("Draft", on=x_channel)

    answer = changes(client, "move", publication, draft, day="2031-11-05")
    assert [lies(publication), lies(draft)] == ["2031-11-05 02:30", "2031-11-05 09:00"]
    undoes(client, answer)

    publication.refresh_from_db()
    assert publication.publish_at.isoformat() == "2031-10-26T01:30:00+00:00"
    assert lies(draft) == "nowhere"


def test_undo_of_a_drag_refuses_what_is_published_in_the_meantime(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    publication = marketer.schedules("Ice", on=x_channel, when=DAY)
    where = {"promised": DAY.isoformat(), "day": "2031-03-27"}
    answer = client.post(reverse("post-move", args=[publication.post_id]), where, headers=JSON).json()
    assert answer["said"] == "Moved."
    Publication.objects.update(status=Status.PUBLISHED, due_at=None, remote_id="1")

    back = undoes(client, answer)

    assert back["refused"] == [["Ice", "This post is already being published; it can no longer be moved."]]
    assert lies(publication) == "2031-03-27 10:00"


def test_undo_does_nothing_twice_and_nothing_to_what_others_have_moved(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    publication = marketer.schedules("Ice", on=x_channel, when=DAY)
    draft = marketer.writes("Draft", on=x_channel, planned_for=DAY)
    answer = changes(client, "move", publication, draft, days=1)
    publication.refresh_from_db()
    draft.refresh_from_db()
    changes(client, "move", publication, draft, days=5)

    back = undoes(client, answer)

    assert [why for _title, why in back["refused"]] == [
        "This post is no longer planned for that time: somebody has moved it.",
        "Somebody has planned it anew in the meantime.",
    ]
    assert [lies(publication), lies(draft)] == ["2031-04-01 10:00", "2031-04-01 10:00"]


def test_a_cancelled_post_whose_time_has_passed_does_not_come_back(
    client: Client, marketer: cast.Person, x_channel: Channel, worker: cast.Worker
) -> None:
    soon = (timezone.now() + timedelta(minutes=10)).replace(microsecond=0)
    publication = marketer.schedules("Ice", on=x_channel, when=soon)
    answer = changes(client, "cancel", publication)
    steps = shifting.unseal(answer["undo"], marketer.workspace)
    past = [shifting.Step(**{**one.__dict__, "before": soon - timedelta(hours=1)}) for one in steps]

    back = undoes(client, {"undo": shifting.seal(past, marketer.workspace)})

    assert back["refused"] == [["Ice", "Its time has passed in the meantime: schedule it anew."]]
    assert undoes(client, answer)["said"] == "1 change undone."
    assert undoes(client, answer)["refused"] == [["Ice", "Somebody has planned it anew in the meantime."]]


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_an_undo_that_this_server_did_not_offer_is_refused(client: Client, token: str) -> None:
    answer = client.post(reverse("calendar-undo"), {"token": token}, headers=JSON)

    assert (answer.status_code, answer.content.decode()) == (422, "This can no longer be undone.")


def test_an_undo_of_another_workspace_is_refused(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    step = shifting.Step("moved", marketer.writes("Draft", on=x_channel).pk)
    token = shifting.seal([step], cast.workspace("Somebody else"))

    assert client.post(reverse("calendar-undo"), {"token": token}, headers=JSON).status_code == 422


# -- the panel ----------------------------------------------------------------------------------------------------------------


def panel(client: Client, post: Post, promised: str = "") -> str:
    answer = client.get(reverse("post-panel", args=[post.pk]), {"promised": promised})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_panel_shows_delivery_preview_and_what_can_be_done(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    publication = marketer.schedules("Ice cold", on=[x_channel, brand_page], when=DAY)

    shown = panel(client, publication.post, DAY.isoformat())

    assert "Wed 26 Mar 2031, 10:00" in shown
    assert shown.count('class="pv pv-') == 2
    assert [word in shown for word in ("Move to…", "Cancel the post", "/edit/", "/copy/")] == [True] * 4


def test_the_panel_of_what_is_out_offers_no_change(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    Publication.objects.update(status=Status.PUBLISHED, due_at=None, remote_id="1", url="https://x.example/1")

    shown = panel(client, publication.post, DAY.isoformat())

    assert [word in shown for word in ("Move to…", "Cancel the post", "/edit/")] == [False] * 3
    assert "https://x.example/1" in shown


def test_the_panel_of_a_draft_says_that_nothing_is_sent(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    shown = panel(client, marketer.writes("Ice cold", on=x_channel), "nonsense")

    assert "nothing is sent before it is scheduled" in shown
    assert "Without a time" in shown


def test_who_only_looks_finds_no_buttons_in_the_panel(marketer: cast.Person, x_channel: Channel) -> None:
    looking = Client()
    looking.force_login(cast.member(marketer.workspace, "viewer").user)
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)

    shown = panel(looking, publication.post, DAY.isoformat())

    assert [word in shown for word in ("Move to…", "Cancel the post", "/edit/", "/copy/")] == [False] * 4
