"""Bluesky over real HTTP: signing in, the life of a post, what goes wrong on the way."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Confirms, Connects, Deletes, SignsIn
from connectors.bluesky import Bluesky
from connectors.data import Progress, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from tests.connectors.bluesky_scene import Scene
from tests.connectors.scenery import now
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


# -- signing in --------------------------------------------------------------------------------------------------------


def test_an_account_is_connected_with_its_handle_and_an_app_password(scene: Scene) -> None:
    account = scene.signs_in()

    assert (account.remote_id, account.name) == (scene.account["id"], "Polar Fizz Lab")
    assert account.username == scene.account["handle"]
    assert account.url == f"{scene.app.base_url}/profile/{account.username}"
    assert scene.practice.http.get(account.url, timeout=5).ok
    assert account.picture_url
    assert account.tokens.scopes == ("com.atproto.appPass",)
    assert account.tokens.expires_at is not None
    assert timedelta(minutes=115) < account.tokens.expires_at - now() < timedelta(minutes=121)


def test_the_handle_may_be_typed_with_an_at_sign(scene: Scene) -> None:
    assert scene.signs_in(identifier=f" @{scene.account['handle']} ").remote_id == scene.account["id"]


def test_a_wrong_password_is_told_with_the_remedy(scene: Scene) -> None:
    with pytest.raises(Unauthorized, match="Use an app password"):
        scene.signs_in(app_password="aaaa-bbbb-cccc-dddd")
    with pytest.raises(Unauthorized, match="does not know this handle"):
        scene.signs_in(identifier="nobody.bsky.social")


def test_the_accounts_own_password_is_sent_back(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, password="correct horse")
    with pytest.raises(Rejected, match="create an app password"):
        scene.signs_in(app_password="correct horse")
    assert scene.asked("deleteSession")


@pytest.mark.parametrize("state", ["takendown", "deactivated"])
def test_an_account_that_is_closed_cannot_be_connected(practice: Practice, tmp_path: Path, state: str) -> None:
    with pytest.raises(Unauthorized, match=r"bsky\.app"):
        Scene(practice, tmp_path, **{state: True}).signs_in()


def test_an_account_that_is_not_active_cannot_be_connected(practice: Practice, tmp_path: Path) -> None:
    with pytest.raises(Unauthorized, match="suspended"):
        Scene(practice, tmp_path, status="suspended").signs_in()


def test_tokens_are_renewed_and_renewing_may_be_repeated(scene: Scene) -> None:
    tokens = scene.signs_in().tokens
    fresh = Bluesky.refresh(scene.app, scene.http(), tokens)
    again = Bluesky.refresh(scene.app, scene.http(), tokens)
    assert fresh.access != tokens.access
    assert fresh.refresh == again.refresh != tokens.refresh
    assert fresh.expires_at


def test_giving_the_tokens_back_ends_the_session(scene: Scene) -> None:
    tokens = scene.signs_in().tokens
    Bluesky.revoke(scene.app, scene.http(), tokens)
    Bluesky.revoke(scene.app, scene.http(), tokens)  # what is dead already is no error
    with pytest.raises(Unauthorized, match="connect the channel again"):
        Bluesky.refresh(scene.app, scene.http(), tokens)


def test_it_has_the_capabilities_that_the_network_has(scene: Scene) -> None:
    bluesky = scene.connector()
    assert all(isinstance(bluesky, protocol) for protocol in (SignsIn, Confirms, Deletes))
    assert not isinstance(bluesky, Connects)


# -- the life of a post ------------------------------------------------------------------------------------------------


def test_a_text_goes_out_and_has_an_address(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Ice cold! 🧊 <3 & more"))

    post = scene.only()
    assert (post["text"], post["id"]) == ("Ice cold! 🧊 <3 & more", sent.remote_id)
    assert scene.practice.http.get(sent.url, timeout=5).ok
    assert len(scene.asked("createRecord")) == 1


def test_links_mentions_and_hashtags_lead_somewhere(scene: Scene) -> None:
    other = scene.practice.account("bluesky", "Ice Works")
    text = f"🧊🧊 Kälte: https://polarfizz.com/ä, @{other['handle']}, @nobody.example.com and #eiskalt! (polarfizz.com)"

    scene.publishes(scene.post(text))

    assert scene.only()["details"]["facets"].split("; ") == [
        "https://polarfizz.com/ä -> https://polarfizz.com/ä",
        f"@{other['handle']} -> {other['id']}",
        "#eiskalt -> eiskalt",
        "polarfizz.com -> https://polarfizz.com",
    ]


def test_a_long_link_shows_shortened_where_the_text_would_be_too_long(scene: Scene) -> None:
    link = "https://polarfizz.com/" + "very-long-" * 20
    text = "x" * 200 + f" {link} #cold"
    assert scene.connector().problems(scene.post(text)) == []

    scene.publishes(scene.post(text))

    post = scene.only()
    assert post["text"] == "x" * 200 + " polarfizz.com/very-long-ve... #cold"
    assert post["details"]["facets"] == f"polarfizz.com/very-long-ve... -> {link}; #cold -> cold"


def test_a_link_becomes_a_card(scene: Scene) -> None:
    thumb = scene.photo("thumb.jpg", width=600, height=315)
    about: dict[str, Any] = {"link_title": "Cold", "link_description": "Very cold.", "link_thumb": thumb}
    post = scene.post("Look:", link="https://polarfizz.com/cold", **about)
    assert scene.connector().problems(post) == []

    scene.publishes(post)

    shown = scene.only()
    assert (shown["kind"], shown["link"], shown["title"]) == ("external", "https://polarfizz.com/cold", "Cold")
    assert shown["details"]["description"] == "Very cold."
    assert shown["details"]["thumb"]


def test_a_card_without_a_title_shows_the_address(scene: Scene) -> None:
    scene.publishes(scene.post("Look:", link="https://polarfizz.com/cold/"))
    assert (scene.only()["text"], scene.only()["title"]) == ("Look:", "polarfizz.com/cold")


def test_a_link_beside_media_goes_into_the_text(scene: Scene) -> None:
    scene.publishes(scene.post("Look:", scene.photo(), link="https://polarfizz.com/cold"))
    post = scene.only()
    assert post["text"] == "Look:\nhttps://polarfizz.com/cold"
    assert "-> https://polarfizz.com/cold" in post["details"]["facets"]


@pytest.mark.parametrize(("count", "kind"), [(1, "images"), (4, "images"), (5, "gallery"), (10, "gallery")])
def test_pictures_go_out_in_their_order_with_their_descriptions(scene: Scene, count: int, kind: str) -> None:
    photos = [scene.photo(f"{number}.jpg", alt=f"Bottle {number}", width=40 + number) for number in range(count)]
    sent = scene.publishes(scene.post("Bottles", *photos))
    post = scene.only()
    assert post["kind"] == kind
    assert [(media["mime"], media["alt"]) for media in post["media"]] == [("image/jpeg", f"Bottle {n}") for n in range(count)]
    record = scene.record(sent.remote_id)
    assert record
    first = record["embed"]["images" if kind == "images" else "items"][0]
    assert first["aspectRatio"] == {"width": 40, "height": 900}


def test_another_post_is_quoted(scene: Scene) -> None:
    other = Scene(scene.practice, scene.folder)
    quoted = other.publishes(other.post("Quote me"))
    web = f"https://bsky.app/profile/{other.account['handle']}/post/{quoted.remote_id.rpartition('/')[2]}"

    scene.publishes(scene.post("Indeed", key="a", quote=web))
    scene.publishes(scene.post("Indeed", scene.photo(), key="b", quote=quoted.remote_id))

    assert [(post["kind"], post["details"]["quote"]) for post in scene.public()] == [
        ("record", quoted.remote_id),
        ("images", quoted.remote_id),
    ]


def test_what_cannot_be_quoted_is_refused_before_anything_is_written(scene: Scene) -> None:
    gone = f"at://{scene.account['id']}/app.bsky.feed.post/3kaaaaaaaaaaa"
    assert "deleted" in str(scene.refusal(scene.post(quote=gone)))
    assert "does not know nobody.bsky.social" in str(
        scene.refusal(scene.post(quote="https://bsky.app/profile/nobody.bsky.social/post/3kaaaaaaaaaaa"))
    )
    assert "not one of Bluesky" in str(scene.refusal(scene.post(quote="https://example.com/")))
    assert scene.public() == []


def test_a_thread_keeps_its_root(scene: Scene) -> None:
    parents = [scene.publishes(scene.post("First", key="1"))]
    for number in (2, 3):
        part = scene.post(f"Part {number}", key=str(number), parent=parents[-1].remote_id)
        parents.append(scene.publishes(part))

    assert [post["details"].get("thread") for post in scene.public()] == [None, "part", "part"]
    record = scene.record(parents[2].remote_id)
    assert record
    assert record["reply"]["root"]["uri"] == parents[0].remote_id
    assert record["reply"]["parent"]["uri"] == parents[1].remote_id


def test_who_can_reply_is_said_by_the_first_part_only(scene: Scene) -> None:
    first = scene.publishes(scene.post("First", who_can_reply="nobody"))
    part = scene.publishes(scene.post("Part", key="2", parent=first.remote_id, who_can_reply="nobody"))
    gate = "app.bsky.feed.threadgate"
    assert scene.record(first.remote_id, gate)
    assert scene.record(part.remote_id, gate) is None


def test_a_fans_post_can_be_answered(scene: Scene) -> None:
    answer = scene.fan("Where?", scene.publishes(scene.post()).remote_id)
    scene.publishes(scene.post("In every shop.", key="2", parent=answer))
    assert scene.public()[1]["details"]["thread"] == "part"


def test_a_part_whose_parent_is_gone_is_refused(scene: Scene) -> None:
    first = scene.publishes(scene.post("First"))
    scene.connector().delete(first.remote_id)
    assert "deleted" in str(scene.refusal(scene.post("Part", key="2", parent=first.remote_id)))


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ({"who_can_reply": "nobody"}, {"who_may_reply": "nobody"}),
        ({"who_can_reply": "mentioned+following"}, {"who_may_reply": "mentionRule,followingRule"}),
        ({"who_can_reply": "followers", "no_quotes": True}, {"who_may_reply": "followerRule", "quotes": "closed"}),
        ({"no_quotes": True}, {"who_may_reply": "everybody", "quotes": "closed"}),
        ({"languages": ["en", "pt-BR"], "tags": ["cold", "#fizz"]}, {"langs": "en,pt-BR", "tags": "cold,fizz"}),
    ],
)
def test_what_was_chosen_is_sent(scene: Scene, chosen: dict[str, Any], shown: dict[str, str]) -> None:
    assert scene.connector().problems(scene.post(**chosen)) == []
    scene.publishes(scene.post(**chosen))
    assert scene.only()["details"].items() >= shown.items()
    assert len(scene.asked("(createRecord|applyWrites)")) == 1


def test_warnings_become_labels(scene: Scene) -> None:
    scene.publishes(scene.post(warning="graphic-media", signed_in_only=True))
    assert scene.only()["labels"] == ["graphic-media", "!no-unauthenticated"]


# -- deleting and looking up -------------------------------------------------------------------------------------------


def test_a_post_is_taken_down_with_its_gates(scene: Scene) -> None:
    sent = scene.publishes(scene.post(who_can_reply="nobody", no_quotes=True))
    gates = ("app.bsky.feed.threadgate", "app.bsky.feed.postgate")
    assert all(scene.record(sent.remote_id, gate) for gate in gates)

    scene.connector().delete(sent.remote_id)
    scene.connector().delete(sent.remote_id)  # what is gone already is no error

    assert scene.public() == []
    assert not any(scene.record(sent.remote_id, gate) for gate in gates)


def test_a_post_is_found_at_its_own_key_only(scene: Scene) -> None:
    sent = scene.publishes(scene.post())
    look = Uncertain(now())
    assert scene.connector().confirm(scene.post(), Progress(), look) == sent
    assert scene.connector().confirm(scene.post(key="another"), Progress(), look) is None


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["timeout_before", "reset_before", "fail"])
@pytest.mark.parametrize("chosen", [{}, {"who_can_reply": "nobody"}])
def test_what_did_not_arrive_is_not_there(scene: Scene, kind: str, chosen: dict[str, str]) -> None:
    post = scene.post(**chosen)
    doubt = scene.doubts(post, kind=kind, seconds=1)
    assert scene.connector().confirm(post, Progress(), doubt) is None
    assert scene.publishes(post).remote_id == scene.only()["id"]


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after"])
@pytest.mark.parametrize("chosen", [{}, {"who_can_reply": "nobody"}])
def test_what_arrived_unseen_is_found_and_never_there_twice(scene: Scene, kind: str, chosen: dict[str, str]) -> None:
    post = scene.post(**chosen)
    doubt = scene.doubts(post, kind=kind, seconds=1)
    found = scene.connector().confirm(post, Progress(), doubt)
    assert found
    assert found.remote_id == scene.only()["id"]

    assert scene.publishes(post) == found  # and even so
    assert len(scene.public()) == 1


def test_a_repeated_post_replaces_nothing(scene: Scene) -> None:
    scene.publishes(scene.post("As it was"))
    scene.publishes(scene.post("Changed meanwhile"))
    assert scene.texts() == ["As it was"]


def test_a_look_that_fails_proves_nothing(scene: Scene) -> None:
    scene.fault("refuse", operation="read", seconds=30)
    scene.doubts(scene.post(), kind="fail")


def test_too_many_requests_are_a_not_now_with_the_time(scene: Scene) -> None:
    scene.fault("refuse", seconds=90)
    with pytest.raises(NotNow) as caught:
        scene.publishes(scene.post())
    assert caught.value.retry_in
    assert timedelta(seconds=80) < caught.value.retry_in < timedelta(seconds=95)
    assert [pause.scope for pause in scene.pauses] == ["channel"]
    assert scene.public() == []


def test_dead_tokens_want_a_new_connection(scene: Scene) -> None:
    scene.fault("expire_token")
    with pytest.raises(Unauthorized):
        scene.publishes(scene.post())
    fresh = Bluesky.refresh(scene.app, scene.http(), scene.connector().account.tokens)
    scene.account |= {"access_token": fresh.access, "refresh_token": fresh.refresh}
    scene.publishes(scene.post())

    scene.fault("revoke_token")
    with pytest.raises(Unauthorized):
        scene.publishes(scene.post(key="2"))
    with pytest.raises(Unauthorized):
        Bluesky.refresh(scene.app, scene.http(), fresh)
    assert len(scene.public()) == 1


@pytest.mark.parametrize("kind", ["fail", "timeout_before", "reset_before"])
def test_trouble_before_the_call_is_no_doubt(scene: Scene, kind: str) -> None:
    first = scene.publishes(scene.post("First"))
    scene.fault(kind, operation="read", seconds=1)
    with pytest.raises(NotNow):
        scene.connector(deadline=0.4).publish(scene.post("Part", key="2", parent=first.remote_id), Progress())
    assert scene.texts() == ["First"]


def test_pictures_that_were_swept_away_are_uploaded_again(scene: Scene) -> None:
    post, progress, bluesky = scene.post("", scene.photo()), Progress(), scene.connector()
    bluesky.prepare(post, progress)
    scene.practice.control("POST", "clock", offset=3700)  # beyond what the network keeps unused files for
    scene.account |= scene.practice.control("POST", "accounts", network="bluesky", account=scene.account["id"])

    with pytest.raises(NotNow, match="uploads them again"):
        scene.connector().publish(post, progress)
    scene.connector().prepare(post, progress)
    scene.connector().publish(post, progress)

    assert len(scene.asked("uploadBlob")) == 2
    assert len(scene.only()["media"]) == 1


def test_an_upload_that_was_kept_is_not_repeated(scene: Scene) -> None:
    post, progress = scene.post("", scene.photo("a.jpg"), scene.photo("b.jpg", width=30)), Progress()
    scene.fault("fail", operation="prepare", path="uploadBlob", times=1)
    with pytest.raises(Doubt):
        scene.connector().prepare(post, progress)
    scene.publishes(post, progress)
    scene.publishes(scene.post("", *post.media, key="2"), progress)
    assert len(scene.asked("uploadBlob")) == 3


def test_publishing_without_the_uploads_waits_for_them(scene: Scene) -> None:
    with pytest.raises(NotNow):
        scene.connector().publish(scene.post("", scene.photo()), Progress())


def test_the_network_refuses_what_the_checks_did_not_see(scene: Scene) -> None:
    refusal = scene.refusal(scene.post("x" * 301))
    assert isinstance(refusal, Rejected)
    assert "grapheme too big (maximum 300, got 301)" in str(refusal)
    big = scene.file("big.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes(2_000_000), width=10, height=10)
    assert "blob too big" in str(scene.refusal(scene.post("", big)))
    assert scene.public() == []
